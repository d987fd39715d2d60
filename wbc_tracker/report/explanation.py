"""What a flag means, line by line, from the catalogue alone."""

from __future__ import annotations

from wbc_tracker.catalog import SEVERITIES, Catalog, Flag
from wbc_tracker.wording import unit_words

_SEVERITY_WORDS = {
    "expected": "the picture the document describes",
    "info": "context",
    "discuss": "bring it to the next appointment",
    "urgent": "contact the care team now; with fever, emergency care",
}


def list_flags(catalog: Catalog) -> list[str]:
    """Return all flags, most severe first, and the statements they teach."""
    lines = [f"Severities: {'; '.join(f'{s} ({_SEVERITY_WORDS[s]})' for s in reversed(SEVERITIES))}.", ""]
    lines += [f"{flag.code} ({_severity(flag)}): {flag.title}" for flag in catalog.flags.values()]
    lines += ["", "What the source document says, in our words:"]
    lines += [f"{statement.id}: {statement.text}" for statement in catalog.statements.values()]
    lines += ["", "One flag in full: wbc-tracker explain CODE", catalog.disclaimer]
    return lines


def explain_flag(code: str, catalog: Catalog) -> list[str]:
    """Return rule, thresholds with their sources, statements, what it does not mean and what to do next."""
    flag = catalog.flags[code]
    lines = [f"{flag.code}: {flag.title}", "", f"Severity: {_severity(flag)}.", f"Rule: {flag.rule}"]
    thresholds = _threshold_lines(flag, catalog)
    lines += ["Thresholds:", *thresholds] if thresholds else []
    lines += [f"Teaches {id}: {catalog.statements[id].text}" for id in flag.statements]
    lines += [f"It does not mean: {flag.means_not}", f"What people usually do next: {flag.next_step}"]
    sources = [catalog.sources[source] for source in flag.sources]
    lines += ["Sources:", *(f"  {source.text} ({source.certainty})" for source in sources)] if sources else []
    grading = f"Grading: {catalog.grading_name}. " if flag.analyte else ""
    return [*lines, "", f"{grading}Catalogue {catalog.version}. {catalog.disclaimer}"]


def _severity(flag: Flag) -> str:
    if not flag.severity_by_grade:
        return flag.severity
    return ", ".join(f"grade {grade} {severity}" for grade, severity in flag.severity_by_grade.items())


def _threshold_lines(flag: Flag, catalog: Catalog) -> list[str]:
    lines = [
        f"  {entry.value:g} {unit_words(entry.unit)}: {entry.meaning} ({catalog.sources[entry.source].certainty})"
        for entry in (catalog.thresholds[name] for name in flag.thresholds)
    ]
    if flag.analyte:
        grading = catalog.gradings[flag.analyte]
        unit = unit_words(catalog.canonical_unit(flag.analyte))
        lines.append(f"  {grading.term}: grade 1 below the lower limit of the reference interval")
        lines += [f"  grade {grade} below {cut:g} {unit}" for grade, cut in enumerate(grading.cuts, start=2)]
    if flag.code == "critical_value":
        for limit in catalog.critical_limits.values():
            unit = unit_words(catalog.canonical_unit(limit.analyte))
            ends = [f"{word} {cut:g} {unit}" for word, cut in (("below", limit.below), ("above", limit.above)) if cut]
            lines.append(f"  {catalog.analytes[limit.analyte].name} {' or '.join(ends)}")
    return lines
