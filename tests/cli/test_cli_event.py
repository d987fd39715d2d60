"""`event add | import | list | remove`, and events in report and export."""

from __future__ import annotations

import csv
import io

import pytest

#: Whenever these tests run.
AHEAD = "2999-12-31"
EMPTY = "No event is recorded. Add one: wbc-tracker event add 2025-03-01 vaccination --note flu"


def listed(wbc) -> list[str]:
    return [line.strip() for line in wbc("event", "list").lines]


def test_add_list_and_remove(wbc):
    assert wbc("event", "add", "2024-10-01", "vaccination", "--note", "flu").out == (
        "Recorded: 2024-10-01  vaccination: flu.\n"
    )
    assert wbc("event", "add", "2024-03-04", "relapse").out == "Recorded: 2024-03-04  relapse.\n"
    assert listed(wbc) == ["2  me  2024-03-04  relapse", "1  me  2024-10-01  vaccination: flu"]
    assert wbc("event", "remove", "1").out == "Removed: 2024-10-01  vaccination: flu.\n"
    assert listed(wbc) == ["2  me  2024-03-04  relapse"]
    wbc("event", "remove", "2")
    assert listed(wbc) == [EMPTY]


def test_an_unknown_number_is_named(wbc):
    done = wbc("event", "remove", "7")
    assert done.code == 2
    assert "There is no event 7" in done.err


def test_the_same_event_twice_is_one_event(wbc):
    wbc("event", "add", "2024-10-01", "vaccination", "--note", "flu")
    assert wbc("event", "add", "2024-10-01", "vaccine", "--note", " flu ").out.startswith(
        "Already recorded: 2024-10-01"
    )
    assert len(listed(wbc)) == 1


def test_words_people_use(wbc):
    assert wbc("event", "add", "2024-10-01", "Flu shot", "--note", "left arm").out == (
        "Recorded: 2024-10-01  vaccination: Flu shot: left arm.\n"
    )
    done = wbc("event", "add", "2024-10-01", "flu")
    assert done.code == 2
    assert "'flu' is not known" in done.err
    assert "vaccination, infection, relapse, steroid, other, stopped, other_drug, left" in done.err


@pytest.mark.parametrize("when", ["yesterday", "2024-02-30", "1.2.2024", "1850-01-01", "2024-10-01T08:00"])
def test_what_is_no_date_is_refused(wbc, when):
    done = wbc("event", "add", when, "relapse")
    assert (done.code, done.out) == (2, "")
    assert repr(when) in done.err
    assert listed(wbc) == [EMPTY]


def test_a_vaccination_can_be_planned_and_an_infection_cannot(wbc):
    assert wbc("event", "add", AHEAD, "vaccination").code == 0
    done = wbc("event", "add", AHEAD, "infection")
    assert done.code == 2
    assert f"{AHEAD} lies in the future" in done.err
    assert listed(wbc) == [f"1  me  {AHEAD}  vaccination (planned)"]


def test_events_belong_to_patients(wbc):
    wbc("event", "add", "2024-01-05", "relapse", "--patient", "anna")
    wbc("event", "add", "2024-02-05", "relapse", "--patient", "me", "--yes")
    assert listed(wbc) == ["1  anna  2024-01-05  relapse", "2  me  2024-02-05  relapse"]
    assert len(wbc("event", "list", "--patient", "anna").lines) == 1
    assert wbc("patients", "list").lines[0] == "anna: 0 results; 0 infusions; 1 event"
    assert wbc("patients", "remove", "anna", "--yes").out == "Erased anna: 0 results, 0 infusions and 1 event.\n"
    assert listed(wbc) == ["2  me  2024-02-05  relapse"]


@pytest.fixture
def events(file):
    return file("e.csv", "2024-01-20,steroid,", "2024-01-30,cold,", header="happened_on,kind,note")


