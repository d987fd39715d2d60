"""Another fluid than blood, named in a column of labels: the row is another test.

A white cell count of cerebrospinal fluid is plainly called `WBC`; only the panel, the order or the
material beside it tells.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pyarrow.compute as pc

from wbc_tracker.arrays import Mask, Small
from wbc_tracker.catalog import Catalog
from wbc_tracker.catalog.columns import has_phrase, header_words, load_columns
from wbc_tracker.intake.column.fluids import (
    NOT_NAMED,
    blood_pattern,
    fluid_in,
    fluids_pattern,
    names_blood,
)
from wbc_tracker.intake.column.telling import judge, telling
from wbc_tracker.intake.column.texts import TextColumn

#: A longer cell is free text, not a label.
LONGEST_LABEL = 60


@dataclass(frozen=True)
class FluidEvidence:
    """What one column says of fluids: its longest cell, and whether a cell names one in words or
    is the code of one.
    """

    longest: int = 0
    is_named: bool = False
    has_code: bool = False


def gather(texts: TextColumn, catalog: Catalog) -> FluidEvidence:
    """Return what the cells of a column say."""
    cells = telling(texts, fluids_pattern(catalog))
    if not cells:
        return FluidEvidence()
    longest = int(pc.max(pc.utf8_length(texts.words)).as_py() or 0)
    codes = load_columns().fluid_codes
    named = {header_words(text) in codes for text in cells if fluid_in(text, catalog)}
    return FluidEvidence(longest, False in named, True in named)


def merge(first: FluidEvidence, second: FluidEvidence) -> FluidEvidence:
    """Return the evidence of two blocks."""
    return FluidEvidence(
        max(first.longest, second.longest),
        first.is_named or second.is_named,
        first.has_code or second.has_code,
    )


def is_free_text(header: str, evidence: FluidEvidence) -> bool:
    """Tell whether a fluid in this column moves no row: remarks, names of places, long texts."""
    return is_remark_header(header) or evidence.longest > LONGEST_LABEL


def is_remark_header(header: str) -> bool:
    """Tell whether a header is that of remarks, or of places whose names may hold a fluid's."""
    words, folded = load_columns(), header_words(header)
    return has_phrase(folded, words.free_text) or folded.removesuffix(" name") in words.places


def fluids_of(texts: TextColumn, catalog: Catalog) -> Small:
    """Return for every cell what it says of fluids."""
    said = judge(
        texts.words, fluids_pattern(catalog), lambda text: fluid_in(text, catalog), NOT_NAMED
    )
    return texts.spread(np.array(said, dtype=np.int8))


def blood_of(texts: TextColumn) -> Mask:
    """Return which cells name blood, serum or plasma."""
    said = judge(texts.words, blood_pattern(), names_blood, otherwise=False)
    return texts.spread(np.array(said, dtype=bool))
