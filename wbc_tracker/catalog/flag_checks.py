"""What a flag of the catalogue must hold, beyond names that exist."""

from __future__ import annotations

from string import Formatter

from wbc_tracker.catalog.model import Catalog, Flag
from wbc_tracker.catalog.severity import Severity
from wbc_tracker.errors import CatalogError

#: What `patient/messages.py` fills in the message of a flag.
PLACEHOLDERS = frozenset(
    (
        "analyte",
        "value",
        "date",
        "when",
        "limit",
        "grade",
        "inside",
        "baseline_low",
        "confirmed",
        "first_on_record",
        "seen",
        "changed",
        "other_laboratory",
        "below",
        "weak",
        "trend",
        "interval",
        "jump",
        "drug_can",
        "so_before",
        "steroid",
        "unit_doubt",
        "rule_base",
        "fell",
        "state",
        "unexplained",
        "fall",
        "cut",
        "infections",
        "whose_interval",
        "context",
        "t_change",
    )
)
#: What it fills in the situations of a flag of the patient.
PATIENT_PLACEHOLDERS = frozenset(
    ("noun", "on", "until", "days", "span", "ago", "in_time", "weeks", "course")
)


def check_flag(flag: Flag, catalog: Catalog) -> None:
    """Refuse a flag that could not be told or ranked.

    Raises:
        CatalogError: a placeholder that nobody fills, neither or both of message and situations, a
            routine situation that does not exist, a grade without a severity, another severity
            that does not say when, or a question that could not be asked.
    """
    if bool(flag.message) == bool(flag.situations):
        raise CatalogError(f"flags.toml: {flag.code} needs either a message or situations.")
    if unknown_routine := set(flag.routine) - set(flag.situations):
        raise CatalogError(
            f"flags.toml: {flag.code} has no situation {sorted(unknown_routine)[0]}."
        )
    known = PATIENT_PLACEHOLDERS if flag.is_of_patient else PLACEHOLDERS
    for text in (flag.message, flag.clause, *flag.situations.values()):
        unknown = {name for _, name, _, _ in Formatter().parse(text) if name} - known
        if unknown:
            raise CatalogError(
                f"flags.toml: {flag.code} has the unknown placeholder {sorted(unknown)[0]}."
            )
    severities = {flag.severity, *flag.severity_by_grade.values()}
    flag.question.check(
        flag.code,
        flag.situations,
        PATIENT_PLACEHOLDERS,
        can_be_urgent=Severity.URGENT in severities,
    )
    if bool(flag.other_severity) != bool(flag.other_when):
        raise CatalogError(
            f"flags.toml: {flag.code} needs both other_severity and other_when, or neither."
        )
    for analyte in flag.generic_limits:
        if catalog.analytes[analyte].interval is None:
            raise CatalogError(
                f"flags.toml: {flag.code} names {analyte}, which has no generic interval."
            )
    if unknown_grades := set(flag.next_step_by_grade) - set(flag.severity_by_grade):
        raise CatalogError(
            f"flags.toml: {flag.code} has a next step for grade {sorted(unknown_grades)[0]} alone."
        )
    if flag.analyte:
        reachable = {str(grade) for grade in range(1, len(catalog.gradings[flag.analyte].cuts) + 2)}
        if set(flag.severity_by_grade) != reachable:
            raise CatalogError(
                f"flags.toml: {flag.code} needs a severity for the grades "
                f"{', '.join(sorted(reachable))}."
            )
