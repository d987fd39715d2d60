"""The export in each of its formats: the same rows and values as the CSV, and what is told of how they were made."""

from __future__ import annotations

import csv
import hashlib
import io
import json
import os
import stat
from pathlib import Path

import pandas as pd
import pyarrow.parquet as pq
import pytest
from tables.runs import EXAMPLES, ON_THE_DAY, ONE

from wbc_tracker.schema import EXPORT_COLUMNS

KINDS = {column.name: column.type for column in EXPORT_COLUMNS}
TIMED = ("2024-01-02 WBC 6.5", "2024-03-02T09:13 WBC 5.5", "2024-04-02T10:00:30 Lymphocytes 1.1")


def printed(wbc, *words):
    return list(csv.DictReader(io.StringIO(wbc("export", "-", *words, *ON_THE_DAY).out)))


def typed(name: str, cell: str) -> object:
    """Return what a cell of the CSV says."""
    if cell == "":
        return None
    return {"text": str, "number": float, "integer": int}[KINDS[name]](cell)


@pytest.mark.parametrize("inputs", [ONE, None], ids=["example", "with times"])
def test_every_value_of_the_parquet_file_is_that_of_the_csv(wbc, file, tmp_path, inputs):
    inputs = inputs or ("--labs", str(file("timed.csv", *TIMED)))
    expected = printed(wbc, *inputs)
    assert wbc("export", "a.parquet", *inputs, *ON_THE_DAY).code == 0
    rows = pq.read_table(tmp_path / "a.parquet").to_pylist()
    assert len(rows) == len(expected) > 2
    for row, cells in zip(rows, expected, strict=True):
        for name, cell in cells.items():
            value = row[name]
            if hasattr(value, "isoformat"):
                clock = row.get(name.replace("_at", "_time")) if name.endswith("_at") else None
                value = value.isoformat() + (f"T{clock:%H:%M:%S}" if clock else "")
            assert value == typed(name, cell), (name, cells)


def test_pandas_reads_the_parquet_file_with_its_types(wbc, tmp_path):
    wbc("export", "a.parquet", *ONE, *ON_THE_DAY)
    frame = pd.read_parquet(tmp_path / "a.parquet")
    whole = [name for name, kind in KINDS.items() if kind == "integer"]
    assert {str(frame[name].dtype) for name in whole} == {"Int64"}
    assert pd.to_datetime(frame["collected_at"]).min() == pd.Timestamp(2022, 6, 13)
    assert int(frame.loc[frame["study_day"].notna(), "study_day"].iloc[0]) == -126


@pytest.mark.parametrize("name", ["a.jsonl", "a.NDJSON"])
def test_every_value_of_the_json_lines_is_that_of_the_csv(wbc, tmp_path, name):
    assert wbc("export", name, *ONE, *ON_THE_DAY).code == 0
    rows = [json.loads(line) for line in (tmp_path / name).read_text(encoding="utf-8").splitlines()]
    assert rows == [{key: typed(key, cell) for key, cell in row.items()} for row in printed(wbc, *ONE)]


def test_json_lines_go_to_standard_output(wbc, file):
    done = wbc("export", "-", "--format", "jsonl", "--labs", file("a.csv", *TIMED), *ON_THE_DAY)
    assert [json.loads(line)["collected_at"] for line in done.lines] == [
        "2024-01-02", "2024-03-02T09:13:00", "2024-04-02T10:00:30",
    ]  # fmt: skip


def test_parquet_says_what_it_was_made_with(wbc, tmp_path):
    wbc("export", "a.parquet", *ONE, *ON_THE_DAY, "--analyte", "wbc", "--decimal", ".")
    told = json.loads(pq.read_schema(tmp_path / "a.parquet").metadata[b"wbc_tracker"])
    assert told == {
        "program": "wbc-tracker",
        "version": "0.1.0",
        "catalogue_version": "2.0",
        "grading": "CTCAE v5.0",
        "as_of": "2026-11-23",
        "settings": {
            "same_day": "before", "patient": None, "analytes": ["wbc"], "since": None, "until": None,
            "pseudonymized_dates": None, "names": None, "reading": {"decimal": "."},
        },
        "rules": [],
        "inputs": [
            {"role": role, "file": name, "sha256": hashlib.sha256((EXAMPLES / name).read_bytes()).hexdigest()}
            for role, name in (("labs", "labs.csv"), ("infusions", "infusions.csv"))
        ],
        "disclaimer": "Educational information, not medical advice.",
    }  # fmt: skip


def test_of_the_store_the_files_are_told_that_were_imported(wbc, file, tmp_path):
    labs = file("mine.csv", *TIMED)
    wbc("import", labs)
    wbc("infusion", "add", "2024-02-01")
    wbc("export", "a.csv", "--meta", *ON_THE_DAY)
    (told,) = json.loads((tmp_path / "a.csv.meta.json").read_text())["inputs"]
    assert told == {"role": "labs", "file": "mine.csv", "sha256": hashlib.sha256(labs.read_bytes()).hexdigest()}


