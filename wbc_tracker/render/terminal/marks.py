"""How severities look on a terminal: a mark of three characters, and a style."""

from __future__ import annotations

from wbc_tracker.catalog import Severity

SEVERITY_MARKS = {
    Severity.URGENT: "!!!",
    Severity.DISCUSS: " !!",
    Severity.INFO: "  i",
    Severity.EXPECTED: " ok",
}
SEVERITY_STYLES = {
    Severity.URGENT: "bold red",
    Severity.DISCUSS: "yellow",
    Severity.INFO: "cyan",
    Severity.EXPECTED: "green",
}
