"""What was filed wrongly is mended, stays mended when the file comes again, and is taken back by `imports undo`."""

from __future__ import annotations

import json

import pytest

LABS = "patient_id,collected_at,analyte,value,unit"
OLD = ["81635,2024-01-02,WBC,6.1,10*9/L", "81635,2024-03-02,WBC,6.9,10*9/L"]
NEW = ["0081635,2024-01-02,WBC,6.1,10*9/L", "0081635,2024-02-02,WBC,6.5,10*9/L"]
DOSES = "patient_id,infused_on,drug,dose_mg"


@pytest.fixture
def clinic(wbc, file):
    """Two files that name one person by two ids, and one of somebody else; the paths of the files."""
    old, new = file("old.csv", *OLD, header=LABS), file("new.csv", *NEW, header=LABS)
    other = file("ann.csv", "ann,2024-01-02,WBC,5.1,10*9/L", "ann,2024-01-02,CD19,3,/uL", header=LABS)
    assert wbc("import", old, new, other).code == 0
    return old, new


def rows(wbc) -> list[str]:
    return [" ".join(line.split(",")[:2]) for line in wbc("export", "-").out.splitlines()[1:]]


def export(wbc) -> str:
    return wbc("export", "-").out


def test_two_ids_of_one_person_are_told_with_the_command_that_makes_them_one(wbc, file):
    wbc("import", file("new.csv", *NEW, header=LABS))
    done = wbc("import", file("old.csv", *OLD, header=LABS))
    assert "Nearly the same id: '0081635' and '81635'. They are kept apart; if they are one person: " in done.out
    assert "wbc-tracker patients merge 81635 0081635" in done.out


def test_a_merge_is_followed_by_later_files_and_can_be_taken_back(wbc, clinic):
    old, _ = clinic
    before = export(wbc)
    done = wbc("patients", "merge", "81635", "0081635")
    assert done.code == 0
    assert done.lines == [
        "Merged '81635' into '0081635': 2 results (of which both had 1) and 0 infusions.",
        "  What comes under '81635' from now on goes to '0081635'.",
    ]
    assert done.err == "To take this back: wbc-tracker imports undo 4\n"
    assert wbc("patients", "list").lines[0].startswith("0081635 (also 81635): 3 results")
    again = wbc("import", old)
    assert "2 read: 0 added, 2 already there" in again.out
    assert "'81635' is called '0081635' now: 2 results of it go there." in again.out
    assert "new patient" not in again.out
    assert wbc("imports", "list").lines[3].endswith("mending    '81635' merged into '0081635'")
    undone = wbc("imports", "undo", "4")
    assert undone.out == "Entry 4 ('81635' merged into '0081635') was taken back.\n"
    assert export(wbc) == before


def test_who_is_asked_for_under_the_old_id_is_told_and_shown(wbc, clinic):
    wbc("patients", "rename", "81635", "B-7")
    for words in (["report", "--patient", "81635"], ["result", "list", "--patient", "81635"]):
        done = wbc(*words)
        assert done.code == 0
        assert "'81635' is called 'B-7' now." in done.err
        assert "B-7" in done.out
    document = json.loads(wbc("report", "--patient", "81635", "--format", "json").out)
    assert [patient["patient_id"] for patient in document["patients"]] == ["B-7"]
    added = wbc("infusion", "add", "2024-01-05", "--dose", "300", "--patient", "81635")
    assert "'81635' is called 'B-7' now." in added.err
    assert wbc("infusion", "list").lines == ["B-7  2024-01-05  ocrelizumab 300 mg"]


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (["rename", "81635", "0081635"], "wbc-tracker patients merge 81635 0081635"),
        (["rename", "816", "X"], "There is no patient '816' in the store."),
        (["rename", "81635", "81635"], "is called that already"),
        (["rename", "81635", " X"], "cannot be an id"),
        (["rename", "81635", "X\x1b[31m"], "cannot be an id"),
        (["rename", "81635", ""], "cannot be an id"),
        (["merge", "81635", "nobody"], "There is no patient 'nobody' in the store."),
        (["merge", "81635", "81635"], "are one id"),
        (["restore", "81635"], "No patient '81635' was erased"),
    ],
)
def test_what_cannot_be_renamed_or_merged_says_why(wbc, clinic, words, told):
    before = export(wbc)
    done = wbc("patients", *words)
    assert (done.code, done.out) == (2, "")
    assert told in done.err
    assert "\x1b" not in done.err
    assert export(wbc) == before


def test_a_chain_of_names_is_followed_and_one_can_be_called_as_before(wbc, clinic):
    old, _ = clinic
    wbc("patients", "rename", "81635", "B"), wbc("patients", "rename", "B", "C")
    assert "'81635' is called 'C' now" in wbc("import", old).out
    told = wbc("patients", "rename", "ann", "B")
    assert (told.code, "'B' is an old id of 'C'" in told.err) == (2, True)
    assert "wbc-tracker patients rename C D" in wbc("patients", "rename", "B", "D").err
    assert wbc("patients", "rename", "C", "81635").code == 0
    again = wbc("import", old)
    assert ("0 added, 2 already there" in again.out, "is called" in again.out) == (True, False)
    first = wbc("imports", "undo", "4")
    assert (first.code, "entry 5 has renamed the same patient since" in first.err) == (2, True)
    assert first.err.endswith("wbc-tracker imports undo 5\n")


