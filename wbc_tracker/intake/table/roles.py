"""Which column plays which role: the user's word first, then the canonical name,
then its synonyms.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import replace

from wbc_tracker.catalog.columns import has_phrase, load_columns
from wbc_tracker.catalog.fold import fold_name
from wbc_tracker.errors import AmbiguousFileError, Option, UsageError
from wbc_tracker.intake.options import ReadingOptions, mapped
from wbc_tracker.near import did_you_mean, meant_words, nearest

#: Roles of which a column can be one or the other, as the user says.
_MARKS = ("abnormal_flag", "comparator", "status")


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
            f"--map: there is no role {unknown[0]!r}.{did_you_mean(unknown[0], spellings)}",
            f"Roles are {', '.join(spellings)}.",
        )
    found: dict[str, list[int]] = {}
    for role, texts in spellings.items():
        if role in chosen:
            columns = [i for i, name in enumerate(header) if name == chosen[role]]
            columns = columns or [
                i for i, text in enumerate(folded) if text == fold_name(chosen[role])
            ]
            if not columns:
                near = nearest(chosen[role], filter(None, header))
                raise UsageError(
                    f"--map: {file} has no column {chosen[role]!r}.{meant_words(near)}",
                    f"Its columns: {', '.join(header)}.",
                    settled_by=_either(role, near),
                )
        else:
            known = {fold_name(text) for text in texts}
            columns = [i for i, text in enumerate(folded) if text in known and text not in ignore]
            canonical = [i for i in columns if folded[i] == fold_name(role)]
            columns = canonical or columns
            if role == "patient_id" and not canonical:
                columns = _codes_before_names(folded, columns, ignore)
        if columns:
            found[role] = columns
    _refuse_double_roles(header, found, chosen)
    return found


def of_this_file(
    options: ReadingOptions, header: list[str], roles: Collection[str], file: str
) -> ReadingOptions:
    """Return the options with the headers that this file has, where several files are read.

    Args:
        options: of all files. header: as printed. roles: that columns of such a file can play.
        file: for messages.

    Raises:
        UsageError: of a single file, a column that is to be ignored does not exist.
    """
    folded = {fold_name(name) for name in header}
    missing = [name for name in options.set_aside if fold_name(name) not in folded]
    if missing and not options.is_one_of_several:
        raise UsageError(
            f"--ignore: {file} has no column {missing[0]!r}.{did_you_mean(missing[0], header)}",
            f"Its columns: {', '.join(header)}.",
        )
    if not options.is_one_of_several:
        return options
    there = {
        role: name
        for role, name in options.columns.items()
        if role in roles and fold_name(name) in folded
    }
    return replace(options, columns=there)


def _codes_before_names(folded: list[str], columns: list[int], ignore: frozenset[str]) -> list[int]:
    """Return the columns that may name the patient: of a code and a name the code.

    Args:
        folded: the headers. columns: those that the languages know. ignore: about something else.
    """
    words = load_columns()
    codes = [i for i, text in enumerate(folded) if text in words.patient_ids and text not in ignore]
    named = [i for i in columns if not has_phrase(folded[i], words.names)]
    if len(codes) > 1 and len(named) == 1:  # the one that the languages call the patient
        return named
    return sorted({*codes, *named}) or columns


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
            if other in chosen or (len(columns) == 1 and other not in _MARKS):
                raise UsageError(
                    f"--map: the column {header[found[role][0]]!r} would be both the {role} and "
                    f"the {other}.",
                    f"Name another column for one of them, e.g. --map {other}=HEADER.",
                )
            found[other] = [column for column in columns if column not in found[role]]
            if not found[other]:
                del found[other]


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
                settled_by=_either(role, [header[i] for i in columns[:3]]),
            )
    return {role: columns[0] for role, columns in found.items()}


def _either(role: str, names: list[str]) -> list[Option]:
    """Return the options of which one settles which column plays a role; none where two columns
    bear one name.
    """
    if len(set(names)) < len(names):
        return []
    return [option for name in names for option in mapped(name, role)]


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
