"""Why a baseline is unusual, and which falls and rises against it the rules count. The first infusion is on day 0."""

from __future__ import annotations

import pytest
from tables.flags import flagged, severities
from tables.labs import annotated, at, on, table

FIRST = f"{on(0)} 600"
DROP, HIGH = "early_broad_drop", "high_count"


def note_of(line: str, *events: str) -> str | None:
    """The note of the baseline of one line, drawn on day -5, as a draw of day 60 carries it."""
    analyte = line.split()[0]
    return table(annotated(at(f"-5 {line}", f"60 {analyte} 5.0"), FIRST, events=events), "baseline_note")[-1]


@pytest.mark.parametrize(
    ("event", "note"),
    [
        ("-5 steroid", "after_steroid"),
        ("-26 steroid", "after_steroid"),  # 21 days before the draw
        ("-27 steroid", None),
        ("-4 steroid", None),  # the day after it
        ("-26 infection", "after_infection"),
        ("-27 infection", None),
        ("-5 relapse", None),
        ("-5 vaccination flu", None),
    ],
)
def test_drawn_at_most_21_days_after_a_steroid_or_an_infection(event: str, note: str | None) -> None:
    assert note_of("wbc 6.0", event) == note


@pytest.mark.parametrize(
    ("event", "note"),
    [
        ("-370 other_drug natalizumab", "after_other_drug"),  # 365 days before the draw
        ("-371 other_drug natalizumab", None),
        ("-100 other_drug Gilenya until May", "after_other_drug"),
        ("-100 other_drug Mavenclad", "after_other_drug"),
        ("-100 other_drug rituximab", "after_other_drug"),  # another anti-CD20 drug
        ("-100 other_drug", None),  # nobody knows which
        ("-100 other_drug physiotherapy", None),
        ("-100 other natalizumab", None),
    ],
)
def test_in_the_year_after_another_drug_of_ms_that_changes_counts(event: str, note: str | None) -> None:
    assert note_of("wbc 6.0", event) == note


@pytest.mark.parametrize(
    ("line", "note"),
    [
        ("wbc 3.99", "outside_interval"),
        ("wbc 4.0", None),
        ("wbc 11.0", None),
        ("wbc 11.01", "outside_interval"),
        ("wbc 3.99 3.5-10.0", None),  # the laboratory's own interval counts
        ("wbc 10.5 3.5-10.0", "outside_interval"),
        ("wbc 2.0 adults only", None),  # nobody knows
    ],
)
def test_outside_its_interval_on_either_side(line: str, note: str | None) -> None:
    assert note_of(line) == note


@pytest.mark.parametrize(
    ("line", "note"),
    [
        ("cd19 9.9 5-500", "b_cells_already_depleted"),
        ("cd19 10 5-500", None),
        ("cd19_pct 0.9 0.1-20", "b_cells_already_depleted"),
        ("cd19_pct 1.0 0.1-20", None),
        ("cd20 2", None),  # the drug hides it; nothing is proved
        ("cd19 9.9", "outside_interval;b_cells_already_depleted"),
    ],
)
def test_b_cells_that_were_depleted_before_the_first_recorded_infusion(line: str, note: str | None) -> None:
    assert note_of(line) == note


def test_reasons_are_joined_in_one_order() -> None:
    events = ("-6 other_drug natalizumab", "-6 infection", "-6 steroid")
    assert note_of("wbc 14.0", *events) == "outside_interval;after_steroid;after_infection;after_other_drug"


def test_two_values_of_one_draw_are_passed_over_and_told() -> None:
    labs = at("-30 wbc 7.0", "-5 wbc 6.4", "-5 wbc 6.8", "60 wbc 6.0")
    told = table(annotated(labs, FIRST), "baseline_value", "baseline_note")
    assert told == [(7.0, "conflicting_result")] * 4


def test_an_older_conflict_is_none_of_a_newer_baseline() -> None:
    labs = at("-30 wbc 6.4", "-30 wbc 6.8", "-5 wbc 7.0", "60 wbc 6.0")
    assert table(annotated(labs, FIRST), "baseline_note") == [None] * 4


def test_it_stands_from_the_baseline_row_on() -> None:
    labs = at("-90 wbc 6.0", "-5 wbc 14.0", "60 wbc <5.0", "90 wbc 6.0")
    assert table(annotated(labs, FIRST), "baseline_note") == [None, *["outside_interval"] * 3]


def test_a_first_result_on_record_can_be_unusual_but_depletion_on_treatment_is_what_the_drug_does() -> None:
    assert table(annotated(at("60 wbc 3.0"), FIRST), "baseline_note") == ["outside_interval"]
    assert table(annotated(at("60 cd19 2 1-500"), FIRST), "baseline_note") == [None]


def test_the_column_of_the_change_is_computed_all_the_same() -> None:
    labs = at("-5 wbc 10.0", "60 wbc 6.0")
    frame = annotated(labs, FIRST, events=("-6 steroid",))
    assert table(frame, "baseline_value", "percent_change", "beyond_rcv")[-1] == (10.0, -40, "fall")


