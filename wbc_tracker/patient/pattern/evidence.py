"""The numbers that the sentences of the pattern rest on."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from wbc_tracker.annotation.unusual import note_words
from wbc_tracker.patient.messages import result_words
from wbc_tracker.patient.model import EvidenceLine
from wbc_tracker.patient.result_lines import ResultLine
from wbc_tracker.patient.trend_lines import UsualVariation
from wbc_tracker.wording import date_words, percent_words


def evidence_lines(
    results: Sequence[ResultLine], variations: Mapping[str, UsualVariation]
) -> list[EvidenceLine]:
    """Return a line for each result; `variations` are by id of the analyte."""
    lines: list[EvidenceLine] = []
    for result in results:
        when = (
            f"{date_words(result.collected_at)}, day {result.days_since_infusion}, course "
            f"{result.course}"
        )
        told = f"{result.analyte.short} {result_words(result)}"
        repeated = any(earlier.when == when for earlier in lines)
        rests_on = _baseline_words(result, variations.get(result.analyte.id))
        lines.append(EvidenceLine("" if repeated else when, f"{told} ({rests_on})"))
    return lines


def _baseline_words(result: ResultLine, variation: UsualVariation | None) -> str:
    """Return the baseline that the rules take: its date where it is another one or old, and why it
    is unusual.
    """
    base = result.against
    if base.value is None or base.day is None:
        return "no baseline"
    kind = "baseline" if result.baseline_kind == "pre_treatment" else "first on record"
    words = f"{kind} {result.scale.number(base.value)}"
    told = []
    if base.is_other or result.is_baseline_old:
        told.append(f"of {base.day}")
    if base.note:
        told += [reason.replace("_", " ") for reason in note_words(base.note).split(";")]
    words += f" {', '.join(told)}" if told else ""
    change = base.percent_change
    if change is None or variation is None:
        return words
    limit = variation.rise if change > 0 else variation.fall
    return f"{words}, {percent_words(change)}; beyond usual variation from {percent_words(limit)}"
