"""What an import did, in words, as JSON, and as a file of rejects."""

from __future__ import annotations

from collections.abc import Sequence
from typing import BinaryIO

import pandas as pd

from wbc_tracker.importing import FileOutcome
from wbc_tracker.intake.rejects import no_rejects
from wbc_tracker.render.json.patient import dump_json
from wbc_tracker.render.terminal.rejects import ignored_line, reject_lines
from wbc_tracker.render.terminal.understanding import understanding_lines
from wbc_tracker.wording import visible

_MOST_REJECTS = 10


def outcome_lines(outcome: FileOutcome, *, dry_run: bool) -> list[str]:
    """Return what became of one file: the counts, then what was ignored, rejected and assumed."""
    if outcome.error is not None:
        return [f"{visible(outcome.file)}: refused"]
    done = "would be added" if dry_run else "added"
    counts = (
        f"{outcome.read} read: {outcome.added} {done}, {outcome.duplicates} already there, "
        f"{outcome.no_result} without a result, {outcome.ignored} ignored, {outcome.rejected} rejected"
    )
    lines = [f"{visible(outcome.file)} ({outcome.layout}): {counts}"]
    if dry_run:
        lines += understanding_lines(outcome.shape, outcome.columns, outcome.tests)
    if outcome.withheld:
        lines.append("  Nothing of this file was added, because of --strict.")
    if outcome.ignored_tests:
        lines.append(f"  {ignored_line(outcome.ignored_tests)}")
    lines += [visible(f"  {warning}") for warning in outcome.warnings]
    if outcome.rejected:
        most = len(outcome.rejects) if dry_run else _MOST_REJECTS
        lines += [f"  {line}" for line in reject_lines(outcome.file, outcome.rejects, most)]
        if outcome.import_id is not None and outcome.rejected > _MOST_REJECTS:
            lines.append(f"  All of them: wbc-tracker imports rejects {outcome.import_id}")
    return lines


def outcome_json(outcomes: Sequence[FileOutcome]) -> str:
    """Return the summary of an import as JSON."""
    return dump_json({"files": [_as_dict(outcome) for outcome in outcomes]})


def _as_dict(outcome: FileOutcome) -> dict[str, object]:
    error = outcome.error
    counts = ("read", "added", "duplicates", "no_result", "ignored", "rejected")
    return {
        "file": outcome.file,
        "layout": outcome.layout or None,
        **{name: getattr(outcome, name) for name in counts},
        "columns": [{"header": column.header, "role": column.role} for column in outcome.columns],
        **({"tests": [test._asdict() for test in outcome.tests]} if outcome.tests else {}),
        "ignored_tests": dict(outcome.ignored_tests),
        "warnings": list(outcome.warnings),
        "error": None if error is None else {"code": error.code, "message": error.message, "hint": error.hint},
    }


def write_rejects(stream: BinaryIO, outcomes: Sequence[FileOutcome]) -> None:
    """Write the rejects of all files as one CSV, the cells defused for spreadsheets.

    Behind what is wrong stands what the file says around the cell, under headers that `import` reads: mended, the
    file can be imported as it is.
    """
    frames = [outcome.rejects for outcome in outcomes if len(outcome.rejects)]
    table = pd.concat(frames, ignore_index=True) if frames else no_rejects().astype("str")
    texts = [name for name in table.columns if name not in ("source_row", "code")]
    table = table.assign(**{name: table[name].str.replace(r"^([=+\-@\t\r])", r"'\1", regex=True) for name in texts})
    stream.write(table.to_csv(index=False, lineterminator="\n").encode("utf-8"))
