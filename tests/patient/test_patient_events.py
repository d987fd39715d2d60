"""Events in the report: lines between the draws, and remarks where they matter."""

from __future__ import annotations

import json

import pytest
from tables.labs import CATALOG, SPLIT, at, infusions, on
from tables.patients import BASELINE, happened

from wbc_tracker.analysis import Analysis
from wbc_tracker.dataset import assemble
from wbc_tracker.patient.build import build_report
from wbc_tracker.patient.model import EventLine, PatientReport, Report
from wbc_tracker.render.json.patient import render_json
from wbc_tracker.render.terminal.grid import trend_grid
from wbc_tracker.render.terminal.patient import render_patient


def whole_report(
    *labs: str, events: tuple[str, ...], infused: tuple[str, ...] = SPLIT, as_of: int = 700, who: str = "me"
) -> Report:
    dataset = assemble(at(*labs), infusions(*infused), on(as_of), happened(*events, who=who))
    return build_report(Analysis(dataset, "before", CATALOG), {})


def patient_of(*labs: str, **more) -> PatientReport:
    return whole_report(*labs, **more).patients[0]


def remark_of(*labs: str, event: str, **more) -> str:
    (line,) = patient_of(*labs, events=(event,), **more).events
    return line.remark


def printed(*labs: str, width: int = 200, **more) -> list[str]:
    report = whole_report(*labs, **more)
    return [line.plain for line in render_patient(report, report.patients[0], width)]


# a steroid course beside neutrophils


@pytest.mark.parametrize(
    ("day", "is_told"),
    [(39, True), (60, True), (38, False), (61, False)],
)
def test_a_steroid_course_at_most_21_days_before_high_neutrophils_is_context(day, is_told):
    remark = remark_of("60 neutrophils 9.0 2.0-7.5", event=f"{day} steroid")
    assert bool(remark) is is_told
    if is_told:
        when = "21 days later" if day == 39 else "the same day"
        assert remark == (
            "Steroids raise neutrophils for a while: context for neutrophils 9.0 x10⁹/L on "
            f"{on(60)}, {when} (above its interval)."
        )


@pytest.mark.parametrize(
    ("value", "told"),
    [
        ("7.5", ""),  # the limit itself is normal; +83 % is within usual variation (up to +85.4 %)
        ("7.7", "(above its interval and risen beyond usual variation)"),
        ("3.0", ""),
    ],
)
def test_only_a_rise_or_a_count_above_its_interval_needs_context(value, told):
    """The baseline is 4.1: 7.5 is +82.9 %, 7.7 is +87.8 %."""
    labs = ("-5 neutrophils 4.1 2.0-7.5", f"60 neutrophils {value} 2.0-7.5")
    remark = remark_of(*labs, event="55 steroid")
    assert remark.removesuffix(".").endswith(told) if told else remark == ""


def test_a_rise_inside_the_interval():
    labs = ("-5 neutrophils 3.0 2.0-7.5", "60 neutrophils 6.0 2.0-7.5")
    assert remark_of(*labs, event="55 steroid").endswith("5 days later (risen beyond usual variation).")


def test_other_cells_and_other_events_need_no_context():
    assert remark_of("60 lymphocytes 9.0 1.0-4.0", event="55 steroid") == ""
    assert remark_of("60 neutrophils 9.0 2.0-7.5", event="55 relapse") == ""
    assert remark_of("60 neutrophils 9.0 2.0-7.5", event="55 other") == ""


# an infection and the counts of that week


@pytest.mark.parametrize(("day", "is_told"), [(53, True), (67, True), (52, False), (68, False)])
def test_counts_within_a_week_of_an_infection_are_told_beside_it(day, is_told):
    remark = remark_of("60 wbc 12.5 4.0-11.0", "60 igg 9.8", event=f"{day} infection")
    words = f"Counts of that week: white cells 12.5 x10⁹/L (above its interval) on {on(60)}. An infection shifts them."
    assert remark == (words if is_told else "")


def test_several_draws_of_that_week():
    labs = ("60 wbc 3.1 4.0-11.0", "60 neutrophils 2.0 2.0-7.5", "64 wbc 5.0")
    remark = remark_of(*labs, event="62 infection")
    assert remark.startswith(
        f"Counts of that week: white cells 3.1 x10⁹/L (below its interval), neutrophils 2.0 x10⁹/L on {on(60)}; "
        f"white cells 5.0 x10⁹/L on {on(64)}."
    )


# a vaccination and the window between infusions

YEARLY = (*SPLIT, f"{on(168)} 600")


