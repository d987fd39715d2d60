"""Signs of life: on a terminal only, after a second, and nothing of them is left."""

from __future__ import annotations

import os
import shutil
from types import SimpleNamespace
from typing import ClassVar

import pytest
from tables.runs import CLINIC, ON_THE_DAY, ONE, run_alone
from tables.terminals import AT_ONCE, left_on_screen, with_terminal

from wbc_tracker.cli import progress

PATIENT = ("--patient", "clinic-21")
WORKS = {
    "export": (["export", "out.csv", *CLINIC, *ON_THE_DAY], ["annotating 8131 results", "writing out.csv"]),
    "panel": (["report", *CLINIC, *ON_THE_DAY], ["reading clinic_labs.csv", "looking at 40 patients"]),
    "json": (["report", *CLINIC, *ON_THE_DAY, "--format", "json"], ["looking at 40 patients"]),
    "cohort": (["cohort", *CLINIC, *ON_THE_DAY], ["reading clinic_infusions.csv", "looking at 40 patients"]),
    "page": (["report", *ONE, *ON_THE_DAY, "--format", "html", "--output", "v.html"], ["drawing the page"]),
    "folder": (
        ["report", *CLINIC, *ON_THE_DAY, *PATIENT, "--format", "html", "--output", "pages/"],
        ["drawing the pages of 1 patient", "drawing the page of all patients"],
    ),
    "import": (["import", CLINIC[1]], ["reading clinic_labs.csv", "adding clinic_labs.csv"]),
    "two files": (["import", ONE[1], CLINIC[1]], ["reading clinic_labs.csv (2 of 2)"]),
    "chart": (["chart", "c.svg", *ONE, *ON_THE_DAY], ["drawing the chart"]),
}


@pytest.mark.parametrize(("words", "told"), WORKS.values(), ids=WORKS)
def test_work_is_told_while_it_is_done_and_nothing_is_left(db, tmp_path, words, told):
    plain = with_terminal(*words)
    db.unlink(missing_ok=True)  # an import again, into an empty store
    shutil.rmtree(tmp_path / "pages", ignore_errors=True)  # pages that did not change would stay
    slow = with_terminal(*words, script=AT_ONCE)
    assert [part for part in told if part not in slow.raw] == []
    assert (slow.code, slow.piped, slow.screen) == (plain.code, plain.piped, plain.screen)
    assert not any(part in "\n".join(slow.screen) for part in told)


def test_the_cursor_is_left_alone(db):
    """A process that is killed could not show it again."""
    assert "\x1b[?25" not in with_terminal("cohort", *CLINIC, *ON_THE_DAY, script=AT_ONCE).raw


def test_both_on_one_terminal_what_is_printed_is_whole(db):
    plain = with_terminal("report", *CLINIC, *ON_THE_DAY, stdout=True)
    slow = with_terminal("report", *CLINIC, *ON_THE_DAY, stdout=True, script=AT_ONCE)
    assert "looking at 40 patients" in slow.raw
    assert slow.screen == plain.screen


def test_an_error_stands_alone(db, tmp_path):
    (tmp_path / "bad.csv").write_text("nothing,here\n1,2\n")
    slow = with_terminal("report", "--labs", "bad.csv", script=AT_ONCE)
    assert "reading bad.csv" in slow.raw
    assert slow.code == 3
    assert slow.screen == with_terminal("report", "--labs", "bad.csv").screen


def test_piped_there_is_none(db):
    done = run_alone("cohort", *CLINIC, *ON_THE_DAY, script=AT_ONCE, TERM="xterm-256color", FORCE_COLOR="1")
    assert (done.code, done.err) == (0, run_alone("cohort", *CLINIC, *ON_THE_DAY).err)


def test_a_terminal_that_cannot_take_a_line_back_gets_none(db):
    slow = with_terminal("cohort", *CLINIC, *ON_THE_DAY, script=AT_ONCE, TERM="dumb")
    assert slow.screen == with_terminal("cohort", *CLINIC, *ON_THE_DAY, TERM="dumb").screen
    assert "\x1b" not in slow.raw


def test_without_colour_there_are_words_and_no_colours(db):
    slow = with_terminal("cohort", *CLINIC, *ON_THE_DAY, script=AT_ONCE, NO_COLOR="1")
    assert "looking at 40 patients" in slow.raw
    assert "\x1b[3" not in slow.raw


@pytest.mark.parametrize("name", ["[red]x.csv", "a\x1b[2Jb.csv", f"{'long-' * 40}.csv"])
def test_the_name_of_a_file_is_only_text(db, tmp_path, name):
    (tmp_path / name).write_text("collected_at,analyte,value,unit\n2024-01-02,WBC,6.5,K/uL\n")
    slow = with_terminal("export", "out.csv", "--labs", name, "--as-of", "2024-02-01", script=AT_ONCE)
    assert slow.code == 0
    assert "\x1b[2J" not in slow.raw
    assert slow.screen == with_terminal("export", "out.csv", "--labs", name, "--as-of", "2024-02-01").screen
    if name.startswith("["):
        assert "reading [red]x.csv" in slow.raw


def test_a_program_behind_a_pipe_has_the_terminal_for_itself(monkeypatch):
    """`wbc-tracker store backup - | age -p` asks for a passphrase there."""
    monkeypatch.setattr(progress.sys, "stderr", Screen())
    monkeypatch.setenv("TERM", "xterm")
    reading, writing = os.pipe()
    try:
        assert progress._SIGNS.can_be_seen()
        monkeypatch.setattr(progress, "_STANDARD_OUTPUT", writing)
        assert not progress._SIGNS.can_be_seen()
    finally:
        os.close(reading)
        os.close(writing)


class Screen:
    """A standard error that says it is a terminal."""

    def __init__(self):
        self.written = ""

    def isatty(self):
        return True

    def write(self, text):
        self.written += text
        return len(text)

    def flush(self):
        pass


class Later:
    """A timer that runs when the test says so."""

    made: ClassVar[list[Later]] = []

    def __init__(self, seconds, action):
        self.seconds, self.action, self.is_started = seconds, action, False
        Later.made.append(self)

    def start(self):
        self.is_started = True


@pytest.fixture
def screen(monkeypatch):
    """A terminal, a timer that does not run by itself, and a process in which nothing has begun."""
    Later.made = []
    shown = Screen()
    monkeypatch.setattr(progress, "sys", SimpleNamespace(stderr=shown))
    monkeypatch.setenv("TERM", "xterm-256color")
    monkeypatch.setattr(progress, "Timer", Later)
    monkeypatch.setattr(progress, "_SIGNS", progress._Signs())
    yield shown
    progress.rest()


def test_within_a_second_nothing_shows(screen):
    progress.begin("reading a.csv")
    progress.begin("reading b.csv")
    progress.rest()
    assert ([timer.seconds for timer in Later.made], screen.written) == ([1.0], "")


def test_after_a_second_what_is_being_done_shows_and_what_follows_at_once(screen):
    progress.begin("reading a.csv")
    progress.begin("reading b.csv")
    Later.made[0].action()
    assert "reading b.csv" in screen.written
    assert "reading a.csv" not in screen.written
    progress.rest()
    assert left_on_screen(screen.written) == [""]
    progress.begin("patient 12 of 350", 12, 350)
    assert "patient 12 of 350" in screen.written
    assert len(Later.made) == 1


def test_nothing_shows_after_a_second_in_which_nothing_is_done(screen):
    progress.begin("reading a.csv")
    progress.rest()
    Later.made[0].action()
    assert screen.written == ""
