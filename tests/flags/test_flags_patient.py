"""The flags of a patient: the next infusion, gaps in blood counts, the time for non-live vaccines.

Each case is one patient: infusions and blood counts by their days, the day of the report, and what is said.
"""

from __future__ import annotations

import pandas as pd
import pytest
from tables.labs import CATALOG, at, cohort, happened, infusions, on, table

from wbc_tracker.annotation import annotate
from wbc_tracker.flags import evaluate_patient_flags

HALVES = ("0 300", "14 300")


def said(
    code: str,
    infused: tuple[str, ...],
    as_of: int,
    counts: tuple[str, ...] = (),
    *columns: str,
    events: tuple[str, ...] = (),
) -> list[tuple[object, ...]]:
    """What is said of one patient: the situation and some columns. Infusions are `DAY [DOSE [DRUG]]`."""
    doses = infusions(*(_dated(line) for line in infused))
    labs = at(*(f"{line} 6.0" for line in counts)) if counts else at("-400 hemoglobin 130")
    known = happened(*events)
    frame = annotate(labs, doses, known, as_of=on(as_of))
    found = evaluate_patient_flags(frame, doses, as_of=on(as_of), events=known)
    assert set(found["severity"]) <= {"info"}
    rows = found[(found["code"] == code).to_numpy(dtype=bool)]
    return [tuple(row) for row in table(rows, "situation", "current", *columns)]


def _dated(line: str) -> str:
    day, *rest = line.split()
    return " ".join([on(int(day)), *rest])


def situations(
    code: str, infused: tuple[str, ...], as_of: int, counts: tuple[str, ...] = (), events: tuple[str, ...] = ()
) -> list[object]:
    return [row[0] for row in said(code, infused, as_of, counts, events=events)]


