"""The sentence of one flag."""

from __future__ import annotations

import pytest
from tables.labs import SPLIT, on
from tables.patients import BASELINE, flags_of, message_of

RETURNING, LATE = "b_cells_returning", "late_onset_neutropenia"


class TestWhatEveryMessageTells:
    def test_value_unit_date_and_day_after_the_infusion(self) -> None:
        message = message_of("b_cells_depleted", "60 cd19 <1")
        for part in ("<1 /µL", on(60), "day 46 after the infusion", "course 1"):
            assert part in message, part

    def test_before_the_first_infusion(self) -> None:
        assert "before the first infusion" in message_of("leukopenia", "-5 wbc 3.1")

    def test_without_infusions_no_place_between_them(self) -> None:
        message = message_of("leukopenia", "60 wbc 3.1", infused=())
        assert "infusion" not in message

    def test_the_value_as_it_was_printed(self) -> None:
        assert "neutrophils 1.25 x10⁹/L" in message_of("neutropenia", "60 neutrophils 1.25")
        assert "neutrophils 1.2 x10⁹/L" in message_of("neutropenia", "60 neutrophils 1.2")


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


class TestSeenOnceOrConfirmed:
    def seen(self, code: str, *lines: str) -> list[str]:
        """What the messages of a flag say, in the order of time."""
        words = ("Seen once.", "Confirmed at the next draw.", "Confirmed: the draw before showed it too.")
        messages = [flag.message for flag in reversed(flags_of(code, *lines, as_of=160))]
        return [next((word for word in words if word in message), "") for message in messages]

    @pytest.mark.parametrize("code", ["neutropenia", LATE])
    def test_low_neutrophils(self, code: str) -> None:
        assert self.seen(code, "60 neutrophils 1.2", "90 neutrophils 3.0") == ["Seen once."]
        assert self.seen(code, "60 neutrophils 1.2", "90 neutrophils 1.3") == [
            "Confirmed at the next draw.",
            "Confirmed: the draw before showed it too.",
        ]

    def test_grade_1_says_nothing_of_it(self) -> None:
        assert self.seen("neutropenia", "60 neutrophils 1.9", "90 neutrophils 1.9") == ["", ""]

    def test_low_immunoglobulins(self) -> None:
        assert self.seen("low_immunoglobulin", "60 igm 0.3") == ["Seen once."]
        assert self.seen("low_immunoglobulin", "60 igg 5.0", "90 igg 4.0")[0] == "Confirmed at the next draw."


class TestLowImmunoglobulin:
    def below(self, line: str) -> str:
        return message_of("low_immunoglobulin", line).partition(": ")[2]

    def test_names_the_limit_it_is_below(self) -> None:
        assert self.below("60 igg 5.5") == "below the lower limit of the ocrelizumab trials (5.65 g/L). Seen once."
        assert self.below("60 igg 5.9 6.0-16.0") == "below the laboratory's lower limit (6 g/L). Seen once."
        both = "below the laboratory's lower limit (6 g/L) and below 5 g/L. Seen once."
        assert self.below("60 igg 4.9 6.0-16.0") == both

    def test_below_5_inside_the_laboratory_s_own_interval(self) -> None:
        told = self.below("60 igg 4.9 4.5-16.0")
        assert told.startswith("below 5 g/L, although inside the laboratory's own interval (4.5")

    def test_below_5_with_an_interval_that_cannot_be_read(self) -> None:
        assert self.below("60 igg 4.9 adults only") == "below 5 g/L. Seen once."


class TestInfectionRisk:
    def test_names_what_is_low_that_day(self) -> None:
        lines = ("60 cd19 2", "60 neutrophils 0.80", "60 igg 4.2", "60 lymphocytes 1.5", "50 lymphocytes 0.3")
        for flag in flags_of("infection_risk", *lines):
            assert "low neutrophils (0.80 x10⁹/L) and low immunoglobulin G (4.2 g/L)" in flag.message
            assert "lymphocytes" not in flag.message


