"""What import tells of columns, and the options that settle them: `--ignore`, `--map`, `--save-profile`."""

from __future__ import annotations

import json

import pytest

from wbc_tracker.cli.commands.profiles import profiles_folder

LONG = "Date,Test,Result,Unit"
ROW = "2024-01-01,WBC,6.1,10^9/L"


@pytest.fixture
def lab(tmp_path):
    """Write a file of lines under its name and return its path."""

    def write(name: str, *lines: str):
        path = tmp_path / name
        path.write_text("\n".join(lines) + "\n", encoding="utf-8")
        return path

    return write


def told_of(wbc, *arguments):
    done = wbc("import", *arguments, "--format", "json")
    return done, json.loads(done.out)["files"][0]


def test_every_column_is_told_with_its_state(wbc, lab):
    path = lab("a.csv", f"{LONG},Panel,Doctor,Flug", f"{ROW},CSF,Dr A,1.5", "2024-01-02,WBC,6.2,10^9/L,CBC,Dr B,2.5")
    done, told = told_of(wbc, path)
    assert {c["header"]: (c["role"], c["state"]) for c in told["columns"]} == {
        "Date": ("collected_at", "read"), "Test": ("analyte", "read"),
        "Result": ("value", "read"), "Unit": ("unit", "read"),
        "Panel": ("specimen", "read"), "Doctor": (None, "harmless"), "Flug": (None, "undecided"),
    }  # fmt: skip
    assert all(column["reason"] for column in told["columns"])
    assert (told["added"], told["ignored"], told["ignored_kinds"]) == (1, 1, {"other_fluid": 1})
    assert done.code == 0
    plain = wbc("import", path).out
    assert "Columns not used: Doctor (no bearing on results); Flug (not known)." in plain
    assert "line 2 WBC 6.1" in plain


def test_withdrawn_rows_are_counted_and_leave_the_store_as_it_was(wbc, lab):
    path = lab("a.csv", f"{LONG},Status", f"{ROW},Entered in error", "2024-02-01,WBC,6.2,10^9/L,Final")
    done, told = told_of(wbc, path)
    assert (told["read"], told["added"], told["ignored"], told["ignored_kinds"]) == (2, 1, 1, {"withdrawn": 1})
    assert done.code == 0


@pytest.mark.parametrize(
    ("rows", "code", "error"),
    [
        (("2024-01-01,Ferritin,50,ng/mL",), 3, "nothing_usable"),
        (("2024-01-01,WBC,many,10^9/L",), 3, "nothing_usable"),
        (("2024-01-01,WBC,pending,10^9/L",), 0, None),
        ((), 0, None),
        ((ROW, "2024-01-01,Ferritin,50,ng/mL"), 0, None),
    ],
)
def test_a_file_of_which_nothing_can_be_used(wbc, lab, tmp_path, rows, code, error):
    done, told = told_of(wbc, lab("a.csv", LONG, *rows), "--rejects", "r.csv")
    assert done.code == code
    assert (told["error"] or {}).get("code") == error
    assert told["read"] == sum(told[name] for name in ("added", "duplicates", "no_result", "ignored", "rejected"))
    assert len((tmp_path / "r.csv").read_text(encoding="utf-8").splitlines()) == 1 + ("many" in str(rows))
    if rows:
        assert wbc("export", "-", "--labs", tmp_path / "a.csv").code == code


def test_beside_a_good_file_it_makes_1(wbc, lab):
    good, useless = lab("good.csv", LONG, ROW), lab("other.csv", LONG, "2024-01-01,Ferritin,50,ng/mL")
    assert wbc("import", good, useless).code == 1


def test_importing_only_what_is_there_already_is_0(wbc, lab):
    path = lab("a.csv", LONG, ROW)
    assert [wbc("import", path).code, wbc("import", path).code] == [0, 0]


