"""Days at both ends of what a date can be: told or refused, and never a mistake of the program."""

from __future__ import annotations

import pytest

FORMS = (
    ("report",), ("report", "--full"), ("report", "--format", "message"), ("report", "--format", "json"),
    ("report", "--format", "markdown"), ("report", "--format", "ics"), ("report", "--output", "a.html"),
    ("chart", "a.svg"), ("chart", "b.svg", "--time", "course"), ("export", "-"), ("cohort",),
)  # fmt: skip
LABS = ("9999-10-01,WBC,6.5,K/uL", "9999-12-01,WBC,6.1,K/uL", "9999-12-01,CD19,1,/uL", "1900-01-01,WBC,6.4,K/uL")
DOSES = ("9999-11-01", "9999-11-15", "1900-01-01")


@pytest.fixture
def kept(wbc, file):
    """A store with results and infusions at both ends; the user has said yes to such days."""
    assert wbc("import", file("labs.csv", *LABS), "--as-of", "9999-12-31").code == 0
    assert wbc("infusion", "add", *DOSES, "--yes").code == 0
    return wbc


@pytest.mark.parametrize("as_of", ["9999-12-31", "9999-11-20", "1900-01-01", "2026-11-23"])
def test_every_output_of_the_last_and_the_first_day(kept, as_of):
    for form in FORMS:
        done = kept(*form, "--as-of", as_of)
        assert done.code in (0, 2), (form, done.err)
        assert "made a mistake" not in done.err, form
        assert "10000-" not in done.out, form


def test_a_planned_day_behind_the_last_one_is_the_last_one(kept):
    done = kept("report", "--as-of", "9999-12-20", "--format", "ics")
    assert "DTSTART;VALUE=DATE:99991231\r\n" in done.out_bytes.decode()


@pytest.mark.parametrize("day", ["10000-01-01", "0000-01-01", "9999-13-01", "9999-12-32", "-2024-01-01"])
def test_what_is_no_day_is_refused_by_every_command(wbc, day):
    for line in (
        ("report", f"--as-of={day}"),
        ("infusion", "add", "--", day),
        ("result", "add", "--", day, "WBC=6 K/uL"),
    ):
        done = wbc(*line)
        assert (done.code, "made a mistake" in done.err) == (2, False), line
