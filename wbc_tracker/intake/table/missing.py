"""What a lab file without a needed column is told: which roles were found, and which is missing."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from wbc_tracker.catalog import load_catalog
from wbc_tracker.catalog.fold import fold_name
from wbc_tracker.errors import UnreadableFileError
from wbc_tracker.intake.options import ReadingOptions
from wbc_tracker.intake.table.columns import ValueColumn
from wbc_tracker.intake.table.head import TableHead, shown_preamble

_ROLE_WORDS = {
    "collected_at": "the date of collection",
    "analyte": "the name of the test",
    "loinc": "its LOINC code",
    "value": "the value",
    "unit": "the unit",
    "ref_range": "the reference interval",
}
_ROLES_BY_WORDS = {words: role for role, words in _ROLE_WORDS.items()}


def no_columns(
    head: TableHead,
    options: ReadingOptions,
    file: str,
    candidates: Mapping[str, list[int]],
    tests: Sequence[ValueColumn] = (),
) -> UnreadableFileError:
    """Say which roles were found and which is missing; without any, what was looked for."""
    found = [
        f"{', '.join(repr(head.header[i]) for i in columns)} ({_ROLE_WORDS[role]})"
        for role, columns in candidates.items()
        if role in _ROLE_WORDS
    ]
    found += [f"{column.header!r} (a test)" for column in tests[:3]]
    missing = _missing(candidates, tests)
    if found and missing:
        listed = " and ".join(filter(None, (", ".join(missing[:-1]), missing[-1])))
        example = _ROLES_BY_WORDS[missing[0]]
        return UnreadableFileError(
            f"{file} has no column for {listed}. Found: {', '.join(found)}.",
            f"The header reads: {' | '.join(head.header)[:200]}. Name the column with --map "
            f"{example}=HEADER.",
            code="no_columns",
        )
    above = f" Above it: {shown_preamble(head.preamble)}." if head.preamble else ""
    first = f"Its line {head.header_line} reads" if head.header_line > 1 else "Its first line reads"
    return UnreadableFileError(
        f"{file} has no recognised columns"
        + (f" for the layout {options.layout}." if options.layout else ".")
        + " Looked for a date of collection, and either a test name, a value and a unit in each "
        "row,"
        " one column a test (such as WBC or CD19), or one column a date.",
        f"{first}: {' | '.join(head.header)[:200]}.{above} Name columns with --map ROLE=HEADER."
        + _of_another_kind(head.header),
        code="no_columns",
    )


def _of_another_kind(header: Sequence[str]) -> str:
    """Return how infusions or events are read, where headers are theirs; else ""."""
    catalog, folded = load_catalog(), {fold_name(text) for text in header}
    kinds = {
        "infusion": (catalog.words.infusion_roles, ("drug", "dose_mg")),
        "event": (catalog.events.roles, ("kind",)),
    }
    for kind, (roles, telling) in kinds.items():
        if folded & {fold_name(text) for role in telling for text in roles[role]}:
            return f" If these are {kind}s: --{kind}s FILE, or wbc-tracker {kind} import FILE."
    return ""


def _missing(candidates: Mapping[str, list[int]], tests: Sequence[ValueColumn]) -> list[str]:
    """Return in words the roles that a readable file would need besides those it has."""
    needed = ["collected_at"]
    if not tests:
        needed += ["analyte"] if "loinc" not in candidates else []
        needed += ["value"]
    return [_ROLE_WORDS[role] for role in needed if role not in candidates]
