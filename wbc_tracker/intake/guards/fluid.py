"""Another fluid than blood, named in a column of labels: the row is another test.

A white cell count of cerebrospinal fluid is plainly called `WBC`; only the panel, the order or the
material beside it tells.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

import numpy as np

from wbc_tracker.arrays import Mask, Small
from wbc_tracker.catalog import Catalog
from wbc_tracker.catalog.columns import has_phrase, header_words, load_columns
from wbc_tracker.catalog.fold import fold_words
from wbc_tracker.intake.column.texts import TextColumn

#: A longer cell is free text, not a label.
LONGEST_LABEL = 60
#: What a text says: nothing of another fluid, another fluid, or blood and another fluid.
NOT_NAMED, OTHER, BOTH = 0, 1, 2

_FILE_NAME = re.compile(r"\w\.[A-Za-z]{2,5}$")


@dataclass(frozen=True)
class FluidEvidence:
    """What one column says of fluids: its longest cell, and whether a cell names one."""

    longest: int = 0
    is_named: bool = False


def gather(texts: TextColumn, catalog: Catalog) -> FluidEvidence:
    """Return what the cells of a column say."""
    cells = texts.used()
    if not cells:
        return FluidEvidence()
    return FluidEvidence(max(map(len, cells)), any(fluid_in(text, catalog) for text in cells))


def merge(first: FluidEvidence, second: FluidEvidence) -> FluidEvidence:
    """Return the evidence of two blocks."""
    return FluidEvidence(max(first.longest, second.longest), first.is_named or second.is_named)


def is_free_text(header: str, evidence: FluidEvidence) -> bool:
    """Tell whether a fluid in this column moves no row: remarks, names of places, long texts."""
    words, folded = load_columns(), header_words(header)
    is_place = folded.removesuffix(" name") in words.places
    exempt = has_phrase(folded, words.free_text) or is_place
    return exempt or evidence.longest > LONGEST_LABEL


def fluid_in(text: str, catalog: Catalog) -> int:
    """Return what a text says of fluids: `NOT_NAMED`, `OTHER` or `BOTH`."""
    columns = load_columns()
    if _FILE_NAME.search(text):
        return NOT_NAMED  # `results.csv`; CSV also is the Nordic word for cerebrospinal fluid
    words = set(header_words(text).split())
    other = words & columns.fluids or words & set(catalog.words.other_fluids)
    if not other and fold_words(text) not in columns.fluid_codes:
        return NOT_NAMED
    return BOTH if words & columns.blood else OTHER


def names_blood(text: str) -> bool:
    """Tell whether a text names blood, serum or plasma."""
    return bool(set(header_words(text).split()) & load_columns().blood)


def fluids_of(texts: TextColumn, catalog: Catalog) -> Small:
    """Return for every cell what it says of fluids."""
    said = [fluid_in(text, catalog) if text else NOT_NAMED for text in texts.words.to_pylist()]
    return texts.spread(np.array(said, dtype=np.int8))


def blood_of(texts: TextColumn) -> Mask:
    """Return which cells name blood, serum or plasma."""
    return texts.spread(np.array([names_blood(t) for t in texts.words.to_pylist()], dtype=bool))
