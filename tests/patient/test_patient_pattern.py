"""The contrast: which of the three codes, and on which day it is judged."""

from __future__ import annotations

import pytest
from tables.labs import SPLIT, on
from tables.patients import BASELINE, SELECTIVE, evidence_words, pattern_of, patterns_of

from wbc_tracker.patient.model import Pattern


class TestAsDescribed:
    def test_depleted_b_cells_and_stable_white_cells(self) -> None:
        pattern = pattern_of(*SELECTIVE)
        assert (pattern.code, pattern.collected_at) == ("as_described", on(60))
        assert pattern.sentence.startswith("B cells are depleted; total white cells are within their usual variation.")

    def test_the_numbers_stand_beside_it(self) -> None:
        words = evidence_words(pattern_of("-5 cd19 212", *SELECTIVE))
        for part in (on(60), "day 46", "course 1", "CD19 2 /uL", "baseline 212", "WBC 6.0", "baseline 6.4", "-6 %"):
            assert part in words, part

    def test_what_is_no_objection(self) -> None:
        patterns = patterns_of(
            (*SELECTIVE, "60 neutrophils 3.0", "60 lymphocytes 1.5"),
            (*SELECTIVE, "60 lymphocytes 0.9 0.8-4.0"),  # below the generic interval, inside the laboratory's
            (*SELECTIVE, "30 neutrophils 1.2", "50 neutrophils 3.0"),  # to discuss, but on an earlier draw
            (*SELECTIVE, "-5 hemoglobin 75", "20 hemoglobin 120"),
            (*SELECTIVE, "60 cd4 450"),  # grade 2: for information
            (*SELECTIVE, "65 cd19 3"),
            (*SELECTIVE, "60 igg 5.5"),  # below the trial limit, not below 5: for information
            (*SELECTIVE, "50 igg 4.0"),  # to discuss, but on an earlier draw
        )
        assert [pattern.code for pattern in patterns] == ["as_described"] * 8

    def test_a_percentage_of_b_cells_will_do(self) -> None:
        assert pattern_of(BASELINE, "60 wbc 6.0", "60 cd19_pct 0.4").code == "as_described"

    def test_in_a_later_course(self) -> None:
        pattern = pattern_of(*SELECTIVE, "200 wbc 5.9", "200 cd19 <1", infused=(*SPLIT, f"{on(168)} 600"), as_of=210)
        assert (pattern.code, pattern.collected_at) == ("as_described", on(200))