def test_of_one_patient_of_the_store_no_file_of_another_is_told(wbc, file, tmp_path):
    """File names may be names of people."""
    header = "patient_id,collected_at,analyte,value,unit"
    wbc("import", file("Anna.csv", "anna,2024-01-02,WBC,6.5,10^9/L", header=header))
    wbc("import", file("Berta.csv", "berta,2024-01-02,WBC,6.5,10^9/L", header=header))
    wbc("infusion", "import", file("Clara.csv", "berta,2024-01-10,Ocrevus", header="patient_id,infused_on,drug"))
    wbc("export", "a.parquet", "--patient", "anna", *ON_THE_DAY)
    written = (tmp_path / "a.parquet").read_bytes()
    assert [name in written for name in (b"Anna.csv", b"Berta", b"Clara")] == [True, False, False]
    wbc("export", "b.csv", "--meta", *ON_THE_DAY)
    inputs = json.loads((tmp_path / "b.csv.meta.json").read_text())["inputs"]
    assert [(one["role"], one["file"]) for one in inputs] == [
        ("labs", "Anna.csv"), ("labs", "Berta.csv"), ("infusions", "Clara.csv"),
    ]  # fmt: skip


@pytest.mark.skipif(os.name == "nt", reason="pipes of POSIX")
def test_what_can_be_read_only_once_has_no_hash(wbc, tmp_path):
    wbc("export", "a.csv", "--meta", "--labs", "-", *ON_THE_DAY, stdin=(EXAMPLES / "labs.csv").read_bytes())
    (told,) = json.loads((tmp_path / "a.csv.meta.json").read_text())["inputs"]
    assert told == {"role": "labs", "file": "standard input", "sha256": None}


@pytest.mark.parametrize("name", ["a.csv", "a.jsonl", "a.xlsx", "a.parquet"])
def test_meta_says_it_in_a_private_file_beside(wbc, file, tmp_path, name):
    done = wbc("export", name, "--meta", "--labs", file("l.csv", *TIMED), *ON_THE_DAY)
    assert done.err.splitlines()[-1] == f"What they were made with stands in {name}.meta.json."
    place = tmp_path / f"{name}.meta.json"
    told = json.loads(place.read_text())
    assert (told["as_of"], told["rows"]) == ("2026-11-23", 3)
    assert [field["name"] for field in told["schema"]["fields"]] == list(KINDS)
    if os.name != "nt":
        assert stat.S_IMODE(place.stat().st_mode) == 0o600


def test_without_meta_there_is_one_file(wbc, file, tmp_path):
    wbc("export", "a.csv", "--labs", file("l.csv", *TIMED), *ON_THE_DAY)
    assert sorted(path.name for path in tmp_path.iterdir() if path.is_file()) == ["a.csv", "l.csv"]


def test_where_meta_cannot_be_written_nothing_is(wbc, file, tmp_path):
    (tmp_path / "a.csv.meta.json").mkdir()
    assert wbc("export", "a.csv", "--meta", "--labs", file("l.csv", *TIMED), *ON_THE_DAY).code == 2
    assert not (tmp_path / "a.csv").exists()


def test_meta_needs_a_file_and_never_takes_the_place_of_an_input(wbc, file):
    labs = file("l.csv", *TIMED)
    done = wbc("export", "-", "--meta", "--labs", labs, *ON_THE_DAY)
    assert (done.code, done.out) == (2, "")
    assert "--meta writes a file beside the output" in done.err
    own = labs.rename(Path("b.csv.meta.json"))
    before = own.read_bytes()
    assert wbc("export", "b.csv", "--meta", "--labs", own, *ON_THE_DAY).code == 2
    assert own.read_bytes() == before


@pytest.mark.parametrize("dates", ["days", "shifted"])
@pytest.mark.parametrize("name", ["p.csv", "p.parquet"])
def test_what_is_pseudonymised_is_told_without_who_and_when(wbc, file, tmp_path, name, dates):
    labs = file("Erika.csv", "Erika,2024-01-02,WBC,6.5,10^9/L", header="Pat-Nr,collected_at,analyte,value,unit")
    wbc("export", name, "--meta", "--labs", labs, "--map", "patient_id=Pat-Nr", "--patient", "Erika", "--until",
        "2024-01-31", "--as-of", "2024-02-01", "--pseudonymize", "my.key", "--dates", dates)  # fmt: skip
    text = (tmp_path / f"{name}.meta.json").read_text()
    told = json.loads(text)
    assert told["settings"] == {
        "same_day": "before", "analytes": [], "pseudonymized_dates": dates, "names": None,
    }  # fmt: skip
    assert {"as_of", "inputs"}.isdisjoint(told)
    assert [word for word in ("Erika", "2024", "Pat-Nr", ".csv", "sha256") if word in text] == []
    if name.endswith("parquet"):
        inside = json.loads(pq.read_schema(tmp_path / name).metadata[b"wbc_tracker"])
        assert inside.items() <= told.items()
