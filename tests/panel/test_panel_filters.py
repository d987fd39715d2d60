"""Whom the filters of a panel choose, both sides of each boundary, and the words for it."""

from __future__ import annotations

import pytest
from tables.labs import CATALOG
from tables.panels import chosen, panel_of

from wbc_tracker.catalog import Severity
from wbc_tracker.errors import UsageError
from wbc_tracker.panel.filter import PanelFilter
from wbc_tracker.panel.sentences import filter_sentence

OVERDUE, LABS_DUE = PanelFilter(overdue=True), PanelFilter(labs_due=True)
#: One patient for each severity of the worst current flag.
GRADES = {
    "urgent": ("190 neutrophils 0.4",),
    "discuss": ("190 neutrophils 1.2",),
    "info": ("190 wbc 3.5",),
    "expected": ("190 wbc 6.0", "190 cd19 2"),
    "none": ("190 platelets 250",),
}
TREATED = {"expected": ("100 600",)}


class TestSeverity:
    @pytest.mark.parametrize("severity", [severity.word for severity in Severity])
    def test_that_severity_or_worse(self, severity: str) -> None:
        ranks = [each.word for each in Severity]
        wanted = [name for name in GRADES if name in ranks[ranks.index(severity) :]]
        assert chosen(PanelFilter(severity=severity), GRADES, TREATED) == wanted

    def test_only_current_flags_count(self) -> None:
        assert chosen(PanelFilter(severity="discuss"), {"a": ("100 igg 4.0",)}, as_of=283) == []
        assert chosen(PanelFilter(severity="discuss"), {"a": ("100 igg 4.0",)}, as_of=282) == ["a"]

    def test_what_is_told_of_everyone_does_not_count(self) -> None:
        treated = {"a": ("100 600",)}
        assert chosen(PanelFilter(severity="info"), {"a": ("190 wbc 6.0",)}, treated) == []


class TestFlag:
    def test_any_of_the_codes(self) -> None:
        two = PanelFilter(flags=("neutropenia", "leukopenia"))
        assert chosen(two, GRADES, TREATED) == ["urgent", "discuss", "info"]

    def test_behind_a_worse_one_it_is_found_too(self) -> None:
        people = {"a": ("190 neutrophils 0.4", "190 wbc 3.5")}
        assert chosen(PanelFilter(flags=("leukopenia",)), people) == ["a"]

    def test_a_flag_of_the_patient_is_found_in_each_situation(self) -> None:
        infused = {"late": ("20 600",), "ahead": ("100 600",)}
        people = {"late": ("190 wbc 6.0",), "ahead": ("190 wbc 6.0",), "untreated": ("190 wbc 6.0",)}
        assert sorted(chosen(PanelFilter(flags=("next_infusion",)), people, infused)) == ["ahead", "late"]

    @pytest.mark.parametrize(
        ("code", "guess"),
        [
            ("lymphopenai", " Did you mean 'lymphopenia'?"),
            ("neutro", " Did you mean 'neutropenia' or 'late_onset_neutropenia'?"),
            ("Labs-Due", " Did you mean 'labs_due'?"),
            ("", ""),
        ],
    )
    def test_an_unknown_code_is_refused_naming_close_ones(self, code: str, guess: str) -> None:
        with pytest.raises(UsageError) as refused:
            PanelFilter.of([code], None, False, False, CATALOG)
        assert refused.value.message == f"--flag: there is no {code!r}.{guess}"
        assert refused.value.hint == "`wbc-tracker explain` lists all."


class TestOverdue:
    @pytest.mark.parametrize(("as_of", "who"), [(182, []), (183, ["a"])])
    def test_from_two_weeks_after_the_planned_day(self, as_of: int, who: list[str]) -> None:
        assert chosen(OVERDUE, {"a": ("100 wbc 6.0",)}, {"a": ("0 600",)}, as_of) == who

    def test_not_with_a_booking_and_not_untreated(self) -> None:
        people = {"booked": ("100 wbc 6.0",), "untreated": ("100 wbc 6.0",), "late": ("100 wbc 6.0",)}
        infused = {"booked": ("0 600", "250 600"), "late": ("0 600",)}
        assert chosen(OVERDUE, people, infused, 200) == ["late"]

    def test_a_second_half_dose_that_is_missing(self) -> None:
        assert chosen(OVERDUE, {"a": ("5 wbc 6.0",)}, {"a": ("0 300",)}, 14) == []
        assert chosen(OVERDUE, {"a": ("5 wbc 6.0",)}, {"a": ("0 300",)}, 15) == ["a"]


