"""The catalogue with rules of one's own in place of some of its figures."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import replace
from functools import cache

from wbc_tracker.catalog.loader import complete, load_catalog
from wbc_tracker.catalog.model import Catalog, CriticalLimit, Flag, Source
from wbc_tracker.catalog.own_rules import (
    AppliedRules,
    DepletionRule,
    RuleChange,
    Rules,
    refuse_unknown_name,
)
from wbc_tracker.catalog.thresholds import FIXED, find_faults
from wbc_tracker.errors import UnreadableFileError, UsageError

#: Lower ones let an urgent flag stand for a shorter time.
_KEEP_URGENT = frozenset(("urgent_stands_days", "unrepeated_weeks", "current_weeks"))
_CUTS = ("depleted_below_count", "depleted_below_percent")
_STRICT = {True: "below the cut", False: "at or below the cut"}


def catalog_with_rules(catalog: Catalog, rules: Sequence[Rules]) -> Catalog:
    """Return the catalogue in which the rules hold, checked as the catalogue itself is.

    Later rules refine earlier ones. Its version names them behind a plus sign, so that every result
    judged by them says so; flags and thresholds say what the catalogue's own figure was.

    Args:
        catalog: the program's own. rules: from `load_rules`, of any number of files.

    Raises:
        UnreadableFileError: a threshold or analyte that there is not, a value outside its range, or
            two out of order.
        UsageError: two files say different things about one figure, or have the same name.
    """
    _refuse_contradictions(rules)
    for each in rules:
        catalog = _apply(catalog, each)
    return catalog


@cache
def own_catalog(rules: tuple[Rules, ...]) -> Catalog:
    """Return the program's own catalogue with rules in it; each process makes it once."""
    return catalog_with_rules(load_catalog(), rules)


def _refuse_contradictions(rules: Sequence[Rules]) -> None:
    said: dict[str, tuple[object, Rules]] = {}
    for each in rules:
        if any(each.name == other.name for other in rules if other is not each):
            raise UsageError(
                f"--rules: two files have the name {each.name!r}.",
                'Give each a name of its own: name = "..." in the file.',
            )
        for name, value in each.figures.items():
            other, where = said.setdefault(name, (value, each))
            if other != value:
                raise UsageError(
                    f"--rules: {where.file or where.name} and {each.file or each.name} contradict "
                    f"each other: {name} is {_shown(other)} in one and {_shown(value)} in the "
                    "other.",
                    "Keep one of them, or compare both side by side with `wbc-tracker cohort`.",
                )


def _shown(value: object) -> str:
    if isinstance(value, bool):
        return str(value).lower()
    return f"{value:g}" if isinstance(value, float) else str(value)


def _apply(catalog: Catalog, rules: Rules) -> Catalog:
    file = rules.file or rules.name
    _refuse_unknown_names(catalog, rules, file)
    own = f"own rules {rules.name}"
    source = Source(own, _source_words(rules), "YOUR CHOICE")
    thresholds = dict(catalog.thresholds)
    for name, value in rules.thresholds:
        usual = thresholds[name]
        if value != usual.value:
            meaning = f"{usual.meaning} By {own}; the catalogue has {usual.value:g}."
            thresholds[name] = replace(usual, value=value, meaning=meaning, source=own)
    if fault := next(find_faults(thresholds), ""):
        raise UnreadableFileError(f"{file}: {fault}", code="rules")
    changes = tuple(_changes(catalog, rules))
    changed = replace(
        catalog,
        version=f"{catalog.version}+{rules.name}",
        sources={**catalog.sources, own: source},
        thresholds=thresholds,
        depletion=_depletion(catalog.depletion, rules),
        smallest_changes=catalog.smallest_changes
        | {
            name: replace(catalog.smallest_changes[name], percent=percent, source=own)
            for name, percent in rules.smallest_changes
        },
        critical_limits=_critical_limits(catalog, rules, own, file),
        own_rules=(*catalog.own_rules, AppliedRules(rules, changes)),
    )
    return complete(_retold(changed, changes, own))


def _refuse_unknown_names(catalog: Catalog, rules: Rules, file: str) -> None:
    known = [name for name in catalog.thresholds if name not in FIXED]
    for name, _ in rules.thresholds:
        refuse_unknown_name(name, known, file, "thresholds")
    for name, percent in rules.smallest_changes:
        refuse_unknown_name(name, catalog.smallest_changes, file, "smallest_changes")
        if not 0 < percent <= 100:
            raise UnreadableFileError(
                f"{file}: the smallest change of {name} is {percent:g}; it must be above 0 %, and "
                "at most 100 %.",
                code="rules",
            )
    for name, _, _ in rules.critical_limits:
        refuse_unknown_name(name, catalog.critical_limits, file, "critical_limits")
    for name in rules.analytes:
        refuse_unknown_name(name, catalog.analytes, file, "cohort")
    for since in rules.since:
        refuse_unknown_name(since, ("first", "last"), file, "cohort")


