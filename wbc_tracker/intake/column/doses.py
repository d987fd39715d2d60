"""A column of doses in milligrams: `600`, `600 mg IV`, `0,3 g`, `300mg/10ml`."""

from __future__ import annotations

import re
from dataclasses import dataclass

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from wbc_tracker.arrays import Mask, Numbers
from wbc_tracker.catalog import Catalog
from wbc_tracker.catalog.fold import fold_name, fold_words
from wbc_tracker.intake.column.texts import is_blank, to_mask
from wbc_tracker.intake.column.values import parse_values
from wbc_tracker.intake.options import ReadingOptions

#: Unit in lower case -> milligrams.
IN_MG = {
    **dict.fromkeys(("mg", "mgs", "milligram", "milligrams", "milligramm", "мг"), 1.0),
    **dict.fromkeys(("g", "gm", "gram", "grams", "gramm", "г"), 1000.0),
    **dict.fromkeys(("mcg", "ug", "μg", "µg", "microgram", "micrograms"), 0.001),
}
_UNITS = "|".join(sorted(IN_MG, key=len, reverse=True))
_DOSE = re.compile(
    rf"^(?P<number>[^a-zа-яµμ/]*?)\s*(?:(?P<unit>{_UNITS})\b\.?)?"
    r"(?P<volume>\s*(?:/|in)\s*[0-9]+(?:[.,][0-9]+)?\s*(?:ml|мл)\b\.?)?(?P<rest>[^0-9]*)$"
)
_LONGEST = 60


@dataclass(frozen=True)
class DoseColumn:
    """A column of doses, an entry a distinct text: milligrams (NaN where none can be read), and
    which texts are neither a dose nor empty.
    """

    mg: Numbers
    is_wrong: Mask


def parse_doses(
    texts: pa.Array, units: pa.Array, options: ReadingOptions, where: str, catalog: Catalog
) -> DoseColumn:
    """Read the distinct texts of a column of doses.

    Args:
        texts: distinct texts. units: the unit that the file prints beside each, "" for none.
        options: the decimal mark, settled or usual. where: names the column in messages.
        catalog: the words for nothing, and for the routes behind a dose.

    Raises:
        AmbiguousFileError: the decimal mark is not proved.
    """
    cut = [
        _cut(text, unit, catalog)
        for text, unit in zip(texts.to_pylist(), units.to_pylist(), strict=True)
    ]
    numbers = pa.array([number for number, _ in cut], pa.string())
    values = parse_values(numbers, options.decimal, where, catalog, usual=options.usual_decimal)
    silent = to_mask(pc.is_in(pc.utf8_lower(texts), value_set=pa.array(catalog.words.no_range)))
    silent |= is_blank(texts)
    number = np.where(silent, np.nan, values.number * np.array([f for _, f in cut], dtype=float))
    wrong = ~(number > 0) | values.negative | (values.comparator != "") | (values.unit != "")
    return DoseColumn(np.where(wrong, np.nan, number), wrong & ~silent)


def _cut(text: str, unit: str, catalog: Catalog) -> tuple[str, float]:
    """Return the number of a dose as printed, and what one of it is in milligrams; a text that is
    no dose comes back whole.
    """
    found = _DOSE.match(fold_words(text)) if len(text) <= _LONGEST else None
    rest = fold_name(found["rest"]) if found else ""
    printed = (found["unit"] if found else "") or fold_words(unit).rstrip(".")
    if (
        found is None
        or (printed and printed not in IN_MG)
        or (rest and rest not in _routes(catalog))
    ):
        return text, 1.0
    return found["number"].strip(), IN_MG.get(printed, 1.0)


def _routes(catalog: Catalog) -> set[str]:
    cell = catalog.lists.cell
    return {fold_name(text) for text in (*cell.intravenous, *cell.subcutaneous)} | {"infusion"}
