"""The chart in words, for those who cannot see it."""

from __future__ import annotations

from collections.abc import Sequence

from wbc_tracker.charts.facets import Facet, panels_of
from wbc_tracker.charts.points import Point
from wbc_tracker.patient.model import PatientReport, Report
from wbc_tracker.wording import count_words, visible

_AXES = {
    "calendar": "by date, with the infusions as lines",
    "course": "by weeks since the last infusion, the courses laid over one another",
}


def describe_chart(
    report: Report,
    patient: PatientReport,
    *,
    time: str = "calendar",
    analytes: Sequence[str] = (),
) -> str:
    """Return what the chart shows: each panel with its range, latest result and baseline;
    infusions and events.

    Args:
        report, patient, time, analytes: as of `patient_chart`.
    """
    panels = panels_of(report, patient, analytes)
    return describe_panels(patient, panels, as_of=report.as_of, time=time)


def describe_panels(
    patient: PatientReport, panels: Sequence[Facet], *, as_of: str, time: str
) -> str:
    """Return the same for panels that are known already."""
    if not panels:
        return f"No results to draw for {visible(patient.patient_id)}."
    told = [f"Chart of {visible(patient.patient_id)} as of {as_of}: results {_AXES[time]}."]
    told += [_panel_words(panel) for panel in panels]
    told += [_infusion_words(patient), _event_words(patient)]
    return " ".join(part for part in told if part)


def _panel_words(panel: Facet) -> str:
    points = panel.points
    unit = f" {panel.spoken_unit}" if panel.spoken_unit else ""
    lowest = min(points, key=lambda point: (point.value, point.kind != "below"))
    highest = max(points, key=lambda point: (point.value, point.kind == "above"))
    span = lowest.printed if len(points) == 1 else f"from {lowest.printed} to {highest.printed}"
    days = points[0].on if points[0].on == points[-1].on else f"{points[0].on} to {points[-1].on}"
    told = [f"{panel.name}: {count_words(len(points), 'result', 'results')} {span}{unit}, {days}"]
    limits = sum(point.kind in ("below", "above") for point in points)
    if limits:
        told.append(f"{limits} of them only limits" if len(points) > 1 else "only a limit")
    told.append(f"latest {panel.latest}")
    if panel.baseline_words:
        told.append(panel.baseline_words)
    ringed = [point for point in points if point.ring]
    if ringed:
        told.append(f"flagged {', '.join(_flagged(point) for point in ringed)}")
    return f"{'; '.join(told)}."


def _flagged(point: Point) -> str:
    return f"{point.printed} on {point.on} ({point.ring})"


def _infusion_words(patient: PatientReport) -> str:
    given = [infusion.infused_on[:10] for infusion in patient.infusions if infusion.course]
    booked = [infusion.infused_on[:10] for infusion in patient.infusions if not infusion.course]
    standing = patient.standing
    if not given:
        words = "No infusion on record"
    elif len(given) == 1:
        words = f"One infusion, {given[0]}"
    else:
        words = f"{len(given)} infusions, the first {given[0]}, the latest {given[-1]}"
    if booked:
        return f"{words}; booked {', '.join(booked)}."
    if standing.next_on and standing.next_kind == "planned":
        return f"{words}; the next by the usual interval {standing.next_on}."
    return f"{words}."


def _event_words(patient: PatientReport) -> str:
    told = [f"{visible(event.name)} {event.happened_on[:10]}" for event in patient.events]
    return f"Events: {', '.join(told)}." if told else ""
