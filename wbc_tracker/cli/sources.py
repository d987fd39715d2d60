"""Where the data of a command come from: the store, or the files named with --labs."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO

import typer

from wbc_tracker.cli.entries import whose
from wbc_tracker.cli.line.inputs import input_names
from wbc_tracker.cli.line.overwriting import (
    STANDARD_ERROR,
    STANDARD_INPUT,
    STANDARD_OUTPUT,
    refuse_overwriting,
    refuse_the_store,
)
from wbc_tracker.cli.line.places import store_path
from wbc_tracker.cli.line.typed import reads_standard_input, typed_again
from wbc_tracker.cli.output import remark, show
from wbc_tracker.cli.process.signals import hold
from wbc_tracker.cli.process.streams import TELLING, silence
from wbc_tracker.cli.progress import begin
from wbc_tracker.errors import UnreadableFileError, UsageError
from wbc_tracker.near import ids_like, meant_words

if TYPE_CHECKING:
    from wbc_tracker.cli.options import Sources
    from wbc_tracker.dataset import Dataset
    from wbc_tracker.intake import FileReading, ReadingOptions
    from wbc_tracker.store import Maker, Store

_A_BACKUP = "Name a backup of it."


def open_store(
    context: typer.Context, patience_s: float | None = None, *, tells_whole: bool = True
) -> Store:
    """Open the store of this call, and say what its user should know of how it was opened.

    Args:
        context: knows which. patience_s: with others that hold it, if not the usual one.
        tells_whole: a signal that comes once something is changed waits until the command is over.

    Raises:
        UsageError: standard output or error leads into it; what is printed would damage it.
    """
    from wbc_tracker.store import Store

    _refuse_streams_into_it(context)
    TELLING.has_opened = True
    patience = {} if patience_s is None else {"patience_s": patience_s}
    # What is committed must be told, too; an import of several files tells it in its own way.
    store = Store(
        store_path(context),
        **patience,
        on_wait=_tell_waiting,
        on_commit=hold if tells_whole else None,
        maker=_find_maker(),
    )
    for each in store.remarks:
        remark(each)
    return store


def _find_maker() -> Maker:
    """Return the user and the computer of this process; empty where the system does not say."""
    import getpass
    import platform

    from wbc_tracker.store import Maker

    try:
        user = getpass.getuser()
    except (OSError, KeyError, ImportError):  # no such user, or a system without names
        user = ""
    return Maker(
        *(name.encode("utf-8", "backslashreplace").decode() for name in (user, platform.node()))
    )


def _refuse_streams_into_it(context: typer.Context) -> None:
    refuse_the_store(context, STANDARD_OUTPUT, "Standard output")
    try:
        refuse_the_store(context, STANDARD_ERROR, "Standard error")
    except UsageError as error:
        silence(sys.stderr)
        show(f"{error.message} {error.hint}")
        raise


def _tell_waiting() -> None:
    remark("Another program is writing to the store; waiting until it is done ...")


def read_input(path: Path) -> bytes:
    """Return the bytes of a file; `-` is standard input."""
    from wbc_tracker.intake.file.opening import read_bytes, read_stream

    if str(path) != "-":
        return read_bytes(path)
    if sys.stdin is None:
        raise UsageError("Standard input is closed.", "Name a file.")
    return read_stream(sys.stdin.buffer, "Standard input")


def backup_source(context: typer.Context, source: Path) -> tuple[Path | BinaryIO, str]:
    """Return a backup and its name; `-` is the stream through which it comes.

    Raises:
        UsageError: it is the store itself or belongs to it, nothing can come through the stream, or
            what is printed would go into either.
    """
    refuse_overwriting(context, None, [source])
    if str(source) != "-":
        refuse_the_store(context, source, str(source), _A_BACKUP)
        return source, str(source)
    refuse_the_store(context, STANDARD_INPUT, "Standard input", _A_BACKUP)
    if sys.stdin is None or sys.stdin.isatty():
        raise UsageError(
            "No backup can come through standard input here.",
            "Send it one: age -d store.age | wbc-tracker store restore -",
        )
    return sys.stdin.buffer, "standard input"


def load_dataset(
    context: typer.Context, sources: Sources, options: ReadingOptions
) -> tuple[Dataset, int]:
    """Return the data and how many rows of the files were rejected, and tell what is to be warned
    of. `--patient` chooses one of several.

    Raises:
        UsageError: infusions or events without labs, or nobody has that id.
    """
    patient, rejected = sources.patient, 0
    if sources.labs:
        dataset, rejected = _read_files(context, sources, options)
    else:
        dataset = _read_store(context, sources, options.as_of)
    if patient is not None and sources.labs:
        dataset = dataset.of_patient(patient)
    elif patient is not None and not dataset.patients:
        _require_known(context, patient)
    for warning in dataset.warnings:
        remark(warning)
    return dataset, rejected


def _read_files(
    context: typer.Context, sources: Sources, options: ReadingOptions
) -> tuple[Dataset, int]:
    """Return what the files say and how many of their rows were rejected, and tell which.

    Raises:
        UnreadableFileError: there are results, and not one could be read.
    """
    from wbc_tracker.dataset import from_readings
    from wbc_tracker.intake import read_event_bytes, read_infusion_bytes, read_lab_bytes
    from wbc_tracker.whose import refuse_two_people

    names = input_names(sources.files)

    def read(path: Path) -> tuple[bytes, str]:
        begin(f"reading {names[path]}")
        return read_input(path), names[path]

    labs = [read_lab_bytes(*read(path), options) for path in sources.labs or ()]
    given = [read_infusion_bytes(*read(path), options) for path in sources.infusions or ()]
    happened = [read_event_bytes(*read(path), options) for path in sources.events or ()]
    readings: list[FileReading] = [*labs, *given, *happened]
    refuse_two_people(readings, options)
    dataset = from_readings(labs, given, options.as_of, happened)
    tell_readings(context, readings)
    rejected = sum(len(reading.rejects) for reading in readings)
    useless = [reading for reading in labs if reading.is_without_use]
    if len(useless) == len(labs):
        from wbc_tracker.importing import nothing_usable

        raise nothing_usable(useless[0])
    if rejected and not len(dataset.results) and not dataset.warnings:
        raise UnreadableFileError("None of the results could be read.", "See the reasons above.")
    return dataset, rejected


def tell_readings(context: typer.Context, readings: Sequence[FileReading]) -> None:
    """Tell what could not be read of some files, what would mend it, and what to know of them."""
    from wbc_tracker.render.terminal.imports import ignored_line, mend_words

    for reading in readings:
        tell_rejects(reading.file, len(reading.rejects), reading.rejects)
        if reading.mended_by and not reads_standard_input(context):
            remark(f"  {mend_words(reading.mended_by)}")
            remark(f"    {typed_again(context, reading.mended_by)}")
        for warning in reading.warnings:
            remark(f"{reading.file}: {warning}")
    for reading in readings:
        if reading.ignored:
            remark(f"{reading.file}: {ignored_line(reading)}")


def _read_store(context: typer.Context, sources: Sources, as_of: str) -> Dataset:
    """Return what the store holds.

    Raises:
        UsageError: files are named that belong beside lab files.
    """
    from wbc_tracker.dataset import assemble

    for option, paths in (("infusion", sources.infusions), ("event", sources.events)):
        if paths:
            raise UsageError(
                f"--{option}s needs --labs beside it.",
                f"Use `wbc-tracker {option} import FILE` for the store.",
            )
    begin("reading the store")
    with open_store(context) as store:
        patient = sources.patient and whose(store, sources.patient)
        results = store.results.load(patient)
        infusions = store.infusions.load(patient)
        events = store.events.load(patient)
        sexes = store.patients.sexes(patient)
    return replace(assemble(results, infusions, as_of, events), sexes=sexes)


def load_before(
    context: typer.Context, as_of: str, since: str | None
) -> tuple[Dataset, str] | list[str]:
    """Return what the store held before the first import since a day (None: of the latest day that
    has one), judged on the same day as now, and that day; else sentences that say why not.
    """
    from wbc_tracker.dataset import assemble

    begin("reading the store as it was")
    with open_store(context) as store:
        past = store.past
        moment = past.first_import(since)
        if moment is None:
            latest = past.latest_day()
            if latest is None:
                return ["No file was ever imported: --new has nothing to compare with."]
            return [f"Nothing was imported since {since}; the latest import is of {latest}."]
        results, infusions, events = (
            read(moment) for read in (past.results, past.infusions, past.events)
        )
        sexes = store.patients.sexes()
    return replace(assemble(results, infusions, as_of, events), sexes=sexes), moment.day


def load_first_ids(context: typer.Context, sources: Sources) -> dict[str, str]:
    """Return of everybody in the store who was renamed the id of today -> the first one; nobody
    where the store is not read.
    """
    if sources.labs:
        return {}
    with open_store(context) as store:
        return store.patients.first_ids()


def _require_known(context: typer.Context, patient: str) -> None:
    with open_store(context) as store:
        known = [record.patient_id for record in store.patients.list()]
    if known:
        near = ids_like(patient, known)
        raise UsageError(
            f"There is no patient {patient!r}.{meant_words(near)}",
            f"Known are {', '.join(known[:5])}.",
            settled_by=[("--patient", each) for each in near],
        )


def tell_rejects(file: str, count: int, rejects: object, most: int = 5) -> None:
    """Name the first rejects of a file on standard error."""
    from wbc_tracker.render.terminal.imports import reject_lines

    if count:
        for line in reject_lines(file, rejects, most):
            remark(line)
