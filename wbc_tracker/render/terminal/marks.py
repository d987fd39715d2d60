"""How severities look on a terminal: a mark of three characters, and a style."""

from __future__ import annotations

SEVERITY_MARKS = {"urgent": "!!!", "discuss": " !!", "info": "  i", "expected": " ok"}
SEVERITY_STYLES = {"urgent": "bold red", "discuss": "yellow", "info": "cyan", "expected": "green"}
