"""The charts of a page: one drawn for paper, and those that the browser draws, for every width,
theme and time.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from wbc_tracker.charts import TimeAxis, embed_json, patient_chart, render_svg, static_chart
from wbc_tracker.charts.describe import describe_panels
from wbc_tracker.charts.facets import Facet, panels_of
from wbc_tracker.charts.key import without_closing
from wbc_tracker.charts.theme import ThemeName, recolouring
from wbc_tracker.patient.model import PatientReport, Report
from wbc_tracker.render.html.pack import pack

#: Widths of the panels on screens, in pixels; the browser takes the widest that fits. And on paper.
_WIDTHS, _PAPER_WIDTH = (258, 290, 430, 670, 900), 860
#: On paper a picture is as wide as the sheet: so many millimetres is a pixel of it, at most.
_MILLIMETRES = 0.211
#: On paper a panel is at most as high as on screens, and at least that high; and so far apart.
_LEAST_HEIGHT, _SPACING = 34, 4
#: A sheet has so many panels, and at least those, whatever the words take.
_MOST_PANELS, _LEAST_PANELS = 5, 3
#: Pixels of a picture beside its panels: what stands above and below all of them, and the title of
#: each.
_AROUND, _TITLE = 66, 21
#: Pixels beside the panels: the labels of the value axis, and of an infusion at the right end.
_BESIDE = 66
_THEMES: tuple[ThemeName, ...] = ("light", "dark")
_AXES: tuple[TimeAxis, ...] = ("calendar", "course")
_TAG = re.compile(r"<[a-z][^<>]*>")
_CLIP = re.compile(r'((?: id="|="url\(#))(clip\d+)(?=\)?")')


@dataclass(frozen=True)
class PageCharts:
    """The charts of one patient.

    Attributes:
        pictures: SVG for paper, and for a screen without JavaScript; the second, if there is one,
            only for that. None for a page of a folder, whose script draws them.
        not_on_paper: names of the panels on the second. words: all panels told.
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
    report: Report, patient: PatientReport, analytes: Sequence[str], room: float
) -> PageCharts | None:
    """Return the charts, None where there is nothing to draw.

    Args:
        report, patient, analytes: as of `patient_chart`. room: for the picture on paper, in
            millimetres.
    """
    panels = panels_of(report, patient, analytes)
    if not panels:
        return None
    charts = {
        time: {theme: _drawn(report, patient, time, theme, panels) for theme in _THEMES}
        for time in _AXES
    }
    told = {time: themes for time, themes in charts.items() if all(themes.values())}
    papers, left = _papers(report, patient, panels, room)
    pictures = [_own_names(render_svg(spec), number) for number, spec in enumerate(papers)]
    return PageCharts(
        pictures=pictures,
        not_on_paper=[panel.name for panel in left],
        words=describe_panels(patient, panels, as_of=report.as_of, time="calendar"),
        data=embed_json(pack(told)),
        has_courses="course" in told,
    )


def folder_charts(
    report: Report, patient: PatientReport, analytes: Sequence[str], room: float
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
    papers, left = _papers(report, patient, panels, room)
    drawn = {"charts": told, "papers": [static_chart(spec) for spec in papers]}
    return PageCharts(
        pictures=None,
        not_on_paper=[panel.name for panel in left],
        words=describe_panels(patient, panels, as_of=report.as_of, time="calendar"),
        data=embed_json({**pack(drawn), "dark": recolouring("light", "dark")}),
        has_courses="course" in told,
    )


def _papers(
    report: Report, patient: PatientReport, panels: Sequence[Facet], room: float
) -> tuple[list[dict[str, Any]], Sequence[Facet]]:
    """Return the charts by date for paper: those that fit on the sheet, and the others; and the
    panels of the others.
    """
    wanted, fitting, drawn = min(_MOST_PANELS, len(panels)), 0, None
    for names_events in (True, False):
        if fitting < wanted:
            whole = _chart_for_paper(
                report, patient, _weightiest(panels, wanted), names_events=names_events
            )
            if whole is None:
                return [], panels
            free = room / _MILLIMETRES - _beside(whole)
            fitting = min(max(_fitting(free), _LEAST_PANELS), wanted)
            chosen = _weightiest(panels, fitting)
            drawn = _chart_for_paper(report, patient, chosen, names_events=names_events)
            papers = [_flattened(drawn or whole, free)]
    left = [panel for panel in panels if panel not in chosen]
    others = _chart_for_paper(report, patient, left)
    return [*papers, *([others] if others else [])], left


def _weightiest(panels: Sequence[Facet], most: int) -> list[Facet]:
    """Return so many panels in their order: the first two, which are the contrast, then those
    whose latest result is flagged, then the others.
    """
    ranked = sorted(panels[2:], key=lambda panel: panel.points[-1].ring is None)
    chosen = [panel.analyte for panel in [*panels[:2], *ranked][:most]]
    return [panel for panel in panels if panel.analyte in chosen]


def _beside(spec: dict[str, Any]) -> float:
    """Return how high a chart is without its panels."""
    views = [view for view in spec["vconcat"] if not view["name"].startswith("panel ")]
    return _AROUND + sum(float(view["height"]) for view in views)


def _fitting(room: float) -> int:
    """Return how many panels there is room for."""
    return int(room // (_LEAST_HEIGHT + _TITLE + _SPACING))


def _chart_for_paper(
    report: Report,
    patient: PatientReport,
    panels: Sequence[Facet],
    *,
    names_events: bool = True,
) -> dict[str, Any] | None:
    """Return the chart of some panels without its title and the closing line of its key, which the
    sheet tells itself.
    """
    if not panels:
        return None
    spec = patient_chart(
        report,
        patient,
        theme="print",
        width=_PAPER_WIDTH,
        panels=panels,
        names_events=names_events,
    )
    if spec is None:
        return None
    views = [without_closing(view) if view["name"] == "key" else view for view in spec["vconcat"]]
    config = {**spec["config"], "concat": {"spacing": _SPACING}}
    return {**_untitled(spec), "vconcat": views, "config": config}


def _flattened(spec: dict[str, Any], room: float) -> dict[str, Any]:
    """Return a chart whose panels are together, with their titles, as high as there is room.

    On paper nothing moves, so that marks and their signs may reach beyond a panel so low.
    """
    panels = [view["height"] for view in spec["vconcat"] if view["name"].startswith("panel ")]
    share = (room - len(panels) * (_TITLE + _SPACING)) / sum(panels)
    views = [
        {
            **view,
            "height": max(_LEAST_HEIGHT, round(view["height"] * min(share, 1))),
            "layer": [_whole(layer) for layer in view["layer"]],
        }
        if view["name"].startswith("panel ")
        else view
        for view in spec["vconcat"]
    ]
    return {**spec, "vconcat": views}


def _whole(layer: dict[str, Any]) -> dict[str, Any]:
    """Return a layer whose points and words are not cut at the edge of their panel."""
    if layer["mark"]["type"] not in ("point", "text"):
        return layer
    return {**layer, "mark": {**layer["mark"], "clip": False}}


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
