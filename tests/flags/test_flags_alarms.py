"""Values at which laboratories telephone, and low neutrophils weeks after an infusion."""

from __future__ import annotations

import pytest
from tables.flags import flagged, severities
from tables.labs import SPLIT, at, on

CRITICAL, LATE = "critical_value", "late_onset_neutropenia"


class TestCriticalValue:
    @pytest.mark.parametrize(
        ("analyte", "critical", "not_critical"),
        [
            ("wbc", ("1.9", "30.1"), ("2.0", "30.0")),
            ("neutrophils", ("0.49",), ("0.5", "60.0")),
            ("platelets", ("19", "1001"), ("20", "1000")),
            ("hemoglobin", ("69", "201"), ("70", "200")),
        ],
    )
    def test_beyond_the_limit(self, analyte: str, critical: tuple[str, ...], not_critical: tuple[str, ...]) -> None:
        labs = at(*(f"{60 + place} {analyte} {value}" for place, value in enumerate(critical + not_critical)))
        assert flagged(CRITICAL, labs, *SPLIT) == [f"{analyte} {value}" for value in critical]

    def test_is_urgent(self) -> None:
        assert severities(CRITICAL, at("60 platelets 15"), *SPLIT) == ["urgent"]

    def test_a_limit_only_where_it_is_certain(self) -> None:
        labs = at(
            "60 wbc <2.0", "61 wbc <=2.0", "62 wbc <2.1", "63 wbc >30.0", "64 wbc >=30.0", "65 wbc >=30.1", "66 wbc >29"
        )
        assert flagged(CRITICAL, labs, *SPLIT) == ["wbc <2", "wbc >30", "wbc >=30.1"]

    def test_in_any_course_and_without_infusions(self) -> None:
        labs = at("-5 hemoglobin 65", "60 hemoglobin 66")
        assert len(flagged(CRITICAL, labs, *SPLIT)) == len(flagged(CRITICAL, labs)) == 2

    def test_inside_the_laboratory_s_own_interval_too(self) -> None:
        assert flagged(CRITICAL, at("60 wbc 1.8 1.5-11.0"), *SPLIT) == ["wbc 1.8"]

    def test_other_analytes_have_no_such_limit(self) -> None:
        labs = at("60 lymphocytes 0.01", "60 cd4 3", "60 igg 0.5", "60 cd19 0", "60 neutrophils_pct 1")
        assert flagged(CRITICAL, labs, *SPLIT) == []


class TestLateOnsetNeutropenia:
    def test_is_to_discuss(self) -> None:
        assert severities(LATE, at("60 neutrophils 1.2"), *SPLIT) == ["discuss"]

    def test_below_one_point_five(self) -> None:
        labs = at("60 neutrophils 1.50", "61 neutrophils 1.49", "62 neutrophils 0.10")
        assert flagged(LATE, labs, *SPLIT) == ["neutrophils 1.49", "neutrophils 0.1"]

    def test_28_days_or_more_after_the_last_infusion(self) -> None:
        """The last one is that of day 14."""
        labs = at("30 neutrophils 1.0", "41 neutrophils 1.1", "42 neutrophils 1.2", "400 neutrophils 1.3")
        assert flagged(LATE, labs, *SPLIT) == ["neutrophils 1.2", "neutrophils 1.3"]

    def test_a_new_infusion_starts_the_count_anew(self) -> None:
        labs = at("168 neutrophils 1.0", "195 neutrophils 1.1", "196 neutrophils 1.2")
        assert flagged(LATE, labs, *SPLIT, f"{on(168)} 600") == ["neutrophils 1", "neutrophils 1.2"]

    def test_not_before_treatment_and_not_without_it(self) -> None:
        assert flagged(LATE, at("-60 neutrophils 1.0", "-1 neutrophils 1.0"), *SPLIT) == []
        assert flagged(LATE, at("60 neutrophils 1.0")) == []

    def test_a_limit_only_where_it_is_certain(self) -> None:
        labs = at("60 neutrophils <1.5", "61 neutrophils <=1.5", "62 neutrophils <1.6", "63 neutrophils <=1.4")
        assert flagged(LATE, labs, *SPLIT) == ["neutrophils <1.5", "neutrophils <=1.4"]

    def test_needs_no_baseline_and_no_interval(self) -> None:
        assert flagged(LATE, at("60 neutrophils 1.4 adults only"), *SPLIT) == ["neutrophils 1.4"]

    def test_whatever_the_baseline(self) -> None:
        assert flagged(LATE, at("-5 neutrophils 1.3", "60 neutrophils 1.4"), *SPLIT) == ["neutrophils 1.4"]

    def test_a_derived_count(self) -> None:
        assert flagged(LATE, at("60 wbc 5.0", "60 neutrophils_pct 28"), *SPLIT) == ["neutrophils 1.4"]

    def test_only_neutrophils(self) -> None:
        assert flagged(LATE, at("60 lymphocytes 0.3", "60 wbc 1.2"), *SPLIT) == []
