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

from wbc_tracker.arrays import Mask
from wbc_tracker.catalog import Catalog
from wbc_tracker.catalog.columns import has_phrase, header_words, load_columns
from wbc_tracker.catalog.fold import fold_words
from wbc_tracker.intake.column.fluids import fluid_in, names_blood
from wbc_tracker.intake.column.texts import TextColumn
from wbc_tracker.intake.column.units import looks_like_unit
from wbc_tracker.intake.guards.comparator import sign_of
from wbc_tracker.intake.guards.status import state_of
from wbc_tracker.intake.table.headers import DateTokens, is_time, read_test_header

#: What cells can look like, in words.
LOOKS = ("an id", "a name", "a date of birth", "a sex")
_ID, _NAME, _BIRTH, _SEX = LOOKS
#: From this many rows on, another code in each of them counts rows.
_MANY_ROWS = 10
_FEWEST_COUNTED = 3
#: A birth lies at least so many years before the first draw (our choice).
_YOUNGEST = 5
_LOOKED_AT = 5_000
_LONGEST = 40
_YEAR = re.compile(r"(?<!\d)((?:18|19|20)\d\d)(?!\d{1,3}(?!\d))")
_CODE = re.compile(r"^(?=.*\d)[\w./#:-]+$")
_NAME_LIKE = re.compile(r"^[^\W\d_][^\W\d_.,'’-]*(?:[\s.,'’-]+[^\W\d_.,'’-]+){0,4}\.?$")


@dataclass(frozen=True)
class PersonEvidence:
    """What the cells of one column look like.

    Attributes:
        rows: of the block. filled: cells that are not empty.
        looks: what distinct cells look like -> how many of them; "" of those like none of LOOKS.
        shown: up to three distinct texts. distinct: how many were seen, at least.
        has_male: a cell is a sex that is not also a code. sexes: every cell is a sex.
        first, last: the first and last cell, where every cell is one more than the one before.
        codes: hashes of the cells, None once one came again.
        years: first and last year of the dates.
    """

    rows: int = 0
    filled: int = 0
    looks: Mapping[str, int] = field(default_factory=dict)
    shown: tuple[str, ...] = ()
    has_male: bool = False
    first: int | None = None
    last: int | None = None
    is_counting: bool = True
    codes: np.ndarray | None = field(default_factory=lambda: np.zeros(0, np.uint64), compare=False)
    years: tuple[int, int] | None = None

    @property
    def distinct(self) -> int:
        """How many distinct texts were looked at."""
        return sum(self.looks.values())


