"""Files in, tidy results and rejects out; one module a question."""

from wbc_tracker.intake.infusions import InfusionReading, read_infusion_bytes, read_infusions
from wbc_tracker.intake.labs import LabReading, read_lab_bytes, read_labs
from wbc_tracker.intake.options import DEFAULT_PATIENT, ReadingOptions

__all__ = [
    "DEFAULT_PATIENT",
    "InfusionReading",
    "LabReading",
    "ReadingOptions",
    "read_infusion_bytes",
    "read_infusions",
    "read_lab_bytes",
    "read_labs",
]
