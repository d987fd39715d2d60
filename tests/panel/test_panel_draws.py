"""The next blood draws of a clinic, and CD19 before its last doses. Day 0 is 2024-01-01, a Monday."""

from __future__ import annotations

import pandas as pd
import pytest
from tables.labs import CATALOG, on
from tables.panels import dataset_of, facts_of

from wbc_tracker.analysis import Analysis
from wbc_tracker.panel.doses import DoseBefore, last_doses
from wbc_tracker.panel.draws import PlannedDraw, plan_draws
from wbc_tracker.panel.filter import PanelFilter
from wbc_tracker.render.csv.draws import render_draws_csv
from wbc_tracker.render.ics.draws import render_draws_ics
from wbc_tracker.render.terminal.draws import render_draws

OLD = ("100 wbc 6.0", "100 igg 9.0")


def draws(results, infused, as_of: int = 120, filters: PanelFilter | None = None) -> list[PlannedDraw]:
    return plan_draws(facts_of(results, infused, as_of), filters or PanelFilter(), CATALOG).draws


def days(*args, **more) -> list[tuple[str, str]]:
    return [(draw.patient_id, draw.on) for draw in draws(*args, **more)]


class TestDraws:
    """The infusion of day 0 plans the next for day 168; tests serve for 28 days."""

    def test_the_first_day_on_which_the_tests_are_recent_enough(self) -> None:
        (draw,) = draws({"a": OLD}, {"a": ("0 600",)})
        assert (draw.on, draw.week, draw.infusion_on) == (on(140), on(140), on(168))
        assert (draw.tests, draw.is_booked, draw.last_infusion_on) == (("count", "igg"), False, on(0))

    @pytest.mark.parametrize(("as_of", "day"), [(139, 140), (140, 140), (150, 150), (168, 168)])
    def test_or_the_day_itself_if_that_is_past(self, as_of: int, day: int) -> None:
        assert days({"a": OLD}, {"a": ("0 600",)}, as_of) == [("a", on(day))]

    def test_past_the_planned_day_there_is_none_and_it_is_told(self) -> None:
        listed = plan_draws(facts_of({"a": OLD}, {"a": ("0 600",)}, 169), PanelFilter(), CATALOG)
        assert (listed.draws, listed.overdue) == ([], 1)

    @pytest.mark.parametrize(("lines", "tests"), [
        (("139 wbc 6.0", "140 igg 9.0"), ("count",)), (("140 neutrophils 3.0", "139 igg 9.0"), ("igg",)),
        (("140 wbc 6.0", "140 igg 9.0"), None), (("140 platelets 200",), ("count", "igg")),
    ])  # fmt: skip
    def test_only_for_tests_that_are_not_recent_enough(self, lines, tests) -> None:
        found = draws({"a": lines}, {"a": ("0 600",)}, 145)
        assert [draw.tests for draw in found] == ([] if tests is None else [tests])

    def test_before_what_is_booked_also_for_the_first_time(self) -> None:
        (draw,) = draws({"a": OLD}, {"a": ("190 600",)})
        assert (draw.on, draw.is_booked, draw.last_infusion_on, draw.noun) == (on(162), True, None, "infusion")

    def test_not_with_a_drug_given_every_few_weeks(self) -> None:
        assert days({"a": OLD}, {"a": ("100 20 ofatumumab",)}) == []

    def test_by_day_then_patient_and_a_week_begins_on_monday(self) -> None:
        infused = {"c": ("0 600",), "b": ("2 600",), "a": ("2 600",), "d": ("7 600",)}
        found = plan_draws(facts_of(dict.fromkeys(infused, OLD), infused, 120), PanelFilter(), CATALOG)
        assert [(draw.patient_id, draw.on) for draw in found.draws] == [
            ("c", on(140)), ("a", on(142)), ("b", on(142)), ("d", on(147)),
        ]  # fmt: skip
        assert [(week, len(told)) for week, told in found.by_week] == [(on(140), 3), (on(147), 1)]

    def test_of_whom_the_filters_choose(self) -> None:
        infused = {"a": ("0 600",), "b": ("0 600",)}
        results = {"a": (*OLD, "110 neutrophils 1.2"), "b": OLD}
        assert days(results, infused, filters=PanelFilter(severity="discuss")) == [("a", on(140))]

    def test_as_csv_and_calendar(self) -> None:
        listed = plan_draws(facts_of({"=a": OLD}, {"=a": ("0 600",)}, 120), PanelFilter(), CATALOG)
        assert render_draws_csv(listed).splitlines()[1] == (
            f"{on(140)},{on(140)},'=a,count;igg,{on(168)},planned,{on(0)}"
        )
        first, second = render_draws_ics(listed, "1"), render_draws_ics(listed, "1")
        assert first == second
        told = first.replace("\r\n ", "").split("\r\n")
        assert r"SUMMARY:=a: blood draw (count\, IgG) before the next infusion" in told
        assert f"DTSTART;VALUE=DATE:{on(140).replace('-', '')}" in told
        assert "STATUS:TENTATIVE" in told

    def test_what_a_terminal_or_a_calendar_obeys_stays_text(self) -> None:
        who = "a\x1b[31m\r\nEND:VCALENDAR"
        listed = plan_draws(facts_of({who: OLD}, {who: ("0 600",)}, 120), PanelFilter(), CATALOG)
        shown = "\n".join(line.plain for line in render_draws(listed, 80)) + render_draws_ics(listed, "1")
        assert "\x1b" not in shown
        assert render_draws_ics(listed, "1").count("\r\nEND:VCALENDAR") == 1

    def test_a_day_that_moves_keeps_its_uid(self) -> None:
        def uid(*infused: str) -> str:
            listed = plan_draws(facts_of({"a": OLD}, {"a": infused}, 120), PanelFilter(), CATALOG)
            return next(line for line in render_draws_ics(listed, "1").split("\r\n") if line.startswith("UID:"))

        assert uid("0 600") == uid("0 600", "200 600") != uid("2 600")


class TestDoses:
    def told(self, lines, infused, as_of: int = 600) -> tuple[DoseBefore, ...]:
        analysis = Analysis(dataset_of({"a": lines}, {"a": infused}, as_of), "before", CATALOG)
        return last_doses(analysis, pd.Series([True]).to_numpy()).get(0, ())

    def test_the_last_three_with_interval_and_the_last_count_before_each(self) -> None:
        lines = ("-5 cd19 212", "150 cd19 2", "160 cd19 <1", "170 cd19 90", "340 cd19 12.5", "520 cd19 3")
        infused = ("0 300", "14 300", "168 600", "345 600", "530 600")
        assert self.told(lines, infused) == (
            DoseBefore(on(530), 185, 3, "", "3", f"{on(520)}"),
            DoseBefore(on(345), 177, 12.5, "", "12.5", f"{on(340)}"),
            DoseBefore(on(168), 168, 1, "<", "<1", f"{on(160)}"),
        )

    def test_the_first_has_no_interval_and_one_without_a_count_says_so(self) -> None:
        assert self.told(("-5 cd19 212",), ("0 600", "168 600")) == (
            DoseBefore(on(168), 168, None, "", "", None),
            DoseBefore(on(0), None, 212, "", "212", on(-5)),
        )

    def test_a_booking_is_none_nor_a_drug_given_every_few_weeks(self) -> None:
        assert self.told(("-5 cd19 212",), ("700 600",)) == ()
        assert self.told(("-5 cd19 212",), ("0 20 ofatumumab", "28 20 ofatumumab")) == ()
