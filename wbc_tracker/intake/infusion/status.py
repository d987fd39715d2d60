"""What became of the rows of an infusion list, and what follows for their days."""

from __future__ import annotations

import numpy as np
import pyarrow.compute as pc

from wbc_tracker.arrays import Mask
from wbc_tracker.catalog import Catalog
from wbc_tracker.catalog.fold import fold_name
from wbc_tracker.catalog.infusion_lists import InfusionLists, latest_booking
from wbc_tracker.errors import AmbiguousFileError
from wbc_tracker.intake.column.drugs import read_drug_cell
from wbc_tracker.intake.column.given import StatusColumns, read_statuses, speaks_of_status
from wbc_tracker.intake.column.texts import TextColumn, to_mask
from wbc_tracker.intake.dated_rows import DatedRows, Problems, Words
from wbc_tracker.intake.infusion.named import NamedDrugs
from wbc_tracker.intake.options import mapped
from wbc_tracker.intake.table.ledger import is_harmless_header

#: So many lines a sentence names.
_MOST_LINES = 8


def find_statuses(
    rows: DatedRows, drug: NamedDrugs, catalog: Catalog
) -> tuple[StatusColumns, list[int], list[str]]:
    """Return what the rows say of what became of them, the places of the columns that do, and
    sentences about those that should.
    """
    lists = catalog.lists
    found, comments, warnings = _look_for_statuses(rows, catalog)
    told, said = _cells(rows, found, lists), _cells(rows, comments, lists)
    statuses = read_statuses(told, said, drug.statuses, lists)
    is_left = ~statuses.says("not_given") & (drug.what == "infusion")
    return statuses, found, [*warnings, *_tell_remarks(rows, said, is_left, lists)]


def _tell_remarks(
    rows: DatedRows, comments: list[tuple[str, TextColumn]], is_left: Mask, lists: InfusionLists
) -> list[str]:
    """Name the lines of infusions in whose comment stands, among other words, that nothing was
    given: a sentence is never judged, but shown.
    """
    lines: set[int] = set()
    for _, texts in comments:
        speaks = pc.match_substring_regex(texts.words, lists.pattern_of_not_given)
        at = np.flatnonzero(texts.spread(to_mask(speaks)) & is_left)
        lines |= set(rows.table.source_row[at].tolist())
    if not lines:
        return []
    shown = ", ".join(map(str, sorted(lines)[:_MOST_LINES]))
    more = f" and {len(lines) - _MOST_LINES} more" if len(lines) > _MOST_LINES else ""
    return [f"A comment speaks of something that was not given, please look: line {shown}{more}."]


def find_cancelled(rows: DatedRows, catalog: Catalog) -> tuple[Words, list[int]]:
    """Return of every row of an event file what says that it did not take place, or "", and the
    places of the columns of statuses.

    Events have states of their own ("resolved"), so no other word is judged.
    """
    found, comments, _ = _look_for_statuses(rows, catalog)
    nothing = np.full(rows.table.rows, "none", dtype=object)
    places = sorted([*found, *comments])
    statuses = read_statuses([], _cells(rows, places, catalog.lists), nothing, catalog.lists)
    kinds = [
        f"not given: {word}" if is_none else ""
        for word, is_none in zip(statuses.words, statuses.says("not_given"), strict=True)
    ]
    return np.array(kinds, dtype=object), found


