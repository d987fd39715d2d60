"""Frames of one's own at the public door: checked column by column, never guessed at, never changed."""

from __future__ import annotations

from datetime import date

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tables.labs import at, cohort, draws, happened, infusions, on
from tables.trials import examples

import wbc_tracker as api
from wbc_tracker import schema
from wbc_tracker.errors import UsageError
from wbc_tracker.intake import LabReading

DAY = on(200)
DOSES = infusions(f"{on(0)} 300", f"{on(14)} 300")
EXPORTED = schema.names(schema.EXPORT_COLUMNS)


def own(**columns: object) -> pd.DataFrame:
    """Two results as somebody else's program holds them, with other columns in place of these."""
    usual = {
        "patient_id": ["me", "me"],
        "collected_at": [on(-3), on(60)],
        "analyte": ["neutrophils", "neutrophils"],
        "value": [4.0, 1.4],
    }
    return pd.DataFrame({name: column for name, column in {**usual, **columns}.items() if column is not None})


def test_only_the_columns_of_the_export_come_out():
    frame = api.annotate(own(), DOSES, as_of=DAY)
    assert list(frame) == EXPORTED
    assert frame["flags"].tolist()[1].split(";")[0] == "neutropenia"


def test_nor_do_datasets_of_files_have_others():
    told = api.assemble(own(centre=["north", "north"]), DOSES, DAY)
    assert list(api.annotate(told)) == [*EXPORTED, "centre"]
    assert not [name for name in told.annotate("before", api.load_catalog()) if name.startswith("_")]


def test_a_frame_and_its_dataset_say_the_same():
    labs, events = at("-5 wbc 6.4", "60T08:30 cd19 <5", "60 wbc 3.1 4.0-11.0"), happened("50 steroid")
    for same_day in ("before", "after"):
        one = api.annotate(labs, DOSES, events, as_of=DAY, same_day=same_day, sexes={"me": "m"})
        dataset = api.assemble(labs, DOSES, DAY, events, sexes={"me": "m"})
        pd.testing.assert_frame_equal(one, api.annotate(dataset, same_day=same_day))


def test_results_after_the_day_are_left_out_as_the_command_does():
    told = api.assemble(own(), DOSES, on(59))
    assert told.warnings == [f"1 result after {on(59)} was left out (see --as-of)."]
    assert api.annotate(told)["collected_at"].tolist() == [on(-3)]
    assert len(api.annotate(own(), DOSES, as_of=on(59))) == 1


def test_repeats_and_what_the_laboratory_replaced_are_left_out():
    labs = draws(*[f"{on(5)} wbc {value}" for value in ("6.1", "6.1", "6.3", "5.0")])
    labs = labs.assign(status=[None, None, "corrected", "preliminary"])
    assert api.annotate(labs, DOSES, as_of=DAY)["value"].tolist() == [6.3]


def test_the_frames_that_are_given_stay_as_they_are():
    labs, doses = own(unit=["10^9/L", "K/uL"], arm=[1, 1]), DOSES.drop(columns="dose_mg")
    before = labs.copy(deep=True), doses.copy(deep=True)
    api.annotate(labs, doses, as_of=DAY)
    api.convert_units(labs)
    pd.testing.assert_frame_equal(labs, before[0])
    pd.testing.assert_frame_equal(doses, before[1])


