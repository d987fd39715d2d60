"""`chart`: one patient's results against the infusions, as a picture or an interactive page."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from wbc_tracker.cli.options import (
    Analytes,
    AsOf,
    DateOrderOption,
    DecimalOption,
    Delimiter,
    Encoding,
    EventFiles,
    InfusionFiles,
    Labs,
    LayoutOption,
    Map,
    Patient,
    Profile,
    SameDay,
    SameDayOption,
    Sheet,
    Since,
    Units,
    Until,
    check_date,
    reading_options,
    today,
)
from wbc_tracker.cli.output import remark
from wbc_tracker.cli.sources import load_dataset, refuse_overwriting
from wbc_tracker.errors import UsageError, WbcTrackerError

if TYPE_CHECKING:
    from wbc_tracker.dataset import Dataset

_SUFFIXES = (".svg", ".png", ".html")
_WIDTH, _LEAST_WIDTH, _MOST_WIDTH, _PHONE_WIDTH = 760, 240, 4000, 290
_PIXELS = 2


class Time(StrEnum):
    """The time axis."""

    CALENDAR = "calendar"
    COURSE = "course"


class Theme(StrEnum):
    """Colours of the chart."""

    LIGHT = "light"
    DARK = "dark"
    PRINT = "print"


def chart(
    context: typer.Context,
    output: Annotated[
        Path, typer.Argument(help="File to write: .svg, .png or .html.", show_default=False)
    ],
    labs: Labs = None,
    infusions: InfusionFiles = None,
    events: EventFiles = None,
    patient: Patient = None,
    analytes: Analytes = None,
    since: Since = None,
    until: Until = None,
    as_of: AsOf = None,
    same_day: SameDayOption = SameDay.BEFORE,
    time: Annotated[
        Time,
        typer.Option(
            "--time", help="By date, or by weeks since the last infusion with courses laid over."
        ),
    ] = Time.CALENDAR,
    theme: Annotated[
        Theme, typer.Option("--theme", help="Colours: for light or dark screens, or paper.")
    ] = Theme.LIGHT,
    width: Annotated[
        int, typer.Option(min=_LEAST_WIDTH, max=_MOST_WIDTH, help="Width of the panels in pixels.")
    ] = _WIDTH,
    columns: Map = None,
    units: Units = None,
    date_order: DateOrderOption = None,
    decimal: DecimalOption = None,
    layout: LayoutOption = None,
    encoding: Encoding = None,
    delimiter: Delimiter = None,
    sheet: Sheet = None,
    profile: Profile = None,
) -> None:
    """Draw one patient's B cells, white cells and immunoglobulins against the infusions."""
    suffix = output.suffix.lower()
    if suffix not in _SUFFIXES:
        raise UsageError(
            f"{output}: a chart is written as .svg, .png or .html.",
            "Name a file with one of these endings.",
        )
    from wbc_tracker.catalog import load_catalog
    from wbc_tracker.charts import (
        patient_chart,
        render_html,
        render_png,
        render_svg,
        require_renderer,
    )
    from wbc_tracker.files import write_whole
    from wbc_tracker.patient.build import build_report
    from wbc_tracker.selection import Selection

    require_renderer()
    day = check_date(as_of, "--as-of") or today()
    options = reading_options(context, as_of=day, reject_future=False)
    catalog = load_catalog()
    selection = Selection.of(
        analytes, check_date(since, "--since"), check_date(until, "--until"), catalog
    )
    refuse_overwriting(output, [*(labs or []), *(infusions or []), *(events or [])])
    dataset, rejected = load_dataset(context, labs, infusions, options, patient, events)
    _require_one(dataset)
    annotated = dataset.annotate(same_day.value, catalog)
    report = build_report(dataset, annotated, {}, catalog, selection.places(annotated))
    drawn = [
        patient_chart(
            report.patients[0],
            catalog,
            as_of=day,
            time=time.value,
            theme=theme.value,
            width=wide,
            analytes=selection.analytes,
        )
        for wide in (width, min(width, _PHONE_WIDTH))
    ]
    spec, narrow = drawn
    if spec is None or narrow is None:
        raise _nothing_to_draw(time)
    if suffix == ".html":
        title = f"{report.patients[0].patient_id}, as of {day}"
        content = render_html(spec, title, narrower=(narrow,)).encode()
    else:
        content = render_png(spec, _PIXELS) if suffix == ".png" else render_svg(spec).encode()
    with write_whole(output) as stream:
        stream.write(content)
    remark(f"The chart was written to {output}.")
    raise typer.Exit(1 if rejected else 0)


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