class TestNextInfusion:
    def due(self, infused: tuple[str, ...], as_of: int) -> list[tuple[object, ...]]:
        return said("next_infusion", infused, as_of, (), "on", "days", "weeks")

    def test_by_the_usual_interval_from_the_first_infusion_of_the_course(self) -> None:
        assert self.due(HALVES, 100) == [("due", True, on(168), 68, 24)]

    def test_about_now_until_14_days_after_the_planned_day(self) -> None:
        """The US text counts 24 weeks, the EU text six months, which are two weeks more."""
        assert self.due(HALVES, 168) == [("due", True, on(168), 0, 24)]
        assert self.due(HALVES, 169) == self.due(HALVES, 182) == [("due_now", True, on(168), None, None)]
        assert self.due(HALVES, 183) == [("past", True, on(168), 15, 24)]

    def test_a_monthly_dose_until_7_days_after(self) -> None:
        doses = ("0 20 ofatumumab", "28 20 ofatumumab")
        assert self.due(doses, 63) == [("due_now", True, on(56), None, None)]
        assert self.due(doses, 64) == [("past", True, on(56), 8, 4)]

    def test_a_date_more_than_400_days_ahead_is_no_booking(self) -> None:
        assert self.due((*HALVES, "500 600"), 100) == [("booked", True, on(500), 400, None)]
        assert self.due((*HALVES, "501 600"), 100) == [
            ("due", True, on(168), 68, 24),
            ("far", True, on(501), None, None),
        ]
        assert self.due((*HALVES, "180 600", "501 600"), 100) == [
            ("booked", True, on(180), 80, None),
            ("far", True, on(501), None, None),
        ]

    def test_the_loading_doses(self) -> None:
        """Of ofatumumab on days 0, 7, 14 and 28, then every 28 days."""
        days = ("0 20 ofatumumab", "7 20 ofatumumab", "14 20 ofatumumab", "28 20 ofatumumab")
        due = [self.due(days[:count], int(days[count - 1].split()[0]))[0][2] for count in (1, 2, 3, 4)]
        assert due == [on(7), on(14), on(28), on(56)]

    @pytest.mark.parametrize("event", ["100 stopped", "100 other_drug fingolimod", "100 left"])
    def test_nothing_is_due_after_the_end(self, event: str) -> None:
        for code in ("next_infusion", "vaccine_window", "monitoring_gap"):
            assert situations(code, HALVES, 300, ("30 wbc",), (event,)) == []

    def test_an_other_drug_without_a_name_ends_nothing(self) -> None:
        assert situations("next_infusion", HALVES, 300, (), ("100 other_drug",)) == ["past"]

    def test_an_end_after_the_day_of_the_report_has_not_come(self) -> None:
        assert situations("next_infusion", HALVES, 99, (), ("100 stopped",)) == ["due"]
        assert situations("next_infusion", HALVES, 100, (), ("100 stopped",)) == []

    def test_the_interval_is_that_of_the_drug(self) -> None:
        assert self.due(("0 1000 rituximab",), 100) == [("due", True, on(182), 82, 26)]
        assert self.due(("0 20 ofatumumab", "28 20 ofatumumab"), 30) == [("due", True, on(56), 26, 4)]

    def test_a_booking_goes_before(self) -> None:
        assert self.due((*HALVES, "180 600"), 100) == [("booked", True, on(180), 80, None)]
        assert self.due((*HALVES, "500 600"), 400) == [("booked", True, on(500), 100, None)]

    def test_the_first_infusion_can_be_booked(self) -> None:
        assert self.due(("30 300",), 10) == [("first_booked", True, on(30), 20, None)]

    def test_nothing_is_known_without_an_infusion(self) -> None:
        assert self.due((), 100) == []

    def test_from_364_days_on(self) -> None:
        assert self.due(HALVES, 363) == [("past", True, on(168), 195, 24)]
        assert self.due(HALVES, 364) == [("none_since", True, on(14), 350, None)]

    def test_a_continuous_drug_counts_from_the_last_dose(self) -> None:
        doses = ("0 20 ofatumumab", "28 20 ofatumumab")
        assert self.due(doses, 391) == [("past", True, on(56), 335, 4)]
        assert self.due(doses, 392) == [("none_since", True, on(28), 364, None)]

    def test_a_lone_half_dose_waits_for_the_second(self) -> None:
        assert self.due(("0 300",), 14) == [("second_half", True, on(14), 0, None)]
        assert self.due(("0 300",), 15) == [("second_half_past", True, on(14), 1, None)]
        assert self.due(("0 300",), 364) == [("none_since", True, on(0), 364, None)]


class TestCloseCourses:
    def close(self, *infused: str, as_of: int = 200) -> list[tuple[object, ...]]:
        rows = said("next_infusion", infused, as_of, (), "on", "until", "days")
        return [row for row in rows if str(row[0]).startswith("close")]

    @pytest.mark.parametrize(
        ("apart", "situation"), [(22, "close"), (139, "close"), (140, "close_older"), (151, "close_older"), (152, None)]
    )
    def test_days_between_the_first_infusions_of_two_courses(self, apart: int, situation: str | None) -> None:
        expected = [(situation, True, on(0), on(apart), apart)] if situation else []
        assert self.close("0 600", f"{apart} 600") == expected

    def test_the_second_half_is_no_course(self) -> None:
        assert self.close(*HALVES) == []
        assert self.close("0 300", "40 300") == []

    def test_counted_from_the_first_half(self) -> None:
        assert self.close(*HALVES, "141 600") == [("close_older", True, on(0), on(141), 141)]

    def test_the_figures_of_the_labels_are_those_of_ocrelizumab(self) -> None:
        assert self.close("0 1000 rituximab", "145 1000 rituximab") == []
        assert self.close("0 1000 rituximab", "130 1000 rituximab") == [("close", True, on(0), on(130), 130)]

    def test_not_with_a_drug_given_every_few_weeks(self) -> None:
        assert self.close("0 20 ofatumumab", "28 20 ofatumumab", "150 20 ofatumumab") == []
        assert self.close("0 20 ofatumumab", "60 600") == self.close("0 600", "60 20 ofatumumab") == []

    def test_an_earlier_pair_is_the_past(self) -> None:
        rows = self.close("0 600", "100 600", "268 600", "400 600", as_of=420)
        assert rows == [("close", False, on(0), on(100), 100), ("close", True, on(268), on(400), 132)]

    def test_a_booking_too_early(self) -> None:
        assert self.close("0 600", "168 600", "268 600", as_of=200) == [("close", True, on(168), on(268), 100)]
        assert self.close("0 600", "168 600", "189 600", as_of=180) == []  # belongs to the course
        assert self.close("0 600", "168 600", "320 600", as_of=200) == []


