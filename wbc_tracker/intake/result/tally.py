"""What is told of rows beside their results: counted, with the first places of each kind.

What is told of a file is the sum of what is told of its blocks, whatever their order.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import reduce
from typing import TypeVar

import numpy as np
import pandas as pd

from wbc_tracker.arrays import Mask
from wbc_tracker.catalog import Catalog
from wbc_tracker.errors import Option
from wbc_tracker.intake.column.near_names import look_like
from wbc_tracker.intake.guards.findings import Findings
from wbc_tracker.intake.rejects import no_rejects, stack_rejects
from wbc_tracker.intake.result.cells import Cells
from wbc_tracker.intake.result.fate import Fate, ignored_names
from wbc_tracker.intake.result.judge import reject_cells
from wbc_tracker.intake.result.mend import Unsettled, mending_options, unsettled_units
from wbc_tracker.intake.result.noted import MOST_NOTED, Note, Noted
from wbc_tracker.intake.result.rows import ReadRows
from wbc_tracker.intake.result.told import ToldAside, named_in_remarks, remark_words
from wbc_tracker.intake.table.table import TextTable
from wbc_tracker.wording import count_words

#: Of so many unknown names it is asked what they look like; a file of thousands lists other things.
_MOST_ASKED, _MOST_NAMED = 200, 5
_SHOWN = 3
Key = TypeVar("Key")
#: Why a known test is not used -> its words.
_WHY = {
    "other_fluid": "of another fluid than blood",
    "withdrawn": "withdrawn by the laboratory",
}


@dataclass(frozen=True)
class RowTally:
    """What rows of a file say beside their results.

    Attributes:
        read: cells that could hold a result. no_result: cells that say there is none.
        ignored: names of what is no known test of blood -> how many. kinds: the same by kind.
        unknown: names of unknown tests -> where they stand first, with their unit.
        not_used: known tests that are not used, by kind.
        remarks: by column and what it tells, the rows that are read all the same.
        of_another_unit: intervals that are those of another unit. inferred: results whose unit was
            inferred. lost: intervals that could not be read.
        unsettled: rejected results without a unit, by printed name.
        rejects: schema.REJECT_COLUMNS and MENDABLE_COLUMNS.
    """

    read: int = 0
    no_result: int = 0
    ignored: Mapping[str, int] = field(default_factory=dict)
    kinds: Mapping[str, int] = field(default_factory=dict)
    unknown: Mapping[str, Note] = field(default_factory=dict)
    not_used: Mapping[str, Noted] = field(default_factory=dict)
    remarks: Mapping[ToldAside, Noted] = field(default_factory=dict)
    of_another_unit: int = 0
    inferred: int = 0
    lost: Noted = field(default_factory=Noted)
    unsettled: Mapping[str, Unsettled] = field(default_factory=dict)
    rejects: pd.DataFrame = field(default_factory=no_rejects)

    def __add__(self, other: RowTally) -> RowTally:
        """Return what the rows of both say."""
        return RowTally(
            self.read + other.read,
            self.no_result + other.no_result,
            Counter(self.ignored) + Counter(other.ignored),
            Counter(self.kinds) + Counter(other.kinds),
            _first_names(self.unknown, other.unknown),
            _sums(self.not_used, other.not_used),
            _sums(self.remarks, other.remarks),
            self.of_another_unit + other.of_another_unit,
            self.inferred + other.inferred,
            self.lost + other.lost,
            {
                name: self.unsettled[name] + other.unsettled[name]
                if name in self.unsettled and name in other.unsettled
                else {**self.unsettled, **other.unsettled}[name]
                for name in {**self.unsettled, **other.unsettled}
            },
            stack_rejects([self.rejects, other.rejects]),
        )

    @classmethod
    def sum(cls, tallies: Sequence[RowTally]) -> RowTally:
        """Return what the rows of all say."""
        slim = (replace(tally, rejects=no_rejects()) for tally in tallies)
        total = reduce(RowTally.__add__, slim, cls())
        return replace(total, rejects=stack_rejects([tally.rejects for tally in tallies]))

    @property
    def ignored_names(self) -> dict[str, int]:
        """Names and numbers of what was ignored, the most frequent first."""
        return dict(sorted(self.ignored.items(), key=lambda item: (-item[1], item[0])))

    @property
    def ignored_kinds(self) -> dict[str, int]:
        """How many cells were ignored, by kind; kinds without any are left out."""
        return {kind: self.kinds[kind] for kind in Fate.KINDS if self.kinds.get(kind)}

    def mended_by(self, catalog: Catalog) -> tuple[Option, ...]:
        """Return options that would let rejects in."""
        return mending_options(self.unsettled, catalog)

    def warnings(self, header: list[str], catalog: Catalog) -> list[str]:
        """Return a sentence for each thing that the user should know; `header` is the file's."""
        return [
            *_warn_of_lookalikes(self.unknown, catalog),
            *_warn_of_not_used(self.not_used),
            *(remark_words(remark, header, noted) for remark, noted in self.remarks.items()),
            *_warn_of_units(self.of_another_unit, self.inferred),
            *_warn_of_intervals(self.lost),
        ]


