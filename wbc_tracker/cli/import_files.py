"""Take files into the store, whatever their rows are, and tell what became of each."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

import typer

from wbc_tracker.cli.clock import now
from wbc_tracker.cli.line.inputs import found_inputs, input_names
from wbc_tracker.cli.line.next_step import tell_next, tell_undo
from wbc_tracker.cli.line.overwriting import refuse_overwriting
from wbc_tracker.cli.line.places import store_path
from wbc_tracker.cli.line.typed import lines_after, reads_standard_input, typed_again
from wbc_tracker.cli.options import ImportFormat, TakingIn
from wbc_tracker.cli.output import complain_of, remark, show, tell
from wbc_tracker.cli.process.signals import Interrupted
from wbc_tracker.cli.progress import begin
from wbc_tracker.cli.sources import open_store, read_input
from wbc_tracker.errors import OutputError, StoreError, UsageError, WbcTrackerError
from wbc_tracker.wording import count_words

if TYPE_CHECKING:
    from wbc_tracker.importing import FileOutcome
    from wbc_tracker.intake import FileReading, ReadingOptions
    from wbc_tracker.store import Store
    from wbc_tracker.store.records import ImportKind


def import_files(
    context: typer.Context,
    kind: ImportKind,
    files: Sequence[Path],
    options: ReadingOptions,
    how: TakingIn,
    keep: Callable[[FileReading], str] | None = None,
) -> int:
    """Take in files of one kind, print the outcome of each, and return the exit code.

    Args:
        context: knows the store. kind: of all the files. options: how to read them.
        how: how they are taken in and told.
        keep: keeps what the one file needed, once it is read, and says so.

    Raises:
        StoreError: the store cannot be used.
        UsageError: an option names something that does not exist.
    """
    files = found_inputs(files)
    options = replace(options, is_one_of_several=len(files) > 1)
    outcomes: list[FileOutcome] = []
    with _told_when_interrupted(context, files, outcomes, how):
        return _import_all(context, kind, files, options, how, keep, outcomes)


def _import_all(
    context: typer.Context,
    kind: ImportKind,
    files: Sequence[Path],
    options: ReadingOptions,
    how: TakingIn,
    keep: Callable[[FileReading], str] | None,
    outcomes: list[FileOutcome],
) -> int:
    """Do what `import_files` says; `outcomes` gets each as soon as it is known."""
    from wbc_tracker.files import write_whole
    from wbc_tracker.importing import exit_code_of
    from wbc_tracker.render.csv.rejects import write_rejects
    from wbc_tracker.render.json.imports import outcome_json

    refuse_overwriting(context, how.rejects, files)
    is_told = True
    try:
        with ExitStack() as stack:
            stream = None if how.rejects is None else stack.enter_context(write_whole(how.rejects))
            store = _store(context, stack, dry_run=how.dry_run)
            outcomes.extend(_taken_in(context, store, kind, files, options, how))
            if stream is not None:
                write_rejects(stream, outcomes)
            if how.output is ImportFormat.TABLE and store is not None and not how.dry_run:
                _tell_what_next(context, store, kind, outcomes)
    except OutputError as error:
        if how.dry_run or not outcomes:
            raise
        complain_of(error)  # what was added is added: only the rejects could not be written
        is_told = False
    if how.rejects is not None and is_told:
        left_out = sum(len(outcome.rejects) for outcome in outcomes)
        words = ("cell", "cells") if kind == "labs" else ("row", "rows")
        remark(f"{count_words(left_out, *words)} left out: see {how.rejects}.")
    if keep is not None and not how.dry_run and outcomes[0].error is None:
        is_told = _kept(keep, outcomes[0].reading) and is_told
    if how.output is ImportFormat.TABLE and how.dry_run and _is_clean(outcomes, context):
        remark(f"Nothing was written. To take it in: {typed_again(context, without=['--dry-run'])}")
    if how.output is ImportFormat.JSON:
        _say(outcome_json(outcomes), how)
    return exit_code_of(outcomes) or int(not is_told)


def _taken_in(
    context: typer.Context,
    store: Store | None,
    kind: ImportKind,
    files: Sequence[Path],
    options: ReadingOptions,
    how: TakingIn,
) -> Iterator[FileOutcome]:
    """Take in one file after the other, tell what became of each, and yield that.

    Where the store fails, the files behind are not read, and named.

    Raises:
        UsageError: an option names something that does not exist, and nothing was added yet.
    """
    from wbc_tracker.importing import FileOutcome
    from wbc_tracker.intake import FileReading

    has_added, names = False, input_names(files)
    for number, path in enumerate(files, start=1):
        tell_step = partial(_tell_step, names[path], number, len(files))
        take_in = partial(_take_in, store, kind, options=options, how=how, begin=tell_step)
        outcome = _outcome_of(path, names[path], take_in, has_added=has_added)
        has_added |= outcome.import_id is not None
        if how.output is ImportFormat.TABLE:
            show_outcome(outcome, how)
            _show_mending(context, outcome, path, how)
        if outcome.error is not None:
            lines = lines_after(context, outcome.error, path)
            complain_of(outcome.error, [] if how.output is ImportFormat.JSON else lines)
        yield outcome
        if isinstance(outcome.error, StoreError):
            for left in files[number:]:
                error = WbcTrackerError(
                    f"{names[left]} was not read, because of that.", code="not_read"
                )
                complain_of(error)
                yield FileOutcome(FileReading(file=names[left]), error=error)
            return


@contextmanager
def _told_when_interrupted(
    context: typer.Context, files: Sequence[Path], outcomes: Sequence[FileOutcome], how: TakingIn
) -> Iterator[None]:
    """Let an interrupt say which files are in the store.

    Of the one that was being added the store is asked: the signal may have come when it was, and
    before that could be told.
    """
    began = now()
    try:
        yield
    except Interrupted as interrupted:
        names = [input_names(files)[path] for path in files]
        added = [outcome.file for outcome in outcomes if outcome.import_id is not None]
        known = {outcome.import_id for outcome in outcomes}
        with suppress(WbcTrackerError):
            if len(outcomes) < len(files) and not how.dry_run and store_path(context).exists():
                with open_store(context, patience_s=1) as store:
                    added += [
                        record.file
                        for record in store.imports.list()
                        if record.id not in known
                        and record.imported_at >= began
                        and record.file == names[len(outcomes)]
                    ]
        interrupted.add_note(_what_was_added(names, added))
        raise


def _what_was_added(names: Sequence[str], added: Sequence[str]) -> str:
    if not added:
        return "Nothing was added."
    left = [name for name in names if name not in added]
    told = f"Added: {', '.join(added)}."
    return f"{told} Not added: {', '.join(left)}." if left else told


def _say(text: str, how: TakingIn) -> None:
    """Print what was asked for, of a dry run; else what was done."""
    (show if how.dry_run else tell)(text)


def _kept(keep: Callable[[FileReading], str], reading: FileReading) -> bool:
    """Keep what a file needed and say so; return whether that went well."""
    try:
        remark(keep(reading))
    except WbcTrackerError as error:
        complain_of(error)
        return False
    return True


def _show_mending(context: typer.Context, outcome: FileOutcome, path: Path, how: TakingIn) -> None:
    """Print the one line that lets rejected cells in, if there is one."""
    from wbc_tracker.render.terminal.imports import mend_words

    options = outcome.reading.mended_by
    if options and not reads_standard_input(context):
        _say(f"  {mend_words(options)}", how)
        _say(f"    {typed_again(context, options, file=path)}", how)


def _is_clean(outcomes: Sequence[FileOutcome], context: typer.Context) -> bool:
    """Tell whether the same line without `--dry-run` takes all of it in."""
    wrong = any(outcome.error or outcome.rejected for outcome in outcomes)
    return not wrong and not reads_standard_input(context)


def _tell_what_next(
    context: typer.Context, store: Store, kind: ImportKind, outcomes: Sequence[FileOutcome]
) -> None:
    """Say how what was added is taken back, and what comes next if the store can be asked."""
    tell_undo(context, [outcome.import_id for outcome in outcomes if outcome.added])
    people = dict.fromkeys(who for outcome in outcomes for who in outcome.patients)
    with suppress(StoreError):
        tell_next(context, store, kind, list(people))


def _store(context: typer.Context, stack: ExitStack, *, dry_run: bool) -> Store | None:
    """Open the store; a dry run looks only into one that is there."""
    if dry_run and not store_path(context).exists():
        return None
    return stack.enter_context(open_store(context, tells_whole=False))


def _take_in(
    store: Store | None,
    kind: ImportKind,
    path: Path,
    name: str,
    *,
    options: ReadingOptions,
    how: TakingIn,
    begin: Callable[[str], None],
) -> FileOutcome:
    """Add one file to the store, or tell what that would do; `begin` is told each step.

    Raises:
        As `importing.import_file`.
    """
    from wbc_tracker.catalog import load_catalog
    from wbc_tracker.importing import foresee, import_file

    raw = read_input(path)
    catalog = load_catalog()
    if how.dry_run or store is None:
        return foresee(kind, store, raw, name, options, catalog, strict=how.strict, begin=begin)
    return import_file(
        kind,
        store,
        raw,
        name,
        options,
        catalog,
        imported_at=now(),
        strict=how.strict,
        begin=begin,
    )


def _tell_step(name: str, number: int, files: int, step: str) -> None:
    """Show which file is being read or added: `reading labs.csv`, of several with its number."""
    if files == 1:
        begin(f"{step} {name}")
    else:
        begin(f"{step} {name} ({number} of {files})", number - 1, files)


def _outcome_of(
    path: Path, name: str, take_in: Callable[[Path, str], FileOutcome], *, has_added: bool
) -> FileOutcome:
    """Take in one file; one that is refused is an outcome, not an error, so that the others are
    read, and what was added before is told.

    Raises:
        UsageError: an option names something that does not exist, and nothing was added before.
    """
    from wbc_tracker.importing import FileOutcome
    from wbc_tracker.intake import FileReading

    try:
        return take_in(path, name)
    except WbcTrackerError as error:
        if isinstance(error, UsageError) and not has_added:
            raise
        return FileOutcome(FileReading(file=name), error=error)


def show_outcome(outcome: FileOutcome, how: TakingIn) -> None:
    """Print what became of one file."""
    from wbc_tracker.render.terminal.imports import outcome_lines

    for line in outcome_lines(outcome, dry_run=how.dry_run):
        _say(line, how)