def test_infusions_that_contradict_each_other_are_named_and_nothing_is_merged(wbc, file, clinic):
    rows_ = ["81635,2024-01-05,ocrelizumab,300", "0081635,2024-01-05,ocrelizumab,600"]
    wbc("infusion", "import", file("i.csv", *rows_, header=DOSES))
    before = wbc("infusion", "list").out
    done = wbc("patients", "merge", "81635", "0081635")
    assert done.code == 2
    assert "2024-01-05: '81635' has ocrelizumab, 300 mg" in done.err
    assert "wbc-tracker infusion remove 2024-01-05 --patient 81635" in done.err
    assert wbc("infusion", "list").out == before
    wbc("infusion", "edit", "2024-01-05", "--dose", "600", "--patient", "81635")
    assert wbc("patients", "merge", "81635", "0081635").code == 0
    assert wbc("infusion", "list").lines == ["0081635  2024-01-05  ocrelizumab 600 mg"]
    again = wbc("infusion", "import", file("i.csv", *rows_, header=DOSES))
    assert again.code == 1  # 300 mg of the old id contradict what stands there now


def test_two_values_of_one_draw_are_told_and_both_kept(wbc, file):
    wbc("import", file("a.csv", "A,2024-01-02,WBC,6.1,10*9/L", "B,2024-01-02,WBC,7.1,10*9/L", header=LABS))
    done = wbc("patients", "merge", "A", "B")
    assert "1 test of one draw has two values now; both are kept: wbc-tracker result list --patient B" in done.out
    assert len(wbc("result", "list", "--patient", "B").lines) == 2


def test_a_draw_is_moved_and_stays_moved(wbc, file, clinic):
    before = export(wbc)
    done = wbc("result", "move", "--patient", "ann", "--date", "2024-01-02", "--to", "0081635")
    assert done.code == 0
    assert done.lines == [
        "Moved to '0081635': ann  2024-01-02  cd19 3 /µL  ann.csv, line 3.",
        "Moved to '0081635': ann  2024-01-02  wbc 5.1 x10⁹/L  ann.csv, line 2.",
    ]
    assert "ann" not in wbc("patients", "list").out
    again = wbc("import", "--format", "json", "ann.csv")
    (counts,) = json.loads(again.out)["files"]
    assert (counts["read"], counts["added"], counts["duplicates"]) == (2, 0, 2)
    assert counts["warnings"] == ["2 results of 'ann' were moved by you and belong to '0081635'."]
    assert wbc("imports", "undo", "4").out == "Entry 4 (2 results of 'ann' moved to '0081635') was taken back.\n"
    wbc("imports", "undo", "5")
    assert export(wbc) == before


def test_what_replaces_a_moved_result_follows_it(wbc, file):
    header = f"{LABS},status"
    wbc("import", file("a.csv", "A,2024-01-02,WBC,6.1,10*9/L,preliminary", header=header))
    wbc("result", "move", "1", "--to", "B", "--yes")
    wbc("import", file("b.csv", "A,2024-01-02,WBC,6.4,10*9/L,final", "A,2024-01-03,WBC,7,10*9/L,final", header=header))
    assert rows(wbc) == ["B 2024-01-02", "A 2024-01-03"]
    wbc("imports", "undo", "2")
    assert rows(wbc) == ["A 2024-01-02", "A 2024-01-03"]


def test_a_withdrawal_that_names_no_value_does_not_reach_what_was_moved_and_says_so(wbc, file):
    header = f"{LABS},status"
    wbc("import", file("a.csv", "A,2024-01-02,WBC,6.1,10*9/L,", "A,2024-01-03,WBC,6.3,10*9/L,", header=header))
    wbc("result", "move", "1", "--to", "B", "--yes")
    lines = "A,2024-01-02,WBC,,10*9/L,cancelled", "A,2024-01-03,WBC,,10*9/L,cancelled"
    done = wbc("import", file("b.csv", *lines, header=header))
    assert rows(wbc) == ["B 2024-01-02"]
    assert (
        "1 row takes back results of 'A', without naming a value, that you have moved to 'B': there they still count. "
        "Look at them with `wbc-tracker result list --patient B`, and remove what is wrong with "
        "`wbc-tracker result remove`."
    ) in " ".join(done.out.split())
    named = wbc("import", file("c.csv", "A,2024-01-02,WBC,6.1,10*9/L,cancelled", header=header))
    assert rows(wbc) == []
    assert "still count" not in named.out


