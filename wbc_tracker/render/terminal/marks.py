"""How severities look on a terminal: a mark of three characters, and a style."""

from __future__ import annotations

from wbc_tracker.catalog import Severity

SEVERITY_MARKS = {
    Severity.URGENT: "!!!",
    Severity.DISCUSS: " !!",
    Severity.INFO: "  i",
    Severity.EXPECTED: "  -",
}
#: Red and magenta can be read on light and on dark terminals; yellow, cyan and green cannot.
SEVERITY_STYLES = {
    Severity.URGENT: "bold red",
    Severity.DISCUSS: "bold magenta",
    Severity.INFO: "",
    Severity.EXPECTED: "",
}
