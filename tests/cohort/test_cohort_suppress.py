"""Small counts are hidden, and nothing that is shown gives them away."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from scipy.linalg import null_space
from scipy.optimize import Bounds, LinearConstraint, milp
from tables.cohorts import build, settings

from wbc_tracker.cohort import Cohort
from wbc_tracker.cohort.counts import Hidden, is_small, minus, percent_of, total
from wbc_tracker.cohort.small.bounds import bounds_of
from wbc_tracker.cohort.small.shown import coarsen_curve
from wbc_tracker.cohort.small.sums import Sum
from wbc_tracker.cohort.small.suppress import Protection, protect_small
from wbc_tracker.cohort.survival import compute_curve
from wbc_tracker.errors import UsageError
from wbc_tracker.render.csv.cohort import render_cohort_csv
from wbc_tracker.render.json.cohort import render_cohort_json
from wbc_tracker.render.terminal.cohort import render_cohort

LEAST = 5
NAMES = [f"p{number:02}" for number in range(20)]
#: 20 treated: 12 depleted for good, 6 with B cells back, 2 never depleted; 3 without WBC; and 1 untreated.
PEOPLE = {
    name: (
        "0",
        "-5 cd19 200",
        f"60 cd19 {90 if number >= 18 else 2}",
        f"150 cd19 {90 if number >= 12 else 1}",
        *(["60 wbc 5", "-5 wbc 6"] if number >= 3 else []),
    )
    for number, name in enumerate(NAMES)
} | {"untreated": ("", "5 wbc 4")}
ASKED = {"window_weeks": (0, 4, 12, 24), "analytes": ["wbc", "cd19"]}
#: Eighteen of one centre; two, and the untreated, of the other.
CENTRES = {name: "Bern" if number < 18 else "Rome" for number, name in enumerate(NAMES)}


def cohort(groups: dict[str, str] | None = None, least: int = LEAST) -> Cohort:
    return build(PEOPLE, groups=groups, suppress_below=least, **ASKED)


def test_what_is_hidden_by_hand():
    found = cohort()
    # One is untreated: who is on record is withheld, else the one could be worked out.
    assert (found.on_record, found.treated) == (Hidden.WITHHELD, Hidden.WITHHELD)
    first = found.tables[0].depletion.set_index("window")
    # All 20 were tested in weeks 4 to 12, 18 of them depleted: the 2 others are few.
    assert first.loc[1, "assessable"] == 20
    assert first.loc[1, "depleted"] is Hidden.WITHHELD
    # In weeks 12 to 24 it is 12 of 20, and both parts may be told.
    assert (first.loc[2, "depleted"], first.loc[2, "assessable"]) == (12, 20)
    # Nobody has a draw before week 4, and that may be told.
    assert first.loc[0, "drawn"] == 0
    values = found.tables[0].values.set_index(["window", "analyte"])
    assert values.loc[(1, "wbc"), ["n", "median", "q1"]].tolist() == [17, 5, 5]
    assert values.loc[(1, "wbc"), "reached"] is Hidden.WITHHELD
    assert values.loc[(0, "cd19"), "n"] == 0
    assert np.isnan(values.loc[(0, "cd19"), "median"])


def test_a_group_that_is_small_hides_one_more_so_that_the_rest_does_not_give_it_away():
    found = cohort(CENTRES)
    rome, bern = found.groups["Rome"], found.groups["Bern"]
    assert list(found.groups) == ["Bern", "Rome", "not told"]
    assert rome.treated is Hidden.SMALL
    counted = [one.tables[0].values.set_index(["window", "analyte"]).loc[(1, "wbc"), "n"] for one in (found, bern)]
    assert any(isinstance(count, Hidden) for count in counted)


@pytest.mark.parametrize(
    ("groups", "least"), [(None, 3), (None, 5), (CENTRES, 3), (CENTRES, 5), ({name: name[-1] for name in NAMES}, 5)]
)
def test_no_small_count_follows_from_all_that_is_shown(groups, least):
    exact = cohort(groups, least=0)
    made = protect_small(replace(exact, settings=replace(exact.settings, suppress_below=least)))
    for one in made.sums:
        assert made.counts[one.whole] == sum(made.counts[part] for part in one.parts)
    assert [name for name in made.determined() if is_small(made.counts[name], least)] == []
    assert all(name in made.hidden for name, count in made.counts.items() if is_small(count, least))


def attacked(made: Protection, least: int) -> Iterator[str]:
    """The small cells of which whoever knows all sums, and what the marks mean, can name the number.

    Each sum is an equation, `<5` is 1 to 4 and `-` at least 5 or nobody: the least and the most that a cell can be, by
    integer programming of scipy.
    """
    bounds = bounds_of(made.counts, made.hidden, least)
    place = {name: number for number, name in enumerate(made.hidden)}
    equations, shown = [], []
    for one in made.sums:
        row, known = np.zeros(len(place)), 0
        for name, sign in ((one.whole, 1), *((part, -1) for part in one.parts)):
            if name in place:
                row[place[name]] += sign
            else:
                known -= sign * made.counts[name]
        if row.any():
            equations.append(row)
            shown.append(known)
    low, high = np.minimum(np.array([bounds[name] for name in place], dtype=float), 10_000).T
    for name, number in place.items():
        if not is_small(made.counts[name], least):
            continue
        ends = []
        for sign in (1, -1):
            wanted = np.zeros(len(place))
            wanted[number] = sign
            found = milp(
                wanted,
                constraints=LinearConstraint(np.array(equations), shown, shown),
                bounds=Bounds(low, high),
                integrality=np.ones(len(place)),
            )
            assert found.x is not None, found.message
            ends.append(round(found.x[number]))
        if ends[0] == ends[1]:
            yield name


@pytest.mark.parametrize(
    ("groups", "least"),
    [(None, 3), (CENTRES, 5), ({name: "ab"[number % 2] for number, name in enumerate(NAMES)}, 5)],
)
def test_no_small_count_can_be_recomputed(groups, least):
    exact = cohort(groups, least=0)
    made = protect_small(replace(exact, settings=replace(exact.settings, suppress_below=least)))
    assert list(attacked(made, least)) == []


def protected(least: int, whole: int, **parts: int) -> Protection:
    """A table of one sum, protected."""
    counts = {":treated": whole} | {f":{name}": count for name, count in parts.items()}
    made = Protection(counts, {}, [Sum(":treated", tuple(f":{name}" for name in parts))])
    made.hide([], least)
    return made


def test_two_small_cells_are_not_given_away_by_their_sum():
    """Of 28, 20 are shown: two cells of `<5` that are 8 together are 4 each. So not even that they are few is told."""
    made = protected(5, 28, a=4, b=4, c=20)
    assert made.hidden == {":a": Hidden.WITHHELD, ":b": Hidden.WITHHELD}
    assert list(attacked(made, 5)) == []
    # 6 together are 2 and 4, 3 and 3, or 4 and 2: that may stand.
    assert list(protected(5, 26, a=3, b=3, c=20).hidden) == [":a", ":b"]


def test_nobody_is_shown_and_protects_nothing():
    """Withheld is the 20 beside the 3, not the nobody beside it, who would not hide the 3."""
    made = protected(5, 23, a=3, b=0, c=20)
    assert ":b" not in made.hidden
    assert made.hidden[":a"] is Hidden.SMALL
    assert Hidden.WITHHELD in made.hidden.values()


def test_courses_and_intervals_do_not_give_each_other_away():
    """Each course but a patient's last begins an interval: 26 courses of 20 patients are 6 intervals, of which 3 are
    extended ones of three patients."""
    doses = {name: "0 168" if number < 9 else "0 200" if number < 12 else "0" for number, name in enumerate(NAMES)}
    people = {name: (doses[name], *lines[1:]) for name, lines in PEOPLE.items() if lines[0]}
    exact = build(people, suppress_below=0, **ASKED)
    bands = {band.name: band.intervals for band in exact.intervals.bands}
    courses = next(one.units for one in exact.times if one.origin == "last")
    assert (bands["standard"], bands["extended"], courses) == (9, 3, 32)
    found = build(people, suppress_below=LEAST, **ASKED)
    shown = [band.intervals for band in found.intervals.bands if band.name == "standard"]
    shown += [next(one.units for one in found.times if one.origin == "last"), found.treated]
    assert any(isinstance(count, Hidden) for count in shown)


def test_those_at_risk_of_one_onset_are_not_the_rest_of_all():
    """17 had B cells before, 3 were not tested: how many of all are at risk, less those of the 17, would be the 3."""
    people = {
        name: ("0", *(["-5 cd19 200"] if number < 17 else []), "60 cd19 90", "150 cd19 90")
        for number, name in enumerate(NAMES)
    }
    found = build(people, suppress_below=LEAST, **ASKED)
    marks = {
        one.onset: dict(one.curve.marks[["day", "at_risk"]].to_numpy().tolist())
        for one in found.times
        if (one.origin, one.event) == ("first", "depleted") and one.curve is not None
    }
    assert "not told" not in marks
    for day in (28, 84):
        told = [curve[day] for onset, curve in marks.items() if onset in ("all", "incident")]
        assert len(told) < 2 or any(isinstance(count, Hidden) for count in told)


@pytest.mark.parametrize(("many", "shown"), [(8, ""), (9, "median"), (16, "median"), (17, "q1 median q3")])
def test_medians_and_quartiles_stand_only_where_five_lie_on_either_side(many, shown):
    people = {name: ("0", f"60 wbc {number + 1}") for number, name in enumerate(NAMES) if number < many}
    values = build(people, suppress_below=LEAST, **ASKED).tables[0].values
    row = values[(values["window"] == 1) & (values["analyte"] == "wbc")].iloc[0]
    assert row["n"] == many
    assert [name for name in ("q1", "median", "q3") if not np.isnan(row[name])] == shown.split()


def test_what_follows_from_the_sums_is_what_linear_algebra_says():
    """Every sum is an equation; what has one value in all its solutions is known."""
    asked = {"window_weeks": (4, 12), "analytes": ["wbc"], "since": ("first",), "origins": ("first",)}
    exact = build(PEOPLE, **asked)
    made = protect_small(replace(exact, settings=replace(exact.settings, suppress_below=LEAST)))
    place = {name: number for number, name in enumerate(made.hidden)}
    equations = np.zeros((len(made.sums), len(place)))
    for number, one in enumerate(made.sums):
        for name, sign in ((one.whole, 1), *((part, -1) for part in one.parts)):
            if name in place:
                equations[number, place[name]] += sign
    free = null_space(equations)
    known = [name for name, row in zip(place, free, strict=True) if np.abs(row).max(initial=0) < 1e-9]
    assert sorted(known) == sorted(made.determined())
    assert [name for name in known if is_small(made.counts[name], LEAST)] == []


def counts_in(document: Any, name: str = "") -> Iterator[tuple[str, int]]:
    """Every count of a JSON document with its name."""
    if isinstance(document, dict):
        for key, value in document.items():
            yield from counts_in(value, key)
    elif isinstance(document, list):
        for value in document:
            yield from counts_in(value, name)
    elif isinstance(document, int) and not isinstance(document, bool):
        yield name, document


#: Whole numbers that count nobody.
NO_COUNTS = {"from_week", "to_week", "week", "day", "median_days", "median_low", "median_high"}


def test_no_format_tells_a_small_count():
    found = cohort(CENTRES)
    document = json.loads(render_cohort_json(found, "1"))
    del document["settings"]
    assert [one for one in counts_in(document) if one[0] not in NO_COUNTS and 0 < one[1] < LEAST] == []
    rows = list(csv.DictReader(io.StringIO(render_cohort_csv(found, "1"))))
    told = [row[name] for row in rows for name in ("n", "denominator", "missing") if row["section"] != "settings"]
    assert [text for text in told if text.isdigit() and 0 < int(text) < LEAST] == []
    assert "<5" in told
    counted = [row["value"] for row in rows if row["column"] in ("patients", "courses", "intervals", "of patients")]
    assert [text for text in counted if text.isdigit() and 0 < int(text) < LEAST] == []
    words = "\n".join(line.plain for line in render_cohort(found, 120, "1"))
    assert "Counts below 5 are shown as <5" in words
    assert "How many are on record and treated is withheld" in words


def test_without_it_nothing_is_hidden():
    found = cohort(least=0)
    assert (found.on_record, found.treated) == (21, 20)
    assert "suppress" not in "\n".join(line.plain for line in render_cohort(found, 120, "1"))


def test_a_curve_falls_only_by_steps_of_many():
    """Ten events on ten days, five censored later: two steps, after the fifth and the tenth."""
    stop = np.array([*range(1, 11), 20, 20, 20, 20, 20])
    exact = compute_curve(np.full(15, -1), stop, stop < 20, asked=[3, 7, 15, 20])
    found = coarsen_curve(exact, 15, LEAST)
    assert found.steps[["day", "without"]].to_numpy().tolist() == [[0, 1], [5, 0.67], [10, 0.33]]
    assert found.steps["events"].tolist() == [Hidden.WITHHELD, 5, 5]
    assert set(found.steps["at_risk"]) == {Hidden.WITHHELD}
    # 13, 9, 5 and 5 are at risk: told where it fell by five or more.
    assert found.marks["at_risk"].tolist() == [Hidden.WITHHELD, 9, Hidden.WITHHELD, Hidden.WITHHELD]
    assert found.median == 10


@pytest.mark.parametrize(
    ("count", "whole", "percent"),
    [(1, 8, 12.5), (1, 16, 6.3), (3, 16, 18.8), (0, 5, 0.0), (0, 0, None), (5, 2000, 0.3)],
)
def test_percentages_are_rounded_half_up(count, whole, percent):
    """1 of 16 is 6.25 %: 6.3; 5 of 2000 is 0.25 %: 0.3."""
    assert percent_of(count, whole) == percent


def test_what_is_made_of_a_hidden_count_is_withheld():
    assert minus(5, Hidden.SMALL) is total([1, Hidden.WITHHELD]) is Hidden.WITHHELD
    assert (minus(5, 2), total([1, 2])) == (3, 3)
    assert percent_of(Hidden.SMALL, 20) is percent_of(5, Hidden.WITHHELD) is None


def test_of_counts_below_two_there_is_only_one():
    with pytest.raises(UsageError, match="hides nothing"):
        settings(suppress_below=2)


def test_the_settings_say_it():
    assert settings(suppress_below=5).as_dict()["suppress_below"] == 5
