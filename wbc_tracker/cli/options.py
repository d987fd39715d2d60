"""Every option, defined once, and the objects they become."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from wbc_tracker.errors import UsageError

if TYPE_CHECKING:
    from wbc_tracker.catalog.profiles import Profile as ReadingProfile
    from wbc_tracker.intake import ReadingOptions


class DateOrder(StrEnum):
    """Order of an all-numeric date."""

    YMD = "ymd"
    DMY = "dmy"
    MDY = "mdy"


class DecimalMark(StrEnum):
    """Decimal mark of the numbers."""

    POINT = "."
    COMMA = ","


class LayoutName(StrEnum):
    """Layout of a lab file."""

    LONG = "long"
    WIDE = "wide"
    FLOWSHEET = "flowsheet"


class SameDay(StrEnum):
    """What a draw on an infusion's date counts as."""

    BEFORE = "before"
    AFTER = "after"


class ImportFormat(StrEnum):
    """Format of an import's summary."""

    TABLE = "table"
    JSON = "json"


class SeverityName(StrEnum):
    """Severity of a flag."""

    URGENT = "urgent"
    DISCUSS = "discuss"
    INFO = "info"
    EXPECTED = "expected"


_READ, _SHOW, _FROM = "How to read files", "What to show", "Where from"
_CHOOSE = "Whom to show of several patients (together they narrow one another)"

Labs = Annotated[
    list[Path] | None,
    typer.Option(
        "--labs", help="Read this lab file and touch no store; repeatable.", rich_help_panel=_FROM
    ),
]
InfusionFiles = Annotated[
    list[Path] | None,
    typer.Option(
        "--infusions", help="Infusion dates for --labs; repeatable.", rich_help_panel=_FROM
    ),
]
EventFiles = Annotated[
    list[Path] | None,
    typer.Option("--events", help="Events for --labs; repeatable.", rich_help_panel=_FROM),
]
Patient = Annotated[
    str | None,
    typer.Option(
        help="Choose a patient; names the patient of files without that column (else 'me')."
    ),
]
Analytes = Annotated[
    list[str] | None,
    typer.Option(
        "--analyte",
        help="Show only this analyte (an id such as wbc); repeatable.",
        rich_help_panel=_SHOW,
    ),
]
Since = Annotated[
    str | None,
    typer.Option(help="Show draws from this date on.", metavar="DATE", rich_help_panel=_SHOW),
]
Until = Annotated[
    str | None,
    typer.Option(help="Show draws up to this date.", metavar="DATE", rich_help_panel=_SHOW),
]
AsOf = Annotated[
    str | None,
    typer.Option(
        "--as-of",
        help="What is known on this day (default: today).",
        metavar="DATE",
        rich_help_panel=_SHOW,
    ),
]
SameDayOption = Annotated[
    SameDay,
    typer.Option(
        "--same-day",
        help="Whether a draw on an infusion's date was taken before or after it, unless both carry "
        "a time.",
        rich_help_panel=_SHOW,
    ),
]
FlagCodes = Annotated[
    list[str] | None,
    typer.Option(
        "--flag",
        metavar="CODE",
        help="With this current flag; repeatable: any of them.",
        rich_help_panel=_CHOOSE,
    ),
]
Severity = Annotated[
    SeverityName | None,
    typer.Option(
        "--severity",
        help="With a current flag of this severity or a worse one.",
        rich_help_panel=_CHOOSE,
    ),
]
Overdue = Annotated[
    bool,
    typer.Option(
        "--overdue",
        help="Past the planned date of the next infusion, none recorded.",
        rich_help_panel=_CHOOSE,
    ),
]
LabsDue = Annotated[
    bool,
    typer.Option(
        "--labs-due",
        help="Next infusion within 28 days, and no blood count or no IgG of the last 28 days.",
        rich_help_panel=_CHOOSE,
    ),
]
Map = Annotated[
    list[str] | None,
    typer.Option(
        "--map",
        metavar="ROLE=HEADER",
        help="Name the column of a role; repeatable.",
        rich_help_panel=_READ,
    ),
]
Units = Annotated[
    list[str] | None,
    typer.Option(
        "--unit",
        metavar="ANALYTE=UNIT",
        help="Unit where none is printed; repeatable.",
        rich_help_panel=_READ,
    ),
]
DateOrderOption = Annotated[
    DateOrder | None,
    typer.Option("--date-order", help="Order of all-numeric dates.", rich_help_panel=_READ),
]
DecimalOption = Annotated[
    DecimalMark | None, typer.Option("--decimal", help="Decimal mark.", rich_help_panel=_READ)
]
LayoutOption = Annotated[
    LayoutName | None,
    typer.Option(
        "--layout", help="A row a result, a row a draw, or a column a date.", rich_help_panel=_READ
    ),
]
Encoding = Annotated[
    str | None, typer.Option(help="Encoding of the text, e.g. windows-1252.", rich_help_panel=_READ)
]
Delimiter = Annotated[
    str | None,
    typer.Option(help="One character, or comma, semicolon, tab, pipe.", rich_help_panel=_READ),
]
Profile = Annotated[
    str | None,
    typer.Option(
        "--profile",
        metavar="NAME",
        help="Read the columns as this profile says; `profiles list` names them, your own ones "
        "first.",
        rich_help_panel=_READ,
    ),
]

