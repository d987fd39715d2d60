"""What stands in the store as JSON: the lists of infusions, events and results."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Annotated, TypedDict

from wbc_tracker.render.json.patient import dump_json

if TYPE_CHECKING:
    from wbc_tracker.store import Event, Infusion, StoredResult

_REMOVED_AT = "When the user removed it; null where it counts."


class StoredInfusionJson(TypedDict):
    """One infusion."""

    patient_id: str
    infused_on: Annotated[str, "Date, or date and time."]
    drug: str
    dose_mg: float | None


class StoredEventJson(TypedDict):
    """One event."""

    id: Annotated[int | None, "Its number in the store."]
    patient_id: str
    happened_on: str
    kind: str
    note: Annotated[str, "Empty for none."]


class StoredResultJson(TypedDict):
    """One result."""

    id: Annotated[int, "Its number in the store."]
    patient_id: str
    collected_at: Annotated[str, "Date, or date and time."]
    analyte: str
    value: float
    comparator: Annotated[str | None, "`<`, `<=`, `>`, `>=`; null for a number."]
    unit: Annotated[str, "The canonical unit, UCUM."]
    ref_low: float | None
    ref_high: float | None
    reported_value: Annotated[str | None, "As printed."]
    status: Annotated[str | None, "What the laboratory says about it; null for nothing."]
    source_file: str
    source_row: Annotated[int, "Line in the file."]
    removed_at: Annotated[str | None, _REMOVED_AT]


class InfusionListJson(TypedDict):
    """What `infusion list --format json` prints."""

    infusions: Annotated[list[StoredInfusionJson], "By patient and date."]


class EventListJson(TypedDict):
    """What `event list --format json` prints."""

    events: Annotated[list[StoredEventJson], "By patient and date."]


class ResultListJson(TypedDict):
    """What `result list --format json` prints."""

    results: Annotated[list[StoredResultJson], "By patient, draw and analyte."]


def infusions_json(infusions: Iterable[Infusion]) -> str:
    """Return the infusions."""
    told = InfusionListJson(
        infusions=[
            StoredInfusionJson(
                patient_id=one.patient_id,
                infused_on=one.infused_on,
                drug=one.drug,
                dose_mg=one.dose_mg,
            )
            for one in infusions
        ]
    )
    return f"{dump_json(told)}\n"


def events_json(events: Iterable[Event]) -> str:
    """Return the events."""
    told = EventListJson(
        events=[
            StoredEventJson(
                id=one.id,
                patient_id=one.patient_id,
                happened_on=one.happened_on,
                kind=one.kind,
                note=one.note,
            )
            for one in events
        ]
    )
    return f"{dump_json(told)}\n"


def results_json(results: Iterable[StoredResult]) -> str:
    """Return the results."""
    return f"{dump_json(ResultListJson(results=[_result(one) for one in results]))}\n"


def _result(one: StoredResult) -> StoredResultJson:
    return StoredResultJson(
        id=one.id,
        patient_id=one.patient_id,
        collected_at=one.collected_at,
        analyte=one.analyte,
        value=one.value,
        comparator=one.comparator or None,
        unit=one.unit,
        ref_low=one.ref_low,
        ref_high=one.ref_high,
        reported_value=one.reported_value,
        status=one.status or None,
        source_file=one.file,
        source_row=one.source_row,
        removed_at=one.removed_at,
    )
