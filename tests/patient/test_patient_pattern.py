"""The contrast: which of its codes, and on which results it is judged."""

from __future__ import annotations

import pytest
from tables.labs import SPLIT, on
from tables.patients import BASELINE, SELECTIVE, evidence_words, pattern_of, patterns_of

from wbc_tracker.patient.model import Pattern

#: Three courses; the second begins on day 168, the third on day 336.
COURSES = (*SPLIT, f"{on(168)} 600", f"{on(336)} 600")


def codes_of(*cases: tuple[str, ...], **asked) -> list[str]:
    return [pattern.code for pattern in patterns_of(*cases, **asked)]


class TestAsDescribed:
    def test_depleted_b_cells_and_nothing_else_fell(self) -> None:
        pattern = pattern_of(*SELECTIVE)
        assert (pattern.code, pattern.collected_at) == ("as_described", on(60))

    def test_the_numbers_stand_beside_it(self) -> None:
        words = evidence_words(pattern_of("-5 cd19 212", *SELECTIVE))
        for part in (on(60), "day 46", "course 1", "CD19 2 /µL", "baseline 212", "WBC 6.0", "baseline 6.4", "-6 %"):
            assert part in words, part

    def test_what_is_no_broad_fall(self) -> None:
        cases = [
            (*SELECTIVE, "60 neutrophils 3.0", "60 lymphocytes 1.5"),
            (*SELECTIVE, "60 lymphocytes 0.9"),  # low alone: in one of five people
            ("-5 wbc 9.0", "60 wbc 6.0", "60 cd19 2"),  # -33 %: beyond usual variation, inside the interval
            ("-5 wbc 3.9", "60 wbc 3.8", "60 cd19 2"),  # low, as before treatment
            (*SELECTIVE, "-5 neutrophils 1.4", "60 neutrophils 1.35"),  # grade 2, as before treatment
            (*SELECTIVE, "30 neutrophils 1.2", "50 neutrophils 3.0"),  # on an earlier draw
            (*SELECTIVE, "60 hemoglobin 75"),  # to discuss, but no white cell
            (*SELECTIVE, "60 cd4 150"),
            (*SELECTIVE, "60 igg 4.0"),
            (BASELINE, "60 wbc 9.0", "60 cd19 2"),  # +41 %, inside the interval
        ]
        assert codes_of(*cases) == ["as_described"] * len(cases)

    def test_the_fall_of_lymphocytes_that_is_the_b_cells(self) -> None:
        """2.0 with 380 B cells leaves 1.62; 1.45 without B cells is 10 % less than that, not 28 %."""
        lines = (*SELECTIVE, "-5 lymphocytes 2.0", "-5 cd19 380", "60 lymphocytes 1.45")
        pattern = pattern_of(*lines)
        assert pattern.code == "as_described"
        assert "fall" not in pattern.sentence.lower().replace("fallen", "")

    def test_nearly_all_b_cells_gone(self) -> None:
        """20 of 210 is 90 % less and few; 22 is 89 % less."""
        assert codes_of((BASELINE, "-5 cd19 210", "60 wbc 6.0", "60 cd19 20")) == ["as_described"]
        assert codes_of((BASELINE, "-5 cd19 210", "60 wbc 6.0", "60 cd19 22")) == ["differs"]

    def test_few_again_before_day_140(self) -> None:
        assert codes_of((*SELECTIVE, "139 cd19 30", "139 wbc 6.1"), as_of=150) == ["as_described"]

    def test_a_percentage_of_b_cells_will_do(self) -> None:
        assert pattern_of(BASELINE, "60 wbc 6.0", "60 cd19_pct 0.4").code == "as_described"

    def test_in_a_later_course(self) -> None:
        pattern = pattern_of(*SELECTIVE, "200 wbc 5.9", "200 cd19 <1", infused=COURSES[:3], as_of=210)
        assert (pattern.code, pattern.collected_at) == ("as_described", on(200))