@pytest.mark.parametrize(
    ("day", "words"),
    [
        # 2024-01-15 is the latest infusion: day 14
        (14 + 83, f"83 days after the infusion of {on(14)}, 71 days before the next ({on(168)}): outside"),
        (14 + 84, f"84 days after the infusion of {on(14)}, 70 days before the next ({on(168)}): inside"),
        (168 - 28, f"126 days after the infusion of {on(14)}, 28 days before the next ({on(168)}): inside"),
        (168 - 27, f"127 days after the infusion of {on(14)}, 27 days before the next ({on(168)}): outside"),
        (168, f"0 days after the infusion of {on(168)}, 168 days before the next by the usual interval (about"),
    ],
)
def test_a_vaccination_is_placed_in_or_outside_the_window_its_ends_included(day, words):
    remark = remark_of(event=f"{day} vaccination", infused=YEARLY)
    assert remark.startswith(words)
    if "outside" in words or "inside" in words:
        assert "the usual window for non-live vaccines (from 84 days after an infusion to 28 days before the " in remark
    assert ("can be weaker" in remark) is (": outside" in remark)


def test_by_the_planned_date_where_the_next_is_not_recorded():
    """One infusion on day 0 by the usual interval of 168 days: the window is day 84 to 140."""
    inside = remark_of(event="140 vaccination", infused=(f"{on(0)} 600",))
    outside = remark_of(event="141 vaccination", infused=(f"{on(0)} 600",))
    assert f"28 days before the next by the usual interval (about {on(168)}): inside" in inside
    assert f"27 days before the next by the usual interval (about {on(168)}): outside" in outside


@pytest.mark.parametrize(("day", "words"), [(168, ": outside"), (169, "as far as recorded")])
def test_past_the_planned_date_the_window_is_open_as_far_as_recorded(day, words):
    assert words in remark_of(event=f"{day} vaccination", infused=(f"{on(0)} 600",))


def test_a_booking_after_the_day_of_the_report_is_the_next_infusion():
    remark = remark_of(event="100 vaccination", infused=(f"{on(0)} 600", f"{on(120)} 600"), as_of=110)
    assert f"20 days before the next ({on(120)}): outside" in remark


def test_before_treatment_without_infusions_and_with_a_monthly_drug():
    before = remark_of(event="-30 vaccination", infused=SPLIT)
    assert before == (
        f"30 days before the first infusion ({on(0)}): before treatment. The window between infusions does not apply."
    )
    none = remark_of(BASELINE, event="30 vaccination", infused=())
    assert none == "No infusion is recorded: whether it was inside the usual window is not assessable."
    monthly = remark_of(event="100 vaccination", infused=(f"{on(0)} 20 ofatumumab", f"{on(28)} 20 ofatumumab"))
    assert monthly.startswith(f"72 days after the dose of {on(28)}. This drug is given at short intervals")


def test_a_planned_vaccination_is_placed_too_and_a_booking_before_it_counts():
    report = patient_of(
        BASELINE, events=("220 vaccination flu",), infused=(f"{on(0)} 600", f"{on(168)} 600"), as_of=150
    )
    (line,) = report.events
    assert line.is_planned
    assert line.remark.startswith(f"52 days after the infusion of {on(168)}, 116 days before the next by the usual")


def test_what_cannot_be_planned_is_left_out_when_it_lies_ahead():
    report = patient_of(BASELINE, events=("61 infection", "60 infection", "61 other trip"), as_of=60)
    assert [(event.kind.id, event.is_planned) for event in report.events] == [("infection", False), ("other", True)]


# where they stand


def lines_of(*labs: str, events: tuple[str, ...], width: int = 200, **more) -> list[str]:
    patient = patient_of(*labs, events=events, **more)
    return [line.plain.strip("-. ") for line in trend_grid(patient, width)]


def test_events_stand_between_the_draws_by_date():
    told = lines_of(BASELINE, "10 wbc 6.0", "60 wbc 6.1", events=("30 steroid", "14 infection cold", "60 other"))
    assert [line.split()[0] for line in told[1:]] == [
        on(-5), on(0), on(10), on(14), on(14), on(30), on(60), on(60),
    ]  # fmt: skip
    assert told[4:8] == [
        f"{on(14)}  infusion 300 mg, course 1",
        f"{on(14)}  infection: cold",
        f"{on(30)}  steroid course",
        f"{on(60)}  other",
    ]


def test_on_the_date_of_a_draw_the_event_stands_before_it_and_a_later_infusion_behind():
    told = lines_of(BASELINE, "14 wbc 6.0", events=("14 infection",))
    assert [line.split(maxsplit=1)[0] for line in told[3:]] == [on(14)] * 3
    assert told[3] == f"{on(14)}  infection"
    assert told[5] == f"{on(14)}  infusion 300 mg, course 1"


