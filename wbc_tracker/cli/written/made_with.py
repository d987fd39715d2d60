"""What an export was made with, from what was typed and read, and the file beside it with that."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict
from enum import Enum
from pathlib import Path
from typing import TYPE_CHECKING

import typer

from wbc_tracker.cli.line.inputs import input_names
from wbc_tracker.cli.line.overwriting import refuse_overwriting
from wbc_tracker.cli.line.places import names_standard_output
from wbc_tracker.cli.output import remark
from wbc_tracker.cli.sources import open_store
from wbc_tracker.errors import UsageError

if TYPE_CHECKING:
    from wbc_tracker.cli.options import Sources
    from wbc_tracker.cli.prepare import Call
    from wbc_tracker.cli.reading import Reading
    from wbc_tracker.schema import Column
    from wbc_tracker.sharing.made_with import Input

_SUFFIX = ".meta.json"


def meta_place(context: typer.Context, output: Path, inputs: Iterable[Path]) -> Path:
    """Return where `--meta` says what an output was made with: beside it, under its whole name.

    Raises:
        UsageError: the output is standard output, or a file that is read has that name.
    """
    if names_standard_output(output):
        raise UsageError(
            "--meta writes a file beside the output, and standard output is no file.",
            "Name a file, or leave out --meta.",
        )
    place = output.with_name(f"{output.name}{_SUFFIX}")
    refuse_overwriting(context, place, inputs)
    return place


def made_with(
    call: Call, reading: Reading, dates: str | None, names: str | None
) -> dict[str, object]:
    """Return what results are made with, as plain data.

    Args:
        call, reading: what was typed and read.
        dates: what became of dates where results are pseudonymised, None where they are not.
        names: of the columns, where not ours.
    """
    from wbc_tracker import __version__
    from wbc_tracker.render.json.rules import rules_json
    from wbc_tracker.sharing.made_with import MadeWith

    catalog = call.catalog
    settings = {**call.settings, "pseudonymized_dates": dates, "names": names}
    if settled := {name: _plain(each) for name, each in asdict(reading).items() if each}:
        settings["reading"] = settled
    if call.sources.sex is not None:
        settings["sex"] = call.sources.sex.value
    made = MadeWith(
        version=__version__,
        catalogue_version=catalog.version,
        grading=catalog.grading_name,
        as_of=call.dataset.as_of,
        settings=settings,
        rules=[dict(own) for own in rules_json(catalog.own_rules)],
        inputs=[] if dates else _inputs(call),
        disclaimer=catalog.disclaimer,
    )
    return made.as_data(is_shared=dates is not None)


def meta_text(made: Mapping[str, object], columns: Sequence[Column], rows: int) -> bytes:
    """Return what stands in the file beside an export: that, how many rows it has, and what its
    columns hold and mean.
    """
    from wbc_tracker.catalog import load_catalog
    from wbc_tracker.explanation import with_words
    from wbc_tracker.render.json.columns import json_text, table_schema

    schema = table_schema(with_words(columns, load_catalog()))
    return f"{json_text({**made, 'rows': rows, 'schema': schema})}\n".encode()


def tell_meta(meta: Path | None) -> None:
    """Say where that stands, if it does."""
    if meta is not None:
        remark(f"What they were made with stands in {meta}.")


def _plain(setting: object) -> object:
    return setting.value if isinstance(setting, Enum) else setting


def _inputs(call: Call) -> list[Input]:
    return _of_files(call.sources) if call.sources.labs else _of_store(call)


def _of_files(sources: Sources) -> list[Input]:
    from wbc_tracker.files import sha256_of
    from wbc_tracker.sharing.made_with import Input

    names = input_names(sources.files)
    given = (("labs", sources.labs), ("infusions", sources.infusions), ("events", sources.events))
    return [
        Input(role, names[path], None if str(path) == "-" else sha256_of(path))
        for role, paths in given
        for path in paths or ()
    ]


def _of_store(call: Call) -> list[Input]:
    """Return the files of imports that what is written comes from, and no others: they may bear
    names of people. Whose infusions and events a file holds is not known; of one patient none is
    told. What was entered by hand comes from no file.
    """
    from wbc_tracker.sharing.made_with import Input

    with open_store(call.context) as store:
        history = store.imports.list()
    files = {*call.dataset.results["source_file"].dropna().astype("str").unique()}
    is_of_all = call.sources.patient is None
    return [
        Input(each.kind, each.file, each.sha256)
        for each in history
        if each.sha256 and (each.file in files if each.kind == "labs" else is_of_all)
    ]
