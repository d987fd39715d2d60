"""Import one file of infusions or of events, and tell what became of it."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

import typer

from wbc_tracker.catalog import load_catalog
from wbc_tracker.cli.options import reading_options, today
from wbc_tracker.cli.output import show
from wbc_tracker.cli.sources import open_store, read_input
from wbc_tracker.importing import exit_code_of
from wbc_tracker.render.terminal.imports import outcome_lines

if TYPE_CHECKING:
    from wbc_tracker.catalog import Catalog
    from wbc_tracker.importing import FileOutcome
    from wbc_tracker.intake import ReadingOptions
    from wbc_tracker.store import Store


class Importer(Protocol):
    """What adds the bytes of one kind of file to the store."""

    def __call__(
        self,
        store: Store,
        raw: bytes,
        file: str,
        options: ReadingOptions,
        catalog: Catalog,
        *,
        imported_at: str,
    ) -> FileOutcome:
        """Add them, and return what became of each row."""


def import_one(context: typer.Context, file: Path, importer: Importer) -> int:
    """Add one file to the store, print the outcome, and return the exit code."""
    options = reading_options(context, as_of=today(), only_patient=True)
    raw, name = read_input(file)
    now = datetime.now().astimezone().isoformat(timespec="seconds")
    with open_store(context) as store:
        outcome = importer(store, raw, name, options, load_catalog(), imported_at=now)
    for line in outcome_lines(outcome, dry_run=False):
        show(line)
    return exit_code_of([outcome])
