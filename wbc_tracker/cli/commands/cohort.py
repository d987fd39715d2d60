"""`cohort`: the research table."""

from __future__ import annotations

from collections.abc import Sequence
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from wbc_tracker import __version__
from wbc_tracker.cli.commands.chart import Theme
from wbc_tracker.cli.counting import Counting
from wbc_tracker.cli.deliver import deliver_bytes, deliver_lines, deliver_text, width_for
from wbc_tracker.cli.large.cohort import count_patients
from wbc_tracker.cli.large.workers import Workers
from wbc_tracker.cli.line.places import names_standard_output
from wbc_tracker.cli.line.suffix import format_for
from wbc_tracker.cli.option_groups import only, with_option_groups
from wbc_tracker.cli.options import Day, Shown, Sources
from wbc_tracker.cli.output import remark
from wbc_tracker.cli.reading import Reading
from wbc_tracker.errors import UsageError

if TYPE_CHECKING:
    from wbc_tracker.cohort import Cohort

#: Wider than this the table is cut into blocks: rows of 300 columns are not read.
_MOST_WIDTH = 120
_NOTHING = (
    "There are no results yet. Start with a lab file and the infusion dates of several patients:\n"
    "  wbc-tracker cohort --labs FILE --infusions FILE"
)


class CohortFormat(StrEnum):
    """Format of the research table."""

    TABLE = "table"
    CSV = "csv"
    JSON = "json"
    SVG = "svg"
    HTML = "html"


_PICTURES = (CohortFormat.SVG, CohortFormat.HTML)
#: The forms that hold the tables of several definitions.
_OF_SEVERAL = (CohortFormat.TABLE, CohortFormat.JSON)
_SUFFIXES = {
    ".txt": (CohortFormat.TABLE,),
    ".csv": (CohortFormat.CSV,),
    ".json": (CohortFormat.JSON,),
    ".svg": (CohortFormat.SVG,),
    ".html": (CohortFormat.HTML,),
}


@with_option_groups
def cohort(
    context: typer.Context,
    sources: Sources,
    shown: Annotated[Shown, only("analytes")],
    counting: Counting,
    day: Day,
    output_format: Annotated[
        CohortFormat | None,
        typer.Option("--format", help="Default: by the file's suffix, else table."),
    ] = None,
    output: Annotated[Path | None, typer.Option("--output", help="Write to this file.")] = None,
    theme: Annotated[
        Theme,
        typer.Option("--theme", help="Colours of svg and html: light or dark screens, or paper."),
    ] = Theme.LIGHT,
    *,
    workers: Workers,
    reading: Reading,
) -> None:
    """Show what a group of patients has in common: medians, depletion, time to events, shifts and
    intervals, with denominators; as a table, as data or as pictures.
    """
    from wbc_tracker.cohort import group_parts, summarize_joined

    definitions = [
        (catalog, counting.settings(day, shown.selection(catalog).analytes, catalog))
        for catalog in day.catalogs
    ]
    output = None if names_standard_output(output) else output
    chosen = format_for(
        context,
        None if output is None else str(output),
        output_format,
        _SUFFIXES,
        default=CohortFormat.TABLE,
        what="the research table",
    )
    if chosen in _PICTURES:
        from wbc_tracker.charts import require_renderer

        require_renderer()
    counting.check_times(context, sources.files)
    if len(definitions) > 1 and (counting.times or chosen not in _OF_SEVERAL):
        raise UsageError(
            "Several files of --rules give a table each: as text or JSON, and without --times.",
            "Ask for --format table or json, or give one file.",
        )
    counted = count_patients(
        context, sources, shown, day, reading, output, workers, counting, definitions
    )
    built, parts = [], []
    for each, (catalog, settings) in zip(counted, definitions, strict=True):
        parts.append(group_parts(each.parts, settings, each.groups))
        built.append(summarize_joined(parts[-1], settings, catalog))
    if chosen is CohortFormat.TABLE and counted[0].is_empty:
        deliver_text(_NOTHING, output)
    elif chosen in _PICTURES:
        deliver_bytes(_drawn(built[0], chosen, theme), output)
    else:
        _deliver(built, chosen, output)
    if output is not None:
        remark(f"The research table was written to {output}.")
    counting.write_times(parts[0], definitions[0][1])
    raise typer.Exit(counted[0].exit_code)


def _drawn(built: Cohort, chosen: CohortFormat, theme: Theme) -> bytes:
    """Return the pictures as a file.

    Raises:
        UsageError: there is nothing to draw.
    """
    from wbc_tracker.render.html.cohort import render_cohort_page, render_cohort_svg

    if chosen is CohortFormat.HTML:
        page = render_cohort_page(built, __version__, theme.value)
    else:
        page = render_cohort_svg(built, theme.value)
    if page is None:
        raise UsageError("Nobody has a result after an infusion to draw.", "Ask for a table.")
    return page.encode()


def _deliver(built: Sequence[Cohort], chosen: CohortFormat, output: Path | None) -> None:
    """Deliver the table, or one of each definition below the other."""
    if chosen is CohortFormat.TABLE:
        from rich.text import Text

        from wbc_tracker.render.terminal.cohort import render_cohort

        width = min(width_for(output), _MOST_WIDTH)
        tables = [render_cohort(each, width, __version__) for each in built]
        lines = [line for table in tables for line in (*table, Text(""))]
        deliver_lines(lines[:-1], output)
    elif chosen is CohortFormat.JSON:
        from wbc_tracker.render.json.cohort import render_cohort_json, render_cohorts_json

        one = len(built) == 1
        document = render_cohort_json(built[0], __version__) if one else ""
        deliver_text(document or render_cohorts_json(built, __version__), output)
    else:
        from wbc_tracker.render.csv.cohort import render_cohort_csv

        deliver_text(render_cohort_csv(built[0], __version__).removesuffix("\n"), output)
