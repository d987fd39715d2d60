"""Rules of one's own: a TOML file with thresholds that differ from the catalogue's."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import Any, Literal

from wbc_tracker.errors import UnreadableFileError
from wbc_tracker.near import did_you_mean

#: A file of rules is a page; what is larger is another file.
MOST_BYTES = 100_000
#: It stands in texts, in tables and behind the version of the catalogue.
_NAME = re.compile(r"[^\W_](?:[\w.-]{0,38}[^\W_])?")
_MOST_TEXT, _MOST_NAMED = 500, 15
_SEE = (
    "`wbc-tracker explain CODE` shows the thresholds of a flag; the names of all stand in "
    "catalog/thresholds.toml of the program."
)
_TABLES = ("thresholds", "depletion", "smallest_changes", "critical_limits", "cohort")
_TEXTS = ("name", "description", "source")
_COHORT = ("since", "windows", "analytes")

Uses = Literal["both", "count", "percent"]


@dataclass(frozen=True)
class DepletionRule:
    """How the cuts of the B-cell state are taken.

    Attributes:
        is_inclusive: a value equal to the cut of depletion is depleted too.
        uses: whether CD19 counts as `count`, as `percent` of lymphocytes, or in `both` forms.
    """

    is_inclusive: bool = False
    uses: Uses = "both"

    def takes(self, *, is_percent: bool) -> bool:
        """Whether a CD19 of this form tells of the state."""
        return self.uses == "both" or (self.uses == "percent") is is_percent

    @property
    def sign(self) -> str:
        """How a depleted value stands to the cut, as a sign."""
        return "<=" if self.is_inclusive else "<"


@dataclass(frozen=True)
class Rules:
    """What one file of rules says, as it says it.

    Attributes:
        name: what the rules are called in every output. file: its name. sha256: of its bytes.
        description, source: in the words of their author, or empty.
        thresholds: (name, value) of thresholds of the catalogue, each in its unit.
        strict: `false` takes a value equal to the cut of depletion as depleted. uses: see
            `DepletionRule`; None where the file does not say.
        smallest_changes: (analyte, percent). critical_limits: (analyte, `below` or `above`, value).
        since, windows, analytes: of the research table, empty where the file does not say.
    """

    name: str
    file: str = ""
    sha256: str = ""
    description: str = ""
    source: str = ""
    thresholds: tuple[tuple[str, float], ...] = ()
    strict: bool | None = None
    uses: Uses | None = None
    smallest_changes: tuple[tuple[str, float], ...] = ()
    critical_limits: tuple[tuple[str, str, float], ...] = ()
    since: tuple[str, ...] = ()
    windows: tuple[int, ...] = ()
    analytes: tuple[str, ...] = ()

    @property
    def figures(self) -> dict[str, float | str | bool]:
        """Every setting by its name, as `thresholds.igg_low_below`."""
        told: dict[str, float | str | bool] = {}
        told |= {f"thresholds.{name}": value for name, value in self.thresholds}
        told |= {f"smallest_changes.{name}": value for name, value in self.smallest_changes}
        told |= {f"critical_limits.{n}.{side}": value for n, side, value in self.critical_limits}
        for name in ("strict", "uses"):
            if (value := getattr(self, name)) is not None:
                told[f"depletion.{name}"] = value
        for name in _COHORT:
            if listed := getattr(self, name):
                told[f"cohort.{name}"] = ", ".join(map(str, listed))
        return told


@dataclass(frozen=True)
class RuleChange:
    """One figure that is not the catalogue's.

    Attributes:
        name: as in the file. value, usual: what holds now, and what the catalogue says.
        unit: a UCUM code or words, empty without one.
        hides_urgent: an urgent flag may no longer be raised, or stand for a shorter time.
    """

    name: str
    value: float | str
    usual: float | str
    unit: str = ""
    hides_urgent: bool = False


@dataclass(frozen=True)
class AppliedRules:
    """Rules that a catalogue holds, and what they change in it."""

    rules: Rules
    changes: tuple[RuleChange, ...]


def load_rules(path: Path | str) -> Rules:
    """Read a file of rules.

    What it says is held against the catalogue only by `catalog_with_rules`.

    Args:
        path: a TOML file of at most 100 kB.

    Raises:
        UnreadableFileError: there is no such file, or it is no file of rules.
    """
    path = Path(path)
    file = path.name.encode("utf-8", "surrogateescape").decode("utf-8", "backslashreplace")
    try:
        with path.open("rb") as stream:
            raw = stream.read(MOST_BYTES + 1)
    except FileNotFoundError:
        raise UnreadableFileError(
            f"There is no file {str(path)!r}.", "Check the name.", code="file_missing"
        ) from None
    except OSError as problem:
        raise UnreadableFileError(
            f"{str(path)!r} cannot be read: {problem.strerror}.", code="file_missing"
        ) from None
    return read_rules(raw, file)


def read_rules(raw: bytes, file: str) -> Rules:
    """Return what the bytes of a file of rules say.

    Args:
        raw: TOML. file: its name, for messages; without a `name` in it the rules are called so.

    Raises:
        UnreadableFileError: it is no TOML, holds a key that is none of rules, or a value of the
            wrong kind.
    """
    if len(raw) > MOST_BYTES:
        raise _broken(file, f"more than {MOST_BYTES // 1000} kB are no file of rules")
    try:
        told = tomllib.loads(raw.decode("utf-8-sig"))
    except (ValueError, RecursionError) as problem:  # also a number of 5000 digits
        raise _broken(file, f"it is no TOML ({problem})") from None
    _refuse_unknown(told, (*_TEXTS, *_TABLES), file, "")
    tables = {name: _table(told, name, file) for name in _TABLES}
    depletion, cohort = tables["depletion"], tables["cohort"]
    _refuse_unknown(depletion, ("strict", "uses"), file, "depletion")
    _refuse_unknown(cohort, _COHORT, file, "cohort")
    texts = {name: _text(told.get(name, ""), name, file) for name in _TEXTS}
    name = texts["name"] or Path(file).stem
    if not _NAME.fullmatch(name):
        raise _broken(
            file,
            f"{name!r} is no name for rules",
            'Write name = "our-clinic": at most 40 letters, digits, - _ and ., without spaces.',
        )
    return Rules(
        name=name,
        file=file,
        sha256=sha256(raw).hexdigest(),
        description=texts["description"],
        source=texts["source"],
        thresholds=_numbers(tables["thresholds"], "thresholds", file),
        strict=_strict(depletion.get("strict"), file),
        uses=_uses(depletion.get("uses"), file),
        smallest_changes=_numbers(tables["smallest_changes"], "smallest_changes", file),
        critical_limits=_limits(tables["critical_limits"], file),
        since=_listed(cohort, "since", str, file),
        windows=_listed(cohort, "windows", int, file),
        analytes=_listed(cohort, "analytes", str, file),
    )


def _broken(file: str, what: str, hint: str = "") -> UnreadableFileError:
    return UnreadableFileError(f"{file}: {what}.", hint, code="rules")


def refuse_unknown_name(name: str, known: Collection[str], file: str, table: str) -> None:
    """Refuse a key of a table that names nothing, with what may have been meant.

    Raises:
        UnreadableFileError: naming it.
    """
    if name not in known:
        where = f" in [{table}]" if table else ""
        meant = did_you_mean(name, known)
        raise UnreadableFileError(
            f"{file}: there is no {name!r}{where}.{meant}",
            f"Known are {', '.join(known)}." if len(known) <= _MOST_NAMED else _SEE,
            code="rules",
        )


def _refuse_unknown(told: Mapping[str, Any], known: Collection[str], file: str, table: str) -> None:
    for name in told:
        refuse_unknown_name(name, known, file, table)


def _table(told: Mapping[str, Any], name: str, file: str) -> Mapping[str, Any]:
    table = told.get(name, {})
    if not isinstance(table, dict):
        raise _broken(file, f"{name} must be a table: write [{name}] on a line of its own")
    return table


def _text(value: object, name: str, file: str) -> str:
    if not isinstance(value, str) or len(value) > _MOST_TEXT or not value.isprintable():
        raise _broken(file, f"{name} must be a text of one line, at most {_MOST_TEXT} characters")
    return value.strip()


def _numbers(table: Mapping[str, Any], name: str, file: str) -> tuple[tuple[str, float], ...]:
    return tuple((key, _number(value, f"{name}: {key}", file)) for key, value in table.items())


def _number(value: object, where: str, file: str) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float) or abs(value) > 1e15:
        raise _broken(file, f"{where} must be a number, not {str(value)[:40]!r}")
    return float(value)


def _strict(value: object, file: str) -> bool | None:
    if value is None or isinstance(value, bool):
        return value
    raise _broken(file, "depletion: strict must be true (below the cut) or false (at or below)")


def _uses(value: object, file: str) -> Uses | None:
    for word in ("both", "count", "percent"):
        if value == word:
            return word
    if value is None:
        return None
    raise _broken(file, 'depletion: uses must be "both", "count" or "percent"')


def _limits(table: Mapping[str, Any], file: str) -> tuple[tuple[str, str, float], ...]:
    found = []
    for analyte, sides in table.items():
        if not isinstance(sides, dict):
            raise _broken(file, f"critical_limits: write {analyte!r} = {{ below = 0.5 }}")
        _refuse_unknown(sides, ("below", "above"), file, f"critical_limits.{analyte}")
        for side, value in sides.items():
            where = f"critical_limits: {analyte}.{side}"
            found.append((analyte, side, _number(value, where, file)))
    return tuple(found)


def _listed(table: Mapping[str, Any], name: str, kind: type, file: str) -> tuple[Any, ...]:
    listed = table.get(name, [])
    if not isinstance(listed, list):
        listed = [listed]
    if not all(type(one) is kind for one in listed) or (name in table and not listed):
        noun = "whole numbers" if kind is int else "words"
        raise _broken(file, f"cohort: {name} must be a list of {noun}")
    return tuple(listed)