Sheet = Annotated[
    str | None,
    typer.Option(
        "--sheet", metavar="NAME", help="Sheet of an Excel workbook.", rich_help_panel=_READ
    ),
]

_DELIMITERS = {"comma": ",", "semicolon": ";", "tab": "\t", "\\t": "\t", "pipe": "|"}


def today() -> str:
    """Return today's date; the only place that reads the clock for a report."""
    return date.today().isoformat()  # noqa: DTZ011  # the user's own calendar day is meant


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


def reading_options(
    context: typer.Context,
    *,
    as_of: str,
    reject_future: bool = True,
    only_patient: bool = False,
    explain: bool = False,
) -> ReadingOptions:
    """Return the reading options of a command, from whichever of them it has.

    Args:
        context: of the command; its parameters bear the names of the options above.
        as_of: ISO date. reject_future: reject later results instead of leaving them out.
        only_patient: a file that names other patients than `--patient` is refused.
        explain: tell how every test was understood.
    """
    from wbc_tracker.intake import ReadingOptions
    from wbc_tracker.schema import DEFAULT_PATIENT

    given = {name: value for name, value in context.params.items() if value}
    delimiter = given.get("delimiter")
    return ReadingOptions(
        as_of=as_of,
        today=today(),
        patient=given.get("patient", DEFAULT_PATIENT),
        is_patient_named="patient" in given,
        only_patient=only_patient and "patient" in given,
        columns=_pairs(given.get("columns"), "--map", "ROLE=HEADER"),
        units=_pairs(given.get("units"), "--unit", "ANALYTE=UNIT"),
        date_order=_word(given.get("date_order")),
        decimal=_word(given.get("decimal")),
        layout=_word(given.get("layout")),
        encoding=given.get("encoding"),
        delimiter=_DELIMITERS.get(delimiter, delimiter) if delimiter else None,
        sheet=given.get("sheet"),
        named_profile=_named_profile(given.get("profile")),
        explain=explain,
        reject_future=reject_future,
    )


def _named_profile(name: str | None) -> ReadingProfile | None:
    """Return the profile of `--profile NAME`.

    Raises:
        UsageError: there is none of that name, or the user's own file is wrong.
    """
    if name is None:
        return None
    from wbc_tracker.catalog import load_catalog
    from wbc_tracker.catalog.profiles import choose_profile

    return choose_profile(name, profiles_folder(), load_catalog())


def profiles_folder() -> Path:
    """Return the folder of the user's own profiles; it need not exist."""
    from platformdirs import user_config_path

    return user_config_path("wbc-tracker", appauthor=False) / "profiles"


def _word(choice: StrEnum | str | None) -> str | None:
    return None if choice is None else str(choice)


def _pairs(texts: Sequence[str] | None, option: str, form: str) -> dict[str, str]:
    pairs = {}
    for text in texts or []:
        name, equals, value = text.partition("=")
        if not (equals and name.strip() and value.strip()):
            raise UsageError(f"{option}: {text!r} is not of the form {form}.")
        pairs[name.strip()] = value.strip()
    return pairs
