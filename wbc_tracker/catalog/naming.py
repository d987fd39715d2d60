"""Which analytes a printed name can mean, and which unit a printed unit."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator, Mapping
from functools import cache

from wbc_tracker.catalog.fold import fold_name, fold_unit, spell_out
from wbc_tracker.catalog.infusion_lists import OtherDrug, Premedication
from wbc_tracker.catalog.languages import Marks, Spellings
from wbc_tracker.catalog.model import Analyte, Catalog, Drug
from wbc_tracker.errors import UsageError
from wbc_tracker.near import meant_words, nearest

#: No name of a test has more words.
_MOST_WORDS = 20


def choose_analyte(text: str, catalog: Catalog, option: str) -> str:
    """Return the id of the one analyte that a typed name means, be it an id or spelled as in files.

    Raises:
        UsageError: it is none, or may be a count or its percentage; naming the option.
    """
    id = text.strip().casefold()
    if id in catalog.analytes:
        return id
    ids = name_table(catalog).get(fold_name(text), ())
    if len(ids) == 1:
        return ids[0]
    if ids:
        raise UsageError(
            f"{option}: {text!r} may be {' or '.join(ids)}.", "Name the one that is meant."
        )
    known = {name: a.id for a in catalog.analytes.values() for name in (a.id, a.name)}
    meant = dict.fromkeys(known[name] for name in nearest(text, known))
    raise UsageError(
        f"{option}: there is no {text!r}.{meant_words(meant)}",
        f"Known are {', '.join(catalog.analytes)}.",
    )


class NameTable(Mapping[str, tuple[str, ...]]):
    """Folded spelling -> ids of the analytes it can mean (one, or a count and its percentage).

    A name that stands in no language as a whole is looked up once more with the words of all
    languages for count and percentage as `#` and `%` ("lymphozyten absolut"), and without the words
    that change nothing ("leukozyten edta", "cbc wbc outside"); "serum" and "plasma" change nothing
    only for what is measured in serum. Two names of one analyte behind each other are that analyte
    ("wbc leukocytes"). Every other word keeps a name unknown: immature, atypical or urine cells are
    no blood count.
    """

    def __init__(
        self, exact: dict[str, tuple[str, ...]], marks: Marks, of_serum: Collection[str]
    ) -> None:
        self._exact = exact
        self._signs = (
            (_phrases((*marks.plain, *marks.elsewhere, *marks.panel)), " "),
            (_phrases(marks.count), " # "),
            (_phrases(marks.percent), " % "),
        )
        self._serum = _phrases(marks.serum)
        self._of_serum = of_serum

    def __getitem__(self, folded: str) -> tuple[str, ...]:
        found = self._of_words(folded) or self._of_two(folded)
        if found:
            return found
        ids = self._of_words(self._serum.sub(" ", folded))
        if not ids or not set(ids) <= set(self._of_serum):
            raise KeyError(folded)
        return ids

    def _of_words(self, folded: str) -> tuple[str, ...]:
        """Return the ids of a name as a whole, or without words that change nothing."""
        return self._exact.get(folded) or self._exact.get(self.with_signs(folded)) or ()

    def _of_two(self, folded: str) -> tuple[str, ...]:
        """Return the ids of two names that mean the same: `leukocytes wbc`.

        A mark belongs to both halves: `neutrophils polymorphs %` is a percentage.
        """
        words = [word for word in folded.split() if word not in "%#"]
        signs = folded.split()[len(words) :]
        if len(words) > _MOST_WORDS:
            return ()
        for cut in range(1, len(words)):
            first = self._of_words(" ".join([*words[:cut], *signs]))
            if first and first == self._of_words(" ".join([*words[cut:], *signs])):
                return first
        return ()

    def __iter__(self) -> Iterator[str]:
        return iter(self._exact)

    def __len__(self) -> int:
        return len(self._exact)

    def with_signs(self, folded: str) -> str:
        """Return a folded name with `#` and `%` for their words, at its end and once each."""
        for pattern, sign in self._signs:
            folded = pattern.sub(sign, folded)
        words = folded.split()
        return " ".join(
            [*(w for w in words if w not in "%#"), *(sign for sign in "#%" if sign in words)]
        )


def _phrases(texts: Iterable[str]) -> re.Pattern[str]:
    longest_first = sorted(
        (re.escape(text) for text in texts if text not in "%#"), key=len, reverse=True
    )
    return re.compile(rf"(?<!\S)(?:{'|'.join(longest_first)})(?!\S)" if longest_first else r"(?!)")


def spelled_names(
    analytes: Iterable[Analyte], spellings: Spellings
) -> Iterator[tuple[str, tuple[str, ...]]]:
    """Yield every folded spelling with the ids it can mean.

    A stem means the count and its percentage alike (two ids) where the analyte has both; with `#`
    or "count" the count, with `%` the percentage. Every other name means one analyte.
    """
    analytes = list(analytes)
    percentage = {analyte.share.absolute: analyte.id for analyte in analytes if analyte.share}
    for analyte in analytes:
        share = percentage.get(analyte.id)
        stems = {fold_name(stem) for stem in spellings.stems.get(analyte.id, ())}
        for folded in {
            fold_name(text) for text in (*spellings.names.get(analyte.id, ()), analyte.id)
        } - stems:
            yield folded, (analyte.id,)
            if not analyte.share:
                yield f"{folded} #", (analyte.id,)
        for folded in stems:
            yield folded, (analyte.id, share) if share else (analyte.id,)
            yield f"{folded} count", (analyte.id,)
            yield f"{folded} #", (analyte.id,)
            yield f"{folded} count #", (analyte.id,)
            if share:
                yield f"{folded} %", (share,)


@cache
def name_table(catalog: Catalog) -> NameTable:
    """Return folded spelling -> ids of the analytes it can mean (one,
    or a count and its percentage).
    """
    names = dict(spelled_names(catalog.analytes.values(), catalog.spellings))
    of_serum = [analyte.id for analyte in catalog.analytes.values() if analyte.of_serum]
    return NameTable(names, catalog.spellings.marks, of_serum)


def says_percent(name: str, catalog: Catalog) -> bool:
    """Tell whether a printed name itself says that it is a percentage, in any language."""
    return "%" in name_table(catalog).with_signs(fold_name(name)).split()


@cache
def loinc_table(catalog: Catalog) -> dict[str, str]:
    """Return LOINC code -> analyte id."""
    return {code: a.id for a in catalog.analytes.values() for code in (a.loinc, *a.other_loinc)}


@cache
def unit_table(catalog: Catalog, family: str) -> dict[str, str]:
    """Return folded spelling -> UCUM code, for the units of one family."""
    return dict(spelled_units(catalog, family))


def spelled_units(catalog: Catalog, family: str) -> Iterator[tuple[str, str]]:
    """Yield every folded spelling of the units of one family with the UCUM code."""
    for code in catalog.families[family].factors:
        for text in (code, *catalog.spellings.units.get(code, ())):
            yield fold_unit(text), code


@cache
def drug_table(catalog: Catalog) -> dict[str, str]:
    """Return folded spelling -> drug id."""
    return {
        fold_name(text): d.id
        for d in catalog.drugs.values()
        for text in (d.id, d.name, *d.synonyms)
    }


def spelled_drugs(catalog: Catalog) -> Iterator[tuple[str, str]]:
    """Yield every folded name that a drug's cell can have, with the id of what it names."""
    named: list[Drug | OtherDrug | Premedication] = [
        *catalog.drugs.values(),
        *catalog.lists.other_drugs.values(),
        *catalog.lists.premedication.values(),
    ]
    for one in named:
        for text in (one.id, *one.synonyms, *([one.name] if isinstance(one, Drug) else [])):
            for form in spell_out(text):
                yield fold_name(form), one.id


def find_ms_drug(note: str, catalog: Catalog) -> tuple[str, bool] | None:
    """Return (id, whether it changes white cells for months) of the drug of MS that a note names.

    Of several the one named first. An anti-CD20 drug is one too.
    """
    told = f" {fold_name(note)} "
    places = {
        told.find(f" {name} "): drug for name, drug in _ms_drugs(catalog).items() if name in told
    }
    found = sorted(place for place in places if place >= 0)
    return places[found[0]] if found else None


@cache
def _ms_drugs(catalog: Catalog) -> dict[str, tuple[str, bool]]:
    """Return folded name -> id of a drug of MS, and whether it changes counts."""
    named = {name: (drug, True) for name, drug in drug_table(catalog).items()}
    for other in catalog.lists.other_drugs.values():
        if other.event == "other_drug":
            for text in (other.id, *other.synonyms):
                named[fold_name(text)] = (other.id, other.changes_counts)
    return named
