"""The export in the names of CDISC ADaM: its variables and codes, as data."""

from __future__ import annotations

import tomllib
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field, replace
from functools import cache
from pathlib import Path
from typing import Literal

from wbc_tracker.catalog.build import build, build_all
from wbc_tracker.errors import CatalogError, UsageError

_FILE = Path(__file__).parent / "cdisc.toml"
#: What a SAS transport file (version 5) can hold.
_MOST_LETTERS, _MOST_LABEL, _MOST_LENGTH = 8, 40, 200

VariableType = Literal["text", "number", "integer", "date", "datetime"]


@dataclass(frozen=True)
class DatasetHead:
    """What the dataset is: name, label, structure, whose names it bears, and what orders it."""

    name: str
    label: str
    structure: str
    standard: str
    keys: tuple[str, ...]


@dataclass(frozen=True)
class Variable:
    """One variable.

    Attributes:
        name, label, type: as in ADaM. standard: where the name comes from, `own` where from us.
        origin: as in a define document.
        source: the columns of the export it is made of; without all of them there is no variable.
        derivation: in words. derive: the function that makes it; "" where `words` do, each word of
            the source becoming another, or where it is copied.
        length: of a text without words, the longest that a transport file holds.
    """

    name: str
    label: str
    standard: Literal["ADaM", "SDTM", "own"]
    type: VariableType
    origin: Literal["Predecessor", "Derived", "Assigned", "Collected"]
    source: tuple[str, ...]
    derivation: str = ""
    derive: str = ""
    words: dict[str, str] = field(default_factory=dict)
    length: int = 0


@dataclass(frozen=True)
class Cdisc:
    """The dataset, its variables in their order, and analyte -> code and name of its parameter."""

    dataset: DatasetHead
    variables: tuple[Variable, ...]
    parameters: Mapping[str, tuple[str, str]]

    def variables_from(self, names: Collection[str]) -> tuple[Variable, ...]:
        """Return the variables that can be made of columns of these names."""
        return tuple(one for one in self.variables if set(one.source) <= set(names))

    def without(self, derive: str) -> Cdisc:
        """Return it without the variables that one function makes."""
        return replace(self, variables=tuple(v for v in self.variables if v.derive != derive))

    def refuse_taken(self, names: Iterable[str]) -> None:
        """Refuse columns of the user's own that bear the name of a variable.

        Raises:
            UsageError: naming the first.
        """
        taken = {variable.name.casefold() for variable in self.variables}
        if doubled := [name for name in names if name.casefold() in taken]:
            raise UsageError(
                f"A covariate cannot be called {doubled[0]!r}: CDISC has another variable of that "
                "name.",
                "Give the column of the file another name.",
            )


@cache
def load_cdisc() -> Cdisc:
    """Return the names that come with the program, read once.

    Raises:
        CatalogError: a key, name, label or code that does not fit.
    """
    try:
        table = tomllib.loads(_FILE.read_text(encoding="utf-8"))
    except (OSError, tomllib.TOMLDecodeError) as problem:
        raise CatalogError(f"{_FILE.name}: {problem}") from problem
    if odd := sorted(set(table) ^ {"dataset", "variable", "parameters"}):
        raise CatalogError(f"{_FILE.name}: table {odd[0]} is unknown or missing.")
    variables = build_all(Variable, table["variable"], "name", _FILE.name)
    parameters = {analyte: (code, name) for analyte, (code, name) in table["parameters"].items()}
    head = build(DatasetHead, table["dataset"], _FILE.name)
    _check([*variables, *(code for code, _ in parameters.values())], variables, head)
    return Cdisc(head, tuple(variables.values()), parameters)


def _check(codes: list[str], variables: Mapping[str, Variable], head: DatasetHead) -> None:
    for code in codes:
        is_code = code.isascii() and code.isalnum() and code.isupper() and code[0].isalpha()
        if not is_code or len(code) > _MOST_LETTERS:
            raise CatalogError(f"{_FILE.name}: {code} is no name of at most 8 capital letters.")
    if len(set(codes)) < len(codes):
        raise CatalogError(f"{_FILE.name}: a name or code stands there twice.")
    for one in variables.values():
        if len(one.label) > _MOST_LABEL or one.length > _MOST_LENGTH:
            raise CatalogError(f"{_FILE.name}: {one.name} has a label or length that is too long.")
        if one.words and one.derive == "" and len(one.source) != 1:
            raise CatalogError(f"{_FILE.name}: {one.name} has words for more than one column.")
    if unknown := [key for key in head.keys if key not in variables]:
        raise CatalogError(f"{_FILE.name}: the key {unknown[0]} is no variable.")
