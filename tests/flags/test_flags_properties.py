"""What must hold of the flags for any results and infusions."""

from __future__ import annotations

import random

import pandas as pd
from hypothesis import given, settings
from hypothesis import strategies as st
from tables.flags import with_flags
from tables.labs import AS_OF, CATALOG, SPLIT, at, cohort, infusions, on, table
from tables.trials import examples

from wbc_tracker.annotation import annotate
from wbc_tracker.flags import derive_flags

VALUES = {
    "wbc": ["8.0", "6.4", "3.1", "1.8", "0.006", ">4.0"],
    "neutrophils": ["4.0", "1.9", "1.2", "0.4", "<1.0"],
    "lymphocytes": ["1.8", "0.9", "0.4", "<2.0"],
    "cd19": ["210", "2", "<1", "40", "<20"],
    "igg": ["11.0", "9.0", "5.5", "4.0", "<7.0"],
    "cd4": ["800", "150"],
}
#: Flags that judge no value, only the day on which it was drawn.
CONTEXT = {"t_cell_shift", "extended_interval", "steroid_window"}

one_result = st.sampled_from(list(VALUES)).flatmap(
    lambda analyte: st.tuples(
        st.sampled_from([-20, -5, 1, 16, 30, 60, 90, 150, 200, 230, 300, 400]),
        st.just(analyte),
        st.sampled_from(VALUES[analyte]),
    )
)
some_results = st.lists(one_result, min_size=1, max_size=24, unique_by=lambda result: result[:2])
some_infusions = st.sampled_from([(), SPLIT, (*SPLIT, f"{on(168)} 600"), (f"{on(0)} 20 ofatumumab",)])


def flags_by_result(labs: pd.DataFrame, infused: tuple[str, ...]) -> dict[tuple[str, str], set[str]]:
    frame = with_flags(labs, *infused)
    cells = table(frame, "collected_at", "analyte", "flags")
    return {(when, analyte): set((flags or "").split(";")) - {""} for when, analyte, flags in cells}


def lines(results: list[tuple[int, str, str]]) -> pd.DataFrame:
    return at(*(f"{day} {analyte} {value}" for day, analyte, value in results))


@settings(max_examples=examples(60))
@given(some_results, some_infusions, st.randoms(use_true_random=False))
def test_the_order_of_the_rows_does_not_matter(
    results: list[tuple[int, str, str]], infused: tuple[str, ...], chance: random.Random
) -> None:
    shuffled = chance.sample(results, len(results))
    assert flags_by_result(lines(shuffled), infused) == flags_by_result(lines(results), infused)


@settings(max_examples=examples(60))
@given(some_results, some_infusions)
def test_an_alarming_value_is_flagged_whatever_else_is_there(
    results: list[tuple[int, str, str]], infused: tuple[str, ...]
) -> None:
    """Each result as the only one of a patient and among all others raises the same alarms of its own value."""
    own = {"critical_value", *(flag.code for flag in CATALOG.flags.values() if flag.analyte), "low_immunoglobulin"}
    together = flags_by_result(lines(results), infused)
    alone = cohort(**{f"p{place}": lines([result]) for place, result in enumerate(results)})
    doses = pd.concat([infusions(*infused, who=who) for who in alone["patient_id"].unique()], ignore_index=True)
    frame = derive_flags(annotate(alone, doses, as_of=AS_OF))
    for when, analyte, flags in table(frame, "collected_at", "analyte", "flags"):
        assert together[when, analyte] & own == set((flags or "").split(";")) & own


@settings(max_examples=examples(60))
@given(some_results, some_infusions)
def test_what_is_unknown_is_flagged_as_nothing_and_called_expected_by_nothing(
    results: list[tuple[int, str, str]], infused: tuple[str, ...]
) -> None:
    """`>0` says nothing of a result."""
    unknown = [(day, analyte, ">0") for day, analyte, _ in results]
    for flags in flags_by_result(lines(unknown), infused).values():
        assert flags <= CONTEXT
