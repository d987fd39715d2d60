"""Files in, tidy results and rejects out; one module a question."""

from wbc_tracker.intake.events import EventReading, read_event_bytes, read_events
from wbc_tracker.intake.infusions import InfusionReading, read_infusion_bytes, read_infusions
from wbc_tracker.intake.labs import LabReading, read_lab_bytes, read_labs
from wbc_tracker.intake.options import ReadingOptions
from wbc_tracker.intake.reading import FileReading

__all__ = [
    "EventReading",
    "FileReading",
    "InfusionReading",
    "LabReading",
    "ReadingOptions",
    "read_event_bytes",
    "read_events",
    "read_infusion_bytes",
    "read_infusions",
    "read_lab_bytes",
    "read_labs",
]
