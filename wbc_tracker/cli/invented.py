"""What `demo` does with invented files: read them as those of a user, or write them."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING

from wbc_tracker.cli.line.overwriting import refuse_overwriting
from wbc_tracker.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Sequence

    import typer

    from wbc_tracker.cli.prepare import Call
    from wbc_tracker.invented.files import InventedFile

#: Beside the files, so that what is tried with them touches no store of the user.
_STORE = "store.sqlite"


def invented_call(context: typer.Context, files: Sequence[InventedFile]) -> Call:
    """Return what `report` would work on, were these files named with `--labs` and the others.

    The day is that of the stories, so that the report does not change with the clock.
    """
    from wbc_tracker.catalog import load_catalog
    from wbc_tracker.cli.options import Sources
    from wbc_tracker.cli.prepare import Call
    from wbc_tracker.dataset import from_readings
    from wbc_tracker.intake import (
        ReadingOptions,
        read_event_bytes,
        read_infusion_bytes,
        read_lab_bytes,
    )
    from wbc_tracker.invented.stories import AS_OF
    from wbc_tracker.selection import Selection

    labs = [
        read_lab_bytes(
            file.raw,
            file.name,
            ReadingOptions(
                AS_OF, patient=file.patient or "me", is_patient_named=bool(file.patient)
            ),
        )
        for file in files
        if file.kind == "labs"
    ]
    options = ReadingOptions(AS_OF)
    given = [
        read_infusion_bytes(file.raw, file.name, options)
        for file in files
        if file.kind == "infusions"
    ]
    happened = [
        read_event_bytes(file.raw, file.name, options) for file in files if file.kind == "events"
    ]
    rejected = sum(len(reading.rejects) for reading in [*labs, *given, *happened])
    dataset = from_readings(labs, given, AS_OF, happened)
    named = Sources(labs=[Path(file.name) for file in files if file.kind == "labs"])
    return Call(context, named, dataset, rejected, "before", Selection(), load_catalog())


def refuse_files_that_are_there(
    context: typer.Context, folder: Path, files: Sequence[InventedFile]
) -> None:
    """Refuse to write over what is there, or where the store is to be.

    Raises:
        UsageError: naming the first.
    """
    refuse_overwriting(context, folder)
    for name in [*(file.name for file in files), _STORE]:
        path = folder / name
        if name != _STORE:
            refuse_overwriting(context, path)
        if os.path.lexists(path):
            raise UsageError(
                f"{path} is there already, and is not written over.",
                "Name another folder, one that is new or empty.",
            )


def write_files(folder: Path, files: Sequence[InventedFile]) -> str:
    """Write the files and return what they are and how they are read.

    Raises:
        UsageError: the folder cannot be made or written to. OutputError: the disk is full.
    """
    from wbc_tracker.files import make_private_folder, write_whole

    make_private_folder(folder)
    written: list[Path] = []
    try:
        for file in files:
            with write_whole(folder / file.name) as stream:
                stream.write(file.raw)
            written.append(folder / file.name)
    except BaseException:  # all of them or none
        for path in written:
            path.unlink(missing_ok=True)
        raise
    people = {person for file in files for person in file.people}
    width = max(len(file.name) for file in files)
    return "\n".join(
        [
            f"Written to {folder}: {len(people)} invented patients; nobody of them exists.",
            "",
            *(f"  {file.name:{width}}  {_what(file)}" for file in files),
            "",
            "Into a store of their own, and its report:",
            *(f"  {words}" for words in _commands(folder, files)),
        ]
    )


def _what(file: InventedFile) -> str:
    """Say what a file is and of whom, shortly."""
    who = file.people[0] if len(file.people) == 1 else f"{len(file.people)} patients"
    return f"{who}: {file.title}"


def _commands(folder: Path, files: Sequence[InventedFile]) -> list[str]:
    """Return the commands that read the files and show what they say, as one types them."""
    from wbc_tracker.invented.stories import AS_OF
    from wbc_tracker.wording import typed_words

    store = ["wbc-tracker", "--db", str(folder / _STORE)]
    labs = [file for file in files if file.kind == "labs"]
    as_of = ["--as-of", AS_OF]
    calls = [["import", *(str(folder / file.name) for file in labs if not file.patient), *as_of]]
    calls += [
        ["import", str(folder / file.name), "--patient", file.patient, *as_of]
        for file in labs
        if file.patient
    ]
    calls += [
        [file.kind.removesuffix("s"), "import", str(folder / file.name)]
        for file in files
        if file.kind != "labs"
    ]
    calls += [["report", *as_of]]
    return [typed_words([*store, *call]) for call in calls]
