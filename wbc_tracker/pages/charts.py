"""The charts of a page: one drawn for paper, and those that the browser draws, for every width, theme and time."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

from wbc_tracker.catalog import Catalog
from wbc_tracker.charts import TimeAxis, describe_chart, embed_json, patient_chart, render_svg
from wbc_tracker.charts.panels import Panel, panels_of
from wbc_tracker.charts.theme import ThemeName
from wbc_tracker.pages.pack import pack
from wbc_tracker.report.model import PatientReport

#: Widths of the panels on screens, in pixels; the browser takes the widest that fits. And on paper.
_WIDTHS, _PAPER_WIDTH = (258, 430, 670, 900), 720
#: On paper a panel has this share of its height, but not less than that; and so far apart.
_FLATTER, _LEAST_HEIGHT, _SPACING = 0.64, 46, 6
#: The panel with which each picture begins: one fills the first page, one leaves room for tables on the second.
_CUTS = (0, 3, 5)
#: Pixels beside the panels: the labels of the value axis.
_BESIDE = 48
_THEMES: tuple[ThemeName, ...] = ("light", "dark")
_AXES: tuple[TimeAxis, ...] = ("calendar", "course")
_TAG = re.compile(r"<[a-z][^<>]*>")
_CLIP = re.compile(r'((?: id="|="url\(#))(clip\d+)(?=\)?")')


@dataclass(frozen=True)
class PageCharts:
    """The charts of one patient.

    Attributes:
        pictures: SVG for paper, and for a screen without JavaScript; the third, if there is one, only for that.
        not_on_paper: names of the panels on the third. words: all panels told.
        data: what page.js draws from, as JSON that is safe inside a script element.
        has_courses: whether there is a chart by weeks since the last infusion.
    """

    pictures: list[str]
    not_on_paper: list[str]
    words: str
    data: str
    has_courses: bool


def page_charts(patient: PatientReport, catalog: Catalog, as_of: str, analytes: Sequence[str]) -> PageCharts | None:
    """Return the charts, None where there is nothing to draw.

    Args:
        patient, catalog, as_of, analytes: as of `patient_chart`.
    """
    panels = panels_of(patient, analytes, catalog)
    if not panels:
        return None
    charts = {time: _drawn(patient, catalog, time, as_of, analytes) for time in _AXES}
    return PageCharts(
        pictures=_pictures(patient, catalog, as_of, panels),
        not_on_paper=[panel.name for panel in panels[_CUTS[-1] :]],
        words=describe_chart(patient, catalog, as_of=as_of, analytes=analytes),
        data=embed_json(pack({time: drawn for time, drawn in charts.items() if drawn})),
        has_courses=bool(charts["course"]),
    )


def _pictures(patient: PatientReport, catalog: Catalog, as_of: str, panels: Sequence[Panel]) -> list[str]:
    """Return the charts by date as pictures, flatter than on screens and cut as `_CUTS` says; the first has the key."""
    pictures: list[str] = []
    for place, following in pairwise((*_CUTS, len(panels))):
        chosen = [panel.analyte for panel in panels[place:following]]
        spec = None
        if chosen:
            spec = patient_chart(patient, catalog, as_of=as_of, theme="print", width=_PAPER_WIDTH, analytes=chosen)
        if spec is not None:
            pictures.append(_own_names(render_svg(_for_paper(spec, with_key=not pictures)), len(pictures)))
    return pictures


def _for_paper(spec: dict[str, Any], *, with_key: bool) -> dict[str, Any]:
    """Return a chart with flatter panels, without its title, and the key only if asked for."""
    views = []
    for view in spec["vconcat"]:
        if view["name"].startswith("panel "):
            views.append({**view, "height": max(_LEAST_HEIGHT, round(view["height"] * _FLATTER))})
        elif with_key or view["name"] != "key":
            views.append(view)
    return {**_untitled(spec), "vconcat": views, "config": {**spec["config"], "concat": {"spacing": _SPACING}}}


def _drawn(
    patient: PatientReport, catalog: Catalog, time: TimeAxis, as_of: str, analytes: Sequence[str]
) -> dict[str, list[dict[str, Any]]]:
    """Return theme -> specifications with the room that each needs, the narrowest first; empty without results."""
    drawn: dict[str, list[dict[str, Any]]] = {}
    for theme in _THEMES:
        for width in _WIDTHS:
            spec = patient_chart(patient, catalog, as_of=as_of, time=time, theme=theme, width=width, analytes=analytes)
            if spec is not None:
                drawn.setdefault(theme, []).append({"room": width + _BESIDE, "spec": _untitled(spec)})
    return drawn


def _untitled(spec: dict[str, Any]) -> dict[str, Any]:
    """Return a chart without its title, which the page tells."""
    return {name: part for name, part in spec.items() if name != "title"}


def _own_names(picture: str, number: int) -> str:
    """Give what a picture refers to names that no other picture in the page has."""
    return _TAG.sub(lambda tag: _CLIP.sub(rf"\1paper-{number}-\2", tag[0]), picture)
