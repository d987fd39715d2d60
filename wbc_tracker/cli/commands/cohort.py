"""`cohort`: the research table."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from wbc_tracker.cli.commands.chart import Theme
from wbc_tracker.cli.counting import Counting
from wbc_tracker.cli.deliver import deliver_text
from wbc_tracker.cli.large.cohort import count_patients
from wbc_tracker.cli.large.workers import Workers
from wbc_tracker.cli.line.places import names_standard_output
from wbc_tracker.cli.line.suffix import format_for
from wbc_tracker.cli.option_groups import only, with_option_groups
from wbc_tracker.cli.options import Day, Shown, Sources
from wbc_tracker.cli.output import remark
from wbc_tracker.cli.reading import Reading
from wbc_tracker.cli.written.cohort import (
    PICTURES,
    SUFFIXES,
    CohortFormat,
    deliver_tables,
)
from wbc_tracker.errors import UsageError

_NOTHING = (
    "There are no results yet. Start with a lab file and the infusion dates of several patients:\n"
    "  wbc-tracker cohort --labs FILE --infusions FILE"
)


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
        SUFFIXES,
        default=CohortFormat.TABLE,
        what="the research table",
    )
    if chosen in PICTURES:
        from wbc_tracker.charts import require_renderer

        require_renderer()
    counting.check_times(context, sources.files)
    names = [applied.rules.name for catalog in day.catalogs for applied in catalog.own_rules]
    if len(definitions) > 1:
        _refuse_for_several(names, chosen, counting)
    counted = count_patients(
        context, sources, shown, day, reading, output, workers, counting, definitions
    )
    built, parts = [], []
    for each, (catalog, settings) in zip(counted, definitions, strict=True):
        parts.append(group_parts(each.parts, settings, each.groups))
        built.append(summarize_joined(parts[-1], settings, catalog))
    if chosen is CohortFormat.TABLE and counted[0].is_empty:
        deliver_text(_NOTHING, output)
    else:
        deliver_tables(built, names, chosen, theme.value, output)
    if output is not None:
        remark(f"The research table was written to {output}.")
    counting.write_times(parts[0], definitions[0][1])
    raise typer.Exit(counted[0].exit_code)


def _refuse_for_several(names: list[str], chosen: CohortFormat, counting: Counting) -> None:
    """Refuse what cannot be told of several definitions.

    Raises:
        UsageError: two have one name; or pictures, the data behind the curves, or small counts to
            be hidden.
    """
    if twice := [name for name in names if names.count(name) > 1]:
        raise UsageError(
            f"--rules: two files have the name {twice[0]!r}.",
            'Give each a name of its own: name = "..." in the file.',
        )
    if counting.times or chosen in PICTURES:
        raise UsageError(
            "Several files of --rules give a table each: as text, CSV or JSON, and without "
            "--times.",
            "Ask for --format table, csv or json, or give one file.",
        )
    if counting.suppress_below:
        raise UsageError(
            "Between tables of the same patients under several --rules, small counts could be "
            "worked out, which --suppress-below cannot hide.",
            "Give one file of rules, or leave out --suppress-below.",
        )
