"""`export --pseudonymize`: the same person has the same id, whatever he is called by now."""

from __future__ import annotations

import csv

import pytest

HEADER = "patient_id,collected_at,analyte,value,unit"
ROWS = ["a,2024-02-05,WBC,6.1,10^9/L", "b,2024-02-05,WBC,7.2,10^9/L", "c,2024-02-05,WBC,8.3,10^9/L"]


@pytest.fixture
def ids(wbc, file, tmp_path):
    """Return value -> id of the shared file, after these commands."""
    assert wbc("import", file("labs.csv", *ROWS, header=HEADER)).code == 0

    def shared(*commands: str) -> dict[str, str]:
        for command in commands:
            done = wbc(*command.split())
            assert done.code == 0, done.err
        out = tmp_path / "shared.csv"
        assert wbc("export", out, "--pseudonymize", tmp_path / "my.key", "--as-of", "2024-03-01").code == 0
        with out.open(encoding="utf-8", newline="") as rows:
            return {row["value"]: row["patient_id"] for row in csv.DictReader(rows)}

    return shared


@pytest.mark.parametrize(
    "commands",
    [
        ["patients rename a z"],
        ["patients rename a y", "patients rename y z"],
        ["patients rename a z", "patients rename z a"],
        ["patients rename a z", "patients rename b y", "patients rename z x"],
        ["patients rename a z", "imports undo 2"],
    ],
)
def test_a_rename_changes_no_id(ids, commands):
    before = ids()
    assert len(set(before.values())) == 3
    assert ids(*commands) == before


def test_of_a_merge_the_one_who_stays_keeps_the_id(ids):
    before = ids("patients rename a z")
    assert ids("patients merge b z") == {**before, "7.2": before["6.1"]}
