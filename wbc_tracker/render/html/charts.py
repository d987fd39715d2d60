"""The charts of a page: one drawn for paper, and those that the browser draws, for every width,
theme and time.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

from wbc_tracker.charts import TimeAxis, embed_json, patient_chart, render_svg, static_chart
from wbc_tracker.charts.describe import describe_panels
from wbc_tracker.charts.facets import Facet, panels_of
from wbc_tracker.charts.theme import ThemeName, recolouring
from wbc_tracker.patient.model import PatientReport, Report
from wbc_tracker.render.html.pack import pack

#: Widths of the panels on screens, in pixels; the browser takes the widest that fits. And on paper.
_WIDTHS, _PAPER_WIDTH = (258, 430, 670, 900), 720
#: On paper a panel has this share of its height, but not less than that; and so far apart.
_FLATTER, _LEAST_HEIGHT, _SPACING = 0.64, 46, 6
#: The panel with which each picture begins: one fills the first page, one leaves room for tables on
#: the second.
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
        pictures: SVG for paper, and for a screen without JavaScript; the third, if there is one,
            only for that. None for a page of a folder, whose script draws them.
        not_on_paper: names of the panels on the third. words: all panels told.
        data: what page.js draws from, for a page of a folder folder.js, as JSON that is safe inside
            a script element.
        has_courses: whether there is a chart by weeks since the last infusion.
    """

    pictures: list[str] | None
    not_on_paper: list[str]
    words: str
    data: str
    has_courses: bool


def page_charts(
    report: Report, patient: PatientReport, analytes: Sequence[str]
) -> PageCharts | None:
    """Return the charts, None where there is nothing to draw.

    Args:
        report, patient, analytes: as of `patient_chart`.
    """
    panels = panels_of(report, patient, analytes)
    if not panels:
        return None
    charts = {
        time: {theme: _drawn(report, patient, time, theme, panels) for theme in _THEMES}
        for time in _AXES
    }
    told = {time: themes for time, themes in charts.items() if all(themes.values())}
    pictures = [
        _own_names(render_svg(spec), number)
        for number, spec in enumerate(_papers(report, patient, panels))
    ]
    return _page_charts(
        patient, panels, report.as_of, pictures, pack(told), has_courses="course" in told
    )


def folder_charts(
    report: Report, patient: PatientReport, analytes: Sequence[str]
) -> PageCharts | None:
    """Return the charts for a page that lies in a folder among hundreds, None where there is
    nothing to draw.

    Drawing takes longer than all the rest of a page. There the browser draws the pictures for paper
    too, and makes the dark charts from the light ones: `data` holds `charts`, `papers` and `dark`,
    the colours to change.
    """
    panels = panels_of(report, patient, analytes)
    if not panels:
        return None
    charts = {time: _drawn(report, patient, time, "light", panels) for time in _AXES}
    told = {time: drawn for time, drawn in charts.items() if drawn}
    papers = [static_chart(spec) for spec in _papers(report, patient, panels)]
    data = {**pack({"charts": told, "papers": papers}), "dark": recolouring("light", "dark")}
    return _page_charts(patient, panels, report.as_of, None, data, has_courses="course" in told)


def _page_charts(
    patient: PatientReport,
    panels: Sequence[Facet],
    as_of: str,
    pictures: list[str] | None,
    data: dict[str, Any],
    *,
    has_courses: bool,
) -> PageCharts:
    return PageCharts(
        pictures=pictures,
        not_on_paper=[panel.name for panel in panels[_CUTS[-1] :]],
        words=describe_panels(patient, panels, as_of=as_of, time="calendar"),
        data=embed_json(data),
        has_courses=has_courses,
    )


def _papers(
    report: Report, patient: PatientReport, panels: Sequence[Facet]
) -> list[dict[str, Any]]:
    """Return the charts by date for paper, flatter than on screens and cut as `_CUTS` says; the
    first has the key.
    """
    papers: list[dict[str, Any]] = []
    for place, following in pairwise((*_CUTS, len(panels))):
        chosen = panels[place:following]
        spec = None
        if chosen:
            spec = patient_chart(report, patient, theme="print", width=_PAPER_WIDTH, panels=chosen)
        if spec is not None:
            papers.append(_for_paper(spec, with_key=not papers))
    return papers


def _for_paper(spec: dict[str, Any], *, with_key: bool) -> dict[str, Any]:
    """Return a chart with flatter panels, without its title, and the key only if asked for."""
    views = []
    for view in spec["vconcat"]:
        if view["name"].startswith("panel "):
            views.append({**view, "height": max(_LEAST_HEIGHT, round(view["height"] * _FLATTER))})
        elif with_key or view["name"] != "key":
            views.append(view)
    return {
        **_untitled(spec),
        "vconcat": views,
        "config": {**spec["config"], "concat": {"spacing": _SPACING}},
    }


def _drawn(
    report: Report,
    patient: PatientReport,
    time: TimeAxis,
    theme: ThemeName,
    panels: Sequence[Facet],
) -> list[dict[str, Any]]:
    """Return specifications with the room that each needs, the narrowest first; empty without
    results.
    """
    drawn = []
    for width in _WIDTHS:
        spec = patient_chart(report, patient, time=time, theme=theme, width=width, panels=panels)
        if spec is not None:
            drawn.append({"room": width + _BESIDE, "spec": _untitled(spec)})
    return drawn


def _untitled(spec: dict[str, Any]) -> dict[str, Any]:
    """Return a chart without its title, which the page tells."""
    return {name: part for name, part in spec.items() if name != "title"}


def _own_names(picture: str, number: int) -> str:
    """Give what a picture refers to names that no other picture in the page has."""
    return _TAG.sub(lambda tag: _CLIP.sub(rf"\1paper-{number}-\2", tag[0]), picture)
