"""The panel of many patients as a page, or as a folder with each patient's own page beside it."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from wbc_tracker import __version__
from wbc_tracker.cli.deliver import (
    deliver_bytes,
    deliver_data,
    deliver_lines,
    deliver_page,
    find_unread,
    unread_now,
    width_for,
)
from wbc_tracker.cli.line.overwriting import refuse_overwriting
from wbc_tracker.cli.line.report_format import ReportFormat
from wbc_tracker.cli.output import remark, standard_output
from wbc_tracker.cli.progress import begin
from wbc_tracker.errors import OutputError, UsageError
from wbc_tracker.wording import count_words

if TYPE_CHECKING:
    from wbc_tracker.cli.prepare import Call
    from wbc_tracker.panel.facts import PanelFacts
    from wbc_tracker.panel.filter import PanelFilter
    from wbc_tracker.panel.model import Panel

#: Starting a process takes as long as making this many pages.
_PAGES_A_PROCESS, _MOST_PROCESSES = 20, 8
#: So many files that were removed are named.
_MOST_NAMED = 10


def with_news(facts: PanelFacts, call: Call, since: str | None) -> PanelFacts:
    """Return the facts with what is new or worse since an import of the store.

    Args:
        facts: of everybody. call: that they are of. since: the day before whose first import is
            compared; None: the latest that has one.
    """
    from wbc_tracker.analysis import Analysis
    from wbc_tracker.cli.sources import load_before
    from wbc_tracker.panel.facts import collect_panel_facts
    from wbc_tracker.panel.news import News, find_news

    loaded = load_before(call.context, call.dataset.as_of, since)
    if isinstance(loaded, list):
        return replace(facts, news=News.none(loaded))
    dataset, day = loaded
    notes = [] if dataset.patients else [f"Nothing was on record before {day}: everything is new."]
    before = collect_panel_facts(Analysis(dataset, call.same_day, call.catalog))
    return replace(facts, news=find_news(facts.stand, before.stand, day, notes))


def refuse_beside_draws(call: Call, output_format: ReportFormat, title: str | None) -> None:
    """Refuse what does not go with the list of the next draws.

    Raises:
        UsageError: another format, a title, or some of the results alone.
    """
    if output_format not in (ReportFormat.TABLE, ReportFormat.CSV, ReportFormat.ICS):
        raise UsageError(
            f"--draws is told as table, csv or ics, not as {output_format.value}.",
            "Name another file, or leave out --format.",
        )
    if title is not None:
        raise UsageError("--title heads a report.", "Leave it out beside the next draws.")
    selection = call.selection
    if selection.analytes or selection.since or selection.until:
        raise UsageError(
            "The next draws are told of all results.", "Leave out --analyte, --since and --until."
        )


def deliver_draws(
    call: Call,
    filters: PanelFilter,
    output_format: ReportFormat,
    output: Path | None,
    new_since: str | None,
) -> None:
    """Deliver the next blood draws of the patients chosen: as a table by week, CSV or a calendar.

    A calendar without a day is none, and is not written.
    """
    from wbc_tracker.panel.draws import plan_draws
    from wbc_tracker.panel.facts import collect_panel_facts
    from wbc_tracker.panel.sentences import draws_headline, draws_sentences

    begin("looking for the next draws")
    facts = collect_panel_facts(call.analysis)
    if filters.new:
        facts = with_news(facts, call, new_since)
    listed = plan_draws(facts, filters, call.catalog)
    if output_format is ReportFormat.TABLE:
        from wbc_tracker.render.terminal.draws import render_draws

        deliver_lines(render_draws(listed, width_for(output)), output)
        return
    if output_format is ReportFormat.CSV:
        from wbc_tracker.render.csv.draws import render_draws_csv

        if output is None:
            deliver_data(render_draws_csv(listed))
        else:
            deliver_bytes(render_draws_csv(listed).encode(), output)
    elif listed.draws:
        from wbc_tracker.render.ics.draws import render_draws_ics

        deliver_bytes(render_draws_ics(listed, __version__).encode(), output)
    else:
        remark("No draw is due that could stand in a calendar; nothing was written.")
        output = None
    for sentence in draws_sentences(listed):
        remark(sentence)
    if output is not None:
        remark(f"{draws_headline(listed)} written to {output}. {listed.disclaimer}")


def deliver_clinic(panel: Panel, call: Call, output: Path | None) -> None:
    """Write the panel as one page, without pages of the patients."""
    begin("drawing the page")
    deliver_page(_panel_page(panel, call, find_unread(call), None), output)


def deliver_table(panel: Panel, output: Path | None, *, is_workbook: bool) -> None:
    """Write the panel as CSV or as a workbook, one line a patient, and say so."""
    from wbc_tracker.files import write_whole

    for words in panel.own_words:
        remark(words)
    if is_workbook:
        from wbc_tracker.render.xlsx.panel import write_panel_workbook

        with write_whole(output) if output else standard_output() as stream:
            write_panel_workbook(panel, stream)
    else:
        from wbc_tracker.render.csv.panel import render_panel_csv

        if output is None:
            deliver_data(render_panel_csv(panel))
        else:
            deliver_bytes(render_panel_csv(panel).encode(), output)
    if output is not None:
        told = count_words(len(panel.lines), "line was", "lines were")
        remark(f"{told} written to {output}. {panel.disclaimer}")


def deliver_folder(panel: Panel, call: Call, folder: Path) -> None:
    """Write a page of each patient of the panel into a folder, and `index.html` last.

    A page that would be the same again stays. Files of the same names are replaced, each whole. The
    pages of people who are not on record any more are removed, by name; nothing else in the folder
    is touched.

    Raises:
        UsageError: a page would be written over the store or a file that is read, or the folder
            cannot be written.
    """
    from wbc_tracker.files import make_private_folder
    from wbc_tracker.render.html import BUNDLE, INDEX, NAMES, page_names, remove_pages

    def refuse(file: Path) -> None:
        refuse_overwriting(call.context, file, [*call.sources.files, *call.inputs])

    names = page_names(call.dataset.patients)
    unread = find_unread(call)
    pages = {line.patient_id: folder / names[line.patient_id] for line in panel.lines}
    for file in (folder / INDEX, folder / BUNDLE, folder / NAMES, *pages.values()):
        refuse(file)
    make_private_folder(folder)
    written: list[str] = []
    try:
        _write_pages(call, pages, written)
        begin("drawing the page of all patients")
        _write_names(folder / NAMES, {who: call.names[who] for who in pages if who in call.names})
        _write(folder / INDEX, _panel_page(panel, call, unread, names))
    except OutputError as error:
        if written:
            error.exit_code = 1
            error.hint = f"Pages before it were written, each whole, and {INDEX} was not."
        raise
    _tell_folder(folder, len(written), len(pages) - len(written))
    if call.names:
        remark(f"Names are in {folder / NAMES} alone: leave it out of what you pass on.")
    gone = remove_pages(folder, (INDEX, *names.values()), refuse)
    if gone:
        whose = "a page of someone who is" if len(gone) == 1 else "the pages of people who are"
        more = f" and {len(gone) - _MOST_NAMED} more" if len(gone) > _MOST_NAMED else ""
        told = ", ".join(gone[:_MOST_NAMED]) + more
        remark(f"Removed from it {whose} not on record any more: {told}.")


def _write_pages(call: Call, pages: Mapping[str, Path], written: list[str]) -> None:
    """Write the pages that are not there as they would be made; `written` gets whose they are."""
    from wbc_tracker.charts import vega_bundle
    from wbc_tracker.render.html import (
        BUNDLE,
        FolderOptions,
        digest_patients,
        is_kept,
        patient_pages,
        seal,
    )

    options = FolderOptions(
        settings=call.settings,
        analytes=call.selection.analytes,
        left_out=tuple(unread_now(call)),
        units=call.units,
    )
    if pages:
        _write(next(iter(pages.values())).with_name(BUNDLE), vega_bundle())
    made_of = digest_patients(call.analysis, list(pages), options, call.shown)
    anew = [patient for patient, page in pages.items() if not is_kept(page, made_of[patient])]
    total = len(anew)
    begin(f"drawing the pages of {count_words(total, 'patient', 'patients')}", 0, total)
    made = patient_pages(call.analysis, anew, options, call.shown, _processes(total))
    with closing(made):
        for done, (patient, text) in enumerate(made, start=1):
            begin(f"patient {done} of {total}", done, total)
            _write(pages[patient], seal(text, made_of[patient]))
            written.append(patient)


def _write_names(file: Path, names: Mapping[str, str]) -> None:
    """Write the file of names, or take the one away that an earlier run has left."""
    from wbc_tracker.render.html import is_names_script, names_script

    if names:
        _write(file, names_script(names))
    elif is_names_script(file):
        file.unlink()


def _write(file: Path, text: str) -> None:
    from wbc_tracker.files import write_whole

    with write_whole(file) as stream:
        stream.write(text.encode())


def _tell_folder(folder: Path, written: int, stayed: int) -> None:
    from wbc_tracker.render.html import INDEX

    told = count_words(written, "patient's page", "patients' pages")
    if stayed:
        others = "1 was up to date" if stayed == 1 else f"{stayed} were up to date"
        told += f" ({others})"
    remark(
        f"The panel and {told} were written to {folder}. Open {folder / INDEX} in a browser; it "
        "needs no network. The pages belong together: to send one patient's report, use --patient "
        "ID and --output FILE.html."
    )


def _panel_page(panel: Panel, call: Call, unread: list[str], links: dict[str, str] | None) -> str:
    from wbc_tracker.panel.series import collect_panel_series
    from wbc_tracker.patient.provenance import sources_of
    from wbc_tracker.render.html import render_panel_page

    dataset = call.dataset
    patients = [line.patient_id for line in panel.lines]
    return render_panel_page(
        panel,
        collect_panel_series(call.analysis, patients),
        call.settings,
        sources_of(dataset.results),
        [*dataset.warnings, *unread],
        links,
        has_names=bool(call.names) and links is not None,
    )


def _processes(pages: int) -> int:
    """Return how many processes are worth starting."""
    usable: Sequence[int] | set[int] = (
        os.sched_getaffinity(0) if hasattr(os, "sched_getaffinity") else range(os.cpu_count() or 1)
    )
    return max(1, min(len(usable), _MOST_PROCESSES, pages // _PAGES_A_PROCESS))
