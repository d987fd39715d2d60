"""What all blocks of a lab file say together."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from functools import reduce

import numpy as np
import pyarrow as pa

from wbc_tracker.catalog import Catalog
from wbc_tracker.errors import WbcTrackerError
from wbc_tracker.intake.blocks.plan import NotForBlocks, Plan, settle_for
from wbc_tracker.intake.blocks.reader import BlockReading, ColumnEvidence
from wbc_tracker.intake.column.texts import TextColumn
from wbc_tracker.intake.guards import person
from wbc_tracker.intake.guards.covariates import carried_columns, refuse_dates
from wbc_tracker.intake.guards.evidence import Evidence
from wbc_tracker.intake.guards.findings import settle
from wbc_tracker.intake.guards.look import place_of
from wbc_tracker.intake.guards.looks import BIRTH, SEX
from wbc_tracker.intake.guards.titles import Sections
from wbc_tracker.intake.labs import LabReading, tell_reading
from wbc_tracker.intake.result.proofs import Proofs, Settled
from wbc_tracker.intake.result.tally import RowTally


def settle_blocks(
    columns: Sequence[ColumnEvidence],
    readings: Sequence[BlockReading],
    plan: Plan,
    catalog: Catalog,
    *,
    is_complete: bool,
) -> LabReading | Plan:
    """Settle what all blocks of a file say together.

    Args:
        columns: of all lines, in the order of the file. readings: of all lines, in any order.
        plan: under which they were read. catalog: names, units and limits.
        is_complete: the file ends with a line break.

    Returns:
        What the file says, without its results; or the plan under which the blocks are to be read
        again.

    Raises:
        NotForBlocks: the file is to be read whole: it is refused, from that refusal, or something
            in it is decided by more than sums of its blocks.
    """
    seen = reduce(ColumnEvidence.__add__, columns)
    proofs = reduce(Proofs.__add__, (reading.proofs for reading in readings))
    for index, evidence in seen.guards.items():
        _refuse_close_calls(evidence, plan.shape.table.header[index], seen.first_year)
    guards = {
        index: replace(evidence, status=replace(evidence.status, is_several=True))
        if len(seen.firsts[index]) > 1
        else evidence
        for index, evidence in seen.guards.items()
    }
    carried = carried_columns(plan.findings.covariates)
    dates = [str(seen.first_year)] if seen.first_year is not None else []
    try:
        refuse_dates(plan.shape.table, carried, guards)
        findings = settle(guards, place_of(plan.shape, dates, carried))
        settled = settle_for(plan.shape, proofs, catalog)
    except WbcTrackerError as refusal:
        raise NotForBlocks(str(refusal)) from refusal
    findings = replace(findings, covariates=plan.findings.covariates)
    found = replace(findings, warnings=(), reasons={})
    if found != plan.findings or not _holds(plan.settled, settled):
        return replace(plan, findings=found, settled=settled)
    digests = [_digest(texts) for texts in seen.firsts]
    lines = np.array([seen.last_line, seen.last_line], dtype=np.int64)
    table = replace(plan.shape.table, columns=digests, source_row=lines, is_complete=is_complete)
    shape = replace(plan.shape, table=table, layout=plan.layout)
    tally = RowTally.sum([reading.tally for reading in readings])
    reading = tell_reading(shape, replace(findings, sections=Sections()), tally, catalog)
    sexes = {who: sex for reading in readings for who, sex in reading.sexes.items()}
    return replace(reading, sexes=sexes)


def _holds(plan: Settled, settled: Settled) -> bool:
    """Tell whether what was planned is what was settled, for all that the file holds."""
    return (plan.date_order == settled.date_order or settled.date_order is None) and (
        all(plan.mark_of(place) == mark for place, mark in settled.marks.items())
        and all(plan.units.get(key) == unit for key, unit in settled.units.items())
    )


def _refuse_close_calls(evidence: Evidence, header: str, first_draw: int | None) -> None:
    """Refuse a column of which the first texts of each block may say other than those of all.

    Raises:
        NotForBlocks: some of its texts are births or sexes, or comparators, and others are not.
    """
    told, years = evidence.person, evidence.person.years
    if any(0 < told.looks.get(look, 0) < told.distinct for look in (BIRTH, SEX)):
        raise NotForBlocks(header)
    if told.looks.get(BIRTH) and years and first_draw is not None:
        are_all_old = person.tells_births(header, told, first_draw)
        is_one_old = person.tells_births(header, replace(told, years=(0, years[0])), first_draw)
        if is_one_old and not are_all_old:
            raise NotForBlocks(header)
    signs = evidence.comparator
    if (signs.proofs or signs.signs) and signs.others:
        raise NotForBlocks(header)


def _digest(texts: Sequence[str]) -> TextColumn:
    """Return a column of two rows that says as much as the whole one about being empty or the same
    everywhere.
    """
    codes = np.array([0, max(len(texts) - 1, 0)], dtype=np.int32)
    return TextColumn(codes, pa.array(texts or ("",), pa.string()))
