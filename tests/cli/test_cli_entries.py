"""Entries by hand: whose they are, doses that cannot be, far bookings, and what is asked on a terminal."""

from __future__ import annotations

import io
import shlex
import sys

import pytest

from wbc_tracker.cli import main

ENTRIES = [
    ("infusion", "add", "2024-02-05"),
    ("event", "add", "2024-02-05", "vaccination"),
    ("result", "add", "2024-02-05", "WBC=6.1 K/uL"),
]


class Terminal(io.StringIO):
    """Standard input at which somebody sits and types."""

    def isatty(self) -> bool:
        return True


@pytest.fixture
def answer(db, monkeypatch, capfdbinary):
    """Run the program on a terminal: `answer("y", "infusion", "add", ...)` gives its code and its standard error."""

    def run(typed: str, *words: str) -> tuple[object, str]:
        monkeypatch.setattr(sys, "argv", ["wbc-tracker", *words])
        monkeypatch.setattr(sys, "stdin", Terminal(f"{typed}\n"))
        capfdbinary.readouterr()
        with pytest.raises(SystemExit) as ended:
            main()
        return ended.value.code or 0, capfdbinary.readouterr().err.decode()

    return run


@pytest.mark.parametrize("patient", [(), ("--patient", "anna")])
@pytest.mark.parametrize("words", ENTRIES)
def test_the_first_entry_of_an_empty_store_goes_in_unasked(wbc, words, patient):
    assert wbc(*words, *patient).code == 0


@pytest.mark.parametrize("words", ENTRIES)
def test_an_unknown_id_is_refused_where_nobody_can_be_asked(wbc, words):
    wbc("infusion", "add", "2024-01-05", "--patient", "0081635")
    done = wbc(*words, "--patient", "81635")
    assert done.code == 2
    assert done.err.splitlines() == [
        "There is no patient '81635' in the store. Did you mean '0081635'?",
        "Add --yes if this is a new patient.",
        f"  wbc-tracker {shlex.join(words)} --patient 0081635",
    ]
    assert wbc("patients", "list").lines == ["0081635: 0 results; 1 infusion"]
    assert wbc(*words, "--patient", "0081635").code == 0
    assert wbc(*words, "--patient", "81635", "--yes").code == 0
    assert len(wbc("patients", "list").lines) == 2


@pytest.mark.parametrize(
    ("known", "typed", "meant"),
    [
        ("anna", "Anna", "'anna'"),
        ("P-0017", "P-17", "'P-0017'"),
        ("katharina", "katarina", "'katharina'"),
        ("1001", "1002", ""),
        ("1001", "anna", ""),
    ],
)
def test_an_id_that_is_nearly_known(wbc, known, typed, meant):
    wbc("infusion", "add", "2024-01-05", "--patient", known)
    done = wbc("infusion", "add", "2024-06-05", "--patient", typed)
    assert done.code == 2
    assert done.err.splitlines()[0] == (
        f"There is no patient {typed!r} in the store." + (f" Did you mean {meant}?" if meant else "")
    )


def test_on_a_terminal_it_is_asked(wbc, answer):
    wbc("infusion", "add", "2024-01-05", "--patient", "anna")
    code, err = answer("n", "infusion", "add", "2024-02-05", "--patient", "ana")
    assert code != 0
    assert "There is no patient 'ana' yet. Did you mean 'anna'? Add 'ana' as a new one? [y/N]" in err
    assert len(wbc("infusion", "list").lines) == 1
    assert answer("y", "infusion", "add", "2024-02-05", "--patient", "ana")[0] == 0
    assert wbc("infusion", "list").lines == ["ana  2024-02-05  ocrelizumab", "anna  2024-01-05  ocrelizumab"]


