"""Read the catalogue's TOML files and check that they agree with one another."""

from __future__ import annotations

import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import replace
from functools import cache, partial
from itertools import pairwise
from pathlib import Path
from typing import Any, TypeVar

from wbc_tracker.catalog.build import build, build_all
from wbc_tracker.catalog.events import Events, build_events
from wbc_tracker.catalog.flag_checks import check_flag
from wbc_tracker.catalog.infusion_lists import read_infusion_lists
from wbc_tracker.catalog.model import (
    Analyte,
    Catalog,
    CriticalLimit,
    Drug,
    Flag,
    Grading,
    Head,
    Problem,
    SmallestChange,
    Source,
    Statement,
    Threshold,
    Unit,
    UnitFamily,
    Variation,
)
from wbc_tracker.catalog.severity import Severity
from wbc_tracker.catalog.situations import (
    INSERTIONS,
    SITUATIONS,
    Insertion,
    Situation,
    check_texts,
)
from wbc_tracker.catalog.spellings import (
    check_codes,
    check_lists,
    check_spellings,
    read_languages,
)
from wbc_tracker.catalog.thresholds import find_faults
from wbc_tracker.errors import CatalogError

_HERE = Path(__file__).parent
T = TypeVar("T")
#: The tables of a file that has more than one kind.
_TABLES = {
    "units.toml": {"unit", "family"},
    "flags.toml": {"flag", "severities", "insertion"},
    "pattern.toml": {"situation", "insertion"},
    "events.toml": {"event", "remark", "insertion", "roles"},
}
#: Analyte -> the threshold below which B cells are depleted, and the thresholds that decide alike.
_DEPLETED_BELOW = {"cd19": "depleted_below_count", "cd19_pct": "depleted_below_percent"}
_SPECIAL_CUTS = {**_DEPLETED_BELOW, "neutrophils": "late_onset_below"}


@cache
def load_catalog() -> Catalog:
    """Return the catalogue that comes with the program, read once; its languages only when they
    are needed.
    """
    return _read_figures(_HERE)


@cache
def load_drugs() -> dict[str, Drug]:
    """Return the drugs alone, for commands that must start fast and need nothing else."""
    return _read_drugs(_HERE, _read_thresholds(_HERE))


@cache
def load_events() -> Events:
    """Return the events alone, for commands that must start fast and need nothing else."""
    return build_events(_table(_HERE, "events.toml"))


def read_catalog(folder: Path) -> Catalog:
    """Read and check the catalogue in a folder, languages and all.

    Raises:
        CatalogError: an unknown key, a duplicate id or spelling, an unknown unit, analyte, source,
            threshold or statement, or cuts out of order.
    """
    catalog = _read_figures(folder)
    check_spellings(catalog)
    check_lists(catalog)
    return catalog


def _read_figures(folder: Path) -> Catalog:
    """Read and check everything but the languages."""
    thresholds = _read_thresholds(folder)
    head = build(Head, _table(folder, "catalog.toml"), "catalog.toml")
    catalog = Catalog(
        version=head.version,
        grading_name=head.grading_name,
        disclaimer=head.disclaimer,
        sources=_entries(folder, "sources.toml", "source", Source, "id"),
        units=_entries(folder, "units.toml", "unit", Unit, "code"),
        families=_entries(folder, "units.toml", "family", UnitFamily, "id"),
        analytes=_entries(folder, "analytes.toml", "analyte", Analyte, "id"),
        drugs=_read_drugs(folder, thresholds),
        gradings=_entries(folder, "ctcae.toml", "grading", Grading, "analyte"),
        variations=_entries(folder, "variation.toml", "variation", Variation, "analyte"),
        smallest_changes=_entries(
            folder, "trends.toml", "smallest_change", SmallestChange, "analyte"
        ),
        critical_limits=_entries(folder, "critical.toml", "critical", CriticalLimit, "analyte"),
        thresholds=thresholds,
        statements=_entries(folder, "statements.toml", "statement", Statement, "id"),
        flags=_entries(folder, "flags.toml", "flag", Flag, "code"),
        severity_words=_read_severities(folder),
        pattern=_entries(folder, "pattern.toml", "situation", Situation, "code"),
        insertions=_read_insertions(folder),
        problems=_entries(folder, "problems.toml", "problem", Problem, "code"),
        events=build_events(_table(folder, "events.toml")),
        read_spellings=partial(read_languages, folder / "languages"),
        read_lists=partial(read_infusion_lists, folder),
    )
    _check_references(catalog)
    _check_figures(catalog)
    check_codes(catalog)
    said = {code: (one.sentence, one.meaning, one.settles) for code, one in catalog.pattern.items()}
    check_texts(said, SITUATIONS, "pattern.toml")
    return complete(catalog)


def complete(catalog: Catalog) -> Catalog:
    """Return the catalogue whose analytes and drugs know what its figures say of them."""
    return replace(
        catalog,
        analytes={name: _completed(one, catalog) for name, one in catalog.analytes.items()},
        drugs=_told_apart(catalog.drugs, catalog.thresholds),
    )


def _completed(analyte: Analyte, catalog: Catalog) -> Analyte:
    """Return an analyte with what the other files say of it."""
    grading = catalog.gradings.get(analyte.id)
    critical = catalog.critical_limits.get(analyte.id)
    cuts = [*(grading.cuts if grading else ())]
    if critical:
        cuts += [cut for cut in (critical.below, critical.above) if cut is not None]
    special = _SPECIAL_CUTS.get(analyte.id)
    if special is not None:
        cuts.append(catalog.figure(special))
    depleted = _DEPLETED_BELOW.get(analyte.id)
    return replace(
        analyte,
        unit=catalog.canonical_unit(analyte.id),
        cuts=tuple(cuts),
        depleted_below=None if depleted is None else catalog.figure(depleted),
        count_kind=catalog.analytes[analyte.count_id].kind,
    )


