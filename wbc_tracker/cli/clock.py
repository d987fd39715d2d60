"""The clock, and dates as they are typed. Nothing else reads what day or time it is."""

from __future__ import annotations

from datetime import date, datetime

from wbc_tracker.errors import UsageError


def today() -> str:
    """Return today's date, of the user's own calendar."""
    return date.today().isoformat()  # noqa: DTZ011  # the user's own calendar day is meant


def now() -> str:
    """Return date, time and zone of this moment, to the second."""
    return datetime.now().astimezone().isoformat(timespec="seconds")


def check_date(text: str | None, option: str) -> str | None:
    """Return an ISO date as given.

    Raises:
        UsageError: it is not written as 2025-03-01 or does not exist.
    """
    if text is None:
        return None
    try:
        return date.fromisoformat(text).isoformat()
    except ValueError:
        raise UsageError(f"{option}: {text!r} is not a date.", "Write it as 2025-03-01.") from None


def check_moment(text: str) -> str:
    """Return a date, or a date and time with seconds, as given; a zone is dropped.

    Raises:
        UsageError: it is no date, or lies before 1900.
    """
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        raise UsageError(
            f"{text!r} is not a date.", "Write it as 2025-03-01 or 2025-03-01T09:30."
        ) from None
    if moment.year < 1900:
        raise UsageError(f"{text!r} lies before 1900.", "Correct the date.")
    if len(text) <= len("2025-03-01"):
        return moment.date().isoformat()
    return moment.replace(tzinfo=None).isoformat(timespec="seconds")
