"""B cells: depleted, few, not depleted, returning, and depleted without an infusion that explains it."""

from __future__ import annotations

import pytest
from tables.flags import flagged, severities
from tables.labs import SPLIT, at, cohort, draws, infusions, on, table

from wbc_tracker.annotation import annotate
from wbc_tracker.flags import derive_flags

DEPLETED, NOT_DEPLETED, RETURNING = "b_cells_depleted", "b_cells_not_depleted", "b_cells_returning"
FEW, MISSING = "b_cells_few", "infusion_missing"


class TestDepleted:
    def test_is_expected(self) -> None:
        assert severities(DEPLETED, at("60 cd19 2"), *SPLIT) == ["expected"]

    def test_below_10_cells_per_microlitre(self) -> None:
        labs = at("60 cd19 0", "61 cd19 9.9", "62 cd19 10", "63 cd19 10.1")
        assert flagged(DEPLETED, labs, *SPLIT) == ["cd19 0", "cd19 9.9"]

    def test_below_1_percent_of_lymphocytes(self) -> None:
        labs = at("60 cd19_pct 0.0", "61 cd19_pct 0.9", "62 cd19_pct 1.0", "63 cd19_pct 1.1")
        assert flagged(DEPLETED, labs, *SPLIT) == ["cd19_pct 0", "cd19_pct 0.9"]

    def test_a_limit_only_where_it_is_certain(self) -> None:
        labs = at("60 cd19 <1", "61 cd19 <10", "62 cd19 <=9", "63 cd19 <=10", "64 cd19 <20", "65 cd19 >5")
        assert flagged(DEPLETED, labs, *SPLIT) == ["cd19 <1", "cd19 <10", "cd19 <=9"]

    def test_not_before_treatment(self) -> None:
        assert flagged(DEPLETED, at("-5 cd19 2", "0 cd19 2", "1 cd19 3"), *SPLIT) == ["cd19 3"]

    def test_not_without_infusions(self) -> None:
        assert flagged(DEPLETED, at("60 cd19 2")) == []

    def test_a_low_cd20_proves_nothing(self) -> None:
        labs = at("60 cd20 0", "60 cd20_pct 0.0", "61 cd20 <1")
        assert flagged(DEPLETED, labs, *SPLIT) == []

    @pytest.mark.parametrize(
        ("results", "rows"),
        [
            (("60 cd19 5", "60 cd19_pct 0.5"), ["cd19 5", "cd19_pct 0.5"]),
            (("60 cd19 5", "60 cd19_pct 1.0"), []),
            (("60 cd19 10", "60 cd19_pct 0.5"), []),
            (("60T08:00 cd19 5", "60T16:00 cd19_pct 2.0"), []),  # the state of a day
            (("60 cd19 5", "61 cd19_pct 2.0"), ["cd19 5"]),
            (("60 cd19 5", "60 cd19 40"), []),  # two results of one draw
            (("60 cd19 5", "60 cd20 40"), []),
            (("60 cd19 5", "60 cd20 2"), ["cd19 5"]),
        ],
    )
    def test_the_result_that_shows_more_b_cells_counts(self, results: tuple[str, ...], rows: list[str]) -> None:
        assert flagged(DEPLETED, at(*results), *SPLIT) == rows

    def test_the_derived_count_takes_part(self) -> None:
        """0.8 % of 2.0 lymphocytes are 16 cells: more than 10. Of 1.0 they are 8."""
        labs = at("60 lymphocytes 2.0", "60 cd19_pct 0.8", "90 lymphocytes 1.0", "90 cd19_pct 0.8")
        assert flagged(DEPLETED, labs, *SPLIT) == ["cd19_pct 0.8", "cd19 8"]


