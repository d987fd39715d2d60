"""The report of one patient from a few lines. Day 0 is the first infusion, 2024-01-01; see `tables.labs.on`."""

from __future__ import annotations

import pandas as pd

from tables.labs import CATALOG, SPLIT, at, cohort, infusions, on
from wbc_tracker import schema
from wbc_tracker.analysis import Analysis
from wbc_tracker.dataset import assemble
from wbc_tracker.explanation import explain
from wbc_tracker.patient.build import build_report
from wbc_tracker.patient.model import FlagLine, PatientReport, Pattern, Report

#: A white cell count before treatment, and the selective picture on day 60.
BASELINE = "-5 wbc 6.4"
SELECTIVE = (BASELINE, "60 wbc 6.0", "60 cd19 2")


def happened(*lines: str, who: str = "me") -> pd.DataFrame:
    """Build events from lines `DAY KIND [NOTE]`, the day counted from the first infusion on 2024-01-01."""
    cells = [line.split(maxsplit=2) for line in lines]
    rows = [(place, who, on(int(c[0])), c[1], c[2] if len(c) > 2 else "") for place, c in enumerate(cells, start=1)]
    return pd.DataFrame(rows, columns=schema.names(schema.EVENT_COLUMNS))


def report_of(*lines: str, infused: tuple[str, ...] = SPLIT, as_of: int = 70) -> PatientReport:
    """The report on a day; results and infusions as in `at` and `tables.labs.infusions`."""
    dataset = assemble(at(*lines), infusions(*infused), on(as_of))
    return build_report(Analysis(dataset, "before", CATALOG), {}).patients[0]


def patterns_of(*cases: tuple[str, ...], infused: tuple[str, ...] = SPLIT, as_of: int = 70) -> list[Pattern]:
    """The pattern of each case: patients with the same infusions, in one report."""
    people = {f"case {number}": at(*lines) for number, lines in enumerate(cases)}
    doses = infusions(*(infused * len(people))).assign(patient_id=[who for who in people for _ in infused])
    dataset = assemble(cohort(**people), doses, on(as_of))
    report = build_report(Analysis(dataset, "before", CATALOG), {})
    return [patient.pattern for patient in report.patients]


def reported(patient: PatientReport, as_of: str) -> Report:
    """A report that tells of one patient alone."""
    head = (CATALOG.version, CATALOG.grading_name, CATALOG.disclaimer)
    return Report(as_of, *head, {}, [patient], explain((), CATALOG))


def pattern_of(*lines: str, infused: tuple[str, ...] = SPLIT, as_of: int = 70) -> Pattern:
    return report_of(*lines, infused=infused, as_of=as_of).pattern


def flags_of(code: str, *lines: str, infused: tuple[str, ...] = SPLIT, as_of: int = 70) -> list[FlagLine]:
    """The lines of one flag, latest first."""
    return [flag for flag in report_of(*lines, infused=infused, as_of=as_of).flags if flag.code == code]


def message_of(code: str, *lines: str, infused: tuple[str, ...] = SPLIT, as_of: int = 70) -> str:
    """The message of the latest flag of a code."""
    return flags_of(code, *lines, infused=infused, as_of=as_of)[0].message


def evidence_words(pattern: Pattern) -> str:
    return " ".join(f"{when} {what}" for when, what in pattern.evidence)
