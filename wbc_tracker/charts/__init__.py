"""The picture: counts against the infusions, as one Vega-Lite specification, and that as SVG, PNG
or HTML.

A specification is plain data, built without a chart library; only drawing it needs the optional
package.
"""

from wbc_tracker.charts.chart import TimeAxis, patient_chart
from wbc_tracker.charts.cohort import cohort_chart
from wbc_tracker.charts.describe import describe_chart
from wbc_tracker.charts.page import embed_json, render_html
from wbc_tracker.charts.render import (
    render_png,
    render_svg,
    require_renderer,
    static_chart,
    vega_bundle,
)
from wbc_tracker.charts.theme import ThemeName, chart_colours

__all__ = [
    "ThemeName",
    "TimeAxis",
    "chart_colours",
    "cohort_chart",
    "describe_chart",
    "embed_json",
    "patient_chart",
    "render_html",
    "render_png",
    "render_svg",
    "require_renderer",
    "static_chart",
    "vega_bundle",
]
