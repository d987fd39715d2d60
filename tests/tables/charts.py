"""Charts of small reports, and ways to find a view, a layer or a drawn mark in them."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from html import unescape
from typing import Any

from tables.labs import CATALOG, SPLIT, on
from tables.patients import report_of, reported
from wbc_tracker.charts import patient_chart
from wbc_tracker.patient.model import EventLine, PatientReport

Spec = dict[str, Any]
#: Everything once: before treatment and after, a limit, both intervals, a low count with a flag.
STORY = (
    "-30 cd19 200 100-500", "-30 wbc 6.4 4.0-11.0", "-30 igg 10.5 6.0-16.0",
    "60 cd19 <1 100-500", "60 wbc 6.0 4.0-11.0", "60 neutrophils 0.4 2.0-7.5", "60 igg 10.1",
    "200 cd19 2 90-480", "200 wbc 5.9 3.5-10.0",
)  # fmt: skip


def chart_of(*lines: str, infused: tuple[str, ...] = SPLIT, as_of: int = 240, **options: Any) -> Spec:
    """The chart of a few results as in `tables.labs.at`; it must be there."""
    patient = report_of(*lines, infused=infused, as_of=as_of)
    spec = patient_chart(reported(patient, on(as_of)), patient, **options)
    assert spec is not None
    return spec


def story(**options: Any) -> PatientReport:
    return report_of(*STORY, as_of=240, **options)


def event(day: int, kind: str, note: str = "", title: str | None = None) -> EventLine:
    known = CATALOG.events.kinds[kind]
    return EventLine(None, on(day), replace(known, title=title or kind), note, "")


def moment(day: int) -> int:
    """Milliseconds at the begin of that day, UTC."""
    return int(datetime.fromisoformat(on(day)).replace(tzinfo=UTC).timestamp()) * 1000


def names(spec: Spec) -> list[str]:
    return [view["name"] for view in spec["vconcat"]]


def view(spec: Spec, name: str) -> Spec:
    (found,) = [one for one in spec["vconcat"] if one["name"] == name]
    return found


def layers(spec: Spec, analyte: str, *, mark: str) -> list[Spec]:
    return [layer for layer in view(spec, f"panel {analyte}")["layer"] if layer["mark"]["type"] == mark]


def layer_named(spec: Spec, analyte: str, name: str) -> Spec:
    (found,) = [layer for layer in view(spec, f"panel {analyte}")["layer"] if layer.get("name") == name]
    return found


def points(spec: Spec, analyte: str) -> list[Spec]:
    return layer_named(spec, analyte, f"points {analyte}")["data"]["values"]


def told(spec: Spec, analyte: str) -> list[dict[str, str]]:
    """What the tooltips of a panel show."""
    return [row["told"] for row in layer_named(spec, analyte, f"hit {analyte}")["data"]["values"]]


def bands(spec: Spec, analyte: str) -> list[Spec]:
    """The rows of the reference intervals with the looks of their layer."""
    return [
        {**row, "mark": layer["mark"]}
        for layer in layers(spec, analyte, mark="rect")
        for row in layer["data"].get("values", [])
        if "source" in row
    ]


def lines(spec: Spec, analyte: str, *keys: str) -> list[Spec]:
    """The rows of the rules that have these fields."""
    rows = [row for layer in layers(spec, analyte, mark="rule") for row in layer["data"].get("values", [])]
    return [row for row in rows if all(key in row for key in keys)]


@dataclass(frozen=True)
class Drawn:
    """A mark as it stands in an SVG: where in its panel, its outline, fill and stroke."""

    words: str
    x: float
    y: float
    outline: str
    fill: str
    stroke: str


_MARK = re.compile(r'<path aria-label="([^"]*)"[^>]*?transform="translate\(([^,]+),([^)]+)\)" d="([^"]*)"([^>]*)/>')


def drawn(svg: str) -> list[Drawn]:
    found = []
    for words, x, y, outline, rest in _MARK.findall(svg):
        looks = dict(re.findall(r'(fill|stroke)="([^"]*)"', rest))
        found.append(
            Drawn(unescape(words), float(x), float(y), outline, looks.get("fill", ""), looks.get("stroke", ""))
        )
    return found
