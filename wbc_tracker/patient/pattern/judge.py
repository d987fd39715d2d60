"""The pattern: what the report says first about a patient, composed of what was decided."""

from __future__ import annotations

from collections.abc import Collection, Mapping

from wbc_tracker.arrays import iso_of
from wbc_tracker.catalog import Catalog, Severity
from wbc_tracker.patient.model import FlagLine, Pattern, PatternSentence, Standing
from wbc_tracker.patient.pattern.contrast import Contrast, PatientRows, judge_contrast
from wbc_tracker.patient.pattern.evidence import evidence_lines
from wbc_tracker.patient.pattern.sentences import Teller, next_value_words
from wbc_tracker.patient.trend_lines import UsualVariation
from wbc_tracker.wording import with_capital

#: Of these the pattern itself tells, or a list beside it.
_TOLD_ALREADY = frozenset(
    (
        "gradual_decline",
        "broad_fall",
        "early_broad_drop",
        "b_cells_not_depleted",
        "b_cells_returning",
    )
)


def judge_pattern(
    patient: PatientRows,
    flags: list[FlagLine],
    standing: Standing,
    variations: Mapping[str, UsualVariation],
    as_of_day: int,
    catalog: Catalog,
) -> Pattern:
    """Judge the contrast and tell it; an urgent flag that stands goes before it, and what is to be
    discussed is named behind it.

    Args:
        patient: the results. flags: their flags.
        standing: where the patient stands on `as_of_day` (days since 1970-01-01).
        variations: analyte id -> how far it varies in one person.
        catalog: figures and sentences.

    Returns:
        `as_described`, `returning`, `differs`, `not_assessable` or `after_treatment`, with the
        sentences and the numbers behind them.
    """
    contrast = judge_contrast(patient, standing, as_of_day, catalog)
    is_old = _is_old(patient, contrast, as_of_day, catalog)
    declining = frozenset(flag.result.analyte.id for flag in _declining(flags) if flag.result)
    teller = Teller(patient, contrast, standing, is_old, declining, catalog)
    urgent = _urgent(flags)
    sentences = teller.sentences(is_urgent=urgent is not None)
    sentences += _age(patient, contrast, as_of_day, is_old, catalog)
    told = contrast.broad if contrast.code == "differs" else []
    named = {patient.results[row].analyte.id for row in told}
    naming = [*_declines(flags, catalog), *_to_discuss(flags, named, catalog)]
    rows = contrast.rows
    latest = max(rows, key=lambda row: int(patient.facts.instant[row])) if rows else None
    results = [patient.results[row] for row in rows]
    return Pattern(
        code=contrast.code,
        told=[
            *(PatternSentence(words, is_urgent=True) for words in _urgent_words(urgent, catalog)),
            *(PatternSentence(words) for words in sentences),
            *(PatternSentence(words, names_flags=True) for words in naming),
        ],
        collected_at=None if latest is None else patient.results[latest].collected_at,
        evidence=evidence_lines(results, variations),
        results=results,
        question=_question(contrast, catalog),
        urgent=urgent,
        broad=tuple(patient.results[row] for row in told),
    )


def _question(contrast: Contrast, catalog: Catalog) -> str:
    """Return how to ask for what would settle a pattern that cannot be judged; empty if nothing."""
    is_open = contrast.code == "not_assessable"
    return catalog.pattern[contrast.obstacle].question if is_open else ""


def _judged_day(patient: PatientRows, contrast: Contrast) -> int | None:
    """Return the day of the B-cell draw, else of the latest count that was judged."""
    if contrast.b_cells.row is not None:
        return int(patient.day[contrast.b_cells.row])
    days = [int(patient.day[row]) for row in contrast.counts.values()]
    return max(days) if days else None


def _is_old(patient: PatientRows, contrast: Contrast, as_of_day: int, catalog: Catalog) -> bool:
    day = _judged_day(patient, contrast)
    return day is not None and as_of_day - day > 7 * catalog.figure("current_weeks")


def _age(
    patient: PatientRows, contrast: Contrast, as_of_day: int, is_old: bool, catalog: Catalog
) -> list[str]:
    """Say of which day the state is, and where it is old that nothing newer is on record."""
    day = _judged_day(patient, contrast)
    if day is None:
        return []
    if not is_old:
        return catalog.pattern["state_of"].say(day=iso_of(day))
    code = "old_counts" if contrast.b_cells.row is None else "old_b_cells"
    weeks = (as_of_day - day) // 7
    return catalog.pattern[code].say(day=iso_of(day), ago=f"{weeks} weeks")


def _urgent(flags: list[FlagLine]) -> FlagLine | None:
    """Return the first urgent flag that stands."""
    urgent = (flag for flag in flags if flag.severity == Severity.URGENT and flag.current)
    return min(urgent, key=lambda flag: (flag.code, flag.message), default=None)


def _urgent_words(worst: FlagLine | None, catalog: Catalog) -> list[str]:
    """Name an urgent flag, what its next value was, and what to do."""
    if worst is None:
        return []
    # With a low count a fever is an emergency; the step of the flag says so.
    return catalog.pattern["urgent"].say(
        message=worst.message.rstrip("."),
        next=next_value_words(worst, catalog),
        step=worst.next_step,
    )


def _declining(flags: list[FlagLine]) -> list[FlagLine]:
    """Return what stands of the declines over months."""
    return [flag for flag in flags if flag.code == "gradual_decline" and flag.current]


def _declines(flags: list[FlagLine], catalog: Catalog) -> list[str]:
    """Name what has been falling over months; the document expects that it can."""
    falling = {flag.result.analyte.id for flag in _declining(flags) if flag.calls and flag.result}
    if not falling:
        return []
    names = " and ".join(
        analyte.name for analyte in catalog.analytes.values() if analyte.id in falling
    )
    have = "have" if len(falling) > 1 or names.endswith("s") else "has"
    return catalog.pattern["falling"].say(names=with_capital(names), have=have)


def _to_discuss(flags: list[FlagLine], named: Collection[str], catalog: Catalog) -> list[str]:
    """Name the other flags to discuss that stand, each title once; `named` are analytes of which
    the sentences have told already.
    """
    titles = dict.fromkeys(
        flag.flag.title
        for flag in flags
        if flag.severity == Severity.DISCUSS
        and flag.current
        and flag.code not in _TOLD_ALREADY
        and not (flag.result and flag.result.analyte.id in named)
    )
    return catalog.pattern["to_discuss"].say(titles="; ".join(titles)) if titles else []