class TestReturning:
    """B cells that are there again when the next dose is not given yet."""

    @pytest.mark.parametrize(
        ("day", "cd19", "code"), [(139, 60, "differs"), (140, 60, "returning"), (140, 30, "returning")]
    )
    def test_from_day_140_of_a_course(self, day: int, cd19: int, code: str) -> None:
        assert codes_of((*SELECTIVE, f"{day} wbc 6.1", f"{day} cd19 {cd19}"), as_of=150) == [code]

    def test_in_a_longer_interval_also_without_a_depleted_day(self) -> None:
        assert codes_of((BASELINE, "300 wbc 6.1", "300 cd19 80"), as_of=310) == ["returning"]

    @pytest.mark.parametrize(("days", "code"), [(55, "differs"), (56, "returning")])
    def test_of_a_monthly_drug_from_56_days_after_the_last_dose(self, days: int, code: str) -> None:
        doses = tuple(f"{on(day)} 20 ofatumumab" for day in (0, 7, 14, 28, 56))
        lines = (BASELINE, "50 cd19 2", f"{56 + days} cd19 60", f"{56 + days} wbc 6.0")
        assert codes_of(lines, infused=doses, as_of=56 + days + 5) == [code]


class TestDiffers:
    def test_b_cells_that_were_never_depleted(self) -> None:
        assert (
            codes_of(
                (BASELINE, "60 wbc 6.0", "60 cd19 80"),
                (BASELINE, "60 wbc 6.0", "60 cd19 30"),  # few, and no baseline shows a fall of 90 %
                (BASELINE, "60 wbc 6.0", "60 cd20 80"),  # a CD20 that is not low proves them
            )
            == ["differs"] * 3
        )

    def test_a_broad_fall(self) -> None:
        cases = {
            (*SELECTIVE, "-5 neutrophils 4.0", "60 neutrophils 1.9"): "Neutrophils 1.9",  # -52 %, and low
            (*SELECTIVE, "60 neutrophils 1.4"): "Neutrophils 1.4",  # grade 2
            (
                *SELECTIVE,
                "-5 lymphocytes 1.8",
                "60 lymphocytes 0.7",
            ): "Lymphocytes 0.7",  # grade 2, T and NK cells -52 %
            (*SELECTIVE, "60 lymphocytes 0.4"): "Lymphocytes 0.4",  # grade 3
            (BASELINE, "60 wbc 1.9", "60 cd19 2"): "White cells 1.9",  # grade 3
            ("-5 wbc 6.4", "60 wbc 3.9", "60 cd19 2"): "White cells 3.9",  # -39 %, and low
            (*SELECTIVE, "66 neutrophils 1.4"): "Neutrophils 1.4",  # on a later draw
        }
        for pattern, named in zip(patterns_of(*cases), cases.values(), strict=True):
            assert pattern.code == "differs"
            assert named in pattern.sentence

    def test_without_any_b_cell_result(self) -> None:
        pattern = pattern_of(BASELINE, "60 wbc 3.0")
        assert pattern.code == "differs"
        assert on(60) in pattern.sentence

    def test_it_goes_before_what_cannot_be_judged(self) -> None:
        """There is no count from before treatment, and a grade 3 needs none."""
        assert codes_of(("60 wbc 1.9", "60 cd19 2")) == ["differs"]

    def test_of_rivals_only_where_both_say_so(self) -> None:
        assert codes_of(
            (*SELECTIVE, "60 neutrophils 1.4", "60 neutrophils 1.3"),
            (*SELECTIVE, "60 neutrophils 1.4", "60 neutrophils 3.0"),
        ) == ["differs", "not_assessable"]


FALLS = {
    "wbc": ("8.4", "7.4", "6.4", "5.4"),  # -36 %; the last is -16 % against the baseline of 6.4
    "igg": ("12.0", "10.7", "9.3", "8.0"),  # -33 %
}


