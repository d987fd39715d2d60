"""Files are written whole or not at all, readable by the user alone, and never over the user's own input."""

from __future__ import annotations

import json
import os
import stat
import sys
from pathlib import Path

import pytest
from tables.runs import ON_THE_DAY, ONE, run_alone

import wbc_tracker.render.csv.results

WRITERS = {
    "csv": ["export", "out"],
    "parquet": ["export", "out", "--format", "parquet"],
    "table": ["report", "--output", "out"],
    "json": ["report", "--output", "out", "--format", "json"],
}


@pytest.fixture
def labs(file):
    return ["--labs", file("a.csv", "2024-01-02 WBC 6.5")]


@pytest.mark.skipif(os.name == "nt", reason="modes are those of POSIX")
@pytest.mark.parametrize("words", WRITERS.values(), ids=WRITERS)
def test_written_files_are_private_whatever_the_umask_and_the_old_mode(wbc, labs, tmp_path, words):
    (tmp_path / "out").write_text("old")
    (tmp_path / "out").chmod(0o666)
    old = os.umask(0)
    try:
        assert wbc(*words, *labs).code == 0
    finally:
        os.umask(old)
    assert oct(stat.S_IMODE((tmp_path / "out").stat().st_mode)) == "0o600"
    assert (tmp_path / "out").read_bytes() != b"old"
    assert sorted(path.name for path in tmp_path.iterdir() if path.is_file()) == ["a.csv", "out"]


_LIMITED = """
import json, resource, sys
from wbc_tracker.cli import main
resource.setrlimit(resource.RLIMIT_FSIZE, (1000, 1000))  # bytes; a write beyond fails as on a full disk
for words in json.loads(sys.argv[1]):
    sys.argv = ["wbc-tracker", *words]
    try:
        main()
    except SystemExit as ended:
        print(words[0], ended.code)
"""


@pytest.mark.skipif(sys.platform == "win32", reason="limits of POSIX")
def test_a_write_that_fails_leaves_the_old_file_and_nothing_else(file, tmp_path):
    bad = file("bad.csv", "2024-02-02 WBC 6.5", *(f"2024-01-{day:02d} WBC abc" for day in range(1, 30)))
    (tmp_path / "out").write_text("old")
    commands = [[*words, *ONE, *ON_THE_DAY] for words in WRITERS.values()]
    commands.append(["import", str(bad), "--dry-run", "--rejects", "out"])
    done = run_alone(json.dumps(commands), script=_LIMITED)
    told = [line.rsplit(" ", 1) for line in done.lines if line.startswith(("export ", "report ", "import "))]
    assert [command for command, _ in told] == [words[0] for words in commands]
    assert {code for _, code in told} <= {"2", "3"}
    assert "Traceback" not in done.err
    assert (tmp_path / "out").read_text() == "old"
    assert sorted(path.name for path in tmp_path.iterdir() if path.is_file()) == ["bad.csv", "out"]


def test_an_interrupted_write_leaves_the_old_file(wbc, labs, tmp_path, monkeypatch):
    def interrupt(annotated, stream, **options):
        stream.write(b"half")
        raise KeyboardInterrupt

    (tmp_path / "out.csv").write_text("old")
    monkeypatch.setattr(wbc_tracker.render.csv.results, "write_csv", interrupt)
    assert wbc("export", "out.csv", *labs).code == 130
    assert (tmp_path / "out.csv").read_text() == "old"
    assert sorted(path.name for path in tmp_path.iterdir() if path.is_file()) == ["a.csv", "out.csv"]


@pytest.mark.parametrize("words", WRITERS.values(), ids=WRITERS)
def test_the_longest_names_that_are_legal_are_written(wbc, labs, tmp_path, words):
    for name in ("x" * 250, "ü" * 125):
        assert wbc(*(name if word == "out" else word for word in words), *labs).code == 0
        assert (tmp_path / name).stat().st_size


NOWHERE = ["x" * 300, "x" * 300 + ".csv", "/".join(["y" * 200] * 40), "a.csv/out", "no/such/folder"]


@pytest.mark.parametrize("name", NOWHERE)
@pytest.mark.parametrize("words", WRITERS.values(), ids=WRITERS)
def test_a_place_that_cannot_be_is_a_sentence(wbc, labs, words, name):
    done = wbc(*(name if word == "out" else word for word in words), *labs)
    assert done.code == 2
    assert "Traceback" not in done.err


def test_a_file_has_reached_the_disk_before_it_has_its_name(wbc, labs, tmp_path, monkeypatch):
    done = []
    sync, replace = os.fsync, Path.replace

    def synced(handle):
        done.append("folder" if stat.S_ISDIR(os.fstat(handle).st_mode) else "file")
        sync(handle)

    def named(part, place):
        done.append("name")
        return replace(part, place)

    monkeypatch.setattr(os, "fsync", synced)
    monkeypatch.setattr(Path, "replace", named)
    assert wbc("export", "out.csv", *labs).code == 0
    assert done == ["file", "name", "folder"]


def test_the_lab_file_is_not_overwritten(wbc, labs, tmp_path):
    before = (tmp_path / "a.csv").read_bytes()
    for words in (["export", "a.csv"], ["export", "./a.csv"], ["report", "--output", "a.csv"]):
        assert wbc(*words, *labs).code == 2
        assert (tmp_path / "a.csv").read_bytes() == before


def test_the_lab_file_is_not_overwritten_by_its_rejects(wbc, file):
    path = file("a.csv", "2024-01-02 WBC abc", "2024-02-02 WBC 6.5")
    before = path.read_bytes()
    assert wbc("import", path, "--rejects", path).code == 2
    assert path.read_bytes() == before


def test_the_suffix_chooses_the_format(wbc, tmp_path):
    def first_bytes(name, *options):
        assert wbc("export", name, *ONE, *ON_THE_DAY, *options).code == 0
        return (tmp_path / name).read_bytes()[:4]

    assert first_bytes("a.parquet") == b"PAR1"
    assert first_bytes("a.csv") == b"pati"
    assert first_bytes("a.PARQUET") == b"PAR1"
    assert first_bytes("b.parquet", "--format", "parquet") == b"PAR1"
    assert first_bytes("b", "--format", "parquet") == b"PAR1"


def test_what_was_written_is_told_on_standard_error(wbc, labs, tmp_path):
    done = wbc("export", "out.csv", *labs)
    assert (done.out, done.err) == ("", "1 annotated result was written to out.csv.\n")


def test_a_dash_is_standard_output(wbc, labs, tmp_path):
    printed = wbc("report", *labs, "--as-of", "2024-02-01")
    dashed = wbc("report", "--output", "-", *labs, "--as-of", "2024-02-01")
    assert not (tmp_path / "-").exists()
    assert dashed.lines[0].startswith("wbc-tracker   me")
    assert printed.lines[0].split() == dashed.lines[0].split()


def test_a_written_report_is_as_wide_as_a_page(wbc, tmp_path):
    assert wbc("report", "--output", "out.txt", *ONE, *ON_THE_DAY).code == 0
    lines = (tmp_path / "out.txt").read_text(encoding="utf-8").split("\n")
    assert max(len(line) for line in lines) <= 100
    assert lines[-2].startswith("Educational information, not medical advice.")


@pytest.mark.skipif(sys.platform == "win32", reason="limits of POSIX")
def test_of_invented_files_all_are_written_or_none(tmp_path):
    script = _LIMITED.replace("(1000, 1000)", "(5000, 5000)")
    assert "demo 3" in run_alone(json.dumps([["demo", "new", "--patients", "9"]]), script=script).out
    assert list((tmp_path / "new").iterdir()) == []
