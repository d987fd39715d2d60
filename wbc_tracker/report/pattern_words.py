"""The sentences of the pattern, for a patient who is afraid and a neurologist with three minutes."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from wbc_tracker.annotate.baseline import rcv_limits
from wbc_tracker.catalog import Catalog
from wbc_tracker.flags.facts import PRESENT, UNKNOWN, Facts
from wbc_tracker.report.messages import Row, other_laboratory_words, result_words
from wbc_tracker.report.model import FlagLine, Standing
from wbc_tracker.wording import date_words, number_words, percent_words

AS_DESCRIBED = [
    "B cells are depleted; total white cells are within their usual variation.",
    "This is the selective picture that the document describes.",
]
_SHOW_IT = "This differs from the picture that the document describes; show it to your care team."
_CANNOT = "Whether the picture is the one the document describes cannot be judged yet:"


@dataclass(frozen=True)
class Judged:
    """The rows the pattern is judged on: a B-cell result and a white cell count."""

    b_row: int
    wbc_row: int


def urgent_sentences(flags: list[FlagLine]) -> list[str]:
    """Name the first urgent flag that stands, and what to do."""
    urgent = sorted((f for f in flags if f.severity == "urgent" and f.current), key=lambda f: (f.code, f.message))
    if not urgent:
        return []
    message = urgent[0].message.rstrip(".")
    return [f"Urgent: {message}. Contact your care team now; with fever or feeling ill, seek emergency care."]


def decline_sentences(declines: list[FlagLine], catalog: Catalog) -> list[str]:
    """Name what has been falling over months; the document expects that it can."""
    falling = {flag.analyte for flag in declines}
    if not falling:
        return []
    told = " and ".join(analyte.name for analyte in catalog.analytes.values() if analyte.id in falling)
    return [f"Over months there is a decline ({told}), as the document says can happen; bring it to the next visit."]


def differs_sentences(
    b_cells: Row | None, depleted: bool, against: list[Row], raised: list[FlagLine], catalog: Catalog
) -> list[str]:
    """Say what differs.

    Args:
        b_cells: the row that shows B cells. depleted: B cells are depleted instead.
        against: the worst row of each count that fell or is low.
        raised: flags to discuss and urgent ones. catalog: names.
    """
    sentences = [_b_cells_words(b_cells)] if b_cells is not None else []
    if depleted:
        fell = any(row["beyond_rcv"] == "fall" for row in against)
        rest = ", but the other cells are not all about where they were." if fell else "."
        sentences.append(f"B cells are depleted{rest}")
    if against:
        told = "; ".join(_against_words(row, catalog) for row in against)
        sentences.append(f"{told[0].upper()}{told[1:]}.")
    elif raised and b_cells is None:
        sentences.append(f"To talk about: {', '.join(dict.fromkeys(flag.title for flag in raised))}.")
    return [*sentences, _SHOW_IT]


def _b_cells_words(row: Row) -> str:
    if not row["_depleted_before"]:
        if row["_seen_before"] or row["phase"] in ("initiation", "on_schedule"):
            return "B cells are not depleted."
        return "B cells are present; no earlier result shows whether they were depleted."
    if row["phase"] in ("extended", "interrupted"):
        return "B cells are back, as is common after a longer interval."
    return "B cells are back."


def _against_words(row: Row, catalog: Catalog) -> str:
    reasons = []
    if row["ref_flag"] == "low":
        reasons.append("below the reference interval")
    if row["beyond_rcv"] == "fall":
        change = f"{percent_words(row['percent_change'])} against the baseline, beyond usual variation"
        reasons.append(f"{change}{other_laboratory_words(row)}")
    name = catalog.analytes[row["analyte"]].name
    return f"{name} {result_words(row, catalog)} on {date_words(row['collected_at'])}: {' and '.join(reasons)}"


def not_assessable_sentences(rows: list[Row], facts: Facts, judged: Judged | None, standing: Standing) -> list[str]:
    """Say what cannot be judged, what can, and which test or old result would settle it."""
    if not facts.treated.any():
        return _untreated_sentences(standing)
    if judged is None:
        return _unpaired_sentences(rows, facts)
    row, depleted = rows[judged.wbc_row], "B cells are depleted, but"
    if row["comparator"]:
        return [f"{depleted} the white cell count is only a limit.", "A count with a number would settle it."]
    if row["baseline_kind"] != "pre_treatment":
        return [
            f"{depleted} there is no white cell count from before treatment to compare with.",
            "An old blood count from before the first infusion would settle it.",
            *_counts_sentence(rows, facts),
        ]
    if facts.near_infusion[judged.wbc_row]:
        return [f"{depleted} the white cells were drawn just after an infusion, when the steroid shifts them."]
    return [f"{depleted} the white cells cannot be compared with their interval or baseline."]


def _untreated_sentences(standing: Standing) -> list[str]:
    if standing.last_infusion_on is not None:
        return [f"{_CANNOT} no result lies after the first infusion.", "The next blood count will show it."]
    if standing.next_on is not None:
        return [f"{_CANNOT} the first infusion is still to come.", "A count from before it will be the baseline."]
    return [f"{_CANNOT} no infusion is recorded.", "Add the infusion dates with `wbc-tracker infusion add DATE`."]


def _unpaired_sentences(rows: list[Row], facts: Facts) -> list[str]:
    judged = facts.treated & np.not_equal(facts.own_state, UNKNOWN)
    if (
        judged.any()
        and not (judged & ~facts.in_phase("initiation")).any()
        and (facts.day_state[judged] == PRESENT).all()
    ):
        return [
            f"{_CANNOT} the B cells were measured only within two weeks of the first infusion, which is too early.",
            "The next CD19 count will show it.",
        ]
    if judged.any():
        return [
            f"{_CANNOT} no white cell count lies near a B-cell result.",
            "A blood count and a CD19 count from the same draw would settle it.",
        ]
    if (facts.treated & facts.is_analyte("cd19", "cd19_pct")).any():
        why = "the CD19 results are limits that leave open whether B cells are depleted."
    elif (facts.treated & facts.is_analyte("cd20", "cd20_pct")).any():
        why = "a low CD20 proves nothing (the drug hides it from the test), and there is no CD19 result on treatment."
    else:
        why = "there is no B-cell result on treatment."
    return [f"{_CANNOT} {why}", "A CD19 count, old or new, would settle it.", *_counts_sentence(rows, facts)]


def _counts_sentence(rows: list[Row], facts: Facts) -> list[str]:
    """Say what the white cells alone show, if they can be compared."""
    at = np.flatnonzero(facts.treated & facts.is_analyte("wbc"))
    if not len(at):
        return []
    row = rows[max(at, key=lambda i: (rows[i]["collected_at"], rows[i]["value"]))]
    if row["beyond_rcv"] != "no":
        return []
    base = "the baseline" if row["baseline_kind"] == "pre_treatment" else "the first count on record"
    return [f"White cells alone are within usual variation of {base}."]


def age_sentences(since: int | None, newest: npt.NDArray[np.int64], as_of_day: int, catalog: Catalog) -> list[str]:
    """Say so when what was judged is older than 26 weeks; `newest` are the days of all results that could tell."""
    limit = 7 * catalog.figure("current_weeks")
    if since is None or as_of_day - since <= limit:
        return []
    day = str(np.datetime64(int(since), "D"))
    if len(newest) and as_of_day - newest.max() <= limit:
        return [f"This is the state of {day}; since then B cells and white cells were not both measured."]
    return [f"There is no newer result: this is the state of {day}."]


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
        when = f"{date_words(row['collected_at'])}, day {row['days_since_infusion']}, course {row['course']}"
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