def gather(texts: TextColumn, dates: DateTokens, catalog: Catalog) -> PersonEvidence:
    """Return what the cells of a column look like."""
    cells = texts.used()
    looked = cells[:_LOOKED_AT]
    looks: dict[str, int] = {}
    years: list[int] = []
    has_male = False
    for text in looked:
        look, year = _look(text, dates, catalog)
        looks[look] = looks.get(look, 0) + 1
        years += [year] if year else []
        has_male = has_male or load_columns().sexes.get(fold_words(text)) == "m"
    rows, filled = len(texts), int((~texts.is_blank()).sum())
    counted = _counted(texts, cells) if filled == rows else None
    is_unique = len(cells) == rows == filled
    return PersonEvidence(
        rows=rows,
        filled=filled,
        looks=looks,
        shown=tuple(cells[:3]),
        has_male=has_male,
        first=counted[0] if counted else None,
        last=counted[1] if counted else None,
        is_counting=counted is not None,
        codes=_hashes(cells) if is_unique else None,
        years=(min(years), max(years)) if years else None,
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
        joined = np.union1d(first.codes, second.codes)
        codes = joined if len(joined) == len(first.codes) + len(second.codes) else None
    goes_on = first.is_counting and second.is_counting and second.first == (first.last or 0) + 1
    shown = tuple(dict.fromkeys((*first.shown, *second.shown)))[:3]
    spans = [years for years in (first.years, second.years) if years]
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
    if looks.get(_BIRTH, 0) * 2 >= evidence.distinct:
        is_birth = tells_births(header, evidence, first_draw)
        return _BIRTH if is_birth else ""
    if looks.get(_SEX, 0) == evidence.distinct and (evidence.has_male or tells_sexes(header)):
        return _SEX
    persons = sum(looks.get(look, 0) for look in (_ID, _NAME, _SEX))
    if persons * 2 < evidence.distinct or _counts_rows(evidence):
        return ""
    return _NAME if looks.get(_NAME, 0) else _ID


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
    if looks.get(_BIRTH, 0) == evidence.distinct > 0:
        return _BIRTH if tells_births(header, evidence, first_draw) else ""
    is_sex = looks.get(_SEX, 0) == evidence.distinct > 0
    return _SEX if is_sex and (evidence.has_male or tells_sexes(header)) else ""


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
    years = [int(found[1]) for text in texts if (found := _YEAR.search(text))]
    return min(years, default=None)


def _sex_or_date(text: str) -> str:
    """Return a form that is the same for the same sex, and for the same day with or without a
    time.
    """
    folded = fold_words(text)
    digits = re.findall("[0-9]+", folded)[:3]
    return load_columns().sexes.get(folded) or " ".join(digits) or folded


def _look(text: str, dates: DateTokens, catalog: Catalog) -> tuple[str, int | None]:
    """Return which of LOOKS a cell is like, "" for none, and the year where it is a date."""
    words, folded = load_columns(), fold_words(text)
    if folded.isdecimal():
        return _ID, None
    if folded in words.sexes:
        return _SEX, None
    if len(text) > _LONGEST or folded in words.neutral or is_time(text) or folded in words.yes_no:
        return "", None
    if dates.is_date(text):
        year = _YEAR.search(text)
        return _BIRTH, int(year[1]) if year else None
    if _CODE.match(text):
        return ("" if _is_measure(text, catalog) else _ID), None
    if not _NAME_LIKE.match(text):
        return "", None
    return ("" if _is_of_the_field(text, catalog) else _NAME), None


def looks_like_name(text: str, catalog: Catalog) -> bool:
    """Tell whether words may be the name of a person, and are none of a laboratory's own."""
    words, folded = load_columns(), header_words(text)
    of_panels = words.title_words | words.harmless_words | words.harmless | words.other_tests
    return bool(
        len(text) <= _LONGEST
        and _NAME_LIKE.match(text)
        and not _is_of_the_field(text, catalog)
        and not has_phrase(folded, of_panels | words.blood_titles)
        and fold_words(text) not in words.neutral
    )


def _is_measure(text: str, catalog: Catalog) -> bool:
    """Tell whether a text with a digit is a number with a fraction, an interval, a unit or a test.

    A whole number may be an id.
    """
    plain = text.lstrip("-")
    is_fraction = bool(re.fullmatch(r"[0-9]+[.,:/-][0-9.,:/-]+", plain)) and not plain.isdigit()
    return is_fraction or looks_like_unit(text, catalog) or _is_test(text, catalog)


def _is_of_the_field(text: str, catalog: Catalog) -> bool:
    """Tell whether words are those of laboratories: tests, units, states, verdicts, materials."""
    words = load_columns()
    return (
        fold_words(text) in words.verdicts
        or state_of(text) != "?"
        or sign_of(text, catalog) is not None
        or bool(fluid_in(text, catalog))
        or names_blood(text)
        or looks_like_unit(text, catalog)
        or header_words(text) in words.other_tests
        or _is_test(text, catalog)
    )


def _is_test(text: str, catalog: Catalog) -> bool:
    return read_test_header(text, catalog) is not None


def _counts_rows(evidence: PersonEvidence) -> bool:
    """Tell whether ids only count rows: 1, 2, 3 ..., or another code in each of many rows."""
    if evidence.looks.get(_NAME) or evidence.looks.get(_SEX):
        return False
    if evidence.is_counting and evidence.rows >= _FEWEST_COUNTED and evidence.first in (0, 1):
        return True
    return evidence.codes is not None and evidence.rows >= _MANY_ROWS


def _counted(texts: TextColumn, cells: list[str]) -> tuple[int, int] | None:
    """Return the first and last cell where each is the number after the one before, else None."""
    if (
        not cells
        or len(cells) != len(texts)
        or not all(text.isdecimal() and len(text) < len("1000000000") for text in cells)
    ):
        return None
    numbers = [int(text) if text.isdecimal() else -1 for text in texts.words.to_pylist()]
    counts = texts.spread(np.array(numbers, dtype=np.int64))
    return (int(counts[0]), int(counts[-1])) if bool((np.diff(counts) == 1).all()) else None


def _hashes(cells: list[str]) -> np.ndarray:
    return np.sort(pd.util.hash_array(np.asarray(cells, dtype=object), categorize=False))
