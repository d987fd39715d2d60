"""Every file of tests/fixtures/labs reads as the golden beside it says, or is refused with its message.

Beside NAME.csv (or .txt, .tsv) lies either NAME.golden.csv, the annotated rows that it gives, or NAME.message.txt,
the exit code and words that standard error must hold. NAME.rejects.csv holds the cells that must be rejected,
NAME.options.txt one line of command line options. All were worked out by hand, none copied from the program.
"""

from __future__ import annotations

import csv
import io
import json
import re
import shlex
from pathlib import Path

import pytest

LABS = Path(__file__).parents[1] / "fixtures" / "labs"
INPUT_KINDS = (".csv", ".txt", ".tsv", ".xlsx", ".gz", ".json", ".ndjson")
AS_OF = ("--as-of", "2026-11-23")
INPUTS = sorted(
    path
    for path in LABS.iterdir()
    if path.suffix in INPUT_KINDS and not re.search(r"\.(golden|rejects|message|options)\.", path.name)
)
READ = [path for path in INPUTS if path.with_name(f"{path.stem}.golden.csv").exists()]
REFUSED = [path for path in INPUTS if path.with_name(f"{path.stem}.message.txt").exists()]
#: The most lines a refusal may take.
FEW_LINES = 4


def beside(path: Path, kind: str) -> Path:
    return path.with_name(f"{path.stem}.{kind}")


def options_of(path: Path) -> list[str]:
    options = beside(path, "options.txt")
    return shlex.split(options.read_text(encoding="utf-8")) if options.exists() else []


def rows_of(text: str, columns: list[str] | None = None) -> list[dict[str, str]]:
    """Return the rows of a CSV text, with these columns only."""
    rows = csv.DictReader(io.StringIO(text, newline=""))
    return [{name: row[name] for name in columns or row} for row in rows]


def golden_rows(path: Path) -> list[dict[str, str]]:
    return rows_of(path.read_bytes().decode()) if path.exists() else []


def told(rows: list[dict[str, str]]) -> list[str]:
    """Return rows as lines, which a failing test shows side by side."""
    return [" | ".join(row.values()) for row in rows]


def check_messages(err: str) -> None:
    assert "Traceback" not in err
    assert not re.search(r"[\x00-\x08\x0b-\x1f\x7f]", err), "a control character reached the terminal"


def test_every_file_says_what_it_is_for():
    assert len(INPUTS) >= 45
    assert sorted([*READ, *REFUSED]) == INPUTS
    strays = [
        path.name
        for path in LABS.iterdir()
        if path not in INPUTS and path.name.split(".")[0] not in {input.stem for input in INPUTS}
    ]
    assert strays == []


@pytest.mark.parametrize("path", READ, ids=lambda path: path.stem)
def test_reads_as_its_golden_says(wbc, path):
    golden = golden_rows(beside(path, "golden.csv"))
    columns = beside(path, "golden.csv").read_text(encoding="utf-8").splitlines()[0].split(",")
    run = wbc("export", "-", "--labs", path, *AS_OF, *options_of(path))
    assert told(rows_of(run.out, columns) if run.out else []) == told(golden), run.err
    rejected = {row["code"] for row in golden_rows(beside(path, "rejects.csv"))} - {"date_future"}
    assert run.code == (1 if rejected else 0)
    check_messages(run.err)


@pytest.mark.parametrize("path", READ, ids=lambda path: path.stem)
def test_every_cell_is_accounted_for(wbc, tmp_path, path):
    """Imported: every cell is added, a repeat, without a result, ignored, or rejected with the golden's code."""
    golden, rejects = golden_rows(beside(path, "golden.csv")), golden_rows(beside(path, "rejects.csv"))
    out = tmp_path / "rejects.csv"
    run = wbc("import", path, "--format", "json", "--rejects", out, *AS_OF, *options_of(path))
    check_messages(run.err)
    columns = ["source_row", "column", "code", "raw"]
    assert told(rows_of(out.read_bytes().decode(), columns)) == told(rejects), run.err
    told_of = json.loads(run.out)["files"][0]
    parts = ("added", "duplicates", "no_result", "ignored", "rejected")
    assert told_of["error"] is None
    assert told_of["read"] == sum(told_of[part] for part in parts)
    assert told_of["added"] - told_of["superseded"] == sum(not row["derivation"] for row in golden)
    assert told_of["rejected"] == len(rejects)
    assert run.code == (1 if rejects else 0)


@pytest.mark.parametrize("path", REFUSED, ids=lambda path: path.stem)
def test_is_refused_with_its_message(wbc, path):
    code, *fragments = beside(path, "message.txt").read_text(encoding="utf-8").splitlines()
    run = wbc("export", "-", "--labs", path, *AS_OF, *options_of(path))
    assert (run.code, run.out) == (int(code), ""), run.err
    assert [fragment for fragment in fragments if fragment not in run.err] == [], run.err
    assert len(run.err.splitlines()) <= FEW_LINES
    check_messages(run.err)


def test_a_repeated_header_is_told(wbc):
    run = wbc("export", "-", "--labs", LABS / "header_repeated_inside.csv", *AS_OF)
    assert run.code == 0
    assert "header" in run.err
    assert re.search(r"\b4\b", run.err), "the line of the repeated header is named"


def test_ignored_tests_are_named_with_their_counts(wbc):
    run = wbc("export", "-", "--labs", LABS / "unknown_tests_are_ignored.csv", *AS_OF)
    assert re.search(r"Ferritin\D*2", run.err)
    assert "Vitamin D" in run.err
    assert "Band neutrophils" in run.err


def test_a_result_after_the_day_of_the_report_is_counted(wbc):
    run = wbc("export", "-", "--labs", LABS / "date_in_the_future.csv", *AS_OF)
    assert "2026-11-23" in run.err
    assert re.search(r"\b1\b", run.err)


def test_an_implausible_value_names_the_unit_it_probably_is_in(wbc):
    run = wbc("export", "-", "--labs", LABS / "value_without_its_decimal_point.csv", *AS_OF)
    assert "/uL" in run.err


def test_a_file_that_may_be_cut_off_is_told(wbc):
    """A number at the very end of a file without a last line end may have lost digits; it cannot be seen."""
    run = wbc("export", "-", "--labs", LABS / "last_line_without_its_end.csv", *AS_OF)
    assert run.code == 0
    assert "line 3" in run.err
    run = wbc("export", "-", "--labs", LABS / "no_patient_column.csv", *AS_OF)
    assert run.err == ""
