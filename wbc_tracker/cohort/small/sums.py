"""What adds up in the research table: with it a hidden count could be worked out."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise

from wbc_tracker.cohort.curves import ALL, EventTimes
from wbc_tracker.cohort.model import Cohort, SinceTable
from wbc_tracker.cohort.settings import FIRST, LAST
from wbc_tracker.cohort.shifts import Shift
from wbc_tracker.cohort.times import ONSETS
from wbc_tracker.cohort.windows import BASELINE

#: First word of a cell that is not shown, but is the rest of one that is.
REST = "rest"


@dataclass(frozen=True)
class Sum:
    """A whole that is the sum of its parts, by the names of their cells."""

    whole: str
    parts: tuple[str, ...]

    def prefixed(self, prefix: str) -> Sum:
        """Return the same sum of a group."""
        return Sum(f"{prefix}:{self.whole}", tuple(f"{prefix}:{part}" for part in self.parts))


def reached_name(since: str, window: int, cohort: Cohort) -> str:
    """Return the name of the cell of those treated that long: from day 0 on all who are treated."""
    starts_at_once = window == BASELINE or cohort.settings.windows[window][0] == 0
    return "treated" if since == FIRST and starts_at_once else f"reached {since} {window}"


def units_name(times: EventTimes) -> str:
    """Return the name of the cell of those that are followed."""
    if times.follows_courses:
        return f"units {times.onset}"
    return "treated" if times.onset == ALL else f"onset {times.onset}"


def risk_name(times: EventTimes, day: int) -> str:
    """Return the name of the cell of those who are at risk on a day."""
    return f"risk {times.origin} {times.event} {times.onset} {day}"


def patients_name(times: EventTimes) -> str:
    """Return the name of the cell of the patients that are followed."""
    return f"patients {times.onset}" if times.follows_courses else units_name(times)


def pairs_of(cohort: Cohort) -> Iterator[tuple[str, str]]:
    """Yield pairs of cells that count nearly the same: what hides one hides the other."""
    if FIRST in cohort.settings.origins:
        yield "count ever", f"events {FIRST} depleted {ALL}"
        yield "count again", f"events {FIRST} reappeared {ALL}"
    for table in cohort.tables:
        windows = table.depletion["window"].tolist()
        yield from pairwise(
            dict.fromkeys(
                ["treated", *(reached_name(table.since, window, cohort) for window in windows)]
            )
        )
        for window, analyte in zip(table.values["window"], table.values["analyte"], strict=True):
            if cohort.analytes[analyte].is_b_cells and window != BASELINE:
                yield f"assessable {table.since} {window}", f"n {table.since} {window} {analyte}"


def sums_of(cohort: Cohort, counts: dict[str, int]) -> Iterator[Sum]:
    """Yield the sums of a cohort, or of one group.

    Args:
        counts: of the cells; what is left of a whole is added to them.
    """
    adds = _Adds(counts)
    yield adds.rest("on-record", "treated")
    yield adds.rest("treated", "drawn")
    yield Sum("treated", tuple(f"onset {name}" for name in cohort.onsets))
    for table in cohort.tables:
        yield from _window_sums(table, cohort, adds)
    for name in ("early", "sustained"):
        yield adds.rest("treated", f"judged {name}", f"missing {name}")
        yield adds.rest(f"judged {name}", f"count {name}")
    yield adds.rest("judged sustained", "count mostly")
    yield adds.rest("count mostly", "count sustained")
    yield Sum("treated", ("judged ever", "missing ever"))
    yield adds.rest("judged ever", "count ever")
    yield Sum("count ever", ("count again", "censored again"))
    yield adds.rest("censored again", "missing again")
    for kind, shifts in (("reference", cohort.reference_shifts), ("grade", cohort.grade_shifts)):
        for shift in shifts:
            yield from _shift_sums(kind, shift, adds)
    for band in cohort.intervals.bands:
        yield adds.rest(f"intervals of {band.name}", f"assessable of {band.name}")
        yield adds.rest(f"assessable of {band.name}", f"depleted of {band.name}")
    yield from _times_sums(cohort, adds)
    if LAST in cohort.settings.origins:
        yield from _course_sums(cohort, adds)
    if FIRST in cohort.settings.origins:
        yield Sum("missing ever", (f"not_observed {FIRST} depleted {ALL}",))


@dataclass(frozen=True)
class _Adds:
    """The counts of the cells, to which rests are added."""

    counts: dict[str, int]

    def rest(self, whole: str, *parts: str) -> Sum:
        """Return the sum of the parts and of what is left of the whole, a cell of its own."""
        rest = f"{REST} of {whole} but {' and '.join(parts)}"
        self.counts[rest] = self.counts[whole] - sum(self.counts[part] for part in parts)
        return Sum(whole, (*parts, rest))


def _window_sums(table: SinceTable, cohort: Cohort, adds: _Adds) -> Iterator[Sum]:
    since = table.since
    rows = zip(table.values["window"].tolist(), table.values["analyte"].tolist(), strict=True)
    for window, analyte in rows:
        yield adds.rest(reached_name(since, window, cohort), f"n {since} {window} {analyte}")
    windows = table.depletion["window"].tolist()
    for window in windows:
        where, reached = f"{since} {window}", reached_name(since, window, cohort)
        yield adds.rest(f"assessable {where}", f"depleted {where}")
        yield adds.rest(reached, f"assessable {where}")
        yield adds.rest(reached, f"drawn {where}")
        yield adds.rest(f"drawn {where}", f"assessable {where}")
    lasting = [reached_name(since, window, cohort) for window in windows]
    for earlier, later in pairwise(dict.fromkeys(["treated", *lasting])):
        yield adds.rest(earlier, later)


def _shift_sums(kind: str, shift: Shift, adds: _Adds) -> Iterator[Sum]:
    places = range(len(shift.states))
    cells = [f"cell {kind} {shift.analyte} {one} {two}" for one in places for two in places]
    yield Sum("treated", (*cells, f"no-baseline {shift.analyte}", f"no-later {shift.analyte}"))
    baseline = f"n {FIRST} {BASELINE} {shift.analyte}"
    if baseline in adds.counts:
        yield Sum("treated", (baseline, f"no-baseline {shift.analyte}"))


def _times_sums(cohort: Cohort, adds: _Adds) -> Iterator[Sum]:
    for times in cohort.times:
        where = f"{times.origin} {times.event}"
        names = ("events", "censored", "not_at_risk", "not_observed")
        yield Sum(units_name(times), tuple(f"{name} {where} {times.onset}" for name in names))
        if times.onset == ALL:
            for name in names:
                parts = tuple(f"{name} {where} {onset}" for onset in ONSETS)
                yield Sum(f"{name} {where} {ALL}", parts)
            for day in cohort.settings.mark_days:
                parts = tuple(f"risk {where} {onset} {day}" for onset in ONSETS)
                yield Sum(f"risk {where} {ALL} {day}", parts)
            if times.follows_courses:
                yield Sum(f"units {ALL}", tuple(f"units {onset}" for onset in ONSETS))
                yield Sum(f"patients {ALL}", tuple(f"patients {onset}" for onset in ONSETS))
                yield adds.rest("treated", f"patients {ALL}")


def _course_sums(cohort: Cohort, adds: _Adds) -> Iterator[Sum]:
    """Yield that each course but a patient's last one begins an interval; those of a drug given
    every few weeks are not followed.
    """
    courses, continuous = f"{REST} of courses", f"{REST} of courses of continuous drugs"
    bands = [f"intervals of {band.name}" for band in cohort.intervals.bands]
    parts = (*bands, "intervals of continuous", "treated")
    adds.counts[courses] = sum(adds.counts[part] for part in parts)
    adds.counts[continuous] = adds.counts[courses] - adds.counts[f"units {ALL}"]
    yield Sum(courses, parts)
    yield Sum(courses, (f"units {ALL}", continuous))
