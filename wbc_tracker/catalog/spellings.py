"""Read the languages and check that no spelling has two meanings."""

from __future__ import annotations

import tomllib
from collections.abc import Iterable
from pathlib import Path

from wbc_tracker.catalog.build import build
from wbc_tracker.catalog.events import spelled_kinds
from wbc_tracker.catalog.fold import fold_name
from wbc_tracker.catalog.infusion_lists import spelled_statuses
from wbc_tracker.catalog.languages import Language, Spellings, combine
from wbc_tracker.catalog.model import Catalog
from wbc_tracker.catalog.naming import spelled_drugs, spelled_names, spelled_units
from wbc_tracker.errors import CatalogError


def read_languages(folder: Path) -> Spellings:
    """Read every language of a folder, a TOML file each, and put them together.

    Raises:
        CatalogError: a file that is no TOML, an unknown key, or a word with two meanings.
    """
    files = sorted(folder.glob("*.toml"))
    if not files:
        raise CatalogError(f"{folder.name}: there is no language.")
    return combine({file.stem: _read(file) for file in files})


def _read(file: Path) -> Language:
    where = f"{file.parent.name}/{file.name}"
    try:
        table = tomllib.loads(file.read_text(encoding="utf-8"))
    except (OSError, tomllib.TOMLDecodeError) as problem:
        raise CatalogError(f"{where}: {problem}") from problem
    return build(Language, table, where)


def check_spellings(catalog: Catalog) -> None:
    """Refuse a spelling that would mean two units of one family, two analytes or two roles.

    Raises:
        CatalogError: naming the spelling and both meanings, or an analyte, unit or role that does
            not exist.
    """
    spellings = catalog.spellings
    for known, told in (
        (catalog.analytes, [*spellings.names, *spellings.stems]),
        (catalog.units, spellings.units),
        (("<", "<=", ">", ">="), spellings.words.comparators.values()),
    ):
        if unknown := sorted(set(told) - set(known)):
            raise CatalogError(f"languages: {unknown[0]} is not in the catalogue.")
    for family in catalog.families:
        refuse_doubles(spelled_units(catalog, family), f"languages, units of {family}")
    names = [
        (text, "/".join(ids)) for text, ids in spelled_names(catalog.analytes.values(), spellings)
    ]
    refuse_doubles(names, "languages, names")
    marks, words = spellings.marks, spellings.words
    for place, kinds in (
        (
            "marks",
            {
                "count": marks.count,
                "percent": marks.percent,
                "nothing": (*marks.plain, *marks.elsewhere, *marks.panel),
                "serum": marks.serum,
            },
        ),
        ("cells", {"high": words.high_marks, "low": words.low_marks}),
        ("people", {"a patient": words.patient_hints, "something else": words.patient_exempt}),
    ):
        refuse_doubles(
            ((text, kind) for kind, texts in kinds.items() for text in texts), f"languages, {place}"
        )
    for tables in ((words.roles, words.spare_roles), (words.infusion_roles,)):
        refuse_doubles(
            ((fold_name(t), role) for table in tables for role, ts in table.items() for t in ts),
            "languages, roles",
        )


def check_lists(catalog: Catalog) -> None:
    """Refuse a name in infusion lists that would mean two drugs, or a word that two statuses.

    Raises:
        CatalogError: naming the spelling and both meanings, or a source that does not exist.
    """
    lists = catalog.lists
    refuse_doubles(spelled_drugs(catalog), "other_drugs.toml")
    refuse_doubles(spelled_statuses(lists), "infusion_status.toml")
    for drug in lists.other_drugs.values():
        if drug.source not in catalog.sources:
            raise CatalogError(f"The source {drug.source} is not in the catalogue.")


def check_codes(catalog: Catalog) -> None:
    """Refuse a LOINC code that would mean two analytes, or a name of two drugs."""
    codes = [
        (code, a.id)
        for a in catalog.analytes.values()
        for code in (a.loinc, *a.other_loinc)
        if code
    ]
    drugs = [
        (fold_name(text), d.id)
        for d in catalog.drugs.values()
        for text in (d.id, d.name, *d.synonyms)
    ]
    refuse_doubles(codes, "analytes.toml")
    refuse_doubles(drugs, "drugs.toml")
    kinds = [
        (text, f"{kind} (as a note: {more})")
        for text, kind, more in spelled_kinds(catalog.events.kinds)
    ]
    refuse_doubles(kinds, "events.toml")
    roles = [
        (fold_name(text), role) for role, texts in catalog.events.roles.items() for text in texts
    ]
    refuse_doubles(roles, "events.toml")


def refuse_doubles(spelled: Iterable[tuple[str, str]], where: str) -> None:
    """Refuse a spelling with two meanings.

    Raises:
        CatalogError: naming the spelling and both meanings.
    """
    meaning: dict[str, str] = {}
    for text, target in spelled:
        if meaning.setdefault(text, target) != target:
            raise CatalogError(f"{where}: {text!r} would mean both {meaning[text]} and {target}.")
