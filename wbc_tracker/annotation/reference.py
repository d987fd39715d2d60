"""How a value stands to its reference interval, and its CTCAE v5.0 grade."""

from __future__ import annotations

import numpy as np
import pandas as pd

from wbc_tracker.annotation.bounds import (
    certainly_above,
    certainly_below,
    certainly_not_above,
    certainly_not_below,
)
from wbc_tracker.arrays import Mask, Whole, choose, opens_group, whole_numbers
from wbc_tracker.catalog import Catalog

SOURCES = ("reported", "earlier", "catalogue")
REF_FLAGS = ("low", "normal", "high")


def derive_reference(frame: pd.DataFrame, catalog: Catalog) -> pd.DataFrame:
    """Fill `ref_low` and `ref_high` where the laboratory gives none; add source and flag.

    Taken is this patient's latest earlier interval of the analyte that was printed in the same
    unit, at most 24 months before; without one the generic interval of the catalogue.

    A printed interval that could not be read is not replaced: the result then has no interval. The
    limits themselves are normal. A censored value is low, normal or high only where its bound makes
    that certain.
    """
    analyte = frame["_analyte"].to_numpy()
    low, high = (frame[name].to_numpy(dtype=np.float64) for name in ("ref_low", "ref_high"))
    reported = ~np.isnan(low) | ~np.isnan(high)
    intervals = [entry.interval for entry in catalog.analytes.values()]
    generic_low = np.array([interval.low if interval else np.nan for interval in intervals])[
        analyte
    ]
    generic_high = np.array([interval.high if interval else np.nan for interval in intervals])[
        analyte
    ]
    missing = ~reported & ~_has_unreadable_interval(frame, ~reported, catalog)
    before = _earlier_intervals(frame, reported, missing, catalog)
    earlier = before >= 0
    low, high = np.where(earlier, low[before], low), np.where(earlier, high[before], high)
    generic = missing & ~earlier & ~np.isnan(generic_low)
    low, high = np.where(generic, generic_low, low), np.where(generic, generic_high, high)
    value, comparator = frame["value"].to_numpy(), frame["_comparator"].to_numpy()
    is_low = certainly_below(value, comparator, low)
    is_high = certainly_above(value, comparator, high)
    not_low = np.isnan(low) | certainly_not_below(value, comparator, low)
    not_high = np.isnan(high) | certainly_not_above(value, comparator, high)
    normal = not_low & not_high & (reported | earlier | generic)
    return frame.assign(
        ref_low=low,
        ref_high=high,
        ref_source=choose(np.select([reported, earlier, generic], [0, 1, 2], default=-1), SOURCES),
        ref_flag=choose(np.select([is_low, is_high, normal], [0, 2, 1], default=-1), REF_FLAGS),
    )


def _earlier_intervals(
    frame: pd.DataFrame, reported: Mask, missing: Mask, catalog: Catalog
) -> Whole:
    """Return for each row without an interval the row whose interval it takes over, -1 for none.

    A derived count takes none over: its unit is not the one that was printed.
    """
    found = np.full(len(frame), -1, dtype=np.int64)
    asked = missing & frame["derivation"].isna().to_numpy()
    person = frame["_patient"].to_numpy()
    asked &= np.isin(person, person[reported])
    if not asked.any():
        return found
    rows = np.flatnonzero(reported | asked)
    unit = frame["reported_unit"].astype("category").cat.codes.to_numpy()[rows].astype(np.int64)
    series = person[rows] * len(catalog.analytes) + frame["_analyte"].to_numpy()[rows]
    day, second = frame["_day"].to_numpy()[rows], frame["_second"].to_numpy()[rows]
    limits = (frame[name].to_numpy(dtype=np.float64)[rows] for name in ("ref_high", "ref_low"))
    # Of two intervals of one moment the one with the higher limits: never the order of the rows.
    order = np.lexsort((*limits, ~reported[rows], second, day, unit, series))
    opens = opens_group(series[order], unit[order])
    place = np.arange(len(rows))
    latest = np.maximum.accumulate(np.where(reported[rows][order], place, -1))
    begin = np.maximum.accumulate(np.where(opens, place, 0))
    age = day[order] - day[order][np.maximum(latest, 0)]
    # What was drawn at one time with an interval is no earlier one, but as good.
    fits = (latest >= begin) & (age <= catalog.figure("earlier_interval_days"))
    taken = fits & asked[rows][order]
    found[rows[order][taken]] = rows[order][latest[taken]]
    return found


def _has_unreadable_interval(frame: pd.DataFrame, asked: Mask, catalog: Catalog) -> Mask:
    """Return in which of the asked rows the laboratory printed something in place of an interval
    that is not "none".

    A derived row carries the interval of its percent result, which says nothing about the count.
    Where nothing is printed the languages of the catalogue are not needed, and not read.
    """
    printed = frame["reported_range"].astype("category")
    words = printed.cat.categories.astype("str").str.strip().str.casefold()
    something = np.append(words != "", False)[printed.cat.codes.to_numpy()]
    something &= asked & frame["derivation"].isna().to_numpy()
    if not something.any():
        return something
    unreadable = np.append(~words.isin(catalog.words.no_range), False)
    return np.asarray(unreadable[printed.cat.codes.to_numpy()] & something, dtype=bool)


def derive_grade(frame: pd.DataFrame, catalog: Catalog) -> pd.DataFrame:
    """Add `ctcae_v5_grade`, the grade of a decrease.

    Grade 2 and more are the cuts of the catalogue (strictly below; most severe first), whatever the
    interval. Grade 1 is below the lower limit in use and needs one. A censored value gets the
    mildest grade that is certain; a value that may or may not be below a cut is not graded. Source:
    CTCAE v5.0.
    """
    analyte, low = frame["_analyte"].to_numpy(), frame["ref_low"].to_numpy()
    value, comparator = frame["value"].to_numpy(), frame["_comparator"].to_numpy()
    grade = np.full(len(frame), -1, dtype=np.int64)
    for place, name in enumerate(catalog.analytes):
        if name not in catalog.gradings:
            continue
        cuts = catalog.gradings[name].cuts
        at = np.flatnonzero(analyte == place)
        number, sign, limit = value[at], comparator[at], low[at]
        fine = certainly_not_below(number, sign, np.fmax(limit, cuts[0])) & ~np.isnan(limit)
        graded = np.where(fine, 0, -1)
        graded = np.where(certainly_below(number, sign, limit), 1, graded)
        for step, cut in enumerate(cuts, start=2):
            graded = np.where(certainly_below(number, sign, cut), step, graded)
        grade[at] = graded
    return frame.assign(ctcae_v5_grade=whole_numbers(grade, grade >= 0))
