"""By weeks since an infusion: which value stands for a patient, medians, and the share depleted."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from wbc_tracker.annotation.b_cells import DEPLETED
from wbc_tracker.arrays import (
    DAY_SECONDS,
    Whole,
    ascending,
    encode,
    group_starts,
    is_followed,
    opens_group,
)
from wbc_tracker.cohort.people import CohortPatients
from wbc_tracker.cohort.quartiles import compute_quartiles

Windows = Sequence[tuple[int, int]]
#: Place of the values from before treatment, which stand in front of the windows.
BASELINE = -1
#: Room for the parts of combined keys.
_MOST_ANALYTES, _MOST_DISTANCE = 1000, 2**20


def derive_window(elapsed: pd.Series, windows: Windows) -> pd.DataFrame:
    """Return `window` (its place, -1 outside all) and `distance` from its middle in half days.

    Args:
        elapsed: days since the infusion. windows: (first day, first day behind it), adjoining and
            rising.
    """
    days = elapsed.to_numpy(dtype=np.int64)
    starts, ends = (
        np.array([window[side] for window in windows], dtype=np.int64) for side in (0, 1)
    )
    place = np.searchsorted(starts, days, side="right") - 1
    inside = (place >= 0) & (days < ends[place])
    distance = np.abs(2 * days - (starts[place] + ends[place] - 1))
    return pd.DataFrame(
        {"window": np.where(inside, place, -1), "distance": distance}, index=elapsed.index
    )


def choose_values(rows: pd.DataFrame, since: str, windows: Windows) -> pd.DataFrame:
    """Return the one value that stands for each patient, analyte and window, with its `window`.

    It is the value drawn nearest to the window's middle; of two equally near the earlier; of two of
    one draw the lower. Counted from the last infusion a patient has many cycles; one value of them
    all stands for the patient, so that n counts people.

    Args:
        rows: from `derive_treated_rows`. since: `first` or `last`.
    """
    placed = derive_window(rows[since], windows)
    inside = np.flatnonzero(placed["window"].to_numpy() >= 0)
    told = ("patient", "_analyte", "value", "_comparator")
    columns = {name: rows[name].to_numpy()[inside] for name in told}
    window, distance = (placed[name].to_numpy()[inside] for name in ("window", "distance"))
    group = (columns["patient"] * _MOST_ANALYTES + columns["_analyte"]) * len(windows) + window
    instant = rows["_day"].to_numpy()[inside] * DAY_SECONDS + rows["_second"].to_numpy()[inside]
    chosen = _find_nearest(group, distance, (columns["_comparator"], columns["value"], instant))
    return pd.DataFrame(
        {name: column[chosen] for name, column in (columns | {"window": window}).items()}
    )


def _find_nearest(group: Whole, distance: Whole, ties: Sequence[npt.NDArray[Any]]) -> Whole:
    """Return the place of the row with the least distance in each group.

    Rows equally near are told apart by `ties`, the last of them first, as `numpy.lexsort` takes
    them; they are few, so only they are sorted by it.
    """
    key = group * _MOST_DISTANCE + distance
    order = np.argsort(key, kind="stable")
    sorted_key = key[order]
    opens = opens_group(group[order])
    least = sorted_key[np.flatnonzero(opens)][np.cumsum(opens) - 1]
    nearest = np.flatnonzero(sorted_key == least)
    shared = is_followed(sorted_key[nearest])
    shared |= np.append(False, shared[:-1])[: len(nearest)]
    alone, rivals = order[nearest[~shared]], order[nearest[shared]]
    rivals = rivals[np.lexsort((*(tie[rivals] for tie in ties), key[rivals]))]
    return np.concatenate([alone, rivals[group_starts(key[rivals])]])


def choose_baselines(annotated: pd.DataFrame, people: CohortPatients) -> pd.DataFrame:
    """Return the baselines from before treatment, in the shape of `choose_values`."""
    before = (
        annotated["_baseline_row"].to_numpy()
        & (annotated["baseline_kind"] == "pre_treatment").to_numpy()
    )
    rows = annotated.loc[before, ["patient_id", "_analyte", "value", "_comparator"]]
    patient = encode(rows["patient_id"], people.ids)
    return rows.drop(columns="patient_id").assign(window=BASELINE, patient=patient)


def summarize_values(
    chosen: pd.DataFrame,
    since: int,
    places: Sequence[int],
    analytes: Sequence[tuple[int, str]],
    reached: Sequence[int],
) -> pd.DataFrame:
    """Return one row a window and analyte: `n`, `reached` and the quartiles with their comparators.

    Args:
        chosen: from `choose_values` and `choose_baselines`, with `since`. since: that told of.
            places: windows to tell of, with nobody too.
        analytes: (place in the catalogue, id). reached: patients treated that long, a window each.
    """
    rows: list[dict[str, object]] = []
    window_of, analyte_of = (chosen[name].to_numpy() for name in ("window", "_analyte"))
    value, comparator = (chosen[name].to_numpy() for name in ("value", "_comparator"))
    is_since = chosen["since"].to_numpy() == since
    for window, treated in zip(places, reached, strict=True):
        inside = np.flatnonzero(is_since & (window_of == window))
        inside = inside[ascending(analyte_of[inside])]
        tested = analyte_of[inside]
        for place, analyte in analytes:
            start, end = np.searchsorted(tested, [place, place + 1])
            told = inside[start:end]
            first, median, third = compute_quartiles(value[told], comparator[told])
            row = {"window": window, "analyte": analyte, "n": len(told), "reached": treated}
            for name, quantile in (("q1", first), ("median", median), ("q3", third)):
                row |= {name: quantile.value, f"{name}_comparator": quantile.comparator}
            rows.append(row)
    names = ["window", "analyte", "n", "reached"]
    names += [f"{name}{part}" for name in ("q1", "median", "q3") for part in ("", "_comparator")]
    return pd.DataFrame(rows, columns=names).astype(
        dict.fromkeys(("q1", "median", "q3"), "float64")
    )


def choose_states(days: pd.DataFrame, since: str, windows: Windows) -> pd.DataFrame:
    """Return whether B cells are `depleted`, one row a `patient` and `window` in which they could
    be judged: on the B-cell day nearest to its middle (of two equally near the earlier).

    Args:
        days: those on treatment of `find_judged_days`. since: `first` or `last`.
    """
    placed = days[["patient", "day", "state"]].assign(**derive_window(days[since], windows))
    placed = placed[placed["window"] >= 0].sort_values(["patient", "window", "distance", "day"])
    chosen = placed.drop_duplicates(["patient", "window"])
    return chosen[["patient", "window"]].assign(depleted=chosen["state"] == DEPLETED)


def find_drawn(rows: pd.DataFrame, since: str, windows: Windows) -> pd.DataFrame:
    """Return one row a `patient` and `window` in which there is any result.

    Args:
        rows: from `derive_treated_rows`. since: `first` or `last`.
    """
    placed = rows[["patient"]].assign(window=derive_window(rows[since], windows)["window"])
    return placed[placed["window"] >= 0].drop_duplicates()


def count_outside(rows: pd.DataFrame, since: str, windows: Windows) -> pd.DataFrame:
    """Return how many `results` of each `patient` lie outside all windows, for those with any."""
    outside = derive_window(rows[since], windows)["window"].to_numpy() < 0
    patient, results = np.unique(rows["patient"].to_numpy()[outside], return_counts=True)
    return pd.DataFrame({"patient": patient, "results": results})


def summarize_depletion(
    states: pd.DataFrame, drawn: pd.DataFrame, reached: Sequence[int]
) -> pd.DataFrame:
    """Return one row a window: `depleted`, `assessable`, `drawn` and `reached`, all of them
    patients.

    `assessable`: B cells could be judged. `drawn`: any result in the window. `reached`: treated
    that long by `as_of`.

    Args:
        states: from `choose_states`. drawn: from `find_drawn`. reached: of each window.
    """
    counts = {
        "depleted": states.loc[states["depleted"], "window"],
        "assessable": states["window"],
        "drawn": drawn["window"],
    }
    size = len(reached)
    table = {name: np.bincount(column, minlength=size) for name, column in counts.items()}
    return pd.DataFrame({"window": range(size), **table, "reached": reached})
