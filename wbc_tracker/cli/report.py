"""`report`: trend tables and flags."""

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
    FlagCodes,
    InfusionFiles,
    Labs,
    LabsDue,
    LayoutOption,
    Map,
    Overdue,
    Patient,
    Profile,
    SameDay,
    SameDayOption,
    Severity,
    Sheet,
    Since,
    Units,
    Until,
    check_date,
    reading_options,
    today,
)
from wbc_tracker.cli.output import show, show_lines, terminal_width
from wbc_tracker.cli.sources import load_dataset, refuse_overwriting
from wbc_tracker.errors import UsageError

if TYPE_CHECKING:
    from rich.text import Text

_FILE_WIDTH = 100
_NOTHING = (
    "There are no results yet. Start with your lab file and the infusion dates:\n"
    "  wbc-tracker import FILE\n"
    "  wbc-tracker infusion add 2025-03-01 --dose 600\n"
    "  wbc-tracker report"
)


class ReportFormat(StrEnum):
    """Format of the report."""

    TABLE = "table"
    MARKDOWN = "markdown"
    JSON = "json"


def report(
    context: typer.Context,
    labs: Labs = None,
    infusions: InfusionFiles = None,
    events: EventFiles = None,
    patient: Patient = None,
    analytes: Analytes = None,
    since: Since = None,
    until: Until = None,
    flags: FlagCodes = None,
    severity: Severity = None,
    overdue: Overdue = False,
    labs_due: LabsDue = False,
    as_of: AsOf = None,
    same_day: SameDayOption = SameDay.BEFORE,
    output_format: Annotated[ReportFormat, typer.Option("--format", help="Format.")] = ReportFormat.TABLE,
    output: Annotated[Path | None, typer.Option("--output", help="Write to this file.")] = None,
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
    """Show one patient's trend report, or an overview of several, worst first."""
    from wbc_tracker.catalog import load_catalog
    from wbc_tracker.report.build import build_report
    from wbc_tracker.report.panel import PANEL_ANALYTES
    from wbc_tracker.report.panel_facts import collect_panel_facts
    from wbc_tracker.report.panel_filter import PanelFilter
    from wbc_tracker.selection import Selection

    day = check_date(as_of, "--as-of") or today()
    options = reading_options(context, as_of=day, reject_future=False)
    catalog = load_catalog()
    selection = Selection.of(analytes, check_date(since, "--since"), check_date(until, "--until"), catalog)
    filters = PanelFilter.of(flags, severity and severity.value, overdue, labs_due, catalog)
    filters.refuse_one_patient(patient)
    output = None if str(output) == "-" else output
    refuse_overwriting(output, [*(labs or []), *(infusions or []), *(events or [])])
    dataset, rejected = load_dataset(context, labs, infusions, options, patient, events)
    annotated = dataset.annotate(same_day.value, catalog)
    shown = selection.places(annotated)
    settings = {"same_day": same_day.value, "patient": patient, **selection.as_settings()}
    if output_format is ReportFormat.JSON:
        from wbc_tracker.report.as_json import render_json

        settings |= {**filters.as_settings(), "patients_on_record": len(dataset.patients)}
        if filters:
            dataset = dataset.only(filters.choose(collect_panel_facts(dataset, annotated, catalog)))
        _deliver_text(render_json(build_report(dataset, annotated, settings, catalog, shown)), output)
    elif not dataset.patients:
        _deliver_text(_NOTHING, output)
    elif len(dataset.patients) == 1 and not filters:
        built = build_report(dataset, annotated, settings, catalog, shown)
        if output_format is ReportFormat.MARKDOWN:
            from wbc_tracker.report.markdown import render_markdown

            left_out = [*dataset.warnings, *_rejected_words(rejected)]
            _deliver_text(render_markdown(built, built.patients[0], catalog, left_out), output)
        else:
            from wbc_tracker.report.terminal import render_patient

            _deliver_lines(render_patient(built, built.patients[0], _width(output), catalog), output)
    else:
        from wbc_tracker.report.panel_build import build_panel

        if since or until:
            raise UsageError(
                "An overview shows the latest results.", "Choose one with --patient, or a day with --as-of."
            )
        chosen = selection.analytes or PANEL_ANALYTES
        panel = build_panel(collect_panel_facts(dataset, annotated, catalog, chosen), filters, catalog, chosen)
        if output_format is ReportFormat.MARKDOWN:
            from wbc_tracker.report.markdown_panel import render_panel_markdown

            _deliver_text(render_panel_markdown(panel, catalog), output)
        else:
            from wbc_tracker.report.panel_lines import render_panel

            _deliver_lines(render_panel(panel, _width(output), catalog), output)
    raise typer.Exit(1 if rejected else 0)


def _rejected_words(rejected: int) -> list[str]:
    return [f"Rows of the files that could not be read, and are not in this report: {rejected}."] if rejected else []


def _width(output: Path | None) -> int:
    return terminal_width() if output is None else _FILE_WIDTH


def _deliver_text(text: str, output: Path | None) -> None:
    if output is None:
        show(text)
        return
    from wbc_tracker.files import write_whole

    with write_whole(output) as stream:
        stream.write(f"{text}\n".encode())


def _deliver_lines(lines: list[Text], output: Path | None) -> None:
    if output is None:
        show_lines(lines)
    else:
        _deliver_text("\n".join(line.plain for line in lines), output)
