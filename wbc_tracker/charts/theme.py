"""Colours and fonts of a chart: for a light page, a dark page and paper.

Text has a contrast of at least 4.5 to the background, marks of at least 3 (WCAG AA). The print
theme is grey, so that nothing is lost on a black and white printer. No colour says anything that a
shape, a line or words do not say.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal

ThemeName = Literal["light", "dark", "print"]

FONT = "Helvetica, Arial, 'Liberation Sans', sans-serif"
#: In pixels; on screens nothing is smaller.
FONT_SIZE = 12


@dataclass(frozen=True)
class Colours:
    """The colours of one theme, as hexadecimal RGB.

    Attributes:
        background, text, muted: of the page, of words, and of words that matter less.
        grid: lines of the axes. course: bands of every other course.
        interval, interval_edge: the laboratory's interval and its outline.
        corridor: usual variation around the baseline. infusion, event: their lines.
        series: the lines and points of `b_cells`, `white_cells`, `antibodies` and `other`.
        alarm: rings around results with a flag to discuss or an urgent one.
        courses: lines of the courses laid over one another, the latest first, then the earlier
            ones.
    """

    background: str
    text: str
    muted: str
    grid: str
    course: str
    interval: str
    interval_edge: str
    corridor: str
    infusion: str
    event: str
    alarm: str
    series: dict[str, str]
    courses: tuple[str, ...]


_COLOURS: dict[ThemeName, Colours] = {
    "light": Colours(
        background="#ffffff",
        text="#1b1f24",
        muted="#57606a",
        grid="#d8dee4",
        course="#f3f4f6",
        interval="#dcefe0",
        interval_edge="#56906a",
        corridor="#b35900",
        infusion="#b0005d",
        event="#6a4c00",
        alarm="#c81e1e",
        series={
            "b_cells": "#0550ae",
            "white_cells": "#6b3300",
            "antibodies": "#6639ba",
            "other": "#24505c",
        },
        courses=("#b0005d", "#0550ae", "#6b3300", "#1a7f37", "#6639ba", "#57606a"),
    ),
    "dark": Colours(
        background="#0d1117",
        text="#e6edf3",
        muted="#9ea7b3",
        grid="#30363d",
        course="#171d26",
        interval="#12311f",
        interval_edge="#4a9468",
        corridor="#e09b4f",
        infusion="#ff80bf",
        event="#e3c14f",
        alarm="#ff7b72",
        series={
            "b_cells": "#6cb6ff",
            "white_cells": "#f0b37e",
            "antibodies": "#d2a8ff",
            "other": "#8fd3e0",
        },
        courses=("#ff80bf", "#6cb6ff", "#f0b37e", "#56d364", "#d2a8ff", "#9ea7b3"),
    ),
    "print": Colours(
        background="#ffffff",
        text="#000000",
        muted="#404040",
        grid="#cccccc",
        course="#f4f4f4",
        interval="#e2e2e2",
        interval_edge="#808080",
        corridor="#606060",
        infusion="#000000",
        event="#303030",
        alarm="#000000",
        series={
            "b_cells": "#000000",
            "white_cells": "#000000",
            "antibodies": "#000000",
            "other": "#000000",
        },
        courses=("#000000", "#303030", "#484848", "#5c5c5c", "#707070", "#808080"),
    ),
}


def chart_colours(theme: ThemeName) -> Colours:
    """Return the colours of a theme."""
    return _COLOURS[theme]


def recolouring(theme: ThemeName, other: ThemeName) -> dict[str, str]:
    """Return for each colour of a theme the one that stands for the same in another theme.

    What turns a chart of one theme into that of the other, wherever a colour is a whole text.
    """
    return dict(zip(_flat(_COLOURS[theme]), _flat(_COLOURS[other]), strict=True))


def _flat(colours: Colours) -> list[str]:
    told = [*colours.courses, *colours.series.values()]
    return [*told, *(value for value in vars(colours).values() if isinstance(value, str))]


def chart_config(theme: ThemeName, width: int) -> dict[str, Any]:
    """Return the configuration of a specification; `width` is that of each panel in pixels."""
    colours = chart_colours(theme)
    return {
        "background": colours.background,
        "font": FONT,
        "view": {"continuousWidth": width, "stroke": colours.grid},
        # A screen reader hears the description and each result; what Vega says of axes and headings
        # ("Y-axis for a linear scale") are no words.
        "axis": {
            "aria": False,
            "labelColor": colours.muted,
            "titleColor": colours.muted,
            "labelFontSize": FONT_SIZE,
            "titleFontSize": FONT_SIZE,
            "titleFontWeight": "normal",
            "domainColor": colours.grid,
            "tickColor": colours.grid,
            "gridColor": colours.grid,
        },
        "title": {
            "color": colours.text,
            "subtitleColor": colours.muted,
            "fontSize": FONT_SIZE + 1,
            "subtitleFontSize": FONT_SIZE,
        },
        "concat": {"spacing": 10},
    }
