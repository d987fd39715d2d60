"""`--names FILE`: people's names, on the screen and nowhere else."""

from __future__ import annotations

import sys
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from wbc_tracker.cli.line.report_format import ReportFormat
from wbc_tracker.cli.output import remark
from wbc_tracker.errors import UsageError
from wbc_tracker.wording import count_words

if TYPE_CHECKING:
    from wbc_tracker.cli.endings import Target
    from wbc_tracker.cli.prepare import Call


def refuse_names(target: Target) -> None:
    """Refuse names where a report is not for the screen alone.

    Raises:
        UsageError: it goes into a file, or is not a table.
    """
    is_screen = target.format is ReportFormat.TABLE and target.file is None
    if not is_screen and target.folder is None:
        raise UsageError(
            "--names are for the screen: no report in a file holds them.",
            "Leave out --names, or write a folder of pages: --format html --output FOLDER",
        )


def read_names_of(file: Path, call: Call, target: Target) -> Mapping[str, str]:
    """Return patient -> name of those on record, and say of how many there is none.

    Nobody has a name where the table does not go to a terminal.

    Raises:
        UnreadableFileError, AmbiguousFileError: see `read_names`.
    """
    from wbc_tracker.intake.names import read_names
    from wbc_tracker.intake.options import ReadingOptions

    if target.folder is None and not sys.stdout.isatty():
        remark("Standard output is no terminal: no names are shown.")
        return {}
    known = read_names(file, ReadingOptions(as_of=call.dataset.as_of), call.catalog)
    patients = call.dataset.patients
    names = {patient: known[patient] for patient in patients if patient in known}
    missing = len(patients) - len(names)
    if missing:
        whose = count_words(len(patients), "patient", "patients")
        remark(f"{file} has no name for {missing} of {whose}.")
    return names
