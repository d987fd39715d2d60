"""What the research table needs of each patient: small frames that can be made of a few patients at
a time, sent home and joined.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, fields

import numpy as np
import numpy.typing as npt
import pandas as pd

from wbc_tracker.arrays import Mask

#: No wider than what stands in them: of a registry there are many rows, and they are sent home.
_TYPES = {
    **dict.fromkeys(("patient", "origin_day", "close_day", "entry", "after", "stop"), "int32"),
    **dict.fromkeys(("start", "results", "course"), "int32"),
    **dict.fromkeys(("_analyte", "analyte", "window", "drug"), "int16"),
    **dict.fromkeys(("_comparator", "since", "baseline", "worst", "kind", "band"), "int8"),
    **dict.fromkeys(("closing", "status", "origin", "event"), "int8"),
}


@dataclass(frozen=True, eq=False)
class CohortParts:
    """What is counted, patient by patient. `patient` in the frames is a place in `people`.

    Attributes:
        people: one row a patient on record: `patient_id`, `treated`, `drug` (of the first
            infusion, empty without one), `followed` and `longest_gap` as of `CohortPatients`,
            `drawn` (has a result on treatment), `onset` (as of `find_onsets`, -1 untreated), and
            the columns of `judge_depletion`.
        values: from `choose_values` and `choose_baselines`, with `since`, a place in SINCE.
        states: from `choose_states`, `drawn`: from `find_drawn`, with `since`.
        outside: results on treatment outside all windows: `since`, `patient`, `results`.
        again: from `find_reappearances`. times: from `find_times`.
        shifts: from `find_shifts`, with `kind`: 0 by reference interval, 1 by grade.
        intervals: from `judge_intervals`.
        analytes: ids of all analytes of which there are results.
    """

    people: pd.DataFrame
    values: pd.DataFrame
    states: pd.DataFrame
    drawn: pd.DataFrame
    outside: pd.DataFrame
    again: pd.DataFrame
    times: pd.DataFrame
    shifts: pd.DataFrame
    intervals: pd.DataFrame
    analytes: frozenset[str]

    def compact(self) -> CohortParts:
        """Return the same in columns that are no wider than they need be."""
        frames = {
            name: frame.astype({name: kind for name, kind in _TYPES.items() if name in frame})
            for name, frame in self._frames()
        }
        return CohortParts(people=self.people, **frames, analytes=self.analytes)

    def of(self, chosen: Mask) -> CohortParts:
        """Return the part of some patients: of which `chosen` holds, in the order of `people`.

        The analytes stay those of all, so that the tables of groups have the same rows.
        """
        place = (np.cumsum(chosen) - 1).astype(np.int32)
        frames = {
            name: frame[chosen[frame["patient"].to_numpy()]].assign(
                patient=lambda kept: place[kept["patient"].to_numpy()]
            )
            for name, frame in self._frames()
        }
        people = self.people[chosen].reset_index(drop=True)
        return CohortParts(people=people, **frames, analytes=self.analytes)

    def _frames(self) -> Iterator[tuple[str, pd.DataFrame]]:
        """Yield the frames with rows of patients, by name."""
        for field in fields(self):
            if field.name not in ("people", "analytes"):
                yield field.name, getattr(self, field.name)


def join_parts(parts: list[CohortParts]) -> CohortParts:
    """Return the parts of all patients, each of whom stands in one of `parts` alone.

    The patients are put in the order of their ids, so that it does not matter how they were
    divided, or which came first. The list is emptied: of a registry the parts, and all of them
    joined, need much memory.
    """
    ids = pd.concat([part.people for part in parts], ignore_index=True)
    order = np.argsort(ids["patient_id"].to_numpy(dtype=object), kind="stable")
    place = np.empty(len(order), dtype=np.int32)
    place[order] = np.arange(len(order))
    starts = np.cumsum([0, *(len(part.people) for part in parts)])
    analytes = frozenset().union(*(part.analytes for part in parts))
    divided = {name: [getattr(part, name) for part in parts] for name, _ in parts[0]._frames()}
    parts.clear()
    joined: dict[str, pd.DataFrame] = {}
    for name in [*divided]:
        frames = zip(divided.pop(name), starts.tolist(), strict=False)
        moved = [_moved(frame, place[start:]) for frame, start in frames]
        joined[name] = pd.concat(moved, ignore_index=True)
        del frames, moved
    return CohortParts(ids.iloc[order].reset_index(drop=True), **joined, analytes=analytes)


def _moved(frame: pd.DataFrame, place: npt.NDArray[np.int32]) -> pd.DataFrame:
    return frame.assign(patient=place[frame["patient"].to_numpy()])
