"""Who a row is about: a column that may name several people although no patient column is read.

Where a patient column is read, a date of birth or a sex that differs inside one patient shows that
two people bear one id.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from wbc_tracker.arrays import Mask
from wbc_tracker.catalog import Catalog
from wbc_tracker.catalog.columns import has_phrase, header_words, load_columns
from wbc_tracker.catalog.fold import fold_words
from wbc_tracker.intake.column.texts import TextColumn, matches
from wbc_tracker.intake.guards.looks import BIRTH, ID, NAME, SEX, YEAR, look_of
from wbc_tracker.intake.table.headers import DateTokens

#: From this many rows on, another code in each of them counts rows.
_MANY_ROWS = 10
_FEWEST_COUNTED = 3
#: A birth lies at least so many years before the first draw (our choice).
_YOUNGEST = 5
_LOOKED_AT = 1_000
_AGE = re.compile(r"^[0-9]{1,3}(?:[.,][0-9]{1,2})?$")


@dataclass(frozen=True)
class PersonEvidence:
    """What the cells of one column look like.

    Attributes:
        rows: of the block. filled: cells that are not empty.
        looks: what distinct cells look like -> how many of them; "" of those like none of LOOKS.
        shown: up to three distinct texts. distinct: how many were seen, at least.
        has_male: a cell is a sex that is not also a code. sexes: every cell is a sex.
        first, last: the first and last cell, where every cell is one more than the one before.
        codes: the cells, None once one came again.
        years: first and last year of the dates. ages: the smallest and the largest number, where
            every cell may be an age.
    """

    rows: int = 0
    filled: int = 0
    looks: Mapping[str, int] = field(default_factory=dict)
    shown: tuple[str, ...] = ()
    has_male: bool = False
    first: int | None = None
    last: int | None = None
    is_counting: bool = True
    codes: pa.Array | None = field(default_factory=lambda: pa.array([], pa.string()), compare=False)
    years: tuple[int, int] | None = None
    ages: tuple[float, float] | None = None

    @property
    def looks_like_words(self) -> bool:
        """Whether its cells are words that may be names, and no ids, birth dates or sexes."""
        others = sum(self.looks.get(look, 0) for look in (ID, BIRTH, SEX))
        return others * 2 < self.distinct

    @property
    def distinct(self) -> int:
        """How many distinct texts were looked at."""
        return sum(self.looks.values())


def gather(texts: TextColumn, dates: DateTokens, catalog: Catalog) -> PersonEvidence:
    """Return what the cells of a column look like."""
    looked = texts.used(_LOOKED_AT)
    looks: dict[str, int] = {}
    years: list[int] = []
    has_male = False
    for text in looked:
        look, year = look_of(text, dates, catalog)
        looks[look] = looks.get(look, 0) + 1
        years += [year] if year else []
        has_male = has_male or load_columns().sexes.get(fold_words(text)) == "m"
    rows, filled = len(texts), int((~texts.is_blank()).sum())
    counted = _counted(texts) if filled == rows else None
    words = texts.used_words() if filled == rows > 0 else None
    is_unique = words is not None and len(words) == rows
    return PersonEvidence(
        rows=rows,
        filled=filled,
        looks=looks,
        shown=tuple(looked[:3]),
        has_male=has_male,
        first=counted[0] if counted else None,
        last=counted[1] if counted else None,
        is_counting=counted is not None,
        codes=words if is_unique else None,
        years=(min(years), max(years)) if years else None,
        ages=_span_of_ages(looked),
    )


def merge(first: PersonEvidence, second: PersonEvidence) -> PersonEvidence:
    """Return the evidence of two blocks, the second below the first."""
    if not first.rows or not second.rows:
        return second if not first.rows else first
    looks = {
        look: max(first.looks.get(look, 0), second.looks.get(look, 0))
        for look in (*first.looks, *second.looks)
    }
    codes = None
    if first.codes is not None and second.codes is not None:
        joined = pa.concat_arrays([first.codes, second.codes])
        codes = joined if len(pc.unique(joined)) == len(joined) else None
    goes_on = first.is_counting and second.is_counting and second.first == (first.last or 0) + 1
    shown = tuple(dict.fromkeys((*first.shown, *second.shown)))[:3]
    spans = [years for years in (first.years, second.years) if years]
    ages = [ages for ages in (first.ages, second.ages) if ages]
    are_ages = len(ages) == sum(1 for block in (first, second) if block.filled)
    return replace(
        first,
        rows=first.rows + second.rows,
        filled=first.filled + second.filled,
        looks=looks,
        shown=shown,
        has_male=first.has_male or second.has_male,
        last=second.last,
        is_counting=goes_on,
        codes=codes,
        years=(min(a for a, _ in spans), max(b for _, b in spans)) if spans else None,
        ages=(min(a for a, _ in ages), max(b for _, b in ages)) if ages and are_ages else None,
    )


def looks_like_people(header: str, evidence: PersonEvidence, first_draw: int | None) -> str:
    """Return what a column looks like that may tell several people apart, "" where it does not.

    Its cells look like ids, names, birth dates or sexes, and two or more of them differ; it does
    not only count rows.

    Args:
        header: its header. evidence: of all its cells. first_draw: year of the first draw.
    """
    if len({text.casefold() for text in evidence.shown}) <= 1:
        return ""
    looks = evidence.looks
    if looks.get(BIRTH, 0) * 2 >= evidence.distinct:
        is_birth = tells_births(header, evidence, first_draw)
        return BIRTH if is_birth else ""
    if looks.get(SEX, 0) == evidence.distinct and (evidence.has_male or tells_sexes(header)):
        return SEX
    persons = sum(looks.get(look, 0) for look in (ID, NAME, SEX))
    if persons * 2 < evidence.distinct or _counts_rows(evidence):
        return ""
    return NAME if looks.get(NAME, 0) else ID


def ages_of_several(header: str, evidence: PersonEvidence, years: int) -> bool:
    """Tell whether a column holds ages further apart than the years between the draws allow."""
    if header_words(header) not in load_columns().ages or not evidence.ages:
        return False
    return evidence.ages[1] - evidence.ages[0] > years + 1


def tells_births(header: str, evidence: PersonEvidence, first_draw: int | None) -> bool:
    """Tell whether a column of dates holds births: by its header, or because all lie years before
    the first draw.
    """
    if has_phrase(header_words(header), load_columns().birth):
        return True
    return bool(evidence.years and first_draw and evidence.years[1] <= first_draw - _YOUNGEST)


def tells_sexes(header: str) -> bool:
    """Tell whether a header says that its cells are sexes."""
    return has_phrase(header_words(header), load_columns().sex)


def marks_person(header: str, evidence: PersonEvidence, first_draw: int | None) -> str:
    """Return whether a column tells the birth or the sex of each row's patient, as one of LOOKS."""
    looks = evidence.looks
    if looks.get(BIRTH, 0) == evidence.distinct > 0:
        return BIRTH if tells_births(header, evidence, first_draw) else ""
    is_sex = looks.get(SEX, 0) == evidence.distinct > 0
    return SEX if is_sex and (evidence.has_male or tells_sexes(header)) else ""