def test_many_are_removed_and_restored_at_once_or_none(wbc, clinic):
    before = export(wbc)
    assert wbc("result", "remove", "1", "99").code == 2
    assert export(wbc) == before
    done = wbc("result", "remove", "1", "2", "5")
    assert [line[:8] for line in done.lines] == ["Removed:"] * 3
    assert len(rows(wbc)) == 3
    assert "3 results removed" in wbc("imports", "list").out
    assert wbc("result", "restore", "--patient", "ann", "--date", "2024-01-02").code == 0
    assert len(rows(wbc)) == 4
    wbc("imports", "undo", "5"), wbc("imports", "undo", "4")
    assert export(wbc) == before


@pytest.mark.parametrize("words", [[], ["1", "--date", "2024-01-02"], ["1", "--patient", "ann"]])
def test_which_results_must_be_told_once(wbc, clinic, words):
    done = wbc("result", "remove", *words)
    assert (done.code, "Which results?" in done.err) == (2, True)


def test_an_edited_infusion_keeps_its_dose_when_the_file_comes_again(wbc, file):
    path = file("i.csv", "me,2024-01-05,ocrelizumab,300", "me,2024-07-05,ocrelizumab,", header=DOSES)
    wbc("infusion", "import", path)
    done = wbc("infusion", "edit", "2024-01-05", "--dose", "150")
    assert done.lines == ["Before: 2024-01-05  ocrelizumab 300 mg.", "Now: 2024-01-05  ocrelizumab 150 mg."]
    wbc("infusion", "edit", "2024-07-05", "--drug", "ublituximab", "--dose", "450")
    again = wbc("infusion", "import", path)
    assert "2 read: 0 added, 2 already there" in again.out
    assert "2 infusions of it were edited by you and stay as you set it." in again.out
    assert wbc("infusion", "edit", "2024-01-05", "--dose", "150").code == 2
    assert wbc("infusion", "edit", "2024-01-06", "--dose", "150").code == 2
    assert wbc("infusion", "edit", "2024-01-05").code == 2
    wbc("imports", "undo", "3"), wbc("imports", "undo", "2")
    assert wbc("infusion", "list").lines == ["me  2024-01-05  ocrelizumab 300 mg", "me  2024-07-05  ocrelizumab"]


def test_a_removed_infusion_and_event_are_taken_back_unless_they_were_entered_again(wbc):
    wbc("infusion", "add", "2024-01-05"), wbc("event", "add", "2024-02-01", "infection")
    wbc("infusion", "remove", "2024-01-05"), wbc("event", "remove", "1")
    assert wbc("imports", "undo", "3").out == "Entry 3 (1 event of 'me' removed) was taken back.\n"
    wbc("infusion", "add", "2024-01-05")
    done = wbc("imports", "undo", "2")
    assert (done.code, "the infusion was entered again since" in done.err) == (2, True)
    assert wbc("event", "list").lines == ["   1  me  2024-02-01  infection"]


def test_an_erased_patient_stays_out_until_restored(wbc, clinic, db):
    old, new = clinic
    wbc("patients", "merge", "81635", "0081635")
    done = wbc("patients", "remove", "0081635", "--yes")
    assert "wbc-tracker patients restore 0081635" in done.err
    assert b"81635" not in b"".join(path.read_bytes() for path in db.parent.iterdir())
    assert "a patient who was erased since" in wbc("imports", "list").out
    again = wbc("import", "--format", "json", old, new)
    assert again.code == 0
    for counts, who in zip(json.loads(again.out)["files"], ("81635", "0081635"), strict=True):
        assert (counts["read"], counts["added"], counts["ignored"]) == (2, 0, 2)
        assert counts["ignored_kinds"] == {"erased": 2}
        assert f"2 rows are of '{who}', whom you have erased, and are kept out" in counts["warnings"][0]
    assert wbc("infusion", "add", "2024-01-05", "--patient", "0081635", "--yes").code == 2
    assert wbc("result", "move", "5", "--to", "0081635", "--yes").code == 2
    undone = wbc("imports", "undo", "4")
    assert (undone.code, "was erased since" in undone.err) == (2, True)
    assert [line.split(":")[0] for line in wbc("patients", "list").lines] == ["ann"]
    restored = wbc("patients", "restore", "0081635")
    assert (restored.code, "taken in again" in restored.out) == (0, True)
    assert "2 added" in wbc("import", new).out
    assert "2 ignored" in wbc("import", old).out


def test_what_was_moved_to_an_erased_patient_stays_out_and_what_was_moved_away_stays(wbc, clinic):
    old, _ = clinic
    wbc("result", "move", "1", "--to", "ann"), wbc("result", "move", "6", "--to", "81635")
    wbc("patients", "remove", "81635", "--yes")
    assert sorted(rows(wbc)) == ["0081635 2024-01-02", "0081635 2024-02-02", "ann 2024-01-02", "ann 2024-01-02"]
    again = wbc("import", "ann.csv", old)
    assert "1 result of it was moved by you to a patient who was erased: kept out." in again.out
    assert sorted(rows(wbc)) == ["0081635 2024-01-02", "0081635 2024-02-02", "ann 2024-01-02", "ann 2024-01-02"]