class TestVaccineWindow:
    def window(self, infused: tuple[str, ...], as_of: int) -> list[tuple[object, ...]]:
        return said("vaccine_window", infused, as_of, (), "on", "until")

    @pytest.mark.parametrize(
        ("as_of", "expected"),
        [
            (97, ("ahead", True, on(98), on(140))),
            (98, ("open", True, on(98), on(140))),
            (140, ("open", True, on(98), on(140))),
            (141, ("closed", True, None, on(140))),
            (168, ("closed", True, None, on(140))),
            (169, ("open_past", True, on(98), None)),
            (900, ("open_past", True, on(98), None)),
        ],
    )
    def test_from_84_days_after_the_latest_infusion_to_28_before_the_next(
        self, as_of: int, expected: tuple[object, ...]
    ) -> None:
        """The latest infusion was on day 14; the next is due on day 168."""
        assert self.window(HALVES, as_of) == [expected]

    def test_a_booking_moves_the_end(self) -> None:
        assert self.window((*HALVES, "200 600"), 150) == [("open", True, on(98), on(172))]
        assert self.window((*HALVES, "400 600"), 380) == [("closed", True, None, on(372))]

    @pytest.mark.parametrize(("booked", "situation"), [(126, "ahead"), (125, "none")])
    def test_a_booking_can_leave_no_time(self, booked: int, situation: str) -> None:
        """From day 98 on; a booking for day 126 leaves that one day."""
        ((found, *_),) = self.window((*HALVES, f"{booked} 600"), 50)
        assert found == situation

    def test_a_lone_half_dose(self) -> None:
        assert self.window(("0 300",), 10) == [("none", True, None, None)]
        assert self.window(("0 300",), 83) == [("ahead_past", True, on(84), None)]
        assert self.window(("0 300",), 84) == [("open_past", True, on(84), None)]

    def test_not_with_a_drug_given_every_few_weeks_and_not_before_the_first_infusion(self) -> None:
        assert self.window(("0 20 ofatumumab",), 100) == self.window((), 100) == self.window(("30 300",), 10) == []


class TestLabsDue:
    ALL = ("50 wbc", "50 igg", "50 cd19")

    def test_the_next_count_is_before_the_next_infusion(self) -> None:
        """Planned on day 168, or booked; the last count was drawn on day 50."""
        columns = ("on", "days")
        assert said("labs_due", HALVES, 100, self.ALL, *columns) == [("count", True, on(168), 50)]
        assert said("labs_due", (*HALVES, "180 600"), 100, self.ALL, *columns) == [("count", True, on(180), 50)]
        assert said("labs_due", HALVES, 168, self.ALL, *columns) == [("count", True, on(168), 118)]

    def test_past_the_planned_day_no_day_is_named(self) -> None:
        assert situations("labs_due", HALVES, 169, self.ALL) == []

    def test_igg_and_cd19_older_than_a_year(self) -> None:
        assert situations("labs_due", HALVES, 50 + 365, self.ALL) == []
        assert said("labs_due", HALVES, 50 + 366, self.ALL, "on", "days") == [
            ("igg_old", True, on(50), 366),
            ("cd19_old", True, on(50), 366),
        ]

    def test_a_percentage_or_a_limit_tells_of_cd19_too(self) -> None:
        assert situations("labs_due", HALVES, 200, ("50 wbc", "50 igg", "50 cd19_pct")) == []

    def test_never_measured(self) -> None:
        assert situations("labs_due", HALVES, 200, ("50 wbc",)) == ["igg_never", "cd19_never"]

    def test_not_before_the_first_infusion(self) -> None:
        assert situations("labs_due", (), 100, ("50 wbc",)) == situations("labs_due", ("30 300",), 10) == []

    def test_after_the_end_until_b_cells_are_back(self) -> None:
        """The value of each result is 6.0: CD19 of 6 is depleted, a share of 6 % is present."""
        ended = ("100 stopped",)
        assert situations("labs_due", HALVES, 600, self.ALL, ended) == [
            "count_after",
            "igg_old",
            "cd19_old",
        ]
        assert situations("labs_due", HALVES, 600, (*self.ALL, "150 cd19_pct"), ended) == []
        assert situations("labs_due", HALVES, 600, (*self.ALL, "150 cd19_pct", "160 cd19"), ended) == [
            "count_after",
            "igg_old",
            "cd19_old",
        ]

    def test_not_of_a_patient_who_left(self) -> None:
        assert situations("labs_due", HALVES, 600, self.ALL, ("100 left",)) == []