@pytest.mark.parametrize(
    ("columns", "message", "hint"),
    [
        ({"value": ["4.0", "<1.4"]}, "'value' of the results holds texts (str), such as '4.0'", "to_numeric"),
        ({"value": [4.0, object()]}, "'value' of the results holds mixed (object), such as 4.0", "to_numeric"),
        ({"value": [True, False]}, "'value' of the results holds booleans (bool), such as True", "to_numeric"),
        ({"value": [4.0, float("inf")]}, "'value' of the results holds a number without end", ""),
        ({"collected_at": pd.to_datetime([on(-3), on(60)])}, "'collected_at' of the results holds datetime64",
         'results[\'collected_at\'].dt.strftime("%Y-%m-%d")'),
        ({"collected_at": [date(2024, 1, 1), date(2024, 3, 1)]}, "'collected_at' of the results holds date (object)",
         '.astype("str")'),
        ({"collected_at": [20240101, 20240301]}, "'collected_at' of the results holds numbers (int64)", "astype"),
        ({"collected_at": ["01.02.2024", on(3)]}, "holds '01.02.2024'; dates are needed as 2025-03-01", "read_labs"),
        ({"collected_at": [f"{on(3)} 08:30", on(3)]}, f"holds '{on(3)} 08:30'; dates are needed", "read_labs"),
        ({"collected_at": ["2024-02-30", on(3)]}, "holds '2024-02-30'; dates are needed", "read_labs"),
        ({"collected_at": [None, on(3)]}, "'collected_at' of the results has a row without a date", ""),
        ({"patient_id": [7.0, None]}, "'patient_id' of the results holds numbers (float64), such as 7.0", "7.0"),
        ({"analyte": [1, 2]}, "'analyte' of the results holds numbers (int64), such as 1; texts", "astype"),
        ({"analyte": ["wbc", "ferritin"]}, "There is no analyte 'ferritin'", ""),
        ({"comparator": ["lt", ""]}, "There is no comparator", ""),
        ({"value": [None, 1.4]}, "A result has no value", ""),
        ({"value": None}, "The results lack the column value", ""),
        ({"collected_at": None, "collected_on": [on(1), on(2)]}, "Did you mean 'collected_on'?", ""),
    ],
)  # fmt: skip
def test_a_column_of_another_kind_is_named_with_what_it_holds_and_what_to_do(columns, message, hint):
    with pytest.raises(api.FrameError) as raised:
        api.annotate(own(**columns), DOSES, as_of=DAY)
    assert message in raised.value.message
    assert hint in raised.value.hint


def test_so_are_those_of_infusions_and_events():
    for doses, message in (
        (DOSES.assign(infused_on=pd.to_datetime(DOSES["infused_on"])), "'infused_on' of the infusions holds datetime"),
        (DOSES.assign(dose_mg=["300 mg", "300 mg"]), "'dose_mg' of the infusions holds texts"),
        (DOSES.assign(drug="Ocrevus"), "There is no drug 'Ocrevus'"),
        (DOSES.assign(patient_id=["me", None]), "'patient_id' of the infusions has a row without one"),
        (DOSES.drop(columns="drug"), "The infusions lack the column drug"),
    ):
        with pytest.raises(api.FrameError, match=message):
            api.annotate(own(), doses, as_of=DAY)
    for events, message in (
        (happened("50 steroid").assign(happened_on="2024-02-20T08:00"), "dates are needed as 2025-03-01"),
        (happened("50 steroid").assign(kind="cold"), "There is no kind of event"),
    ):
        with pytest.raises(api.FrameError, match=message):
            api.annotate(own(), DOSES, events, as_of=DAY)


def test_what_is_no_table_or_has_odd_names_is_refused():
    for odd, message in (
        (LabReading(file="a.csv", results=own()), "The results are a LabReading, not a table"),
        (own().assign(x=1).rename(columns={"x": 3}), "have a column 3, whose name is no text"),
        (pd.concat([own(), own()[["value"]]], axis=1), "have two columns 'value'"),
    ):
        with pytest.raises(api.FrameError, match=message):
            api.annotate(odd, DOSES, as_of=DAY)


def test_what_is_missing_beside_a_frame_or_doubled_beside_a_dataset_is_said():
    with pytest.raises(api.FrameError, match="infusions and the day are needed"):
        api.annotate(own(), DOSES)
    with pytest.raises(api.FrameError, match="A dataset has its infusions"):
        api.annotate(api.assemble(own(), DOSES, DAY), DOSES)
    with pytest.raises(api.FrameError, match="The sex of 'me' is 'woman'"):
        api.assemble(own(), DOSES, DAY, sexes={"me": "woman"})


def test_infusions_of_nobody_who_has_results_are_refused():
    """Joined by another id they would make everybody untreated."""
    with pytest.raises(UsageError, match=r"The infusions are of 'ann', the results of 'me': nobody is in both"):
        api.annotate(own(), infusions(on(0), who="ann"), as_of=DAY)
    both = pd.concat([DOSES, infusions(on(0), who="ann")])
    assert api.assemble(own(), both, DAY).patients == ["me", "ann"]


