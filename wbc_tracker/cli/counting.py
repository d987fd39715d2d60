"""What the research table counts: the options of `cohort`, and the settings that they become."""

# No `from __future__ import annotations`: as texts they would be compiled at every start.

from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from wbc_tracker.cli.deliver import deliver_bytes
from wbc_tracker.cli.line.overwriting import refuse_overwriting
from wbc_tracker.cli.line.suffix import format_for
from wbc_tracker.cli.output import remark
from wbc_tracker.errors import UsageError
from wbc_tracker.wording import count_words

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    import pandas as pd

    from wbc_tracker.catalog import Catalog
    from wbc_tracker.cli.options import Day
    from wbc_tracker.cohort import CohortParts, CohortSettings
    from wbc_tracker.dataset import Dataset

_MOST_GROUPS = 50
_COUNTING = "What to count"
_DRUG = "drug"
#: What is known of a patient without a column.
_KNOWN_GROUPS = (_DRUG, "sex")


class SinceInfusion(StrEnum):
    """Which infusion the windows count from."""

    FIRST = "first"
    LAST = "last"


class TimesFormat(StrEnum):
    """Format of the time-to-event data."""

    CSV = "csv"
    PARQUET = "parquet"


_TIMES = {f".{kind}": (kind,) for kind in TimesFormat}


