"""What the commands do, for a notebook or a program: one call each."""

from wbc_tracker.notebook.calls import build_report, write_export

__all__ = ["build_report", "write_export"]
