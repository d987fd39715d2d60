"""`chart`: one patient's results against the infusions, as a picture or an interactive page."""

from __future__ import annotations

from dataclasses import replace
from enum import StrEnum
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from wbc_tracker.cli.line.suffix import format_for
from wbc_tracker.cli.option_groups import with_option_groups
from wbc_tracker.cli.options import Day, Shown, Sources, UnitChoice
from wbc_tracker.cli.output import remark
from wbc_tracker.cli.prepare import Call, prepare
from wbc_tracker.cli.progress import begin
from wbc_tracker.cli.reading import Reading
from wbc_tracker.errors import UsageError, WbcTrackerError

if TYPE_CHECKING:
    from wbc_tracker.dataset import Dataset

_WIDTH, _LEAST_WIDTH, _MOST_WIDTH, _PHONE_WIDTH = 760, 240, 4000, 290
_PIXELS = 2


class ChartFormat(StrEnum):
    """Format of the chart."""

    SVG = "svg"
    PNG = "png"
    HTML = "html"


_SUFFIXES = {f".{kind}": (kind,) for kind in ChartFormat}


class Time(StrEnum):
    """The time axis."""

    CALENDAR = "calendar"
    COURSE = "course"


class Theme(StrEnum):
    """Colours of the chart."""

    LIGHT = "light"
    DARK = "dark"
    PRINT = "print"


@with_option_groups
def chart(
    context: typer.Context,
    output: Annotated[
        Path, typer.Argument(help="File to write: .svg, .png or .html.", show_default=False)
    ],
    sources: Sources,
    shown: Shown,
    day: Day,
    time: Annotated[
        Time,
        typer.Option(
            "--time", help="By date, or by weeks since the last infusion with courses laid over."
        ),
    ] = Time.CALENDAR,
    theme: Annotated[
        Theme, typer.Option("--theme", help="Colours: for light or dark screens, or paper.")
    ] = Theme.LIGHT,
    told_in: Annotated[
        UnitChoice,
        typer.Option("--units", help="As the laboratory printed them last, or always the same."),
    ] = UnitChoice.REPORTED,
    width: Annotated[
        int, typer.Option(min=_LEAST_WIDTH, max=_MOST_WIDTH, help="Width of the panels in pixels.")
    ] = _WIDTH,
    *,
    reading: Reading,
) -> None:
    """Draw one patient's B cells, white cells and immunoglobulins against the infusions."""
    kind = format_for(context, str(output), None, _SUFFIXES, what="a chart")
    from wbc_tracker.charts import require_renderer
    from wbc_tracker.files import write_whole

    require_renderer()
    call = replace(prepare(context, sources, shown, day, reading, output), units=told_in.value)
    _require_one(call.dataset)
    begin("drawing the chart")
    content = _draw(call, kind, time, theme, width)
    with write_whole(output) as stream:
        stream.write(content)
    remark(f"The chart was written to {output}.")
    raise typer.Exit(call.exit_code)


def _draw(call: Call, kind: ChartFormat, time: Time, theme: Theme, width: int) -> bytes:
    """Return the chart of the one patient there is as a file of that kind.

    Raises:
        UsageError: nothing is left to draw.
    """
    from wbc_tracker.charts import patient_chart, render_html, render_png, render_svg
    from wbc_tracker.patient.build import build_report

    report = build_report(call.analysis, {}, call.shown, scales=call.scales)
    (patient,) = report.patients
    draw = partial(patient_chart, report, patient, time=time.value, theme=theme.value)
    spec, narrow = (
        draw(width=wide, analytes=call.selection.analytes)
        for wide in (width, min(width, _PHONE_WIDTH))
    )
    if spec is None or narrow is None:
        raise _nothing_to_draw(time)
    if kind is ChartFormat.HTML:
        title = f"{patient.patient_id}, as of {report.as_of}"
        return render_html(spec, title, narrower=(narrow,)).encode()
    return render_png(spec, _PIXELS) if kind is ChartFormat.PNG else render_svg(spec).encode()


def _require_one(dataset: Dataset) -> None:
    """Refuse to draw nobody, or several at once.

    Raises:
        WbcTrackerError: there are no results. UsageError: there are several patients.
    """
    if not len(dataset.results):
        raise WbcTrackerError(
            "There are no results to draw yet.",
            "Start with `wbc-tracker import FILE` and `wbc-tracker infusion add 2025-03-01 --dose "
            "600`.",
            code="nothing",
        )
    if len(dataset.patients) > 1:
        known = ", ".join(repr(name) for name in dataset.patients[:5])
        raise UsageError(
            f"A chart shows one patient; there are {len(dataset.patients)}.",
            f"Choose one with --patient: {known}.",
        )


def _nothing_to_draw(time: Time) -> UsageError:
    if time is Time.COURSE:
        return UsageError("There is no result after an infusion.", "Draw by date: --time calendar.")
    return UsageError(
        "No result is left to draw.", "Ask for less with --analyte, --since and --until."
    )
