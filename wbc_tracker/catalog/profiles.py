"""Profiles: which column of a known export plays which role,
kept as TOML beside this module or by the user.
"""

from __future__ import annotations

import json
import re
import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any, Literal

from wbc_tracker.catalog.build import build
from wbc_tracker.catalog.fold import fold_name
from wbc_tracker.catalog.loader import load_catalog
from wbc_tracker.catalog.model import Catalog
from wbc_tracker.catalog.profile_checks import check_profile, settled_units
from wbc_tracker.errors import AmbiguousFileError, CatalogError, UsageError
from wbc_tracker.near import did_you_mean

_BUILT_IN = Path(__file__).parent / "profiles"
#: A name is one plain file name: no path, no `..`, nothing hidden.
_NAME = re.compile(r"\w[\w .-]*")


@dataclass(frozen=True)
class Profile:
    """How the columns of one kind of export are to be read.

    What a file says of itself, and what the user types, comes before a profile; what the profile
    leaves open is found by evidence as without one.

    Attributes:
        id: the name after `--profile`; the file's name without `.toml`.
        columns: role -> header. A column may be absent unless `headers` names it.
        instead: role -> header, read where the cell of `columns` is empty, or a date of it has
            midnight for a time that is not known.
        title: one line. description: what it is for, and how to make such a file.
        gives: what one gets from there, before anything is copied. limits: what such a file does
            not tell.
        headers: a file whose header line has all of them is recognised; empty: only used when
            named.
        lacks: a file that has one of these is another one.
        names: printed name or code of the analyte column -> analyte id, where the catalogue does
            not know it.
        units: analyte id -> UCUM code, where the export prints none.
        ignore: headers known to be about something else, whatever they are called.
        no_result: texts of the value column that mean there is no result, beside the catalogue's.
        has_header: False: there is no header line, and columns are called "column 1", "column 2",
            by place.
        date_order, decimal, delimiter, encoding, layout: as the options of the same names.
        source: where the shape is documented.
    """

    id: str
    columns: dict[str, str]
    instead: dict[str, str] = field(default_factory=dict)
    title: str = ""
    description: str = ""
    gives: Literal["CSV", "PDF", "page", "paper", "database"] | None = None
    limits: str = ""
    headers: tuple[str, ...] = ()
    lacks: tuple[str, ...] = ()
    names: dict[str, str] = field(default_factory=dict)
    units: dict[str, str] = field(default_factory=dict)
    ignore: tuple[str, ...] = ()
    no_result: tuple[str, ...] = ()
    has_header: bool = True
    date_order: Literal["ymd", "dmy", "mdy"] | None = None
    decimal: Literal[".", ","] | None = None
    layout: Literal["long", "wide", "flowsheet"] | None = None
    delimiter: str | None = None
    encoding: str | None = None
    source: str = ""

    def fits(self, header: Iterable[str]) -> bool:
        """Tell whether a header line is that of this export; one that cannot be recognised never
        is.
        """
        printed = {fold_name(name) for name in header}
        asked, other = ({fold_name(name) for name in names} for names in (self.headers, self.lacks))
        return bool(asked) and asked <= printed and not other & printed

    def columns_in(self, header: Iterable[str]) -> dict[str, str]:
        """Return role -> header as the file prints it, for the columns that the file has."""
        printed = {fold_name(name): name for name in header}
        return {
            role: printed[fold_name(name)]
            for role, name in (*self.instead.items(), *self.columns.items())
            if fold_name(name) in printed
        }


@cache
def load_profiles() -> dict[str, Profile]:
    """Return the profiles that come with the program, read once, in the order of their ids."""
    catalog = load_catalog()
    try:
        return {path.stem: read_profile(path, catalog) for path in sorted(_BUILT_IN.glob("*.toml"))}
    except UsageError as error:
        raise CatalogError(f"{error.message} {error.hint}") from error


def read_profile(path: Path, catalog: Catalog) -> Profile:
    """Read a profile from its file.

    Raises:
        UsageError: no valid TOML, or an unknown key, role, analyte, unit, layout or encoding; the
            message names the file and the key, the hint what is accepted.
    """
    table = _read_table(path)
    check_profile(table, path.name, _choices(), catalog)
    try:
        profile = build(
            Profile, {**table, "id": path.stem, "units": settled_units(table, catalog)}, path.name
        )
    except CatalogError as error:
        raise UsageError(error.message, _PATTERN) from error
    return profile


_PATTERN = "For a pattern see: wbc-tracker profiles show generic"