def test_a_file_of_events_is_taken_once_and_can_be_undone(wbc, events):
    assert wbc("event", "import", events).out.startswith("e.csv (events): 2 read: 2 added, 0 already there")
    assert wbc("event", "import", events).out.startswith("e.csv (events): 2 read: 0 added, 2 already there")
    assert "  events  " in wbc("imports", "list").lines[0].replace("events   ", "events  ")
    assert wbc("imports", "undo", "2").lines == [
        "Import 2 (e.csv) was taken back: 0 events removed.",
        "  2 rows of it stay, held by import 1 (e.csv) too.",
    ]
    assert wbc("imports", "undo", "1").out == "Import 1 (e.csv) was taken back: 2 events removed.\n"
    assert listed(wbc) == [EMPTY]


def test_a_removed_event_stays_removed_until_it_is_restored(wbc, events):
    wbc("event", "import", events)
    wbc("event", "remove", "1")
    told = wbc("event", "import", events).lines
    assert told[1] == "  1 event of it was removed by you and stays removed: see `wbc-tracker event list --removed`."
    assert [line[:4] for line in listed(wbc)] == ["2  m"]
    assert wbc("event", "list", "--removed").lines == ["   1  me  2024-01-20  steroid"]
    assert wbc("event", "restore", "1").out == "Restored: 2024-01-20  steroid.\n"
    assert wbc("event", "list", "--removed").out == "No event is removed.\n"
    assert wbc("event", "restore", "1").code == 2
    assert len(listed(wbc)) == 2


@pytest.mark.parametrize(
    ("word", "kept"), [("discontinued", "stopped"), ("switched drug", "other_drug"), ("moved away", "left: moved away")]
)
def test_the_end_of_a_treatment_is_kept_as_an_event(wbc, word, kept):
    assert wbc("event", "add", "2024-02-01", word, "--yes").out == f"Recorded: 2024-02-01  {kept}.\n"
    assert listed(wbc) == [f"1  me  2024-02-01  {kept}"]


def test_rejects_tell_their_line_and_the_rest_goes_in(wbc, file):
    path = file("e.csv", "2024-01-20,steroid", "2024-01-21,checkup", header="happened_on,kind")
    done = wbc("event", "import", path)
    assert done.code == 1
    assert "line 3, column 'kind': The kind of event 'checkup' is not known." in done.out
    assert listed(wbc) == ["1  me  2024-01-20  steroid"]
    assert "checkup" in wbc("imports", "rejects", "1").out


@pytest.mark.parametrize(
    ("lines", "header", "words"),
    [
        (["berta,2024-01-05,relapse"], "patient_id,happened_on,kind", "'berta', not of 'anna'"),
        (["2024-01-05,checkup"], "happened_on,kind", ""),
        (["2024-01-05,6.1"], "date,WBC", "holds lab results"),
    ],
)
def test_a_file_without_use_changes_nothing(wbc, file, lines, header, words):
    done = wbc("event", "import", file("e.csv", *lines, header=header), "--patient", "anna")
    assert done.code == 3
    assert words in done.err
    assert listed(wbc) == [EMPTY]
    assert wbc("imports", "list").out.startswith("Nothing has been imported.")


def column(done) -> list[str]:
    assert done.code == 0, done.err
    return [row["events"] for row in csv.DictReader(io.StringIO(done.out))]


def test_the_export_tells_events_from_the_store_and_from_files_alike(wbc, file, events):
    labs = file("a.csv", "2024-01-02 WBC 6.5", "2024-02-01 WBC 6.1", "2024-03-20 WBC 6.0")
    expected = ["", "steroid@2024-01-20;infection@2024-01-30", ""]
    from_files = wbc("export", "-", "--labs", labs, "--events", events, "--as-of", "2024-06-01")
    assert column(from_files) == expected
    wbc("import", labs)
    wbc("event", "import", events)
    assert column(wbc("export", "-", "--as-of", "2024-06-01")) == expected
    assert column(wbc("export", "-", "--labs", labs, "--as-of", "2024-06-01")) == ["", "", ""]


def test_events_need_labs_beside_them(wbc, events):
    for command in (["report"], ["export", "-"]):
        done = wbc(*command, "--events", events)
        assert done.code == 2
        assert "--events needs --labs" in done.err


