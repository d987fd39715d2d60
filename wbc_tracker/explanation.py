"""What a flag means, line by line, from the catalogue alone."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace

from wbc_tracker.catalog import Catalog, Flag, Severity
from wbc_tracker.catalog.model import CriticalLimit, Statement
from wbc_tracker.catalog.own_rules import AppliedRules
from wbc_tracker.schema import Column
from wbc_tracker.wording import unit_words


@dataclass(frozen=True)
class Explained:
    """What the flags of a report mean, from the catalogue.

    Attributes:
        severities: each with its words, most severe first. flags: code -> what it means, in lines.
        statements: what the document says, in its order.
    """

    severities: tuple[tuple[Severity, str], ...]
    flags: Mapping[str, tuple[str, ...]]
    statements: tuple[Statement, ...]


def explain(codes: Iterable[str], catalog: Catalog) -> Explained:
    """Explain some flags, all severities and all statements."""
    return Explained(
        severities=explain_severities(catalog),
        flags={code: tuple(explain_flag(code, catalog)) for code in dict.fromkeys(codes)},
        statements=tuple(catalog.statements.values()),
    )


def explain_severities(catalog: Catalog) -> tuple[tuple[Severity, str], ...]:
    """Return each severity with what it means, most severe first."""
    return tuple((one, catalog.severity_words[one]) for one in reversed(Severity))


def with_words(columns: Iterable[Column], catalog: Catalog) -> tuple[Column, ...]:
    """Return columns that know all words of the catalogue that can stand in them."""
    units = {analyte.unit for analyte in catalog.analytes.values()}
    words = {"analyte": catalog.analytes, "unit": sorted(units), "drug": catalog.drugs}
    return tuple(
        replace(column, words=tuple(words[column.name])) if column.name in words else column
        for column in columns
    )


def list_flags(catalog: Catalog) -> list[str]:
    """Return all flags, most severe first, and the statements they teach."""
    severities = "; ".join(f"{one} ({words})" for one, words in explain_severities(catalog))
    lines = [f"Severities: {severities}.", ""]
    lines += [
        f"{flag.code} ({severity_words(flag)}): {flag.title}" for flag in catalog.flags.values()
    ]
    lines += ["", "What the source document says, in our words:"]
    lines += [f"{statement.id}: {statement.text}" for statement in catalog.statements.values()]
    lines += ["", "One flag in full: wbc-tracker explain CODE", catalog.disclaimer]
    return lines


def own_rules_words(own_rules: Iterable[AppliedRules]) -> list[str]:
    """Return what rules of one's own change in the catalogue, a sentence for each file of them."""
    return [_own_words(own) for own in own_rules]


def _own_words(own: AppliedRules) -> str:
    told = [
        f"{change.name} {_figure(change.value)}"
        + (f" {unit_words(change.unit)}" if change.unit else "")
        + f" in place of {_figure(change.usual)}"
        for change in own.changes
    ]
    words = f"Own rules {own.rules.name}: {'; '.join(told) or 'as the catalogue has them'}."
    if hiding := [change.name for change in own.changes if change.hides_urgent]:
        words += f" This can hide an urgent flag ({', '.join(hiding)})."
    return words


def _figure(value: float | str) -> str:
    return value if isinstance(value, str) else f"{value:g}"


def explain_flag(code: str, catalog: Catalog) -> list[str]:
    """Return rule, thresholds with their sources, statements, what it does not mean and what to do
    next.
    """
    flag = catalog.flags[code]
    sources = sources_of(flag, catalog)
    lines = [
        f"{flag.code}: {flag.title}",
        "",
        f"Severity: {severity_words(flag)}.",
        f"Rule: {flag.rule}",
    ]
    thresholds = [
        f"  {words} [{sources.index(source) + 1}]"
        for words, source in threshold_words(flag, catalog)
    ]
    lines += ["Thresholds:", *thresholds] if thresholds else []
    lines += [f"Teaches {id}: {catalog.statements[id].text}" for id in flag.statements]
    lines += [f"Keep in mind: {flag.means_not}", f"What people usually do next: {flag.next_step}"]
    told = [catalog.sources[source] for source in sources]
    numbered = [
        f"  [{number}] {source.text} ({source.certainty})"
        for number, source in enumerate(told, start=1)
    ]
    lines += ["Sources:", *numbered] if numbered else []
    grading = f"Grading: {catalog.grading_name}. " if _uses_grading(flag, sources, catalog) else ""
    return [*lines, "", f"{grading}Catalogue {catalog.version}. {catalog.disclaimer}"]


def explain_statement(statement: str, catalog: Catalog) -> list[str]:
    """Return what the source document says, and the flags that teach it."""
    taught = [
        f"  {flag.code} ({severity_words(flag)}): {flag.title}"
        for flag in catalog.flags.values()
        if statement in flag.statements
    ]
    lines = [f"{statement}: {catalog.statements[statement].text}", ""]
    lines += ["Taught by:", *taught] if taught else []
    return [*lines, "", "One flag in full: wbc-tracker explain CODE", catalog.disclaimer]


def severity_words(flag: Flag) -> str:
    """Return the severity, or what it depends on."""
    if flag.severity_by_grade:
        return ", ".join(
            f"grade {grade} {severity}" for grade, severity in flag.severity_by_grade.items()
        )
    if flag.other_severity:
        return f"{flag.severity}; {flag.other_severity} where {flag.other_when}"
    return flag.severity.word


def sources_of(flag: Flag, catalog: Catalog) -> list[str]:
    """Return the ids of the flag's sources and of its figures' sources, each once."""
    return list(
        dict.fromkeys([*flag.sources, *(source for _, source in threshold_words(flag, catalog))])
    )


def threshold_words(flag: Flag, catalog: Catalog) -> list[tuple[str, str]]:
    """Return every figure the rule uses, in words, with the id of its source."""
    entries = [catalog.thresholds[name] for name in flag.thresholds]
    lines = [
        (f"{entry.value:g} {unit_words(entry.unit)}: {entry.meaning}", entry.source)
        for entry in entries
    ]
    if flag.analyte:
        grading = catalog.gradings[flag.analyte]
        unit = unit_words(catalog.canonical_unit(flag.analyte))
        first = f"{grading.term}: grade 1 below the lower limit of the reference interval"
        lines.append((first, grading.source))
        lines += [
            (f"grade {grade} below {cut:g} {unit}", grading.source)
            for grade, cut in enumerate(grading.cuts, start=2)
        ]
    if flag.code == "critical_value":
        lines += [_critical_words(limit, catalog) for limit in catalog.critical_limits.values()]
    return [*lines, *(_generic_words(analyte, catalog) for analyte in flag.generic_limits)]


def _critical_words(limit: CriticalLimit, catalog: Catalog) -> tuple[str, str]:
    unit = unit_words(catalog.canonical_unit(limit.analyte))
    ends = [
        f"{word} {cut:g} {unit}"
        for word, cut in (("below", limit.below), ("above", limit.above))
        if cut
    ]
    return f"{catalog.analytes[limit.analyte].name} {' or '.join(ends)}", limit.source


def _generic_words(name: str, catalog: Catalog) -> tuple[str, str]:
    analyte = catalog.analytes[name]
    assert analyte.interval is not None  # the loader has seen to it
    unit = unit_words(catalog.canonical_unit(name))
    return (
        f"{analyte.name} below {analyte.interval.low:g} {unit}, without an interval",
        analyte.interval.source,
    )


def _uses_grading(flag: Flag, sources: list[str], catalog: Catalog) -> bool:
    return bool(flag.analyte) or any(
        grading.source in sources for grading in catalog.gradings.values()
    )