def _choices() -> dict[str, tuple[str, ...]]:
    """Return the keys of a profile, each with the words it accepts (none: any text)."""
    words: dict[str, tuple[str, ...]] = {
        "gives": ("CSV", "PDF", "page", "paper", "database"),
        "date_order": ("ymd", "dmy", "mdy"),
        "decimal": (".", ","),
        "layout": ("long", "wide", "flowsheet"),
    }
    keys = (name for name in Profile.__dataclass_fields__ if name != "id")
    return {name: words.get(name, ()) for name in keys}


def _read_table(path: Path) -> Mapping[str, Any]:
    try:
        return tomllib.loads(path.read_text(encoding="utf-8-sig"))
    except tomllib.TOMLDecodeError as problem:
        raise UsageError(f"{path.name} is not valid TOML: {problem}.", _PATTERN) from None
    except UnicodeDecodeError:
        raise UsageError(f"{path.name} is not UTF-8 text.", "Save it as UTF-8.") from None
    except OSError as problem:
        raise UsageError(f"{path} cannot be read: {problem.strerror}.") from None


def read_own_profiles(
    folder: Path, catalog: Catalog
) -> tuple[dict[str, Profile], dict[str, UsageError]]:
    """Return the profiles in the user's folder, and what is wrong with those that cannot be read,
    by their ids.
    """
    profiles, problems = {}, {}
    for path in sorted(folder.glob("*.toml")):
        try:
            profiles[path.stem] = read_profile(path, catalog)
        except UsageError as error:
            problems[path.stem] = error
    return profiles, problems


def choose_profile(name: str, folder: Path, catalog: Catalog) -> Profile:
    """Return the profile of a name; the user's own file comes before a built-in one of the same
    name.

    Raises:
        UsageError: the name is no plain name, there is no such profile, or the user's file is
            wrong.
    """
    own = check_name(name, folder, "--profile")
    if own.is_file():
        return read_profile(own, catalog)
    if name in load_profiles():
        return load_profiles()[name]
    known = sorted({*load_profiles(), *(path.stem for path in folder.glob("*.toml"))})
    raise UsageError(
        f"There is no profile {name!r}.{did_you_mean(name, known)}",
        f"Known are {', '.join(known)}. Own ones are files NAME.toml in {folder}.",
    )


def check_name(name: str, folder: Path, option: str) -> Path:
    """Return the file of an own profile's name; it need not exist.

    Raises:
        UsageError: it is no plain name.
    """
    if not _NAME.fullmatch(name) or ".." in name:
        raise UsageError(
            f"{option}: {name!r} is not a name.",
            f"Put the file into {folder} and name it without folder and `.toml`.",
        )
    return folder / f"{name}.toml"


def profile_text(title: str, headers: list[str], kept: Mapping[str, Any]) -> str:
    """Return a profile as TOML.

    Args:
        title: one line. headers: those by which a file is recognised.
        kept: the keys of a profile -> text, list of texts, or table of texts; empty ones are left
            out.
    """
    plain = {"title": title, "headers": headers, **kept}
    lines = [
        f"{key} = {_toml(value)}"
        for key, value in plain.items()
        if value and not isinstance(value, dict)
    ]
    for key, table in plain.items():
        if isinstance(table, dict) and table:
            lines += [f"[{key}]", *(f"{_toml(name)} = {_toml(v)}" for name, v in table.items())]
    return "\n".join(lines) + "\n"


def _toml(value: str | list[str]) -> str:
    """Write a text or texts; JSON's forms are TOML's, but for the sign DEL."""
    return json.dumps(value, ensure_ascii=False).replace("\x7f", "\\u007f")


def find_fitting(
    header: list[str], profiles: Mapping[str, Profile], file: str = "The file"
) -> Profile | None:
    """Return the profile that a header line fits, or None.

    Args:
        header: the printed headers. profiles: those to choose from, by id.
        file: its name, for the message.

    Raises:
        AmbiguousFileError: two profiles fit.
    """
    fitting = [profile for profile in profiles.values() if profile.fits(header)]
    if len(fitting) > 1:
        ids = [profile.id for profile in fitting]
        raise AmbiguousFileError(
            f"{file} fits the profiles {' and '.join(ids)}.",
            f"Say which with {' or '.join(f'--profile {id}' for id in ids)}.",
            code="profile_ambiguous",
            settled_by=[("--profile", id) for id in ids],
        )
    return fitting[0] if fitting else None
