"""What a name that is not known looks like: an aid for the reader, never a reading."""

from __future__ import annotations

from functools import cache

from wbc_tracker.catalog import Catalog
from wbc_tracker.catalog.fold import fold_name
from wbc_tracker.catalog.naming import name_table, spelled_drugs
from wbc_tracker.intake.column.units import find_unit
from wbc_tracker.near import nearest

#: How alike a misspelled name must be and how short a name is too short to say so.
_ALIKE, _SHORTEST = 0.88, 5
#: Drugs are few and their names long: one letter of seven may be wrong.
_NEAR = 0.85
#: No name of a test has more words; a longer text is not searched.
_MOST_WORDS = 12


def look_like(name: str, unit: str, catalog: Catalog) -> str:
    """Return the id of the analyte that an unknown name looks like, or "".

    It holds a known name among other words (`WBC Lab7`), or is a letter away from one
    (`Leukocites`), and its unit is one of that analyte. A word that makes another test of a known
    name (`band`, `immature`, `CSF`) says that it is none.
    """
    known = name_table(catalog)
    words = fold_name(name).split()
    if (
        fold_name(name) in known
        or not unit
        or not words
        or len(words) > _MOST_WORDS
        or set(words) & _of_others(catalog)
    ):
        return ""
    spans = (
        " ".join(words[start : start + length])
        for length in range(len(words), 0, -1)
        for start in range(len(words) - length + 1)
    )
    for folded in spans:
        ids = known.get(folded) or _misspelled(folded, catalog)
        fitting = [id for id in ids if find_unit(unit, catalog.analytes[id], catalog)]
        if fitting:
            return fitting[0]
    return ""


def _misspelled(folded: str, catalog: Catalog) -> tuple[str, ...]:
    if len(folded) < _SHORTEST:
        return ()
    close = nearest(folded, _long_names(catalog), alike=_ALIKE, most=1)
    return name_table(catalog)[close[0]] if close else ()


def look_like_drug(text: str, catalog: Catalog) -> str:
    """Return the id of the drug of which a word of an unknown text is nearly a name (`Ocrevis`), or
    "".
    """
    words = [word for word in fold_name(text).split()[:_MOST_WORDS] if len(word) >= _SHORTEST]
    named = _drug_names(catalog)
    close = [name for word in words for name in nearest(word, named, alike=_NEAR, most=1)]
    return named[close[0]] if close else ""


@cache
def _drug_names(catalog: Catalog) -> dict[str, str]:
    """Return the long names of the drugs whose infusions are read, with their ids."""
    return {
        name: drug
        for name, drug in spelled_drugs(catalog)
        if drug in catalog.drugs and len(name) >= _SHORTEST
    }


@cache
def _long_names(catalog: Catalog) -> tuple[str, ...]:
    return tuple(name for name in name_table(catalog) if len(name) >= _SHORTEST)


@cache
def _of_others(catalog: Catalog) -> frozenset[str]:
    return frozenset((*catalog.spellings.marks.another, *catalog.words.other_fluids))
