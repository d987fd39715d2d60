"""The lines of a panel: where a patient stands, which flags are current, and what a value could hide."""

from __future__ import annotations

import pandas as pd
import pytest
from tables.labs import CATALOG, on
from tables.panels import EVERYONE, dataset_of, line_of, panel_of

from wbc_tracker.analysis import Analysis
from wbc_tracker.catalog import Severity
from wbc_tracker.flags.evaluate import list_flags
from wbc_tracker.panel.build import build_panel
from wbc_tracker.panel.facts import collect_panel_facts
from wbc_tracker.panel.words import cell_marks
from wbc_tracker.patient.build import build_report

#: The infusion of day 0 plans the next for day 168.
ONCE = ("0 600",)


class TestWhereThePatientStands:
    def test_since_the_last_and_to_the_planned_infusion(self) -> None:
        line = line_of("100 wbc 6.0", infused=ONCE, as_of=120)
        assert (line.drug.id, line.course, line.days_since_infusion) == ("ocrelizumab", 1, 120)
        assert (line.next_on, line.next_kind, line.days_to_next, line.is_overdue) == (on(168), "planned", 48, False)

    def test_a_booking_is_the_next_infusion(self) -> None:
        line = line_of("100 wbc 6.0", infused=("0 600", "210 600"), as_of=200)
        assert (line.next_on, line.next_kind, line.days_to_next, line.is_overdue) == (on(210), "recorded", 10, False)

    @pytest.mark.parametrize(
        ("as_of", "days", "overdue"), [(167, 1, False), (168, 0, False), (182, -14, False), (183, -15, True)]
    )
    def test_overdue_begins_two_weeks_after_the_planned_day(self, as_of: int, days: int, overdue: bool) -> None:
        line = line_of("100 wbc 6.0", infused=ONCE, as_of=as_of)
        assert (line.days_to_next, line.is_overdue) == (days, overdue)

    def test_without_infusions_nothing_is_said_about_them(self) -> None:
        line = line_of("100 wbc 6.0")
        assert (line.drug, line.course, line.days_since_infusion, line.next_on, line.days_to_next) == (
            None, 0, None, None, None,
        )  # fmt: skip
        assert (line.is_overdue, line.labs_due) == (False, ())

    def test_of_someone_without_results_the_infusions_are_told(self) -> None:
        (first, second) = panel_of({"a": ("100 wbc 6.0",)}, {"b": ONCE}, as_of=120).lines
        assert [first.patient_id, second.patient_id] == ["b", "a"]  # b has no count on record
        assert (first.days_since_infusion, first.last_count_on, first.cells) == (120, None, {})
        assert [flag.code for flag in first.flags] == ["monitoring_gap"]

    def test_the_last_count_is_any_of_three_cells_but_not_b_cells_or_igg(self) -> None:
        line = line_of("90 lymphocytes 1.5", "80 wbc 6.0", "100 cd19 5", "110 igg 9.0", as_of=120)
        assert line.last_count_on == on(90)


