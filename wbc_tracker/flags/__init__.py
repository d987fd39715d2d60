"""Educational flags: small pure rules over the annotated rows; texts and thresholds stand in the
catalogue.
"""

from wbc_tracker.flags.evaluate import derive_flags, evaluate_flags
from wbc_tracker.flags.patient import evaluate_patient_flags

__all__ = ["derive_flags", "evaluate_flags", "evaluate_patient_flags"]
