"""Low immunoglobulins, and depleted B cells together with another weakness."""

from __future__ import annotations

import pytest
from tables.flags import codes, flagged, severities
from tables.labs import SPLIT, at, on

LOW, RISK = "low_immunoglobulin", "infection_risk"


class TestLowImmunoglobulin:
    @pytest.mark.parametrize(
        ("analyte", "low", "not_low"), [("igg", "5.64", "5.65"), ("iga", "0.69", "0.70"), ("igm", "0.39", "0.40")]
    )
    def test_below_the_limits_of_the_trials(self, analyte: str, low: str, not_low: str) -> None:
        labs = at(f"60 {analyte} {low}", f"61 {analyte} {not_low}")
        assert flagged(LOW, labs, *SPLIT) == [f"{analyte} {float(low):g}"]
        assert severities(LOW, labs, *SPLIT) == ["info"]

    def test_the_laboratory_s_limit_wins(self) -> None:
        labs = at("60 igg 6.9 7.0-16.0", "61 igg 7.0 7.0-16.0", "62 igg 5.4 5.3-16.0", "63 iga 0.75 0.8-4.0")
        assert flagged(LOW, labs, *SPLIT) == ["igg 6.9", "iga 0.75"]

    def test_igg_below_5_is_to_discuss_whatever_the_interval(self) -> None:
        labs = at("60 igg 5.0 6.0-16.0", "61 igg 4.9 6.0-16.0", "62 igg 4.9 4.5-16.0", "63 igg 4.9 adults only")
        assert severities(LOW, labs, *SPLIT) == ["info", "discuss", "discuss", "discuss"]

    def test_only_igg(self) -> None:
        assert severities(LOW, at("60 iga 0.1", "60 igm 0.1"), *SPLIT) == ["info", "info"]

    def test_a_limit_only_where_it_is_certain(self) -> None:
        labs = at("60 igg <5.65", "61 igg <=5.65", "62 igg <6.0", "63 igg <5.0", "64 igg <=5.0", "65 igg >3.0")
        assert flagged(LOW, labs, *SPLIT) == ["igg <5.65", "igg <5", "igg <=5"]
        assert severities(LOW, labs, *SPLIT) == ["info", "discuss", "info"]

    def test_not_assessable_with_an_interval_that_cannot_be_read(self) -> None:
        assert flagged(LOW, at("60 igg 5.5 adults only", "60 igm 0.1 adults only"), *SPLIT) == []

    def test_in_any_course_and_without_a_baseline(self) -> None:
        labs = at("-5 igg 5.0", "60 igg 5.1")
        assert len(flagged(LOW, labs, *SPLIT)) == len(flagged(LOW, labs)) == 2

    def test_high_values_and_other_analytes_are_not_flagged(self) -> None:
        assert flagged(LOW, at("60 igg 20", "60 wbc 0.3", "60 hemoglobin 60"), *SPLIT) == []


class TestInfectionRisk:
    def test_is_to_discuss_on_each_row_that_takes_part(self) -> None:
        labs = at("60 cd19 2", "60 neutrophils 0.9", "60 lymphocytes 1.5", "60 igg 4.0", "60 wbc 5.0")
        assert flagged(RISK, labs, *SPLIT) == ["cd19 2", "neutrophils 0.9", "igg 4"]
        assert set(severities(RISK, labs, *SPLIT)) == {"discuss"}

    @pytest.mark.parametrize(
        ("analyte", "weak", "not_weak"),
        [("neutrophils", "0.99", "1.00"), ("lymphocytes", "0.49", "0.50"), ("igg", "4.9", "5.0")],
    )
    def test_both_sides_of_each_limit(self, analyte: str, weak: str, not_weak: str) -> None:
        assert flagged(RISK, at("60 cd19 2", f"60 {analyte} {weak}"), *SPLIT) == [
            "cd19 2",
            f"{analyte} {float(weak):g}",
        ]
        assert flagged(RISK, at("60 cd19 2", f"60 {analyte} {not_weak}"), *SPLIT) == []

    @pytest.mark.parametrize("b_cells", ["60 cd19 10", "60 cd19 <20", "60 cd20 0", "61 cd19 2", "60 cd4 900"])
    def test_needs_b_cells_that_are_depleted_that_day(self, b_cells: str) -> None:
        assert flagged(RISK, at(b_cells, "60 neutrophils 0.4"), *SPLIT) == []

    def test_if_results_disagree_the_one_with_more_b_cells_counts(self) -> None:
        assert flagged(RISK, at("60 cd19 2", "60 cd19_pct 2.0", "60 neutrophils 0.4"), *SPLIT) == []

    def test_low_counts_alone_and_depletion_alone_are_none(self) -> None:
        assert flagged(RISK, at("60 neutrophils 0.4"), *SPLIT) == flagged(RISK, at("60 cd19 2"), *SPLIT) == []

    def test_a_limit_only_where_it_is_certain(self) -> None:
        labs = at("60 cd19 <1", "60 neutrophils <1.0", "61 cd19 <1", "61 neutrophils <1.1", "62 cd19 <1", "62 igg >3.0")
        assert flagged(RISK, labs, *SPLIT) == ["cd19 <1", "neutrophils <1"]

    def test_another_time_of_the_day_will_do(self) -> None:
        labs = at("60T08:00 lymphocytes 0.3", "60T16:00 cd19 2")
        assert flagged(RISK, labs, *SPLIT) == ["lymphocytes 0.3", "cd19 2"]

    def test_needs_no_infusion_on_record_no_baseline_and_no_interval(self) -> None:
        labs = at("60 cd19_pct 0.5", "60 igg 4.0 adults only")
        assert flagged(RISK, labs) == ["cd19_pct 0.5", "igg 4"]

    def test_a_derived_count_takes_part(self) -> None:
        labs = at("60 cd19 2", "60 wbc 4.0", "60 neutrophils_pct 20")
        assert flagged(RISK, labs, *SPLIT) == ["cd19 2", "neutrophils 0.8"]

    def test_another_patient_s_b_cells_do_not_count(self) -> None:
        labs = at("60 cd19 2", "60 neutrophils 0.4").assign(patient_id=["ann", "me"])
        assert flagged(RISK, labs, *SPLIT) == []

    def test_what_is_expected_stands_beside_it_and_behind(self) -> None:
        row = codes(at("60 cd19 2", "60 igg 4.0"), *SPLIT)[0]
        assert row == [RISK, "b_cells_depleted"]

    def test_in_a_later_course(self) -> None:
        labs = at("200 cd19 2", "200 igg 4.0")
        assert flagged(RISK, labs, *SPLIT, f"{on(168)} 600") == ["cd19 2", "igg 4"]