class TestEarlyBroadDrop:
    def test_tells_the_change(self) -> None:
        message = message_of("early_broad_drop", BASELINE, "60 wbc 3.2")
        assert "50 % lower than before treatment, beyond usual variation, and below the reference interval." in message

    def test_another_interval_may_be_another_laboratory(self) -> None:
        other = message_of("early_broad_drop", "-5 wbc 6.4 3.5-10.0", "60 wbc 3.2 4.0-11.0")
        assert "perhaps another laboratory" in other
        same = message_of("early_broad_drop", "-5 wbc 6.4 4.0-11.0", "60 wbc 3.2 4.0-11.0")
        none_printed = message_of("early_broad_drop", BASELINE, "60 wbc 3.2 4.0-11.0")
        assert "laboratory" not in same + none_printed

    def test_says_that_the_baseline_is_only_the_first_on_record(self) -> None:
        assert "first result on record" in message_of("early_broad_drop", "20 wbc 6.4", "60 wbc 3.2")


class TestGradualDecline:
    def message(self, analyte: str, *values: str) -> str:
        days = zip((20, 90, 160, 230), values, strict=True)
        lines = [f"{day} {analyte} {value}" for day, value in days]
        return message_of("gradual_decline", *lines, as_of=240)

    def test_tells_how_far_and_how_long(self) -> None:
        """A straight line from 10 to 7 in 210 days, 30 weeks."""
        told = "falling: more than chance, about 30 % over 30 weeks on treatment."
        assert self.message("lymphocytes", "10.0", "9.0", "8.0", "7.0").endswith(told)

    def test_igg_that_falls_slightly(self) -> None:
        """12 % in 210 days are 20.9 % a year; the generic limit of 5.65 is 3.15 away, 4.0 a year... in 18 months."""
        told = (
            "falling slightly: more than chance, about 12 % over 30 weeks on treatment (20.9 % a year; about 3 % a year"
        )
        assert told in self.message("igg", "10.0", "9.6", "9.2", "8.8")


class TestUnitSuspect:
    def test_tells_the_jump(self) -> None:
        up = message_of("unit_suspect", "50 igg 0.009", "60 igg 9.0")
        assert "1000 times higher than the previous result (0.009)" in up
        assert "B cells" not in up
        assert "1000 times lower than the previous result (9)" in message_of(
            "unit_suspect", "50 igg 9.0", "60 igg 0.009"
        )

    def test_of_b_cells_the_drug_can_do_it(self) -> None:
        assert "For B cells the drug itself can do that." in message_of("unit_suspect", "-5 cd19 320", "60 cd19 1")


class TestContext:
    def test_an_extended_interval_and_an_interruption(self) -> None:
        assert "extended interval, 28 days or more" in message_of("extended_interval", "200 wbc 6.0", as_of=210)
        assert "364 days or more" in message_of("extended_interval", "400 wbc 6.0", as_of=410)

    def test_t_cells_are_called_neither_changed_nor_normal(self) -> None:
        message = message_of("t_cell_shift", "200 cd4 900", as_of=210)
        assert "cannot be told" in message
        assert "normal" not in message


class TestCriticalValue:
    def test_names_the_limit_that_was_passed(self) -> None:
        assert "below 2 x10⁹/L" in message_of("critical_value", "60 wbc 1.8")
        assert "above 30 x10⁹/L" in message_of("critical_value", "60 wbc 31.0")
        assert "below 20 x10⁹/L" in message_of("critical_value", "60 platelets <20")
        assert "above 200 g/L" in message_of("critical_value", "60 hemoglobin 205")

    def test_a_derived_value_does_not_read_as_the_limit_itself(self) -> None:
        """23.0 % of 2.16 are 0.4968: shown as 0.50, the sentence would contradict itself."""
        message = message_of("critical_value", "60 wbc 2.16", "60 neutrophils_pct 23.0")
        assert "neutrophils 0.50 " not in message


class TestStableWhiteCells:
    def test_says_that_the_baseline_is_only_the_first_on_record(self) -> None:
        assert "first result on record" in message_of("wbc_stable", "30 wbc 6.4", "60 wbc 6.0")
        assert "first result on record" not in message_of("wbc_stable", BASELINE, "60 wbc 6.0")
