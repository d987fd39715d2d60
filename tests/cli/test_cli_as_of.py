"""`--as-of`: what is known on that day. Later results are left out, later infusions are bookings."""

from __future__ import annotations

import csv
import io

import pytest
from tables.runs import CLINIC, ON_THE_DAY

DRAWS = ("2024-01-02 WBC 6.5", "2024-03-02 WBC 6.1", "2024-09-02 WBC 5.9")


def rows(done) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(done.out)))


@pytest.fixture
def sources(file):
    labs = file("labs.csv", *DRAWS)
    infusions = file("i.csv", "2024-02-01,300", "2024-02-15,300", "2024-08-01,600", header="infused_on,dose_mg")
    return ["--labs", labs, "--infusions", infusions]


def test_later_results_are_left_out_and_counted(wbc, sources):
    done = wbc("export", "-", *sources, "--as-of", "2024-03-02")
    assert [row["collected_at"] for row in rows(done)] == ["2024-01-02", "2024-03-02"]
    assert "1 result after 2024-03-02 was left out" in done.err


def test_a_later_infusion_is_the_next_infusion_and_nothing_else(wbc, sources):
    done = wbc("export", "-", *sources, "--as-of", "2024-03-02")
    last = rows(done)[-1]
    assert (last["course"], last["next_infusion_on"], last["next_infusion_kind"]) == ("1", "2024-08-01", "recorded")
    assert "1 infusion after 2024-03-02 counts as booked, not as given." in done.err


def test_what_is_known_on_a_day_does_not_depend_on_what_came_later(wbc, sources, file):
    labs = file("known.csv", *DRAWS[:2])
    known = wbc("export", "-", "--labs", labs, *sources[2:], "--as-of", "2024-03-02").out.replace(
        "known.csv", "labs.csv"
    )
    assert known == wbc("export", "-", *sources, "--as-of", "2024-03-02").out


def test_on_the_day_of_the_infusion_it_was_given(wbc, sources):
    told = wbc("report", *sources, "--as-of", "2024-08-01", "--format", "json").json["patients"][0]
    assert [infusion["course"] for infusion in told["infusions"]] == [1, 1, 2]
    assert told["next_infusion"]["kind"] == "planned"


def test_a_booking_has_no_course(wbc, sources):
    told = wbc("report", *sources, "--as-of", "2024-07-31", "--format", "json").json["patients"][0]
    assert [infusion["course"] for infusion in told["infusions"]] == [1, 1, None]
    assert told["next_infusion"] == {"on": "2024-08-01", "kind": "recorded", "days": 1}


@pytest.mark.parametrize("command", [["report"], ["export", "-"]])
def test_a_patient_whose_results_all_lie_later_is_known(wbc, file, command):
    wbc("import", file("labs.csv", *DRAWS))
    done = wbc(*command, "--patient", "me", "--as-of", "2020-01-01")
    assert done.code == 0
    assert "There is no patient" not in done.err


def test_when_everything_lies_later_the_report_does_not_ask_for_a_first_import(wbc, file):
    wbc("import", file("labs.csv", *DRAWS))
    done = wbc("report", "--as-of", "2020-01-01")
    assert "There are no results yet." not in done.out
    assert "3 results after 2020-01-01 were left out" in done.err


def test_infusions_without_results_are_not_denied(wbc):
    wbc("infusion", "add", "2024-02-01")
    words = " ".join(wbc("report", "--full", "--as-of", "2024-03-02").out.split())
    assert "Course 1 since 2024-02-01." in words
    assert "no infusion is recorded" not in words


def test_a_booked_first_infusion_is_not_denied(wbc, file):
    wbc("import", file("labs.csv", *DRAWS))
    wbc("infusion", "add", "2025-02-01", "--yes")
    words = " ".join(wbc("report", "--full", "--as-of", "2024-10-01").out.split())
    assert "First infusion booked for 2025-02-01" in words
    assert "no infusion is recorded" not in words


def test_warnings_are_about_the_chosen_patient(wbc):
    """The booking in the example is that of clinic-36."""
    assert "booked" in wbc("report", *CLINIC, *ON_THE_DAY, "--patient", "clinic-36").err
    assert wbc("report", *CLINIC, *ON_THE_DAY, "--patient", "clinic-21").err == ""


def test_flags_grow_old(wbc, file):
    wbc("import", file("labs.csv", "2024-01-02 neutrophils 0.9"))
    wbc("infusion", "add", "2023-10-01")

    def current(as_of):
        told = wbc("report", "--as-of", as_of, "--format", "json").json["patients"][0]["flags"]
        return {flag["code"]: flag["current"] for flag in told if flag["analyte"]}

    told = dict.fromkeys(("neutropenia", "late_onset_neutropenia", "broad_fall"))
    assert current("2025-07-01") == dict.fromkeys(told, True)  # a low count not repeated for 78 weeks to the day
    assert current("2025-07-02") == dict.fromkeys(told, False)