class TestLabsDue:
    """The infusion of day 0 plans the next for day 168."""

    OLD = ("100 wbc 6.0", "100 igg 9.0")

    @pytest.mark.parametrize(("as_of", "who"), [(139, []), (140, ["a"]), (168, ["a"]), (182, ["a"]), (183, [])])
    def test_the_next_infusion_is_at_most_28_days_ahead(self, as_of: int, who: list[str]) -> None:
        assert chosen(LABS_DUE, {"a": self.OLD}, {"a": ("0 600",)}, as_of) == who

    @pytest.mark.parametrize(("count_day", "igg_day", "missing"), [
        (132, 132, ()), (131, 132, ("count",)), (132, 131, ("igg",)), (131, 131, ("count", "igg")), (160, 160, ()),
    ])  # fmt: skip
    @pytest.mark.parametrize("count", ["wbc 6.0", "neutrophils 3.0", "lymphocytes 1.5"])
    def test_a_result_serves_for_28_days(
        self, count: str, count_day: int, igg_day: int, missing: tuple[str, ...]
    ) -> None:
        people = {"a": (f"{count_day} {count}", f"{igg_day} igg 9.0")}
        (line,) = panel_of(people, {"a": ("0 600",)}, as_of=160).lines
        assert line.labs_due == missing
        assert chosen(LABS_DUE, people, {"a": ("0 600",)}, 160) == (["a"] if missing else [])

    def test_never_measured_is_missing_too(self) -> None:
        assert chosen(LABS_DUE, {"a": ("150 platelets 250",)}, {"a": ("0 600",)}, 160) == ["a"]
        (line,) = panel_of({"a": ("150 cd19 2",)}, {"a": ("0 600",)}, as_of=160).lines
        assert line.labs_due == ("count", "igg")

    @pytest.mark.parametrize(("booked", "who"), [("188 600", ["a"]), ("189 600", [])])
    def test_a_booking_counts_before_the_plan(self, booked: str, who: list[str]) -> None:
        assert chosen(LABS_DUE, {"a": self.OLD}, {"a": ("0 600", booked)}, 160) == who

    def test_before_a_booked_first_infusion(self) -> None:
        assert chosen(LABS_DUE, {"a": self.OLD}, {"a": ("180 300",)}, 160) == ["a"]

    def test_who_is_left_out_although_labs_are_old_is_told(self) -> None:
        people = dict.fromkeys(("due", "late", "often"), self.OLD)
        infused = {"due": ("0 600",), "late": ("-40 600",), "often": ("150 20 ofatumumab",)}
        panel = panel_of(people, infused, 160, LABS_DUE)
        assert [line.patient_id for line in panel.lines] == ["due"]
        assert panel.notes == (
            "1 patient without recent labs whose infusion is overdue is not among these: see --overdue.",
            "1 patient on a drug given every few weeks is not judged here: see the date of the last count.",
        )

    def test_nothing_is_noted_where_nobody_is_left_out(self) -> None:
        assert panel_of({"due": self.OLD}, {"due": ("0 600",)}, 160, LABS_DUE).notes == ()


#: Who is overdue, who has an urgent flag, and who both.
PEOPLE = {"late, ill": ("190 neutrophils 0.4",), "late": ("190 wbc 6.0",), "ill": ("190 neutrophils 0.4",)}
INFUSED = {"late, ill": ("0 600",), "late": ("0 600",), "ill": ("100 600",)}


class TestTogether:
    def test_filters_narrow_one_another(self) -> None:
        both = PanelFilter(severity="urgent", overdue=True)
        assert chosen(both, PEOPLE, INFUSED) == ["late, ill"]
        assert chosen(PanelFilter(severity="urgent"), PEOPLE, INFUSED) == ["late, ill", "ill"]
        assert chosen(PanelFilter(flags=("anemia",), overdue=True), PEOPLE, INFUSED) == []

    def test_the_words_name_each(self) -> None:
        panel = panel_of(PEOPLE, INFUSED, 200, PanelFilter(severity="urgent", overdue=True))
        assert filter_sentence(panel) == (
            "Shown are those who have a current urgent flag, and who are past the planned date of the next infusion, "
            "with none recorded or booked."
        )

    def test_an_empty_choice_is_a_sentence(self) -> None:
        panel = panel_of(PEOPLE, INFUSED, 200, PanelFilter(flags=("anemia", "cd4_low")))
        told = "None of the 3 patients fits; shown would be those who have the current flag anemia or cd4_low."
        assert filter_sentence(panel) == told
        assert (panel.lines, panel.patients) == ([], 3)

    def test_without_filters_nothing_is_said(self) -> None:
        assert filter_sentence(panel_of(PEOPLE)) == ""
        assert not PanelFilter()

    def test_settings_are_plain(self) -> None:
        filters = PanelFilter.of(["anemia", "anemia"], "info", True, False, CATALOG)
        assert filters.as_settings() == {
            "flags": ["anemia"], "severity": "info", "overdue": True, "labs_due": False,
            "new": False, "new_since": None,
        }  # fmt: skip
