"""What stands in the store, as a line of a list and of an answer."""

from __future__ import annotations

from typing import TYPE_CHECKING

from wbc_tracker.wording import count_words, date_words, visible

if TYPE_CHECKING:
    from wbc_tracker.catalog import Catalog
    from wbc_tracker.store import Event, Infusion, Soundness, StoredResult


def infusion_words(infusion: Infusion) -> str:
    """Return day, drug and dose of an infusion."""
    dose = "" if infusion.dose_mg is None else f" {infusion.dose_mg:g} mg"
    return f"{infusion.infused_on.replace('T', ' ')}  {infusion.drug}{dose}"


def event_words(event: Event) -> str:
    """Return day, kind and note of an event."""
    return visible(f"{event.happened_on}  {event.kind}" + (f": {event.note}" if event.note else ""))


def stored_words(result: StoredResult, catalog: Catalog) -> str:
    """Return whose a result is, when, what, and where it comes from."""
    from wbc_tracker.scales import Scale
    from wbc_tracker.store import BY_HAND

    scale = Scale.canonical(catalog.analytes[result.analyte])
    value = scale.value(result.value, result.comparator, result.value_step or 0)
    as_printed = result.reported_value or value
    printed = f" (printed {as_printed})" if as_printed.split()[0] != value else ""
    source = BY_HAND if result.file == BY_HAND else f"{result.file}, line {result.source_row}"
    when = f"; removed {date_words(result.removed_at)}" if result.removed_at else ""
    status = f"; {result.status}" if result.status else ""
    return visible(
        f"{result.patient_id}  {date_words(result.collected_at)}  {result.analyte} {value} "
        f"{scale.unit_words}{printed}  {source}{status}{when}"
    )


def soundness_words(found: Soundness) -> str:
    """Return how much a store holds."""
    return (
        f"{count_words(found.results, 'result', 'results')}, "
        f"{count_words(found.infusions, 'infusion', 'infusions')} and "
        f"{count_words(found.events, 'event', 'events')} of "
        f"{count_words(found.patients, 'patient', 'patients')}, from "
        f"{count_words(found.imports, 'import', 'imports')}"
    )
