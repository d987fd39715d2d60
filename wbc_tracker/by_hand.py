"""Results from paper, typed by hand: `WBC=6.1 K/uL (4.0-11.0)`.

They go through the same reading as a file, so that names, units, numbers and refusals are the same;
only the messages name the argument instead of a line. All or nothing: one that cannot be read keeps
all of them out.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from wbc_tracker.catalog import Catalog
from wbc_tracker.errors import AmbiguousFileError, UnreadableFileError, UsageError
from wbc_tracker.importing import FileOutcome, import_file
from wbc_tracker.intake import LabReading, ReadingOptions, read_lab_bytes
from wbc_tracker.intake.options import DECIMAL_MARKS
from wbc_tracker.store import BY_HAND, Store
from wbc_tracker.wording import unit_words

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
    on_doubt: Callable[[str], None] | None = None,
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
        on_doubt: is told of values that may be in another unit before anything is added; what it
            raises keeps all of them out.

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
                settled_by=DECIMAL_MARKS,
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
    reading = read_lab_bytes(raw, BY_HAND, options, catalog)
    _refuse_unread(reading, typed)
    doubts = unit_doubts(store, reading, catalog)
    if doubts and on_doubt is not None:
        on_doubt(" ".join(doubts))
    return import_file("labs", store, raw, BY_HAND, options, catalog, imported_at=imported_at)


def unit_doubts(store: Store, reading: LabReading, catalog: Catalog) -> list[str]:
    """Return a sentence for each value that lies a step from one unit to another away from the
    latest result of that patient and test before it.
    """
    doubts = []
    within = catalog.figure("unit_step_percent") / 100
    columns = ("patient_id", "collected_at", "analyte", "value", "unit")
    for patient, at, name, value, unit in reading.results[list(columns)].itertuples(index=False):
        analyte = catalog.analytes[name]
        if not analyte.unit_steps:
            continue
        before = [
            result
            for result in store.results.list(patient)
            if result.analyte == name and result.collected_at < at and not result.comparator
        ]
        last = max(before, key=lambda result: result.collected_at, default=None)
        if last is None or last.value <= 0:
            continue
        ratio = value / last.value
        if any(abs(ratio / step - 1) <= within for step in analyte.unit_steps):
            doubts.append(
                f"{analyte.name} {value:g} {unit_words(unit)}: the value before, of "
                f"{last.collected_at[:10]}, was {last.value:g}; two units look like this."
            )
    return doubts


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