class TestFlags:
    def test_the_worst_first_and_the_others_behind_it(self) -> None:
        line = line_of("100 neutrophils 1.2", "100 wbc 3.5", as_of=120)
        assert [(flag.code, str(flag.severity)) for flag in line.flags] == [
            ("neutropenia", "discuss"),
            ("leukopenia", "info"),
        ]
        assert line.severity == Severity.DISCUSS
        assert line.flags[0].flag.title == "low neutrophils"
        assert line.further_flags == 1

    def test_the_expected_ones_are_not_counted_as_further(self) -> None:
        line = line_of("-5 wbc 6.4", "100 wbc 6.0", "100 cd19 2", "100 igg 5.0 6.0-16.0", infused=ONCE, as_of=120)
        assert [str(flag.severity) for flag in line.flags] == ["info", "expected", "expected", "expected"]
        assert line.further_flags == 0

    @pytest.mark.parametrize(("as_of", "severity"), [(282, Severity.DISCUSS), (283, None)])
    def test_only_for_26_weeks(self, as_of: int, severity: Severity | None) -> None:
        assert line_of("100 igg 4.0 6.0-16.0", as_of=as_of).severity == severity

    @pytest.mark.parametrize(("as_of", "severity"), [(646, Severity.DISCUSS), (647, None)])
    def test_a_low_count_that_was_not_repeated_for_78(self, as_of: int, severity: Severity | None) -> None:
        assert line_of("100 neutrophils 1.2", as_of=as_of).severity == severity

    def test_only_on_the_latest_result_but_for_urgent_ones(self) -> None:
        assert line_of("100 neutrophils 0.4", "110 neutrophils 3.0", as_of=129).flags == ()
        assert line_of("100 neutrophils 0.4", "110 neutrophils 3.0", as_of=128).severity == Severity.URGENT

    def test_a_code_stands_once_with_its_worst_severity(self) -> None:
        line = line_of("100 iga 0.5 0.7-4.0", "100 igg 4.0 6.0-16.0", as_of=120)
        assert [(flag.code, str(flag.severity)) for flag in line.flags] == [("low_immunoglobulin", "discuss")]

    @pytest.mark.parametrize(
        ("as_of", "codes"), [(139, []), (168, ["labs_due"]), (182, ["labs_due"]), (183, ["next_infusion"])]
    )
    def test_an_infusion_past_its_date_is_a_flag_and_labs_that_are_missing_before_it(
        self, as_of: int, codes: list[str]
    ) -> None:
        line = line_of("130 platelets 200", "130 wbc 6.0", infused=ONCE, as_of=as_of)
        assert [flag.code for flag in line.flags if flag.severity == Severity.INFO] == codes

    def test_courses_too_close_are_a_flag(self) -> None:
        line = line_of("100 wbc 6.0", infused=("0 600", "100 600"), as_of=110)
        assert "next_infusion" in [flag.code for flag in line.flags]

    def test_current_flags_are_those_of_the_report(self) -> None:
        """The second way: patient by patient, as `report --patient` tells them."""
        results = {
            "a": ("-5 wbc 6.4", "100 wbc 3.0", "100 cd19 2", "90 igg 4.5", "80 neutrophils 0.9"),
            "b": ("-5 neutrophils 1.2", "150 cd19 40", "20 cd19 2", "160 cd3 800", "160 wbc 6.0 ", "160 wbc 6.2"),
            "c": ("10 hemoglobin 75", "190 hemoglobin 130"),
        }
        dataset = dataset_of(results, {"a": ONCE, "b": ("0 300", "14 300")}, 200)
        analysis = Analysis(dataset, "before", CATALOG)
        lines = build_panel(collect_panel_facts(analysis), EVERYONE, CATALOG).lines
        told = {line.patient_id: {(flag.code, flag.severity) for flag in line.flags} for line in lines}
        alone = [Analysis(dataset.of_patient(who), "before", CATALOG) for who in results]
        for (patient,) in (build_report(one, {}).patients for one in alone):
            current = {(flag.code, flag.severity) for flag in patient.flags if flag.current}
            routine = {
                (code, Severity.INFO) for code in ("next_infusion", "vaccine_window", "labs_due", "t_cell_shift")
            }
            assert told[patient.patient_id] - routine == current - routine

    def test_flags_among_some_rows_are_those_of_all_rows(self) -> None:
        dataset = dataset_of({"a": ("1 wbc 3.0", "2 wbc 3.1", "2 igg 4.0")}, {}, 10)
        analysis = Analysis(dataset, "before", CATALOG)
        every = list_flags(analysis.ranks)
        some = list_flags(analysis.ranks, among=analysis.annotated["analyte"].to_numpy() == "igg")
        pd.testing.assert_frame_equal(some, every[every["row"] == 2].reset_index(drop=True))


