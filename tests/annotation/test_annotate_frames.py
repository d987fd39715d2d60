"""The frames that go in and come out: index, order, empty ones, and what is refused instead of guessed."""

from __future__ import annotations

import contextlib

import pandas as pd
import pytest
from tables.labs import annotated, cohort, draws, infusions, on, table

from wbc_tracker import schema
from wbc_tracker.annotation import annotate
from wbc_tracker.errors import FrameError
from wbc_tracker.flags import derive_flags, evaluate_flags

FIRST = f"{on(0)} 600"
EXPORTED = schema.names(schema.EXPORT_COLUMNS)


def two_people() -> tuple[pd.DataFrame, pd.DataFrame]:
    """Patient 1 has infusions and high counts, patient 2 has neither."""
    labs = cohort(
        **{
            "1": draws(f"{on(-5)} wbc 9.0", f"{on(60)} wbc 8.8"),
            "2": draws(f"{on(-4)} wbc 4.5", f"{on(60)} wbc 4.4"),
        }
    )
    return labs, infusions(FIRST, who="1")


def test_the_export_columns_stand_first_and_in_their_order() -> None:
    assert list(annotated(draws(f"{on(5)} wbc 6.0"), FIRST).columns)[: len(EXPORTED)] == EXPORTED


def test_rows_keep_the_order_of_the_file_and_get_a_fresh_index() -> None:
    labs = draws(f"{on(60)} wbc 6.0", f"{on(-5)} cd4 700", f"{on(60)} neutrophils_pct 50", f"{on(-5)} wbc 6.4")
    labs.index = pd.Index([7, 7, 3, 1])
    frame = annotated(labs, FIRST)
    assert list(frame.index) == [0, 1, 2, 3, 4]
    assert table(frame, "source_row", "analyte") == [
        (2, "wbc"), (3, "cd4"), (4, "neutrophils_pct"), (4, "neutrophils"), (5, "wbc"),
    ]  # fmt: skip


def test_what_was_printed_stays_as_it_is() -> None:
    labs = draws(f"{on(60)} wbc 6.0 4.0-11.0", f"{on(61)} wbc <0.5 adults")
    printed = [name for name in EXPORTED if name.startswith("reported_")]
    assert table(annotated(labs, FIRST), *printed) == table(labs, *printed)


@pytest.mark.parametrize("given", [(), (FIRST,)])
def test_no_results(given: tuple[str, ...]) -> None:
    frame = annotated(draws(), *given)
    assert list(frame.columns)[: len(EXPORTED)] == EXPORTED
    assert len(derive_flags(frame)) == len(evaluate_flags(frame)) == 0


def test_only_the_required_columns() -> None:
    labs = draws(f"{on(-5)} wbc 6.4", f"{on(60)} wbc 4.5")[["patient_id", "collected_at", "analyte", "value"]]
    assert table(annotated(labs, FIRST), "value", "percent_change", "ref_flag") == [
        (6.4, 0, "normal"), (4.5, pytest.approx(-29.6875), "normal"),
    ]  # fmt: skip


@pytest.mark.parametrize("column", ["patient_id", "collected_at", "analyte", "value"])
def test_a_missing_column_is_named(column: str) -> None:
    with pytest.raises(FrameError, match=column):
        annotated(draws(f"{on(5)} wbc 6.0").drop(columns=column), FIRST)


@pytest.mark.parametrize("when", ["10.01.2024", "2024-13-01", "yesterday", "2024-01-10 8 am"])
def test_a_date_in_another_form_is_refused(when: str) -> None:
    with pytest.raises(FrameError):
        annotated(draws(f"{on(5)} wbc 6.0").assign(collected_at=when), FIRST)


def test_an_unknown_analyte_is_refused() -> None:
    with pytest.raises(FrameError, match="ferritin"):
        annotated(draws(f"{on(5)} wbc 6.0").assign(analyte="ferritin"), FIRST)


def test_values_in_another_unit_are_refused() -> None:
    """1500 per microlitre are 1.5 10^9/L: read as they stand they would never be low."""
    labs = draws(f"{on(5)} wbc 6.0", f"{on(5)} neutrophils 1500")
    labs = labs.assign(unit=["10*9/L", "/uL"])
    with pytest.raises(FrameError, match=r"Results of neutrophils are in '/uL'; they are needed in '10\*9/L'"):
        annotated(labs, FIRST)


def test_a_unit_that_is_not_told_is_the_canonical_one() -> None:
    labs = draws(f"{on(5)} wbc 6.0", f"{on(6)} wbc 6.0").assign(unit=["", None])
    assert len(annotated(labs, FIRST)) == 2


@pytest.mark.parametrize("drug", ["Ocrevus", "natalizumab", ""])
def test_an_unknown_drug_is_refused_and_not_taken_for_another(drug: str) -> None:
    """Its interval decides course, phase and the next infusion."""
    given = infusions(FIRST).assign(drug=drug)
    with pytest.raises(FrameError):
        annotate(draws(f"{on(60)} wbc 6.0"), given, as_of=on(100))


@pytest.mark.parametrize("comparator", ["≤", "~", "lt"])
def test_an_unknown_comparator_is_refused_and_not_taken_for_a_number(comparator: str) -> None:
    with pytest.raises(FrameError):
        annotated(draws(f"{on(60)} cd19 5").assign(comparator=comparator), FIRST)


def test_a_row_without_a_value_is_refused_or_passed_over() -> None:
    labs = draws(f"{on(-30)} wbc 6.4", f"{on(-5)} wbc 1.0", f"{on(60)} wbc 6.0").assign(value=[6.4, None, 6.0])
    with contextlib.suppress(FrameError):
        frame = derive_flags(annotated(labs, FIRST))
        assert table(frame, "baseline_value")[2] == 6.4
        assert table(frame, "flags")[1] is None


def test_a_result_of_nobody_is_refused() -> None:
    labs, given = two_people()
    labs["patient_id"] = ["1", None, "2", "2"]
    with pytest.raises(FrameError):
        annotate(labs, given, as_of=on(100))


@pytest.mark.parametrize("frames", [("labs",), ("infusions",), ("labs", "infusions")])
def test_patients_with_numbers_for_names_are_not_mixed(frames: tuple[str, ...]) -> None:
    """`pandas.read_csv` makes numbers of such ids."""
    labs, given = two_people()
    expected = annotate(labs, given, as_of=on(100))
    if "labs" in frames:
        labs = labs.assign(patient_id=labs["patient_id"].astype("int64"))
    if "infusions" in frames:
        given = given.assign(patient_id=given["patient_id"].astype("int64"))
    columns = ("course", "baseline_value", "previous_value")
    assert table(annotate(labs, given, as_of=on(100)), *columns) == table(expected, *columns)


def test_frames_joined_by_pandas() -> None:
    labs, given = two_people()
    parts = [labs[labs["patient_id"] == who] for who in ("1", "2")]
    joined = annotate(pd.concat(parts), pd.concat([given, infusions(f"{on(9)} 600", who="3")]), as_of=on(100))
    assert table(joined, *EXPORTED) == table(annotate(labs, given, as_of=on(100)), *EXPORTED)
