"""What a cell of an infusion list names: which drug, with the dose and the route that stand beside
it.

Day units write `OCREVUS 600mg IV`, `Ocrelizumab (Ocrevus) 300 mg/10 mL Konzentrat` or `Truxima
1000mg + premed`. Every word of the cell must be known: what is not (a clinic, a blood test, "before
Ocrevus") may turn the row into something else.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Literal

from wbc_tracker.catalog import Catalog
from wbc_tracker.catalog.fold import fold_name, fold_words, spell_out
from wbc_tracker.catalog.infusion_lists import Status
from wbc_tracker.catalog.naming import spelled_drugs

What = Literal["infusion", "other_drug", "premedication", "unknown", "unclear", "empty"]

_NUMBER = r"[0-9]+(?:[.,][0-9]+)?"
_AMOUNT = re.compile(
    rf"(?<![0-9.,])(?P<times>[0-9]+\s*[x*]\s*)?(?P<number>{_NUMBER})\s*(?P<unit>mg|g|mcg|ug|μg|мг|г)\b\.?"
    rf"(?P<per>\s*(?:/|per|in)\s*(?P<volume>{_NUMBER})?\s*(?:ml|мл)\b)?(?P<rate>\s*/\s*(?:m2|m²|kg|dl|l)\b)?"
)
_VOLUME = re.compile(rf"(?<![0-9.,]){_NUMBER}\s*(?:ml|%|l|units?|ie|iu|u)(?![a-z0-9])")
_BARE = re.compile(rf"(?<![\w.,-]){_NUMBER}(?![\w.,%-])")
#: Which one it is: `No. 5`, `Nr 5`, `D15`, `C2`.
_COUNT = re.compile(r"\b(?:(?:no|nr|n°|num|nº)\b\.?\s*#?\s*|[cdw])[0-9]{1,3}\b")
#: The four letters behind the name of a biological of the United States: `ocrelizumab-ocsq`.
_SUFFIX = re.compile(r"(?<=mab)-[a-z]{4}\b")
_IN_MG = {"mg": 1.0, "g": 1000.0, "mcg": 0.001, "ug": 0.001, "μg": 0.001, "мг": 1.0, "г": 1000.0}
#: No cell of a drug is longer; a cell of a million characters must not be searched.
_LONGEST = 300


@dataclass(frozen=True)
class DrugCell:
    """What one cell says.

    Attributes:
        what: of what kind the row is; `unclear` where words of the cell are not known, or two drugs
            are named. drug: id of what is named.
        dose_mg: the dose beside it; None without one, or where it may be a package's strength.
        is_package: a strength stands there that is no dose.
        route: `intravenous`, `subcutaneous`, another one, or "".
        status: what the cell says of what became of it. rest: words that are not known.
    """

    what: What
    drug: str = ""
    dose_mg: float | None = None
    is_package: bool = False
    is_dose_unclear: bool = False
    route: str = ""
    status: Status | None = None
    rest: str = ""


@dataclass(frozen=True)
class _Vocabulary:
    """Folded phrase -> kind and meaning of everything a drug's cell can say."""

    phrases: Mapping[str, tuple[str, str]]
    longest: int


@cache
def _vocabulary(catalog: Catalog) -> _Vocabulary:
    lists = catalog.lists
    phrases: dict[str, tuple[str, str]] = {}
    for kind, texts in (
        ("filler", (*lists.cell.forms, *lists.cell.makers)),
        ("package", lists.cell.packages),
        ("route subcutaneous", lists.cell.subcutaneous),
        ("route intravenous", lists.cell.intravenous),
        ("route other", lists.cell.other_routes),
    ):
        for text in texts:
            for form in spell_out(text):
                phrases[fold_name(form)] = (kind.split()[0], kind.partition(" ")[2])
    for word, status in lists.status_words.items():
        if status not in ("yes", "no") and (word not in phrases or " " in word):
            phrases[word] = ("status", status)
    phrases.update({name: ("name", drug) for name, drug in spelled_drugs(catalog)})
    return _Vocabulary(phrases, max(len(phrase.split()) for phrase in phrases))


