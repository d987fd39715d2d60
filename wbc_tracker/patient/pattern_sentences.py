"""The sentences of the pattern, for a patient who is afraid and a neurologist with three
minutes.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from wbc_tracker.annotation.baseline import rcv_limits
from wbc_tracker.arrays import iso_of
from wbc_tracker.catalog import Catalog
from wbc_tracker.flags.facts import PRESENT, UNKNOWN, Facts
from wbc_tracker.patient.messages import Row, other_laboratory_words, result_words
from wbc_tracker.patient.model import FlagLine, Standing
from wbc_tracker.wording import date_words, days_words, number_words, percent_words

AS_DESCRIBED = [
    "B cells are depleted; total white cells are within their usual variation.",
    "This is the selective picture described for this kind of drug: it removes B cells, not white "
    "cells as a whole.",
]
_DIFFERS = "This differs from the picture described for this kind of drug"
_SHOW_IT = f"{_DIFFERS}; show it to your care team."
_REPEAT_COUNT = (
    f"{_DIFFERS}; show it to your care team and ask whether the count should be repeated."
)
_REPEAT_CD19 = (
    f"{_DIFFERS}; show it to your care team and ask whether the CD19 test should be repeated."
)
_MENTION = (
    f"{_DIFFERS}. B cells alone do not mean that MS is active; mention them at the next visit."
)
_CANNOT = "Whether B cells have fallen while total white cells held steady cannot be judged yet:"
_CD19_SETTLES = (
    "A CD19 count (the test for B cells) taken since the first infusion would settle it."
)
_DEPLETED = "B cells are depleted, but"


@dataclass(frozen=True)
class Judged:
    """The rows the pattern is judged on: a B-cell result and a white cell count."""

    b_row: int
    wbc_row: int


def urgent_sentences(flags: list[FlagLine]) -> list[str]:
    """Name the first urgent flag that stands, and what to do."""
    urgent = sorted(
        (f for f in flags if f.severity == "urgent" and f.current),
        key=lambda f: (f.code, f.message),
    )
    if not urgent:
        return []
    message = urgent[0].message.rstrip(".")
    return [
        f"Urgent: {message}. Contact your care team now; with fever or feeling ill, seek emergency "
        "care."
    ]


def decline_sentences(declines: list[FlagLine], catalog: Catalog) -> list[str]:
    """Name what has been falling over months; the document expects that it can."""
    falling = {flag.analyte for flag in declines}
    if not falling:
        return []
    names = " and ".join(
        analyte.name for analyte in catalog.analytes.values() if analyte.id in falling
    )
    have = "have" if len(falling) > 1 or names.endswith("s") else "has"
    return [
        f"{names[0].upper()}{names[1:]} {have} been falling over months. That is described too, "
        "differently in each person; show the trend at the next visit."
    ]


@dataclass(frozen=True)
class Difference:
    """What differs.

    `b_cells` is the row that shows B cells, `depletion` the sentence of depleted or unknown B cells
    instead; `against` the worst row of each count that fell or is low; `raised` flags to discuss
    and urgent ones; `is_judged` whether B cells were measured near a white cell count, or are
    there.
    """

    b_cells: Row | None
    depletion: str
    against: list[Row]
    raised: list[FlagLine]
    is_judged: bool


def differs_sentences(difference: Difference, is_urgent: bool, catalog: Catalog) -> list[str]:
    """Say what differs, and what to do about it; where something urgent is named before,
    that goes first.
    """
    b_cells, against, raised = difference.b_cells, difference.against, difference.raised
    sentences = []
    if against:
        told = "; ".join(_against_words(row, catalog) for row in against)
        sentences.append(f"{told[0].upper()}{told[1:]}.")
    elif raised and b_cells is None:
        sentences.append(
            f"There is something to discuss: {'; '.join(dict.fromkeys(f.title for f in raised))}."
        )
    of_b_cells = difference.depletion if b_cells is None else _b_cells_words(b_cells)
    # What is not known comes behind what was found.
    sentences.insert(0 if difference.is_judged else len(sentences), of_b_cells)
    return [*sentences, f"{_DIFFERS}." if is_urgent else _closing_words(difference)]


def _closing_words(difference: Difference) -> str:
    """Say what people usually do; the most serious of what differs decides."""
    if difference.against:
        return _REPEAT_COUNT
    b_cells = difference.b_cells
    others = [flag for flag in difference.raised if flag.code != "b_cells_not_depleted"]
    if b_cells is None or others:
        return _SHOW_IT
    return _REPEAT_CD19 if _is_not_depleted(b_cells) else _MENTION


def depleted_words(against: list[Row]) -> str:
    """Say that B cells are depleted, and whether other cells fell as well."""
    fell = any(row["beyond_rcv"] == "fall" for row in against)
    return (
        "B cells are depleted, but other cells have fallen too."
        if fell
        else "B cells are depleted."
    )


def _is_not_depleted(row: Row) -> bool:
    """Tell whether no draw on treatment shows the B cells depleted although one should."""
    should = row["_seen_before"] or row["phase"] in ("initiation", "on_schedule")
    return bool(should and not row["_depleted_before"])


def _b_cells_words(row: Row) -> str:
    if _is_not_depleted(row):
        return "B cells are not depleted: no draw since the first infusion shows them so."
    if not row["_depleted_before"]:
        return "B cells are present; no earlier result shows whether they were depleted."
    longer = (
        ", as is common after a longer interval"
        if row["phase"] in ("extended", "interrupted")
        else ""
    )
    if row["_confirmed"]:
        return f"B cells are back{longer}."
    return (
        f"B cells were seen again on one draw{longer}; the next CD19 count will show whether "
        "they are back."
    )


def _against_words(row: Row, catalog: Catalog) -> str:
    reasons = []
    if row["ref_flag"] == "low":
        unchanged = row["beyond_rcv"] == "no" and row["baseline_kind"] == "pre_treatment"
        reasons.append(
            "below the reference interval"
            + (", but within usual variation of the baseline" if unchanged else "")
        )
    if row["beyond_rcv"] == "fall":
        change = (
            f"{percent_words(row['percent_change'])} against the baseline, beyond usual variation"
        )
        reasons.append(f"{change}{other_laboratory_words(row)}")
    name = catalog.analytes[row["analyte"]].name
    return (
        f"{name} {result_words(row, catalog)} on {date_words(row['collected_at'])}: "
        f"{' and '.join(reasons)}"
    )


def age_sentences(
    since: int | None, newest: npt.NDArray[np.int64], as_of_day: int, catalog: Catalog
) -> list[str]:
    """Say so when what was judged is older than 26 weeks; `newest` are the days of all results
    that could tell.
    """
    limit = 7 * catalog.figure("current_weeks")
    if since is None or as_of_day - since <= limit:
        return []
    day = iso_of(since)
    if len(newest) and as_of_day - newest.max() <= limit:
        return [
            f"This is the state of {day}; since then B cells and white cells were not both "
            "measured."
        ]
    return [
        f"This is the state of {day}, {days_words(int(as_of_day - since))} ago: there is no newer "
        "result. A new blood count with CD19 would show how it is now."
    ]


def evidence_lines(
    rows: list[Row], judged: Judged | None, returned: int | None, catalog: Catalog
) -> list[tuple[str, str]]:
    """Return (when, what) lines with the numbers that the sentences rest on."""
    places = [] if judged is None else [judged.b_row, judged.wbc_row]
    if returned is not None and returned not in places:
        places.insert(0, returned)
    lines: list[tuple[str, str]] = []
    for place in places:
        row = rows[place]
        when = (
            f"{date_words(row['collected_at'])}, day {row['days_since_infusion']}, course "
            f"{row['course']}"
        )
        told = f"{catalog.analytes[row['analyte']].short} {result_words(row, catalog)}"
        repeated = any(earlier == when for earlier, _ in lines)
        lines.append(("" if repeated else when, f"{told} ({_baseline_words(row, catalog)})"))
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


def not_assessable_sentences(
    rows: list[Row], facts: Facts, judged: Judged | None, standing: Standing, catalog: Catalog
) -> list[str]:
    """Say what cannot be judged, what can, and which test or old result would settle it."""
    if not facts.treated.any():
        return _untreated_sentences(standing)
    if judged is None:
        return _unpaired_sentences(rows, facts)
    return _uncompared_sentences(rows, facts, judged.wbc_row, catalog)


def unknown_b_cells_words(rows: list[Row], facts: Facts) -> str:
    """Say what is known of the B cells where no white cell count lies near them,
    or why nothing is.
    """
    if not _are_judged(facts):
        return (
            f"Whether B cells are depleted is not known: {_why_no_b_cells(facts)} {_CD19_SETTLES}"
        )
    if _are_too_early(facts):
        return (
            "Whether B cells are depleted is not known: they were measured only within two "
            "weeks of the first infusion."
        )
    at = np.flatnonzero(facts.treated & np.not_equal(facts.own_state, UNKNOWN))
    latest = max(rows[i]["collected_at"] for i in at)
    return (
        f"B cells were depleted on {date_words(latest)[:10]}; no white cell count lies near "
        "that day."
    )


def _uncompared_sentences(rows: list[Row], facts: Facts, at: int, catalog: Catalog) -> list[str]:
    """Say why the white cells beside depleted B cells say nothing."""
    row = rows[at]
    if row["comparator"]:
        return [
            f"{_DEPLETED} the white cell count is printed only as a limit "
            f"({result_words(row, catalog)}).",
            "A count with a number would settle it.",
        ]
    if row["baseline_kind"] != "pre_treatment":
        return [
            f"{_DEPLETED} there is no white cell count from before treatment to compare with.",
            "An old blood count from before the first infusion would settle it.",
            *_counts_sentence(rows, facts),
        ]
    if facts.near_infusion[at]:
        return [
            f"{_DEPLETED} the white cells were drawn just after an infusion, when the steroid "
            "given with it may shift them.",
            "A blood count from a later day would settle it.",
        ]
    if row["beyond_rcv"] == "rise":
        return [
            f"{_DEPLETED} total white cells are higher than the baseline "
            f"({percent_words(row['percent_change'])}), beyond usual variation.",
            "Ask at the next visit whether the count should be repeated.",
        ]
    return [
        f"{_DEPLETED} the white cells cannot be compared with their interval or baseline.",
        "A blood count with its reference interval would settle it.",
    ]


def _untreated_sentences(standing: Standing) -> list[str]:
    if standing.last_infusion_on is not None:
        return [
            f"{_CANNOT} no result lies after the first infusion.",
            "A blood count with CD19 would settle it.",
        ]
    if standing.next_on is not None:
        return [
            f"{_CANNOT} the first infusion is still to come.",
            "A blood count from before it serves as the baseline.",
        ]
    return [
        f"{_CANNOT} no infusion is recorded.",
        "Add the infusion dates with `wbc-tracker infusion add DATE`.",
    ]


def _unpaired_sentences(rows: list[Row], facts: Facts) -> list[str]:
    if _are_too_early(facts):
        return [
            f"{_CANNOT} B cells were measured only within two weeks of the first infusion, which "
            "is too early.",
            "A CD19 count from a later day would settle it.",
        ]
    if _are_judged(facts):
        return [
            f"{_CANNOT} no white cell count lies near a B-cell result.",
            "A blood count and a CD19 count from the same draw would settle it.",
        ]
    return [f"{_CANNOT} {_why_no_b_cells(facts)}", _CD19_SETTLES, *_counts_sentence(rows, facts)]


def _are_judged(facts: Facts) -> bool:
    return bool((facts.treated & np.not_equal(facts.own_state, UNKNOWN)).any())


def _are_too_early(facts: Facts) -> bool:
    """Tell whether B cells were seen only in the first days, when they still may be there."""
    judged = facts.treated & np.not_equal(facts.own_state, UNKNOWN)
    later = judged & ~facts.in_phase("initiation")
    return bool(judged.any() and not later.any() and (facts.day_state[judged] == PRESENT).all())


def _why_no_b_cells(facts: Facts) -> str:
    if (facts.treated & facts.is_analyte("cd19", "cd19_pct")).any():
        return "the CD19 results are limits that leave open whether B cells are depleted."
    if (facts.treated & facts.is_analyte("cd20", "cd20_pct")).any():
        return (
            "a low CD20 proves nothing (the drug hides it from the test), and there is no CD19 "
            "result on treatment."
        )
    return "there is no B-cell result on treatment."


def _counts_sentence(rows: list[Row], facts: Facts) -> list[str]:
    """Say what the white cells alone show, if they can be compared; not where the steroid may
    shift them.
    """
    at = np.flatnonzero(facts.treated & facts.is_analyte("wbc") & ~facts.near_infusion)
    if not len(at):
        return []
    row = rows[max(at, key=lambda i: (rows[i]["collected_at"], rows[i]["value"]))]
    base = (
        "the baseline" if row["baseline_kind"] == "pre_treatment" else "the first count on record"
    )
    if row["beyond_rcv"] == "rise":
        return [f"White cells alone are higher than {base}, beyond usual variation."]
    return (
        [f"White cells alone are within usual variation of {base}."]
        if row["beyond_rcv"] == "no"
        else []
    )