class TestGradualDecline:
    """Straight falls over the days 20 to 230 on treatment; the document expects that counts can decline."""

    def pattern(self, analyte: str, *more: str, as_of: int = 240) -> Pattern:
        days = zip((20, 90, 160, 230), FALLS[analyte], strict=True)
        wbc = () if analyte == "wbc" else ("230 wbc 6.0",)
        lines = (BASELINE, *(f"{day} {analyte} {value}" for day, value in days), *wbc, "230 cd19 2", *more)
        return pattern_of(*lines, infused=COURSES[:3], as_of=as_of)

    @pytest.mark.parametrize(("analyte", "name"), [("wbc", "White cells have"), ("igg", "Immunoglobulin G has")])
    def test_it_is_no_objection_and_is_told(self, analyte: str, name: str) -> None:
        pattern = self.pattern(analyte)
        assert pattern.code == "as_described"
        assert any(sentence.startswith(f"{name} been falling over months.") for sentence in pattern.sentences)

    def test_beside_an_objection_it_is_told_too(self) -> None:
        pattern = self.pattern("igg", "230 neutrophils 1.4")
        assert pattern.code == "differs"
        assert "Immunoglobulin G has been falling" in pattern.sentence

    def test_an_old_one_is_told_while_the_count_was_not_repeated(self) -> None:
        """A count to discuss stands for 78 weeks if none followed; then it is history."""
        assert "White cells have been falling" in self.pattern("wbc", as_of=230 + 546).sentence
        assert "been falling" not in self.pattern("wbc", as_of=230 + 547).sentence

    def test_one_for_information_is_not(self) -> None:
        lines = ("20 igg 12.0", "90 igg 11.5", "160 igg 11.0", "230 igg 10.5")  # -12 %
        assert "been falling" not in pattern_of(BASELINE, *lines, "230 wbc 6.0", "230 cd19 2", as_of=240).sentence


class TestNotAssessable:
    def test_says_what_is_missing(self) -> None:
        without = "no white cell count from before treatment"
        cases = {
            (BASELINE, "60 wbc 6.0"): "no B-cell result",
            (BASELINE, "-5 cd19 210", "60 wbc 6.0"): "no B-cell result on treatment",
            (BASELINE, "60 wbc 6.0", "60 cd20 0"): "low CD20",
            (BASELINE, "60 wbc 6.0", "60 cd19 <20"): "the laboratory's limit (CD19 <20 /µL) lies above it",
            (BASELINE, "-5 cd19 3", *SELECTIVE[1:]): "before the first recorded infusion",
            ("60 cd19 2",): "no white cell count near it",
            (BASELINE, "60 cd19 2"): "no white cell count near it",
            (BASELINE, "60 cd19 2", "60 wbc >4.0"): "only as a limit",
            ("60 cd19 2", "60 wbc 6.0"): without,
            ("30 wbc 6.4", "60 cd19 2", "60 wbc 6.0"): without,
            ("-5 wbc >4.0", "60 cd19 2", "60 wbc 6.0"): without,
            ("-5 wbc 14.2", "60 cd19 2", "60 wbc 6.0"): "lies above its interval",
            (BASELINE,): "no result lies after the first infusion",
            (BASELINE, "60 cd19 2", "60 wbc 6.0 adults only"): "has no interval",
            (BASELINE, "16 cd19 2", "16 wbc 6.0"): "just after an infusion",
            (*SELECTIVE, "60 cd19 80"): "Two different values",
        }
        for pattern, told in zip(patterns_of(*cases), cases.values(), strict=True):
            assert (pattern.code, told in pattern.sentence) == ("not_assessable", True), (told, pattern.sentence)

    def test_an_older_usual_count_is_taken_instead(self) -> None:
        """The count of five days before is above its interval; that of 300 days before serves, of 400 not."""
        high = ("-5 wbc 14.2", "60 cd19 2", "60 wbc 6.0")
        assert codes_of((*high, "-300 wbc 6.4"), (*high, "-400 wbc 6.4")) == ["as_described", "not_assessable"]

    def test_says_that_no_infusion_is_recorded(self) -> None:
        pattern = pattern_of(*SELECTIVE, infused=())
        assert pattern.code == "not_assessable"
        assert "no infusion is recorded" in pattern.sentence

    def test_never_sounds_like_the_other_answer(self) -> None:
        for pattern in patterns_of((BASELINE, "60 wbc 6.0"), ("60 cd19 2", "60 wbc 6.0"), (BASELINE, "60 cd19 2")):
            assert "the selective picture" not in pattern.sentence

    def test_the_white_cells_alone_are_told(self) -> None:
        assert "White cells are about where they were." in pattern_of(BASELINE, "60 wbc 6.0").sentence
        assert "White cells are 6.0 x10⁹/L, inside" in pattern_of("30 wbc 6.4", "60 wbc 6.0").sentence


