"""What is said of the patient: the sentence, and where it stands in the report."""

from __future__ import annotations

import pytest
from tables.labs import CATALOG, SPLIT, draws, infusions, on
from tables.patients import SELECTIVE, flags_of, report_of

from wbc_tracker.analysis import Analysis
from wbc_tracker.catalog import Severity
from wbc_tracker.dataset import assemble
from wbc_tracker.panel.build import build_panel
from wbc_tracker.panel.facts import collect_panel_facts
from wbc_tracker.panel.filter import PanelFilter
from wbc_tracker.patient.build import build_report
from wbc_tracker.patient.model import PatientReport
from wbc_tracker.patient.standing import standing_words
from wbc_tracker.render.terminal.patient import render_patient

NEXT, WINDOW, GAP, LABS = "next_infusion", "vaccine_window", "monitoring_gap", "labs_due"


def messages(code: str, *infused: str, as_of: int) -> list[str]:
    return [flag.message for flag in flags_of(code, *SELECTIVE, infused=infused or SPLIT, as_of=as_of)]


def terminal_words(patient: PatientReport, as_of: int) -> str:
    dataset = assemble(draws(), infusions(), on(as_of))
    report = build_report(Analysis(dataset, "before", CATALOG), {})
    lines = render_patient(report, patient, 100)
    return " ".join(" ".join(line.plain for line in lines).split())


class TestNextInfusion:
    @pytest.mark.parametrize(
        ("as_of", "message"),
        [
            (70, f"Next infusion by the usual 24-week schedule due about {on(168)}, in 14 weeks."),
            (167, f"Next infusion by the usual 24-week schedule due about {on(168)}, in 1 day."),
            (168, f"Next infusion by the usual 24-week schedule due about {on(168)}, today."),
        ],
    )
    def test_due(self, as_of: int, message: str) -> None:
        assert messages(NEXT, as_of=as_of) == [message]

    @pytest.mark.parametrize(("as_of", "late"), [(183, "2 weeks"), (188, "2 weeks"), (189, "3 weeks")])
    def test_past(self, as_of: int, late: str) -> None:
        (message,) = messages(NEXT, as_of=as_of)
        told = f"{late} past the usual schedule, none recorded; your team may have agreed a longer interval."
        assert message.endswith(told)
        assert on(168) in message

    @pytest.mark.parametrize("as_of", [169, 182])
    def test_due_about_now(self, as_of: int) -> None:
        told = f"The next infusion by the usual schedule is due about now (planned day {on(168)})."
        assert messages(NEXT, as_of=as_of) == [told]

    def test_a_date_too_far_ahead_is_no_booking(self) -> None:
        found = messages(NEXT, *SPLIT, f"{on(470)} 600", f"{on(471)} 600", as_of=70)
        assert found == [
            f"Next infusion booked for {on(470)}, in 57 weeks.",
            f"Another infusion is recorded for {on(471)}: check the date.",
        ]

    def test_a_monthly_drug_has_doses(self) -> None:
        doses = tuple(f"{on(day)} 20 ofatumumab" for day in (0, 7, 14, 28))
        assert messages(NEXT, *doses, as_of=40) == [
            f"Next dose by the usual 4-week schedule due about {on(56)}, in 16 days."
        ]

    def test_none_since(self) -> None:
        assert messages(NEXT, as_of=364) == [f"No infusion recorded since {on(14)}, 50 weeks ago."]

    def test_the_last_infusion_is_told_once(self) -> None:
        told = [standing_words(report_of("-5 wbc 6.0", as_of=day)) for day in (300, 364)]
        assert told[0].startswith(f"Course 1 since {on(0)}. Last infusion {on(14)}, 40 weeks ago. ")
        assert told[1] == f"Course 1 since {on(0)}. No infusion recorded since {on(14)}, 50 weeks ago."

    def test_two_courses_too_close(self) -> None:
        found = messages(NEXT, f"{on(0)} 600", f"{on(100)} 600", as_of=110)
        told = f"The courses that begin on {on(0)} and {on(100)} are only 100 days apart: check the dates."
        assert found[1:] == [told]

    def test_between_both_label_figures_both_are_told(self) -> None:
        (_, message) = messages(NEXT, f"{on(0)} 600", f"{on(145)} 600", as_of=150)
        for part in ("145 days apart", "20 weeks", "5 months", "Check the dates."):
            assert part in message

    def test_a_booking(self) -> None:
        assert messages(NEXT, *SPLIT, f"{on(180)} 600", as_of=70) == [
            f"Next infusion booked for {on(180)}, in 15 weeks."
        ]


class TestVaccineWindow:
    def test_says_from_when_to_when(self) -> None:
        told = f"Non-live vaccines: the usual time is from {on(98)} to {on(140)}"
        assert messages(WINDOW, as_of=70) == [f"{told}."]
        assert messages(WINDOW, as_of=100) == [f"{told}; it is open."]

    def test_past_the_planned_date(self) -> None:
        (message,) = messages(WINDOW, as_of=200)
        assert message.endswith("ask before the next infusion is booked.")


