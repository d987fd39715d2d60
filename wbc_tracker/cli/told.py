"""What stands in the store, as a line of a list and of an answer."""

from __future__ import annotations

from typing import TYPE_CHECKING

from wbc_tracker.cli.deliver import deliver_data
from wbc_tracker.cli.options import ListFormat
from wbc_tracker.errors import UsageError
from wbc_tracker.wording import count_words, date_words, visible

if TYPE_CHECKING:
    from collections.abc import Sequence

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


def infusion_line(infusion: Infusion, *, is_booked: bool) -> str:
    """Return an infusion as a line of the list."""
    booked = "  (booked)" if is_booked else ""
    return f"{visible(infusion.patient_id)}  {infusion_words(infusion)}{booked}"


def infusions_told(told: ListFormat, infusions: Sequence[Infusion], *, removed: bool) -> bool:
    """Print infusions as CSV or JSON; return whether that was asked for.

    Raises:
        UsageError: as of `_refuse_removed`.
    """
    if told is ListFormat.TABLE:
        return False
    _refuse_removed(told, "--removed" if removed else "")
    if told is ListFormat.CSV:
        from wbc_tracker.render.csv.lists import infusions_csv

        deliver_data(infusions_csv(infusions))
    else:
        from wbc_tracker.render.json.lists import infusions_json

        deliver_data(infusions_json(infusions))
    return True


def events_told(told: ListFormat, events: Sequence[Event], *, removed: bool) -> bool:
    """Print events as CSV or JSON; return whether that was asked for.

    Raises:
        UsageError: as of `_refuse_removed`.
    """
    if told is ListFormat.TABLE:
        return False
    _refuse_removed(told, "--removed" if removed else "")
    if told is ListFormat.CSV:
        from wbc_tracker.render.csv.lists import events_csv

        deliver_data(events_csv(events))
    else:
        from wbc_tracker.render.json.lists import events_json

        deliver_data(events_json(events))
    return True


def results_told(told: ListFormat, results: Sequence[StoredResult], which: str) -> bool:
    """Print results as CSV or JSON; return whether that was asked for.

    Args:
        told: as what. results: in their order. which: `visible`, `removed` or `superseded`.

    Raises:
        UsageError: as of `_refuse_removed`.
    """
    if told is ListFormat.TABLE:
        return False
    _refuse_removed(told, "" if which == "visible" else f"--{which}")
    if told is ListFormat.CSV:
        from wbc_tracker.render.csv.lists import results_csv

        deliver_data(results_csv(results))
    else:
        from wbc_tracker.render.json.lists import results_json

        deliver_data(results_json(results))
    return True


def _refuse_removed(told: ListFormat, option: str) -> None:
    """Refuse a CSV of what does not count: an import of it would let it count.

    Raises:
        UsageError: naming the option and the way out.
    """
    if told is ListFormat.CSV and option:
        raise UsageError(
            f"{option} --format csv: an import of that file would bring back what was taken out.",
            "Use --format json, or leave out --format.",
        )