def _source_words(rules: Rules) -> str:
    told = ". ".join(text.rstrip(".") for text in (rules.description, rules.source) if text)
    file = f" ({rules.file})" if rules.file else ""
    return f"Own rules {rules.name}{file}" + (f": {told}." if told else ".")


def _depletion(usual: DepletionRule, rules: Rules) -> DepletionRule:
    is_inclusive = usual.is_inclusive if rules.strict is None else not rules.strict
    return DepletionRule(is_inclusive, usual.uses if rules.uses is None else rules.uses)


def _critical_limits(
    catalog: Catalog, rules: Rules, own: str, file: str
) -> dict[str, CriticalLimit]:
    limits = dict(catalog.critical_limits)
    for name, side, value in rules.critical_limits:
        limit, (low, high) = limits[name], catalog.analytes[name].limits
        if not low < value < high or not math.isfinite(value):
            raise UnreadableFileError(
                f"{file}: the critical limit of {name} is {value:g}; it must lie between {low:g} "
                f"and {high:g} {catalog.canonical_unit(name)}.",
                code="rules",
            )
        limit = (
            replace(limit, below=value, source=own)
            if side == "below"
            else replace(limit, above=value, source=own)
        )
        if limit.below is not None and limit.above is not None and limit.below >= limit.above:
            raise UnreadableFileError(
                f"{file}: the critical limits of {name} are out of order.", code="rules"
            )
        limits[name] = limit
    return limits


def _changes(catalog: Catalog, rules: Rules) -> Iterator[RuleChange]:
    """Yield what the rules change in the catalogue, in the order of the file."""
    for name, value in rules.thresholds:
        threshold = catalog.thresholds[name]
        if value != threshold.value:
            hides = name in _KEEP_URGENT and value < threshold.value
            yield RuleChange(name, value, threshold.value, threshold.unit, hides)
    usual, own = catalog.depletion, _depletion(catalog.depletion, rules)
    if own.is_inclusive is not usual.is_inclusive:
        is_strict = not own.is_inclusive
        yield RuleChange("depletion", _STRICT[is_strict], _STRICT[not is_strict])
    if own.uses != usual.uses:
        yield RuleChange("depletion_uses", own.uses, usual.uses)
    for name, percent in rules.smallest_changes:
        before = catalog.smallest_changes[name].percent
        if percent != before:
            yield RuleChange(f"smallest_change_{name}", percent, before, "%")
    for name, side, value in rules.critical_limits:
        limit, unit = catalog.critical_limits[name], catalog.canonical_unit(name)
        at = limit.below if side == "below" else limit.above
        if at is None:
            yield RuleChange(f"critical_{name}_{side}", value, "none", unit)
        elif value != at:
            hides = value < at if side == "below" else value > at
            yield RuleChange(f"critical_{name}_{side}", value, at, unit, hides)


def _retold(catalog: Catalog, changes: Sequence[RuleChange], own: str) -> Catalog:
    """Return the catalogue whose texts say what was changed: a rule in words holds the published
    figures, so the own ones stand behind it.
    """
    names = {change.name for change in changes}
    flags = {
        code: replace(flag, rule=_rule_words(flag, changes, own))
        for code, flag in catalog.flags.items()
    }
    if "depletion_uses" in names:
        catalog = _without_other_form(catalog)
    if not names & {*_CUTS, "depletion"}:
        return replace(catalog, flags=flags)
    is_inclusive = catalog.depletion.is_inclusive

    def recut(text: str) -> str:
        if not is_inclusive:
            return text.replace("below the usual cut", "below the cut")
        text = text.replace("not below the usual cut", "above the cut")
        return text.replace("below the usual cut", "at or below the cut")

    return replace(
        catalog,
        flags={code: replace(flag, message=recut(flag.message)) for code, flag in flags.items()},
        pattern={
            code: replace(situation, sentence=recut(situation.sentence))
            for code, situation in catalog.pattern.items()
        },
    )


def _without_other_form(catalog: Catalog) -> Catalog:
    """Return the catalogue that tells of whom there is no B-cell result in the form that counts."""
    forms = {"both": "B-cell result", "count": "CD19 count", "percent": "CD19 percentage"}
    form = forms[catalog.depletion.uses]
    missing, why = catalog.pattern["no_b_cells"], catalog.insertions["why_none"]
    missing = replace(missing, sentence=missing.sentence.replace("B-cell result", form))
    why = replace(why, text=why.text.replace("B-cell result", form))
    return replace(
        catalog,
        pattern={**catalog.pattern, missing.code: missing},
        insertions={**catalog.insertions, why.code: why},
    )


def _rule_words(flag: Flag, changes: Sequence[RuleChange], own: str) -> str:
    """Return the rule of a flag, and behind it what the own rules change in it."""
    used = {*flag.thresholds}
    if used & {*_CUTS}:
        used |= {"depletion", "depletion_uses"}
    told = [
        f"{change.name} {_shown(change.value)} in place of {_shown(change.usual)}"
        for change in changes
        if change.name in used
        or (flag.code == "critical_value" and change.name.startswith("critical_"))
    ]
    return f"{flag.rule} By {own}: {'; '.join(told)}." if told else flag.rule