def _look_for_statuses(rows: DatedRows, catalog: Catalog) -> tuple[list[int], list[int], list[str]]:
    """Return the places of columns of statuses and of free text, and sentences about columns
    headed as a status that hold none.
    """
    lists, table = catalog.lists, rows.table
    taken = {place for role, place in rows.roles.items() if role not in ("status", "note")}
    found: list[int] = []
    comments: list[int] = []
    warnings: list[str] = []
    for place, header in enumerate(table.header):
        texts, folded = table.columns[place], fold_name(header)
        if place in taken or folded in rows.options.ignore:
            continue
        if folded in lists.free_text_headers:
            comments.append(place)
            continue
        is_headed = folded in lists.status_headers or lists.yes_says(header) is not None
        if place == rows.roles.get("status") or speaks_of_status(
            texts, header, lists, is_headed=is_headed
        ):
            found.append(place)
        elif is_headed and not texts.is_blank().all():
            first = next(text for text in texts.words.to_pylist() if text)
            warnings.append(
                f"The column {header!r} says {first[:40]!r}: no status that is known, not used."
            )
        elif not is_harmless_header(header):
            _refuse_unclear_answers(rows, place, catalog)
    return found, comments, warnings


def _refuse_unclear_answers(rows: DatedRows, place: int, catalog: Catalog) -> None:
    """Refuse a column that answers whether something was given, which may be the row's drug (`Drug
    given`), unless it names what is given before that (`Premed given`).

    Raises:
        AmbiguousFileError: naming the column.
    """
    lists = catalog.lists
    header, texts = rows.table.header[place], rows.table.columns[place]
    asked = lists.question_in(header)
    if not asked or _is_of_premedication(header, asked, catalog):
        return
    answers = {lists.status_words.get(fold_name(text)) for text in texts.used()}
    are_answers = bool(answers) and answers <= {"yes", "no"}
    if "no" in answers or (are_answers and texts.is_blank().any()):
        raise AmbiguousFileError(
            f"{rows.table.file}: the column {header!r} may tell which rows took place.",
            f"If it does, say so with --map status={header!r}; if it tells of something else, take "
            "it out.",
            code="status_unclear",
            settled_by=mapped(header, "status"),
        )


def _is_of_premedication(header: str, asked: str, catalog: Catalog) -> bool:
    rest = f" {fold_name(header)} ".replace(f" {asked} ", " ").strip()
    return read_drug_cell(rest, catalog).what == "premedication"


def _cells(
    rows: DatedRows, places: list[int], lists: InfusionLists
) -> list[tuple[str, TextColumn]]:
    """Return header and cells of columns; that which the user names as the status answers the
    question that its header holds.
    """
    chosen, told = rows.roles.get("status"), []
    for place in places:
        header = rows.table.header[place]
        if place == chosen and lists.yes_says(header) is None:
            header = lists.question_in(header) or header
        told.append((header, rows.table.columns[place]))
    return told


def note_days(
    problems: Problems, statuses: StatusColumns, days: Words, today: str, rows: DatedRows
) -> None:
    """Note dates that lie too far ahead, or ahead of what is said to have been given."""
    dates = rows.column(rows.kind.date)
    problems.note("infusion_ahead", statuses.says("given") & (days > today), dates)
    problems.note("booking_far", days > latest_booking(today), dates)


def note_statuses(problems: Problems, statuses: StatusColumns, days: Words, today: str) -> None:
    """Note rows of which nobody can say whether an infusion was given."""
    words = statuses.words
    problems.note("status_unknown", statuses.says("unknown"), words)
    problems.note("status_partial", statuses.says("partial"), words)
    is_past = (days <= today) & (days != "")
    problems.note("booking_past", statuses.says("booked") & is_past & (days != today), words)
    if statuses.says("given").any():
        problems.note("status_missing", statuses.says("blank") & is_past, words)


def ignored_kinds(statuses: StatusColumns, drug: NamedDrugs) -> Words:
    """Return the kind of every row that is no infusion, or ""."""
    kinds = np.full(len(drug.ids), "", dtype=object)
    for at in np.flatnonzero(drug.what == "premedication").tolist():
        kinds[at] = f"premedication: {drug.ids[at]}"
    for status, words in (("ordered", "no administration"), ("not_given", "not given")):
        for at in np.flatnonzero(statuses.says(status)).tolist():
            kinds[at] = f"{words}: {statuses.words[at]}"
    return kinds
