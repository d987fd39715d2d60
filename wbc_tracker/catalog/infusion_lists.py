"""What stands in the infusion lists of day units: other drugs, premedication, and the words for
what became of an infusion.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from pathlib import Path
from typing import Any, Literal

from wbc_tracker.catalog.build import build, build_all
from wbc_tracker.catalog.fold import fold_name
from wbc_tracker.errors import CatalogError

Texts = tuple[str, ...]
#: What a status says; `yes` and `no` answer the header of their column.
Status = Literal["given", "not_given", "ordered", "booked", "partial", "yes", "no"]
#: A booking further ahead is questioned (our choice: four intervals of the drugs given twice a
#: year).
_YEARS_AHEAD = 2
_DRUGS, _STATUS = "other_drugs.toml", "infusion_status.toml"


@dataclass(frozen=True)
class OtherDrug:
    """Another drug that people with MS are given; a row of it becomes an event of the kind `event`.

    `changes_counts`: it changes white cells for months.
    """

    id: str
    synonyms: Texts
    source: str
    changes_counts: bool = False
    event: Literal["other_drug", "other"] = "other_drug"


@dataclass(frozen=True)
class Premedication:
    """What is given before an infusion. A steroid from `pulse_from_mg` on is a course of its
    own.
    """

    id: str
    synonyms: Texts
    pulse_from_mg: float | None = None


@dataclass(frozen=True)
class DrugCellWords:
    """Words of a drug's cell beside its name: routes, and what changes nothing.

    `packages` say that a strength behind the name is that of a package, not the dose.
    """

    intravenous: Texts
    subcutaneous: Texts
    other_routes: Texts
    forms: Texts
    packages: Texts
    makers: Texts


@dataclass(frozen=True)
class _Headers:
    status: Texts
    yes_is_given: Texts
    yes_is_not_given: Texts
    filled_is_not_given: Texts
    no_reason: Texts
    free_text: Texts
    dispensed: Texts
    weak: Texts


@dataclass(frozen=True)
class _StatusFile:
    given: dict[str, Texts]
    not_given: dict[str, Texts]
    ordered: dict[str, Texts]
    booked: dict[str, Texts]
    partial: dict[str, Texts]
    yes: dict[str, Texts]
    no: dict[str, Texts]
    headers: _Headers


@dataclass(frozen=True)
class _DrugCellFile:
    drug_cell: DrugCellWords


@dataclass(frozen=True)
class InfusionLists:
    """Other drugs and premedication by id, the words of a drug's cell, and those of a status."""

    other_drugs: dict[str, OtherDrug]
    premedication: dict[str, Premedication]
    cell: DrugCellWords
    _file: _StatusFile

    @cached_property
    def status_words(self) -> dict[str, Status]:
        """Folded word -> what it says."""
        return dict(spelled_statuses(self))

    @cached_property
    def status_headers(self) -> frozenset[str]:
        """Folded headers of a status column."""
        headers = self._file.headers
        texts = (*headers.status, *headers.yes_is_given, *headers.yes_is_not_given)
        texts += headers.filled_is_not_given
        return frozenset(map(fold_name, texts))

    @cached_property
    def yes_headers(self) -> dict[str, Status]:
        """Folded header -> what "yes" says under it."""
        headers = self._file.headers
        return {
            **{fold_name(text): "given" for text in headers.yes_is_given},
            **{fold_name(text): "not_given" for text in headers.yes_is_not_given},
        }

    @cached_property
    def reason_headers(self) -> frozenset[str]:
        """Folded headers under which any text says that nothing was given."""
        return frozenset(map(fold_name, self._file.headers.filled_is_not_given))

    @cached_property
    def no_reason(self) -> frozenset[str]:
        """Folded cells under such a header that hold none."""
        return frozenset(map(fold_name, ("", *self._file.headers.no_reason)))

    def yes_says(self, header: str) -> Status | None:
        """Return what "yes" says under a header, which may name the answers: `Given (Y/N)`."""
        words = fold_name(header).split()
        while words:
            if found := self.yes_headers.get(" ".join(words)):
                return found
            if self.status_words.get(words.pop()) not in ("yes", "no"):
                break
        return None

    def question_in(self, header: str) -> str:
        """Return the known header of an answer that stands among other words of a header (`Drug
        given`), or ""; of two the one under which "yes" says that nothing was given.
        """
        padded = f" {fold_name(header)} "
        found = [text for text in self.yes_headers if f" {text} " in padded]
        return min(found, key=lambda text: self.yes_headers[text] == "given", default="")

    @cached_property
    def pattern_of_not_given(self) -> str:
        """A pattern (RE2) of phrases of two words and more that say so in the middle of a sentence,
        too.
        """
        texts = (text for listed in self._file.not_given.values() for text in listed)
        phrases = (r"\W+".join(map(re.escape, text.split())) for text in texts if " " in text)
        return rf"(?i)(?:^|\PL)(?:{'|'.join(phrases)})(?:\PL|$)"

    @cached_property
    def weak_words(self) -> frozenset[str]:
        """Folded words of a status that mean something else under another header."""
        return frozenset(map(fold_name, self._file.headers.weak))

    @cached_property
    def free_text_headers(self) -> frozenset[str]:
        """Folded headers of comments."""
        return frozenset(map(fold_name, self._file.headers.free_text))

    @cached_property
    def dispensed_headers(self) -> frozenset[str]:
        """Folded headers of a pharmacy's list of what it handed out."""
        return frozenset(map(fold_name, self._file.headers.dispensed))


def latest_booking(today: str) -> str:
    """Return the last day for which a booking is taken without a question; ISO 8601."""
    then = date.fromisoformat(today)
    last = 28 if (then.month, then.day) == (2, 29) else then.day
    return then.replace(year=then.year + _YEARS_AHEAD, day=last).isoformat()


def spelled_statuses(lists: InfusionLists) -> Iterator[tuple[str, Status]]:
    """Yield every folded word of a status with what it says."""
    file = lists._file
    tables: dict[Status, Mapping[str, Texts]] = {
        "given": file.given,
        "not_given": file.not_given,
        "ordered": file.ordered,
        "booked": file.booked,
        "partial": file.partial,
        "yes": file.yes,
        "no": file.no,
    }
    for status, languages in tables.items():
        for texts in languages.values():
            for text in texts:
                yield fold_name(text), status


def read_infusion_lists(folder: Path) -> InfusionLists:
    """Read both files.

    Raises:
        CatalogError: a file that is no TOML, or an unknown or missing key.
    """
    drugs, status = _table(folder / _DRUGS), _table(folder / _STATUS)
    rest = {key: drugs[key] for key in drugs if key not in ("other_drug", "premedication")}
    return InfusionLists(
        other_drugs=build_all(OtherDrug, drugs.get("other_drug", []), "id", _DRUGS),
        premedication=build_all(Premedication, drugs.get("premedication", []), "id", _DRUGS),
        cell=build(_DrugCellFile, rest, _DRUGS).drug_cell,
        _file=build(_StatusFile, status, _STATUS),
    )


def _table(path: Path) -> Mapping[str, Any]:
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except (OSError, tomllib.TOMLDecodeError) as problem:
        raise CatalogError(f"{path.name}: {problem}") from problem
