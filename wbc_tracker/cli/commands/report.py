"""`report`: trend tables and flags."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from wbc_tracker.cli.clinic import Clinic, deliver_clinic, deliver_folder, names_folder
from wbc_tracker.cli.deliver import (
    check_page,
    deliver_lines,
    deliver_page,
    deliver_text,
    find_unread,
    width_for,
)
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
from wbc_tracker.cli.sources import load_dataset, refuse_overwriting
from wbc_tracker.errors import UsageError

if TYPE_CHECKING:
    from wbc_tracker.catalog import Catalog
    from wbc_tracker.dataset import Dataset
    from wbc_tracker.panel.model import Panel
    from wbc_tracker.patient.model import Report
    from wbc_tracker.selection import Selection

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
    HTML = "html"


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
    output_format: Annotated[
        ReportFormat, typer.Option("--format", help="Format.")
    ] = ReportFormat.TABLE,
    to: Annotated[
        str | None,
        typer.Option(
            "--output",
            metavar="PATH",
            help="Write to this file; HTML also to a folder (a name without suffix), with a page "
            "of each patient.",
        ),
    ] = None,
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
    from wbc_tracker.panel.build import build_panel
    from wbc_tracker.panel.facts import collect_panel_facts
    from wbc_tracker.panel.filter import PanelFilter
    from wbc_tracker.panel.model import PANEL_ANALYTES
    from wbc_tracker.patient.build import build_report
    from wbc_tracker.selection import Selection

    is_page = output_format is ReportFormat.HTML
    output = None if to is None else Path(to)
    folder = output if is_page and names_folder(to) else None
    if is_page:
        check_page(output)
    day = check_date(as_of, "--as-of") or today()
    options = reading_options(context, as_of=day, reject_future=False)
    catalog = load_catalog()
    selection = Selection.of(
        analytes, check_date(since, "--since"), check_date(until, "--until"), catalog
    )
    filters = PanelFilter.of(flags, severity and severity.value, overdue, labs_due, catalog)
    filters.refuse_one_patient(patient)
    output = None if str(output) == "-" else output
    inputs = [*(labs or []), *(infusions or []), *(events or [])]
    refuse_overwriting(output, inputs)
    dataset, rejected = load_dataset(context, labs, infusions, options, patient, events)
    annotated = dataset.annotate(same_day.value, catalog)
    shown = selection.places(annotated)
    settings = {"same_day": same_day.value, "patient": patient, **selection.as_settings()}
    if output_format is ReportFormat.JSON:
        from wbc_tracker.render.json.patient import render_json

        settings |= {**filters.as_settings(), "patients_on_record": len(dataset.patients)}
        if filters:
            dataset = dataset.only(filters.choose(collect_panel_facts(dataset, annotated, catalog)))
        deliver_text(
            render_json(build_report(dataset, annotated, settings, catalog, shown)), output
        )
    elif not dataset.patients:
        deliver_text(_NOTHING, None if is_page else output)
    elif len(dataset.patients) == 1 and not filters and folder is None:
        built = build_report(dataset, annotated, settings, catalog, shown)
        is_table = output_format is ReportFormat.TABLE
        left_out = (
            []
            if is_table
            else [*dataset.warnings, *find_unread(context, dataset, labs, rejected).words]
        )
        _deliver_patient(built, dataset, selection, left_out, output_format, output, catalog)
    else:
        if since or until:
            raise UsageError(
                "An overview shows the latest results.",
                "Choose one with --patient, or a day with --as-of.",
            )
        chosen = selection.analytes or PANEL_ANALYTES
        panel = build_panel(
            collect_panel_facts(dataset, annotated, catalog, chosen), filters, catalog, chosen
        )
        if is_page:
            unread = find_unread(context, dataset, labs, rejected)
            clinic = Clinic(panel, dataset, annotated, shown, selection.analytes, settings, unread)
            if folder is None:
                deliver_clinic(clinic, output, catalog)
            else:
                deliver_folder(clinic, folder, inputs, catalog)
        else:
            _deliver_panel(panel, output_format, output, catalog)
    raise typer.Exit(1 if rejected else 0)


def _deliver_patient(
    report: Report,
    dataset: Dataset,
    selection: Selection,
    left_out: list[str],
    output_format: ReportFormat,
    output: Path | None,
    catalog: Catalog,
) -> None:
    """Deliver the report of the one patient of the dataset as table, markdown or page."""
    (patient,) = report.patients
    if output_format is ReportFormat.MARKDOWN:
        from wbc_tracker.render.markdown.patient import render_markdown

        deliver_text(render_markdown(report, patient, catalog, left_out), output)
    elif output_format is ReportFormat.HTML:
        from wbc_tracker.patient.provenance import sources_of
        from wbc_tracker.render.html import render_patient_page

        sources, analytes = sources_of(dataset.results), selection.analytes or ()
        deliver_page(
            render_patient_page(report, patient, catalog, sources, left_out, analytes), output
        )
    else:
        from wbc_tracker.render.terminal.patient import render_patient

        deliver_lines(render_patient(report, patient, width_for(output), catalog), output)


def _deliver_panel(
    panel: Panel, output_format: ReportFormat, output: Path | None, catalog: Catalog
) -> None:
    """Deliver the panel of several patients as table or markdown."""
    if output_format is ReportFormat.MARKDOWN:
        from wbc_tracker.render.markdown.panel import render_panel_markdown

        deliver_text(render_panel_markdown(panel, catalog), output)
    else:
        from wbc_tracker.render.terminal.panel import render_panel

        deliver_lines(render_panel(panel, width_for(output), catalog), output)
