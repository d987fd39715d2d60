"""The research table: what a group of treated patients shows, with every denominator.

    annotated results, infusions -> people, B-cell days -> windows, depletion, shifts, intervals ->
    Cohort

Only patients with an infusion by `as_of` count; the others are told and left out. The settings
travel with the result.
"""

from wbc_tracker.cohort.build import build_cohort, summarize_cohort
from wbc_tracker.cohort.model import Cohort
from wbc_tracker.cohort.settings import CohortSettings

__all__ = ["Cohort", "CohortSettings", "build_cohort", "summarize_cohort"]
