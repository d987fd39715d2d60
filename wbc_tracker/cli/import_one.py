"""Import one file, whatever its rows are, and tell what became of it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import typer

from wbc_tracker.cli.clock import now
from wbc_tracker.cli.output import show
from wbc_tracker.cli.progress import progress
from wbc_tracker.cli.sources import open_store, read_input

if TYPE_CHECKING:
    from wbc_tracker.importing import FileOutcome
    from wbc_tracker.intake import ReadingOptions
    from wbc_tracker.store import Store
    from wbc_tracker.store.records import ImportKind


def import_alone(
    context: typer.Context, kind: ImportKind, path: Path, options: ReadingOptions
) -> int:
    """Add one file to the store, print the outcome, and return the exit code."""
    from wbc_tracker.importing import exit_code_of

    with open_store(context) as store:
        outcome = import_one(store, kind, path, options)
    show_outcome(outcome)
    return exit_code_of([outcome])


def import_one(
    store: Store, kind: ImportKind, path: Path, options: ReadingOptions, *, strict: bool = False
) -> FileOutcome:
    """Add one file to the store.

    Raises:
        As `importing.import_file`.
    """
    from wbc_tracker.catalog import load_catalog
    from wbc_tracker.importing import import_file

    raw, name = read_input(path)
    catalog = load_catalog()
    with _steps(name) as begin:
        return import_file(
            kind, store, raw, name, options, catalog, imported_at=now(), strict=strict, begin=begin
        )


def foresee_one(
    store: Store | None, path: Path, options: ReadingOptions, *, strict: bool = False
) -> FileOutcome:
    """Tell what importing a lab file would do.

    Raises:
        As `importing.import_file`.
    """
    from wbc_tracker.catalog import load_catalog
    from wbc_tracker.importing import foresee_labs

    raw, name = read_input(path)
    with _steps(name) as begin:
        return foresee_labs(store, raw, name, options, load_catalog(), strict=strict, begin=begin)


@contextmanager
def _steps(name: str) -> Iterator[Callable[[str], None]]:
    """Show how far a file is, if it takes long."""
    from wbc_tracker.importing import STEPS

    with progress(len(STEPS)) as begin:
        yield lambda step: begin(f"{name}: {step}")


def show_outcome(outcome: FileOutcome, *, dry_run: bool = False) -> None:
    """Print what became of one file."""
    from wbc_tracker.render.terminal.imports import outcome_lines

    for line in outcome_lines(outcome, dry_run=dry_run):
        show(line)
