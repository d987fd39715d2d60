"""Which events a draw tells of: what happened since the patient's previous draw."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from wbc_tracker.annotation.keys import as_words, require_known, split_instants
from wbc_tracker.arrays import Mask, Whole, encode, group_starts, iso_dates, opens_group
from wbc_tracker.catalog import Catalog
from wbc_tracker.errors import FrameError

_REQUIRED = ("patient_id", "happened_on", "kind")
#: Patient and day in one number: no day of the calendar reaches it.
_SPAN = 10**7


def derive_events(
    frame: pd.DataFrame, events: pd.DataFrame, patients: pd.Index, as_of_day: int, catalog: Catalog
) -> pd.DataFrame:
    """Set `events`: `kind@date` joined by `;`, by date, then in the order of the catalogue's kinds.

    An event belongs to the patient's first day with a draw on or after it, if that is at most 42
    days later. All draws of that day tell it, for an event has a date alone. The same kind twice on
    one date is told once.

    Args:
        frame: results with keys; a row keeps its place.
        events: schema.EVENT_COLUMNS; `id` and `note` play no role. Of patients without results:
            left out.
        patients: index of the patients of the results.
        as_of_day: days since 1970-01-01; events after it have not happened.
        catalog: the kinds and the figure above.

    Raises:
        FrameError: a required column is missing, a kind is unknown, or a date is none.
    """
    if missing := [name for name in _REQUIRED if name not in events.columns]:
        raise FrameError(f"The events lack the column {', '.join(missing)}.")
    require_known(events["kind"], catalog.events.kinds, "kind of event")
    day, _ = split_instants(events["happened_on"])
    patient = encode(as_words(events["patient_id"]), patients)
    kind = encode(events["kind"], pd.Index(list(catalog.events.kinds)))
    draw_days, draw_of_row = np.unique(
        frame["_patient"].to_numpy() * _SPAN + frame["_day"].to_numpy(), return_inverse=True
    )
    happened = _in_order(patient, day, kind, (patient >= 0) & (day <= as_of_day))
    at, event_day, event_kind = (
        patient[happened] * _SPAN + day[happened],
        day[happened],
        kind[happened],
    )
    draw = np.searchsorted(draw_days, at)
    reach = np.append(draw_days, np.iinfo(np.int64).max)[draw] - at
    told = reach <= catalog.figure("event_lookback_days")
    words, place = _joined(
        draw[told], event_day[told], event_kind[told], tuple(catalog.events.kinds)
    )
    code = np.full(len(draw_days), -1, dtype=np.int64)
    code[np.unique(draw[told])] = place
    return frame.assign(
        events=pd.Categorical.from_codes(code[draw_of_row], categories=pd.Index(words, dtype="str"))
    )


def _in_order(patient: Whole, day: Whole, kind: Whole, happened: Mask) -> Whole:
    """Return the places of the events that happened, by patient, day and kind,
    each of these only once.
    """
    order = np.flatnonzero(happened)
    order = order[np.lexsort((kind[order], day[order], patient[order]))]
    first = opens_group(patient[order], day[order], kind[order])
    return np.asarray(order[first], dtype=np.int64)


def _joined(
    draw: Whole, day: Whole, kind: Whole, kinds: tuple[str, ...]
) -> tuple[list[str], Whole]:
    """Return the distinct texts, and for each draw that has events (in order) the place of its
    text.
    """
    dates = pa.array(iso_dates(day), pa.string())
    each = pc.binary_join_element_wise(pa.array(kinds).take(pa.array(kind)), dates, "@")
    starts = group_starts(draw)
    offsets = pa.array(np.append(starts, len(draw)), pa.int32())
    texts = pc.binary_join(pa.ListArray.from_arrays(offsets, each), ";").dictionary_encode()
    return texts.dictionary.to_pylist(), texts.indices.to_numpy(zero_copy_only=False).astype(
        np.int64
    )
