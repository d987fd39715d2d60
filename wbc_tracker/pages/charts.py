"""The charts of a page: one drawn for paper, and those that the browser draws, for every width, theme and time."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from wbc_tracker.catalog import Catalog
from wbc_tracker.charts import TimeAxis, describe_chart, embed_json, patient_chart, render_svg
from wbc_tracker.charts.theme import ThemeName
from wbc_tracker.pages.pack import pack
from wbc_tracker.report.model import PatientReport

#: Widths of the panels on screens, in pixels; the browser takes the widest that fits. And on paper.
_WIDTHS, _PAPER_WIDTH = (258, 430, 640, 900), 690
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
        picture: SVG for paper, and for a screen without JavaScript. words: the same told.
        data: what page.js draws from, as JSON that is safe inside a script element.
        has_courses: whether there is a chart by weeks since the last infusion.
    """

    picture: str
    words: str
    data: str
    has_courses: bool


def page_charts(patient: PatientReport, catalog: Catalog, as_of: str, analytes: Sequence[str]) -> PageCharts | None:
    """Return the charts, None where there is nothing to draw.

    Args:
        patient, catalog, as_of, analytes: as of `patient_chart`.
    """
    paper = patient_chart(patient, catalog, theme="print", width=_PAPER_WIDTH, as_of=as_of, analytes=analytes)
    if paper is None:
        return None
    charts = {time: _drawn(patient, catalog, time, as_of, analytes) for time in _AXES}
    return PageCharts(
        picture=_own_names(render_svg(_untitled(paper))),
        words=describe_chart(patient, catalog, as_of=as_of, analytes=analytes),
        data=embed_json(pack({time: drawn for time, drawn in charts.items() if drawn})),
        has_courses=bool(charts["course"]),
    )


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


def _own_names(picture: str) -> str:
    """Give what the picture refers to names that no other picture in the page has."""
    return _TAG.sub(lambda tag: _CLIP.sub(r"\1paper-\2", tag[0]), picture)