class TestNotDepleted:
    def test_is_to_discuss(self) -> None:
        assert severities(NOT_DEPLETED, at("60 cd19 80"), *SPLIT) == ["discuss"]

    def test_from_10_cells_or_1_percent(self) -> None:
        labs = at("60 cd19 10", "61 cd19_pct 1.0")
        assert flagged(NOT_DEPLETED, labs, *SPLIT) == ["cd19 10", "cd19_pct 1"]

    def test_a_limit_only_where_it_is_certain(self) -> None:
        labs = at("60 cd19 >9", "61 cd19 <20", "62 cd19 >=10", "63 cd19 >10")
        assert flagged(NOT_DEPLETED, labs, *SPLIT) == ["cd19 >=10", "cd19 >10"]

    def test_only_on_schedule(self) -> None:
        """Not in the first two weeks, in which the B cells still fall; from day 196 on the interval is extended."""
        labs = at("-5 cd19 210", "13 cd19 80", "14 cd19 70", "195 cd19 60", "196 cd19 50", "364 cd19 40")
        assert flagged(NOT_DEPLETED, labs, *SPLIT) == ["cd19 70", "cd19 60"]

    def test_not_after_a_depleted_day_on_treatment(self) -> None:
        labs = at("30 cd19 80", "60 cd19 2", "90 cd19 70")
        assert flagged(NOT_DEPLETED, labs, *SPLIT) == ["cd19 80"]

    def test_a_depleted_day_before_treatment_does_not_count(self) -> None:
        assert flagged(NOT_DEPLETED, at("-5 cd19 2", "60 cd19 80"), *SPLIT) == ["cd19 80"]

    def test_a_day_that_cannot_be_assessed_does_not_count_as_depleted(self) -> None:
        labs = at("30 cd19 <20", "30 cd20 0", "60 cd19 80")
        assert flagged(NOT_DEPLETED, labs, *SPLIT) == ["cd19 80"]

    def test_a_high_cd20_proves_b_cells(self) -> None:
        labs = at("60 cd20 40", "61 cd20 9", "62 cd20_pct 1.0", "63 cd20_pct 0.9")
        assert flagged(NOT_DEPLETED, labs, *SPLIT) == ["cd20 40", "cd20_pct 1"]

    def test_another_patient_s_depleted_day_does_not_count(self) -> None:
        labs = at("30 cd19 2", "60 cd19 80").assign(patient_id=["ann", "me"])
        assert flagged(NOT_DEPLETED, labs, *SPLIT) == ["cd19 80"]

    def test_nor_where_registries_have_shifted_the_dates_across_1970(self) -> None:
        """Days are counted from 1970; before it they are negative."""
        labs = cohort(ann=draws("1971-06-01 cd19 2"), bob=draws("1969-06-01 cd19 80"))
        doses = infusions("1971-04-01 600", "1969-04-01 600").assign(patient_id=["ann", "bob"])
        frame = derive_flags(annotate(labs, doses, as_of="1972-01-01"))
        assert DEPLETED in table(frame, "flags")[0]
        assert NOT_DEPLETED in table(frame, "flags")[1]


