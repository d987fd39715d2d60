"""The message of one patient for the clinic: a line each, as plain text."""

from __future__ import annotations

from collections.abc import Sequence

from wbc_tracker.wording import visible


def render_message(lines: Sequence[str]) -> str:
    """Return the message: every line shows as what it is, whatever a file has put into it."""
    return "\n".join(visible(line) for line in lines)
