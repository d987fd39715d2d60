"""The page of a clinic's panel: one table of many patients, to sort and to filter."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from wbc_tracker.arrays import day_of
from wbc_tracker.catalog import Severity
from wbc_tracker.panel.model import Panel, PanelLine
from wbc_tracker.panel.sentences import (
    counts_sentence,
    filter_sentence,
    headline,
    legend_words,
    summary_sentence,
)
from wbc_tracker.panel.series import WEEKS, PatientStrands, Pictures
from wbc_tracker.panel.words import (
    PanelColumn,
    SortPlace,
    head_words,
    panel_columns,
    patient_words,
)
from wbc_tracker.patient.provenance import SourceFile, rule_words
from wbc_tracker.render.html.names import NAMES
from wbc_tracker.render.html.sparkline import Frame, draw_sparkline
from wbc_tracker.render.html.templates import css_text, own_markup, read_own, render_page

#: So many rows a browser draws at first; more of them take it seconds.
_AT_ONCE = 500
#: Behind values, in either direction of sorting: what is told in another unit, and what there is
#: none of.
_VALUE, _OTHER_UNIT, _NONE = 0, 1, 2


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
    """One patient: `rank` of the worst current flag for the filters, `head` the words for it, and
    `pictures` as SVG.
    """

    name: str
    head: str
    link: str | None
    line: PanelLine
    rank: int
    cells: list[RowCell]
    pictures: list[str]


def render_panel_page(
    panel: Panel,
    pictures: Pictures,
    settings: dict[str, object],
    sources: Sequence[SourceFile] = (),
    left_out: Sequence[str] = (),
    links: Mapping[str, str] | None = None,
    *,
    has_names: bool = False,
) -> str:
    """Return the page.

    Args:
        panel: who is shown. pictures: what is drawn of each of its lines.
        settings: the options it was made with.
        sources: where the results come from. left_out: sentences about what was not used.
        links: patient -> file of the patient's own page beside this one; None without such pages.
        has_names: a file beside this one tells the names of patients, for the screen.

    Raises:
        UsageError: the packages that it needs are not installed; see `require_pages`.
    """
    shown = replace(panel, shows_labs_due=True)
    columns = panel_columns(shown)
    return render_page(
        "panel.html.j2",
        [read_own("scripted.js"), read_own("panel.js")] if panel.lines else [],
        from_folder=has_names,
        names=NAMES if has_names else "",
        style=own_markup("".join(map(read_own, ("style.css", "panel.css", "spark.css")))),
        running_head=own_markup(css_text(f"{headline(panel)}, as of {panel.as_of}")),
        running_foot=own_markup(css_text(panel.disclaimer)),
        panel=panel,
        headline=headline(panel),
        filter_sentence=filter_sentence(panel),
        summary=summary_sentence(panel, with_options=False) if panel.lines else "",
        counts=counts_sentence(panel),
        headings=[(column.heading, column.whole_heading) for column in columns],
        pictures=pictures.headings,
        years=WEEKS // 52,
        at_once=_AT_ONCE,
        rows=_rows(shown, columns, pictures.strands, links),
        severities=[(_rank(severity), severity, words) for severity, words in panel.severities],
        flags=_flags(panel),
        legend=legend_words(panel, with_options=False),
        picture_legend=pictures.legend,
        sources=sources,
        left_out=list(left_out),
        rules=rule_words(
            panel.as_of,
            panel.grading,
            panel.catalogue_version,
            settings.get("same_day"),
            panel.own_words,
        ),
    )


def _rows(
    panel: Panel,
    columns: Sequence[PanelColumn],
    strands: Sequence[PatientStrands],
    links: Mapping[str, str] | None,
) -> list[Row]:
    end = day_of(panel.as_of)
    frame = Frame(end - 7 * WEEKS, end)
    return [
        Row(
            name=patient_words(line.patient_id),
            head=head_words(line),
            link=None if links is None else links.get(line.patient_id),
            line=line,
            rank=-1 if line.severity is None else _rank(line.severity),
            cells=_cells(columns, number),
            pictures=_pictures(drawn, frame),
        )
        for number, (line, drawn) in enumerate(zip(panel.lines, strands, strict=True))
    ]


def _pictures(drawn: PatientStrands, frame: Frame) -> list[str]:
    """Return the pictures of B cells and white cells."""
    return [
        own_markup(draw_sparkline(strand, drawn.infusions, words, frame))
        for strand, words in (
            (drawn.b_cells, drawn.b_cells_words),
            (drawn.white_cells, drawn.white_cells_words),
        )
    ]


def _cells(columns: Sequence[PanelColumn], number: int) -> list[RowCell]:
    return [
        RowCell(
            words=column.words[number],
            marks=column.marks[number] if column.marks else "",
            calls=(column.severities[number] or 0) >= Severity.DISCUSS,
            sort=_sort_key(column.places[number]),
        )
        for column in columns
    ]


def _sort_key(place: SortPlace) -> SortKey:
    """Return where a cell is sorted; what is told in another unit stands behind the others."""
    if place.number is None:
        return SortKey(_NONE, "")
    return SortKey(_OTHER_UNIT if place.is_other_unit else _VALUE, f"{place.number:.12g}")


def _flags(panel: Panel) -> list[tuple[str, str, int]]:
    """Return code, title and number of patients of each current flag that is shown, worst first."""
    worst: dict[str, int] = {}
    titles: dict[str, str] = {}
    for line in panel.lines:
        for flag in line.flags:
            worst[flag.code] = max(worst.get(flag.code, -1), _rank(flag.severity))
            titles[flag.code] = flag.flag.title
    counts = Counter(flag.code for line in panel.lines for flag in line.flags)
    return [
        (code, titles[code], counts[code])
        for code in sorted(counts, key=lambda code: (-worst[code], titles[code]))
    ]


def _rank(severity: Severity) -> int:
    """Return the place of a severity as the page's script counts: from 0; without a flag -1."""
    return severity - 1
