"""One block of whole patients through the functions of a whole file: the only thing an engine runs.

Pure: what it needs comes in, what it says goes out, and both can be pickled. It prints nothing and
knows no store. What is made of the block (lines of a file, a part, counts) is the task's.
"""

from __future__ import annotations

import pickle
from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Any, Protocol

import numpy as np
import pandas as pd

from wbc_tracker.arrays import Whole, ascending
from wbc_tracker.catalog import load_catalog
from wbc_tracker.dataset import (
    Dataset,
    LeftOut,
    empty_events,
    empty_infusions,
    join_people,
)
from wbc_tracker.errors import WbcTrackerError
from wbc_tracker.frames import stack_frames
from wbc_tracker.intake.blocks.plan import NotForBlocks, Plan
from wbc_tracker.intake.blocks.reader import BlockReader, BlockReading, ColumnEvidence
from wbc_tracker.intake.groups import GroupTally, groups_of_rows, sexes_of, tally_groups
from wbc_tracker.repeats import hide_superseded
from wbc_tracker.scale.companions.files import Kept
from wbc_tracker.scale.cut import Hashes, survey


class Lines(Protocol):
    """Lines of one file: a piece of it, or those of some patients."""

    @property
    def is_piece(self) -> bool:
        """Whether they stand one below the other in the file."""

    def read(self) -> tuple[bytes, Whole]:
        """Return them, with the number of each."""


class Task(Protocol):
    """What is made of the dataset of one block."""

    def __call__(self, dataset: Dataset, number: int) -> Any:
        """Return what is to be told of block `number`."""

    def give_up(self) -> None:
        """Let nobody wait for a block that could not be made."""


@dataclass(frozen=True)
class Recipe:
    """What is the same for all blocks: how each file is read, what belongs to it, what is made."""

    plans: tuple[Plan, ...]
    kept: Kept
    as_of: str
    task: Task

    def sealed(self) -> bytes:
        """Return it as bytes, which a worker opens once."""
        return pickle.dumps(self)


@dataclass(frozen=True)
class Job:
    """One block: its number, the place and lines of each file it has some of, and the recipe."""

    number: int
    lines: Mapping[int, Lines]
    recipe: bytes


@dataclass(frozen=True)
class Outcome:
    """What became of one block.

    Attributes:
        readings: place of a file -> what the lines say, without their results.
        columns: the same of their columns, where they are a piece of the file.
        runs: hash of the patient of each run of lines, of a piece.
        read: results that could be read. results: those that stand, each once, up to the day.
        left_out: what of its patients does not count on the day.
        patients: how many there are. groups: what the columns that are carried along tell of them.
        infusions, events: places of those that belong to its patients.
        made: by the task.
    """

    number: int
    readings: Mapping[int, BlockReading]
    columns: Mapping[int, ColumnEvidence]
    runs: Hashes
    read: int
    results: int
    left_out: LeftOut
    patients: int
    groups: Mapping[str, GroupTally]
    infusions: Whole
    events: Whole
    made: Any = None


def annotate_partition(job: Job) -> Outcome:
    """Read and annotate the lines of one block, and hand them to the task.

    Raises:
        NotForBlocks: they are not as planned, or something in them is refused: whoever reads the
            files whole will say what.
    """
    recipe, readers = _opened(job.recipe)
    try:
        return _annotate(job, recipe, readers)
    except BaseException as problem:
        recipe.task.give_up()
        if isinstance(problem, WbcTrackerError) and problem.code != "output":
            raise NotForBlocks(str(problem)) from None
        raise


@lru_cache(maxsize=2)
def _opened(recipe: bytes) -> tuple[Recipe, tuple[BlockReader, ...]]:
    opened: Recipe = pickle.loads(recipe)  # noqa: S301 (made by this program, a moment ago)
    catalog = load_catalog()
    return opened, tuple(BlockReader(plan, catalog) for plan in opened.plans)


def _annotate(job: Job, recipe: Recipe, readers: tuple[BlockReader, ...]) -> Outcome:
    columns: dict[int, ColumnEvidence] = {}
    blocks: dict[int, BlockReading] = {}
    runs = np.zeros(0, np.uint64)
    for place, lines in sorted(job.lines.items()):
        content, numbers = lines.read()
        table = readers[place].cut(content, numbers)
        if lines.is_piece:
            columns[place] = readers[place].look(table)
            runs = survey(table.ids(recipe.plans[place].patient)).runs
        blocks[place] = readers[place].read(table)
    frames = [block.results for block in blocks.values()]
    groups = groups_of_rows(frames, recipe.plans[0].findings.covariates)
    results = stack_frames(frames)
    if not columns:
        results = _by_patient(results)
    results = hide_superseded(results)
    people = [str(who) for who in results["patient_id"].unique().tolist()]
    doses, given, happened, told = _companions_of(people, recipe.kept)
    sexes = sexes_of(block.sexes for block in blocks.values())
    known = join_people(results, doses, happened, recipe.as_of)
    dataset = replace(known, sexes=sexes, groups=groups)
    return Outcome(
        job.number,
        {place: replace(b, results=pd.DataFrame(), sexes={}) for place, b in blocks.items()},
        columns,
        runs,
        sum(len(block.results) for block in blocks.values()),
        len(dataset.results),
        LeftOut.of(dataset),
        len(dataset.patients),
        tally_groups(groups),
        given,
        told,
        recipe.task(dataset, job.number),
    )


def _by_patient(results: pd.DataFrame) -> pd.DataFrame:
    """Return results with those of a patient one below the other, which is quicker to annotate."""
    order = ascending(pd.factorize(results["patient_id"])[0])
    return results.iloc[order].reset_index(drop=True)


def _companions_of(
    people: list[str], kept: Kept
) -> tuple[pd.DataFrame, Whole, pd.DataFrame, Whole]:
    """Return infusions and events of some people, each with the places."""
    nowhere = np.zeros(0, np.int64)
    doses, given, happened, told = empty_infusions(), nowhere, empty_events(), nowhere
    infusions, events = kept.rows()
    if infusions is not None:
        doses, given = infusions.of(people)
    if events is not None:
        happened, told = events.of(people)
    return doses, given, happened, told
