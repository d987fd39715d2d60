"""What an import did, in words: the outcome of a file, how it was understood, what was rejected."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from wbc_tracker.intake.table.ledger import unread_words
from wbc_tracker.wording import count_words, unit_words, visible

if TYPE_CHECKING:
    from wbc_tracker.errors import Option
    from wbc_tracker.importing import FileOutcome
    from wbc_tracker.intake import FileReading
    from wbc_tracker.intake.result.mapping import TestReading
    from wbc_tracker.intake.table.ledger import ColumnState

_MOST_REJECTS = 10
#: So many rejects of one kind are told one by one, and so many lines and columns are named.
_FEW = 3
_MOST_TESTS = 60
_WIDEST = 32
_LONGEST = 240


def outcome_lines(outcome: FileOutcome, *, dry_run: bool) -> list[str]:
    """Return what became of one file: the counts, then what was ignored, rejected and assumed."""
    if outcome.error is not None and not outcome.read:
        return [f"{visible(outcome.file)}: refused"]
    reading = outcome.reading
    done = "would be added" if dry_run else "added"
    if outcome.superseded:
        done += f" ({outcome.superseded} superseded)"
    counts = (
        f"{outcome.read} read: {outcome.added} {done}, {outcome.duplicates} already there, "
        f"{outcome.no_result} without a result, {outcome.ignored} ignored, "
        f"{outcome.rejected} rejected"
    )
    lines = [f"{visible(outcome.file)} ({reading.layout}): {counts}"]
    if dry_run:
        lines += understanding_lines(reading.shape, reading.columns, reading.tests)
    if outcome.withheld:
        lines.append("  Nothing of this file was added, because of --strict.")
    if reading.ignored:
        lines.append(f"  {ignored_line(reading)}")
    unread = unread_words(reading.columns)
    unused = [unread] if unread and not dry_run and unread not in outcome.warnings else []
    lines += [visible(f"  {warning}") for warning in (*unused, *outcome.warnings)]
    if outcome.rejected:
        told = reject_lines(outcome.file, outcome.rejects, _MOST_REJECTS, every=dry_run)
        lines += [f"  {line}" for line in told]
        if outcome.import_id is not None and outcome.rejected >= len(told):
            lines.append(f"  All of them: wbc-tracker imports rejects {outcome.import_id}")
    return lines


def understanding_lines(
    shape: str, columns: Sequence[ColumnState], tests: Sequence[TestReading]
) -> list[str]:
    """Return what every column was taken for, and every test with its unit, how it was decided,
    and a sample.
    """
    lines = [f"  Text: {shape}."] if shape else []
    rows = [
        (_short(c.header) or "(no name)", _short(c.role) or c.state, c.reason, _short(c.sample))
        for c in columns
    ]
    lines += _table(("column", "taken for", "decided by", "first cell"), rows)
    if tests:
        lines += [
            "",
            *_table(
                ("test", "analyte", "decided by", "cells", "sample"), _told(tests)[:_MOST_TESTS]
            ),
        ]
    more = len(_told(tests)) - _MOST_TESTS
    return [*lines, f"  and {more} more tests."] if more > 0 else lines


def _told(tests: Sequence[TestReading]) -> list[tuple[str, ...]]:
    """Return a row a test; the columns of a flowsheet, which are dates, are told together."""
    rows: dict[tuple[str, str, str], tuple[int, TestReading]] = {}
    for test in tests:
        key = (test.name, test.analyte or test.problem, test.how)
        count, first = rows.get(key, (0, test))
        rows[key] = count + test.cells, first if first.value or not test.value else test
    return [
        (
            _short(test.name) or "(no name)",
            _taken_for(test),
            test.how,
            str(count),
            f"{_short(test.sample)} -> {test.value} {test.unit}"
            if test.value
            else _short(test.sample),
        )
        for count, test in rows.values()
    ]


def _taken_for(test: TestReading) -> str:
    """Return which analyte a test is, or why it is none."""
    if test.analyte:
        found = f"{test.analyte} [{test.unit}]"
        return f"{found}: rejected" if test.problem else found
    if test.problem:
        return f"rejected: {test.problem}"
    return f"not known: ignored{f' (looks like {test.like})' if test.like else ''}"


def _table(header: tuple[str, ...], rows: Sequence[tuple[str, ...]]) -> list[str]:
    """Return rows under a header, columns as wide as their widest cell."""
    shown = [tuple(visible(cell) for cell in row) for row in rows]
    widths = [max(len(row[i]) for row in (header, *shown)) for i in range(len(header))]
    return [
        (
            "  " + "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True))
        ).rstrip()
        for row in (header, *shown)
    ]


def _short(text: str, most: int = _WIDEST) -> str:
    """Return a text that a line can hold; a cell may have a million characters."""
    return text if len(text) <= most else f"{text[: most - 3]}..."


def ignored_line(reading: FileReading, most: int = 8) -> str:
    """Return one sentence with the tests that the catalogue does not know, or the rows that are no
    infusions, the most frequent first.
    """
    ignored = sorted(reading.ignored.items(), key=lambda item: -item[1])
    named = ", ".join(
        f"{_short(name, _LONGEST) or '(no name)'} ({count})" for name, count in ignored[:most]
    )
    more = len(ignored) - most
    what = "tests" if reading.is_of_results else "rows"
    return visible(f"Ignored {what}: {named}" + (f" and {more} more" if more > 0 else "") + ".")


def reject_lines(file: str, rejects: Any, most: int, *, every: bool = False) -> list[str]:
    """Return lines that tell rejected cells.

    Args:
        file: its name. rejects: schema.REJECT_COLUMNS.
        most: how many lines; more rejects of one kind than `_FEW` are one line together.
        every: tell each by itself, however many there are.
    """
    were = "was" if len(rejects) == 1 else "were"
    lines = [
        f"{visible(file)}: {count_words(len(rejects), 'cell', 'cells')} could not be read and "
        f"{were} left out:"
    ]
    rows = rejects.to_dict("records")
    kinds: dict[str, list[dict[str, Any]]] = {}
    for row in rows:
        kinds.setdefault(row["code"], []).append(row)
    told: list[str] = []
    for alike in kinds.values():
        if len(alike) > _FEW and not every:
            told.append(_together(alike))
        else:
            hints = (f" {alike[0]['hint']}", *("" for _ in alike[1:]))
            told += [
                f"line {row['source_row']}, column {_short(row['column'], _LONGEST)!r}: "
                f"{_short(row['message'], _LONGEST)}{hint}"
                for row, hint in zip(alike, hints, strict=True)
            ]
    if every:
        most = len(told)
    lines += [visible(f"  {line}") for line in told[:most]]
    if len(told) > most:
        lines.append(f"  and {len(told) - most} more.")
    return lines


def _together(rows: Sequence[dict[str, Any]]) -> str:
    """Return one line for rejects of one kind: how many, the first lines, and what is wrong."""
    places = list(dict.fromkeys(str(row["source_row"]) for row in rows))
    columns = list(dict.fromkeys(_short(str(row["column"])) for row in rows))
    messages = list(dict.fromkeys(_short(row["message"], _LONGEST) for row in rows))
    return (
        f"{len(rows)} cells (lines {_first(places)}; "
        f"{'column' if len(columns) == 1 else 'columns'} {_first(list(map(repr, columns)))}): "
        f"{' '.join(messages[:_FEW])}{' And so on.' if len(messages) > _FEW else ''} "
        f"{rows[0]['hint']}"
    )


def _first(texts: Sequence[str]) -> str:
    """Return the first of some texts, and how many more there are."""
    more = f" and {len(texts) - _FEW} more" if len(texts) > _FEW else ""
    return ", ".join(texts[:_FEW]) + more


def mend_words(units: Sequence[Option]) -> str:
    """Return the condition under which options mend rejects, to stand before the line to paste."""
    told = [value.partition("=") for _, value in units]
    named = ", ".join(f"{name} in {unit_words(unit)}" for name, _, unit in told)
    return f"If these are the units of your laboratory ({named}), this reads them:"
