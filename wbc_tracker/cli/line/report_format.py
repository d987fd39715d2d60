"""The format of a report: the suffix of its output decides; a folder holds pages."""

from __future__ import annotations

import os
from collections.abc import Mapping
from enum import StrEnum
from pathlib import Path

import typer

from wbc_tracker.cli.line.suffix import format_for


class ReportFormat(StrEnum):
    """Format of the report."""

    TABLE = "table"
    MARKDOWN = "markdown"
    JSON = "json"
    HTML = "html"
    CSV = "csv"
    XLSX = "xlsx"
    ICS = "ics"
    MESSAGE = "message"

    @property
    def is_of_one(self) -> bool:
        """Whether it tells of one patient and of all results."""
        return self in (ReportFormat.ICS, ReportFormat.MESSAGE)

    @property
    def is_of_lines(self) -> bool:
        """Whether it has one line a patient, also of one."""
        return self in (ReportFormat.CSV, ReportFormat.XLSX)


#: What a file of a report is, by its suffix.
SUFFIXES: Mapping[str, tuple[ReportFormat, ...]] = {
    ".txt": (ReportFormat.TABLE, ReportFormat.MESSAGE),
    ".md": (ReportFormat.MARKDOWN,),
    ".json": (ReportFormat.JSON,),
    ".html": (ReportFormat.HTML,),
    ".htm": (ReportFormat.HTML,),
    ".csv": (ReportFormat.CSV,),
    ".xlsx": (ReportFormat.XLSX,),
    ".ics": (ReportFormat.ICS,),
}


def report_format(
    context: typer.Context, path: str | None, given: ReportFormat | None
) -> ReportFormat:
    """Return the format of a report: the suffix of the file decides; a folder holds pages.

    Raises:
        UsageError: the suffix is that of no format, or of another one than `--format`.
    """
    if names_folder(path) and (given is ReportFormat.HTML or is_folder(path)):
        return given or ReportFormat.HTML
    table = ReportFormat.TABLE
    return format_for(
        context,
        path,
        given,
        SUFFIXES,
        default=table,
        what="a report",
        instead="Every result, a line each: `wbc-tracker export results.csv`.",
    )


def names_folder(output: str | None) -> bool:
    """Tell whether `--output` means a folder: one that is there,
    a name that ends in a slash or has no suffix.
    """
    if not output or output == "-":
        return False
    return is_folder(output) or not (_is_there(output) or Path(output).suffix)


def is_folder(output: str | None) -> bool:
    """Tell whether a path can be nothing but a folder: one that is there, or ends in a slash."""
    if not output or output == "-":
        return False
    return Path(output).is_dir() if _is_there(output) else output.endswith(("/", os.sep))


def _is_there(output: str) -> bool:
    return os.path.exists(output)  # noqa: PTH110 - a name that is too long is not there