class TestIgnore:
    def test_a_column_that_changes_nothing(self, wbc, lab):
        path = lab("a.csv", f"{LONG},Zorb", f"{ROW},<", "2024-02-01,WBC,6.2,10^9/L,")
        assert wbc("export", "-", "--labs", path).out.count("<") == 1
        done = wbc("export", "-", "--labs", path, "--ignore", "Zorb")
        assert (done.code, done.out.count("<")) == (0, 0)

    def test_people_are_refused_all_the_same(self, wbc, lab):
        path = lab("a.csv", f"{LONG},Zorb", f"{ROW},Ada", "2024-02-01,WBC,6.2,10^9/L,Bo")
        done = wbc("import", path, "--ignore", "Zorb")
        assert done.code == 3
        assert "--patient" in done.err
        assert "--ignore does not settle it" in done.err

    def test_a_header_that_is_not_there(self, wbc, lab):
        done = wbc("import", lab("a.csv", LONG, ROW), "--ignore", "Zorb")
        assert done.code == 2
        assert "Zorb" in done.err


class TestMapBesideSeveralFiles:
    def test_it_counts_where_the_header_is(self, wbc, lab):
        first = lab("one.csv", "Zap,Test,Result,Unit", ROW)
        second = lab("two.csv", LONG, "2024-02-01,WBC,6.2,10^9/L")
        assert wbc("import", first, second, "--map", "collected_at=Zap").code == 0

    def test_it_is_refused_where_no_file_has_it(self, wbc, lab):
        first, second = lab("one.csv", LONG, ROW), lab("two.csv", LONG, ROW)
        done = wbc("import", first, second, "--map", "collected_at=Zap")
        assert (done.code, done.out) == (2, "")
        assert "Zap" in done.err


class TestSaveProfile:
    def test_the_next_file_with_these_headers_needs_no_options(self, wbc, lab):
        path = lab("jan.csv", "Zap,Test,Result,Flug", "03/04/2024,WBC,6.1,1.5")
        wants = ("--map", "collected_at=Zap", "--unit", "wbc=10*9/L", "--date-order", "dmy", "--ignore", "Flug")
        done = wbc("import", path, *wants, "--save-profile", "clinic")
        assert done.code == 0
        assert "clinic" in done.err
        later = lab("feb.csv", "Zap,Test,Result,Flug", "05/06/2024,WBC,6.2,2.5")
        done = wbc("import", later)
        assert (done.code, "clinic" in done.out) == (0, True)
        assert wbc("export", "-").out.count("2024-06-05") > 0
        assert wbc("profiles", "remove", "clinic").code == 0
        assert wbc("import", later).code == 3

    def test_a_kept_column_is_guarded_again(self, wbc, lab):
        path = lab("jan.csv", "Zap,Test,Result,Unit,Flug", f"{ROW},Ada")
        assert (
            wbc("import", path, "--map", "collected_at=Zap", "--ignore", "Flug", "--save-profile", "clinic").code == 0
        )
        later = lab("feb.csv", "Zap,Test,Result,Unit,Flug", f"{ROW},Ada", "2024-02-01,WBC,6.2,10^9/L,Bo")
        assert wbc("import", later).code == 3

    def test_what_cannot_be_kept(self, wbc, lab):
        path = lab("jan.csv", "Zap,Test,Result,Unit", ROW)
        wants = ("--map", "collected_at=Zap")
        assert wbc("import", path, "--save-profile", "clinic").code == 2
        assert wbc("import", path, path, *wants, "--save-profile", "clinic").code == 2
        assert wbc("import", path, *wants, "--save-profile", "../clinic").code == 2
        assert not profiles_folder().exists()
        assert wbc("import", path, *wants, "--save-profile", "clinic").code == 0
        assert wbc("import", path, *wants, "--save-profile", "clinic").code == 2

    def test_a_built_in_profile_is_not_removed(self, wbc):
        done = wbc("profiles", "remove", "omop")
        assert done.code == 2
        assert "built in" in done.err