@pytest.mark.parametrize(
    ("dose", "more", "said"),
    [
        ("60", (), "60 mg of Ocrelizumab cannot be right; it is probably 600 mg with a zero too few."),
        ("0.6", (), "it is probably 600 mg written in grams."),
        ("6000", (), "it is probably 600 mg with a zero too many."),
        ("99", (), "usual are 300 or 600 mg."),
        ("4000", ("--drug", "Truxima"), "usual are 500 or 1000 mg."),
    ],
)
def test_a_dose_that_cannot_be_is_refused_as_in_files(wbc, dose, more, said):
    done = wbc("infusion", "add", "2024-01-05", "--dose", dose, *more)
    assert done.code == 2
    assert said.casefold() in done.err.casefold()
    assert wbc("infusion", "list").out.startswith("No infusion is recorded.")


def test_the_one_dose_under_the_skin_tells_the_form_as_in_files(wbc):
    done = wbc("infusion", "add", "2024-01-05", "--dose", "920")
    assert "920 mg: taken for" in done.err
    assert wbc("infusion", "list").lines == ["me  2024-01-05  ocrelizumab_sc 920 mg"]


def test_a_dose_of_a_known_date_is_filled_in(wbc, file):
    path = file("i.csv", "2024-01-05 09:40", "2024-01-19", header="infused_on")
    wbc("infusion", "import", path)
    for date in ("2024-01-05", "2024-01-19"):
        done = wbc("infusion", "add", date, "--dose", "300")
        assert done.out == f"Dose filled in: {date}  ocrelizumab 300 mg.\n"
    filled = ["me  2024-01-05 09:40:00  ocrelizumab 300 mg", "me  2024-01-19  ocrelizumab 300 mg"]
    assert wbc("infusion", "list").lines == filled
    assert wbc("infusion", "add", "2024-01-19", "--dose", "300").out.startswith("Already recorded: 2024-01-19")
    assert wbc("infusion", "add", "2024-01-19").out.startswith("Already recorded: 2024-01-19")
    wbc("imports", "undo", "1")
    assert wbc("infusion", "list").lines == filled, "what a hand has confirmed outlives the file"


def test_a_file_without_times_fills_the_doses_of_one_with_times(wbc, file):
    wbc("infusion", "import", file("a.csv", "2024-01-05 09:40", header="infused_on"))
    done = wbc("infusion", "import", file("b.csv", "2024-01-05,300", header="infused_on,dose"))
    assert "0 added, 1 already there" in done.out
    assert "1 dose that was not known is filled in." in done.out
    assert wbc("infusion", "list").lines == ["me  2024-01-05 09:40:00  ocrelizumab 300 mg"]


def test_a_booking_more_than_two_years_ahead_is_questioned(wbc, answer):
    done = wbc("infusion", "add", "2205-03-01")
    assert done.code == 2
    assert done.err.splitlines() == [
        "2205-03-01 is more than two years ahead.", "Correct the date, or add --yes if it is booked.",
    ]  # fmt: skip
    code, err = answer("n", "infusion", "add", "2205-03-01")
    assert code != 0
    assert "2205-03-01 is more than two years ahead. Is it booked? [y/N]" in err
    assert wbc("infusion", "list").out.startswith("No infusion is recorded.")
    assert wbc("infusion", "add", "2205-03-01", "--yes").code == 0


def test_a_removed_infusion_stays_removed_until_it_is_restored(wbc, file):
    path = file("i.csv", "2024-01-05,300", header="infused_on,dose_mg")
    wbc("infusion", "import", path)
    wbc("infusion", "remove", "2024-01-05")
    assert "1 infusion of it was removed by you and stays removed" in wbc("infusion", "import", path).out
    assert wbc("infusion", "list", "--removed").lines == ["me  2024-01-05  ocrelizumab 300 mg"]
    assert wbc("infusion", "restore", "2024-01-05").out == "Restored: 2024-01-05  ocrelizumab 300 mg.\n"
    assert wbc("infusion", "restore", "2024-01-05").code == 2
    assert wbc("infusion", "list").lines == ["me  2024-01-05  ocrelizumab 300 mg"]
