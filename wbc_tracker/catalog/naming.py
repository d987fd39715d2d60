"""Which analytes a printed name can mean, and which unit a printed unit."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from functools import cache

from wbc_tracker.catalog.fold import fold_name, fold_unit
from wbc_tracker.catalog.model import Analyte, Catalog


def spelled_names(analytes: Iterable[Analyte]) -> Iterator[tuple[str, tuple[str, ...]]]:
    """Yield every folded spelling with the ids it can mean.

    A stem means the count and its percentage alike (two ids) where the analyte has both; with `#` or
    "count" the count, with `%` the percentage. Every other name means one analyte.
    """
    analytes = list(analytes)
    percentage = {analyte.share.absolute: analyte.id for analyte in analytes if analyte.share}
    for analyte in analytes:
        share = percentage.get(analyte.id)
        stems = {fold_name(stem) for stem in analyte.stems}
        for folded in {fold_name(text) for text in (*analyte.names, analyte.id)} - stems:
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
def name_table(catalog: Catalog) -> dict[str, tuple[str, ...]]:
    """Return folded spelling -> ids of the analytes it can mean (one, or a count and its percentage)."""
    return dict(spelled_names(catalog.analytes.values()))


@cache
def loinc_table(catalog: Catalog) -> dict[str, str]:
    """Return LOINC code -> analyte id."""
    return {code: a.id for a in catalog.analytes.values() for code in (a.loinc, *a.other_loinc)}


@cache
def unit_table(catalog: Catalog, family: str) -> dict[str, str]:
    """Return folded spelling -> UCUM code, for the units of one family."""
    return {
        fold_unit(text): code
        for code in catalog.families[family].factors
        for text in (code, *catalog.units[code].spellings)
    }


@cache
def drug_table(catalog: Catalog) -> dict[str, str]:
    """Return folded spelling -> drug id."""
    return {fold_name(text): d.id for d in catalog.drugs.values() for text in (d.id, d.name, *d.synonyms)}