class TestMonitoringGap:
    def test_names_the_latest_count(self) -> None:
        assert messages(GAP, as_of=250) == [f"The latest blood count on record is of {on(60)}, 27 weeks ago."]

    def test_names_the_course_without_one(self) -> None:
        infused = (*SPLIT, f"{on(168)} 600", f"{on(336)} 600")
        found = [f.message for f in flags_of(GAP, *SELECTIVE, "340 wbc 6.0", infused=infused, as_of=350)]
        assert found == [f"No blood count is on record of course 2, {on(168)} to {on(336)}."]


class TestInTheReport:
    def test_they_name_no_result_and_are_current(self) -> None:
        for flag in (flag for flag in report_of(*SELECTIVE).flags if CATALOG.flags[flag.code].is_of_patient):
            assert (flag.result, flag.collected_at, flag.following, flag.severity) == (None, None, None, Severity.INFO)
            assert flag.current
            assert flag.flag.next_step

    def test_they_stand_behind_the_results_of_their_severity(self) -> None:
        found = [flag.code for flag in report_of(*SELECTIVE, "60 platelets 100").flags]
        at = found.index(NEXT)
        assert found.index("thrombocytopenia") < at < found.index("b_cells_depleted")

    def test_they_do_not_speak_against_the_picture(self) -> None:
        assert report_of(*SELECTIVE, infused=("2024-01-01 600", f"{on(30)} 600")).pattern.code == "as_described"

    def test_of_someone_without_results(self) -> None:
        dataset = assemble(draws(), infusions(*SPLIT), on(70))
        (patient,) = build_report(Analysis(dataset, "before", CATALOG), {}).patients
        assert [flag.code for flag in patient.flags] == [NEXT, *[LABS] * 3, GAP, WINDOW]

    def test_the_terminal_tells_the_next_infusion_once_where_the_patient_stands(self) -> None:
        words = terminal_words(report_of(*SELECTIVE), 70)
        assert words.count("Next infusion by the usual 24-week schedule") == 1
        assert words.count(f"[{NEXT}, D9]") == 1
        assert words.count("Non-live vaccines") == 1

    def test_the_terminal_tells_past_ones_as_past_without_a_next_value(self) -> None:
        infused = (f"{on(0)} 600", f"{on(100)} 600", f"{on(268)} 600")
        words = terminal_words(report_of(*SELECTIVE, infused=infused, as_of=300), 300)
        _, _, earlier = words.partition("Earlier")
        assert "100 days apart: check the dates. [next_infusion, D9]" in earlier

    def test_the_panel_counts_a_gap_and_an_infusion_past_its_date_but_not_what_is_told_of_everyone(self) -> None:
        for as_of, codes in ((70, ["selective_depletion"]), (250, [NEXT, GAP])):
            dataset = assemble(draws(*(f"{on(60)} {line}" for line in ("wbc 6.0", "cd19 2")), f"{on(-5)} wbc 6.4"),
                               infusions(*SPLIT), on(as_of))  # fmt: skip
            facts = collect_panel_facts(Analysis(dataset, "before", CATALOG))
            (line,) = build_panel(facts, PanelFilter(), CATALOG).lines
            assert [flag.code for flag in line.flags][: len(codes)] == codes


class TestWhatHoldsForAWholeDraw:
    def test_is_told_once_a_draw_naming_the_others(self) -> None:
        lines = ("200 wbc 6.0", "200 cd19 2", "200 cd19_pct 0.2", "200 cd20 1")
        words = terminal_words(report_of(*lines, as_of=210), 210)
        assert words.count("[extended_interval, D9]") == 1
        assert "The same holds for CD19 B cells 2 /µL, CD20 B cells 1 /µL." in words

    def test_t_cells_are_told_of_once(self) -> None:
        lines = ("100 cd3 900", "200 cd3 900", "200 cd3_pct 60", "200 cd4 600", "200 cd8 300")
        assert terminal_words(report_of(*lines, as_of=210), 210).count("t_cell_shift") == 1

    def test_a_current_one_is_not_repeated_as_past_for_the_older_rows_of_its_draw(self) -> None:
        """The IgG of day 60 is the latest, its CD19 is not."""
        words = terminal_words(report_of("60 cd19 2", "60 igg 4.0", "65 cd19 3"), 70)
        assert words.count("infection_risk") == 1

    def test_context_alone_is_no_flag_to_discuss(self) -> None:
        words = terminal_words(report_of("-5 wbc 6.4", "200 cd3 900", as_of=210), 210)
        assert "Nothing here needs a special talk; high or low single values are listed below." in words


class TestOneAbnormalCount:
    """However many rules a count meets, it is one block with one next step: that of its grade."""

    def test_is_one_block(self) -> None:
        lines = (*SELECTIVE, "-5 neutrophils 4.0", "60 neutrophils 0.3")
        words = terminal_words(report_of(*lines), 70)
        codes = "neutropenia, critical_value, late_onset_neutropenia, infection_risk"
        assert words.count(f"[{codes}") == 1
        assert words.count("late_onset_neutropenia") == words.count("infection_risk") == 1
        told, _, _ = words.partition(f"[{codes}")
        assert told.rstrip().endswith("Contact your care team now; with fever, seek emergency care.")
        assert "Ask whether the count should be repeated" not in told

    def test_a_milder_grade_has_its_own_step(self) -> None:
        words = terminal_words(report_of(*SELECTIVE, "60 neutrophils 1.4"), 70)
        assert "Contact your care team now" not in words
        assert "Ask whether the count should be repeated and when. [neutropenia, late_onset_neutropenia" in words
