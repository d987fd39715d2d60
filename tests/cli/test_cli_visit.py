"""`report --format ics` and `--format message`: what one takes along elsewhere."""

from __future__ import annotations

import pytest
from tables.runs import CLINIC, ON_THE_DAY, ONE

HEADER = "patient_id,collected_at,analyte,value,unit"


@pytest.mark.parametrize(("kind", "name"), [("ics", "visit.ics"), ("message", "visit.txt")])
def test_a_file_holds_what_is_printed(wbc, tmp_path, kind, name):
    printed = wbc("report", *ONE, *ON_THE_DAY, "--format", kind)
    done = wbc("report", *ONE, *ON_THE_DAY, "--format", kind, "--output", name)
    assert (printed.code, done.code, done.out) == (0, 0, "")
    assert (tmp_path / name).read_bytes() == printed.out_bytes
    assert (tmp_path / name).stat().st_mode & 0o777 == 0o600
    assert "Educational information, not medical advice." in done.err


def test_the_calendar_of_the_example(wbc):
    """Its last course began on 2026-09-02: the next is due 24 weeks later, a count four weeks before that."""
    done = wbc("report", *ONE, *ON_THE_DAY, "--format", "ics")
    lines = done.out.split("\r\n")
    assert [line for line in lines if line.startswith("DTSTART")] == [
        "DTSTART;VALUE=DATE:20270120",
        "DTSTART;VALUE=DATE:20270217",
    ]
    assert "example" not in done.out
    assert done.out_bytes == wbc("report", *ONE, *ON_THE_DAY, "--format", "ics").out_bytes


def test_the_message_of_the_example(wbc):
    done = wbc("report", *ONE, *ON_THE_DAY, "--format", "message")
    assert done.lines == [
        "As of 2026-11-23: B cells are depleted; white cells are about where they were. CD19 B cells <1 /µL, white "
        "cells 5.2 x10³/µL on 2026-11-04.",
        "Next infusion by the usual 24-week schedule due about 2027-02-17, in 12 weeks. Next blood count: before the "
        "infusion of 2027-02-17; the last was 19 days ago.",
        "Question: My neutrophils (1200 /µL) were low on 2024-06-14, 14 weeks after the infusion, and 3570 /µL "
        "at the next draw: should they be counted some weeks after each infusion?",
    ]


NAMES = {"ics": "visit.ics", "message": "visit.txt"}


@pytest.mark.parametrize("kind", NAMES)
class TestOfOne:
    def test_a_message_of_several_is_refused_a_calendar_has_their_draws(self, wbc, tmp_path, kind):
        done = wbc("report", *CLINIC, *ON_THE_DAY, "--format", kind, "--output", NAMES[kind])
        assert (done.code, done.out) == (0 if kind == "ics" else 2, "")
        assert ("--patient" in done.err) is (kind == "message")
        assert (tmp_path / NAMES[kind]).exists() is (kind == "ics")

    def test_one_of_several(self, wbc, kind):
        done = wbc("report", *CLINIC, *ON_THE_DAY, "--patient", "clinic-21", "--format", kind)
        assert (done.code, bool(done.out)) == (0, True)

    @pytest.mark.parametrize("option", [("--analyte", "wbc"), ("--since", "2026-01-01"), ("--until", "2026-01-01")])
    def test_it_is_of_all_results(self, wbc, kind, option):
        done = wbc("report", *ONE, *ON_THE_DAY, "--format", kind, *option)
        assert done.code == 2
        assert "all results" in done.err

    def test_one_who_is_chosen_by_flags_is_not_one(self, wbc, kind):
        done = wbc("report", *ONE, *ON_THE_DAY, "--format", kind, "--flag", "labs_due")
        assert (done.code, "--patient" in done.err) == ((0, False) if kind == "ics" else (2, True))

    def test_a_title_is_of_a_report(self, wbc, kind):
        done = wbc("report", *ONE, *ON_THE_DAY, "--format", kind, "--title", "Anna")
        assert (done.code, "--title" in done.err) == (2, True)

    def test_an_empty_store_says_what_to_do_first_and_writes_nothing(self, wbc, tmp_path, kind):
        done = wbc("report", "--format", kind, "--output", NAMES[kind])
        assert (done.code, done.lines[0][:26]) == (0, "There are no results yet. ")
        assert not (tmp_path / NAMES[kind]).exists()


def test_where_no_day_is_due_no_calendar_is_written(wbc, tmp_path, file):
    """Of the infusion of 2024-01-02 the next was due in June."""
    labs = file("labs.csv", "2024-02-02 WBC 6.5")
    infusions = file("infusions.csv", "2024-01-02,600", header="infused_on,dose_mg")
    sources = ("--labs", labs, "--infusions", infusions)
    done = wbc("report", *sources, "--as-of", "2024-12-01", "--format", "ics", "--output", "visit.ics")
    assert (done.code, done.out) == (0, "")
    assert "nothing was written. The next infusion was due about 2024-06-18" in done.err
    assert not (tmp_path / "visit.ics").exists()
    assert wbc("report", *sources, "--as-of", "2024-12-01", "--format", "message").code == 0


@pytest.mark.parametrize("person", ["=cmd", "[red]x", "a\\;b", "x\x1b[2Jy", "<script>alert(1)</script>", "../../etc"])
def test_a_hostile_name_stands_in_neither(wbc, file, person):
    labs = file("labs.csv", f'"{person}",2024-02-02,WBC,6.5,K/uL', header=HEADER)
    infusions = file("infusions.csv", f'"{person}",2024-01-02,600', header="patient_id,infused_on,dose_mg")
    for kind in ("ics", "message"):
        done = wbc("report", "--labs", labs, "--infusions", infusions, "--as-of", "2024-03-01", "--format", kind)
        assert done.code == 0
        assert person not in done.out
        assert "\x1b" not in done.out
