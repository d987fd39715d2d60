"""The rules a second time: plain, slow and meant to be checked by reading.

Written from the design and the facts alone, so that an error has to be made twice to stay hidden.
"""

from reference.annotation import annotate_patient, annotate_reference
from reference.figures import CTCAE_CUTS, INTERVALS, SMALLEST_CHANGE, VARIATION
from reference.model import Event, Infusion, Result, Row
from reference.pattern import broad_falls, counted_changes, pattern_code
from reference.trends import Trend, p_of, trends_of

__all__ = [
    "CTCAE_CUTS",
    "INTERVALS",
    "SMALLEST_CHANGE",
    "VARIATION",
    "Event",
    "Infusion",
    "Result",
    "Row",
    "Trend",
    "annotate_patient",
    "annotate_reference",
    "broad_falls",
    "counted_changes",
    "p_of",
    "pattern_code",
    "trends_of",
]