def _read_insertions(folder: Path) -> dict[str, Insertion]:
    """Read the words that are put into sentences, of all files that have some."""
    found: dict[str, Insertion] = {}
    for file, known in INSERTIONS.items():
        insertions = _entries(folder, file, "insertion", Insertion, "code")
        check_texts({code: (one.text,) for code, one in insertions.items()}, known, file)
        found |= insertions
    return found


def _read_severities(folder: Path) -> dict[Severity, str]:
    """Read what each severity asks of the reader."""
    words = _table(folder, "flags.toml").get("severities", {})
    known = [severity.word for severity in Severity]
    if set(words) != set(known) or not all(isinstance(told, str) for told in words.values()):
        raise CatalogError(f"flags.toml: [severities] needs words for {', '.join(known)}.")
    return {severity: words[severity.word] for severity in Severity}


def _read_thresholds(folder: Path) -> dict[str, Threshold]:
    return _entries(folder, "thresholds.toml", "threshold", Threshold, "id")


def _read_drugs(folder: Path, thresholds: Mapping[str, Threshold]) -> dict[str, Drug]:
    """Read the drugs, and tell which are given so often that infusions make no cycle."""
    _require(["continuous_interval_below_days"], thresholds, "The threshold")
    return _told_apart(_entries(folder, "drugs.toml", "drug", Drug, "id"), thresholds)


def _told_apart(drugs: Mapping[str, Drug], thresholds: Mapping[str, Threshold]) -> dict[str, Drug]:
    below = thresholds["continuous_interval_below_days"].value
    return {
        name: replace(drug, is_continuous=drug.interval_days < below)
        for name, drug in drugs.items()
    }


def _table(folder: Path, file: str) -> Mapping[str, Any]:
    try:
        return tomllib.loads((folder / file).read_text(encoding="utf-8"))
    except (OSError, tomllib.TOMLDecodeError) as problem:
        raise CatalogError(f"{file}: {problem}") from problem


def _entries(folder: Path, file: str, name: str, cls: type[T], key: str) -> dict[str, T]:
    table = _table(folder, file)
    known = _TABLES.get(file, {name})
    if unknown := sorted(set(table) - known):
        raise CatalogError(f"{file}: unknown key {', '.join(unknown)}.")
    return build_all(cls, table.get(name, []), key, file)


def _require(names: Iterable[str | None], known: Iterable[str], what: str) -> None:
    known = set(known)
    for name in names:
        if name is not None and name not in known:
            raise CatalogError(f"{what} {name} is not in the catalogue.")


def _check_references(catalog: Catalog) -> None:
    analytes = catalog.analytes.values()
    _require((a.family for a in analytes), catalog.families, "The unit family")
    for family in catalog.families.values():
        _require([family.canonical, *family.factors], catalog.units, "The unit")
        if any(factor <= 0 for factor in family.factors.values()):
            raise CatalogError(f"units.toml: a factor of {family.id} is not above zero.")
        if family.factors.get(family.canonical) != 1:
            raise CatalogError(
                f"units.toml: the canonical unit of {family.id} must have the factor 1."
            )
    shares = [a.share for a in analytes if a.share]
    _require(
        [part for s in shares for part in (s.absolute, s.denominator)],
        catalog.analytes,
        "The analyte",
    )
    per_analyte: list[Grading | Variation | SmallestChange | CriticalLimit] = [
        *catalog.gradings.values(),
        *catalog.variations.values(),
        *catalog.smallest_changes.values(),
        *catalog.critical_limits.values(),
    ]
    _require((entry.analyte for entry in per_analyte), catalog.analytes, "The analyte")
    _require((entry.source for entry in per_analyte), catalog.sources, "The source")
    _require((drug.source for drug in catalog.drugs.values()), catalog.sources, "The source")
    _require(
        (threshold.source for threshold in catalog.thresholds.values()),
        catalog.sources,
        "The source",
    )
    _require((a.interval.source for a in analytes if a.interval), catalog.sources, "The source")
    _require(
        (flag.analyte for flag in catalog.flags.values()), catalog.gradings, "The graded analyte"
    )
    for flag in catalog.flags.values():
        _require(flag.statements, catalog.statements, "The statement")
        _require(flag.thresholds, catalog.thresholds, "The threshold")
        _require(flag.sources, catalog.sources, "The source")
        _require(flag.generic_limits, catalog.analytes, "The analyte")
        check_flag(flag, catalog)


def _check_figures(catalog: Catalog) -> None:
    if fault := next(find_faults(catalog.thresholds), ""):
        raise CatalogError(f"thresholds.toml: {fault}")
    for analyte in catalog.analytes.values():
        pairs = [analyte.limits, analyte.infer or (0.0, 1.0)]
        if analyte.interval:
            pairs.append((analyte.interval.low, analyte.interval.high))
        if any(len(pair) != 2 or pair[0] >= pair[1] for pair in pairs):
            raise CatalogError(
                f"analytes.toml: {analyte.id} has limits that are not a low and a higher number."
            )
    for drug in catalog.drugs.values():
        low, high = (*drug.dose_limits_mg, 0.0, 0.0)[:2]
        if not all(low <= dose <= high for dose in drug.usual_doses_mg) or low <= 0:
            raise CatalogError(f"drugs.toml: a usual dose of {drug.id} is outside its limits.")
    for grading in catalog.gradings.values():
        if any(milder <= severer for milder, severer in pairwise(grading.cuts)):
            raise CatalogError(
                f"ctcae.toml: the cuts of {grading.analyte} must fall from grade 2 on."
            )
