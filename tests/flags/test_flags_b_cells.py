"""B cells: depleted, not depleted, returning."""

from __future__ import annotations

import pytest
from tables.flags import flagged, severities
from tables.labs import SPLIT, at, cohort, draws, infusions, on, table

from wbc_tracker.annotation import annotate
from wbc_tracker.flags import derive_flags

DEPLETED, NOT_DEPLETED, RETURNING = "b_cells_depleted", "b_cells_not_depleted", "b_cells_returning"


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
