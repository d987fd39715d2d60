"""The days that belong into a calendar."""

from __future__ import annotations

import pytest
from tables.labs import CATALOG, SPLIT, at, infusions, on
from tables.patients import SELECTIVE, happened, report_of

from wbc_tracker.analysis import Analysis
from wbc_tracker.dataset import assemble
from wbc_tracker.patient.build import build_report
from wbc_tracker.patient.visit.due import DueDay, due_days, due_words

#: 24 weeks after the first infusion, and four weeks before that.
NEXT, COUNT = on(168), on(140)
BOOKED = (*SPLIT, f"{on(160)} 600")
MONTHLY = tuple(f"{on(day)} 20 ofatumumab" for day in (0, 7, 14, 28, 56))


def days(*lines: str, infused: tuple[str, ...] = SPLIT, as_of: int = 70) -> list[DueDay]:
    return due_days(report_of(*lines, infused=infused, as_of=as_of), on(as_of), CATALOG)


def told(*lines: str, infused: tuple[str, ...] = SPLIT, as_of: int = 70) -> list[str]:
    return [f"{day.on} {day.title}" for day in days(*lines, infused=infused, as_of=as_of)]


def test_by_the_usual_schedule_they_say_about_and_whose_date_counts() -> None:
    count, infusion = days(*SELECTIVE)
    assert infusion == DueDay(
        kind="infusion",
        on=NEXT,
        is_booked=False,
        title="Infusion due about now",
        words=f"About {NEXT}, by the usual schedule; your care team's date counts. As known on {on(70)}.",
    )
    assert count == DueDay(
        kind="count",
        on=COUNT,
        is_booked=False,
        title="Blood count before the next infusion",
        words=f"From now on a blood count is recent enough for the next infusion, due about {NEXT} by the usual "
        f"schedule; your care team's date counts. As known on {on(70)}.",
    )


def test_what_is_booked_says_so() -> None:
    count, infusion = days(*SELECTIVE, infused=BOOKED)
    assert (infusion.on, infusion.is_booked, infusion.title) == (on(160), True, "Infusion booked")
    assert infusion.words == f"Booked for {on(160)}. Your care team's date counts. As known on {on(70)}."
    assert (count.on, count.is_booked) == (on(132), True)
    assert f"the infusion that is booked for {on(160)}" in count.words


def test_a_first_infusion_that_is_booked() -> None:
    assert told("-40 wbc 6.4", as_of=-35) == [
        f"{on(-28)} Blood count before the next infusion",
        f"{on(0)} Infusion booked",
    ]


@pytest.mark.parametrize(
    ("as_of", "counted", "expected"),
    [
        (139, 60, COUNT),  # tomorrow
        (140, 60, COUNT),  # today
        (150, 60, on(150)),  # it is late, but not too late
        (150, 139, on(150)),  # the count on record is a day too old
        (150, 140, None),  # it is recent enough
        (168, 60, on(168)),
    ],
)
def test_the_day_of_the_count(as_of: int, counted: int, expected: str | None) -> None:
    found = days("-5 wbc 6.4", f"{counted} wbc 6.0", as_of=as_of)
    assert [day.on for day in found if day.kind == "count"] == ([expected] if expected else [])
    assert found[-1].on == NEXT


def test_only_a_blood_count_is_one() -> None:
    assert len(days(*SELECTIVE, "145 igg 9.0", as_of=150)) == 2
    assert len(days(*SELECTIVE, "145 neutrophils 3.0", as_of=150)) == 1


def test_of_a_drug_given_every_few_weeks_the_next_dose_alone() -> None:
    assert told(*SELECTIVE, infused=MONTHLY) == [f"{on(84)} Dose due about now"]


@pytest.mark.parametrize("as_of", [169, 190, 400])
def test_a_planned_day_that_is_past_is_none(as_of: int) -> None:
    assert days(*SELECTIVE, as_of=as_of) == []


@pytest.mark.parametrize(
    ("event", "words"),
    [
        ("65 stopped", f"Treatment ended on {on(65)}: nothing is due."),
        ("65 left", f"Followed elsewhere since {on(65)}: nothing is due here."),
    ],
)
def test_where_treatment_ended_there_is_none(event: str, words: str) -> None:
    dataset = assemble(at(*SELECTIVE), infusions(*SPLIT), on(70), happened(event))
    (patient,) = build_report(Analysis(dataset, "before", CATALOG), {}).patients
    assert due_days(patient, on(70), CATALOG) == []
    assert due_words(patient, CATALOG) == [words]


def test_without_an_infusion_there_is_none() -> None:
    assert days(*SELECTIVE, infused=()) == []
    patient = report_of(*SELECTIVE, infused=())
    assert due_words(patient, CATALOG) == ["Nothing is due next, as far as is on record here."]
