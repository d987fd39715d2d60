"""The B-cell state of a day (design, section 2): of the count and the percentage the one that shows more decides."""

from __future__ import annotations

from reference.model import Result, Row, days_between, possible, round12, surely_below

STATES = ("depleted", "few", "present")
#: Cuts of depleted and of few, and the printed step from which on a cut can be straddled.
COUNT, PERCENT = (10.0, 40.0, 5.0), (1.0, 3.0, 0.5)
CUTS = {"cd19": COUNT, "cd19_pct": PERCENT, "cd20": COUNT, "cd20_pct": PERCENT}


def is_b_cells(result: Result) -> bool:
    return result.analyte in CUTS


def is_cd19(result: Result) -> bool:
    return result.analyte in ("cd19", "cd19_pct")


def own_state(result: Result, usual: float | None) -> int | None:
    """The place in STATES that this result alone shows; `usual` is what was usual before treatment.

    A value that leaves open whether B cells are depleted shows nothing; one that leaves open only whether they are
    few or present is kept as few. The drug hides CD20 from the test: a low CD20 shows nothing.
    """
    depleted, few, coarse = CUTS[result.analyte]
    if surely_below(result, depleted) and not straddles(result, depleted, coarse):
        return 0 if is_cd19(result) else None
    if possible(result)[0] < depleted or straddles(result, depleted, coarse):
        return None
    is_few = possible(result)[0] < few or straddles(result, few, coarse) or fell_90_percent(result, usual)
    return 1 if is_few else 2


def straddles(result: Result, cut: float, coarse: float) -> bool:
    """Does the printed step, if it is a coarse one, leave open on which side of the cut the value lies?"""
    half = (result.value_step or 0.0) / 2
    is_coarse = result.comparator is None and result.value_step is not None and result.value_step >= coarse
    return is_coarse and result.value - half < cut < result.value + half


def fell_90_percent(result: Result, usual: float | None) -> bool:
    limit = round12(0.1 * usual) if usual is not None else 0.0
    is_at_most = result.comparator is None and round12(result.value) <= limit
    return usual is not None and (is_at_most or surely_below(result, limit))


def of_the_day(row: Row, rows: list[Row]) -> list[Row]:
    """The B-cell results of the calendar day, counts and percentages."""
    at = row.result.collected_at
    return [each for each in rows if is_b_cells(each.result) and days_between(at, each.result.collected_at) == 0]


def is_depleted(row: Row, rows: list[Row]) -> bool:
    """Are the B cells of that day depleted? What was usual before plays no part in that."""
    states = [own_state(each.result, None) for each in of_the_day(row, rows)]
    return max((state for state in states if state is not None), default=None) == 0
