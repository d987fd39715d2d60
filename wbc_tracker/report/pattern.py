"""The contrast for one patient: are B cells depleted while white cells stay about where they were?"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from wbc_tracker.annotate.baseline import rcv_limits
from wbc_tracker.catalog import Catalog
from wbc_tracker.flags.facts import DEPLETED, UNKNOWN, Facts
from wbc_tracker.report.messages import Row, result_words
from wbc_tracker.report.model import FlagLine, Pattern
from wbc_tracker.report.wording import date_words, number_words, percent_words

_COUNTS = ("wbc", "neutrophils", "lymphocytes")


@dataclass(frozen=True)
class _Judged:
    """The day the pattern is judged on: rows of the B-cell result and of the white cell count."""

    b_row: int
    wbc_row: int
    since_day: int


def judge_pattern(
    rows: list[Row], frame: pd.DataFrame, facts: Facts, flags: list[FlagLine], as_of_day: int, catalog: Catalog
) -> Pattern:
    """Judge the contrast on the latest day on treatment with both B cells and white cells.

    Args:
        rows: the annotated rows of one patient as mappings. frame: the same as a frame with keys.
        facts: the arrays of the rules over the same rows.
        flags: the flags of these rows. as_of_day: days since 1970-01-01.
        catalog: figures and names.

    Returns:
        `as_described`, `differs` or `not_assessable`, with the sentences and the numbers behind them. An
        urgent flag that stands is named first, whatever the code.
    """
    judged = _find_judged(frame, facts, catalog)
    since = judged.since_day if judged else _latest_count_day(frame, facts)
    day = frame["_day"].to_numpy()
    later = facts.treated & (day >= since) if since is not None else np.zeros(len(frame), dtype=bool)
    against = np.flatnonzero(later & (facts.is_fall | facts.is_low) & facts.is_analyte(*_COUNTS)).tolist()
    standing = [
        flag
        for flag in flags
        if flag.severity in ("discuss", "urgent") and since is not None and flag.collected_at[:10] >= _iso(since)
    ]
    b_present = judged is not None and facts.day_state[judged.b_row] != DEPLETED
    at = rows[max(judged.b_row, judged.wbc_row, key=lambda i: day[i])] if judged else None
    urgent = _urgent_sentence(flags)
    if b_present or against or standing:
        code, sentences = "differs", _differs(rows, judged, b_present, against, standing, catalog)
    elif judged and _is_stable(rows[judged.wbc_row]):
        code, sentences = "as_described", _AS_DESCRIBED
    else:
        code, sentences = "not_assessable", _not_assessable(rows, facts, judged)
    sentences = [*urgent, *sentences, *_age(since, as_of_day, catalog)]
    collected_at = at["collected_at"] if at else None
    return Pattern(code, sentences, collected_at, _evidence(rows, judged, catalog))


_AS_DESCRIBED = [
    "B cells are depleted; total white cells are within their usual variation.",
    "This is the selective picture that the document describes.",
]


def _find_judged(frame: pd.DataFrame, facts: Facts, catalog: Catalog) -> _Judged | None:
    """Find the latest judged B-cell day on treatment that has a white cell count near enough."""
    day = frame["_day"].to_numpy()
    infusion = day - np.maximum(facts.days_since, 0)
    b_rows = np.flatnonzero(facts.treated & (facts.own_state != UNKNOWN))
    wbc_rows = np.flatnonzero(facts.treated & facts.is_analyte("wbc"))
    for b_row in b_rows[np.argsort(day[b_rows], kind="stable")][::-1]:
        b_row = _telling_row(facts, b_rows[day[b_rows] == day[b_row]])
        distance = np.abs(day[wbc_rows] - day[b_row])
        near = (distance <= catalog.figure("pair_days")) & (infusion[wbc_rows] == infusion[b_row])
        if near.any():
            best = wbc_rows[near][np.lexsort((-day[wbc_rows][near], distance[near]))[0]]
            return _Judged(int(b_row), int(best), int(min(day[b_row], day[best])))
    return None


def _telling_row(facts: Facts, rows_of_day: np.typing.NDArray[np.int64]) -> int:
    """Return the row that decides the day's state, a CD19 count before a percentage."""
    deciding = rows_of_day[facts.own_state[rows_of_day] == facts.day_state[rows_of_day]]
    counts = deciding[facts.is_analyte("cd19")[deciding]]
    return int((counts if len(counts) else deciding)[0])


def _latest_count_day(frame: pd.DataFrame, facts: Facts) -> int | None:
    days = frame["_day"].to_numpy()[facts.treated & facts.is_analyte(*_COUNTS)]
    return int(days.max()) if len(days) else None


def _is_stable(row: Row) -> bool:
    return "wbc_stable" in (row["flags"] or "").split(";") and row["baseline_kind"] == "pre_treatment"


def _urgent_sentence(flags: list[FlagLine]) -> list[str]:
    urgent = [flag for flag in flags if flag.severity == "urgent" and flag.current]
    if not urgent:
        return []
    message = urgent[0].message.rstrip(".")
    return [f"Urgent: {message}. Contact your care team now; with fever or feeling ill, seek emergency care."]


