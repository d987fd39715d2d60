"""Options that more than one command has, in groups, each with what is made of it; how files are
read is in `reading`.
"""

# No `from __future__ import annotations`: as texts they would be compiled at every start.

from dataclasses import dataclass
from enum import StrEnum
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from wbc_tracker.cli.clock import check_date, today
from wbc_tracker.cli.line import completion
from wbc_tracker.cli.line.inputs import found_inputs
from wbc_tracker.cli.line.own_rules import RuleFiles, catalog_with, read_rules_of

if TYPE_CHECKING:
    from wbc_tracker.catalog import Catalog
    from wbc_tracker.panel.filter import PanelFilter
    from wbc_tracker.selection import Selection


class SameDay(StrEnum):
    """What a draw on an infusion's date counts as."""

    BEFORE = "before"
    AFTER = "after"


class UnitChoice(StrEnum):
    """In which units values are told."""

    REPORTED = "reported"
    SI = "si"


class ListFormat(StrEnum):
    """Format of a list of what is stored."""

    TABLE = "table"
    CSV = "csv"
    JSON = "json"


class SeverityName(StrEnum):
    """Severity of a flag."""

    URGENT = "urgent"
    DISCUSS = "discuss"
    INFO = "info"
    EXPECTED = "expected"


class Sex(StrEnum):
    """Sex of a patient."""

    FEMALE = "f"
    MALE = "m"


_SHOW, _FROM = "What to show", "Where from"
_CHOOSE = "Whom to show of several patients (together they narrow one another)"

Patient = Annotated[
    str | None,
    typer.Option(
        help="Choose a patient; names the patient of files without that column (else 'me').",
        autocompletion=completion.patients,
    ),
]
Yes = Annotated[bool, typer.Option("--yes", "-y", help="Do not ask.")]
ListedAs = Annotated[
    ListFormat,
    typer.Option("--format", help="csv: a file that the import of another store reads."),
]
ProfileName = Annotated[
    str,
    typer.Argument(
        metavar="NAME",
        help="The profile.",
        show_default=False,
        autocompletion=completion.profiles,
    ),
]
Analytes = Annotated[
    list[str] | None,
    typer.Option(
        "--analyte",
        autocompletion=completion.analytes,
        help="Show only this analyte (an id such as wbc); repeatable.",
        rich_help_panel=_SHOW,
    ),
]


@dataclass(frozen=True)
class Sources:
    """Where the data of a command come from: files, else the store; and whose they are."""

    labs: Annotated[
        list[Path] | None,
        typer.Option(
            "--labs",
            help="Read this lab file, or those of a folder, and touch no store; repeatable.",
            rich_help_panel=_FROM,
        ),
    ] = None
    infusions: Annotated[
        list[Path] | None,
        typer.Option("--infusions", help="Infusions of --labs; repeatable.", rich_help_panel=_FROM),
    ] = None
    events: Annotated[
        list[Path] | None,
        typer.Option("--events", help="Events for --labs; repeatable.", rich_help_panel=_FROM),
    ] = None
    patient: Patient = None
    sex: Annotated[
        Sex | None,
        typer.Option(
            "--sex",
            help="Sex of the patient, for usual variation; without it the larger figure stands.",
            rich_help_panel=_FROM,
        ),
    ] = None

    def __post_init__(self) -> None:
        """Put the files of a folder or pattern in its place."""
        for name in ("labs", "infusions", "events"):
            if paths := getattr(self, name):
                object.__setattr__(self, name, found_inputs(paths))

    @property
    def files(self) -> list[Path]:
        """All files that are read."""
        return [*(self.labs or ()), *(self.infusions or ()), *(self.events or ())]


class ImportFormat(StrEnum):
    """Format of an import's summary."""

    TABLE = "table"
    JSON = "json"


@dataclass(frozen=True)
class TakingIn:
    """How files are taken in, and how that is told."""

    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Show what would be read; write nothing.")
    ] = False
    strict: Annotated[
        bool, typer.Option("--strict", help="Anything rejected keeps its whole file out.")
    ] = False
    rejects: Annotated[
        Path | None, typer.Option("--rejects", help="Write what was left out to this CSV.")
    ] = None
    output: Annotated[ImportFormat, typer.Option("--format", help="Format of the summary.")] = (
        ImportFormat.TABLE
    )


