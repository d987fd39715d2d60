"""How `report` ends: JSON, the report of one patient, or the panel of several."""

from __future__ import annotations

import shlex
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from wbc_tracker import __version__
from wbc_tracker.cli.clinic import (
    deliver_clinic,
    deliver_folder,
    deliver_table,
    with_news,
)
from wbc_tracker.cli.deliver import (
    check_page,
    check_workbook,
    deliver_bytes,
    deliver_lines,
    deliver_page,
    deliver_text,
    unread_now,
    width_for,
)
from wbc_tracker.cli.line.places import names_standard_output
from wbc_tracker.cli.line.report_format import ReportFormat, names_folder
from wbc_tracker.cli.opening import unnamed_place
from wbc_tracker.cli.output import remark
from wbc_tracker.cli.progress import begin
from wbc_tracker.errors import UsageError
from wbc_tracker.files import make_private_folder
from wbc_tracker.wording import count_words

if TYPE_CHECKING:
    from wbc_tracker.cli.prepare import Call
    from wbc_tracker.panel.filter import PanelFilter


#: What is said in place of a report where there are no results.
NOTHING_YET = (
    "There are no results yet. Start with your lab file and the infusion dates:\n"
    "  wbc-tracker import FILE\n"
    "  wbc-tracker infusion add 2025-03-01 --dose 600\n"
    "  wbc-tracker report"
)


@dataclass(frozen=True)
class Target:
    """Where a report goes: to a file, a folder of pages, or (without a file) standard output.

    `to_open`: the page that the browser shows then, None if it is not asked to.
    """

    format: ReportFormat
    file: Path | None
    folder: Path | None
    to_open: Path | None = None

    @classmethod
    def of(cls, path: str | None, output_format: ReportFormat, *, opens: bool = False) -> Target:
        """Return the target of `--output`, `--format` and `--open`, which makes a page of a table.

        Raises:
            UsageError: a page has no place to go to, or cannot be made; only a page opens.
        """
        if opens:
            if names_standard_output(path) or output_format not in (
                ReportFormat.TABLE,
                ReportFormat.HTML,
            ):
                raise UsageError(
                    "--open shows a page in the browser.",
                    "Give it with --format html, and with a file as --output, or without.",
                )
            output_format = ReportFormat.HTML
        file = None if path is None else Path(path)
        if opens and file is None:
            file = unnamed_place()
            make_private_folder(file.parent)
        is_page = output_format is ReportFormat.HTML
        if is_page:
            check_page(file)
        if output_format is ReportFormat.XLSX:
            check_workbook(file)
        folder = file if is_page and names_folder(path) else None
        to_open = (folder / "index.html" if folder else file) if opens else None
        return cls(output_format, None if names_standard_output(file) else file, folder, to_open)


def _begin_looking(call: Call) -> None:
    begin(f"looking at {count_words(len(call.dataset.patients), 'patient', 'patients')}")


def deliver_json(
    call: Call, filters: PanelFilter, target: Target, new_since: str | None = None
) -> None:
    """Deliver the reports of all who are chosen."""
    from wbc_tracker.panel.facts import collect_panel_facts
    from wbc_tracker.patient.build import build_report
    from wbc_tracker.render.json.patient import render_json

    _begin_looking(call)
    chosen, since, counts = None, None, None
    if filters or len(call.dataset.patients) > 1:
        facts = collect_panel_facts(call.analysis)
        facts = with_news(facts, call, new_since) if filters.new else facts
        since = None if facts.news is None else facts.news.since
        chosen = filters.choose(facts) if filters else None
        counts = facts.counts(filters.mask(facts))
        for note in filters.notes(facts):
            remark(note)
    on_record = {"patients_on_record": len(call.dataset.patients)}
    settings = {**call.settings, **filters.as_settings(since), **on_record}
    built = build_report(call.analysis, settings, call.shown, chosen)
    deliver_text(render_json(built, counts), target.file)


