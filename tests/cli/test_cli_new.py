"""`report --new`: what is new or worse than before the imports of the latest importing day."""

from __future__ import annotations

import pytest

HEADER = "patient_id,collected_at,analyte,value,unit,ref_range"
DAY = ("--as-of", "2024-06-01")
INFUSIONS = ("infusion", "import")


def rows(*lines: str) -> list[str]:
    """`a 2024-05-01 neutrophils 1.2` becomes a line of a file."""
    return [f"{who},{day},{what},{value},10^9/L,2.0-7.5" for who, day, what, value in map(str.split, lines)]


@pytest.fixture
def on(monkeypatch):
    """Let it be another day."""

    def set_day(day: str) -> None:
        monkeypatch.setattr("wbc_tracker.cli.import_files.now", lambda: f"{day}T09:00:00+01:00")

    return set_day


@pytest.fixture
def clinic(wbc, file, on):
    """Two Mondays. a: the same; b: new; c: worse; d: better; e: a new patient; f: worse grade, other value too."""
    first = rows(
        "a 2024-05-01 neutrophils 1.2", "b 2024-05-01 neutrophils 3.0", "c 2024-05-01 neutrophils 1.2",
        "d 2024-05-01 neutrophils 0.4", "f 2024-05-01 lymphocytes 0.9", "f 2024-05-01 wbc 6.0",
    )  # fmt: skip
    second = first + rows(
        "a 2024-05-20 neutrophils 1.1", "b 2024-05-20 neutrophils 1.2", "c 2024-05-20 neutrophils 0.9",
        "d 2024-05-20 neutrophils 3.0", "e 2024-05-20 neutrophils 1.2", "f 2024-05-20 lymphocytes 0.7",
    )  # fmt: skip
    on("2024-05-06")
    assert wbc("import", file("one.csv", *first, header=HEADER)).code == 0
    on("2024-05-27")
    assert wbc("import", file("two.csv", *second, header=HEADER)).code == 0
    return wbc


def shown(done) -> dict[str, str]:
    """Patient -> what is new, of the table."""
    assert done.code == 0, done.err
    head = next(line for line in done.lines if line.startswith("patient "))
    start, end = head.index("flag") + 4, head.index(" new") + 4
    return {line.split()[0]: line[start:end].strip() for line in done.lines if line[:2] in {f"{w} " for w in "abcdef"}}


def test_new_and_worse_by_severity_and_grade_but_not_the_same_and_not_better(clinic):
    done = clinic("report", *DAY, "--new")
    assert done.lines[0] == "wbc-tracker   4 of 6 patients   as of 2024-06-01"
    assert "new, or worse than before the imports of 2024-05-27" in " ".join(done.lines[:3])
    assert {who: words.split()[-1] for who, words in shown(done).items()} == {
        "b": "new", "c": "worse", "e": "new", "f": "worse",
    }  # fmt: skip


@pytest.mark.parametrize("words", [["--new", "2024-05-27"], ["--new=2024-05-10"], ["--new", "--severity", "info"]])
def test_a_date_may_stand_behind_it(clinic, words):
    assert set(shown(clinic("report", *DAY, *words))) == {"b", "c", "e", "f"}


def test_since_the_first_import_everything_is_new_and_told_so(clinic):
    done = clinic("report", *DAY, "--new", "2024-05-06")
    assert set(shown(done)) == {"a", "b", "c", "e", "f"}
    assert "Nothing was on record before 2024-05-06: everything is new." in done.out


def test_passing_of_time_is_no_news(clinic, on, wbc, file):
    """The same day counts for both: a gap that grows by itself is not new."""
    on("2024-12-02")
    assert wbc("import", file("two.csv", *rows("g 2024-11-20 wbc 6.0"), header=HEADER)).code == 0
    done = wbc("report", "--as-of", "2024-12-05", "--new")
    assert done.lines[0].startswith("wbc-tracker   0 of 7 patients")


def test_an_infusion_that_comes_in_is_seen_too(clinic, on, wbc, file):
    on("2024-05-28")
    doses = file("i.csv", "d,2023-06-01", header="patient_id,infused_on")
    assert wbc(*INFUSIONS, doses).code == 0
    done = wbc("report", *DAY, "--new")
    assert [line.split()[0] for line in done.lines if line.startswith(("a ", "b ", "c ", "d "))] == ["d"]


def test_json_says_since_when(clinic):
    done = clinic("report", *DAY, "--new", "--format", "json")
    assert sorted(one["patient_id"] for one in done.json["patients"]) == ["b", "c", "e", "f"]
    assert (done.json["settings"]["new"], done.json["settings"]["new_since"]) == (True, "2024-05-27")


@pytest.mark.parametrize("format", ["csv", "html"])
def test_files_of_everyone_tell_what_is_new_without_being_asked(clinic, tmp_path, format):
    done = clinic("report", *DAY, "--output", f"p.{format}")
    assert done.code == 0, done.err
    text = (tmp_path / f"p.{format}").read_text(encoding="utf-8")
    if format == "csv":
        header, *lines = (line.split(",") for line in text.splitlines())
        told = {line[0]: line[header.index("new")] for line in lines}
        assert told == {"a": "", "b": "new", "c": "worse", "d": "", "e": "new", "f": "worse"}
    else:
        assert text.count(" data-n ") == 4
        assert "new or worse since 2024-05-27" in text


def test_without_an_import_since_then_nothing_is_new(clinic):
    done = clinic("report", *DAY, "--new", "2024-06-01")
    assert done.lines[0].startswith("wbc-tracker   0 of 6 patients")
    assert "Nothing was imported since 2024-06-01; the latest import is of 2024-05-27." in done.out


def test_without_any_import_there_is_nothing_to_compare_with(wbc):
    for who in ("a", "b"):
        assert wbc("infusion", "add", "2024-01-01", "--patient", who, "--yes").code == 0
    assert "No file was ever imported: --new has nothing to compare with." in wbc("report", *DAY, "--new").out


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["--new", "2024-13-01"], "--new: '2024-13-01' is not a date."),
        (["--new", "--labs", "x.csv"], "--new compares with what the store held before; --labs touches no store."),
        (["--new", "--patient", "a"], "--flag, --severity, --overdue, --labs-due and --new choose among several"),
    ],
)
def test_what_does_not_go_with_it_is_refused(wbc, words, said):
    done = wbc("report", *words)
    assert (done.code, done.out) == (2, "")
    assert done.err.startswith(said)