def read_drug_cell(text: str, catalog: Catalog) -> DrugCell:
    """Understand one cell; see the module. A cell that is empty says nothing."""
    if not text:
        return DrugCell("empty")
    if len(text) > _LONGEST:
        return DrugCell("unknown", rest=text)
    plain = fold_words(text)
    amounts = list(_AMOUNT.finditer(plain))
    without = _VOLUME.sub(" ", _SUFFIX.sub("", _AMOUNT.sub(" ", plain)))
    said, rest = _cut(fold_name(_drop_numbers(without)).split(), _vocabulary(catalog))
    names = list(dict.fromkeys(meaning for kind, meaning in said if kind == "name"))
    routes = {meaning for kind, meaning in said if kind == "route"}
    statuses = {meaning for kind, meaning in said if kind == "status"}
    drugs = [name for name in names if name in catalog.drugs]
    others = [name for name in names if name in catalog.lists.other_drugs]
    if set(drugs) == {"ocrelizumab", "ocrelizumab_sc"}:
        drugs = ["ocrelizumab_sc"]
    if not names:
        return DrugCell("unknown", rest=text)
    if len(drugs) + len(others) > 1 or rest or len(routes) > 1 or len(statuses) > 1:
        return DrugCell("unclear", rest=" ".join(rest) or text)
    what: What = "infusion" if drugs else "other_drug" if others else "premedication"
    drug = (drugs or others or names)[0]
    bare = [] if amounts else _bare_doses(without, drug, catalog)
    has_package_word = any(kind == "package" for kind, _ in said)
    doses, packages, is_unclear = _weigh(amounts, drug, catalog, has_package_word)
    doses = sorted({*doses, *bare})
    if len(doses) > 1 and drug in catalog.drugs:  # the premedication's may stand beside it
        doses = [dose for dose in doses if dose in catalog.drugs[drug].usual_doses_mg] or doses
    return DrugCell(
        what,
        drug,
        dose_mg=doses[0] if len(doses) == 1 else None,
        is_package=packages and not doses,
        is_dose_unclear=is_unclear or len(doses) > 1,
        route=next(iter(routes), ""),
        status=next(iter(statuses), None),  # type: ignore[arg-type]  # of the words of a status
    )


def _drop_numbers(text: str) -> str:
    return _BARE.sub(" ", _COUNT.sub(" ", text).replace("#", " "))


def _cut(words: list[str], known: _Vocabulary) -> tuple[list[tuple[str, str]], list[str]]:
    """Cut words into the longest known phrases, and those that are not known; numbers say
    nothing.
    """
    said, rest, at = [], [], 0
    while at < len(words):
        for size in range(min(known.longest, len(words) - at), 0, -1):
            phrase = " ".join(words[at : at + size])
            if phrase in known.phrases:
                said.append(known.phrases[phrase])
                at += size
                break
        else:
            if not words[at].isdigit() and words[at] not in ("%", "#"):
                rest.append(words[at])
            at += 1
    return said, rest


def _bare_doses(text: str, drug: str, catalog: Catalog) -> list[float]:
    """Return numbers without a unit that are usual doses of the drug: `Ocrevus 600`."""
    if drug not in catalog.drugs:
        return []
    found = {to_number(number) for number in _BARE.findall(text)}
    return [dose for dose in catalog.drugs[drug].usual_doses_mg if dose in found]


def _weigh(
    amounts: Iterable[re.Match[str]], drug: str, catalog: Catalog, has_package_word: bool
) -> tuple[list[float], bool, bool]:
    """Return the doses in mg, whether a package's strength is among the amounts, and whether an
    amount is none.
    """
    doses, has_package, is_unclear = [], False, False
    for amount in amounts:
        dose = to_number(amount["number"]) * _IN_MG[amount["unit"]]
        if amount["times"] or amount["rate"]:
            is_unclear = True
        elif (amount["per"] and not amount["volume"]) or _is_package(
            dose, amount["volume"], drug, catalog, has_package_word
        ):
            has_package = True
        else:
            doses.append(dose)
    return doses, has_package, is_unclear


def _is_package(
    dose: float, volume: str | None, drug: str, catalog: Catalog, has_package_word: bool
) -> bool:
    """Tell whether an amount is a package's: by its volume, or by a word such as "vial".

    Where one package is the only usual dose, it is the dose as well.
    """
    if drug not in catalog.drugs:
        return False
    known = catalog.drugs[drug]
    if known.usual_doses_mg == (dose,):
        return False
    sizes = [size for strength, size in known.packages if strength == dose]
    return (volume is not None and to_number(volume) in sizes) or (bool(sizes) and has_package_word)


def to_number(text: str) -> float:
    """Return a number with a point or a comma; `1,000` and `1.000` before mg are a thousand."""
    whole, mark, part = text.replace(",", ".").partition(".")
    if mark and len(part) == 3 and whole != "0":
        return float(whole + part)
    return float(f"{whole}.{part or 0}")
