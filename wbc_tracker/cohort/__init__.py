"""The research table: what a group of treated patients shows, with every denominator.

    annotated results, infusions -> people, B-cell days -> windows, depletion, shifts, intervals of
    each patient (`extract_cohort`, of some patients at a time) -> CohortParts -> Cohort
    (`summarize_parts`, once)

Only patients with an infusion by `as_of` count; the others are told and left out. The settings
travel with the result.
"""

from wbc_tracker.cohort.build import (
    build_cohort,
    group_parts,
    summarize_cohort,
    summarize_joined,
    summarize_parts,
)
from wbc_tracker.cohort.extract import extract_cohort
from wbc_tracker.cohort.listing import list_times
from wbc_tracker.cohort.model import Cohort
from wbc_tracker.cohort.parts import CohortParts, join_parts
from wbc_tracker.cohort.settings import CohortSettings

__all__ = [
    "Cohort",
    "CohortParts",
    "CohortSettings",
    "build_cohort",
    "extract_cohort",
    "group_parts",
    "join_parts",
    "list_times",
    "summarize_cohort",
    "summarize_joined",
    "summarize_parts",
]
