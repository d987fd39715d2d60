"""Where a report goes: to standard output, or whole into a file.

And what a page needs besides the report.
"""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

from wbc_tracker.cli.output import remark, show, show_lines, standard_output, terminal_width
from wbc_tracker.cli.sources import open_store
from wbc_tracker.errors import UsageError
from wbc_tracker.wording import count_words

if TYPE_CHECKING:
    from collections.abc import Sequence

    from rich.text import Text

    from wbc_tracker.cli.prepare import Call

_FILE_WIDTH = 100


def width_for(output: Path | None) -> int:
    """Return how wide lines may be: as the terminal, in a file as a sheet of paper."""
    return terminal_width() if output is None else _FILE_WIDTH


def deliver_text(text: str, output: Path | None) -> None:
    """Print text, or write it to a file."""
    if output is None:
        show(text)
        return
    from wbc_tracker.files import write_whole

    with write_whole(output) as stream:
        stream.write(f"{text}\n".encode())


def deliver_lines(lines: Sequence[Text], output: Path | None) -> None:
    """Print styled lines, or write them to a file as plain text."""
    if output is None:
        show_lines(lines)
    else:
        deliver_text("\n".join(line.plain for line in lines), output)


def deliver_bytes(content: bytes, output: Path | None) -> None:
    """Write bytes as they are to a file, or to standard output."""
    if output is None:
        with standard_output() as stream:
            stream.write(content)
        return
    from wbc_tracker.files import write_whole

    with write_whole(output) as stream:
        stream.write(content)


def deliver_data(text: str) -> None:
    """Print a whole file as it is; on a terminal without what that would obey."""
    if sys.stdout.isatty():
        show(text.removesuffix("\n"))
    else:
        deliver_bytes(text.encode(), None)


def deliver_page(page: str, output: Path | None) -> None:
    """Write a page to a file and say so, or as it is to standard output."""
    deliver_bytes(page.encode(), output)
    if output is None:
        return
    remark(f"The report was written to {output}. Open it in a browser; it needs no network.")


def check_page(output: Path | None) -> None:
    """Check, before anything is read, that a page can be made and has a place to go to.

    Raises:
        UsageError: no file is named, or the packages that pages need are not installed.
    """
    from wbc_tracker.render.html import require_pages

    if output is None:
        raise UsageError(
            "An HTML report is written to a file.",
            "Name it, e.g. --output visit.html (or --output - for a pipe).",
            settled_by=[("--output", "visit.html")],
        )
    require_pages()


def check_workbook(output: Path | None) -> None:
    """Check, before anything is read, that a workbook can be written and has a place to go to.

    Raises:
        UsageError: no file is named, or the package that it needs is not installed.
    """
    from wbc_tracker.render.xlsx.book import require_workbooks

    if output is None:
        raise UsageError(
            "A workbook is written to a file.",
            "Name it, e.g. --output clinic.xlsx (or --output - for a pipe).",
            settled_by=[("--output", "clinic.xlsx")],
        )
    require_workbooks()


def unread_now(call: Call) -> list[str]:
    """Say how many rows of the files that are read now could not be; nothing of earlier imports,
    whose gaps may long be mended.
    """
    if not call.sources.labs or not call.rejected:
        return []
    return [
        f"Rows of the files that could not be read, and are not in this report: {call.rejected}."
    ]


def find_unread(call: Call) -> list[str]:
    """Say what of the files could not be read, for the panel of a clinic.

    Of the store only the imports count from whose files the dataset has results.
    """
    if call.sources.labs:
        return unread_now(call)
    files = set(call.dataset.results["source_file"].astype("str"))
    with open_store(call.context) as store:
        imports = [
            record for record in store.imports.list() if record.rejected and record.file in files
        ]
    told: dict[str, list[str]] = {}
    for record in imports:
        told.setdefault(record.file, []).append(
            f"{count_words(record.rejected, 'cell', 'cells')} of {record.file} could not be read "
            f"when it was imported on {record.imported_at[:10]}; see `wbc-tracker imports rejects "
            f"{record.id}`."
        )
    return [" ".join(words) for words in told.values()]