class TestMonitoringGap:
    @pytest.mark.parametrize("analyte", ["wbc", "neutrophils", "lymphocytes"])
    def test_a_count_older_than_26_weeks(self, analyte: str) -> None:
        counts = (f"20 {analyte}", f"30 {analyte}")
        assert situations("monitoring_gap", HALVES, 212, counts) == []
        assert said("monitoring_gap", HALVES, 213, counts, "on", "days") == [("old", True, on(30), 183)]

    def test_other_results_are_no_blood_count(self) -> None:
        assert situations("monitoring_gap", HALVES, 213, ("30 wbc", "200 igg", "200 neutrophils_pct")) == ["old"]

    def test_while_the_last_infusion_is_at_most_78_weeks_ago(self) -> None:
        assert situations("monitoring_gap", HALVES, 14 + 546, ("30 wbc",)) == ["old"]
        assert situations("monitoring_gap", HALVES, 14 + 547, ("30 wbc",)) == []

    def test_no_count_at_all_is_not_passed_over(self) -> None:
        assert situations("monitoring_gap", HALVES, 20) == ["never"]
        assert situations("monitoring_gap", HALVES, 14 + 547) == []

    def test_not_without_an_infusion(self) -> None:
        assert situations("monitoring_gap", (), 400, ("0 wbc",)) == []
        assert situations("monitoring_gap", ("500 300",), 400, ("0 wbc",)) == []

    def test_a_course_before_the_present_one_without_a_count(self) -> None:
        doses = (*HALVES, "170 600", "340 600")
        counts = ("-5 wbc", "100 wbc", "350 wbc")
        assert said("monitoring_gap", doses, 360, counts, "course", "on", "until") == [
            ("course", True, 2, on(170), on(340))
        ]

    def test_a_count_on_the_day_of_the_next_infusion_belongs_to_the_course_before(self) -> None:
        doses = (*HALVES, "170 600", "340 600")
        assert situations("monitoring_gap", doses, 360, ("340 wbc",)) == []

    def test_only_the_course_just_before(self) -> None:
        doses = (*HALVES, "170 600", "340 600", "510 600")
        assert situations("monitoring_gap", doses, 520, ("100 wbc", "400 wbc")) == []

    def test_the_first_course_has_none_before(self) -> None:
        assert situations("monitoring_gap", HALVES, 100, ("20 wbc",)) == []

    def test_a_drug_given_every_few_weeks_makes_no_course_to_count_in(self) -> None:
        doses = ("0 20 ofatumumab", "28 20 ofatumumab", "100 600")
        assert situations("monitoring_gap", doses, 120, ("110 wbc",)) == []

    def test_a_limit_is_a_count(self) -> None:
        labs = at("30 wbc <4.0")
        frame = annotate(labs, infusions(f"{on(0)} 600"), as_of=on(60))
        found = evaluate_patient_flags(frame, infusions(f"{on(0)} 600"), as_of=on(60))
        assert "monitoring_gap" not in set(found["code"])