def deliver_patient(call: Call, target: Target, title: str | None = None, *, full: bool) -> None:
    """Deliver the report of the one patient there is as table, markdown or page, under a title.

    `full`: the table with every draw, slope and code in place of the short report.
    """
    from wbc_tracker.patient.build import build_report

    _begin_looking(call)
    report = build_report(call.analysis, call.settings, call.shown, scales=call.scales)
    (patient,) = report.patients
    report = replace(report, title=title or call.names.get(patient.patient_id))
    if target.format is ReportFormat.TABLE:
        from wbc_tracker.render.terminal.patient import render_patient
        from wbc_tracker.render.terminal.short import SCREEN, render_short

        width = width_for(target.file)
        if full:
            lines = render_patient(report, patient, width)
        else:
            room = SCREEN - sum(1 + (len(line) - 1) // width for line in call.remarks if line)
            lines = render_short(report, patient, width, _whole_words(call), room)
        deliver_lines(lines, target.file)
        return
    left_out = [*call.dataset.warnings, *unread_now(call)]
    if target.format is ReportFormat.MARKDOWN:
        from wbc_tracker.render.markdown.patient import render_markdown

        deliver_text(render_markdown(report, patient, left_out), target.file)
    else:
        from wbc_tracker.patient.provenance import sources_of
        from wbc_tracker.render.html import render_patient_page

        begin("drawing the page")
        files, analytes = sources_of(call.dataset.results), call.selection.analytes
        page = render_patient_page(report, patient, files, left_out, analytes)
        deliver_page(page, target.file)


def deliver_visit(call: Call, target: Target) -> None:
    """Deliver the next days of the one patient there is as a calendar, or the message for the
    clinic.

    Nothing is written where nothing with a date is due.
    """
    from wbc_tracker.patient.build import build_report
    from wbc_tracker.patient.visit.due import due_days, due_words
    from wbc_tracker.patient.visit.message import message_lines

    _begin_looking(call)
    report = build_report(call.analysis, call.settings, scales=call.scales)
    (patient,) = report.patients
    if target.format is ReportFormat.MESSAGE:
        from wbc_tracker.render.message.patient import render_message

        lines = [*message_lines(patient, report.as_of, call.catalog), *report.own_words]
        deliver_text(render_message(lines), target.file)
        remark(f"Read it before you send it. {report.disclaimer}")
        return
    days = due_days(patient, report.as_of, call.catalog)
    if not days:
        due = " ".join(due_words(patient, call.catalog))
        remark(f"No day is due that could stand in a calendar; nothing was written. {due}")
        return
    from wbc_tracker.render.ics.patient import render_ics

    deliver_bytes(render_ics(report, patient, days, __version__).encode(), target.file)
    if target.file is not None:
        told = count_words(len(days), "day was", "days were")
        remark(f"{told} written to {target.file}. Open it with your calendar. {report.disclaimer}")


def refuse_beside(
    call: Call, filters: PanelFilter, output_format: ReportFormat, title: str | None
) -> None:
    """Refuse what does not go with a calendar or a message.

    Raises:
        UsageError: there are several patients, or some are chosen by their flags, or some of the
            results, or it has a title.
    """
    selection, word = call.selection, f"--format {output_format.value}"
    if len(call.dataset.patients) > 1 or filters:
        raise UsageError(f"{word} is of one patient.", "Choose one with --patient ID.")
    if title is not None:
        raise UsageError("--title heads a report.", f"Leave it out beside {word}.")
    if selection.analytes or selection.since or selection.until:
        raise UsageError(
            f"{word} tells of all results.", "Leave out --analyte, --since and --until."
        )


def _whole_words(call: Call) -> str:
    """Say what to type for the whole report."""
    if call.sources.labs or call.context.info_name != "report":
        return "the same command with --full"
    patient = call.sources.patient
    chosen = f" --patient {shlex.quote(patient)}" if patient else ""
    return f"wbc-tracker report{chosen} --full"


def deliver_panel(
    call: Call, filters: PanelFilter, target: Target, new_since: str | None = None
) -> None:
    """Deliver the panel of several patients as table, file of lines, markdown, page or folder.

    Raises:
        UsageError: it is asked for some dates alone.
    """
    from wbc_tracker.panel.build import build_panel
    from wbc_tracker.panel.facts import collect_panel_facts
    from wbc_tracker.panel.model import PANEL_ANALYTES

    catalog, selection = call.catalog, call.selection
    if selection.since or selection.until:
        raise UsageError(
            "An overview shows the latest results.",
            "Choose one with --patient, or a day with --as-of.",
        )
    analytes = selection.analytes or PANEL_ANALYTES
    _begin_looking(call)
    facts = collect_panel_facts(call.analysis, analytes)
    # A page and a file of lines tell of everyone what is new; elsewhere it is asked for.
    tells_news = target.format is ReportFormat.HTML or target.format.is_of_lines
    if filters.new or (tells_news and call.is_of_store and call.sources.patient is None):
        facts = with_news(facts, call, new_since)
    doses = None
    if target.format.is_of_lines:
        from wbc_tracker.panel.doses import last_doses

        doses = last_doses(call.analysis, filters.mask(facts))
    panel = build_panel(facts, filters, catalog, analytes, doses)
    if target.format.is_of_lines:
        deliver_table(panel, target.file, is_workbook=target.format is ReportFormat.XLSX)
    elif target.folder is not None:
        deliver_folder(panel, call, target.folder)
    elif target.format is ReportFormat.HTML:
        deliver_clinic(panel, call, target.file)
    elif target.format is ReportFormat.MARKDOWN:
        from wbc_tracker.render.markdown.panel import render_panel_markdown

        deliver_text(render_panel_markdown(panel), target.file)
    else:
        from wbc_tracker.render.terminal.panel import render_panel

        deliver_lines(render_panel(panel, width_for(target.file), call.names), target.file)
