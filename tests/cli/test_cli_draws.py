"""`report --draws` and a calendar of many: when whom to draw blood of before the next infusion."""

from __future__ import annotations

import pytest
from tables.runs import CLINIC, ON_THE_DAY, ONE

REPORT = ("report", *CLINIC, *ON_THE_DAY)


def test_by_week_a_line_each(wbc):
    done = wbc(*REPORT, "--draws", "--labs-due")
    assert (done.code, done.lines[0]) == (0, "wbc-tracker   2 blood draws of 40 patients   as of 2026-11-23")
    assert done.lines[1].startswith("Of those who have the next infusion within 28 days")
    start = done.lines.index("Week of 2026-11-23: 2")
    assert done.lines[start + 1 : start + 3] == [
        "  2026-11-23  clinic-09  count, IgG  infusion of 2026-12-07, planned",
        "  2026-11-23  clinic-20  count, IgG  infusion of 2026-12-17, planned",
    ]
    assert done.lines[-1] == "Educational information, not medical advice."


@pytest.mark.parametrize("words", [("--output", "draws.ics"), ("--draws", "--output", "draws.ics", "--labs-due")])
def test_many_in_one_calendar(wbc, tmp_path, words):
    done = wbc(*REPORT, *words)
    assert done.code == 0
    text = (tmp_path / "draws.ics").read_text(encoding="utf-8")
    days = text.count("BEGIN:VEVENT")
    assert days == (2 if "--labs-due" in words else int(done.err.splitlines()[-1].split()[0])) > 1
    assert "SUMMARY:clinic-09: blood draw (count\\, IgG) before the next infusion" in text


def test_a_calendar_of_nobody_is_not_written(wbc, tmp_path):
    done = wbc(*REPORT, "--overdue", "--output", "draws.ics")
    assert done.code == 0
    assert "nothing was written" in done.err
    assert not (tmp_path / "draws.ics").exists()


def test_as_csv(wbc):
    done = wbc(*REPORT, "--draws", "--labs-due", "--format", "csv")
    assert done.lines == [
        "week,on,patient_id,tests,infusion_on,infusion_kind,last_infusion_on",
        "2026-11-23,2026-11-23,clinic-09,count;igg,2026-12-07,planned,2026-06-22",
        "2026-11-23,2026-11-23,clinic-20,count;igg,2026-12-17,planned,2026-07-02",
    ]


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("--draws", "--format", "json"), "--draws is told as table, csv or ics, not as json."),
        (("--draws", "--title", "x"), "--title heads a report."),
        (("--draws", "--analyte", "wbc"), "The next draws are told of all results."),
        (("--format", "message"), "--format message is of one patient."),
    ],
)
def test_what_does_not_go_together_is_refused(wbc, words, said):
    done = wbc(*REPORT, *words)
    assert (done.code, done.out) == (2, "")
    assert done.err.splitlines()[-3 if "message" in words else -2].startswith(said) or said in done.err


def test_of_one_patient_the_calendar_stays_as_it_was(wbc):
    done = wbc("report", *ONE, "--as-of", "2025-03-20", "--format", "ics")
    assert "SUMMARY:Infusion booked" in done.out or "SUMMARY:Infusion due" in done.out


def test_the_meeting_has_cd19_before_the_last_doses(wbc):
    header, *lines = (line.split(",") for line in wbc(*REPORT, "--format", "csv").lines)
    told = {line[0]: dict(zip(header, line, strict=True)) for line in lines}["clinic-16"]
    assert told["last_dose_on"] == told["last_infusion_on"]
    assert int(told["last_dose_interval_days"]) > 140
    assert told["cd19_before_last_dose"] != ""
    assert told["cd19_before_last_dose_on"] < told["last_dose_on"]
