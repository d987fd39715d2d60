"""A cohort a second time, in plain loops over patients: slow, and meant to be checked by reading."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

import numpy as np
import pandas as pd

from tables.slow_statistics import kaplan_meier
from wbc_tracker.cohort import Cohort, CohortSettings

START = date(2024, 1, 1)
AS_OF_DAY = 500
STATUSES = ("event", "censored", "not at risk", "not observed")


def own_state(analyte: str, text: str) -> str | None:
    """What one result says: depleted, present or nothing."""
    sign, number = ("", float(text)) if text[0].isdigit() else (text[0], float(text[1:]))
    if analyte not in ("cd19", "cd19_pct", "cd20"):
        return None
    cut = 1 if analyte == "cd19_pct" else 10
    if (sign == "" and number >= cut) or (sign == ">" and number >= cut):
        return "present"
    if analyte != "cd20" and ((sign == "" and number < cut) or (sign == "<" and number <= cut)):
        return "depleted"
    return None


def judged(draws: list[tuple[int, str, str]]) -> dict[int, str]:
    """Day -> depleted or present, of the days that tell."""
    states: dict[int, set[str | None]] = {}
    for day, analyte, text in draws:
        states.setdefault(day, set()).add(own_state(analyte, text))
    return {
        day: "present" if "present" in told else "depleted" for day, told in sorted(states.items()) if told != {None}
    }


class PersonOfLoops:
    """One patient: infusions given, and the judged days on treatment."""

    def __init__(self, doses: str, *lines: str, as_of_day: int = AS_OF_DAY) -> None:
        self.as_of_day = as_of_day
        self.given = [day for day in map(int, doses.split()) if day <= self.as_of_day]
        self.draws: list[tuple[int, str, str]] = []
        for line in lines:
            day, analyte, text = line.split()
            if self.given and self.given[0] < int(day) <= self.as_of_day:  # on its day: before it
                self.draws.append((int(day), analyte, text))
        self.judged = judged(self.draws)
        told = [(int(day), analyte, text) for day, analyte, text in map(str.split, lines)]
        self.before = judged([draw for draw in told if self.given and draw[0] <= self.given[0]])

    def since(self, which: str, day: int) -> int:
        before = [given for given in self.given if given < day]
        return day - (before[0] if which == "first" else before[-1])

    def reached(self, which: str, days: int) -> bool:
        if which == "first":
            return bool(self.given) and self.as_of_day - self.given[0] >= days
        following = [*self.given[1:], self.as_of_day]
        return any(after - given >= days for given, after in zip(self.given, following, strict=True))

    def nearest(self, which: str, start: int, end: int, days: list[int]) -> int | None:
        """The day nearest to the middle of [start, end), the earlier of two."""
        inside = [day for day in sorted(days) if start <= self.since(which, day) < end]
        return min(inside, key=lambda day: abs(self.since(which, day) - (start + end - 1) / 2), default=None)

    def course_starts(self) -> list[int]:
        """The days that open a course: those at most 21 days after one belong to it."""
        opens: list[int] = []
        for day in self.given:
            if not opens or day > opens[-1] + 21:
                opens.append(day)
        return opens

    def times(self) -> list[tuple[Any, ...]]:
        """onset, origin, event, status, entry, days, after and closing day of every row of the time-to-event data."""
        if not self.given:
            return []
        onset = "not told" if not self.before else "incident"
        onset = "prevalent" if "depleted" in self.before.values() else onset
        opens = self.course_starts()
        spans = [("first", self.given[0], None, self.as_of_day)]
        for start, following in zip(opens, [*opens[1:], None], strict=True):
            last = max(day for day in self.given if day >= start and (following is None or day < following))
            spans.append(("last", last, following, following or self.as_of_day))
        rows = []
        for origin, start, following, close in spans:
            inside = [day for day in sorted(self.judged) if start < day <= (following or self.as_of_day)]
            earlier = [(day, state) for day, state in (self.before | self.judged).items() if day <= start]
            was = max(earlier)[1] if earlier else None
            for event, gone, come in (("depleted", "present", "depleted"), ("reappeared", "depleted", "present")):
                rows.append((onset, origin, event, *self._row(event, was, gone, come, inside, start), close - start))
        return rows

    def _row(self, event: str, was: str | None, gone: str, come: str, inside: list[int], start: int) -> tuple[Any, ...]:
        """Status, entry, days and the last day without the event."""
        if not inside:
            return ("not observed", None, None, None)
        entry, known = 0, was == gone
        if event == "depleted" and was == "depleted":
            return ("not at risk", None, None, None)
        if event == "reappeared" and was != "depleted":
            depleted = [day for day in inside if self.judged[day] == "depleted"]
            if not depleted:
                return ("not at risk", None, None, None)
            entry, known, inside = depleted[0] - start, False, [day for day in inside if day > depleted[0]]
            if not inside:
                return ("not observed", None, None, None)
        hits = [day for day in inside if self.judged[day] == come]
        stop = hits[0] if hits else inside[-1]
        without = [day - start for day in inside if day < stop or (not hits and day == stop)]
        after = without[-1] if without else (0 if known else None)
        if after is None and entry:
            after = entry
        return ("event" if hits else "censored", entry, stop - start, after)


def check_cohort(found: Cohort, them: Sequence[PersonOfLoops], asked: CohortSettings) -> None:
    """Every figure of a cohort, or of a group, but for shifts and intervals, is what loops over its people give."""
    treated = [one for one in them if one.given]
    assert (found.on_record, found.treated) == (len(them), len(treated))
    assert found.drawn == sum(bool(one.draws) for one in treated)
    for table in found.tables:
        expected = []
        for place, (start, end) in enumerate(asked.windows):
            states = []
            for one in treated:
                day = one.nearest(table.since, start, end, list(one.judged))
                states.append(None if day is None else one.judged[day])
            drawn = [any(start <= one.since(table.since, day) < end for day, _, _ in one.draws) for one in treated]
            reached = sum(one.reached(table.since, start) for one in treated)
            expected.append((place, states.count("depleted"), len(treated) - states.count(None), sum(drawn), reached))
        assert list(table.depletion.itertuples(index=False, name=None)) == expected
        _check_values(table.values, table.since, treated, asked.windows)
    _check_over_time(found, treated)
    _check_times(found, them)


def _check_values(
    values: pd.DataFrame, since: str, treated: list[PersonOfLoops], windows: list[tuple[int, int]]
) -> None:
    for row in values[values["window"] >= 0].to_dict("records"):
        start, end = windows[row["window"]]
        known, limits = [], 0
        for one in treated:
            days = [day for day, analyte, _ in one.draws if analyte == row["analyte"]]
            day = one.nearest(since, start, end, days)
            if day is None:
                continue
            (text,) = [text for when, analyte, text in one.draws if (when, analyte) == (day, row["analyte"])]
            limits += not text[0].isdigit()
            known.append(text)
        assert row["n"] == len(known) <= row["reached"]
        if known and not limits:
            expected = np.percentile(np.array(known, dtype=float), [25, 50, 75])
            assert np.allclose([row["q1"], row["median"], row["q3"]], expected)


def _check_over_time(found: Cohort, treated: list[PersonOfLoops]) -> None:
    early, sustained, mostly, ever = [], [], [], []
    waits, last_gaps, seen_after = [], [], 0
    for one in treated:
        days = list(one.judged)
        day = one.nearest("first", 70, 113, days)
        early.append(None if day is None else one.judged[day] == "depleted")
        later = [one.judged[day] == "depleted" for day in days if one.since("first", day) >= 14]
        sustained.append(all(later) if later else None)
        mostly.append(sum(later) / len(later) >= 0.8 if later else None)
        ever.append("depleted" in one.judged.values() if days else None)
        gone = [day for day in days if one.judged[day] == "depleted"]
        if gone:
            back = [day for day in days if day > gone[0] and one.judged[day] == "present"]
            seen_after += bool(back)
            waits += [one.since("first", day) for day in back[:1]]
            last_gaps += [one.since("last", day) for day in back[:1]]
    for share, answers in (
        (found.depletion.early, early),
        (found.depletion.sustained, sustained),
        (found.depletion.mostly, mostly),
        (found.depletion.ever, ever),
    ):
        assert (share.count, share.assessable) == (answers.count(True), len(answers) - answers.count(None))
        assert share.missing >= 0
    again = found.reappearance
    assert (again.seen.count, again.seen.assessable) == (seen_after, ever.count(True))
    assert again.not_seen == ever.count(True) - seen_after
    if waits:
        assert [one.value for one in again.since_first] == list(np.percentile(waits, [25, 50, 75]))
        assert [one.value for one in again.since_last] == list(np.percentile(last_gaps, [25, 50, 75]))


def _check_times(found: Cohort, them: Sequence[PersonOfLoops]) -> None:
    rows = [(who, *row) for who, one in enumerate(them) for row in one.times()]
    for curve in found.times:
        chosen = [row for row in rows if row[2:4] == (curve.origin, curve.event) and curve.onset in ("all", row[1])]
        statuses = [row[4] for row in chosen]
        counts = [curve.events, curve.censored, curve.not_at_risk, curve.not_observed]
        assert counts == [statuses.count(status) for status in STATUSES]
        assert (curve.units, curve.patients) == (len(chosen), len({row[0] for row in chosen}))
        gaps = [row[6] - row[7] for row in chosen if row[4] == "event" and row[7] is not None]
        assert curve.gap_days == (np.median(gaps) if gaps else None)
        seen = [(row[5] or -1, row[6], row[4] == "event") for row in chosen if row[4] in STATUSES[:2]]
        assert (curve.curve is None) == (not seen)
        if curve.curve is None:
            continue
        table = kaplan_meier(seen)
        columns = ["day", "at_risk", "events", "without", "low", "high"]
        assert np.allclose(curve.curve.steps[columns].to_numpy(), np.array(table), equal_nan=True)
        assert curve.curve.median == next((row[0] for row in table if row[3] <= 0.5 + 1e-9), None)
        for mark in curve.curve.marks.to_dict("records"):
            assert mark["at_risk"] == sum(entry < mark["day"] <= stop for entry, stop, _ in seen)
            before = [row for row in table if row[0] <= mark["day"]][-1]
            assert np.isclose(mark["without"], before[3])
