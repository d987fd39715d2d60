"""The catalogue of rules, with own rules in it."""

from __future__ import annotations

from pathlib import Path

from wbc_tracker.catalog import Catalog, load_rules, own_catalog
from wbc_tracker.catalog import load_catalog as load_own_catalog


def load_catalog(*rules: Path | str) -> Catalog:
    """Return the catalogue: analytes, units, drugs, limits, flags, and every sentence.

    Args:
        rules: files of own rules (TOML), as `--rules` takes them: thresholds, the cut of depletion,
            critical limits, the windows and analytes of the research table. What they change is
            told in every report and export.

    Returns:
        The catalogue that the other functions take as `catalog`.

    Raises:
        UnreadableFileError: a file is none of rules, a rule names nothing, or its value cannot be.
        UsageError: two files contradict each other.
    """
    own = tuple(load_rules(file) for file in rules)
    return own_catalog(own) if own else load_own_catalog()
