"""The evidence of all guards: gathered from a block of rows, added up block by block."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from wbc_tracker.catalog import Catalog
from wbc_tracker.intake.column.texts import TextColumn
from wbc_tracker.intake.guards import comparator, fluid, person, status
from wbc_tracker.intake.guards.own_date import is_date_of_a_test
from wbc_tracker.intake.table.headers import DateTokens


@dataclass(frozen=True)
class Evidence:
    """What one unread column holds, as each guard sees it."""

    person: person.PersonEvidence
    fluid: fluid.FluidEvidence
    status: status.StatusEvidence
    comparator: comparator.ComparatorEvidence
    is_date_of_a_test: bool


def gather(
    columns: list[TextColumn],
    unread: Iterable[int],
    dates: DateTokens,
    header: list[str],
    catalog: Catalog,
) -> dict[int, Evidence]:
    """Return the evidence of a block of rows, column by column."""
    return {
        index: Evidence(
            person.gather(columns[index], dates, catalog),
            fluid.gather(columns[index], catalog),
            status.gather(columns[index]),
            comparator.gather(columns[index], catalog),
            is_date_of_a_test(header[index], columns[index], dates, catalog),
        )
        for index in unread
    }


def merge(first: Mapping[int, Evidence], second: Mapping[int, Evidence]) -> dict[int, Evidence]:
    """Return the evidence of two blocks, the second below the first."""
    return {
        index: Evidence(
            person.merge(above.person, second[index].person),
            fluid.merge(above.fluid, second[index].fluid),
            status.merge(above.status, second[index].status),
            comparator.merge(above.comparator, second[index].comparator),
            above.is_date_of_a_test and second[index].is_date_of_a_test,
        )
        for index, above in first.items()
    }