def test_an_event_file_is_not_written_over(wbc, file, events):
    before = events.read_bytes()
    done = wbc("export", events, "--labs", file("a.csv", "2024-01-02 WBC 6.5"), "--events", events)
    assert done.code == 2
    assert events.read_bytes() == before


def test_events_without_patients_beside_labs_of_several_are_refused(wbc, file, events):
    header = "patient_id,collected_at,analyte,value,unit"
    labs = file("a.csv", "a,2024-01-02,WBC,6.5,K/uL", "b,2024-01-02,WBC,6.5,K/uL", header=header)
    done = wbc("report", "--labs", labs, "--events", events)
    assert done.code == 2
    assert "does not say whose events these are" in done.err


def test_events_of_people_without_results_are_left_out_and_counted(wbc, file):
    header = "patient_id,happened_on,kind"
    labs = file("a.csv", "a,2024-01-02,WBC,6.5,K/uL", header="patient_id,collected_at,analyte,value,unit")
    events = file("e.csv", "a,2024-01-01,relapse", "z,2024-01-01,relapse", header=header)
    done = wbc("export", "-", "--labs", labs, "--events", events)
    assert column(done) == ["relapse@2024-01-01"]
    assert "no results have that patient_id: 1 event of 'z'" in done.err


def test_events_of_one_file_of_one_patient_belong_to_the_patient_of_the_labs(wbc, file, events):
    labs = file("a.csv", "anna,2024-02-01,WBC,6.5,K/uL", header="patient_id,collected_at,analyte,value,unit")
    done = wbc("export", "-", "--labs", labs, "--events", events, "--events", events)
    assert column(done) == ["steroid@2024-01-20;infection@2024-01-30"]


def test_the_report_shows_them(wbc, file, events):
    labs = file("a.csv", "2024-01-02 WBC 6.5", "2024-02-01 WBC 6.1")
    done = wbc("report", "--full", "--labs", labs, "--events", events, "--as-of", "2024-06-01")
    lines = [line.strip(". ") for line in done.lines]
    assert "2024-01-20  steroid course" in lines
    assert any(line.startswith("2024-01-30  infection: cold. Counts of that week: white cells 6.1") for line in lines)
    told = wbc("report", "--labs", labs, "--events", events, "--as-of", "2024-06-01", "--format", "json").json
    assert [(e["id"], e["kind"]) for e in told["patients"][0]["events"]] == [(None, "steroid"), (None, "infection")]


def test_what_lies_after_the_day_of_the_report_is_counted(wbc, file, events):
    labs = file("a.csv", "2024-01-02 WBC 6.5")
    done = wbc("report", "--labs", labs, "--events", events, "--as-of", "2024-01-25")
    assert "1 event after 2024-01-25 has not happened by then." in done.err
    assert "cold" not in done.out


HOSTILE = "\x1b[31m[red]x\u202e\nnext line"


def test_hostile_notes_are_shown_escaped(wbc, file):
    wbc("import", file("a.csv", "2024-01-02 WBC 6.5"))
    added = wbc("event", "add", "2024-01-01", "other", "--note", HOSTILE)
    shown = [added, wbc("event", "list"), wbc("report", "--full", "--as-of", "2024-02-01"), wbc("event", "remove", "1")]
    for done in shown:
        assert done.code == 0
        assert not {"\x1b", "\u202e"} & set(done.out + done.err)
        assert "\\x1b[31m[red]x\\u202e\\nnext line" in done.out


def test_hostile_cells_of_an_event_file(wbc, file):
    rows = ['=cmd,2024-01-01,other,"=1+1\x1b[31m"', "=cmd,2024-01-02,\x1b[31m,x"]
    events = file("e.csv", *rows, header="patient_id,happened_on,kind,note")
    done = wbc("event", "import", events)
    assert done.code == 1
    assert "\x1b" not in done.out + done.err
    labs = file("a.csv", "=cmd,2024-01-02,WBC,6.5,K/uL", header="patient_id,collected_at,analyte,value,unit")
    (row,) = csv.DictReader(io.StringIO(wbc("export", "-", "--labs", labs, "--events", events).out))
    assert (row["patient_id"], row["events"]) == ("'=cmd", "other@2024-01-01")
