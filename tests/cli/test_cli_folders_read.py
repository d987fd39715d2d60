"""Folders and patterns of files: which are read, in which order, what they are called, and what is told of the rest."""

from __future__ import annotations

import csv
import gzip
import io

import pytest
from tables.runs import labs_text

DAY = ["--as-of", "2024-12-01"]


@pytest.fixture
def lay(tmp_path):
    """Write lab files of one WBC each: `lay("north/a.csv", 6.1)`."""

    def write(name: str, value: float, day: str = "2024-01-02"):
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        text = labs_text(f"{day} WBC {value}")
        path.write_bytes(gzip.compress(text.encode()) if path.suffix == ".gz" else text.encode())
        return path

    return write


def told(run) -> list[str]:
    """Tell each result with where it was read: `6.1 a.csv 2`."""
    rows = csv.DictReader(io.StringIO(run.out))
    return [f"{row['value']} {row['source_file']} {row['source_row']}" for row in rows]


def test_a_folder_is_its_files_by_name_without_hidden_ones_and_what_tells_of_others(wbc, lay, tmp_path):
    lay("labs/b.csv", 6.2)
    lay("labs/a.csv.gz", 6.1)
    lay("labs/.hidden.csv", 1)
    for name in ("_manifest.json", "b.csv.meta.json", "_SUCCESS"):
        (tmp_path / "labs" / name).write_text("{}")
    run = wbc("export", "-", "--labs", "labs", *DAY)
    assert told(run) == ["6.1 a.csv.gz 2", "6.2 b.csv 2"]
    assert "labs: 2 files to read." in run.err


def test_the_program_itself_finds_what_a_quoted_pattern_matches(wbc, lay):
    for name in ("labs/2023.csv", "labs/2024.csv", "labs/notes/2025.csv"):
        lay(name, float(f"6.{name[-5]}"))
    assert told(wbc("export", "-", "--labs", "labs/202?.csv", *DAY)) == ["6.3 2023.csv 2", "6.4 2024.csv 2"]
    run = wbc("export", "-", "--labs", "labs/**/*.csv", *DAY)
    assert told(run) == ["6.3 2023.csv 2", "6.4 2024.csv 2", "6.5 2025.csv 2"]


def test_a_file_of_that_very_name_is_no_pattern(wbc, lay):
    lay("labs [1].csv", 6.1)
    assert told(wbc("export", "-", "--labs", "labs [1].csv", *DAY)) == ["6.1 labs [1].csv 2"]


def test_files_of_one_name_are_told_apart_by_their_folders(wbc, lay):
    lay("north/2024/labs.csv", 6.1)
    lay("south/2024/labs.csv", 6.2)
    lay("south/2025/labs.csv", 6.3)
    lay("other.csv", 6.4)
    run = wbc("export", "-", "--labs", "*/*/labs.csv", "--labs", "other.csv", *DAY)
    names = ["north/2024/labs.csv", "south/2024/labs.csv", "2025/labs.csv", "other.csv"]
    assert [row.split()[1] for row in told(run)] == names


def test_a_file_that_is_also_named_is_read_once(wbc, lay):
    lay("labs/a.csv", 6.1)
    run = wbc("import", "labs/a.csv", "labs", "labs/*.csv", *DAY)
    assert run.out.count("read: ") == 1


def test_a_folder_in_a_folder_and_what_is_no_file_are_told(wbc, lay, tmp_path):
    lay("labs/a.csv", 6.1)
    lay("labs/old/b.csv", 6.2)
    (tmp_path / "labs" / "gone.csv").symlink_to("nowhere.csv")
    run = wbc("export", "-", "--labs", "labs", *DAY)
    assert told(run) == ["6.1 a.csv 2"]
    assert "labs: folders in it are not read unless they are named: old." in run.err
    assert "labs: not read, because it is no file: gone.csv." in run.err


@pytest.mark.parametrize(
    ("named", "why"), [("empty", "empty holds no file to read"), ("*.txt", "*.txt matches no file")]
)
def test_nothing_to_read_is_a_sentence(wbc, tmp_path, named, why):
    (tmp_path / "empty").mkdir()
    run = wbc("export", "-", "--labs", named, *DAY)
    assert (run.code, run.out) == (3, "")
    assert why in run.err


def test_infusions_among_labs_are_refused_by_name_and_the_way_to_read_them_is_told(wbc, lay, tmp_path):
    lay("labs/a.csv", 6.1)
    (tmp_path / "labs" / "doses.csv").write_text("infused_on,drug,dose_mg\n2024-01-10,ocrelizumab,300\n")
    run = wbc("export", "-", "--labs", "labs", *DAY)
    assert (run.code, run.out) == (3, "")
    assert "doses.csv has no recognised columns." in run.err
    assert "If these are infusions: --infusions FILE, or wbc-tracker infusion import FILE." in run.err


def test_import_reads_a_folder_and_tells_what_became_of_each_file(wbc, lay, tmp_path):
    lay("labs/a.csv", 6.1)
    lay("labs/b.csv", 6.2, "2024-03-02")
    (tmp_path / "labs" / "notes.txt").write_text("no table at all")
    run = wbc("import", "labs", *DAY)
    assert run.code == 1
    assert [line.split(":")[0] for line in run.lines if "read" in line or "refused" in line] == [
        "a.csv (long)",
        "b.csv (long)",
        "notes.txt",
    ]
    assert told(wbc("export", "-", *DAY)) == ["6.1 a.csv 2", "6.2 b.csv 2"]


def test_infusions_and_events_may_be_folders_too(wbc, lay, tmp_path):
    lay("labs.csv", 6.1, "2024-02-01")
    for year, name in ((2023, "a"), (2024, "b")):
        (tmp_path / "doses").mkdir(exist_ok=True)
        (tmp_path / "doses" / f"{name}.csv").write_text(f"infused_on,drug,dose_mg\n{year}-01-10,ocrelizumab,600\n")
    run = wbc("export", "-", "--labs", "labs.csv", "--infusions", "doses", *DAY)
    [row] = csv.DictReader(io.StringIO(run.out))
    assert (row["last_infusion_on"], row["course"]) == ("2024-01-10", "2")
    assert wbc("infusion", "import", "doses").out.count("1 added") == 2