class TestDiffers:
    def test_b_cells_that_were_never_depleted(self) -> None:
        pattern = pattern_of(BASELINE, "60 wbc 6.0", "60 cd19 80")
        assert pattern.code == "differs"
        assert "B cells are not depleted" in pattern.sentence

    def test_b_cells_that_are_back(self) -> None:
        pattern = pattern_of(*SELECTIVE, "130 cd19 20", "160 wbc 6.1", "160 cd19 30", as_of=170)
        assert (pattern.code, pattern.collected_at) == ("differs", on(160))
        assert "B cells are back" in pattern.sentence

    def test_one_draw_does_not_yet_call_them_back(self) -> None:
        pattern = pattern_of(*SELECTIVE, "160 wbc 6.1", "160 cd19 30", as_of=170)
        assert pattern.code == "differs"
        assert pattern.sentences[0].startswith("B cells were seen again on one draw;")

    def test_a_high_cd20_proves_b_cells(self) -> None:
        assert pattern_of(BASELINE, "60 wbc 6.0", "60 cd20 80").code == "differs"

    def test_other_cells_that_fell_or_are_low(self) -> None:
        cases = {
            (*SELECTIVE, "-5 neutrophils 4.0", "60 neutrophils 1.9"): "Neutrophils 1.9",
            (*SELECTIVE, "-5 lymphocytes 1.8", "60 lymphocytes 1.2"): "Lymphocytes 1.2",  # -33 %, in the interval
            (*SELECTIVE, "60 lymphocytes 0.9"): "Lymphocytes 0.9",  # below the interval
            (*SELECTIVE, "-5 lymphocytes 1.8", "66 lymphocytes 0.9"): "Lymphocytes 0.9",  # on a later draw
            ("-5 wbc 9.0", "60 wbc 6.0", "60 cd19 2"): "White cells 6.0",  # -33 %, inside the interval
        }
        for pattern, named in zip(patterns_of(*cases), cases.values(), strict=True):
            assert pattern.code == "differs"
            assert named in pattern.sentence

    def test_a_flag_to_discuss_that_day_or_later(self) -> None:
        cases = {
            (*SELECTIVE, "60 hemoglobin 75"): "low hemoglobin",
            (*SELECTIVE, "66 platelets 45"): "low platelets",  # on a later draw
            (*SELECTIVE, "66 platelets 15", "68 platelets 180"): "low platelets",  # and better since
            (*SELECTIVE, "60 cd4 150"): "low CD4 T cells",
            (*SELECTIVE, "60 igg 4.0"): "low IgG; low immunoglobulin",
            (*SELECTIVE, "66 igg 4.0"): "low immunoglobulin",  # on a later draw
            (*SELECTIVE, "-5 lymphocytes 0.50", "60 lymphocytes 0.45"): "Lymphocytes 0.45",  # weakens the defence
            (*SELECTIVE, "-5 neutrophils 4.0", "60 neutrophils 1.9"): "Neutrophils 1.9",  # falls early
        }
        for pattern, title in zip(patterns_of(*cases), cases.values(), strict=True):
            assert pattern.code == "differs"
            assert title in pattern.sentence

    def test_low_counts_without_any_b_cell_result(self) -> None:
        pattern = pattern_of(BASELINE, "60 wbc 3.0")
        assert pattern.code == "differs"
        assert on(60) in pattern.sentence


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
        return pattern_of(*lines, infused=(*SPLIT, f"{on(168)} 600"), as_of=as_of)

    @pytest.mark.parametrize(("analyte", "name"), [("wbc", "White cells have"), ("igg", "Immunoglobulin G has")])
    def test_alone_it_is_no_objection_and_is_told(self, analyte: str, name: str) -> None:
        pattern = self.pattern(analyte)
        assert pattern.code == "as_described"
        assert pattern.sentences[0].startswith("B cells are depleted; total white cells")
        assert pattern.sentences[-1].startswith(f"{name} been falling over months.")

    def test_beside_an_objection_it_is_told_too(self) -> None:
        pattern = self.pattern("igg", "230 cd4 150")
        assert pattern.code == "differs"
        assert "Immunoglobulin G has been falling" in pattern.sentence

    def test_an_old_one_on_the_day_that_is_judged_is_told_with_its_age(self) -> None:
        pattern = self.pattern("wbc", as_of=700)
        assert "White cells have been falling" in pattern.sentence
        assert "there is no newer result" in pattern.sentence

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
            ("60 cd19 2",): "white cell count",
            (BASELINE, "60 cd19 2"): "white cell count",
            (BASELINE, "60 cd19 2", "60 wbc >4.0"): "only as a limit",
            ("60 cd19 2", "60 wbc 6.0"): without,
            ("30 wbc 6.4", "60 cd19 2", "60 wbc 6.0"): without,
            ("-5 wbc >4.0", "60 cd19 2", "60 wbc 6.0"): without,
            (BASELINE,): "no result lies after the first infusion",
            (BASELINE, "60 cd19 2", "60 wbc 6.0 adults only"): "cannot be compared",
            (BASELINE, "16 cd19 2", "16 wbc 6.0"): "just after an infusion",
        }
        for pattern, told in zip(patterns_of(*cases), cases.values(), strict=True):
            assert pattern.code == "not_assessable"
            assert told in pattern.sentence

    def test_says_that_no_infusion_is_recorded(self) -> None:
        pattern = pattern_of(*SELECTIVE, infused=())
        assert pattern.code == "not_assessable"
        assert "no infusion is recorded" in pattern.sentence

    def test_never_sounds_like_the_other_answer(self) -> None:
        for pattern in patterns_of((BASELINE, "60 wbc 6.0"), ("60 cd19 2", "60 wbc 6.0"), (BASELINE, "60 cd19 2")):
            assert "are depleted; total" not in pattern.sentence
            assert "the selective picture" not in pattern.sentence

    def test_the_white_cells_alone_are_told(self) -> None:
        assert "within usual variation of the baseline" in pattern_of(BASELINE, "60 wbc 6.0").sentence
        first = pattern_of("30 wbc 6.4", "60 wbc 6.0").sentence
        assert "within usual variation of the first count on record" in first


class TestPairing:
    def test_within_14_days(self) -> None:
        cases = [(BASELINE, f"{day} wbc 6.0", "60 cd19 2") for day in (45, 46, 74, 75)]
        found = [pattern.code for pattern in patterns_of(*cases, as_of=80)]
        assert found == ["not_assessable", "as_described", "as_described", "not_assessable"]

    def test_both_dates_are_shown(self) -> None:
        words = evidence_words(pattern_of(BASELINE, "50 wbc 6.0", "60 cd19 2"))
        assert on(50) in words
        assert on(60) in words

    @pytest.mark.parametrize(("infusion_day", "code"), [(168, "not_assessable"), (155, "as_described")])
    def test_not_across_an_infusion(self, infusion_day: int, code: str) -> None:
        infused = (*SPLIT, f"{on(infusion_day)} 600")
        assert pattern_of(BASELINE, "160 cd19 2", "172 wbc 6.0", infused=infused, as_of=175).code == code

    def test_the_nearest_count_is_taken(self) -> None:
        words = evidence_words(pattern_of(BASELINE, "50 wbc 5.5", "57 wbc 5.7", "60 cd19 2", "68 wbc 5.8"))
        assert "WBC 5.7" in words

    def test_the_latest_day_with_both_is_judged(self) -> None:
        lines = (*SELECTIVE, "100 cd19 3", "104 wbc 6.1", "140 cd19 4")
        words = evidence_words(pattern_of(*lines, as_of=150))
        assert "CD19 3" in words
        assert "WBC 6.1" in words

    def test_a_count_before_the_first_infusion_is_no_partner(self) -> None:
        assert pattern_of("-1 wbc 6.4", "1 cd19 2", as_of=2).code == "not_assessable"
