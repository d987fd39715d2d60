"""The cells of a panel in words: the same for the terminal and every other renderer of text."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from wbc_tracker.catalog import Severity
from wbc_tracker.panel.model import Panel, PanelCell, PanelLine
from wbc_tracker.wording import REF_MARKS, visible

_LABS = {"count": "count", "igg": "IgG"}


class SortPlace(NamedTuple):
    """Where a cell stands when its column is sorted: by `number`, None for nothing to sort by.

    `is_other_unit`: it stands behind all others, because it is told in another unit.
    """

    number: float | None = None
    is_other_unit: bool = False


_NOWHERE = SortPlace()
#: A limit stands just below or above its number.
_BESIDE = {"<": -2e-9, "<=": -1e-9, ">=": 1e-9, ">": 2e-9}


@dataclass(frozen=True)
class PanelColumn:
    """One column.

    Attributes:
        heading: what it is. whole_heading: the whole name of an analyte.
        words: of each line, a value without its marks. marks: of each value, see `legend_words`.
        severities: what colours each, None for nothing. places: by which each is sorted.
    """

    heading: str
    words: list[str]
    severities: list[Severity | None]
    marks: list[str] | None = None
    places: list[SortPlace] = field(default_factory=list)
    whole_heading: str = ""

    @property
    def texts(self) -> list[str]:
        """Words and marks in one."""
        return (
            [a + b for a, b in zip(self.words, self.marks, strict=True)]
            if self.marks
            else self.words
        )


def panel_columns(panel: Panel) -> list[PanelColumn]:
    """Return the columns behind patient and flag; also what labs are missing,
    if that was asked for.
    """
    columns = [
        _column(
            "day",
            panel,
            lambda line: "" if line.days_since_infusion is None else str(line.days_since_infusion),
            lambda line: line.days_since_infusion,
        ),
        _column(
            "next",
            panel,
            next_words,
            lambda line: line.days_to_next,
            lambda line: Severity.DISCUSS if line.is_overdue else None,
        ),
    ]
    if panel.shows_news:
        columns.insert(0, _column("new", panel, news_words, _news_rank, _news_severity))
    if panel.shows_labs_due:
        columns.append(
            _column("labs due", panel, labs_words, lambda line: len(line.labs_due) or None)
        )
    columns.append(
        _column(
            "last count", panel, lambda line: (line.last_count_on or "none")[:10], _count_number
        )
    )
    for analyte in panel.analytes:
        cells = [line.cells.get(analyte.id) for line in panel.lines]
        columns.append(
            PanelColumn(
                heading=analyte.short,
                words=["" if cell is None else cell.words for cell in cells],
                severities=[_colour(cell) for cell in cells],
                marks=["" if cell is None else cell_marks(cell) for cell in cells],
                places=[_place(cell) for cell in cells],
                whole_heading=analyte.name,
            )
        )
    return columns


def _column(
    heading: str,
    panel: Panel,
    words: Callable[[PanelLine], str],
    number: Callable[[PanelLine], float | None],
    severity: Callable[[PanelLine], Severity | None] = lambda _: None,
) -> PanelColumn:
    return PanelColumn(
        heading=heading,
        words=[words(line) for line in panel.lines],
        severities=[severity(line) for line in panel.lines],
        places=[SortPlace(number(line)) for line in panel.lines],
    )


def _count_number(line: PanelLine) -> int | None:
    """Return the day of the last count as a number that sorts like it: 20250301."""
    return None if line.last_count_on is None else int(line.last_count_on[:10].replace("-", ""))


def _place(cell: PanelCell | None) -> SortPlace:
    """Return where a value is sorted: by its number, a limit beside it; a percentage that stands in
    behind the counts.
    """
    if cell is None:
        return _NOWHERE
    beside = _BESIDE.get(cell.comparator or "", 0)
    return SortPlace(cell.number + max(1.0, abs(cell.number)) * beside, cell.stands_in)


def _colour(cell: PanelCell | None) -> Severity | None:
    return None if cell is None or cell.severity is Severity.EXPECTED else cell.severity


def patient_words(patient_id: str) -> str:
    """Return an id as visible text; one that would look empty or shifted stands in quotes."""
    shown = visible(patient_id)
    return shown if shown and shown == shown.strip() else f"'{shown}'"


def flag_words(line: PanelLine) -> str:
    """Return the worst current flag and how many more there are: `late_onset_neutropenia +2`;
    what is told of nearly everyone heads no line.
    """
    if not line.flags:
        return "none current"
    if line.severity is Severity.EXPECTED:
        return "only expected"
    more = line.further_flags
    return line.flags[0].code + (f" +{more}" if more else "")


def head_words(line: PanelLine) -> str:
    """Return the worst current flag by its title; that nothing stands out, where nothing does."""
    if not line.flags:
        return "none current"
    if line.severity is Severity.EXPECTED:
        return "only the expected picture"
    return line.flags[0].flag.title


def news_words(line: PanelLine) -> str:
    """Return the worst that is new and how much more is: `new`, where it heads the line, else its
    code; `worse`, `worse: lymphopenia +1`; empty if nothing is.
    """
    if not line.news:
        return ""
    first, more = line.news[0], len(line.news) - 1
    heads = line.flags[0].code == first.flag.code
    how = "worse" if first.is_worse else "new"
    told = how if heads else f"{how}: {first.flag.code}"
    return told + (f" +{more}" if more else "")


def _news_rank(line: PanelLine) -> int | None:
    """Return a number by which the worst news sort last."""
    return int(line.news[0].flag.severity) if line.news else None


def _news_severity(line: PanelLine) -> Severity | None:
    return line.news[0].flag.severity if line.news else None


def next_words(line: PanelLine) -> str:
    """Return when the next infusion is due: `in 7 d`, `today`, `due now`, `16 d booked`, `110 d
    late`; or that treatment `ended`.
    """
    if line.ended_by is not None:
        return "left" if line.ended_by == "left" else "ended"
    if line.days_to_next is None:
        return "no infusion"
    if line.is_overdue:
        return f"{-line.days_to_next} d late"
    if line.next_kind == "recorded":  # after the day of the panel, always
        return f"{line.days_to_next} d booked"
    if line.days_to_next < 0:
        return "due now"
    return f"in {line.days_to_next} d" if line.days_to_next else "today"


def labs_words(line: PanelLine) -> str:
    """Return what is missing before the next infusion: `count, IgG`."""
    return tests_words(line.labs_due)


def tests_words(tests: Sequence[str]) -> str:
    """Return tests as they are called: `count, IgG`."""
    return ", ".join(_LABS[what] for what in tests)


def cell_marks(cell: PanelCell) -> str:
    """Return what stands behind a value, see `legend_words`: `L!`, `* (31w)`."""
    analyte, calls = cell.analyte, (cell.severity or 0) >= Severity.DISCUSS
    marks = REF_MARKS.get(cell.ref_flag or "", "")
    marks += ("!" if calls else "") + ("?" if cell.has_other else "")
    marks += "*" if cell.is_before_infusion and analyte.is_b_cells else ""
    # The date of the last count stands on the line.
    tells_age = cell.is_of_another_day if analyte.is_blood_count else cell.is_stale
    return f"{marks} ({age_words(cell.age_days)})" if tells_age else marks


def age_words(days: int) -> str:
    """Return an age: `3d`, from two weeks on `31w`."""
    return f"{days}d" if days < 14 else f"{days // 7}w"
