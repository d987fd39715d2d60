"""Whose rows these are, as headers and the lines above the table say."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import NamedTuple

from wbc_tracker.catalog import Catalog
from wbc_tracker.catalog.columns import has_phrase, header_words, load_columns
from wbc_tracker.catalog.fold import fold_name
from wbc_tracker.errors import AmbiguousFileError, Option
from wbc_tracker.intake.column.texts import TextColumn
from wbc_tracker.intake.options import ReadingOptions, mapped
from wbc_tracker.intake.table.head import shown_preamble
from wbc_tracker.intake.table.ledger import is_harmless_header
from wbc_tracker.intake.table.table import TextTable

_SEVERAL = 2
_FEWEST_COUNTED = 3
#: More words are a sentence, not the title of a field.
_TITLE_WORDS = 3


class Suspect(NamedTuple):
    """A column that may tell people apart: its header, what its cells look like ("" where only the
    header tells), and some of them.
    """

    header: str
    look: str = ""
    shown: str = ""


def people_unclear(file: str, suspects: Sequence[Suspect], aside: str = "") -> AmbiguousFileError:
    """Return the error of a file with columns that may tell people apart.

    It names the column that would be the id: of a code and a name the code. The number of a case is
    no id: one person has several.

    Args:
        file: its name. suspects: one or more. aside: a sentence for the end of the hint.
    """

    def rank(suspect: Suspect) -> int:
        header = header_words(suspect.header)
        if header in load_columns().cases:
            return 2
        return int(suspect.look == "a name" or has_phrase(header, load_columns().names))

    chosen = min(suspects, key=rank)
    header = chosen.header
    looks = f": it looks like {chosen.look} ({chosen.shown})" if chosen.look else ""
    if rank(chosen) > 1:
        ways: list[Option] = []
        hint = "A case is no person: add a column with an id for each of them; if all rows are one "
    else:
        ways = mapped(header, "patient_id")
        hint = f"If it does, say so with --map patient_id={header!r}; if all rows are one "
    return AmbiguousFileError(
        f"{file}: the column {header!r} may name several patients{looks}.",
        f"{hint}person's, name the person with --patient ID.{aside}",
        code="patient_unclear",
        settled_by=ways,
    )


def refuse_unclear_patients(
    table: TextTable,
    roles: Mapping[str, int],
    used: set[int],
    options: ReadingOptions,
    catalog: Catalog,
) -> None:
    """Refuse a file in which an unknown column or the lines above the table may name whose results
    these are.

    Several people would become one, or one person's results would be added to another's.

    Raises:
        AmbiguousFileError: naming the column or line and the options that settle it.
    """
    if "patient_id" in roles or options.is_patient_named:
        return
    hints, exempt = set(catalog.words.patient_hints), set(catalog.words.patient_exempt)
    suspects = []
    for index, name in enumerate(table.header):
        words = set(fold_name(name).split())
        hinted = bool(words & hints) and not words & exempt and not is_harmless_header(name)
        hinted = hinted and not (words & hints == {"id"} and _counts_rows(table.columns[index]))
        hinted = hinted or (not table.head.has_header and _looks_like_ids(table, index))
        if index not in used and hinted and len(table.columns[index].used(_SEVERAL)) >= _SEVERAL:
            suspects.append(Suspect(name))
    if suspects:
        raise people_unclear(table.file, suspects)
    for line, _ in _names_above(table, catalog):
        raise AmbiguousFileError(
            f"{table.file}: a line above the table may name the patient: "
            f"{shown_preamble([line])!r}.",
            f"Say whose results these are with --patient, e.g. --patient {options.patient}.",
            code="patient_unclear",
            settled_by=[("--patient", options.patient)],
        )


def name_above(table: TextTable, catalog: Catalog) -> str:
    """Return the name that a line above the table gives to the patient, or ""."""
    return next((name for _, name in _names_above(table, catalog)), "")


def _names_above(table: TextTable, catalog: Catalog) -> list[tuple[str, str]]:
    """Return the lines above the table that may name the patient, and what each names."""
    named = ((line, name_in_title(line, catalog)) for line in table.head.preamble)
    return [(line, name) for line, name in named if name]


def name_in_title(line: str, catalog: Catalog) -> str:
    """Return whom `Patient: Ann`, or the cells `Patient | Ann`, may name; "" where it names
    nobody.
    """
    title, separator, name = cut_title(line)
    words = set(fold_name(title).split())
    is_hinted = bool(words & set(catalog.words.patient_hints)) and len(words) <= _TITLE_WORDS
    is_exempt = bool(words & set(catalog.words.patient_exempt))
    return name if separator and is_hinted and not is_exempt else ""


def _counts_rows(texts: TextColumn) -> bool:
    """Tell whether a column says 1, 2, 3 ... and so on, in three rows or more."""
    cells = texts.to_pylist()
    starts = [[str(first + row) for row in range(len(cells))] for first in (0, 1)]
    return len(cells) >= _FEWEST_COUNTED and cells in starts


def cut_title(line: str) -> tuple[str, str, str]:
    """Cut `Patient: Ann` or the cells `Patient | Ann` into title, separator and what is named."""
    title, separator, name = line.replace(":", "|").partition("|")
    return title.strip(), separator, name.replace("|", "").strip()


def _looks_like_ids(table: TextTable, index: int) -> bool:
    """Tell whether every cell of a column without a name is one short word with a digit,
    as ids are.
    """
    texts = table.columns[index]
    return not texts.is_blank().any() and all(
        " " not in text and any(character.isdigit() for character in text)
        for text in texts.words.to_pylist()
    )