@dataclass(frozen=True)
class Shown:
    """What is shown of the results."""

    analytes: Analytes = None
    since: Annotated[
        str | None,
        typer.Option(help="Show draws from this date on.", metavar="DATE", rich_help_panel=_SHOW),
    ] = None
    until: Annotated[
        str | None,
        typer.Option(help="Show draws up to this date.", metavar="DATE", rich_help_panel=_SHOW),
    ] = None

    def selection(self, catalog: "Catalog") -> "Selection":
        """Return the choice of annotated rows.

        Raises:
            UsageError: an analyte is not known, or a date is none.
        """
        from wbc_tracker.selection import Selection

        since, until = check_date(self.since, "--since"), check_date(self.until, "--until")
        return Selection.of(self.analytes, since, until, catalog)


@dataclass(frozen=True)
class Chosen:
    """Who is shown of several patients."""

    flags: Annotated[
        list[str] | None,
        typer.Option(
            "--flag",
            metavar="CODE[:ANALYTE]",
            autocompletion=completion.flags,
            help="With this current flag (of this test); repeatable: any of them.",
            rich_help_panel=_CHOOSE,
        ),
    ] = None
    severity: Annotated[
        SeverityName | None,
        typer.Option(
            "--severity",
            help="With a current flag of this severity or a worse one.",
            rich_help_panel=_CHOOSE,
        ),
    ] = None
    overdue: Annotated[
        bool,
        typer.Option(
            "--overdue",
            help="Past the planned date of the next infusion, none recorded.",
            rich_help_panel=_CHOOSE,
        ),
    ] = False
    labs_due: Annotated[
        bool,
        typer.Option(
            "--labs-due",
            help="Next infusion within 28 days, and no blood count or no IgG of the last 28 days.",
            rich_help_panel=_CHOOSE,
        ),
    ] = False

    new: Annotated[
        str | None,
        typer.Option(
            "--new",
            metavar="[DATE]",
            help="With a flag that is new or worse than before the imports since this date "
            "(without one: of the latest importing day).",
            rich_help_panel=_CHOOSE,
        ),
    ] = None

    @property
    def new_since(self) -> str | None:
        """The day before whose imports is compared; None: the latest that has any.

        Raises:
            UsageError: it is no date.
        """
        return None if self.new == completion.LATEST else check_date(self.new, "--new")

    def filters(self, patient: str | None, catalog: "Catalog") -> "PanelFilter":
        """Return what is asked of each patient.

        Raises:
            UsageError: a flag or a date is not known, or a patient is named beside.
        """
        from wbc_tracker.panel.filter import PanelFilter

        severity = self.severity and self.severity.value
        _ = self.new_since  # checked before anything is read
        is_new = self.new is not None
        filters = PanelFilter.of(
            self.flags, severity, self.overdue, self.labs_due, catalog, new=is_new
        )
        filters.refuse_one_patient(patient)
        return filters


@dataclass(frozen=True)
class Day:
    """The day of which something is told, what counts as before an infusion, and own rules."""

    as_of: Annotated[
        str | None,
        typer.Option(
            "--as-of",
            help="What is known on this day (default: today).",
            metavar="DATE",
            rich_help_panel=_SHOW,
        ),
    ] = None
    same_day: Annotated[
        SameDay,
        typer.Option(
            "--same-day",
            help="Whether a draw on an infusion's date was taken before or after it, unless both "
            "carry a time.",
            rich_help_panel=_SHOW,
        ),
    ] = SameDay.BEFORE
    rules: RuleFiles = None

    @cached_property
    def catalog(self) -> "Catalog":
        """The program's catalogue, with the rules of all files in it."""
        return catalog_with(read_rules_of(self.rules))

    @cached_property
    def catalogs(self) -> "list[Catalog]":
        """The program's catalogue with the rules of each file by itself: definitions to compare."""
        return [catalog_with([rules]) for rules in read_rules_of(self.rules)] or [self.catalog]

    @cached_property
    def date(self) -> str:
        """The ISO date that was given, else today's.

        Raises:
            UsageError: it is no date.
        """
        return check_date(self.as_of, "--as-of") or today()
