"""What a report leaves out, and by which rules it was made, in words."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from wbc_tracker.patient.model import PatientReport, Report

if TYPE_CHECKING:
    import pandas as pd

_SAME_DAY = {
    "before": "A draw on the day of an infusion counts as taken before it, unless both carry a "
    "time (--same-day).",
    "after": "A draw on the day of an infusion counts as taken after it, unless both carry a time "
    "(--same-day).",
}
_ALL_COUNT = "The first sentence and the trends rest on all results."
_NO_RESULT, _NO_RESULT_CHOSEN = (
    "No result is on record.",
    "No result is among those that were chosen.",
)
NOTHING_LEFT_OUT = "Nothing was left out by filters or dates."


@dataclass(frozen=True)
class SourceFile:
    """One file that results come from: how many, and the days of the first and the last of them."""

    file: str
    results: int
    first_at: str
    last_at: str


def sources_of(results: pd.DataFrame) -> list[SourceFile]:
    """Return where the results of a dataset come from, in the order of their first result.

    What several files hold counts for the first of them.
    """
    files = results["source_file"].astype("str").fillna("")
    days = results["collected_at"].astype("str").str[:10]
    told = days.groupby(files.to_numpy(), sort=False).agg(["size", "min", "max"])
    return [
        SourceFile(str(file), int(row["size"]), row["min"], row["max"])
        for file, row in told.to_dict("index").items()
    ]


def no_result_words(patient: PatientReport) -> str:
    """Say that there is no draw to show, and whether that is because of the filters."""
    return _NO_RESULT_CHOSEN if patient.is_filtered else _NO_RESULT


def left_out_words(report: Report, patient: PatientReport, others: Sequence[str] = ()) -> list[str]:
    """Say what is not shown because of the filters, and `others`: what was not used for another
    reason.
    """
    told = [*_filter_words(report), *others]
    if patient.is_filtered:
        told.append(_ALL_COUNT)
    return told or [NOTHING_LEFT_OUT]


def _filter_words(report: Report) -> list[str]:
    since, until = report.settings.get("since"), report.settings.get("until")
    told = []
    if report.analytes:
        names = ", ".join(analyte.name for analyte in report.analytes)
        told.append(f"Only these analytes are shown: {names}.")
    span = " ".join(
        words
        for words in (f"from {since}" if since else "", f"to {until}" if until else "")
        if words
    )
    return [*told, f"Only results {span} are shown."] if span else told


def rule_words(
    as_of: str,
    grading: str,
    catalogue_version: str,
    same_day: object,
    own_words: Sequence[str] = (),
) -> list[str]:
    """Say as of which day, with which grading, catalogue, own rules and rule for draws on the day
    of an infusion.
    """
    told = [
        f"As of {as_of}; an infusion after that day is only a booking.",
        f"Grades: {grading}. Rules, limits and texts: catalogue {catalogue_version} "
        "of wbc-tracker.",
        *own_words,
    ]
    same_day_words = _SAME_DAY.get(str(same_day))
    return [*told, same_day_words] if same_day_words else told
