"""The page of a clinic's panel: one table of many patients, to sort and to filter."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from wbc_tracker.arrays import day_of
from wbc_tracker.catalog import Catalog, Severity
from wbc_tracker.panel.model import Panel, PanelCell, PanelLine
from wbc_tracker.panel.series import WEEKS, PatientStrands, picture_words, strand_words
from wbc_tracker.panel.words import (
    PanelColumn,
    filter_sentence,
    headline,
    legend_words,
    panel_columns,
    patient_words,
    summary_sentence,
)
from wbc_tracker.patient.model import Report
from wbc_tracker.patient.provenance import SourceFile, rule_words
from wbc_tracker.render.explanation import SEVERITY_WORDS
from wbc_tracker.render.html.sparkline import Frame, draw_sparkline
from wbc_tracker.render.html.templates import css_text, own_markup, read_own, render_page

#: So many rows a browser draws at first; more of them take it seconds.
_AT_ONCE = 500
#: Behind values, in either direction of sorting: what is told in another unit, and what there is
#: none of.
_VALUE, _OTHER_UNIT, _NONE = 0, 1, 2
#: A limit stands just below or above its number.
_BESIDE = {"<": -2e-9, "<=": -1e-9, ">=": 1e-9, ">": 2e-9}


@dataclass(frozen=True)
class SortKey:
    """What a cell is sorted by: first the group, always upwards, then the key, up or down."""

    group: int
    key: str


@dataclass(frozen=True)
class RowCell:
    """A cell in words, with the marks behind it; `calls` if it is what somebody should look at."""

    words: str
    marks: str
    calls: bool
    sort: SortKey


@dataclass(frozen=True)
class Row:
    """One patient: `rank` of the worst current flag for the filters, and `pictures` as SVG."""

    name: str
    link: str | None
    line: PanelLine
    rank: int
    cells: list[RowCell]
    pictures: list[str]


def render_panel_page(
    panel: Panel,
    strands: Sequence[PatientStrands],
    catalog: Catalog,
    settings: dict[str, object],
    sources: Sequence[SourceFile] = (),
    left_out: Sequence[str] = (),
    links: Mapping[str, str] | None = None,
) -> str:
    """Return the page.

    Args:
        panel: who is shown. strands: what is drawn of each of its lines.
        catalog: names, figures and words. settings: the options it was made with.
        sources: where the results come from. left_out: sentences about what was not used.
        links: patient -> file of the patient's own page beside this one; None without such pages.

    Raises:
        UsageError: the packages that it needs are not installed; see `require_pages`.
    """
    shown = replace(panel, shows_labs_due=True)
    columns = panel_columns(shown, catalog)
    report = Report(
        panel.as_of, panel.catalogue_version, panel.grading, panel.disclaimer, settings, []
    )
    return render_page(
        "panel.html.j2",
        [read_own("scripted.js"), read_own("panel.js")] if panel.lines else [],
        style=own_markup("".join(map(read_own, ("style.css", "panel.css", "spark.css")))),
        running_head=own_markup(css_text(f"{headline(panel)}, as of {panel.as_of}")),
        running_foot=own_markup(css_text(panel.disclaimer)),
        panel=panel,
        headline=headline(panel),
        filter_sentence=filter_sentence(panel),
        summary=summary_sentence(panel, with_options=False) if panel.lines else "",
        headings=_headings(columns, catalog),
        pictures=[catalog.analytes[name].short for name in ("cd19", "wbc")],
        years=WEEKS // 52,
        at_once=_AT_ONCE,
        rows=_rows(shown, columns, strands, catalog, links),
        severities=[
            (_rank(severity), severity.word, SEVERITY_WORDS[severity])
            for severity in reversed(Severity)
        ],
        flags=_flags(panel),
        legend=legend_words(panel, catalog, with_options=False),
        picture_legend=picture_words(catalog),
        sources=sources,
        left_out=list(left_out),
        rules=rule_words(report),
    )


def _headings(columns: Sequence[PanelColumn], catalog: Catalog) -> list[tuple[str, str]]:
    """Return heading and whole name of each column."""
    names = {analyte.short: analyte.name for analyte in catalog.analytes.values()}
    return [(column.heading, names.get(column.heading, "")) for column in columns]


def _rows(
    panel: Panel,
    columns: Sequence[PanelColumn],
    strands: Sequence[PatientStrands],
    catalog: Catalog,
    links: Mapping[str, str] | None,
) -> list[Row]:
    end = day_of(panel.as_of)
    frame = Frame(end - 7 * WEEKS, end)
    return [
        Row(
            name=patient_words(line.patient_id),
            link=None if links is None else links.get(line.patient_id),
            line=line,
            rank=-1 if line.severity is None else _rank(Severity.of(line.severity)),
            cells=_cells(panel, columns, number),
            pictures=_pictures(drawn, frame, catalog),
        )
        for number, (line, drawn) in enumerate(zip(panel.lines, strands, strict=True))
    ]


def _pictures(drawn: PatientStrands, frame: Frame, catalog: Catalog) -> list[str]:
    """Return the pictures of B cells and white cells."""
    return [
        own_markup(
            draw_sparkline(
                strand, drawn.infusions, strand_words(strand, name, catalog), frame, catalog
            )
        )
        for strand, name in ((drawn.b_cells, "cd19"), (drawn.white_cells, "wbc"))
    ]


def _cells(panel: Panel, columns: Sequence[PanelColumn], number: int) -> list[RowCell]:
    line = panel.lines[number]
    keys = [*_line_keys(line), *(_cell_key(line.cells.get(analyte)) for analyte in panel.analytes)]
    return [
        RowCell(
            words=column.words[number],
            marks=column.marks[number] if column.marks else "",
            calls=column.severities[number] in ("discuss", "urgent"),
            sort=key,
        )
        for column, key in zip(columns, keys, strict=True)
    ]


def _line_keys(line: PanelLine) -> list[SortKey]:
    """Return the keys of day, next, labs due and last count, in the order of `panel_columns`."""
    return [
        _number_key(line.days_since_infusion),
        _number_key(line.days_to_next),
        _number_key(len(line.labs_due) or None),
        SortKey(_NONE, "")
        if line.last_count_on is None
        else SortKey(_VALUE, line.last_count_on[:10].replace("-", "")),
    ]


def _number_key(number: int | None) -> SortKey:
    return SortKey(_NONE, "") if number is None else SortKey(_VALUE, str(number))


def _cell_key(cell: PanelCell | None) -> SortKey:
    """Return the key of a value: by its number, a limit beside it; a percentage that stands in
    behind the counts.
    """
    if cell is None:
        return SortKey(_NONE, "")
    comparator = cell.words.rstrip("0123456789.%-+e")
    number = float(cell.words.removeprefix(comparator).rstrip("%"))
    beside = number + max(1.0, abs(number)) * _BESIDE.get(comparator, 0)
    return SortKey(_OTHER_UNIT if cell.words.endswith("%") else _VALUE, f"{beside:.12g}")


def _flags(panel: Panel) -> list[tuple[str, str, int]]:
    """Return code, title and number of patients of each current flag that is shown, worst first."""
    worst: dict[str, int] = {}
    titles: dict[str, str] = {}
    for line in panel.lines:
        for flag in line.flags:
            worst[flag.code] = max(worst.get(flag.code, -1), _rank(Severity.of(flag.severity)))
            titles[flag.code] = flag.title
    counts = Counter(flag.code for line in panel.lines for flag in line.flags)
    return [
        (code, titles[code], counts[code])
        for code in sorted(counts, key=lambda code: (-worst[code], titles[code]))
    ]


def _rank(severity: Severity) -> int:
    """Return the place of a severity as the page's script counts: from 0; without a flag -1."""
    return severity - 1