class TestWhichResults:
    def test_the_latest_draw_with_b_cells(self) -> None:
        words = evidence_words(pattern_of(*SELECTIVE, "100 cd19 3", "104 wbc 6.1", "140 cd19 4", as_of=150))
        assert "CD19 4" in words
        assert "WBC 6.1" in words

    def test_the_latest_count_whatever_was_worse_before(self) -> None:
        lines = (*SELECTIVE, "62 neutrophils 1.9", "64 neutrophils 1.1", "66 neutrophils 3.0")
        assert pattern_of(*lines).code == "as_described"

    def test_both_dates_are_shown(self) -> None:
        words = evidence_words(pattern_of(BASELINE, "50 wbc 6.0", "60 cd19 2"))
        assert on(50) in words
        assert on(60) in words

    @pytest.mark.parametrize(("before", "code"), [(182, "as_described"), (183, "not_assessable")])
    def test_a_count_at_most_26_weeks_before_the_b_cells(self, before: int, code: str) -> None:
        lines = (BASELINE, f"{300 - before} wbc 6.0", "300 cd19 2")
        assert codes_of(lines, infused=COURSES, as_of=300) == [code]

    def test_a_count_of_before_the_first_infusion_is_none_on_treatment(self) -> None:
        assert pattern_of("-1 wbc 6.4", "1 cd19 2", as_of=2).code == "not_assessable"

    def test_counts_just_after_an_infusion_only_where_there_are_no_others(self) -> None:
        """The second half dose is given on day 14: day 16 is inside the window, day 17 is not."""
        within = (BASELINE, "10 wbc 6.0", "10 cd19 2", "10 lymphocytes 1.5")
        assert codes_of((*within, "16 lymphocytes 0.4"), as_of=20) == ["as_described"]
        assert codes_of((*within, "17 lymphocytes 0.4"), as_of=20) == ["differs"]


class TestTheFirstDays:
    """The first days after an infusion prove little."""

    def test_b_cells_still_there_are_too_early_to_judge(self) -> None:
        """Depletion was first measured on day 14; day 5 shows nothing either way."""
        pattern = pattern_of(BASELINE, "5 wbc 6.0", "5 cd19 50", as_of=10)
        assert pattern.code == "not_assessable"
        assert "too early" in pattern.sentence

    @pytest.mark.parametrize(("day", "code"), [(13, "not_assessable"), (14, "differs")])
    def test_after_two_weeks_they_differ(self, day: int, code: str) -> None:
        infused = (f"{on(0)} 600",)
        assert codes_of((BASELINE, f"{day} wbc 6.0", f"{day} cd19 50"), infused=infused, as_of=20) == [code]

    def test_gone_they_count_at_once(self) -> None:
        assert pattern_of(BASELINE, "11 wbc 6.0", "11 cd19 2", as_of=13).code == "as_described"