class TestCells:
    def test_the_latest_result_with_its_marks(self) -> None:
        cell = line_of("90 wbc 6.0", "100 wbc 3.1", as_of=120).cells["wbc"]
        assert (cell.words, cell_marks(cell)[:1], cell.ref_flag, cell.collected_at, cell.age_days) == (
            "3.1",
            "L",
            "low",
            on(100),
            20,
        )
        assert cell.severity == Severity.INFO  # leukopenia grade 1

    def test_a_limit_keeps_its_comparator(self) -> None:
        assert line_of("100 cd19 <1", as_of=120).cells["cd19"].words == "<1"

    @pytest.mark.parametrize(("as_of", "stale"), [(282, False), (283, True)])
    def test_stale_beyond_26_weeks(self, as_of: int, stale: bool) -> None:
        assert line_of("100 cd19 200", as_of=as_of).cells["cd19"].is_stale is stale

    @pytest.mark.parametrize(("infused", "before"), [("99 600", False), ("100 600", True), ("101 600", True)])
    def test_drawn_before_the_last_infusion(self, infused: str, before: bool) -> None:
        cells = line_of("100 cd19 200", infused=("0 600", infused), as_of=120).cells
        assert cells["cd19"].is_before_infusion is before

    def test_drawn_before_the_first_infusion_and_without_any(self) -> None:
        assert line_of("-5 cd19 200", infused=ONCE, as_of=20).cells["cd19"].is_before_infusion
        assert not line_of("-5 cd19 200", as_of=20).cells["cd19"].is_before_infusion

    def test_a_count_of_another_day_than_the_last_one(self) -> None:
        cells = line_of("90 wbc 6.0", "100 neutrophils 3.0", "80 igg 9.0", as_of=120).cells
        assert {name: cell.is_of_another_day for name, cell in cells.items()} == {
            "wbc": True, "neutrophils": False, "igg": False,
        }  # fmt: skip

    @pytest.mark.parametrize("values", [("0.4", "4.0"), ("4.0", "0.4")])
    def test_of_two_values_of_one_draw_the_alarming_one_is_told(self, values: tuple[str, str]) -> None:
        cell = line_of(*(f"100 neutrophils {value}" for value in values), as_of=120).cells["neutrophils"]
        assert (cell.words, cell.severity, cell.has_other) == ("0.4", Severity.URGENT, True)

    def test_a_later_draw_is_no_other_value_of_the_draw(self) -> None:
        cell = line_of("100T08:00 wbc 5.0", "100T12:00 wbc 6.0", as_of=120).cells["wbc"]
        assert (cell.words, cell.has_other) == ("6.0", False)

    def test_a_percentage_of_b_cells_stands_in_where_it_is_newer(self) -> None:
        assert line_of("100 cd19_pct 0.5", as_of=120).cells["cd19"].words == "0.5%"
        assert line_of("100 cd19_pct 0.5", "90 cd19 2", as_of=120).cells["cd19"].words == "0.5%"
        assert line_of("100 cd19_pct 0.5", "100 cd19 2", as_of=120).cells["cd19"].words == "2"

    def test_what_was_never_measured_is_missing(self) -> None:
        assert set(line_of("100 wbc 6.0", as_of=120).cells) == {"wbc"}


class TestOrder:
    def test_the_worst_first_then_the_longest_overdue_then_by_id(self) -> None:
        results = {
            "none": ("190 platelets 250",),
            "info": ("190 wbc 3.5",),
            "z urgent": ("190 neutrophils 0.4",),
            "b urgent late": ("190 neutrophils 0.4",),
            "a urgent later": ("190 neutrophils 0.4",),
            "a urgent": ("190 neutrophils 0.4",),
            "discuss": ("190 neutrophils 1.2",),
        }
        infused = {"b urgent late": ("10 600",), "a urgent later": ("20 600",)}
        order = [line.patient_id for line in panel_of(results, infused, as_of=200).lines]
        assert order == ["b urgent late", "a urgent later", "a urgent", "z urgent", "discuss", "info", "none"]

    def test_input_order_does_not_matter(self) -> None:
        results = {"b": ("190 wbc 6.0",), "a": ("190 wbc 6.0",), "c": ("190 wbc 3.5",)}
        turned = dict(reversed(results.items()))
        assert panel_of(results).lines == panel_of(turned).lines
        assert [line.patient_id for line in panel_of(results).lines] == ["c", "a", "b"]
