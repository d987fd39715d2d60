"""What can be wrong with a profile, checked against the catalogue,
each with what is accepted instead.
"""

from __future__ import annotations

import codecs
import re
from collections.abc import Iterable, Mapping
from typing import Any, NoReturn

from wbc_tracker.catalog.fold import fold_name, fold_unit
from wbc_tracker.catalog.model import Catalog
from wbc_tracker.catalog.naming import unit_table
from wbc_tracker.errors import UsageError

_PLACE = re.compile(r"column [1-9][0-9]*")


def check_profile(
    table: Mapping[str, Any], file: str, choices: Mapping[str, tuple[str, ...]], catalog: Catalog
) -> None:
    """Refuse a profile that names what does not exist or contradicts itself.

    Args:
        table: the parsed TOML. Values of the wrong kind are left to `build`.
        file: its name, for the message.
        choices: the keys of a profile, each with the words it accepts.
        catalog: roles, analytes and units.

    Raises:
        UsageError: naming file and key, with what is accepted.
    """
    for key, value in table.items():
        if key not in choices:
            _refuse(file, f"there is no key {key!r}", "Keys are", choices)
        if choices[key] and value not in choices[key]:
            _refuse(
                file, f"{key}: {value!r} is not one of the choices", "Accepted are", choices[key]
            )
    _check_columns(table, file, catalog)
    _check_analytes(table, file, catalog)
    _check_text_options(table, file)


def settled_units(table: Mapping[str, Any], catalog: Catalog) -> dict[str, str]:
    """Return analyte id -> UCUM code for the checked units of a profile,
    in whatever spelling they are written.
    """
    return {
        id: unit_table(catalog, catalog.analytes[id].family)[fold_unit(u)]
        for id, u in _texts(table, "units")
    }


def _refuse(file: str, what: str, accepted: str, words: Iterable[str]) -> NoReturn:
    raise UsageError(f"{file}: {what}.", f"{accepted} {', '.join(words)}.")


def _texts(table: Mapping[str, Any], key: str) -> list[tuple[str, str]]:
    """Return the pairs of a table of texts; anything else is for `build` to refuse."""
    value = table.get(key)
    pairs = value.items() if isinstance(value, dict) else ()
    return [(name, text) for name, text in pairs if isinstance(text, str)]


def _folded(table: Mapping[str, Any], key: str) -> dict[str, str]:
    """Return folded -> printed for a list of headers."""
    value = table.get(key)
    return (
        {fold_name(text): text for text in value if isinstance(text, str)}
        if isinstance(value, list)
        else {}
    )


def _check_columns(table: Mapping[str, Any], file: str, catalog: Catalog) -> None:
    ignored, asked, lacking = (_folded(table, key) for key in ("ignore", "headers", "lacks"))
    roles: dict[str, str] = {}
    known = catalog.roles_of_files
    for role, header in _texts(table, "columns"):
        if role not in known:
            _refuse(file, f"columns: there is no role {role!r}", "Roles are", known)
        folded = fold_name(header)
        if not folded:
            raise UsageError(
                f"{file}: columns: {role} has no header.", "Leave the line out if there is none."
            )
        if folded in roles:
            raise UsageError(
                f"{file}: columns: {header!r} would be both {roles[folded]} and {role}.",
                "Keep one.",
            )
        if folded in ignored:
            raise UsageError(
                f"{file}: ignore: {header!r} is also the {role}.", "Take it out of one of them."
            )
        if table.get("has_header") is False and not _PLACE.fullmatch(header):
            raise UsageError(
                f"{file}: columns: {header!r} cannot be a header, because has_header is false.",
                'Columns are called "column 1", "column 2" and so on.',
            )
        roles[folded] = role
    for role, header in _texts(table, "instead"):
        if role not in roles.values():
            _refuse(file, f"instead: columns has no {role!r}", "Its roles are", roles.values())
        if fold_name(header) in {**roles, **ignored}:
            raise UsageError(f"{file}: instead: {header!r} is used twice.", "Keep one.")
    if both := sorted(asked.keys() & lacking.keys()):
        raise UsageError(
            f"{file}: headers and lacks both name {asked[both[0]]!r}: no file could fit.",
            "Keep one.",
        )
    if table.get("has_header") is False and (asked or lacking):
        raise UsageError(
            f"{file}: a file without a header line cannot be recognised.",
            "Leave out headers and lacks.",
        )


def _check_analytes(table: Mapping[str, Any], file: str, catalog: Catalog) -> None:
    meaning: dict[str, str] = {}
    for name, id in _texts(table, "names"):
        if id not in catalog.analytes:
            _refuse(
                file,
                f"names: {name!r} means {id!r}, which is no analyte",
                "Analytes are",
                catalog.analytes,
            )
        if meaning.setdefault(fold_name(name), id) != id:
            raise UsageError(
                f"{file}: names: {name!r} means both {meaning[fold_name(name)]} and {id}.",
                "Keep one.",
            )
    for id, unit in _texts(table, "units"):
        if id not in catalog.analytes:
            _refuse(file, f"units: {id!r} is no analyte", "Analytes are", catalog.analytes)
        family = catalog.analytes[id].family
        if fold_unit(unit) not in unit_table(catalog, family):
            _refuse(
                file,
                f"units: {unit!r} is no unit of {id}",
                "Accepted are",
                catalog.families[family].factors,
            )


def _check_text_options(table: Mapping[str, Any], file: str) -> None:
    delimiter, encoding = table.get("delimiter"), table.get("encoding")
    if isinstance(delimiter, str) and (
        len(delimiter) != 1
        or not delimiter.isascii()
        or delimiter.isalnum()
        or delimiter in '"\n\r\0'
    ):
        raise UsageError(
            f"{file}: delimiter: {delimiter!r} cannot cut cells.",
            r'Write one character: "," or ";" or "\t" or "|".',
        )
    if isinstance(encoding, str):
        try:
            codecs.lookup(encoding)
        except LookupError:
            raise UsageError(
                f"{file}: encoding: {encoding!r} is not known.",
                "Try utf-8, windows-1252 or utf-16.",
            ) from None