def test_a_planned_event_is_not_drawn_between_the_draws():
    assert [
        line for line in lines_of(BASELINE, "60 wbc 6.0", events=("90 vaccination",), as_of=70) if "vacc" in line
    ] == []


def test_events_are_drawn_after_the_last_draw_too():
    assert lines_of(BASELINE, events=("30 relapse",))[-1] == f"{on(30)}  relapse"


def test_a_long_note_is_cut_in_the_table_and_whole_above_it():
    note = "a very long story " * 8
    told = printed(BASELINE, "60 wbc 6.0", events=(f"30 other {note}",), width=80)
    (cut,) = [line for line in told if "..." in line and on(30) in line and "other" in line]
    assert len(cut) <= 60
    assert note.strip() in " ".join(" ".join(told).split())


def test_events_without_anything_to_say_stand_in_the_table_alone():
    told = printed(BASELINE, "60 wbc 6.0", events=("30 relapse",))
    assert "Events" not in told
    assert sum("relapse" in line for line in told) == 1


def test_without_draws_every_event_is_told():
    told = printed(events=("30 relapse",), infused=SPLIT)
    assert f"  {on(30)}  relapse." in told


def test_an_event_to_come_is_told_as_planned():
    told = printed(BASELINE, events=("90 vaccination flu",), as_of=70)
    assert any(
        line.startswith(f"  {on(90)}  vaccination, planned: flu. 76 days after the infusion of") for line in told
    )


def test_notes_are_shown_as_the_text_they_are():
    note = "\x1b[31m[red]x[/red]\u202e=cmd"
    told = printed(BASELINE, "60 wbc 6.0", events=(f"30 other {note}", f"-30 vaccination {note}"))
    assert "\x1b" not in "".join(told)
    assert "\u202e" not in "".join(told)
    # the one in the table; the other, too long for it once escaped, is told above it
    assert sum("\\x1b[31m[red]x[/red]\\u202e=cmd" in line for line in told) == 2


def test_the_report_without_events_has_no_trace_of_them():
    report = whole_report(BASELINE, "60 wbc 6.0", events=())
    assert report.patients[0].events == []
    assert "Events" not in [line.plain for line in render_patient(report, report.patients[0], 100)]


def test_events_of_others_are_not_told():
    dataset = assemble(at(BASELINE), infusions(*SPLIT), on(70), happened("30 relapse", who="zoe"))
    report = build_report(Analysis(dataset, "before", CATALOG), {})
    assert [(p.patient_id, len(p.events)) for p in report.patients] == [("me", 0), ("zoe", 1)]


def test_json():
    report = whole_report(BASELINE, "60 wbc 6.0", events=("30 relapse", "55 infection cold"))
    assert json.loads(render_json(report))["patients"][0]["events"] == [
        {"id": 1, "happened_on": on(30), "kind": "relapse", "note": None, "remark": None},
        {
            "id": 2,
            "happened_on": on(55),
            "kind": "infection",
            "note": "cold",
            "remark": f"Counts of that week: white cells 6.0 x10⁹/L on {on(60)}. An infection shifts them.",
        },
    ]


def test_an_event_of_a_file_has_no_number():
    dataset = assemble(at(BASELINE), infusions(), on(70), happened("30 relapse").assign(id=0))
    (line,) = build_report(Analysis(dataset, "before", CATALOG), {}).patients[0].events
    assert line == EventLine(None, on(30), CATALOG.events.kinds["relapse"], "", "")


# after the end of treatment


def test_a_vaccination_after_the_end_of_treatment_is_in_no_window():
    events = ("100 stopped", "150 vaccination flu", "30 vaccination")
    told = {line.happened_on: line.remark for line in patient_of(BASELINE, events=events).events}
    assert told[on(150)] == (
        f"136 days after the infusion of {on(14)}; nothing was due after it, so the window between infusions does not "
        "apply."
    )
    assert "outside the usual window" in told[on(30)]


def test_events_are_told_whoever_they_end_the_treatment_of():
    """Several events of several people: each is told of its own patient."""
    for kind in ("stopped", "left", "other_drug natalizumab"):
        report = whole_report(BASELINE, events=("20 infection", "40 relapse", f"90 {kind}", "120 steroid"))
        (patient,) = report.patients
        assert [line.happened_on for line in patient.events] == [on(20), on(40), on(90), on(120)]
        assert patient.standing.ended_on == on(90)