class TestReturning:
    def test_is_for_information(self) -> None:
        assert severities(RETURNING, at("60 cd19 2", "160 cd19 12"), *SPLIT) == ["info"]

    def test_after_a_depleted_day_from_10_cells_on(self) -> None:
        labs = at("60 cd19 2", "150 cd19 9.9", "160 cd19 10", "170 cd19_pct 1.0")
        assert flagged(RETURNING, labs, *SPLIT) == ["cd19 10", "cd19_pct 1"]

    def test_on_treatment_the_day_before_does_not_count(self) -> None:
        assert flagged(RETURNING, at("-60 cd19 2", "-5 cd19 210"), *SPLIT) == []

    def test_in_a_long_interval_without_an_earlier_depleted_day(self) -> None:
        labs = at("195 cd19 40", "196 cd19 50", "364 cd19 60")
        assert flagged(RETURNING, labs, *SPLIT) == ["cd19 50", "cd19 60"]

    def test_a_limit_only_where_it_is_certain(self) -> None:
        labs = at("60 cd19 2", "150 cd19 <20", "160 cd19 >=10", "170 cd19 >5")
        assert flagged(RETURNING, labs, *SPLIT) == ["cd19 >=10"]

    def test_a_high_cd20_proves_b_cells(self) -> None:
        labs = at("60 cd19 2", "150 cd20 40", "160 cd20 5")
        assert flagged(RETURNING, labs, *SPLIT) == ["cd20 40"]

    def test_after_a_new_course_they_can_return_again(self) -> None:
        labs = at("60 cd19 2", "190 cd19 30", "240 cd19 1", "400 cd19 20")
        assert flagged(RETURNING, labs, *SPLIT, f"{on(200)} 600") == ["cd19 30", "cd19 20"]

    def test_never_together_with_not_depleted(self) -> None:
        labs = at("30 cd19 90", "60 cd19 2", "150 cd19 40", "200 cd19 50")
        assert flagged(NOT_DEPLETED, labs, *SPLIT) == ["cd19 90"]
        assert flagged(RETURNING, labs, *SPLIT) == ["cd19 40", "cd19 50"]

    @pytest.mark.parametrize(
        ("day", "value", "severity"),
        [
            (139, 40, "discuss"),  # present before day 140 of the course
            (140, 40, "info"),
            (139, 39, "info"),  # few
        ],
    )
    def test_present_before_day_140_of_a_course_is_to_discuss(self, day: int, value: int, severity: str) -> None:
        assert severities(RETURNING, at("60 cd19 2", f"{day} cd19 {value}"), *SPLIT) == [severity]

    @pytest.mark.parametrize(("day", "severity"), [(13, "info"), (14, "discuss"), (139, "discuss"), (140, "info")])
    def test_the_days_are_those_of_the_course(self, day: int, severity: str) -> None:
        """In the first two weeks of a course the B cells of the one before may still be there."""
        labs = at("60 cd19 2", f"{168 + day} cd19 80")
        assert severities(RETURNING, labs, *SPLIT, f"{on(168)} 600") == [severity]

    @pytest.mark.parametrize(("day", "severity"), [(55, "discuss"), (56, "info")])
    def test_with_a_monthly_drug_56_days_after_the_last_dose(self, day: int, severity: str) -> None:
        doses = [f"{on(day)} 20 ofatumumab" for day in (0, 7, 14, 28, 56)]
        labs = at("40 cd19 2", f"{56 + day} cd19 80")
        assert severities(RETURNING, labs, *doses) == [severity]

    def test_in_an_extended_interval_it_is_for_information_whatever_the_value(self) -> None:
        assert severities(RETURNING, at("60 cd19 2", "196 cd19 200"), *SPLIT) == ["info"]

    def test_few_in_a_long_interval_without_a_depleted_day_are_not_returning(self) -> None:
        assert flagged(RETURNING, at("200 cd19 39"), *SPLIT) == []

    def test_not_after_treatment_has_ended(self) -> None:
        assert flagged(RETURNING, at("60 cd19 2", "300 cd19 200"), *SPLIT, events=("200 stopped",)) == []


