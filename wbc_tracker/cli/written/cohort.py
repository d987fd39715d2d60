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
#: The forms that hold the tables of several definitions.
OF_SEVERAL = (CohortFormat.TABLE, CohortFormat.JSON)
SUFFIXES = {
    ".txt": (CohortFormat.TABLE,),
    ".csv": (CohortFormat.CSV,),
    ".json": (CohortFormat.JSON,),
    ".svg": (CohortFormat.SVG,),
    ".html": (CohortFormat.HTML,),
}


def deliver_tables(
    built: Sequence[Cohort], chosen: CohortFormat, theme: ThemeName, output: Path | None
) -> None:
    """Deliver the table, or one of each definition; of pictures and CSV there is one.

    Raises:
        UsageError: there is nothing to draw.
    """
    if chosen in PICTURES:
        deliver_bytes(_drawn(built[0], chosen, theme), output)
    else:
        _deliver(built, chosen, output)


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
