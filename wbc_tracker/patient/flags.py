"""The flags of one patient as lines: those of results and those of the patient."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from wbc_tracker.analysis import Analysis
from wbc_tracker.catalog import Catalog, Severity
from wbc_tracker.flags.defence_rules import weakens_defence
from wbc_tracker.frames import plain_list
from wbc_tracker.patient.messages import Beside, flag_clause, flag_message, patient_flag_words
from wbc_tracker.patient.model import FlagLine
from wbc_tracker.patient.result_lines import ResultLine
from wbc_tracker.patient.trend_lines import TrendLine

#: The flag whose message names what else is low that day.
_NAMES_WEAK = "infection_risk"


@dataclass(frozen=True)
class FlagTables:
    """What is known of the flags of all patients.

    Attributes:
        places: code -> place in the catalogue. sources: code -> the texts of its sources.
        weak: key of a patient and day -> the annotated rows that weaken the defence on it, in the
            order of the catalogue and then of time. day_of_row: that key of each annotated row.
        of_patient: patient -> the flags of the patient.
    """

    places: Mapping[str, int]
    sources: Mapping[str, tuple[str, ...]]
    weak: Mapping[int, Sequence[int]]
    day_of_row: Sequence[int]
    of_patient: Mapping[str, list[FlagLine]]

    @classmethod
    def of(cls, analysis: Analysis) -> FlagTables:
        """Collect them."""
        facts, flags = analysis.facts, analysis.catalog.flags
        weak: dict[int, list[int]] = {}
        rows = weakens_defence(facts).nonzero()[0].tolist()
        for row in sorted(rows, key=lambda row: (facts.analyte[row], facts.instant[row])):
            weak.setdefault(int(facts.patient_day[row]), []).append(row)
        sources = {
            code: tuple(analysis.catalog.sources[source].text for source in flag.sources)
            for code, flag in flags.items()
        }
        return cls(
            places={code: place for place, code in enumerate(flags)},
            sources=sources,
            weak=weak,
            day_of_row=facts.patient_day.tolist(),
            of_patient=_patient_flag_lines(analysis, sources),
        )


def row_flag_lines(
    results: Sequence[ResultLine],
    rows: Sequence[int],
    following: Sequence[int],
    trends: Mapping[str, TrendLine],
    tables: FlagTables,
    catalog: Catalog,
) -> list[tuple[int, FlagLine]]:
    """Return (place of the result, flag) of one patient, most severe first, then latest.

    Args:
        results: all results of the patient. rows: their annotated rows.
        following: the place of the next result of the same analyte, -1 without one.
        trends: analyte id -> line of the series. tables: of everybody.
        catalog: messages and figures.
    """
    at_row = {row: at for at, row in enumerate(rows)}
    lines = []
    for at, result in enumerate(results):
        for flag, severity, stands in result.flags:
            weak: list[ResultLine] = []
            if flag.code == _NAMES_WEAK:
                same_day = tables.weak.get(tables.day_of_row[rows[at]], ())
                weak = [results[at_row[row]] for row in same_day]
            beside = Beside(trends, weak)
            line = FlagLine(
                flag=flag,
                severity=severity,
                current=stands,
                message=flag_message(flag, result, beside, catalog),
                # It stands behind another flag of the same result, where there is one.
                clause=flag_clause(flag, result, beside, catalog) if len(result.flags) > 1 else "",
                sources=tables.sources[flag.code],
                result=result,
                following=None if following[at] < 0 else results[following[at]],
            )
            lines.append((at, line))
    lines.sort(key=lambda told: tables.places[told[1].flag.code])
    lines.sort(key=lambda told: (told[1].severity, told[1].collected_at or ""), reverse=True)
    return lines


def _patient_flag_lines(
    analysis: Analysis, sources: Mapping[str, tuple[str, ...]]
) -> dict[str, list[FlagLine]]:
    """Return the flags of each patient; they name no result."""
    table, flags = analysis.patient_flags, analysis.catalog.flags
    names = ("patient_id", "code", "severity", "situation", "current")
    columns = (
        plain_list(table[name]) for name in (*names, "on", "until", "days", "weeks", "course")
    )
    found: dict[str, list[FlagLine]] = {}
    standings, drugs = analysis.standings, list(analysis.catalog.drugs.values())
    nouns = {
        patient: drugs[drug].noun if is_treated else "infusion"
        for patient, drug, is_treated in zip(
            analysis.patients, standings.drug.tolist(), standings.treated.tolist(), strict=True
        )
    }
    for patient, code, severity, situation, current, on, until, days, weeks, course in zip(
        *columns, strict=True
    ):
        message, question = (
            patient_flag_words(
                text,
                nouns[patient],
                on=on,
                until=until,
                days=days,
                weeks=weeks,
                course=course,
            )
            for text in (
                flags[code].situations[situation],
                flags[code].question.of.get(situation, ""),
            )
        )
        line = FlagLine(
            flags[code],
            Severity.of(severity),
            current,
            message,
            sources[code],
            question=question,
        )
        found.setdefault(patient, []).append(line)
    return found


def in_order(of_rows: list[FlagLine], of_patient: list[FlagLine]) -> list[FlagLine]:
    """Join both, most severe first; what is said of the patient stands behind the results of its
    severity.
    """
    return sorted([*of_rows, *of_patient], key=lambda line: line.severity, reverse=True)
