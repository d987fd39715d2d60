"""Circumstances of a draw: T cells, an extended interval, the days after an infusion."""

from __future__ import annotations

import pytest
from tables.flags import codes, flagged, severities
from tables.labs import SPLIT, at, on

T_CELLS, EXTENDED, STEROID = "t_cell_shift", "extended_interval", "steroid_window"


class TestTCells:
    def test_is_for_information(self) -> None:
        assert severities(T_CELLS, at("200 cd3 900"), *SPLIT) == ["info"]

    def test_told_once_on_the_latest_result_on_treatment(self) -> None:
        labs = at("-5 cd3 1000", "1 cd3 900", "167 cd4 910", "168 cd3 920", "168 cd4 800", "169 wbc 6.0")
        assert flagged(T_CELLS, labs, *SPLIT, f"{on(180)} 600") == ["cd3 920"]

    def test_from_the_first_days_on(self) -> None:
        assert flagged(T_CELLS, at("-5 cd3 1000", "1 cd3 900"), *SPLIT) == ["cd3 900"]
        assert flagged(T_CELLS, at("-5 cd3 1000"), *SPLIT) == []

    def test_not_after_treatment_has_ended(self) -> None:
        labs = at("60 cd3 900", "200 cd3 950")
        assert flagged(T_CELLS, labs, *SPLIT, events=("100 stopped",)) == ["cd3 900"]

    def test_of_each_patient_once(self) -> None:
        labs = at("60 cd3 900", "60 cd3 950").assign(patient_id=["ann", "me"])
        assert flagged(T_CELLS, labs, *SPLIT) == ["cd3 950"]

    @pytest.mark.parametrize("analyte", ["cd3", "cd3_pct", "cd4", "cd4_pct", "cd8", "cd8_pct"])
    def test_of_t_cells(self, analyte: str) -> None:
        assert flagged(T_CELLS, at(f"200 {analyte} 40"), *SPLIT) == [f"{analyte} 40"]

    @pytest.mark.parametrize("analyte", ["cd19", "cd20", "cd4_cd8_ratio", "lymphocytes", "wbc"])
    def test_of_nothing_else(self, analyte: str) -> None:
        assert flagged(T_CELLS, at(f"200 {analyte} 5"), *SPLIT) == []

    def test_whatever_the_value_a_limit_too(self) -> None:
        assert flagged(T_CELLS, at("200 cd4 <500"), *SPLIT) == ["cd4 <500"]
        assert flagged(T_CELLS, at("200 cd4 800 adults only"), *SPLIT) == ["cd4 800"]

    def test_not_without_infusions(self) -> None:
        assert flagged(T_CELLS, at("200 cd3 900")) == []

    def test_a_low_count_keeps_its_own_flag_before_it(self) -> None:
        assert codes(at("200 cd4 150"), *SPLIT) == [["cd4_low", T_CELLS]]


class TestExtendedInterval:
    def test_is_for_information(self) -> None:
        assert severities(EXTENDED, at("200 wbc 6.0"), *SPLIT) == ["info"]

    def test_28_days_beyond_the_usual_interval_since_the_course_began(self) -> None:
        labs = at("195 wbc 6.1", "196 wbc 6.2", "363 wbc 6.3", "364 wbc 6.4", "900 wbc 6.5")
        assert flagged(EXTENDED, labs, *SPLIT) == ["wbc 6.2", "wbc 6.3", "wbc 6.4", "wbc 6.5"]

    def test_a_new_infusion_ends_it(self) -> None:
        labs = at("200 wbc 6.0", "210 wbc 6.1", "405 wbc 6.2", "406 wbc 6.3")
        assert flagged(EXTENDED, labs, *SPLIT, f"{on(210)} 600") == ["wbc 6", "wbc 6.1", "wbc 6.3"]

    def test_the_usual_interval_is_that_of_the_drug(self) -> None:
        labs = at("209 wbc 6.0", "210 wbc 6.1")
        assert flagged(EXTENDED, labs, f"{on(0)} 1000 rituximab") == ["wbc 6.1"]

    @pytest.mark.parametrize("analyte", ["wbc", "cd19", "cd19_pct", "cd20", "cd20_pct"])
    def test_of_white_cells_and_b_cells(self, analyte: str) -> None:
        assert flagged(EXTENDED, at(f"200 {analyte} 5"), *SPLIT) == [f"{analyte} 5"]

    @pytest.mark.parametrize("analyte", ["neutrophils", "lymphocytes", "cd4", "igg"])
    def test_of_nothing_else(self, analyte: str) -> None:
        assert flagged(EXTENDED, at(f"200 {analyte} 5"), *SPLIT) == []

    def test_a_limit_too(self) -> None:
        assert flagged(EXTENDED, at("200 cd19 <1"), *SPLIT) == ["cd19 <1"]

    def test_not_with_a_drug_given_every_few_weeks(self) -> None:
        """55 days after the last dose ofatumumab is not late by 28 days, 56 days after it is; and after a year."""
        labs = at("55 wbc 6.0", "56 wbc 6.1", "400 wbc 6.2")
        assert flagged(EXTENDED, labs, f"{on(0)} 20 ofatumumab") == []

    def test_not_before_treatment_and_not_without_it(self) -> None:
        assert flagged(EXTENDED, at("-400 wbc 6.0"), *SPLIT) == flagged(EXTENDED, at("200 wbc 6.0")) == []


class TestSteroidWindow:
    def test_is_for_information(self) -> None:
        assert severities(STEROID, at("1 wbc 9.0"), *SPLIT) == ["info"]

    def test_two_days_after_any_infusion(self) -> None:
        labs = at("1 wbc 9.1", "2 wbc 9.2", "3 wbc 9.3", "14 wbc 9.4", "15 wbc 9.5", "16 wbc 9.6", "17 wbc 9.7")
        assert flagged(STEROID, labs, *SPLIT) == ["wbc 9.1", "wbc 9.2", "wbc 9.5", "wbc 9.6"]

    def test_on_the_day_itself_if_the_draw_came_after(self) -> None:
        assert flagged(STEROID, at("0 wbc 9.0"), *SPLIT) == []
        assert flagged(STEROID, at("0 wbc 9.0"), *SPLIT, same_day="after") == ["wbc 9"]

    @pytest.mark.parametrize("analyte", ["neutrophils", "lymphocytes"])
    def test_of_the_counts_that_a_steroid_shifts(self, analyte: str) -> None:
        assert flagged(STEROID, at(f"1 {analyte} <1.0"), *SPLIT) == [f"{analyte} <1"]

    @pytest.mark.parametrize("analyte", ["monocytes", "cd19", "igg", "neutrophils_pct"])
    def test_of_nothing_else(self, analyte: str) -> None:
        assert flagged(STEROID, at(f"1 {analyte} 5"), *SPLIT) == []

    def test_not_before_treatment_and_not_without_it(self) -> None:
        assert flagged(STEROID, at("-1 wbc 9.0"), *SPLIT) == flagged(STEROID, at("1 wbc 9.0")) == []

    def test_an_alarm_just_after_an_infusion_stays_an_alarm(self) -> None:
        (row,) = codes(at("1 neutrophils 0.4"), *SPLIT)
        assert row[:2] == ["critical_value", "neutropenia"]
        assert row[-1] == STEROID
