"""Rows of a file that are of erased patients: they are kept out, counted and told."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import pandas as pd

from wbc_tracker.intake import EventReading, FileReading, InfusionReading, LabReading
from wbc_tracker.schema import WITHDRAWN
from wbc_tracker.wording import count_words, typed_words

if TYPE_CHECKING:
    from wbc_tracker.store import Store

_MOST_NAMED = 5
_RESULT = ("patient_id", "analyte", "collected_at", "comparator", "value")


@dataclass(frozen=True)
class Erased:
    """What of a file was kept out: how many rows, of whom, and the sentences that tell it."""

    rows: int = 0
    patients: frozenset[str] = frozenset()
    notes: tuple[str, ...] = ()


def without_erased(reading: FileReading, store: Store) -> tuple[FileReading, Erased]:
    """Return a reading without the rows of patients who were erased from the store, and of results
    that had been moved to one.
    """
    match reading:
        case LabReading():
            frames = {"results": reading.results}
        case InfusionReading():
            frames = {"infusions": reading.infusions, "events": reading.events}
        case EventReading():
            frames = {"events": reading.events}
        case _:
            return reading, Erased()
    ids = {str(each) for frame in frames.values() for each in frame["patient_id"].dropna().unique()}
    erased = store.patients.are_erased(ids)
    gone = {name: frame["patient_id"].isin(list(erased)) for name, frame in frames.items()}
    counts = Counter(
        str(who) for name, frame in frames.items() for who in frame["patient_id"][gone[name]]
    )
    notes = [_note(who, rows) for who, rows in sorted(counts.items())[:_MOST_NAMED]]
    if len(counts) > _MOST_NAMED:
        notes.append(f"So are rows of {len(counts) - _MOST_NAMED} more erased patients.")
    if isinstance(reading, LabReading):
        moved = _moved(reading.results, store) & ~gone["results"]
        if moved.any():
            words = count_words(int(moved.sum()), "result of it was", "results of it were")
            notes.append(f"{words} moved by you to a patient who was erased: kept out.")
        gone["results"] |= moved
    if not any(mask.any() for mask in gone.values()):
        return reading, Erased()
    counted = dict(gone)
    if isinstance(reading, LabReading):
        # Rows that only take a result back are counted as withdrawn already.
        counted["results"] = gone["results"] & ~reading.results["status"].eq(WITHDRAWN)
    rows = int(sum(mask.sum() for mask in counted.values()))
    kept = {name: frame[~gone[name]].reset_index(drop=True) for name, frame in frames.items()}
    return _with(reading, kept, erased, gone), Erased(rows, frozenset(erased), tuple(notes))


def _with(
    reading: FileReading,
    kept: dict[str, pd.DataFrame],
    erased: set[str],
    gone: dict[str, pd.Series[bool]],
) -> FileReading:
    if isinstance(reading, LabReading):
        sexes = {who: sex for who, sex in reading.sexes.items() if who not in erased}
        return replace(reading, results=kept["results"], sexes=sexes)
    if isinstance(reading, InfusionReading):
        lines = [
            line
            for line, is_gone in zip(reading.lines, gone["infusions"], strict=True)
            if not is_gone
        ]
        return replace(reading, infusions=kept["infusions"], events=kept["events"], lines=lines)
    if isinstance(reading, EventReading):
        return replace(reading, events=kept["events"])
    return reading


def _moved(results: pd.DataFrame, store: Store) -> pd.Series[bool]:
    """Tell which results went with an erased patient to whom they had been moved."""
    nobody = pd.Series(data=False, index=results.index)
    if not store.patients.is_any_result_erased():
        return nobody
    rows = [
        (who, (analyte, at, comparator, value))
        for who, analyte, at, comparator, value in zip(
            *(results[name].tolist() for name in _RESULT[:3]),
            [each if isinstance(each, str) else "" for each in results["comparator"].tolist()],
            results["value"].astype("float64").tolist(),
            strict=True,
        )
    ]
    found = store.patients.results_erased(rows)
    return pd.Series([row in found for row in rows], index=results.index)


def _note(who: str, rows: int) -> str:
    restore = typed_words(["wbc-tracker", "patients", "restore", who])
    were = count_words(
        rows,
        f"row is of {who!r}, whom you have erased, and is kept out",
        f"rows are of {who!r}, whom you have erased, and are kept out",
    )
    return f"{were}. To let that id in again: {restore}"
