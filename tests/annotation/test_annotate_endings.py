"""How a treatment ends: what is due afterwards, and the phase. The infusion of day 0 plans the next for day 168."""

from __future__ import annotations

import pytest
from tables.labs import annotated, at, on, table

INFUSED = (f"{on(0)} 600",)
GOES_ON, ENDED = ("on_schedule", on(168)), ("after_treatment", None)


def stands(
    *events: str, day: int = 101, infused: tuple[str, ...] = INFUSED, as_of: int = 160
) -> tuple[str | None, str | None]:
    """The phase of a draw and the next infusion seen from it."""
    frame = annotated(at(f"{day} wbc 6.0"), *infused, as_of=on(as_of), events=events)
    (found,) = table(frame, "phase", "next_infusion_on")
    return found


def test_without_an_ending_it_goes_on() -> None:
    assert stands() == GOES_ON


@pytest.mark.parametrize("event", ["100 stopped", "100 other_drug fingolimod", "100 other_drug now Kesimpta"])
def test_after_its_end_nothing_is_due(event: str) -> None:
    assert stands(event) == ENDED


def test_a_draw_on_the_day_of_the_end_is_on_treatment_still() -> None:
    assert stands("100 stopped", day=100) == GOES_ON
    assert stands("101 stopped", day=101) == GOES_ON


@pytest.mark.parametrize("note", ["", "physiotherapy", "to be decided"])
def test_another_drug_that_is_not_named_ends_nothing(note: str) -> None:
    assert stands(f"100 other_drug {note}".strip()) == GOES_ON


@pytest.mark.parametrize(
    ("event", "expected"),
    [
        ("0 stopped", ENDED),  # the last infusion was that day
        ("-1 stopped", GOES_ON),
        ("1 other_drug fingolimod", ENDED),
        ("0 other_drug fingolimod", GOES_ON),  # given up for the infusion of that day
        ("-30 other_drug fingolimod", GOES_ON),
    ],
)
def test_what_lies_before_the_last_infusion_ends_nothing(event: str, expected: tuple[str, str | None]) -> None:
    assert stands(event) == expected


@pytest.mark.parametrize("again", [140, 180], ids=["given", "booked"])
def test_an_infusion_after_it_takes_it_back(again: int) -> None:
    infused = (*INFUSED, f"{on(again)} 600")
    assert stands("100 stopped", infused=infused) == ("on_schedule", on(again))


def test_who_left_is_followed_elsewhere_the_treatment_has_not_ended() -> None:
    assert stands("100 left") == ("on_schedule", None)
    assert stands("100 left", day=100) == GOES_ON


def test_an_end_goes_before_leaving() -> None:
    assert stands("90 left", "100 stopped") == stands("100 stopped", "110 left", day=120) == ENDED


def test_an_end_after_the_day_of_the_report_is_not_known_yet() -> None:
    assert stands("100 stopped", as_of=99, day=98) == GOES_ON
    assert stands("120 stopped", as_of=160, day=119) == GOES_ON


def test_without_an_infusion_nothing_can_end() -> None:
    assert stands("100 stopped", infused=()) == (None, None)


def test_each_patient_alone() -> None:
    labs = at("101 wbc 6.0", "101 wbc 6.1").assign(patient_id=["ann", "me"])
    frame = annotated(labs, *INFUSED, events=("100 stopped",))
    assert table(frame, "phase") == [None, "after_treatment"]
