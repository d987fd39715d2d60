"""Where annotated blocks go."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

import pandas as pd

from wbc_tracker import schema
from wbc_tracker.catalog import Catalog, load_catalog
from wbc_tracker.catalog.cdisc import Cdisc
from wbc_tracker.dataset import Dataset
from wbc_tracker.scale.filling import FilledFile, Turn
from wbc_tracker.scale.forms import CSV, LinesForm
from wbc_tracker.scale.partition import Task
from wbc_tracker.selection import Selection
from wbc_tracker.sharing.cdisc import first_drugs, in_cdisc_names
from wbc_tracker.sharing.cdisc_columns import cdisc_columns


class Sink(Protocol):
    """Where blocks go, and the task by which they do."""

    @property
    def task(self) -> Task:
        """What is done with each."""

    @property
    def shown(self) -> RowsWritten | None:
        """What is written of them, if anything is."""

    @property
    def place(self) -> FilledFile | None:
        """The one file that has the lines in the order of the input, if that is what it is."""

    def begin(self) -> None:
        """Begin anew: forget what came so far."""


@dataclass(frozen=True)
class RowsWritten:
    """What is written of a block: annotated with `same_day`, some of its rows, some columns.

    Attributes:
        columns: in our names. cdisc: where they are written in those of CDISC.
        rules: the catalogue with the user's own rules, if there are any. form: of the lines.
    """

    same_day: str
    selection: Selection
    columns: Sequence[schema.Column]
    cdisc: Cdisc | None = None
    rules: Catalog | None = None
    form: LinesForm = CSV

    @property
    def written(self) -> Sequence[schema.Column]:
        """The columns as they are written."""
        if self.cdisc is None:
            return self.columns
        return cdisc_columns(self.columns, self.cdisc, self._catalog)

    @property
    def _catalog(self) -> Catalog:
        return self.rules or load_catalog()

    def of(self, dataset: Dataset) -> pd.DataFrame:
        """Return the annotated rows, in our names."""
        annotated = dataset.annotate(self.same_day, self._catalog)
        places = self.selection.places(annotated)
        return annotated if places is None else annotated.iloc[places]

    def named(self, rows: pd.DataFrame, dataset: Dataset) -> pd.DataFrame:
        """Return annotated rows of a dataset with the columns that are written."""
        if self.cdisc is None:
            return rows
        drugs = first_drugs(dataset.infusions, dataset.as_of)
        return in_cdisc_names(rows, self.columns, drugs, self.cdisc, self._catalog)

    def lines_of(self, rows: pd.DataFrame, dataset: Dataset) -> list[bytes]:
        """Return the lines of annotated rows of a dataset, in parts."""
        return list(self.form.lines(self.named(rows, dataset), self.written))

    @property
    def header(self) -> bytes:
        """What stands above the lines."""
        return self.form.header(self.written)


@dataclass(frozen=True)
class IntoOneFile:
    """Writes the lines of each block at their place in one file; returns how many."""

    shown: RowsWritten
    place: FilledFile

    def __call__(self, dataset: Dataset, number: int) -> int:
        """Write the lines of a block; return how many."""
        if not len(dataset.results):
            self.place.write(number, [])
            return 0
        rows = self.shown.of(dataset)
        self.place.write(number, self.shown.lines_of(rows, dataset))
        return len(rows)

    def give_up(self) -> None:
        """Let nobody wait for this block."""
        self.place.give_up()


class OneFile:
    """One file, with the lines in the order of the input."""

    def __init__(self, shown: RowsWritten, place: FilledFile, turn: Turn) -> None:
        """`turn`: of the workers."""
        self.shown, self.place, self._turn = shown, place, turn

    @property
    def task(self) -> Task:
        """Write the lines of a block where they belong."""
        return IntoOneFile(self.shown, self.place)

    def begin(self) -> None:
        """Write the header into the file, and nothing else."""
        self.place.begin(self.shown.header, self._turn)
