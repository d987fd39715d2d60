"""Words of columns that hold no result: which change nothing, and what the others speak of."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, fields
from functools import cache
from pathlib import Path

from wbc_tracker.catalog.fold import fold_name, fold_words, spell_out
from wbc_tracker.errors import CatalogError

_FILE = Path(__file__).parent / "columns.toml"
_HUMPS = re.compile(r"(?<=[a-z])(?=[A-Z])|(?<=[A-Z0-9])(?=[A-Z][a-z])")

Headers = frozenset[str]


@dataclass(frozen=True)
class ColumnWords:
    """What headers and cells say of a column.

    Headers and states are folded by `header_words`, other cells by `fold_words`.

    Attributes:
        harmless: headers that change no result. harmless_words: words that make a longer one so.
            harmless_labels: those under which only cells in words are.
        free_text: those of free text among them.
        places: headers whose cells are names of places and people that may hold a fluid's.
        blood, fluids: single words of a cell. fluid_stems: how such words begin. fluid_codes: whole
            cells. title_words: words of a panel's title that say nothing of their own.
            blood_titles: words of a title that is of blood alone.
        status_headers: headers of the state of a result. standing_headers: those whose "no"
            withdraws it. unclear_standing: those of which no answer tells for certain.
        status: words of a state -> `withdrawn`, `corrected`, `final` or `preliminary`.
        status_codes: the same for codes of one letter. status_phrases: parts of a longer cell that
            show that its column tells states. verdicts: words that judge a value.
        sexes: cells that tell a sex -> `m`, `f` or `other`. yes_no: cells of an answer.
        neutral: cells that name nobody.
        ages: headers of an age in years.
        birth, sex: words of headers that tell a birth date or a sex.
        person: words of headers that say whose row it is. patient_ids: headers of a patient's code.
        names: words of headers whose cells are names. cases: headers of a case's number.
        name_links: words before a name in a title. institutions: words of a name that is nobody's.
        comparator_codes: code in a column of comparators -> sign, `=` for none.
        limit_headers: headers of answers that tell which values are limits.
        other_tests: headers of tests that the catalogue does not know.
    """

    harmless: Headers
    harmless_words: Headers
    harmless_labels: Headers
    free_text: Headers
    places: Headers
    blood: Headers
    fluids: Headers
    fluid_stems: tuple[str, ...]
    fluid_codes: Headers
    title_words: Headers
    blood_titles: Headers
    status_headers: Headers
    standing_headers: Headers
    unclear_standing: Headers
    status: Mapping[str, str]
    status_codes: Mapping[str, str]
    status_phrases: Headers
    verdicts: Headers
    sexes: Mapping[str, str]
    yes_no: Mapping[str, str]
    neutral: Headers
    ages: Headers
    birth: Headers
    sex: Headers
    person: Headers
    patient_ids: Headers
    names: Headers
    cases: Headers
    name_links: Headers
    institutions: Headers
    comparator_codes: Mapping[str, str]
    limit_headers: Headers
    other_tests: Headers


def header_words(header: str) -> str:
    """Fold a header, `patientName` as the two words that it is."""
    return fold_name(_HUMPS.sub(" ", header))


def has_phrase(folded: str, phrases: Iterable[str]) -> bool:
    """Tell whether a folded header holds one of the phrases as whole words."""
    padded = f" {folded} "
    return any(f" {phrase} " in padded for phrase in phrases)


@cache
def load_columns() -> ColumnWords:
    """Return the words of columns that come with the program, read once.

    Raises:
        CatalogError: an unknown or missing table, or a word with two meanings.
    """
    try:
        table = tomllib.loads(_FILE.read_text(encoding="utf-8"))
    except (OSError, tomllib.TOMLDecodeError) as problem:
        raise CatalogError(f"{_FILE.name}: {problem}") from problem
    asked = {field.name for field in fields(ColumnWords)} - {"sex", "unclear_standing"}
    if odd := sorted(set(table) ^ asked):
        raise CatalogError(f"{_FILE.name}: table {odd[0]} is unknown or missing.")

    def headers(name: str, key: str | None = None) -> Headers:
        texts = (
            text
            for part, listed in table[name].items()
            for text in listed
            if key is None or part == key
        )
        return frozenset(header_words(form) for text in texts for form in spell_out(text))

    def cells(name: str) -> Headers:
        return frozenset(_meanings({"": [t for ts in table[name].values() for t in ts]}))

    return ColumnWords(
        harmless=headers("harmless"),
        harmless_words=headers("harmless_words"),
        harmless_labels=headers("harmless_labels"),
        free_text=headers("free_text"),
        places=headers("places"),
        blood=headers("blood"),
        fluids=headers("fluids"),
        fluid_stems=tuple(sorted(headers("fluid_stems"))),
        fluid_codes=headers("fluid_codes"),
        title_words=headers("title_words"),
        blood_titles=headers("blood_titles"),
        status_headers=headers("status_headers"),
        standing_headers=headers("standing_headers", "no_is_withdrawn"),
        unclear_standing=headers("standing_headers", "unclear"),
        status=_meanings(table["status"], header_words),
        status_codes=_meanings(table["status_codes"]),
        status_phrases=headers("status_phrases"),
        verdicts=cells("verdicts"),
        sexes=_meanings(table["sexes"]),
        yes_no=_meanings(table["yes_no"]),
        neutral=cells("neutral"),
        ages=headers("ages"),
        birth=headers("birth", "all"),
        sex=headers("birth", "sex"),
        person=headers("person"),
        patient_ids=headers("patient_ids"),
        names=headers("names"),
        cases=headers("cases"),
        name_links=headers("name_links"),
        institutions=headers("institutions"),
        comparator_codes=_meanings(table["comparator_codes"]),
        limit_headers=headers("limit_headers"),
        other_tests=headers("other_tests"),
    )


def _meanings(
    table: Mapping[str, list[str]], fold: Callable[[str], str] = fold_words
) -> dict[str, str]:
    """Return each folded word with its meaning.

    Raises:
        CatalogError: a word has two.
    """
    found: dict[str, str] = {}
    for meaning, texts in table.items():
        for text in texts:
            for form in spell_out(text):
                if found.setdefault(fold(form), meaning) != meaning:
                    raise CatalogError(f"{_FILE.name}: {text!r} means two things.")
    return found
