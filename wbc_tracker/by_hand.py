"""Results from paper, typed by hand: `WBC=6.1 K/uL (4.0-11.0)`.

They go through the same reading as a file, so that names, units, numbers and refusals are the same;
only the messages name the argument instead of a line. All or nothing: one that cannot be read keeps
all of them out.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

from wbc_tracker.catalog import Catalog
from wbc_tracker.errors import AmbiguousFileError, UnreadableFileError, UsageError
from wbc_tracker.importing import FileOutcome, import_file
from wbc_tracker.intake import LabReading, ReadingOptions, read_lab_bytes
from wbc_tracker.store import BY_HAND, Store

_COLUMNS = ("collected_at", "analyte", "value", "ref_range")
_FIRST_LINE = 2
_FORM = (
    "Write it as NAME=VALUE UNIT, e.g. 'WBC=6.1 K/uL', 'CD19=<1 /uL' or 'WBC=6.1 K/uL (4.0-11.0)'."
)
_WITH_RANGE = re.compile(r"(?P<value>[^()]*[^()\s])\s*\((?P<range>[^()]+)\)")


@dataclass(frozen=True)
class _Typed:
    """One argument, cut into its parts."""

    argument: str
    name: str
    value: str
    interval: str


def add_by_hand(
    store: Store,
    collected_at: str,
    arguments: Sequence[str],
    options: ReadingOptions,
    catalog: Catalog,
    *,
    imported_at: str,
) -> FileOutcome:
    """Add results of one draw to the store, as one import that can be undone.

    Args:
        store: where to.
        collected_at: ISO date, or date and time.
        arguments: `NAME=VALUE UNIT`, perhaps with the reference interval in brackets behind.
        options: the patient, the decimal mark and units where none is printed. A decimal comma must
            be settled.
        catalog: names, units and limits.
        imported_at: ISO text for the history.

    Raises:
        UsageError: an argument is not of that form.
        AmbiguousFileError: a comma whose meaning is not settled.
        UnreadableFileError: an argument names no known test, or no value that can be read.
    """
    typed = [_cut(argument) for argument in arguments]
    if collected_at[:10] > options.as_of:
        raise UnreadableFileError(
            f"{collected_at[:10]} lies in the future.", "Correct the date.", code="date_future"
        )
    for one in typed:
        if "," in one.value + one.interval and options.decimal is None:
            raise AmbiguousFileError(
                f"{one.argument!r}: the comma may be a decimal or a thousands mark.",
                "Say which with --decimal , or --decimal .",
                code="decimal_ambiguous",
            )
    raw = _as_table(collected_at, typed)
    options = replace(
        options,
        is_patient_named=True,
        columns={},
        layout="long",
        date_order=None,
        encoding="utf-8",
        delimiter=",",
    )
    _refuse_unread(read_lab_bytes(raw, BY_HAND, options, catalog), typed)
    return import_file("labs", store, raw, BY_HAND, options, catalog, imported_at=imported_at)


def _cut(argument: str) -> _Typed:
    """Cut an argument into name, value and interval.

    Raises:
        UsageError: it has no name, no value, or a comparator on the wrong side of the equals sign.
    """
    name, equals, rest = (part.strip() for part in argument.partition("="))
    if not (equals and name and rest) or not argument.isprintable():
        raise UsageError(f"{argument!r} is not of the form NAME=VALUE.", _FORM)
    if name[-1] in "<>≤≥":
        # The name would be read without the sign, and the limit taken for the value.
        raise UsageError(f"{argument!r}: the {name[-1]!r} belongs behind the equals sign.", _FORM)
    found = _WITH_RANGE.fullmatch(rest)
    value, interval = (found["value"], found["range"]) if found else (rest, "")
    return _Typed(argument, name, value, interval)


def _as_table(collected_at: str, typed: Sequence[_Typed]) -> bytes:
    """Return the text of a long table with one row an argument, in their order."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(_COLUMNS)
    writer.writerows((collected_at, one.name, one.value, one.interval) for one in typed)
    return text.getvalue().encode()


def _refuse_unread(reading: LabReading, typed: Sequence[_Typed]) -> None:
    """Refuse everything when one argument gave no result.

    Raises:
        UnreadableFileError: naming each such argument with the reason.
    """
    problems = {
        row["source_row"] - _FIRST_LINE: f"{row['message']} {row['hint']}"
        for row in reading.rejects.to_dict("records")
    }
    read = {line - _FIRST_LINE for line in reading.results["source_row"].tolist()}
    for place, one in enumerate(typed):
        if place not in read and place not in problems:
            unknown = one.name in reading.ignored
            problems[place] = (
                f"the test {one.name!r} is not known."
                if unknown
                else f"{one.value!r} is no result."
            )
    if problems:
        told = " ".join(
            f"{typed[place].argument!r}: {problem}" for place, problem in sorted(problems.items())
        )
        raise UnreadableFileError(told, "Nothing was added.", code="by_hand_unreadable")
