"""Which column plays which role: the user's word first, then the canonical name,
then its synonyms.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from wbc_tracker.catalog import Catalog
from wbc_tracker.catalog.fold import fold_name
from wbc_tracker.errors import AmbiguousFileError, UsageError
from wbc_tracker.intake.column.texts import TextColumn
from wbc_tracker.intake.options import ReadingOptions
from wbc_tracker.intake.table.head import shown_preamble
from wbc_tracker.intake.table.ledger import is_harmless_header
from wbc_tracker.intake.table.table import TextTable

_SEVERAL = 2
_FEWEST_COUNTED = 3
#: More words are a sentence, not the title of a field.
_TITLE_WORDS = 3


def find_candidates(
    header: list[str],
    spellings: Mapping[str, tuple[str, ...]],
    chosen: Mapping[str, str],
    file: str,
    ignore: frozenset[str] = frozenset(),
) -> dict[str, list[int]]:
    """Return role -> the columns that could play it, the canonical name alone where it stands
    there.

    Args:
        header: the printed headers.
        spellings: role -> the headers it is known by, the canonical name first.
        chosen: role -> header, from `--map` or a profile.
        file: for messages. ignore: folded headers known to be about something else.

    Raises:
        UsageError: a role or header was named that does not exist, or one column for two roles.
    """
    folded = [fold_name(name) for name in header]
    if unknown := sorted(set(chosen) - set(spellings)):
        raise UsageError(
            f"--map: there is no role {unknown[0]!r}.", f"Roles are {', '.join(spellings)}."
        )
    found: dict[str, list[int]] = {}
    for role, texts in spellings.items():
        if role in chosen:
            columns = [i for i, name in enumerate(header) if name == chosen[role]]
            columns = columns or [
                i for i, text in enumerate(folded) if text == fold_name(chosen[role])
            ]
            if not columns:
                raise UsageError(
                    f"--map: {file} has no column {chosen[role]!r}.",
                    f"Its columns: {', '.join(header)}.",
                )
        else:
            known = {fold_name(text) for text in texts}
            columns = [i for i, text in enumerate(folded) if text in known and text not in ignore]
            canonical = [i for i in columns if folded[i] == fold_name(role)]
            columns = canonical or columns
        if columns:
            found[role] = columns
    _refuse_double_roles(header, found, chosen)
    return found


def of_this_file(options: ReadingOptions, header: list[str], file: str) -> ReadingOptions:
    """Return the options with the headers that this file has, where several files are read.

    Raises:
        UsageError: of a single file, a column that is to be ignored does not exist.
    """
    folded = {fold_name(name) for name in header}
    missing = [name for name in options.set_aside if fold_name(name) not in folded]
    if missing and not options.is_one_of_several:
        raise UsageError(
            f"--ignore: {file} has no column {missing[0]!r}.", f"Its columns: {', '.join(header)}."
        )
    if not options.is_one_of_several:
        return options
    there = {role: name for role, name in options.columns.items() if fold_name(name) in folded}
    return replace(options, columns=there)


def _refuse_double_roles(
    header: list[str], found: dict[str, list[int]], chosen: Mapping[str, str]
) -> None:
    """Leave a chosen column to the role it was chosen for, and refuse one that was chosen for two.

    Raises:
        UsageError: naming both roles.
    """
    for role in chosen:
        for other, columns in list(found.items()):
            if other == role or not set(columns) & set(found[role]):
                continue
            if other in chosen or len(columns) == 1:
                raise UsageError(
                    f"--map: the column {header[found[role][0]]!r} would be both the {role} and "
                    f"the {other}.",
                    f"Name another column for one of them, e.g. --map {other}=HEADER.",
                )
            found[other] = [column for column in columns if column not in found[role]]


def settle_roles(header: list[str], found: Mapping[str, list[int]], file: str) -> dict[str, int]:
    """Return role -> column.

    Raises:
        AmbiguousFileError: two columns could play one role.
    """
    for role, columns in found.items():
        if len(columns) > 1:
            names = " and ".join(repr(header[i]) for i in columns[:3])
            raise AmbiguousFileError(
                f"{file}: the columns {names} could both be the {role}.",
                f"Say which with --map {role}=HEADER (the others rename), or remove one.",
                code="header_ambiguous",
            )
    return {role: columns[0] for role, columns in found.items()}


def assign_roles(
    header: list[str],
    spellings: Mapping[str, tuple[str, ...]],
    chosen: Mapping[str, str],
    file: str,
) -> dict[str, int]:
    """Return role -> column for a table in which every role has one column; see
    `find_candidates`.
    """
    return settle_roles(header, find_candidates(header, spellings, chosen, file), file)


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
    for index, name in enumerate(table.header):
        words = set(fold_name(name).split())
        hinted = bool(words & hints) and not words & exempt and not is_harmless_header(name)
        hinted = hinted and not (words & hints == {"id"} and _counts_rows(table.columns[index]))
        hinted = hinted or (not table.head.has_header and _looks_like_ids(table, index))
        if (
            index in used
            or not hinted
            or len(set(table.columns[index].words.to_pylist()) - {""}) < _SEVERAL
        ):
            continue
        raise AmbiguousFileError(
            f"{table.file}: the column {name!r} may name several patients.",
            f"If it does, say so with --map patient_id={name!r}; if not, name the one patient with "
            "--patient.",
            code="patient_unclear",
        )
    for line in table.head.preamble:
        title, separator, name = _cut_title(line)
        words = set(fold_name(title).split())
        if (
            separator
            and name
            and words & hints
            and not words & exempt
            and len(words) <= _TITLE_WORDS
        ):
            raise AmbiguousFileError(
                f"{table.file}: a line above the table may name the patient: "
                f"{shown_preamble([line])!r}.",
                f"Say whose results these are with --patient, e.g. --patient {options.patient}.",
                code="patient_unclear",
            )


def _counts_rows(texts: TextColumn) -> bool:
    """Tell whether a column says 1, 2, 3 ... and so on, in three rows or more."""
    cells = texts.to_pylist()
    starts = [[str(first + row) for row in range(len(cells))] for first in (0, 1)]
    return len(cells) >= _FEWEST_COUNTED and cells in starts


def _cut_title(line: str) -> tuple[str, str, str]:
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