class TestFalls:
    """Early falls below the interval, which the rules count or do not count."""

    @pytest.mark.parametrize(
        ("baseline", "later", "event", "counts"),
        [
            ("neutrophils 6.0", "neutrophils 1.9", "-27 steroid", True),  # -68 %, 22 days after it
            ("neutrophils 6.0", "neutrophils 1.9", "-26 steroid", False),
            ("neutrophils 6.0", "neutrophils 1.9", "-26 infection", False),
            ("neutrophils 6.0", "neutrophils 1.9", "-27 infection", True),
            ("wbc 9.0", "wbc 3.9", "-26 steroid", False),  # -57 %
            ("lymphocytes 1.5", "lymphocytes 0.7", "-26 steroid", True),  # a steroid lowers them
            ("lymphocytes 1.5", "lymphocytes 0.7", "-26 infection", True),
            ("lymphocytes 3.5", "lymphocytes 0.7", "-370 other_drug natalizumab", False),
            ("lymphocytes 3.5", "lymphocytes 0.7", "-371 other_drug natalizumab", True),
            ("wbc 9.0", "wbc 3.9", "-370 other_drug natalizumab", False),
            ("wbc 11.1", "wbc 3.9", "-90 relapse", False),  # above the interval
            ("wbc 11.0", "wbc 3.9", "-90 relapse", True),
            ("neutrophils 1.9", "neutrophils 0.9", "-26 steroid", True),  # from a low one, always: -53 %
            ("neutrophils 1.9", "neutrophils 0.9", "-26 infection", True),
            ("wbc 3.9", "wbc 2.5", "-26 other_drug natalizumab", True),  # -36 %
        ],
    )
    def test_which_count(self, baseline: str, later: str, event: str, counts: bool) -> None:
        labs = at(f"-5 {baseline}", f"60 {later}")
        assert bool(flagged(DROP, labs, FIRST, events=(event,))) is counts


class TestRises:
    """A high count that also rose is to be discussed; one that rose from a low baseline tells nothing."""

    @pytest.mark.parametrize(
        ("baseline", "event", "severity"),
        [
            ("neutrophils 4.0", "-90 relapse", "discuss"),  # to 7.6: +90 %
            ("neutrophils 2.0", "-90 relapse", "discuss"),
            ("neutrophils 1.9", "-90 relapse", "info"),  # from below the interval
            ("neutrophils 3.0", "-370 other_drug natalizumab", "info"),
            ("neutrophils 3.0", "-371 other_drug natalizumab", "discuss"),
            ("neutrophils 3.0", "-26 steroid", "discuss"),  # a steroid raises them: the rise is real
        ],
    )
    def test_which_count(self, baseline: str, event: str, severity: str) -> None:
        assert severities(HIGH, at(f"-5 {baseline}", "60 neutrophils 7.6"), FIRST, events=(event,)) == [severity]


class TestTheUsualCountBefore:
    """-44 % from the usual 7.0; from the 14.0 that a steroid raised no fall is counted."""

    @pytest.mark.parametrize(("day", "taken"), [(-370, True), (-371, False)])
    def test_of_the_12_months_before_is_taken_instead(self, day: int, taken: bool) -> None:
        labs = at(f"{day} wbc 7.0", "-5 wbc 14.0", "60 wbc 3.9")
        assert bool(flagged(DROP, labs, FIRST)) is taken

    def test_the_latest_usual_one(self) -> None:
        """5.0 -> 3.9 is -22 %, no fall; 9.0 would be one."""
        labs = at("-90 wbc 9.0", "-60 wbc 5.0", "-5 wbc 14.0", "60 wbc 3.9")
        assert flagged(DROP, labs, FIRST) == []

    def test_another_unusual_one_is_not_taken(self) -> None:
        labs = at("-60 wbc 12.0", "-5 wbc 14.0", "60 wbc 3.9")
        assert flagged(DROP, labs, FIRST) == []

    def test_nor_a_limit_nor_two_values_of_one_draw(self) -> None:
        assert flagged(DROP, at("-60 wbc >7.0", "-5 wbc 14.0", "60 wbc 3.9"), FIRST) == []
        assert flagged(DROP, at("-60 wbc 7.0", "-60 wbc 7.1", "-5 wbc 14.0", "60 wbc 3.9"), FIRST) == []

    def test_the_number_of_the_baseline_stays(self) -> None:
        labs = at("-60 wbc 7.0", "-5 wbc 14.0", "60 wbc 7.0")
        assert table(annotated(labs, FIRST), "baseline_value", "percent_change")[-1] == (14.0, -50)

    def test_white_cells_can_be_stable_against_it(self) -> None:
        labs = at("-60 wbc 7.0", "-5 wbc 14.0", "60 wbc 7.0")
        assert flagged("wbc_stable", labs, FIRST) == ["wbc 7"]