def clashing_patients(patient: TextColumn, mark: TextColumn) -> Mask:
    """Return the rows of patients for whom a column tells two different births or sexes."""
    people = pd.factorize(np.asarray(patient.words.to_pylist(), dtype=object))[0]
    told = [_sex_or_date(text) for text in mark.words.to_pylist()]
    marks, distinct = pd.factorize(np.asarray(told, dtype=object))
    person, says = patient.spread(people), mark.spread(marks)
    blank = np.array([not text for text in distinct], dtype=bool)
    filled = ~blank[says] if len(distinct) else np.zeros(len(person), dtype=bool)
    pairs = pd.DataFrame({"person": person[filled], "says": says[filled]}).drop_duplicates()
    several = pairs["person"][pairs["person"].duplicated()].unique()
    return np.isin(person, several)


def first_year(texts: list[str]) -> int | None:
    """Return the first year that is written with four digits in some dates."""
    years = _years(texts)
    return min(years, default=None)


def span_of_years(texts: list[str]) -> int | None:
    """Return from how many years some dates are, None where one has no year of four digits."""
    years = _years(texts)
    return max(years) - min(years) if years and len(years) == len(texts) else None


def _years(texts: list[str]) -> list[int]:
    return [int(found[1]) for text in texts if (found := YEAR.search(text))]


def _sex_or_date(text: str) -> str:
    """Return a form that is the same for the same sex, and for the same day with or without a
    time.
    """
    folded = fold_words(text)
    digits = re.findall("[0-9]+", folded)[:3]
    return load_columns().sexes.get(folded) or " ".join(digits) or folded


def _counts_rows(evidence: PersonEvidence) -> bool:
    """Tell whether ids only count rows: 1, 2, 3 ..., or another code in each of many rows."""
    if evidence.looks.get(NAME) or evidence.looks.get(SEX):
        return False
    if evidence.is_counting and evidence.rows >= _FEWEST_COUNTED and evidence.first in (0, 1):
        return True
    return evidence.codes is not None and evidence.rows >= _MANY_ROWS


def _counted(texts: TextColumn) -> tuple[int, int] | None:
    """Return the first and last cell where each is the number after the one before, else None."""
    words = texts.words
    if not len(texts) or len(words) != len(texts) or not matches(words, "^[0-9]{1,9}$").all():
        return None
    counts = texts.spread(words.cast(pa.int64()).to_numpy())
    return (int(counts[0]), int(counts[-1])) if bool((np.diff(counts) == 1).all()) else None


def _span_of_ages(cells: list[str]) -> tuple[float, float] | None:
    if not cells or not all(_AGE.match(text) for text in cells):
        return None
    numbers = [float(text.replace(",", ".")) for text in cells]
    return min(numbers), max(numbers)
