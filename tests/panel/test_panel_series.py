"""What a panel draws: the results of the last three years, everyone's at once, and the words for it."""

from __future__ import annotations

import datetime

from tables.labs import CATALOG
from tables.panels import dataset_of

from wbc_tracker.analysis import Analysis
from wbc_tracker.panel.series import collect_panel_series, strand_words
from wbc_tracker.scales import Scale

#: 2024-01-01 in days since 1970-01-01.
ZERO = (datetime.date(2024, 1, 1) - datetime.date(1970, 1, 1)).days


def strands_of(results, infused=None, as_of=200, weeks=156):
    dataset = dataset_of(results, infused or {}, as_of)
    analysis = Analysis(dataset, "before", CATALOG)
    told = collect_panel_series(analysis, list(reversed(results)), weeks).strands
    return dict(zip(reversed(results), told, strict=True))


def test_results_are_in_time_order_with_the_interval_of_the_latest():
    drawn = strands_of({"a": ("100 wbc 5 3-9", "50 wbc 6 4-11"), "b": ("60 wbc 7",)})
    strand = drawn["a"].white_cells
    assert [day - ZERO for day in strand.days] == [50, 100]
    assert (strand.values, strand.low, strand.high) == ([6, 5], 3, 9)
    assert drawn["b"].white_cells.values == [7]
    assert drawn["a"].b_cells is None


def test_infusions_up_to_the_day_are_drawn_and_bookings_are_not():
    drawn = strands_of({"a": ("50 wbc 6",)}, {"a": ("0 300", "168 600", "300 600")})
    assert [day - ZERO for day in drawn["a"].infusions] == [0, 168]


def test_what_is_older_than_three_years_is_left_out():
    as_of = 2000
    first = as_of - 156 * 7
    drawn = strands_of({"a": (f"{first} wbc 5", f"{first + 1} wbc 6"), "b": ("0 wbc 7",)}, as_of=as_of)
    assert drawn["a"].white_cells.values == [6]
    assert drawn["b"].white_cells is None
    assert strands_of({"b": ("0 wbc 7",)}, as_of=as_of, weeks=None)["b"].white_cells.values == [7]


def test_a_percentage_of_b_cells_stands_in_where_it_is_newer_or_alone():
    assert strands_of({"a": ("10 cd19_pct 2",)})["a"].b_cells.analyte.id == "cd19_pct"
    assert strands_of({"a": ("10 cd19 200", "20 cd19_pct 2")})["a"].b_cells.analyte.id == "cd19_pct"
    assert strands_of({"a": ("10 cd19 200", "10 cd19_pct 2")})["a"].b_cells.analyte.id == "cd19"


def test_words():
    drawn = strands_of({"a": ("-10 cd19 212", "50 cd19 <1", "100 cd19 4")}, {"a": ("0 300", "14 300")})["a"]
    assert drawn.b_cells.comparators == ["", "<", ""]
    told = strand_words(drawn.b_cells, Scale.canonical(CATALOG.analytes["cd19"]))
    assert (
        told == "CD19 B cells: 3 results of the last 3 years, from <1 to 212; latest 4 /µL on 2024-04-10; 2 infusions"
    )
    assert strand_words(None, Scale.canonical(CATALOG.analytes["wbc"])) == "white cells: no result of the last 3 years"
    assert strand_words(None, Scale.canonical(CATALOG.analytes["wbc"]), None) == "white cells: no result on record"
