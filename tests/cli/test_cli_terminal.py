"""On a terminal of 80 columns, with and without colour; and when piped, where nothing is cut."""

from __future__ import annotations

from dataclasses import dataclass

import pytest
from tables.runs import CLINIC, ESCAPE_CODE, ON_THE_DAY, ONE, run_alone
from tables.terminals import with_terminal


@dataclass(frozen=True)
class Screen:
    """What stood on a terminal, with its escape codes and without."""

    raw: str

    @property
    def lines(self) -> list[str]:
        return ESCAPE_CODE.sub("", self.raw).replace("\r", "").split("\n")


def on_a_terminal(*arguments: str, columns: int = 80, **settings: str) -> Screen:
    """Run with standard output on a pseudo-terminal of that width."""
    told = with_terminal(*arguments, stdout=True, stderr=False, columns=columns, **settings)
    assert told.code == 0
    return Screen(told.raw)


@pytest.fixture(scope="module")
def report():
    return on_a_terminal("report", "--full", *ONE, *ON_THE_DAY)


def test_no_line_of_the_report_is_wider_than_the_terminal(report):
    assert [line for line in report.lines if len(line) > 80] == []


def test_no_line_of_the_overview_is_wider_than_the_terminal():
    overview = on_a_terminal("report", *CLINIC, *ON_THE_DAY)
    assert [line for line in overview.lines if len(line) > 80] == []
    assert sum(line.startswith("clinic-") for line in overview.lines) in (40, 80)  # one block, or two


def test_every_value_is_there_in_spite_of_the_width(report, wbc):
    """What does not fit beside the others follows in a further block; nothing is cut."""

    def cells(lines):
        rows = [line.split() for line in lines if line.startswith("20")]
        return sorted(cell for row in rows for cell in row if not cell.startswith("20"))

    piped = cells(wbc("report", "--full", *ONE, *ON_THE_DAY).lines)
    shown = cells(report.lines)
    days = [cell for row in report.lines if row.startswith("20") for cell in row.split()[1:2]]
    assert len(days) == 44  # 22 draws in two blocks
    assert set(piped) <= set(shown)
    assert not any("…" in line or "..." in line for line in report.lines)


def test_colour_is_used_on_a_terminal(report):
    assert ESCAPE_CODE.search(report.raw)


def test_no_color_gives_the_same_words_without_escape_codes(report):
    plain = on_a_terminal("report", "--full", *ONE, *ON_THE_DAY, NO_COLOR="1")
    assert plain.lines == report.lines
    assert ESCAPE_CODE.findall(plain.raw) == []


@pytest.fixture(scope="module")
def poor_terminal():
    """A terminal without block characters that does not tell its size."""
    return on_a_terminal("report", "--full", *ONE, *ON_THE_DAY, columns=0, COLUMNS="80", PYTHONIOENCODING="ascii")


def test_a_terminal_that_cannot_print_bars_gets_digits(poor_terminal):
    assert [line for line in poor_terminal.lines if "\\u" in line] == []
    assert any(line.endswith("44|4|43|43|44|134|343|33|33|23|3") for line in poor_terminal.lines)


def test_a_terminal_that_does_not_tell_its_size_has_the_columns_of_the_environment(poor_terminal):
    prose = next(line for line in poor_terminal.lines if line.startswith("  B cells are depleted;"))
    assert len(prose) > 60
    assert [line for line in poor_terminal.lines if len(line) > 80] == []


def test_a_csv_on_a_terminal_holds_no_escape_codes_of_the_file(file):
    labs = file("a.csv", "\x1b[31mred,2024-01-02,WBC,6.5,K/uL", header="patient_id,collected_at,analyte,value,unit")
    shown = on_a_terminal("export", "-", "--labs", str(labs), "--as-of", "2024-02-01")
    assert "\x1b" not in shown.raw
    assert "\\x1b[31mred,2024-01-02,wbc" in shown.raw


def test_when_piped_nothing_is_cut_and_nothing_is_coloured(wbc, file):
    name = "a-patient-with-a-very-long-name-" * 8
    header = "patient_id,collected_at,analyte,value,unit"
    done = wbc(
        "report", "--labs", file("a.csv", f"{name},2024-01-02,WBC,6.5,K/uL", "b,2024-01-02,WBC,6.5,K/uL", header=header)
    )
    assert f"{name}      none current" in done.out
    assert "\x1b" not in done.out


WIDE = ("report", "--full", *ONE, *ON_THE_DAY)


@pytest.mark.parametrize("columns", [80, 120])
def test_columns_say_how_wide_a_terminal_is(columns):
    shown = on_a_terminal(*WIDE, columns=100, COLUMNS=str(columns))
    assert shown.lines == on_a_terminal(*WIDE, columns=columns).lines
    assert max(map(len, shown.lines)) <= columns


@pytest.mark.parametrize("columns", ["", "0", "-5", "wide", "8.5", "\u00b2"])
def test_columns_that_are_no_width_say_nothing(columns, report):
    assert on_a_terminal(*WIDE, columns=80, COLUMNS=columns).lines == report.lines


def test_piped_output_has_one_width_whatever_the_terminal(piped_plain):
    assert {run_alone(*WIDE, COLUMNS=columns).out for columns in ("60", "300", "")} == {piped_plain.out}


#: Nothing said of colours.
SILENT = {"NO_COLOR": "", "FORCE_COLOR": "", "TERM": "xterm"}


@pytest.fixture(scope="module")
def piped_plain():
    return run_alone(*WIDE, **SILENT, COLUMNS="80")


#: Who wants colours where: no-color.org, force-color.org (each counts if it is not empty), and terminals without.
COLOURS = [
    ({}, True, False),
    ({"FORCE_COLOR": "1"}, True, True),
    ({"FORCE_COLOR": "0"}, True, True),  # regardless of its value
    ({"FORCE_COLOR": ""}, True, False),
    ({"NO_COLOR": "1"}, False, False),
    ({"NO_COLOR": ""}, True, False),
    ({"NO_COLOR": "1", "FORCE_COLOR": "1"}, False, False),
    ({"TERM": "dumb"}, False, False),
    ({"TERM": "dumb", "FORCE_COLOR": "1"}, True, True),
]


@pytest.mark.parametrize(("settings", "on_screen", "piped"), COLOURS, ids=[str(case[0]) for case in COLOURS])
def test_who_gets_colours(settings, on_screen, piped, piped_plain):
    shown = on_a_terminal(*WIDE, **{**SILENT, **settings})
    done = run_alone(*WIDE, **{**SILENT, **settings})
    assert (bool(ESCAPE_CODE.search(shown.raw)), bool(ESCAPE_CODE.search(done.out))) == (on_screen, piped)
    assert ESCAPE_CODE.sub("", done.out) == piped_plain.out
