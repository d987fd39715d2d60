"""The contrast for one patient: are B cells depleted while white cells stay about where they
were?
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from wbc_tracker.arrays import DAY_SECONDS, Mask, Whole, iso_of
from wbc_tracker.catalog import Catalog, Severity
from wbc_tracker.flags.facts import PRESENT, UNKNOWN, Facts
from wbc_tracker.patient.model import (
    FlagLine,
    Pattern,
    PatternSentence,
    ResultLine,
    Standing,
    UsualVariation,
)
from wbc_tracker.patient.pattern_sentences import (
    Difference,
    Judged,
    age_sentences,
    decline_sentences,
    depleted_sentence,
    differs_sentences,
    evidence_lines,
    not_assessable_sentences,
    unknown_b_cells_sentence,
    urgent_sentences,
)


@dataclass(frozen=True)
class PatientRows:
    """One patient's results: as lines, and as the arrays of the rules, in the same order."""

    results: Sequence[ResultLine]
    facts: Facts

    @property
    def day(self) -> Whole:
        """Days since 1970-01-01."""
        return np.asarray(self.facts.instant // DAY_SECONDS)

    @property
    def instant(self) -> Whole:
        """Seconds since 1970-01-01; a date without a time is the start of its day."""
        return self.facts.instant


def judge_pattern(
    patient: PatientRows,
    flags: list[FlagLine],
    standing: Standing,
    variations: Mapping[str, UsualVariation],
    as_of_day: int,
    catalog: Catalog,
) -> Pattern:
    """Judge the contrast on the latest day on treatment with both B cells and white cells.

    Whatever lies on that day or later counts: B cells that came back, a count that fell or is below
    its interval, a flag to discuss or an urgent one. A gradual decline alone does not speak against
    the picture, because the document expects it; it is told. Nothing depends on the order of the
    rows.

    Args:
        patient: the results. flags: their flags.
        standing: where the patient stands on `as_of_day` (days since 1970-01-01).
        variations: analyte id -> how far it varies in one person.
        catalog: figures and names.

    Returns:
        `as_described`, `differs` or `not_assessable`, with the sentences and the numbers behind
        them. An urgent flag that stands is named first, whatever the code.
    """
    facts, results, day = patient.facts, patient.results, patient.day
    judged = _find_judged(patient, catalog)
    since = min(day[judged.b_row], day[judged.wbc_row]) if judged else _latest_count_day(patient)
    returned = _latest_b_cells(patient)
    if returned is not None and (judged is None or day[returned] >= day[judged.b_row]):
        since = day[returned] if since is None else min(since, day[returned])
    else:
        returned = None
    against = [results[i] for i in _against(patient, since)]
    raised = _raised(flags, since, catalog)
    urgent = urgent_sentences(flags, catalog)
    if returned is not None or against or raised:
        code, shown = "differs", None if returned is None else results[returned]
        depletion = (
            depleted_sentence(against, catalog)
            if judged
            else unknown_b_cells_sentence(results, facts, catalog)
        )
        is_judged = judged is not None or returned is not None
        difference = Difference(shown, depletion, against, raised, is_judged)
        sentences = differs_sentences(difference, bool(urgent), catalog)
    elif judged and _is_stable(results[judged.wbc_row]):
        code, sentences = "as_described", catalog.pattern["as_described"].say()
    else:
        code, sentences = (
            "not_assessable",
            not_assessable_sentences(results, facts, judged, standing, catalog),
        )
    newest = day[facts.treated & (facts.is_kind("blood_count") | (facts.own_state != UNKNOWN))]
    sentences = [*sentences, *decline_sentences(_declines(flags, since), catalog)]
    sentences += age_sentences(since, newest, as_of_day, catalog)
    lines = evidence_lines(results, judged, returned, variations)
    latest = (
        max((judged.b_row, judged.wbc_row), key=lambda i: patient.instant[i])
        if judged
        else returned
    )
    told = [PatternSentence(words, is_urgent=True) for words in urgent]
    return Pattern(
        code=code,
        told=[*told, *(PatternSentence(words) for words in sentences)],
        collected_at=results[latest].collected_at if latest is not None else None,
        evidence=lines,
    )


def _find_judged(patient: PatientRows, catalog: Catalog) -> Judged | None:
    """Find the latest judged B-cell day on treatment that has a white cell count near enough.

    Near enough: at most 14 days away with no infusion between; the nearest, of equally near ones
    the later.
    """
    facts, day, instant = patient.facts, patient.day, patient.instant
    infusion = day - np.maximum(facts.days_since, 0)
    b_rows = np.flatnonzero(_counts_for_b_cells(facts))
    wbc_rows = np.flatnonzero(facts.treated & facts.is_analyte("wbc"))
    for b_day in np.unique(day[b_rows])[::-1]:
        b_row = _telling_row(patient, b_rows[day[b_rows] == b_day])
        apart = np.abs(day[wbc_rows] - b_day)
        near = (apart <= catalog.figure("pair_days")) & (infusion[wbc_rows] == infusion[b_row])
        if near.any():
            chosen = wbc_rows[near]
            nearest = np.lexsort(
                (facts.value[chosen], -instant[chosen], np.abs(instant[chosen] - instant[b_row]))
            )[0]
            return Judged(b_row, int(chosen[nearest]))
    return None


def _counts_for_b_cells(facts: Facts) -> Mask:
    """Return the B-cell rows on treatment that can be judged: B cells still there in the first
    days prove nothing.
    """
    too_early = facts.in_phase("initiation") & np.equal(facts.day_state, PRESENT)
    return facts.treated & np.not_equal(facts.own_state, UNKNOWN) & ~too_early


def _latest_b_cells(patient: PatientRows) -> int | None:
    """Return the telling row of the latest judged B-cell day on treatment if it shows B cells."""
    facts, day = patient.facts, patient.day
    rows = np.flatnonzero(_counts_for_b_cells(facts))
    if not len(rows):
        return None
    latest = _telling_row(patient, rows[day[rows] == day[rows].max()])
    return latest if facts.day_state[latest] == PRESENT else None


def _telling_row(patient: PatientRows, rows_of_day: Whole) -> int:
    """Return the row that decides the day's state: a CD19 count before others,
    the most B cells first.
    """
    facts = patient.facts
    deciding = rows_of_day[facts.own_state[rows_of_day] == facts.day_state[rows_of_day]]
    other = ~facts.is_analyte("cd19")[deciding]
    order = np.lexsort(
        (patient.instant[deciding], -facts.value[deciding], facts.analyte[deciding], other)
    )
    return int(deciding[order[0]])


def _latest_count_day(patient: PatientRows) -> int | None:
    days = patient.day[patient.facts.treated & patient.facts.is_kind("blood_count")]
    return int(days.max()) if len(days) else None


def _against(patient: PatientRows, since: int | None) -> list[int]:
    """Return the worst row of each count that fell or is low on treatment from a day on.

    Counts drawn just after an infusion are left out: the steroid given with it shifts them.
    """
    facts = patient.facts
    if since is None:
        return []
    bad = (
        facts.treated
        & ~facts.after_steroid
        & (patient.day >= since)
        & (facts.is_fall | facts.is_low)
    )
    worst = []
    for analyte in facts.catalog.of_kind("blood_count"):
        rows = np.flatnonzero(bad & facts.is_analyte(analyte))
        if len(rows):
            worst.append(int(rows[np.lexsort((patient.instant[rows], facts.value[rows]))[0]]))
    return worst


def _raised(flags: list[FlagLine], since: int | None, catalog: Catalog) -> list[FlagLine]:
    """Return what speaks against the picture from a day on: flags to discuss and urgent ones,
    most severe first.
    """
    if since is None:
        return []
    start, codes = iso_of(since), list(catalog.flags)
    against = [f for f in flags if f.calls and f.flag.against_pattern]
    found = [f for f in against if (f.collected_at or "")[:10] >= start]
    return sorted(found, key=lambda f: (-f.severity, codes.index(f.code), f.collected_at or ""))


def _declines(flags: list[FlagLine], since: int | None) -> list[FlagLine]:
    """Return the gradual declines to discuss that are current, or not before a day."""
    start = "9999" if since is None else iso_of(since)
    told = [f for f in flags if f.code == "gradual_decline" and f.severity == Severity.DISCUSS]
    return [f for f in told if f.current or (f.collected_at or "")[:10] >= start]


def _is_stable(result: ResultLine) -> bool:
    is_stable = any(found.flag.code == "wbc_stable" for found in result.flags)
    return is_stable and result.baseline_kind == "pre_treatment"
