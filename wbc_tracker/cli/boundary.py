"""The one boundary: every error becomes a sentence and an exit code, never a traceback."""

from __future__ import annotations

import atexit
import gc
import io
import sys
import traceback
from contextlib import suppress

from wbc_tracker.cli.large.ahead import start_ahead
from wbc_tracker.cli.output import complain, complain_of, remark
from wbc_tracker.cli.process.signals import Interrupted, interruptible, release
from wbc_tracker.cli.process.streams import TELLING, prepare_streams
from wbc_tracker.cli.progress import rest
from wbc_tracker.errors import WbcTrackerError

_DONE, _DONE_IN_PART, _NOTHING_DONE, _BUG = 0, 1, 3, 4
_INTERRUPTED = 130
_NOTHING = "Nothing was added."
_WHOLE = "The store is as it was; a file is there whole or not at all."
_TOLD = "What is told above was done."


def run() -> None:
    """Run the command line and exit.

    Exit codes: 0 all accounted for; 1 done, but rows were rejected or some files refused, or what
    was done could not be told; 2 usage; 3 nothing done; 4 a bug in the program; 130, 143, 129
    ended by SIGINT, SIGTERM, SIGHUP.
    """
    # A short-lived program: the usual threshold of 700 objects makes the collector run hundreds of
    # times.
    gc.set_threshold(100_000)
    # At the end it would look for circles three times more, though all memory goes away.
    atexit.register(gc.freeze)
    prepare_streams()
    try:
        with interruptible():
            start_ahead(sys.argv[1:])
            code = _code_of_call()
            with suppress(OSError):
                rest()
    except Interrupted as interrupted:  # before or behind the work
        code = _told(interrupted)
    if code == _DONE and not TELLING.is_whole:
        code = _DONE_IN_PART
    sys.exit(code)


def _code_of_call() -> int:
    """Run the command and return its exit code, every error told."""
    try:
        code = _call()
        release()
        return code
    except WbcTrackerError as error:
        _show_traceback()
        complain_of(error, getattr(error, "__notes__", ()))
        return error.exit_code
    except MemoryError:
        _show_traceback()
        complain(
            "The memory that is free does not suffice for this.", "Cut the file into smaller ones."
        )
        return _DONE_IN_PART if TELLING.of_work else _NOTHING_DONE
    except Interrupted as interrupted:
        return _told(interrupted)
    except KeyboardInterrupt:
        return _INTERRUPTED
    except Exception as error:
        _show_traceback()
        kept = "What is told above was done; else your" if TELLING.of_work else "Your"
        complain(
            f"The program made a mistake ({type(error).__name__}). {kept} files and the store are "
            "as they were.",
            "Please report the command you typed. `wbc-tracker --debug COMMAND` shows the details "
            "(they can hold health data).",
        )
        return _BUG


def _told(interrupted: Interrupted) -> int:
    """Say what was done until then, and return the exit code."""
    general = _TOLD if TELLING.of_work else _WHOLE if TELLING.has_opened else _NOTHING
    told = getattr(interrupted, "__notes__", [general])
    remark(f"Interrupted. {told[-1]}")
    return interrupted.exit_code


def _call() -> int:
    """Run the command; what Typer has to say is told as everything else is."""
    import typer

    from wbc_tracker.cli.app import command_line

    try:
        return command_line()(prog_name="wbc-tracker", standalone_mode=False) or _DONE
    except SystemExit as ended:
        return _DONE if ended.code is None else int(ended.code)
    except typer.Abort:
        complain("Aborted: nothing was done.")
        return _DONE_IN_PART
    except Exception as error:
        # Wrong words of the line; the class is Typer's own and has no public name.
        if not hasattr(error, "show") or not hasattr(error, "exit_code"):
            raise
        told = io.StringIO()
        error.show(told)
        remark(told.getvalue().removesuffix("\n"))
        return int(error.exit_code)


def _show_traceback() -> None:
    if "--debug" in sys.argv:
        traceback.print_exc()
