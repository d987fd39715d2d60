"""What stands beside a result and decides whether it is one: its state, its fluid, its person."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
import pyarrow as pa

from wbc_tracker.arrays import Mask, Whole
from wbc_tracker.catalog import Catalog
from wbc_tracker.intake.column.fluids import BOTH, NOT_NAMED
from wbc_tracker.intake.column.texts import TextColumn
from wbc_tracker.intake.guards import fluid, person, status
from wbc_tracker.intake.guards.findings import Findings
from wbc_tracker.intake.guards.titles import refuse_fluid_above
from wbc_tracker.intake.result.noted import Note, Noted
from wbc_tracker.intake.table.layout import Layout
from wbc_tracker.intake.table.table import TextTable

#: Roles of columns that tell the fluid of a row.
FLUID_ROLES = ("specimen", "panel")


@dataclass(frozen=True)
class Told:
    """What the guards say; every column has one entry a row, or a cell after `take`.

    Attributes:
        state: `withdrawn`, `corrected`, `final`, `preliminary`, "" or status.UNKNOWN.
        state_text: the printed state. fluid: the printed label that names another fluid, else "".
        is_other_fluid: it names no blood beside it. is_unclear_fluid: it does.
        is_of_two: the row's patient has two different birth dates or sexes.
    """

    state: TextColumn
    state_text: TextColumn
    fluid: TextColumn
    is_other_fluid: Mask
    is_unclear_fluid: Mask
    is_of_two: Mask

    def take(self, places: Whole) -> Told:
        """Return what is said at some places."""
        return Told(
            self.state.take(places),
            self.state_text.take(places),
            self.fluid.take(places),
            self.is_other_fluid[places],
            self.is_unclear_fluid[places],
            self.is_of_two[places],
        )

    @property
    def is_withdrawn(self) -> Mask:
        """Which were withdrawn by the laboratory."""
        return self.has_state("withdrawn")

    def has_state(self, state: str) -> Mask:
        """Return which have a state."""
        words = self.state.words.to_pylist()
        return self.state.spread(np.array([word == state for word in words], dtype=bool))


def tell_rows(table: TextTable, layout: Layout, findings: Findings, catalog: Catalog) -> Told:
    """Return what the guards say of every row of a file."""
    state, state_text = _states(table, layout, findings)
    label, other, unclear = _fluids(table, layout, findings, catalog)
    clash = np.zeros(table.rows, dtype=bool)
    for index in findings.births:
        patient = table.ids(layout.roles["patient_id"])
        clash |= person.clashing_patients(patient, table.columns[index])
    return Told(state, state_text, label, other, unclear, clash)


def _states(table: TextTable, layout: Layout, findings: Findings) -> tuple[TextColumn, TextColumn]:
    """Return the state of every row and its text."""
    mapped = [layout.roles["status"]] if "status" in layout.roles else []
    strict = [*mapped, *(index for index in findings.states if index not in mapped)]
    marks = [layout.roles["abnormal_flag"]] if "abnormal_flag" in layout.roles else []
    marks = [index for index in marks if index not in strict]
    lenient = findings.lenient
    columns = [
        *(status.states_of_marks(table.columns[index]) for index in marks),
        *(status.states_of(table.columns[index]) for index in strict),
        *(status.states_of(table.columns[index], lenient=True) for index in lenient),
        *(status.states_by_answer(table.columns[i], s) for i, s in findings.answers.items()),
    ]
    places = (*strict, *marks, *lenient, *findings.answers)
    return status.strongest(columns, table.rows), _first_text(table, places)


def _first_text(table: TextTable, places: Sequence[int]) -> TextColumn:
    text = TextColumn.constant("", table.rows)
    for index in places:
        text = text.or_else(table.columns[index])
    return text


def _fluids(
    table: TextTable, layout: Layout, findings: Findings, catalog: Catalog
) -> tuple[TextColumn, Mask, Mask]:
    """Return the label that names another fluid, where it names no blood, and where blood is named
    beside it, in the same or another column of labels.
    """
    roles = [layout.roles[role] for role in FLUID_ROLES if role in layout.roles]
    places = [*roles, *(index for index in findings.fluids if index not in roles)]
    sections = findings.sections
    label = TextColumn.constant("", table.rows)
    other = np.zeros(table.rows, dtype=bool)
    blood, told = other.copy(), other.copy()
    if sections.lines:
        said, which = sections.of_rows(table)
        titles = TextColumn(which, pa.array(sections.texts, pa.string()))
        other, blood = said > NOT_NAMED, said == BOTH
        label = _or_where(label, titles, other)
    for index in places:
        column = table.columns[index]
        named = fluid.fluids_of(column, catalog) > NOT_NAMED
        if named.any():
            label = _or_where(label, column, named & label.is_blank())
            other |= named
        names_blood = fluid.blood_of(column)
        blood |= names_blood
        told |= names_blood | named | (index in findings.fluids and ~column.is_blank())
    refuse_fluid_above(table, told, catalog)
    return label, other & ~blood, other & blood


class ToldAside(NamedTuple):
    """What a column of remarks tells of some rows, which are read all the same: another fluid, or
    else that a result was taken back.
    """

    column: int
    is_fluid: bool


def named_in_remarks(
    table: TextTable, findings: Findings, catalog: Catalog
) -> dict[ToldAside, Noted]:
    """Return the rows of which a column of remarks or places tells another fluid, or remarks that
    they were taken back.
    """
    fluids = {
        ToldAside(index, is_fluid=True): fluid.fluids_of(table.columns[index], catalog) > NOT_NAMED
        for index in findings.remarks
    }
    taken_back = {
        ToldAside(index, is_fluid=False): status.taken_back(table.columns[index])
        for index in findings.free_texts
    }
    told = {remark: np.flatnonzero(rows) for remark, rows in (fluids | taken_back).items()}
    return {
        remark: Noted(
            len(rows),
            tuple(
                Note(int(table.source_row[at]), 0, table.columns[remark.column][at][:_SHOWN_TEXT])
                for at in rows[:_SHOWN_LINES].tolist()
            ),
        )
        for remark, rows in told.items()
        if len(rows)
    }


def remark_words(remark: ToldAside, header: list[str], noted: Noted) -> str:
    """Return a sentence about what a column of remarks tells, by line."""
    lines = ", ".join(str(note.line) for note in noted.first[:_SHOWN_LINES])
    more = f" and {noted.count - _SHOWN_LINES} more" if noted.count > _SHOWN_LINES else ""
    what = "names another fluid" if remark.is_fluid else "speaks of a result that was taken back"
    where = f"The column {header[remark.column]!r} {what} in line {lines}{more}"
    are = "are read as blood" if remark.is_fluid else "are read"
    return f"{where} ({noted.first[0].words}); these rows {are}. Check them."


_SHOWN_LINES, _SHOWN_TEXT = 5, 60


def _or_where(texts: TextColumn, other: TextColumn, where: Mask) -> TextColumn:
    """Return the other column's text where the mask says so."""
    codes = np.where(where, other.codes + len(texts.words), texts.codes).astype(np.int32)
    return TextColumn(codes, pa.concat_arrays([texts.words, other.words]))
