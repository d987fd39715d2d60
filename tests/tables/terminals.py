"""The program on a pseudo-terminal, and what stands on its screen in the end."""

from __future__ import annotations

import os
import re
import struct
import subprocess
import tempfile
from dataclasses import dataclass

import pytest

from tables import warm

pty = pytest.importorskip("pty", reason="pseudo-terminals are those of POSIX")
fcntl = pytest.importorskip("fcntl")
termios = pytest.importorskip("termios")

MAIN = "from wbc_tracker.cli import main; main()"
#: Signs of life at once, without waiting for a second.
AT_ONCE = f"from wbc_tracker.cli import progress; progress.DELAY_SECONDS = 0\n{MAIN}"
_CODE = re.compile(r"\x1b\[(\?)?([0-9;]*)([a-zA-Z])")
_OURS = ("COLUMNS", "NO_COLOR", "FORCE_COLOR")


@dataclass(frozen=True)
class Told:
    """What went to a terminal and to a file beside it, and the exit code."""

    raw: str
    piped: str
    code: int

    @property
    def screen(self) -> list[str]:
        """The lines that are left on a terminal wide and high enough, without empty ones at the end."""
        return left_on_screen(self.raw)


def left_on_screen(raw: str) -> list[str]:
    """Play what was written: carriage return, line feed, cursor up, and erasing a line."""
    lines, row, column, place = [""], 0, 0, 0
    while place < len(raw):
        code = _CODE.match(raw, place)
        if code:
            private, number, letter = code.groups()
            assert private or letter in "mKA", f"a code that is not played: {code[0]!r}"
            if letter == "A":
                row = max(0, row - int(number or 1))
            elif letter == "K":
                assert number == "2"
                lines[row] = ""
            place = code.end()
            continue
        character = raw[place]
        place += 1
        if character == "\r":
            column = 0
        elif character == "\n":
            row += 1
            lines += [""] * (row + 1 - len(lines))
        else:
            lines[row] = f"{lines[row]:<{column}}"[:column] + character + lines[row][column + 1 :]
            column += 1
    return "\n".join(line.rstrip() for line in lines).rstrip("\n").split("\n")


def with_terminal(
    *arguments: str,
    script: str = MAIN,
    stdout: bool = False,
    stderr: bool = True,
    columns: int = 100,
    **settings: str,
) -> Told:
    """Run with standard output, standard error or both on a pseudo-terminal; the other is a file."""
    environment = {name: value for name, value in os.environ.items() if name not in _OURS}
    terminal, program_side = pty.openpty()
    fcntl.ioctl(program_side, termios.TIOCSWINSZ, struct.pack("HHHH", 50, columns, 0, 0))
    shown = b""
    with tempfile.TemporaryFile() as beside:  # a pipe that nobody empties would stop the program
        program = subprocess.Popen(
            [*warm.python(), "-c", script, *arguments],
            stdin=subprocess.DEVNULL,
            stdout=program_side if stdout else beside,
            stderr=program_side if stderr else beside,
            env={**environment, "TERM": "xterm-256color", **settings},
        )
        os.close(program_side)
        try:
            while part := os.read(terminal, 65536):
                shown += part
        except OSError:  # Linux says so when the other side is closed
            pass
        finally:
            os.close(terminal)
        code = program.wait(timeout=60)
        beside.seek(0)
        return Told(shown.decode("utf-8"), beside.read().decode("utf-8"), code)