def _differs(
    rows: list[Row],
    judged: _Judged | None,
    b_present: bool,
    against: list[int],
    standing: list[FlagLine],
    catalog: Catalog,
) -> list[str]:
    sentences = []
    if b_present:
        row = rows[judged.b_row] if judged else None
        if row is not None and "b_cells_returning" in (row["flags"] or ""):
            long_interval = row["phase"] in ("extended", "interrupted")
            sentences.append("B cells are back" + (", as is common after a longer interval." if long_interval else "."))
        else:
            sentences.append("B cells are not depleted.")
    elif judged:
        sentences.append("B cells are depleted, but the other cells are not all about where they were.")
    if against:
        worst = {rows[i]["analyte"]: rows[i] for i in against}
        told = "; ".join(_against_words(row, catalog) for row in worst.values())
        sentences.append(f"{told[0].upper()}{told[1:]}.")
    elif standing and not b_present:
        titles = ", ".join(dict.fromkeys(flag.title for flag in standing))
        sentences.append(f"To talk about: {titles}.")
    sentences.append("This differs from the picture that the document describes; show it to your care team.")
    return sentences


def _against_words(row: Row, catalog: Catalog) -> str:
    reasons = []
    if row["ref_flag"] == "low":
        reasons.append("below the reference interval")
    if row["beyond_rcv"] == "fall":
        reasons.append(f"{percent_words(row['percent_change'])} against the baseline, beyond usual variation")
    name = catalog.analytes[row["analyte"]].name
    return f"{name} {result_words(row, catalog)} on {date_words(row['collected_at'])}: {' and '.join(reasons)}"


def _not_assessable(rows: list[Row], facts: Facts, judged: _Judged | None) -> list[str]:
    start = "Whether the picture is the one the document describes cannot be judged yet:"
    if not facts.treated.any():
        if not any(row["phase"] for row in rows):
            return [f"{start} no infusion is recorded.", "Add the infusion dates with `wbc-tracker infusion add DATE`."]
        return [f"{start} no result lies after the first infusion.", "The next blood count will show it."]
    if judged is None:
        if not (facts.treated & (facts.own_state != UNKNOWN)).any():
            low_cd20 = (facts.treated & facts.is_analyte("cd20", "cd20_pct")).any()
            why = " (a low CD20 proves nothing: the drug hides it from the test)" if low_cd20 else ""
            return [
                f"{start} there is no B-cell result on treatment{why}.",
                "A CD19 count, old or new, would settle it.",
                *_counts_sentence(rows, facts),
            ]
        return [
            f"{start} no white cell count lies near a B-cell result.",
            "A blood count and a CD19 count from the same draw would settle it.",
        ]
    row = rows[judged.wbc_row]
    depleted = "B cells are depleted, but"
    if row["comparator"]:
        return [f"{depleted} the white cell count is only a limit.", "A count with a number would settle it."]
    if row["baseline_kind"] != "pre_treatment":
        return [
            f"{depleted} there is no white cell count from before treatment to compare with.",
            "An old blood count from before the first infusion would settle it.",
            *_counts_sentence(rows, facts),
        ]
    if row["days_since_infusion"] is not None and facts.near_infusion[judged.wbc_row]:
        return [
            f"{depleted} the white cells were drawn just after an infusion, when the steroid given with it shifts them."
        ]
    return [f"{depleted} the white cells cannot be compared with their interval or baseline."]


def _counts_sentence(rows: list[Row], facts: Facts) -> list[str]:
    """Say what the white cells alone show, if they can be compared."""
    at = np.flatnonzero(facts.treated & facts.is_analyte("wbc"))
    if not len(at):
        return []
    row = rows[max(at, key=lambda i: rows[i]["collected_at"])]
    if row["beyond_rcv"] != "no":
        return []
    base = "the baseline" if row["baseline_kind"] == "pre_treatment" else "the first count on record"
    return [f"White cells alone are within usual variation of {base}."]


def _age(since: int | None, as_of_day: int, catalog: Catalog) -> list[str]:
    if since is None or as_of_day - since <= 7 * catalog.figure("current_weeks"):
        return []
    return [f"There is no newer result: this is the state of {_iso(since)}."]


def _iso(day: int) -> str:
    return str(np.datetime64(day, "D"))


def _evidence(rows: list[Row], judged: _Judged | None, catalog: Catalog) -> list[tuple[str, str]]:
    if judged is None:
        return []
    lines = []
    for index in (judged.b_row, judged.wbc_row):
        row = rows[index]
        when = f"{date_words(row['collected_at'])}, day {row['days_since_infusion']}, course {row['course']}"
        told = f"{catalog.analytes[row['analyte']].short} {result_words(row, catalog)}"
        lines.append((when, f"{told} ({_baseline_words(row, catalog)})"))
    if lines[0][0] == lines[1][0]:
        lines[1] = ("", lines[1][1])
    return lines


def _baseline_words(row: Row, catalog: Catalog) -> str:
    if row["baseline_value"] is None:
        return "no baseline"
    decimals = catalog.analytes[row["analyte"]].decimals
    kind = "baseline" if row["baseline_kind"] == "pre_treatment" else "first on record"
    words = f"{kind} {number_words(row['baseline_value'], 0, decimals)}"
    limits = rcv_limits(catalog).get(row["analyte"])
    change = row["percent_change"]
    if change is None or limits is None:
        return words
    limit = limits[1] if change > 0 else limits[0]
    return f"{words}, {percent_words(change)}; beyond usual variation from {percent_words(limit)}"
