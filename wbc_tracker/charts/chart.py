"""One patient's chart as a Vega-Lite specification."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Literal

from wbc_tracker.charts.calendar import calendar_views
from wbc_tracker.charts.course import course_views, usual_weeks
from wbc_tracker.charts.describe import describe_panels
from wbc_tracker.charts.facets import Facet, panels_of
from wbc_tracker.charts.theme import ThemeName, chart_colours, chart_config
from wbc_tracker.charts.timeline import timeline_of, without_names
from wbc_tracker.patient.model import PatientReport, Report
from wbc_tracker.wording import visible

TimeAxis = Literal["calendar", "course"]

_SCHEMA = "https://vega.github.io/schema/vega-lite/v6.json"
#: The wheel alone scrolls the page; with Ctrl (or a pinch on a touch pad) it zooms. Dragging pans.
_ZOOM = "wheel![event.ctrlKey || event.metaKey]"


def patient_chart(
    report: Report,
    patient: PatientReport,
    *,
    time: TimeAxis = "calendar",
    theme: ThemeName = "light",
    width: int = 720,
    analytes: Sequence[str] = (),
    panels: Sequence[Facet] | None = None,
    names_events: bool = True,
) -> dict[str, Any] | None:
    """Return the chart as plain data, None when nothing can be drawn.

    Args:
        report: its day, for the heading. patient: what it says of one.
        time: `calendar`, or `course`: weeks since the last infusion, the courses laid over one
            another.
        theme: colours. width: of each panel in pixels, without the labels of its axis; a little
            less beside long ones.
        analytes: which were asked for; without any the usual ones, see `panels_of`.
        panels: instead of `analytes`, what `panels_of` returned, where several charts are made of
            the same.
        names_events: events by date have their names beside their marks.
    """
    told = panels = panels_of(report, patient, analytes) if panels is None else panels
    colours = chart_colours(theme)
    closing = f"{report.disclaimer} {report.grading}, catalogue {report.catalogue_version}."
    closing = " ".join([*report.own_words, closing])
    if time == "course":
        panels = [
            panel for panel in panels if any(point.week is not None for point in panel.points)
        ]
    if not panels:
        return None
    width -= max(panel.room_for_label for panel in panels)
    if time == "course":
        views, shared = course_views(panels, usual_weeks(patient), closing, colours, width)
    else:
        timeline = timeline_of(patient, panels)
        if not names_events:
            timeline = without_names(timeline)
        views, shared = calendar_views(panels, timeline, closing, colours, width)
    return {
        "$schema": _SCHEMA,
        "description": describe_panels(patient, told, as_of=report.as_of, time=time),
        "title": {
            "text": f"{visible(patient.patient_id)}, as of {report.as_of}",
            "anchor": "start",
            "frame": "group",
            "fontSize": 15,
            "offset": 8,
        },
        "datasets": shared,
        "params": [
            {
                "name": "zoom",
                "select": {"type": "interval", "encodings": ["x"], "zoom": _ZOOM},
                "bind": "scales",
                "views": [f"points {panel.analyte}" for panel in panels],
            }
        ],
        "vconcat": views,
        "resolve": {"scale": {"x": "shared"}},
        "config": chart_config(theme, width),
    }
