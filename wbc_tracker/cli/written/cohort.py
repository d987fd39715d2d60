"""The research table in each form in which it is written; what only some need is loaded then."""

from __future__ import annotations

from collections.abc import Sequence
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING

from wbc_tracker import __version__
from wbc_tracker.cli.deliver import deliver_bytes, deliver_lines, deliver_text, width_for
from wbc_tracker.errors import UsageError

if TYPE_CHECKING:
    from rich.text import Text

    from wbc_tracker.charts.theme import ThemeName
    from wbc_tracker.cohort import Cohort

#: Wider than this the table is cut into blocks: rows of 300 columns are not read.
_MOST_WIDTH = 120


class CohortFormat(StrEnum):
    """Format of the research table."""

    TABLE = "table"
    CSV = "csv"
    JSON = "json"
    SVG = "svg"
    HTML = "html"


PICTURES = (CohortFormat.SVG, CohortFormat.HTML)
SUFFIXES = {
    ".txt": (CohortFormat.TABLE,),
    ".csv": (CohortFormat.CSV,),
    ".json": (CohortFormat.JSON,),
    ".svg": (CohortFormat.SVG,),
    ".html": (CohortFormat.HTML,),
}


def deliver_tables(
    built: Sequence[Cohort],
    names: Sequence[str],
    chosen: CohortFormat,
    theme: ThemeName,
    output: Path | None,
) -> None:
    """Deliver the table, or one of each definition, with the names of their rules; of pictures
    there is one.

    Raises:
        UsageError: there is nothing to draw.
    """
    if chosen in PICTURES:
        deliver_bytes(_drawn(built[0], chosen, theme), output)
    else:
        _deliver(built, names, chosen, output)


def _drawn(built: Cohort, chosen: CohortFormat, theme: ThemeName) -> bytes:
    """Return the pictures as a file.

    Raises:
        UsageError: there is nothing to draw.
    """
    from wbc_tracker.render.html.cohort import render_cohort_page, render_cohort_svg

    if chosen is CohortFormat.HTML:
        page = render_cohort_page(built, __version__, theme)
    else:
        page = render_cohort_svg(built, theme)
    if page is None:
        raise UsageError("Nobody has a result after an infusion to draw.", "Ask for a table.")
    return page.encode()


def _deliver(
    built: Sequence[Cohort], names: Sequence[str], chosen: CohortFormat, output: Path | None
) -> None:
    """Deliver the table, or one of each definition below the other with their main figures on
    top.
    """
    if chosen is CohortFormat.TABLE:
        deliver_lines(_lines(built, names, min(width_for(output), _MOST_WIDTH)), output)
    elif chosen is CohortFormat.JSON:
        from wbc_tracker.render.json.cohort import render_cohort_json, render_cohorts_json

        one = len(built) == 1
        document = render_cohort_json(built[0], __version__) if one else ""
        deliver_text(document or render_cohorts_json(built, names, __version__), output)
    else:
        from wbc_tracker.render.csv.cohort import render_cohort_csv, render_cohorts_csv

        one = len(built) == 1
        text = render_cohort_csv(built[0], __version__) if one else ""
        text = text or render_cohorts_csv(built, names, __version__)
        deliver_text(text.removesuffix("\n"), output)


def _lines(built: Sequence[Cohort], names: Sequence[str], width: int) -> list[Text]:
    from rich.text import Text

    from wbc_tracker.cohort.compare import compare_cohorts
    from wbc_tracker.render.terminal.cohort import render_cohort
    from wbc_tracker.render.terminal.compared import compared_lines

    blocks = [render_cohort(each, width, __version__) for each in built]
    if len(built) > 1:
        compared = compare_cohorts(built, names)
        blocks.insert(0, compared_lines(compared, built[0].settings, width))
    return [line for block in blocks for line in (*block, Text(""))][:-1]
