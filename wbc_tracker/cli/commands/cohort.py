"""`cohort`: the research table."""

from __future__ import annotations

from enum import StrEnum
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from wbc_tracker import __version__
from wbc_tracker.cli.options import (
    Analytes,
    AsOf,
    DateOrderOption,
    DecimalOption,
    Delimiter,
    Encoding,
    InfusionFiles,
    Labs,
    LayoutOption,
    Map,
    Patient,
    Profile,
    SameDay,
    SameDayOption,
    Sheet,
    Units,
    check_date,
    reading_options,
    today,
)
from wbc_tracker.cli.output import remark, show, show_lines, terminal_width
from wbc_tracker.cli.sources import load_dataset, refuse_overwriting
from wbc_tracker.errors import UsageError

if TYPE_CHECKING:
    from wbc_tracker.catalog import Catalog
    from wbc_tracker.cohort import Cohort

#: Wider than this, or in a file, the table is cut into blocks: rows of 300 columns are not read.
_MOST_WIDTH, _FILE_WIDTH = 120, 100
_MOST_WEEKS = 5200
_COUNTING = "What to count"
_NOTHING = (
    "There are no results yet. Start with a lab file and the infusion dates of several patients:\n"
    "  wbc-tracker cohort --labs FILE --infusions FILE"
)


class CohortFormat(StrEnum):
    """Format of the research table."""

    TABLE = "table"
    CSV = "csv"
    JSON = "json"


class SinceInfusion(StrEnum):
    """Which infusion the windows count from."""

    FIRST = "first"
    LAST = "last"


def cohort(
    context: typer.Context,
    labs: Labs = None,
    infusions: InfusionFiles = None,
    patient: Patient = None,
    analytes: Analytes = None,
    since: Annotated[
        SinceInfusion | None,
        typer.Option(
            help="Count the windows from this infusion (default: both).", rich_help_panel=_COUNTING
        ),
    ] = None,
    windows: Annotated[
        str | None,
        typer.Option(
            help="Edges of the windows in weeks (default: 0,4,12,24,36,48,72,96,144 and on by 48 "
            "to 480).",
            metavar="WEEKS",
            rich_help_panel=_COUNTING,
        ),
    ] = None,
    depleted_below: Annotated[
        float | None,
        typer.Option(
            help="Depleted under this CD19 count per uL (default: 10).", rich_help_panel=_COUNTING
        ),
    ] = None,
    depleted_below_percent: Annotated[
        float | None,
        typer.Option(
            help="Depleted under this % of lymphocytes (default: 1).", rich_help_panel=_COUNTING
        ),
    ] = None,
    early_window: Annotated[
        str | None,
        typer.Option(
            help="Days after the first infusion of early depletion, both included (default: "
            "70-112).",
            metavar="DAYS",
            rich_help_panel=_COUNTING,
        ),
    ] = None,
    as_of: AsOf = None,
    same_day: SameDayOption = SameDay.BEFORE,
    output_format: Annotated[
        CohortFormat | None,
        typer.Option("--format", help="Default: by the file's suffix, else table."),
    ] = None,
    output: Annotated[Path | None, typer.Option("--output", help="Write to this file.")] = None,
    columns: Map = None,
    units: Units = None,
    date_order: DateOrderOption = None,
    decimal: DecimalOption = None,
    layout: LayoutOption = None,
    encoding: Encoding = None,
    delimiter: Delimiter = None,
    sheet: Sheet = None,
    profile: Profile = None,
) -> None:
    """Show what a group of patients has in common: medians, depletion, shifts and intervals,
    with denominators.
    """
    from wbc_tracker.annotation import annotate
    from wbc_tracker.catalog import load_catalog
    from wbc_tracker.cohort import CohortSettings, build_cohort
    from wbc_tracker.cohort.settings import FIRST, LAST, WINDOW_WEEKS
    from wbc_tracker.selection import Selection

    day = check_date(as_of, "--as-of") or today()
    options = reading_options(context, as_of=day, reject_future=False)
    catalog = load_catalog()
    settings = CohortSettings.of(
        catalog,
        as_of=day,
        same_day=same_day.value,
        analytes=Selection.of(analytes, None, None, catalog).analytes,
        since=(FIRST, LAST) if since is None else (since.value,),
        window_weeks=WINDOW_WEEKS if windows is None else _weeks(windows),
        depleted_below_count=_cut(depleted_below, "--depleted-below", None),
        depleted_below_percent=_cut(depleted_below_percent, "--depleted-below-percent", 100),
        early_days=None if early_window is None else _days(early_window),
    )
    output = None if str(output) == "-" else output
    refuse_overwriting(output, [*(labs or []), *(infusions or [])])
    dataset, rejected = load_dataset(context, labs, infusions, options, patient)
    annotated = annotate(
        dataset.results, dataset.infusions, as_of=day, same_day=same_day.value, catalog=catalog
    )
    built = build_cohort(annotated, dataset.infusions, dataset.patients, settings, catalog)
    chosen = output_format or _by_suffix(output)
    if chosen is CohortFormat.TABLE and not dataset.patients:
        _deliver(f"{_NOTHING}\n", output)
    elif chosen is CohortFormat.TABLE:
        _deliver_table(built, output, catalog)
    else:
        _deliver(_render(built, chosen, catalog), output)
    if output is not None:
        remark(f"The research table was written to {output}.")
    raise typer.Exit(1 if rejected else 0)


def _by_suffix(output: Path | None) -> CohortFormat:
    by_suffix = {".csv": CohortFormat.CSV, ".json": CohortFormat.JSON}
    return by_suffix.get("" if output is None else output.suffix.lower(), CohortFormat.TABLE)


def _render(built: Cohort, chosen: CohortFormat, catalog: Catalog) -> str:
    if chosen is CohortFormat.JSON:
        from wbc_tracker.render.json.cohort import render_cohort_json

        return f"{render_cohort_json(built, __version__, catalog)}\n"
    from wbc_tracker.render.csv.cohort import render_cohort_csv

    return render_cohort_csv(built, __version__, catalog)


def _deliver_table(built: Cohort, output: Path | None, catalog: Catalog) -> None:
    from wbc_tracker.render.terminal.cohort import render_cohort

    if output is None:
        show_lines(render_cohort(built, min(terminal_width(), _MOST_WIDTH), __version__, catalog))
        return
    lines = render_cohort(built, _FILE_WIDTH, __version__, catalog)
    _deliver("".join(f"{line.plain}\n" for line in lines), output)


def _deliver(text: str, output: Path | None) -> None:
    if output is None:
        show(text.removesuffix("\n"))
        return
    from wbc_tracker.files import write_whole

    with write_whole(output) as stream:
        stream.write(text.encode())


def _weeks(text: str) -> tuple[int, ...]:
    """Return the edges of the windows.

    Raises:
        UsageError: they are no rising whole weeks, or fewer than two.
    """
    words = [word.strip() for word in text.split(",")]
    weeks = tuple(
        int(word) for word in words if word.isascii() and word.isdigit() and len(word) <= 4
    )
    rising = all(left < right for left, right in pairwise(weeks))
    if len(weeks) != len(words) or len(weeks) < 2 or not rising or weeks[-1] > _MOST_WEEKS:
        raise UsageError(
            f"--windows: {text!r} is no rising list of whole weeks.",
            f"Write 0,4,12,24 (at most {_MOST_WEEKS}).",
        )
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
