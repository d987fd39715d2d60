"""Which sentences of pattern.toml hold, and their figures; they are for a patient who is afraid
and a neurologist with three minutes.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from wbc_tracker.arrays import Whole, iso_of
from wbc_tracker.catalog import Catalog, Severity
from wbc_tracker.flags.facts import PRESENT, UNKNOWN, Facts
from wbc_tracker.patient.messages import other_laboratory_words, result_words
from wbc_tracker.patient.model import EvidenceLine, FlagLine, ResultLine, Standing, UsualVariation
from wbc_tracker.wording import date_words, days_words, number_words, percent_words


@dataclass(frozen=True)
class Judged:
    """The rows the pattern is judged on: a B-cell result and a white cell count."""

    b_row: int
    wbc_row: int


def urgent_sentences(flags: list[FlagLine], catalog: Catalog) -> list[str]:
    """Name the first urgent flag that stands, and what to do."""
    urgent = sorted(
        (f for f in flags if f.severity == Severity.URGENT and f.current),
        key=lambda f: (f.code, f.message),
    )
    if not urgent:
        return []
    return catalog.pattern["urgent"].say(message=urgent[0].message.rstrip("."))


def decline_sentences(declines: list[FlagLine], catalog: Catalog) -> list[str]:
    """Name what has been falling over months; the document expects that it can."""
    falling = {flag.result.analyte.id for flag in declines if flag.result}
    if not falling:
        return []
    names = " and ".join(
        analyte.name for analyte in catalog.analytes.values() if analyte.id in falling
    )
    have = "have" if len(falling) > 1 or names.endswith("s") else "has"
    return catalog.pattern["falling"].say(names=_capital(names), have=have)


def _capital(words: str) -> str:
    return f"{words[0].upper()}{words[1:]}"


@dataclass(frozen=True)
class Difference:
    """What differs.

    `b_cells` is the result that shows B cells, `depletion` the sentence of depleted or unknown B
    cells instead; `against` the worst result of each count that fell or is low; `raised` flags to
    discuss and urgent ones; `is_judged` whether B cells were measured near a white cell count, or
    are there.
    """

    b_cells: ResultLine | None
    depletion: str
    against: list[ResultLine]
    raised: list[FlagLine]
    is_judged: bool


def differs_sentences(difference: Difference, is_urgent: bool, catalog: Catalog) -> list[str]:
    """Say what differs, and what to do about it; where something urgent is named before,
    that goes first.
    """
    b_cells, against, raised = difference.b_cells, difference.against, difference.raised
    said, sentences = catalog.pattern, list[str]()
    if against:
        counts = "; ".join(_against_words(result, catalog) for result in against)
        sentences += said["counts_against"].say(counts=_capital(counts))
    elif raised and b_cells is None:
        titles = dict.fromkeys(line.flag.title for line in raised)
        sentences += said["to_discuss"].say(titles="; ".join(titles))
    of_b_cells = difference.depletion if b_cells is None else _b_cells_sentence(b_cells, catalog)
    # What is not known comes behind what was found.
    sentences.insert(0 if difference.is_judged else len(sentences), of_b_cells)
    return [*sentences, *said["differs" if is_urgent else _closing(difference)].say()]


def _closing(difference: Difference) -> str:
    """Return the code of what people usually do; the most serious of what differs decides."""
    if difference.against:
        return "differs_repeat_count"
    b_cells = difference.b_cells
    others = [flag for flag in difference.raised if flag.code != "b_cells_not_depleted"]
    if b_cells is None or others:
        return "differs_show"
    return "differs_repeat_cd19" if _is_not_depleted(b_cells) else "differs_mention"


def depleted_sentence(against: list[ResultLine], catalog: Catalog) -> str:
    """Say that B cells are depleted, and whether other cells fell as well."""
    fell = any(result.beyond_rcv == "fall" for result in against)
    return _whole(catalog, "depleted_others_fell" if fell else "depleted")


def _whole(catalog: Catalog, code: str, **figures: object) -> str:
    """Return the sentences of a situation as one."""
    return " ".join(catalog.pattern[code].say(**figures))


def _is_not_depleted(result: ResultLine) -> bool:
    """Tell whether no draw on treatment shows the B cells depleted although one should."""
    should = result.seen_before or result.phase in ("initiation", "on_schedule")
    return should and not result.depleted_before


def _b_cells_sentence(result: ResultLine, catalog: Catalog) -> str:
    if _is_not_depleted(result):
        return _whole(catalog, "not_depleted")
    if not result.depleted_before:
        return _whole(catalog, "present_unknown")
    is_longer = result.phase in ("extended", "interrupted")
    longer = catalog.insert("after_longer_interval") if is_longer else ""
    return _whole(catalog, "back" if result.is_confirmed else "seen_again", longer=longer)


def _against_words(result: ResultLine, catalog: Catalog) -> str:
    reasons = []
    if result.ref_flag == "low":
        unchanged = result.beyond_rcv == "no" and result.baseline_kind == "pre_treatment"
        reasons.append(
            catalog.insert("below_interval_unchanged" if unchanged else "below_interval")
        )
    if result.beyond_rcv == "fall":
        change = catalog.insert("fell_beyond", change=percent_words(result.percent_change or 0))
        reasons.append(f"{change}{other_laboratory_words(result, catalog)}")
    when = date_words(result.collected_at)
    return f"{result.analyte.name} {result_words(result)} on {when}: {' and '.join(reasons)}"


def age_sentences(since: int | None, newest: Whole, as_of_day: int, catalog: Catalog) -> list[str]:
    """Say so when what was judged is older than 26 weeks; `newest` are the days of all results
    that could tell.
    """
    limit = 7 * catalog.figure("current_weeks")
    if since is None or as_of_day - since <= limit:
        return []
    day = iso_of(since)
    if len(newest) and as_of_day - newest.max() <= limit:
        return catalog.pattern["not_both_since"].say(day=day)
    return catalog.pattern["old"].say(day=day, ago=days_words(int(as_of_day - since)))


def evidence_lines(
    results: Sequence[ResultLine],
    judged: Judged | None,
    returned: int | None,
    variations: Mapping[str, UsualVariation],
) -> list[EvidenceLine]:
    """Return the numbers that the sentences rest on; `variations` are by id of the analyte."""
    places = [] if judged is None else [judged.b_row, judged.wbc_row]
    if returned is not None and returned not in places:
        places.insert(0, returned)
    lines: list[EvidenceLine] = []
    for result in (results[place] for place in places):
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
    if result.baseline_value is None:
        return "no baseline"
    kind = "baseline" if result.baseline_kind == "pre_treatment" else "first on record"
    words = f"{kind} {number_words(result.baseline_value, 0, result.analyte.decimals)}"
    change = result.percent_change
    if change is None or variation is None:
        return words
    limit = variation.rise if change > 0 else variation.fall
    return f"{words}, {percent_words(change)}; beyond usual variation from {percent_words(limit)}"


def not_assessable_sentences(
    results: Sequence[ResultLine],
    facts: Facts,
    judged: Judged | None,
    standing: Standing,
    catalog: Catalog,
) -> list[str]:
    """Say what cannot be judged, what can, and which test or old result would settle it."""
    said = catalog.pattern
    if not facts.treated.any():
        if standing.last_infusion_on is not None:
            return said["no_result_after"].say()
        return said["no_infusion" if standing.next_on is None else "infusion_to_come"].say()
    if judged is None:
        return _unpaired_sentences(results, facts, catalog)
    return _uncompared_sentences(results, facts, judged.wbc_row, catalog)


def unknown_b_cells_sentence(results: Sequence[ResultLine], facts: Facts, catalog: Catalog) -> str:
    """Say what is known of the B cells where no white cell count lies near them,
    or why nothing is.
    """
    if not _are_judged(facts):
        return _whole(catalog, "b_cells_unknown", why=_why_no_b_cells(facts, catalog))
    if _are_too_early(facts):
        return _whole(catalog, "b_cells_unknown_early")
    at = np.flatnonzero(facts.treated & np.not_equal(facts.own_state, UNKNOWN))
    latest = max(results[i].collected_at for i in at.tolist())
    return _whole(catalog, "depleted_alone", day=latest[:10])


def _uncompared_sentences(
    results: Sequence[ResultLine], facts: Facts, at: int, catalog: Catalog
) -> list[str]:
    """Say why the white cells beside depleted B cells say nothing."""
    said, result = catalog.pattern, results[at]
    if result.comparator:
        return said["count_is_limit"].say(value=result_words(result))
    if result.baseline_kind != "pre_treatment":
        return [*said["no_baseline_count"].say(), *_counts_sentence(results, facts, catalog)]
    if facts.after_steroid[at]:
        return said["count_near_infusion"].say()
    if result.beyond_rcv == "rise":
        return said["count_higher"].say(change=percent_words(result.percent_change or 0))
    return said["count_without_interval"].say()


def _unpaired_sentences(results: Sequence[ResultLine], facts: Facts, catalog: Catalog) -> list[str]:
    said = catalog.pattern
    if _are_too_early(facts):
        return said["b_cells_too_early"].say()
    if _are_judged(facts):
        return said["no_count_near"].say()
    return [
        *said["no_b_cells"].say(why=_why_no_b_cells(facts, catalog)),
        *_counts_sentence(results, facts, catalog),
    ]


def _are_judged(facts: Facts) -> bool:
    return bool((facts.treated & np.not_equal(facts.own_state, UNKNOWN)).any())


def _are_too_early(facts: Facts) -> bool:
    """Tell whether B cells were seen only in the first days, when they still may be there."""
    judged = facts.treated & np.not_equal(facts.own_state, UNKNOWN)
    later = judged & ~facts.in_phase("initiation")
    return bool(judged.any() and not later.any() and (facts.day_state[judged] == PRESENT).all())


def _why_no_b_cells(facts: Facts, catalog: Catalog) -> str:
    if (facts.treated & facts.is_analyte("cd19", "cd19_pct")).any():
        return catalog.insert("why_limits")
    if (facts.treated & facts.is_analyte("cd20", "cd20_pct")).any():
        return catalog.insert("why_cd20")
    return catalog.insert("why_none")


def _counts_sentence(results: Sequence[ResultLine], facts: Facts, catalog: Catalog) -> list[str]:
    """Say what the white cells alone show, if they can be compared; not where the steroid may
    shift them.
    """
    at = np.flatnonzero(facts.treated & facts.is_analyte("wbc") & ~facts.after_steroid)
    if not len(at):
        return []
    result = results[max(at.tolist(), key=lambda i: (results[i].collected_at, results[i].value))]
    is_first = result.baseline_kind != "pre_treatment"
    base = catalog.insert("the_first_on_record" if is_first else "the_baseline")
    if result.beyond_rcv == "rise":
        return catalog.pattern["counts_alone_higher"].say(base=base)
    is_stable = result.beyond_rcv == "no"
    return catalog.pattern["counts_alone_stable"].say(base=base) if is_stable else []