def tally_rows(rows: ReadRows, table: TextTable, findings: Findings, catalog: Catalog) -> RowTally:
    """Return what rows say beside their results.

    Args:
        rows: read. table: they as texts. findings: of the file. catalog: names and words.
    """
    cells, meaning, fate = rows.cells, rows.meaning, rows.fate
    rejects = reject_cells(rows.file, cells, meaning, rows.problem, fate.rejected, catalog)
    return RowTally(
        read=cells.size,
        no_result=int(fate.no_result.sum()),
        ignored=ignored_names(cells, fate),
        kinds=fate.kinds(),
        unknown=_unknown_names(rows),
        not_used={
            "other_fluid": _note_values(cells, fate.other_fluid),
            "withdrawn": _note_values(cells, fate.withdrawn),
        },
        remarks=named_in_remarks(table, findings, catalog),
        of_another_unit=int((rows.intervals.of_another_unit & fate.usable).sum()),
        inferred=int((meaning.inferred & fate.usable).sum()),
        lost=_note_ranges(cells, rows.intervals.lost & fate.usable),
        unsettled=unsettled_units(cells, meaning, fate.rejected),
        rejects=stack_rejects([rejects]),
    )


def _unknown_names(rows: ReadRows) -> dict[str, Note]:
    """Return the first names of unknown tests, and where each stands first, with its unit."""
    cells = rows.cells
    at = np.flatnonzero(rows.fate.unknown)
    _, firsts = np.unique(cells.name.codes[at], return_index=True)
    found: dict[str, Note] = {}
    for place in at[np.sort(firsts)].tolist():
        if len(found) == _MOST_ASKED:
            break
        found.setdefault(cells.name[place], Note(*cells.where(place), cells.unit[place]))
    return found


def _note_values(cells: Cells, chosen: Mask) -> Noted:
    """Note some cells with name and value."""
    at = np.flatnonzero(chosen)
    notes = [
        Note(*cells.where(i), f"{cells.name[i]} {cells.values.text[i]}")
        for i in at[:MOST_NOTED].tolist()
    ]
    return Noted(len(at), tuple(notes))


def _note_ranges(cells: Cells, chosen: Mask) -> Noted:
    """Note some cells with the interval printed beside them."""
    at = np.flatnonzero(chosen)
    notes = [Note(*cells.where(i), cells.ranges.text[i]) for i in at[:MOST_NOTED].tolist()]
    return Noted(len(at), tuple(notes))


def _first_names(first: Mapping[str, Note], second: Mapping[str, Note]) -> dict[str, Note]:
    """Return the names that stand first in the file."""
    found = dict(first)
    for name, note in second.items():
        found[name] = min(note, found.get(name, note))
    kept = sorted(found.items(), key=lambda item: item[1])[:_MOST_ASKED]
    return dict(kept)


def _sums(first: Mapping[Key, Noted], second: Mapping[Key, Noted]) -> dict[Key, Noted]:
    """Return what is noted in either."""
    keys = dict.fromkeys((*first, *second))
    return {key: first.get(key, Noted()) + second.get(key, Noted()) for key in keys}


def _warn_of_lookalikes(unknown: Mapping[str, Note], catalog: Catalog) -> list[str]:
    """Return a sentence about the ignored names that look like a known test."""
    looks = {name: look_like(name, note.words, catalog) for name, note in unknown.items()}
    told = [f"{name!r} looks like {catalog.analytes[id].name}" for name, id in looks.items() if id]
    more = f" and {len(told) - _MOST_NAMED} more" if len(told) > _MOST_NAMED else ""
    sentence = (
        f"Ignored, but {', '.join(told[:_MOST_NAMED])}{more}. If that is what it is, name it in a "
        "profile of your own (wbc-tracker profiles)."
    )
    return [sentence] if told else []


def _warn_of_not_used(not_used: Mapping[str, Noted]) -> list[str]:
    """Return a sentence for every kind of known test that was ignored, with the first values."""
    told = []
    for kind, noted in not_used.items():
        if not noted.count:
            continue
        shown = [f"line {note.line} {note.words}".strip() for note in noted.first[:_SHOWN]]
        more = f" and {noted.count - _SHOWN} more" if noted.count > _SHOWN else ""
        values = count_words(noted.count, "value is", "values are")
        told.append(f"{values} {_WHY[kind]} and not used: {', '.join(shown)}{more}.")
    return told


def _warn_of_intervals(lost: Noted) -> list[str]:
    """Return a sentence about the intervals that could not be used, with the first of them."""
    if not lost.count:
        return []
    told = count_words(lost.count, "reference interval", "reference intervals")
    first = f"{lost.first[0].words!r} in line {lost.first[0].line}"
    return [f"{told} could not be read and will not be used, such as {first}."]


def _warn_of_units(of_another_unit: int, inferred: int) -> list[str]:
    warnings = []
    if of_another_unit:
        told = count_words(
            of_another_unit,
            "reference interval is that of another unit than its value",
            "reference intervals are those of another unit than their value",
        )
        warnings.append(f"{told} and will not be used.")
    if inferred:
        told = count_words(
            inferred, "result without a printed unit", "results without a printed unit"
        )
        warnings.append(f"{told}: it was inferred from the values. Check the unit.")
    return warnings