class TestManyPatients:
    def people(self) -> tuple[pd.DataFrame, pd.DataFrame]:
        labs = cohort(ann=at("20 wbc 6.0"), bob=at("-5 wbc 6.0"))
        doses = infusions(f"{on(0)} 600", f"{on(3)} 1000 rituximab", f"{on(7)} 600")
        return labs, doses.assign(patient_id=["cleo", "ann", "bob"])

    def test_each_is_told_alone_in_the_order_asked_for(self) -> None:
        labs, doses = self.people()
        frame = annotate(labs, doses, as_of=on(50))
        found = evaluate_patient_flags(frame, doses, as_of=on(50), patients=["bob", "nobody", "cleo", "ann"])
        due = found[(found["code"] == "next_infusion").to_numpy(dtype=bool)]
        assert table(due, "patient_id", "on") == [("bob", on(175)), ("cleo", on(168)), ("ann", on(185))]

    def test_by_default_all_who_have_results_or_infusions(self) -> None:
        labs, doses = self.people()
        found = evaluate_patient_flags(annotate(labs, doses, as_of=on(50)), doses, as_of=on(50))
        assert list(dict.fromkeys(found["patient_id"])) == ["ann", "bob", "cleo"]
        assert table(found[(found["patient_id"] == "cleo").to_numpy(dtype=bool)], "code", "situation") == [
            ("next_infusion", "due"),
            ("labs_due", "count_first"),
            ("labs_due", "igg_never"),
            ("labs_due", "cd19_never"),
            ("monitoring_gap", "never"),
            ("vaccine_window", "ahead"),
        ]

    def test_alone_or_together_the_same_is_said(self) -> None:
        labs, doses = self.people()
        together = evaluate_patient_flags(annotate(labs, doses, as_of=on(300)), doses, as_of=on(300))
        for who in ("ann", "bob"):
            mine, own = labs[labs["patient_id"] == who], doses[doses["patient_id"] == who]
            alone = evaluate_patient_flags(annotate(mine, own, as_of=on(300)), own, as_of=on(300))
            same = together[(together["patient_id"] == who).to_numpy(dtype=bool)]
            assert table(same, *same.columns) == table(alone, *alone.columns)

    def test_nobody(self) -> None:
        labs, doses = self.people()
        frame = annotate(labs.iloc[:0], doses.iloc[:0], as_of=on(50))
        assert evaluate_patient_flags(frame, doses.iloc[:0], as_of=on(50)).empty


#: A patient (infusions, day of the report) for whom each situation of the catalogue holds.
HOLDS = {
    "next_infusion": {
        "first_booked": (("30 300",), 10), "booked": ((*HALVES, "180 600"), 100), "second_half": (("0 300",), 5),
        "second_half_past": (("0 300",), 50), "due": (HALVES, 50), "due_now": (HALVES, 170),
        "far": ((*HALVES, "900 600"), 50),
        "past": (HALVES, 200), "none_since": (HALVES, 400),
        "close": (("0 600", "100 600"), 110), "close_older": (("0 600", "145 600"), 150),
    },
    "vaccine_window": {
        "ahead": (HALVES, 50), "open": (HALVES, 100), "closed": (HALVES, 150), "none": (("0 300",), 5),
        "open_past": (HALVES, 200), "ahead_past": (("0 300",), 50),
    },
    "monitoring_gap": {"never": (HALVES, 50)},
    "labs_due": {"count_first": (HALVES, 50), "igg_never": (HALVES, 50), "cd19_never": (HALVES, 50)},
}  # fmt: skip


@pytest.mark.parametrize("code", HOLDS)
def test_every_sentence_of_the_catalogue_can_be_said(code: str) -> None:
    cases = HOLDS[code]
    for situation, (infused, as_of) in cases.items():
        assert situation in situations(code, infused, as_of), situation
    tested_above = {
        "monitoring_gap": {"old", "course"},
        "labs_due": {"count", "count_after", "igg_old", "cd19_old"},
    }.get(code, set())
    assert set(cases) | tested_above == set(CATALOG.flags[code].situations)
