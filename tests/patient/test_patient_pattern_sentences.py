"""What the first sentences say: alarms first, nothing that the numbers do not bear out."""

from __future__ import annotations

import random

import pytest
from tables.labs import CATALOG, SPLIT, at, infusions, on
from tables.patients import BASELINE, SELECTIVE, pattern_of, report_of

from wbc_tracker.analysis import Analysis
from wbc_tracker.dataset import assemble
from wbc_tracker.patient.build import build_report
from wbc_tracker.patient.model import Pattern

NEUTROPENIA = "neutrophils 0.4"


class TestUrgent:
    @pytest.mark.parametrize(
        ("lines", "infused"),
        [
            ((*SELECTIVE, f"60 {NEUTROPENIA}"), SPLIT),
            ((*SELECTIVE, f"50 {NEUTROPENIA}"), SPLIT),  # ten days before the day that is judged
            ((BASELINE, "60 wbc 6.0", f"60 {NEUTROPENIA}"), SPLIT),
            ((BASELINE, "60 wbc 6.0", "60 cd19 80", f"66 {NEUTROPENIA}"), SPLIT),
            ((f"60 {NEUTROPENIA}",), ()),
            ((f"-5 {NEUTROPENIA}",), SPLIT),
        ],
        ids=["that day", "earlier", "without B cells", "B cells present", "without infusions", "before treatment"],
    )
    def test_is_named_first_whatever_the_code(self, lines: tuple[str, ...], infused: tuple[str, ...]) -> None:
        sentence = pattern_of(*lines, infused=infused).sentences[0]
        assert sentence.startswith("Urgent: neutrophils 0.4 x10⁹/L")
        assert "Contact your care team now" in sentence

    def test_it_stands_for_four_weeks_whatever_came_later_and_names_what_did(self) -> None:
        lines = (*SELECTIVE, "50 neutrophils 0.4", "55 neutrophils 3.0")
        told = pattern_of(*lines, as_of=78).sentences[0]
        assert told.startswith("Urgent: neutrophils 0.4")
        assert f"The next value was 3.0 x10⁹/L on {on(55)}." in told
        assert "Urgent" not in pattern_of(*lines, as_of=79).sentence

    def test_both_of_two_values_of_one_draw_stand(self) -> None:
        for pair in (("0.4", "3.0"), ("3.0", "0.4")):
            lines = [f"60 neutrophils {value}" for value in pair]
            assert pattern_of(*SELECTIVE, *lines).sentences[0].startswith("Urgent")


class TestAge:
    @pytest.mark.parametrize(("days", "old"), [(182, False), (183, True)])
    @pytest.mark.parametrize(
        "lines",
        [SELECTIVE, (BASELINE, "60 wbc 6.0"), (BASELINE, "60 wbc 6.0", "60 cd19 80")],
        ids=["as", "?", "differs"],
    )
    def test_after_26_weeks_there_is_no_newer_result(self, lines: tuple[str, ...], days: int, old: bool) -> None:
        sentence = pattern_of(*lines, as_of=60 + days).sentence
        assert ("there is no newer" in sentence) is old
        assert not old or on(60) in sentence

    def test_of_an_old_b_cell_result_although_the_white_cells_are_of_last_week(self) -> None:
        assert "no newer B-cell result" in pattern_of(*SELECTIVE, "300 wbc 6.2", as_of=305).sentence


class TestTruth:
    """Each of these would mislead a patient."""

    def test_b_cells_that_came_back_later_are_not_called_depleted(self) -> None:
        """The later CD19 count has no white cell count near it, so the pattern is judged on day 60."""
        pattern = pattern_of(*SELECTIVE, "160 cd19 80", as_of=170)
        assert pattern.code != "as_described"
        assert "B cells are depleted;" not in pattern.sentence

    def test_an_infusion_on_record_is_not_denied(self) -> None:
        """Infusions and no lab result yet, and a booked first infusion."""
        assert "no infusion is recorded" not in pattern_of().sentence
        assert "no infusion is recorded" not in pattern_of(BASELINE, infused=(f"{on(0)} 300",), as_of=-3).sentence

    def test_a_b_cell_result_on_record_is_not_denied(self) -> None:
        """It is a limit that leaves open whether the B cells are depleted."""
        sentence = pattern_of(BASELINE, "60 wbc 6.0", "60 cd19 <20").sentence
        assert "no B-cell result" not in sentence

    def test_b_cells_never_seen_depleted_are_not_called_back(self) -> None:
        for lines in (("300 wbc 6.1", "300 cd19 80"), ("60 cd19 80", "300 wbc 6.1", "300 cd19 80")):
            pattern = pattern_of(BASELINE, *lines, as_of=310)
            assert pattern.code == "returning"
            assert "back" not in pattern.sentences[0]

    def test_unchanged_white_cells_are_not_said_to_have_moved(self) -> None:
        for lines in ((*SELECTIVE, "60 hemoglobin 75"), ("-5 wbc 3.9", "60 wbc 3.8", "60 cd19 2")):
            sentence = pattern_of(*lines).sentence
            assert "fallen" not in sentence
            assert "lower" not in sentence

    def test_the_latest_of_several_low_counts_is_named(self) -> None:
        lines = (*SELECTIVE, "62 neutrophils 1.1", "64 neutrophils 1.3")
        assert "1.3" in pattern_of(*lines).sentence


def shuffled_patterns(*lines: str, as_of: int = 70) -> list[Pattern]:
    """The pattern with the lines of the file in three orders."""
    rng, patterns = random.Random(1), []
    for _ in range(3):
        labs = at(*rng.sample(lines, len(lines)))
        dataset = assemble(labs, infusions(*SPLIT), on(as_of))
        patterns.append(build_report(Analysis(dataset, "before", CATALOG), {}).patients[0].pattern)
    return patterns


@pytest.mark.parametrize(
    "lines",
    [
        (*SELECTIVE, "-5 neutrophils 4.0", "60 neutrophils 1.9", "60 lymphocytes 0.9"),
        (*SELECTIVE, "62 wbc 3.9", "64 wbc 3.0", "66 wbc 3.8"),
        (*SELECTIVE, "60 hemoglobin 75", "60 platelets 45", "50 neutrophils 0.4"),
        (BASELINE, "60T08:00 wbc 6.0", "60T16:00 wbc 5.5", "60T12:00 cd19 2"),
    ],
    ids=["two analytes", "several days", "several flags", "several draws of a day"],
)
def test_the_order_of_the_file_does_not_matter(lines: tuple[str, ...]) -> None:
    patterns = shuffled_patterns(*lines)
    assert all(pattern == patterns[0] for pattern in patterns)


def test_every_report_has_a_sentence_and_says_nothing_of_doses() -> None:
    for lines in ((), SELECTIVE, (BASELINE, "60 wbc 6.0"), (*SELECTIVE, "60 platelets 10")):
        sentence = report_of(*lines).pattern.sentence
        assert sentence.endswith(".")
        assert " mg" not in sentence
