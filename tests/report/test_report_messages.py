"""The sentence of one flag."""

from __future__ import annotations

from lab_tables import on
from report_tables import BASELINE, SPLIT, flags_of, message_of

RETURNING, LATE = "b_cells_returning", "late_onset_neutropenia"


class TestWhatEveryMessageTells:
    def test_value_unit_date_and_day_after_the_infusion(self) -> None:
        message = message_of("b_cells_depleted", "60 cd19 <1")
        for part in ("<1 /uL", on(60), "day 46 after the infusion", "course 1"):
            assert part in message, part

    def test_before_the_first_infusion(self) -> None:
        assert "before the first infusion" in message_of("leukopenia", "-5 wbc 3.1")

    def test_without_infusions_no_place_between_them(self) -> None:
        message = message_of("leukopenia", "60 wbc 3.1", infused=())
        assert "infusion" not in message

    def test_the_value_as_it_was_printed(self) -> None:
        assert "neutrophils 1.25 10^9/L" in message_of("neutropenia", "60 neutrophils 1.25")
        assert "neutrophils 1.2 10^9/L" in message_of("neutropenia", "60 neutrophils 1.2")


class TestGrade:
    def test_names_version_and_grade(self) -> None:
        assert "CTCAE v5.0 grade 2" in message_of("neutropenia", "60 neutrophils 1.2")

    def test_of_a_limit_is_at_least(self) -> None:
        assert "at least CTCAE v5.0 grade 2" in message_of("neutropenia", "60 neutrophils <=1.0")
        assert "at least" not in message_of("neutropenia", "60 neutrophils 1.0")

    def test_inside_the_laboratory_s_own_interval(self) -> None:
        message = message_of("neutropenia", "60 neutrophils 1.45 1.4-6.5")
        assert "inside the laboratory's own interval" in message
        assert "1.40-6.50" in message

    def test_outside_it_nothing_is_said_of_it(self) -> None:
        assert "inside" not in message_of("neutropenia", "60 neutrophils 1.35 1.4-6.5")

    def test_the_generic_interval_is_not_the_laboratory_s(self) -> None:
        assert "inside" not in message_of("cd4_low", "60 cd4 400")


class TestReturningBCells:
    def test_seen_once(self) -> None:
        assert "Seen once" in message_of(RETURNING, "60 cd19 2", "150 cd19 20", as_of=160)

    def test_confirmed_at_the_next_draw(self) -> None:
        lines = ("60 cd19 2", "150 cd19 20", "180 cd19 35")
        for flag in flags_of(RETURNING, *lines, as_of=190):
            assert "Confirmed" in flag.message
            assert "Seen once" not in flag.message

    def test_an_infusion_between_confirms_nothing(self) -> None:
        infused = (*SPLIT, f"{on(168)} 600")
        flags = flags_of(RETURNING, "60 cd19 2", "150 cd19 20", "180 cd19 35", infused=infused, as_of=190)
        assert ["Seen once" in flag.message for flag in flags] == [True, True]

    def test_depleted_at_the_next_draw_confirms_nothing(self) -> None:
        flags = flags_of(RETURNING, "60 cd19 2", "150 cd19 20", "160 cd19 4", as_of=190)
        assert ["Seen once" in flag.message for flag in flags] == [True]

    def test_a_result_that_cannot_be_assessed_is_passed_over(self) -> None:
        flags = flags_of(RETURNING, "60 cd19 2", "150 cd19 20", "160 cd19 <50", "170 cd19 30", as_of=190)
        assert ["Confirmed" in flag.message for flag in flags] == [True, True]

    def test_count_and_percentage_of_one_day_are_one_draw(self) -> None:
        flags = flags_of(RETURNING, "60 cd19 2", "150 cd19 20", "150 cd19_pct 1.5", as_of=160)
        assert ["Seen once" in flag.message for flag in flags] == [True, True]

    def test_without_an_earlier_depleted_day(self) -> None:
        message = message_of(RETURNING, "300 cd19 80", as_of=310)
        assert "No earlier result shows whether they were depleted" in message

    def test_an_earlier_day_with_b_cells_is_not_passed_over(self) -> None:
        """They were there on day 60: an earlier result does show that they were not depleted."""
        message = message_of(RETURNING, "60 cd19 80", "300 cd19 80", as_of=310)
        assert "No earlier result shows whether they were depleted" not in message


class TestLateOnsetNeutropenia:
    def test_a_baseline_that_was_as_low_is_told(self) -> None:
        message = message_of(LATE, "-5 neutrophils 1.3", "60 neutrophils 1.2")
        assert "baseline of 1.30 already was that low" in message

    def test_a_higher_baseline_is_not(self) -> None:
        assert "baseline" not in message_of(LATE, "-5 neutrophils 1.5", "60 neutrophils 1.2")

    def test_without_a_count_from_before_treatment_nothing_was_low_already(self) -> None:
        """The first count on record is this one, or one drawn on treatment."""
        assert "already was that low" not in message_of(LATE, "60 neutrophils 1.2")
        assert "already was that low" not in message_of(LATE, "50 neutrophils 1.4", "60 neutrophils 1.2")


class TestCriticalValue:
    def test_names_the_limit_that_was_passed(self) -> None:
        assert "below 2 10^9/L" in message_of("critical_value", "60 wbc 1.8")
        assert "above 30 10^9/L" in message_of("critical_value", "60 wbc 31.0")
        assert "below 20 10^9/L" in message_of("critical_value", "60 platelets <20")
        assert "above 200 g/L" in message_of("critical_value", "60 hemoglobin 205")

    def test_a_derived_value_does_not_read_as_the_limit_itself(self) -> None:
        """23.0 % of 2.16 are 0.4968: shown as 0.50, the sentence would contradict itself."""
        message = message_of("critical_value", "60 wbc 2.16", "60 neutrophils_pct 23.0")
        assert "neutrophils 0.50 " not in message


class TestStableWhiteCells:
    def test_says_that_the_baseline_is_only_the_first_on_record(self) -> None:
        assert "first result on record" in message_of("wbc_stable", "30 wbc 6.4", "60 wbc 6.0")
        assert "first result on record" not in message_of("wbc_stable", BASELINE, "60 wbc 6.0")
