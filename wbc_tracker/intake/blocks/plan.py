"""How the blocks of a lab file are read, as its first lines tell."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass, replace

import numpy as np

from wbc_tracker.catalog import Catalog
from wbc_tracker.errors import AmbiguousFileError, WbcTrackerError
from wbc_tracker.intake.column.texts import TextColumn
from wbc_tracker.intake.file.opening import unpack
from wbc_tracker.intake.guards.findings import Findings
from wbc_tracker.intake.guards.look import look_at_columns, may_hold_dates, unread_columns
from wbc_tracker.intake.guards.own_date import second_dates
from wbc_tracker.intake.options import ReadingOptions
from wbc_tracker.intake.result.proofs import Proofs, Settled, settle_proofs
from wbc_tracker.intake.result.rows import read_rows
from wbc_tracker.intake.table.layout import Layout
from wbc_tracker.intake.table.shape import Shape, read_shape


class NotForBlocks(Exception):  # noqa: N818 (no mistake of anyone: the file is read whole instead)
    """A file, or a block of it, holds what is decided by the whole file."""


@dataclass(frozen=True)
class Plan:
    """How the blocks of a file are read.

    Attributes:
        shape: the file, its table without rows; the layout is that of the headers.
        findings: what its unread columns seem to be. settled: what its cells seem to prove.
        start: the byte at which the records begin. first_line: the line of the first of them.
        delimiter: what parts the cells of the lines that are cut.
    """

    shape: Shape
    findings: Findings
    settled: Settled
    start: int
    first_line: int
    delimiter: str

    @property
    def layout(self) -> Layout:
        """The layout, with the roles that cells prove."""
        layout = self.shape.layout
        return replace(layout, roles={**layout.roles, **self.findings.roles})

    @property
    def width(self) -> int:
        """The number of columns."""
        return len(self.shape.table.header)

    @property
    def patient(self) -> int:
        """The place of the column of patients."""
        return self.shape.layout.roles["patient_id"]


@dataclass(frozen=True)
class Typed:
    """What is known of a Parquet file whose rows are read as lines of text without a header.

    Attributes:
        first: a Parquet file of its first rows. fractions: places of columns with numbers some of
            which, of all rows, have a fraction: their decimal mark is the point.
    """

    first: bytes
    fractions: frozenset[int]


def plan_file(
    sample: bytes,
    file: str,
    options: ReadingOptions,
    catalog: Catalog,
    typed: Typed | None = None,
) -> Plan:
    """Return how the blocks of a lab file are read.

    Blocks are of whole patients: the file has a column of them. It is text in UTF-8, a row a result
    or a draw.

    Args:
        sample: its first lines. file: its name. options, catalog: as of `read_lab_bytes`.
        typed: of a Parquet file, the lines of which are parted by commas.

    Raises:
        NotForBlocks: it is none for blocks; from the refusal of its first lines, if that is why.
    """
    if options.explain or sample.count(b"\r") != sample.count(b"\r\n"):
        raise NotForBlocks(file)
    try:
        if unpack(sample, file) is not sample:
            raise NotForBlocks(file)
        shape = read_shape(sample if typed is None else typed.first, file, options, catalog)
        if typed is not None and shape.table.is_named:
            proven = dict.fromkeys(typed.fractions, ".")
            shape = replace(shape, table=replace(shape.table, proven=proven))
        if not _is_plain(shape, is_typed=typed is not None):
            raise NotForBlocks(file)
        layout, findings = look_at_columns(shape, catalog)
        # What the first lines do not prove is read in some way; what all lines prove then follows.
        table, options, settled = shape.table, shape.options, Settled()
        rows = read_rows(table, layout, findings, options, catalog, settled)
        with suppress(AmbiguousFileError):
            settled = settle_for(shape, rows.proofs, catalog)
    except WbcTrackerError as refusal:
        raise NotForBlocks(file) from refusal
    unread = may_hold_dates(shape, unread_columns(shape))
    if findings.sections.lines or findings.signs_in_marks or rows.cells.paired.any():
        raise NotForBlocks(file)
    if any(True for _ in second_dates(shape.table.header, shape.layout, unread, catalog)):
        raise NotForBlocks(file)
    empty = [TextColumn.constant("", 0) for _ in shape.table.header]
    table = replace(shape.table, columns=empty, source_row=np.zeros(0, np.int64), printed={})
    plain = replace(findings, warnings=(), reasons={})
    shape = replace(shape, table=table)
    if typed is not None:
        return Plan(shape, plain, settled, 0, 1, ",")
    above = table.head.lines
    return Plan(shape, plain, settled, _start(sample, above), above + 1, table.delimiter)


def settle_for(shape: Shape, proofs: Proofs, catalog: Catalog) -> Settled:
    """Settle what cells of a file prove.

    Raises:
        AmbiguousFileError: dates or numbers can be read in two ways.
    """
    table, options = shape.table, shape.options
    today = options.today or options.as_of

    def where(index: int) -> str:
        return f"{table.file}, column {table.header[index]!r}"

    own = shape.layout.roles.get("collected_at")
    dates = table.file if own is None else where(own)
    return settle_proofs(proofs, dates, where, today, options, catalog)


def _is_plain(shape: Shape, *, is_typed: bool) -> bool:
    """Tell whether a file is of the kind that can be read in blocks."""
    table, layout, options = shape.table, shape.layout, shape.options
    is_text = bool(table.delimiter) and table.encoding == "utf-8" and not table.proven
    return (
        (table.is_named and table.head.lines == 1 if is_typed else is_text)
        and not table.observations
        and table.head.has_header
        and layout.kind in ("long", "wide")
        and "patient_id" in layout.roles
        and not (table.ragged or shape.repeated or options.instead)
        and not table.warnings
    )


def _start(sample: bytes, lines: int) -> int:
    """Return where the first lines end."""
    end = 0
    for _ in range(lines):
        end = sample.find(b"\n", end) + 1 or len(sample)
    return end
