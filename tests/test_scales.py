"""The unit in which values are told: that of the latest printed result, and nothing is computed in it."""

from __future__ import annotations

import pandas as pd
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from tables.intake import one_row
from tables.trials import examples

from wbc_tracker.catalog import load_catalog
from wbc_tracker.intake import ReadingOptions, read_lab_bytes
from wbc_tracker.scales import Scale, Scales

CATALOG = load_catalog()
UNITS = [
    (analyte.id, unit) for analyte in CATALOG.analytes.values() for unit in CATALOG.families[analyte.family].factors
]


def scale(analyte: str, unit: str = "") -> Scale:
    known = CATALOG.analytes[analyte]
    return Scale(known, unit, CATALOG.families[known.family].factors[unit]) if unit else Scale.canonical(known)


def printed(*lines: str) -> pd.DataFrame:
    """Results as `who date analyte unit`; no unit: it was not printed."""
    rows = [(*line.split(" "), "")[:4] for line in lines]
    frame = pd.DataFrame(rows, columns=["patient_id", "collected_at", "analyte", "reported_unit"])
    return frame.assign(reported_unit=frame["reported_unit"].replace("", None).astype("category"))


@pytest.mark.parametrize(
    ("told", "words"),
    [
        (scale("wbc").value(5.2, "", 0.1), "5.2"),
        (scale("wbc", "/uL").value(5.2, "", 0.1), "5200"),
        (scale("neutrophils", "/uL").value(0.42), "420"),
        (scale("hemoglobin", "g/dL").value(132, "", 1), "13.2"),
        (scale("hemoglobin", "mmol/L").value(132.02), "8.2"),  # 8.2 x 16.1
        (scale("igg", "mg/dL").value(9.88, "", 0.01), "988"),
        (scale("igg", "mg/dL").value(4.5, "<", 0.5), "<450"),
        (scale("cd19", "10*9/L").value(12, "", 1), "0.012"),
        (scale("hematocrit", "L/L").value(41.2, "", 0.1), "0.412"),
        # 10 /uL is the cut of depletion: 9.96 is below it.
        (scale("cd19").value(9.96), "9.96"),
        (scale("neutrophils", "/uL").value(1.4999), "1499.9"),
        (scale("wbc").limits(4.0, 11.0), "4.0-11.0"),
        (scale("wbc", "/uL").limits(4.0, None), "from 4000"),
        (scale("igg", "mg/dL").limits(None, 16.4), "up to 1640"),
        (scale("igg").limits(None, None), ""),
        (scale("neutrophils").figure(0.5), "0.5 x10⁹/L"),
        (scale("neutrophils", "/uL").figure(0.5), "500 /µL"),
        (scale("platelets", "/uL").figure(1000), "1000000 /µL"),
        (scale("hemoglobin", "mmol/L").figure(70), "4.348 mmol/L"),  # 70 / 16.1 = 4.3478
        (scale("cd19", "10*9/L").figure(10), "0.01 x10⁹/L"),
        (scale("cd4_cd8_ratio").figure(1.5), "1.5"),
        (scale("hemoglobin").plain(12.7), "12.7"),
    ],
)
def test_a_value_in_a_unit(told: str, words: str) -> None:
    assert told == words


@settings(max_examples=examples(150))
@given(st.sampled_from(UNITS), st.integers(1, 9999), st.integers(0, 2))
def test_what_was_printed_is_told_as_it_was_printed(unit: tuple[str, str], digits: int, decimals: int) -> None:
    """Whatever the unit: read, kept in the canonical one, and told."""
    analyte, code = unit
    text = f"{digits / 10**decimals:.{decimals}f}"
    name = CATALOG.analytes[analyte].id
    reading = read_lab_bytes(
        one_row(value=text, unit=code, name=name), "a.csv", ReadingOptions(as_of="2026-01-01"), CATALOG
    )
    assume(len(reading.results) == 1)
    (row,) = reading.results.itertuples()
    assume(row.analyte == analyte)
    told = Scales.reported(reading.results, CATALOG).of(row.patient_id, analyte)
    assert told.unit == ("%" if code.startswith("%") and told.unit == "%" else code)
    assert told.value(row.value, "", row.value_step) == text


def test_a_value_on_a_cut_is_told_without_the_dust_of_a_division() -> None:
    """Whatever the unit: 0.8 x10⁹/L is 800 /µL, not 800.0000."""
    wrong = []
    for analyte, unit in UNITS:
        told = scale(analyte, unit)
        for cut in told.analyte.cuts:
            text = f"{told.told(cut):.{told.decimals}f}"
            # Only where the cut is a number that can be printed so.
            if abs(float(text) * told.factor - cut) < 1e-9 and told.value(float(text) * told.factor) != text:
                wrong.append((analyte, unit, cut, told.value(float(text) * told.factor)))
    assert wrong == []


class TestTheLatestPrinted:
    def test_each_patient_and_analyte_has_its_own(self) -> None:
        frame = printed(
            "a 2024-01-01 wbc /uL", "a 2024-02-01 wbc K/uL", "a 2024-01-01 igg mg/dL", "b 2024-01-01 wbc G/L"
        )
        scales = Scales.reported(frame, CATALOG)
        assert [scales.of(*key).unit for key in (("a", "wbc"), ("a", "igg"), ("b", "wbc"), ("b", "igg"))] == [
            "10*3/uL", "mg/dL", "10*9/L", "g/L",
        ]  # fmt: skip

    @pytest.mark.parametrize("order", [1, -1])
    def test_the_order_of_rows_does_not_matter(self, order: int) -> None:
        frame = printed("a 2024-02-01 wbc /uL", "a 2024-01-01 wbc K/uL")[::order]
        assert Scales.reported(frame, CATALOG).of("a", "wbc").unit == "/uL"

    @pytest.mark.parametrize("order", [1, -1])
    def test_two_units_at_one_time_too(self, order: int) -> None:
        frame = printed("a 2024-02-01 wbc K/uL", "a 2024-02-01 wbc /uL")[::order]
        assert Scales.reported(frame, CATALOG).of("a", "wbc").unit == "10*3/uL"

    def test_a_result_without_a_unit_says_nothing(self) -> None:
        frame = printed("a 2024-01-01 wbc /uL", "a 2024-02-01 wbc", "a 2024-02-01 hemoglobin furlong")
        scales = Scales.reported(frame, CATALOG)
        assert (scales.of("a", "wbc").unit, scales.of("a", "hemoglobin").unit) == ("/uL", "g/L")

    def test_a_count_that_was_worked_out_is_told_as_white_cells_are(self) -> None:
        frame = printed("a 2024-01-01 wbc /uL", "a 2024-01-01 lymphocytes", "a 2024-01-01 cd19_pct %")
        scales = Scales.reported(frame, CATALOG)
        assert [scales.of("a", name).unit for name in ("lymphocytes", "neutrophils", "platelets", "cd19")] == [
            "/uL", "/uL", "10*9/L", "/uL",
        ]  # fmt: skip

    def test_the_canonical_ones_are_the_same_for_everybody(self) -> None:
        frame = printed("a 2024-01-01 wbc /uL")
        assert Scales.chosen("si", frame, CATALOG).of("a", "wbc").unit == "10*9/L"
        assert Scales.chosen("reported", frame, CATALOG).of("a", "wbc").unit == "/uL"