@dataclass(frozen=True)
class Counting:
    """Windows and cuts of the research table."""

    since: Annotated[
        SinceInfusion | None,
        typer.Option(
            help="Count the windows from this infusion (default: both).", rich_help_panel=_COUNTING
        ),
    ] = None
    windows: Annotated[
        str | None,
        typer.Option(
            help="Edges of the windows in weeks (default: 0,4,12,24,36,48,72,96,144 and on by 48 "
            "to 480).",
            metavar="WEEKS",
            rich_help_panel=_COUNTING,
        ),
    ] = None
    depleted_below: Annotated[
        float | None,
        typer.Option(
            help="Depleted under this CD19 count per uL (default: 10).", rich_help_panel=_COUNTING
        ),
    ] = None
    depleted_below_percent: Annotated[
        float | None,
        typer.Option(
            help="Depleted under this % of lymphocytes (default: 1).", rich_help_panel=_COUNTING
        ),
    ] = None
    early_window: Annotated[
        str | None,
        typer.Option(
            help="Days after the first infusion of early depletion, both included (default: "
            "70-112).",
            metavar="DAYS",
            rich_help_panel=_COUNTING,
        ),
    ] = None

    origin: Annotated[
        SinceInfusion | None,
        typer.Option(
            help="Count the time to depletion, and until B cells are seen again, from the first "
            "infusion or from the last of each course (default: both).",
            rich_help_panel=_COUNTING,
        ),
    ] = None
    by: Annotated[
        str | None,
        typer.Option(
            help="The same of each group beside that of all: drug (of the first infusion), sex, or "
            "the header of a column of the lab files.",
            metavar="COLUMN",
            rich_help_panel=_COUNTING,
        ),
    ] = None

    suppress_below: Annotated[
        int | None,
        typer.Option(
            min=3,
            help="Hide counts below this but 0, and what they could be worked out from, to share "
            "the table.",
            metavar="N",
            rich_help_panel=_COUNTING,
        ),
    ] = None

    times: Annotated[
        Path | None,
        typer.Option(
            help="Also write the time-to-event data, a row a patient or course and event, to this "
            "file (.csv or .parquet).",
            metavar="FILE",
        ),
    ] = None

    def settings(
        self, day: "Day", analytes: "Sequence[str]", catalog: "Catalog"
    ) -> "CohortSettings":
        """Return everything that a second run needs to give the same table.

        Raises:
            UsageError: windows, days or a cut make no sense, or the day is none.
        """
        from wbc_tracker.cohort import CohortSettings
        from wbc_tracker.cohort.settings import FIRST, LAST

        return CohortSettings.of(
            catalog,
            as_of=day.date,
            same_day=day.same_day.value,
            analytes=analytes,
            since=() if self.since is None else (self.since.value,),
            window_weeks=() if self.windows is None else _weeks(self.windows),
            depleted_below_count=_cut(self.depleted_below, "--depleted-below", None),
            depleted_below_percent=_cut(
                self.depleted_below_percent, "--depleted-below-percent", 100
            ),
            early_days=None if self.early_window is None else _days(self.early_window),
            origins=(FIRST, LAST) if self.origin is None else (self.origin.value,),
            by=self.by or "",
            suppress_below=self.suppress_below or 0,
        )

    @property
    def covariates(self) -> "Sequence[str] | None":
        """The columns of the lab files that the groups need."""
        return None if self.by in (None, *_KNOWN_GROUPS) else [self.by]

    @property
    def covariate(self) -> "str | None":
        """What makes the groups; None without groups, and by the drug, which the cohort knows."""
        return None if self.by in (None, _DRUG) else self.by

    def groups(self, dataset: "Dataset") -> "Mapping[str, str] | None":
        """Return patient -> group; None without a covariate that makes them.

        Raises:
            UsageError: there is no such column, or it makes too many groups.
        """
        if self.covariate is None:
            return None
        return self.groups_told(dataset.covariate_of_patients(self.covariate))

    def groups_told(self, told: "pd.Series") -> "Mapping[str, str]":
        """Return patient -> group, of what the covariate tells of each.

        Raises:
            UsageError: it makes too many groups.
        """
        many = told.nunique()
        if many > _MOST_GROUPS:
            raise UsageError(
                f"--by: {self.by} has {many} different values, and there would be a table of each.",
                f"Choose a column with at most {_MOST_GROUPS}.",
            )
        return dict(zip(told.index, told, strict=True))

    def check_times(self, context: typer.Context, files: "Sequence[Path]") -> None:
        """Check that the time-to-event data may go where they are asked for.

        Raises:
            UsageError: the file is none of theirs or is read, or small counts are to be hidden.
        """
        if self.times is None:
            return
        format_for(context, str(self.times), None, _TIMES, what="the time-to-event data")
        refuse_overwriting(context, self.times, files)
        if self.suppress_below:
            raise UsageError(
                "--times writes a row a patient, which --suppress-below cannot hide.",
                "Leave out one of them.",
            )

    def write_times(self, parts: "CohortParts", settings: "CohortSettings") -> None:
        """Write the time-to-event data, if they are asked for, and say so."""
        if self.times is None:
            return
        from wbc_tracker.cohort import list_times
        from wbc_tracker.render.csv.times import render_times_csv, render_times_parquet

        table = list_times(parts, settings)
        is_csv = self.times.suffix.lower() == ".csv"
        content = render_times_csv(table) if is_csv else render_times_parquet(table)
        deliver_bytes(content, self.times)
        rows = count_words(len(table), "row", "rows")
        remark(f"The time-to-event data, {rows}, were written to {self.times}.")


def _weeks(text: str) -> tuple[int, ...]:
    """Return the edges of the windows.

    Raises:
        UsageError: they are no rising whole weeks, or fewer than two.
    """
    from wbc_tracker.cohort.settings import refuse_odd_weeks

    words = [word.strip() for word in text.split(",")]
    weeks = tuple(
        int(word) for word in words if word.isascii() and word.isdigit() and len(word) <= 4
    )
    whole = len(weeks) == len(words)
    refuse_odd_weeks(weeks if whole else (), f"--windows: the edges {text!r}")
    return weeks


def _days(text: str) -> tuple[int, int]:
    first, dash, last = (part.strip() for part in text.partition("-"))
    whole = all(part.isascii() and part.isdigit() and len(part) <= 5 for part in (first, last))
    if not dash or not whole or int(first) > int(last):
        raise UsageError(f"--early-window: {text!r} is no span of days.", "Write 70-112.")
    return int(first), int(last)


def _cut(value: float | None, option: str, most: float | None) -> float | None:
    if value is None or (0 < value < float("inf") and (most is None or value <= most)):
        return value
    raise UsageError(
        f"{option}: {value:g} cannot be a cut.", "Write a number above 0, such as 10 per uL or 1 %."
    )
