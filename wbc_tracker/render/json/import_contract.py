"""The contract of `import --format json`, as types: the summary is built from them, and a JSON
Schema can be made from them as from the contract of the report. A key that may be missing is
`NotRequired`.
"""

from __future__ import annotations

from typing import Annotated, NotRequired, TypedDict, get_args

from wbc_tracker.intake.table.ledger import State

_NOT_NEGATIVE = {"minimum": 0}
Count = Annotated[int, _NOT_NEGATIVE]


class ColumnJson(TypedDict):
    """What became of one column of the file."""

    header: Annotated[str, "As printed."]
    role: Annotated[str | None, "What it was read as; null where nothing."]
    state: Annotated[str, {"enum": list(get_args(State))}]
    reason: Annotated[str, "How that was decided."]


class TestJson(TypedDict):
    """How one test was understood; an empty text is: unknown, or none."""

    column: Annotated[str, "The header of its values."]
    name: Annotated[str, "As printed."]
    analyte: Annotated[str, "The canonical id."]
    unit: Annotated[str, "The canonical unit, UCUM."]
    how: Annotated[str, "How name and unit were decided."]
    cells: Annotated[int, "How many the file has.", _NOT_NEGATIVE]
    sample: Annotated[str, "The first of them, as printed."]
    value: Annotated[str, "What it was read as."]
    problem: Annotated[str, "Code of what it was rejected for."]
    like: Annotated[str, "The analyte that an unknown name looks like."]


class ErrorJson(TypedDict):
    """Why the file was refused."""

    code: Annotated[str, {"minLength": 1}]
    message: Annotated[str, {"minLength": 1}]
    hint: Annotated[str, "What to do; empty where there is nothing to tell."]


class FileJson(TypedDict):
    """What became of one file: read = added + duplicates + no_result + ignored + rejected."""

    file: Annotated[str, "Its name."]
    layout: Annotated[str | None, "How it is laid out; null where it was refused before."]
    read: Count
    added: Count
    duplicates: Count
    no_result: Count
    ignored: Count
    rejected: Count
    superseded: Annotated[
        int, "Of the added ones, those that another value has replaced.", _NOT_NEGATIVE
    ]
    columns: Annotated[list[ColumnJson], "In the order of the file."]
    tests: NotRequired[Annotated[list[TestJson], "Only of a trial (--dry-run) that has any."]]
    ignored_tests: Annotated[dict[str, Count], "Printed name -> cells; empty for other files."]
    ignored_kinds: Annotated[dict[str, Count], "Kind of what was ignored -> cells or rows."]
    warnings: Annotated[list[str], "Sentences to read."]
    error: ErrorJson | None


class ImportJson(TypedDict):
    """What `wbc-tracker import --format json` prints."""

    files: Annotated[list[FileJson], "In the order they were named."]
