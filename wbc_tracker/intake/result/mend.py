"""Which options would let rejected cells in, all of them at once.

An option is only offered to the user, who knows what the laboratory measures in; nothing is read
with it unless it is typed.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import NamedTuple

import numpy as np

from wbc_tracker.arrays import Mask
from wbc_tracker.catalog import Analyte, Catalog
from wbc_tracker.catalog.fold import fold_name
from wbc_tracker.catalog.naming import name_table
from wbc_tracker.errors import Option
from wbc_tracker.intake.result.cells import Cells
from wbc_tracker.intake.result.noted import Note
from wbc_tracker.intake.result.proofs import Tallied
from wbc_tracker.intake.result.resolve import NAME_PROBLEMS, Meaning

#: How far from an adult's interval the middle of a column may lie.
_TIMES = 5
#: Fewer B cells than this (per uL, or percent) no laboratory counts.
_LEAST_B_CELLS = 0.05


class Unsettled(NamedTuple):
    """Rejected results of one printed name that lack their unit.

    Attributes:
        first: the first of them, with the id of its analyte, "" where it may be two.
        numbers: all of them.
    """

    first: Note
    numbers: Tallied

    def __add__(self, other: Unsettled) -> Unsettled:  # type: ignore[override]
        """Return both."""
        return Unsettled(min(self.first, other.first), self.numbers + other.numbers)


def unsettled_units(cells: Cells, meaning: Meaning, rejected: Mask) -> dict[str, Unsettled]:
    """Return the rejected results that lack their unit, by printed name."""
    wanting = [NAME_PROBLEMS.index(code) for code in ("unit_missing", "name_ambiguous")]
    at = np.flatnonzero(rejected & np.isin(meaning.problem, wanting))
    codes = cells.name.codes[at]
    found: dict[str, Unsettled] = {}
    for code in dict.fromkeys(codes.tolist()):
        rows = at[codes == code]
        first, name = int(rows[0]), cells.name[int(rows[0])]
        place = int(meaning.analyte[first])
        note = Note(*cells.where(first), meaning.ids[place] if place >= 0 else "")
        told = Unsettled(note, Tallied.of(cells.values.number[rows]))
        found[name] = found[name] + told if name in found else told
    return found


def mending_options(unsettled: Mapping[str, Unsettled], catalog: Catalog) -> tuple[Option, ...]:
    """Return a `--unit` for each test whose rejected cells lack their unit, where units of one size
    alone make its numbers those of a person.
    """
    found: dict[str, Option] = {}
    for name, told in sorted(unsettled.items(), key=lambda item: item[1].first):
        id = told.first.words
        ids = (id,) if id else name_table(catalog).get(fold_name(name), ())
        option = _only_option(told.numbers, ids, catalog)
        if option:
            found.setdefault(option[1].partition("=")[0], option)
    return tuple(found.values())


def _only_option(known: Tallied, ids: Sequence[str], catalog: Catalog) -> Option | None:
    """Return the option that makes numbers those of a person, None where none or two of them do;
    `ids` are what the column may be, a count or a percentage.
    """
    fitting = [
        (analyte, unit)
        for analyte in (catalog.analytes[id] for id in ids)
        for unit in _fitting_units(known, analyte, catalog)
    ]
    factors = {(analyte.id, catalog.families[analyte.family].factors[u]) for analyte, u in fitting}
    if len(factors) != 1:
        return None
    analyte, first = fitting[0]
    usual = catalog.families[analyte.family].canonical
    unit = usual if (analyte, usual) in fitting else first
    return "--unit", f"{analyte.id}={unit}"


def _fitting_units(known: Tallied, analyte: Analyte, catalog: Catalog) -> list[str]:
    """Return the units in which numbers can be a person's.

    B cells may all be gone: of them the largest number tells, and it may be small.
    """
    if not len(known.numbers):
        return []
    middle = float(known.numbers.max()) if analyte.is_b_cells else known.median
    low, high = analyte.limits
    if analyte.interval is not None:
        low, high = analyte.interval.low / _TIMES, analyte.interval.high * _TIMES
    low = _LEAST_B_CELLS if analyte.is_b_cells else low
    return [
        unit
        for unit, factor in catalog.families[analyte.family].factors.items()
        if low <= middle * factor <= high and (known.numbers * factor <= analyte.limits[1]).all()
    ]