class TestFew:
    def test_is_for_information(self) -> None:
        assert severities(FEW, at("-5 cd19 210", "60 cd19 12"), *SPLIT) == ["info"]

    @pytest.mark.parametrize(
        ("value", "few"),
        [("9.9", False), ("10", True), ("21", True), ("22", False)],  # of 210: 21 is -90 %, 22 is -89.5 %
    )
    def test_not_depleted_but_90_percent_below_the_baseline(self, value: str, few: bool) -> None:
        labs = at("-5 cd19 210", f"60 cd19 {value}")
        assert bool(flagged(FEW, labs, *SPLIT)) is few
        assert bool(flagged(NOT_DEPLETED, labs, *SPLIT)) is (not few and value != "9.9")

    @pytest.mark.parametrize(
        ("baseline", "events"),
        [("-5 cd19 510", ()), ("-5 cd19 450", ("-10 steroid",)), ("-5 cd19 >450", ()), ("20 cd19 450", ())],
        ids=["above its interval", "after a steroid", "a limit", "on treatment"],
    )
    def test_needs_a_usual_baseline_from_before_treatment(self, baseline: str, events: tuple[str, ...]) -> None:
        labs = at(baseline, "60 cd19 30")
        assert flagged(FEW, labs, *SPLIT, events=events) == []
        assert "cd19 30" in flagged(NOT_DEPLETED, labs, *SPLIT, events=events)

    def test_not_after_a_depleted_day(self) -> None:
        labs = at("-5 cd19 210", "60 cd19 2", "100 cd19 15")
        assert flagged(FEW, labs, *SPLIT) == []
        assert flagged(RETURNING, labs, *SPLIT) == ["cd19 15"]

    def test_a_share_that_shows_more_counts(self) -> None:
        assert flagged(FEW, at("-5 cd19 210", "60 cd19 12", "60 cd19_pct 4.0"), *SPLIT) == []

    def test_a_coarse_step_that_straddles_the_cut_tells_nothing(self) -> None:
        """0.01 x 10^9/L is 5 to 15 /uL."""
        labs = at("-5 cd19 210", "60 cd19 10").assign(value_step=[10.0, 10.0])
        assert [flagged(code, labs, *SPLIT) for code in (FEW, DEPLETED, NOT_DEPLETED)] == [[], [], []]


class TestSinceTheLatestInfusion:
    @pytest.mark.parametrize(("day", "found"), [(27, []), (28, ["cd19 80"])])
    def test_not_depleted_14_days_after_the_latest_infusion(self, day: int, found: list[str]) -> None:
        """The second half of the first dose is given on day 14."""
        assert flagged(NOT_DEPLETED, at(f"{day} cd19 80"), *SPLIT) == found

    @pytest.mark.parametrize(("value", "found"), [("9", []), ("10", ["cd19 10"]), ("40", ["cd19 40"])])
    def test_few_without_such_a_fall_or_present(self, value: str, found: list[str]) -> None:
        assert flagged(NOT_DEPLETED, at("-5 cd19 95", f"60 cd19 {value}"), *SPLIT) == found


class TestInfusionMissing:
    def test_is_to_discuss(self) -> None:
        assert severities(MISSING, at("-5 cd19 2"), *SPLIT) == ["discuss"]

    def test_depleted_before_the_first_recorded_infusion_and_what_follows(self) -> None:
        labs = at("-5 cd19 9", "60 cd19 2", "60 wbc 6.0", "90 cd19 20")
        assert flagged(MISSING, labs, *SPLIT) == ["cd19 9", "cd19 2"]
        assert flagged(MISSING, at("-5 cd19 10", "60 cd19 2"), *SPLIT) == []
        assert flagged(MISSING, at("-5 cd19 2")) == []  # without any infusion nothing is missing

    @pytest.mark.parametrize(("days", "found"), [(365, []), (366, ["cd19 2", "cd19 3"])])
    def test_another_drug_of_the_year_before_explains_it(self, days: int, found: list[str]) -> None:
        labs = at("-5 cd19 2", "60 cd19 3")
        assert flagged(MISSING, labs, *SPLIT, events=(f"{-5 - days} other_drug rituximab",)) == found

    @pytest.mark.parametrize(("days", "found"), [(909, []), (910, ["cd19 2"])])
    def test_130_weeks_after_the_last_infusion(self, days: int, found: list[str]) -> None:
        """The last one is that of day 14; 130 weeks are 910 days."""
        labs = draws(f"{on(14 + days)} cd19 2")
        frame = derive_flags(annotate(labs, infusions(*SPLIT), as_of=on(1000)))
        assert [MISSING in (flags or "") for flags in table(frame, "flags")] == [bool(found)]

    def test_of_each_patient_alone(self) -> None:
        labs = at("-5 cd19 2", "60 cd19 3").assign(patient_id=["ann", "me"])
        assert flagged(MISSING, labs, *SPLIT) == []
