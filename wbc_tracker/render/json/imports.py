"""What an import did, as JSON."""

from __future__ import annotations

from collections.abc import Sequence
from typing import cast

from wbc_tracker.errors import WbcTrackerError
from wbc_tracker.importing import FileOutcome
from wbc_tracker.render.json.import_contract import (
    ColumnJson,
    ErrorJson,
    FileJson,
    ImportJson,
    TestJson,
)
from wbc_tracker.render.json.patient import dump_json


def outcome_json(outcomes: Sequence[FileOutcome]) -> str:
    """Return the summary of an import as JSON."""
    return dump_json(ImportJson(files=[_file(outcome) for outcome in outcomes]))


def _file(outcome: FileOutcome) -> FileJson:
    reading = outcome.reading
    told = FileJson(
        file=outcome.file,
        layout=reading.layout or None,
        read=outcome.read,
        added=outcome.added,
        duplicates=outcome.duplicates,
        no_result=outcome.no_result,
        ignored=outcome.ignored,
        rejected=outcome.rejected,
        superseded=outcome.superseded,
        columns=[
            ColumnJson(
                header=column.header,
                role=column.role or None,
                state=column.state,
                reason=column.reason,
            )
            for column in reading.columns
        ],
        tests=[cast(TestJson, test._asdict()) for test in reading.tests],
        ignored_tests=dict(reading.ignored) if reading.is_of_results else {},
        ignored_kinds=outcome.ignored_kinds,
        warnings=list(outcome.warnings),
        error=None if outcome.error is None else _error(outcome.error),
    )
    if not reading.tests:
        del told["tests"]
    return told


def _error(error: WbcTrackerError) -> ErrorJson:
    return ErrorJson(code=error.code, message=error.message, hint=error.hint)
