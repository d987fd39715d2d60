"""The sentences of a pattern that cannot be judged: what is missing, what can be said, what would settle it."""

from __future__ import annotations

import numpy as np

from wbc_tracker.catalog import Catalog
from wbc_tracker.flags.facts import PRESENT, UNKNOWN, Facts
from wbc_tracker.patient.messages import Row, result_words
from wbc_tracker.patient.model import Standing
from wbc_tracker.patient.pattern_sentences import Judged
from wbc_tracker.wording import date_words, percent_words

_CANNOT = "Whether B cells have fallen while total white cells held steady cannot be judged yet:"
_CD19_SETTLES = "A CD19 count (the test for B cells) taken since the first infusion would settle it."
_DEPLETED = "B cells are depleted, but"


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
    """Say what is known of the B cells where no white cell count lies near them, or why nothing is."""
    if not _are_judged(facts):
        return f"Whether B cells are depleted is not known: {_why_no_b_cells(facts)} {_CD19_SETTLES}"
    if _are_too_early(facts):
        return (
            "Whether B cells are depleted is not known: they were measured only within two weeks of the first infusion."
        )
    at = np.flatnonzero(facts.treated & np.not_equal(facts.own_state, UNKNOWN))
    latest = max(rows[i]["collected_at"] for i in at)
    return f"B cells were depleted on {date_words(latest)[:10]}; no white cell count lies near that day."


def _uncompared_sentences(rows: list[Row], facts: Facts, at: int, catalog: Catalog) -> list[str]:
    """Say why the white cells beside depleted B cells say nothing."""
    row = rows[at]
    if row["comparator"]:
        return [
            f"{_DEPLETED} the white cell count is printed only as a limit ({result_words(row, catalog)}).",
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
            f"{_DEPLETED} the white cells were drawn just after an infusion, when the steroid given with it may "
            "shift them.",
            "A blood count from a later day would settle it.",
        ]
    if row["beyond_rcv"] == "rise":
        return [
            f"{_DEPLETED} total white cells are higher than the baseline ({percent_words(row['percent_change'])}), "
            "beyond usual variation.",
            "Ask at the next visit whether the count should be repeated.",
        ]
    return [
        f"{_DEPLETED} the white cells cannot be compared with their interval or baseline.",
        "A blood count with its reference interval would settle it.",
    ]


def _untreated_sentences(standing: Standing) -> list[str]:
    if standing.last_infusion_on is not None:
        return [f"{_CANNOT} no result lies after the first infusion.", "A blood count with CD19 would settle it."]
    if standing.next_on is not None:
        return [
            f"{_CANNOT} the first infusion is still to come.",
            "A blood count from before it serves as the baseline.",
        ]
    return [f"{_CANNOT} no infusion is recorded.", "Add the infusion dates with `wbc-tracker infusion add DATE`."]


def _unpaired_sentences(rows: list[Row], facts: Facts) -> list[str]:
    if _are_too_early(facts):
        return [
            f"{_CANNOT} B cells were measured only within two weeks of the first infusion, which is too early.",
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
        return "a low CD20 proves nothing (the drug hides it from the test), and there is no CD19 result on treatment."
    return "there is no B-cell result on treatment."


def _counts_sentence(rows: list[Row], facts: Facts) -> list[str]:
    """Say what the white cells alone show, if they can be compared; not where the steroid may shift them."""
    at = np.flatnonzero(facts.treated & facts.is_analyte("wbc") & ~facts.near_infusion)
    if not len(at):
        return []
    row = rows[max(at, key=lambda i: (rows[i]["collected_at"], rows[i]["value"]))]
    base = "the baseline" if row["baseline_kind"] == "pre_treatment" else "the first count on record"
    if row["beyond_rcv"] == "rise":
        return [f"White cells alone are higher than {base}, beyond usual variation."]
    return [f"White cells alone are within usual variation of {base}."] if row["beyond_rcv"] == "no" else []