def test_ids_that_are_numbers_are_texts_in_both():
    labs = cohort(**{"7": at("60 wbc 6.1"), "8": at("60 wbc 6.2")})
    doses = infusions(on(0), who="8").assign(patient_id=[8])
    frame = api.annotate(labs.assign(patient_id=[7, 8]), doses, as_of=DAY)
    assert list(zip(frame["patient_id"], frame["course"], strict=True)) == [("7", 0), ("8", 1)]


@pytest.mark.parametrize(
    ("analyte", "unit"),
    [("neutrophils", "10^9/L"), ("neutrophils", "10*9/L"), ("neutrophils", "K/uL"), ("neutrophils", "G/L"),
     ("neutrophils", "x10E3/µL"), ("cd19", "cells/uL"), ("cd19", "/mm3"), ("igg", "g/l"), ("hematocrit", " % "),
     ("neutrophils", ""), ("neutrophils", None)],
)  # fmt: skip
def test_another_spelling_of_the_unit_is_that_unit(analyte, unit):
    frame = api.annotate(own(analyte=[analyte] * 2, unit=[unit] * 2), DOSES, as_of=DAY)
    assert frame["value"].tolist() == [4.0, 1.4]
    assert set(frame["unit"].dropna()) <= {api.load_catalog().canonical_unit(analyte), ""}


def test_a_unit_of_another_size_is_refused_and_converted_when_asked_for():
    """Read as they stand, 1400 in a microlitre would never be low."""
    labs = own(value=[4000, 1400], unit="/uL", ref_low=[1500.0, None], value_step=[10.0, 1.0])
    with pytest.raises(api.FrameError, match=r"neutrophils are in '/uL'; they are needed in '10\*9/L'") as raised:
        api.annotate(labs, DOSES, as_of=DAY)
    assert raised.value.hint == "convert_units(results) multiplies their values and limits by 0.001."
    frame = api.convert_units(labs)
    assert frame[["value", "ref_low", "value_step", "unit"]].iloc[0].tolist() == [4.0, 1.5, 0.01, "10*9/L"]
    told = api.annotate(frame, DOSES, as_of=DAY)
    assert told["reported_value"].tolist() == ["4000", "1400"]
    assert told["reported_unit"].tolist() == ["/uL", "/uL"]
    assert told["ctcae_v5_grade"].tolist() == [0, 2]


@pytest.mark.parametrize("call", [lambda labs: api.annotate(labs, DOSES, as_of=DAY), api.convert_units])
def test_a_unit_that_an_analyte_does_not_have_is_refused(call):
    with pytest.raises(api.FrameError, match=r"neutrophils are in 'mg/dL', which is not known for it; .* '10\*9/L'"):
        call(own(unit="mg/dL"))


PRINTED = [("neutrophils", "/uL", 1000), ("igg", "mg/dL", 100), ("cd19", "10*9/L", 0.001), ("wbc", "K/uL", 1)]


@settings(max_examples=examples(10))
@given(st.lists(st.sampled_from(PRINTED), min_size=1, max_size=6))
def test_whatever_unit_a_frame_is_in_its_values_are_the_same(rows):
    """The factors are written by hand: how many of the printed unit are one of the canonical."""
    plain = pd.DataFrame(
        [("me", on(place), analyte, 2.5) for place, (analyte, _, _) in enumerate(rows)],
        columns=["patient_id", "collected_at", "analyte", "value"],
    )
    other = plain.assign(unit=[unit for _, unit, _ in rows], value=[2.5 * many for *_, many in rows])
    told = [api.annotate(frame, DOSES, as_of=DAY) for frame in (plain, api.convert_units(other))]
    columns = ["collected_at", "analyte", "value", "baseline_value", "ctcae_v5_grade", "flags"]
    pd.testing.assert_frame_equal(*(frame[columns].astype("str") for frame in told))


def test_nothing_at_all():
    for none, doses in ((own().iloc[:0], DOSES.iloc[:0]), (pd.DataFrame(columns=list(own())), DOSES)):
        frame = api.annotate(none, doses, as_of=DAY)
        assert (len(frame), list(frame)) == (0, EXPORTED)
