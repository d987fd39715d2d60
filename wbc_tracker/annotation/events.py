"""Which events a draw tells of: what happened since the patient's previous draw."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from wbc_tracker.annotation.happenings import PATIENT_SPAN, Happenings
from wbc_tracker.arrays import Whole, group_starts, iso_dates
from wbc_tracker.catalog import Catalog


def derive_events(frame: pd.DataFrame, happenings: Happenings, catalog: Catalog) -> pd.DataFrame:
    """Set `events`: `kind@date` joined by `;`, by date, then in the order of the catalogue's kinds.

    An event belongs to the patient's first day with a draw on or after it, if that is at most 42
    days later. All draws of that day tell it, for an event has a date alone. The same kind twice on
    one date is told once.

    Args:
        frame: results with keys; a row keeps its place.
        happenings: events of the patients of the results.
        catalog: the kinds and the figure above.
    """
    draw_days, draw_of_row = np.unique(
        frame["_patient"].to_numpy() * PATIENT_SPAN + frame["_day"].to_numpy(), return_inverse=True
    )
    at = happenings.patient * PATIENT_SPAN + happenings.day
    draw = np.searchsorted(draw_days, at)
    reach = np.append(draw_days, np.iinfo(np.int64).max)[draw] - at
    told = reach <= catalog.figure("event_lookback_days")
    words, place = _joined(
        draw[told], happenings.day[told], happenings.kind[told], happenings.kinds
    )
    code = np.full(len(draw_days), -1, dtype=np.int64)
    code[np.unique(draw[told])] = place
    return frame.assign(
        events=pd.Categorical.from_codes(code[draw_of_row], categories=pd.Index(words, dtype="str"))
    )


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
