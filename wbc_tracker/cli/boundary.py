"""The one boundary: every error becomes a sentence and an exit code, never a traceback."""

from __future__ import annotations

import gc
import sys
import traceback

from wbc_tracker.cli.output import complain, complain_of, prepare_streams
from wbc_tracker.cli.progress import rest
from wbc_tracker.errors import WbcTrackerError

_NOTHING_DONE, _BUG = 3, 4
_INTERRUPTED = 130


def main() -> None:
    """Run the command line and exit.

    Exit codes: 0 all accounted for; 1 done, but rows were rejected or some files refused; 2 usage;
    3 nothing done; 4 a bug in the program; 130 interrupted.
    """
    # A short-lived program: the usual threshold of 700 objects makes the collector run hundreds of
    # times.
    gc.set_threshold(100_000)
    prepare_streams()
    try:
        from wbc_tracker.cli.app import app

        app(prog_name="wbc-tracker")
    except WbcTrackerError as error:
        _show_traceback()
        complain_of(error, getattr(error, "__notes__", ()))
        sys.exit(error.exit_code)
    except MemoryError:
        _show_traceback()
        complain(
            "The memory that is free does not suffice for this.", "Cut the file into smaller ones."
        )
        sys.exit(_NOTHING_DONE)
    except KeyboardInterrupt:
        sys.exit(_INTERRUPTED)
    except Exception as error:
        _show_traceback()
        complain(
            f"The program made a mistake ({type(error).__name__}). Your files and the store are as "
            "they were.",
            "Please report the command you typed. `wbc-tracker --debug COMMAND` shows the details "
            "(they can hold health data).",
        )
        sys.exit(_BUG)
    finally:
        rest()


def _show_traceback() -> None:
    if "--debug" in sys.argv:
        traceback.print_exc()
