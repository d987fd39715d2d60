"""What all blocks say together, as one process would have it of the whole files."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import numpy.typing as npt

from wbc_tracker.catalog import Catalog
from wbc_tracker.dataset import LeftOut
from wbc_tracker.errors import UsageError
from wbc_tracker.intake import FileReading, LabReading
from wbc_tracker.intake.blocks.plan import NotForBlocks, Plan
from wbc_tracker.intake.blocks.reader import BlockReading, ColumnEvidence
from wbc_tracker.intake.blocks.settling import settle_blocks
from wbc_tracker.intake.groups import GroupTally, refuse_missing, warn_of_groups
from wbc_tracker.scale.companions.files import Companions, Pending
from wbc_tracker.scale.partition import Outcome

Ints = npt.NDArray[np.int32]
#: A plan is proved by the whole file, so the second is the last; a third would contradict it.
MOST_PLANS = 2


@dataclass(frozen=True)
class Annotated:
    """What became of all blocks.

    Attributes:
        readings: of the lab files, then of the others, without their rows.
        results: those that stand, each once, up to the day. left_out: what does not count on it.
        patients: how many there are. groups: what the columns that are carried along tell of them.
        made: by the task, in the order of the blocks.
    """

    readings: tuple[FileReading, ...]
    results: int
    left_out: LeftOut
    patients: int
    groups: Mapping[str, GroupTally]
    made: list[Any]

    def warnings(self, as_of: str) -> list[str]:
        """Return what `Dataset.warnings` says."""
        return [*warn_of_groups(self.groups, self.patients), *self.left_out.words(as_of)]


@dataclass
class Totals:
    """What all blocks said so far."""

    pending: Pending
    readings: dict[int, list[BlockReading]] = field(default_factory=dict)
    columns: dict[int, list[ColumnEvidence]] = field(default_factory=dict)
    made: list[Any] = field(default_factory=list)
    read: int = 0
    results: int = 0
    later: int = 0
    booked: int = 0
    to_come: int = 0
    patients: int = 0
    groups: dict[str, list[GroupTally]] = field(default_factory=dict)
    given: list[Ints] = field(default_factory=list)
    told: list[Ints] = field(default_factory=list)

    def add(self, outcome: Outcome) -> None:
        """Add what became of one more block."""
        for place, reading in outcome.readings.items():
            self.readings.setdefault(place, []).append(reading)
        for place, columns in outcome.columns.items():
            self.columns.setdefault(place, []).append(columns)
        self.made.append(outcome.made)
        self.read += outcome.read
        self.results += outcome.results
        self.later += outcome.left_out.later
        self.booked += outcome.left_out.booked
        self.to_come += outcome.left_out.to_come
        self.patients += outcome.patients
        for name, tally in outcome.groups.items():
            self.groups.setdefault(name, []).append(tally)
        for known, places in ((self.given, outcome.infusions), (self.told, outcome.events)):
            known.append(places.astype(np.int32))

    def settle(
        self, place: int, plan: Plan, catalog: Catalog, *, is_complete: bool
    ) -> LabReading | Plan:
        """Settle what the blocks say of one file; see `settle_blocks`.

        Raises:
            NotForBlocks: the file is to be read whole.
        """
        return settle_blocks(
            self.columns.get(place, []),
            self.readings.get(place, []),
            plan,
            catalog,
            is_complete=is_complete,
        )

    def annotated(self, labs: tuple[LabReading, ...]) -> Annotated:
        """Return what became of all blocks of some lab files.

        Raises:
            NotForBlocks: see `_left_out`; a column to be carried along stands in none of them.
        """
        try:
            refuse_missing(labs)
        except UsageError as refusal:
            raise NotForBlocks(str(refusal)) from refusal
        companions = self.pending.result()
        left_out = self._left_out(companions)
        readings = (*labs, *companions.readings)
        groups = {name: GroupTally.sum(tallies) for name, tallies in self.groups.items()}
        return Annotated(readings, self.results, left_out, self.patients, groups, self.made)

    def _left_out(self, companions: Companions) -> LeftOut:
        """Return what does not count.

        Raises:
            NotForBlocks: what is refused, or told otherwise: no result at all, and infusions or
                events of nobody who has results.
        """
        strange: list[Mapping[str, int]] = []
        for places, rows in zip((self.given, self.told), companions.kept.rows(), strict=True):
            if not rows:  # there are none
                strange.append({})
                continue
            known = rows.known(places)
            if not known.any():
                raise NotForBlocks("nobody has results")
            strange.append(Counter(rows.without(known)))
        if not self.results:
            raise NotForBlocks("there are no results")
        return LeftOut(self.later, self.booked, self.to_come, *strange)
