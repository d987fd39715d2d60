"""Tidy results from the cells that could be read: values, units and intervals in canonical form."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd
import pyarrow as pa

from wbc_tracker import schema
from wbc_tracker.arrays import Mask, Numbers, Whole
from wbc_tracker.catalog import Catalog
from wbc_tracker.catalog.naming import loinc_table
from wbc_tracker.intake.column.names import LIKE, cut_codes
from wbc_tracker.intake.column.texts import TextColumn
from wbc_tracker.intake.column.units import convert_values
from wbc_tracker.intake.result.cells import Cells
from wbc_tracker.intake.result.resolve import Meaning


def tidy_results(
    file: str,
    cells: Cells,
    meaning: Meaning,
    values: Numbers,
    intervals: Intervals,
    usable: Whole,
    catalog: Catalog,
) -> pd.DataFrame:
    """Return tidy results (schema.RESULT_COLUMNS, and behind them the covariates) of the usable
    cells, in the order of the file.
    """
    analyte = meaning.analyte[usable].astype(np.int32)
    own_code = TextColumn(analyte, pa.array([catalog.analytes[id].loinc for id in meaning.ids]))
    unit = TextColumn(analyte, pa.array([catalog.canonical_unit(id) for id in meaning.ids]))
    columns: dict[str, object] = {
        "patient_id": cells.patient.take(usable).categories(),
        "collected_at": cells.iso.take(usable).categories(),
        "analyte": pd.Categorical.from_codes(analyte, categories=pd.Index(meaning.ids)),
        "loinc": _known_codes(cells.loinc, catalog).take(usable).or_else(own_code).categories(),
        "value": values[usable],
        "comparator": cells.values.comparator.take(usable).categories(),
        "unit": unit.categories(),
        "reported_analyte": cells.name.take(usable).categories(),
        "reported_value": cells.values.text.take(usable).categories(),
        "reported_unit": cells.unit.take(usable).categories(),
        "reported_range": _printed_ranges(cells, intervals).take(usable).categories(),
        "reported_flag": cells.mark.take(usable).categories(),
        "ref_low": intervals.low[usable],
        "ref_high": intervals.high[usable],
        "source_file": TextColumn.constant(file, len(usable)).categories(),
        "source_row": cells.source_row[usable],
        "unit_inferred": meaning.inferred[usable],
        "value_step": convert_values(cells.values.step, meaning.factor)[usable],
        "status": cells.told.state.take(usable).categories(),
    }
    columns |= {name: c.take(usable).categories() for name, c in cells.covariates.items()}
    return pd.DataFrame(columns, columns=[*schema.names(schema.RESULT_COLUMNS), *cells.covariates])


def _known_codes(codes: TextColumn, catalog: Catalog) -> TextColumn:
    """Return the LOINC codes without the words in front of them, "" for one that is not known."""
    known = loinc_table(catalog)
    cut = (cut_codes(text)[1] for text in codes.words.to_pylist())
    return TextColumn(codes.codes, pa.array([c if c in known else "" for c in cut], pa.string()))


@dataclass(frozen=True)
class Intervals:
    """The reference intervals in the canonical unit, one a cell.

    Attributes:
        low, high: NaN where there is none.
        lost: the cell prints an interval that cannot be used. of_another_unit: it cannot hold in
            the unit of the value.
        of_another: the printed interval is that of another value of the row.
    """

    low: Numbers
    high: Numbers
    lost: Mask
    of_another_unit: Mask
    of_another: Mask


def convert_intervals(cells: Cells, meaning: Meaning, catalog: Catalog, shared: Mask) -> Intervals:
    """Return the intervals in the canonical unit.

    `shared`: one interval stands beside several values of a row (percent and absolute), so it
    counts only for the one whose usual limits are like it.
    """
    low, high = (
        convert_values(limit, meaning.range_factor)
        for limit in (cells.ranges.low, cells.ranges.high)
    )
    largest = np.array([catalog.analytes[id].limits[1] for id in meaning.ids] + [np.nan])[
        meaning.analyte
    ]
    printed = ~np.isnan(cells.ranges.low) | ~np.isnan(cells.ranges.high)
    absurd = (low > largest) | (high > largest) | cannot_hold(low, high, meaning, catalog)
    unsettled = printed & np.isnan(meaning.range_factor)
    of_another = (
        printed & shared & ~_is_like_usual(low, high, meaning, catalog)
        if shared.any()
        else np.zeros_like(printed)
    )
    unused = absurd | unsettled | of_another
    low[unused], high[unused] = np.nan, np.nan
    lost = cells.ranges.unreadable | (unsettled & ~of_another)
    return Intervals(low, high, lost, absurd & ~of_another, of_another)


def _printed_ranges(cells: Cells, intervals: Intervals) -> TextColumn:
    """Return the interval as printed beside each cell, "" where it is that of another value of the
    row.
    """
    if not intervals.of_another.any():
        return cells.ranges.text
    text = cells.ranges.text
    codes = np.where(intervals.of_another, len(text.words), text.codes).astype(np.int32)
    return TextColumn(codes, pa.concat_arrays([text.words, pa.array([""])]))


def _is_like_usual(low: Numbers, high: Numbers, meaning: Meaning, catalog: Catalog) -> Mask:
    """Return which limits lie near the catalogue's of the analyte."""
    lows, highs = _usual_limits(meaning, catalog)
    near_high = (high <= highs * LIKE) & (high >= highs / LIKE)
    near_low = np.isnan(low) | ((low <= lows * LIKE) & (low >= lows / LIKE))
    return near_high & near_low


def cannot_hold(low: Numbers, high: Numbers, meaning: Meaning, catalog: Catalog) -> Mask:
    """Return which intervals cannot be those of their analyte in the unit of the value: they are
    printed in another unit.

    The upper limit is ten times the usual one, or below the usual lower limit or a tenth of the
    usual upper one; or the lower limit is above the usual upper one. Units of one analyte differ by
    ten times or more; laboratories never do. Where the catalogue has no interval (hemoglobin), an
    upper limit of less than about three times the smallest possible value tells another unit, as
    does an interval beyond the span that the catalogue gives (hemoglobin), or one of a percentage
    that ends as low as that of the count (basophils).
    """
    analytes = [catalog.analytes[id] for id in meaning.ids]
    usual = [
        (a.interval.low, a.interval.high) if a.interval else (np.nan, np.nan) for a in analytes
    ]
    usual_low, usual_high = np.array([*usual, (np.nan, np.nan)]).T
    least = np.array([a.limits[0] for a in analytes] + [np.nan]) * np.sqrt(UNIT_STEP)
    floor = np.fmax(np.where(np.isnan(usual_low), least, usual_low), usual_high / UNIT_STEP)
    counts = [catalog.analytes[a.share.absolute].interval if a.share else None for a in analytes]
    of_count = np.array([2 * c.high if c else np.nan for c in counts] + [np.nan])
    of_count = np.where(np.isnan(usual_high[:-1]), of_count[:-1], np.nan)
    of_count = np.append(of_count, np.nan)
    spans = [a.interval_span or (np.nan, np.nan) for a in analytes]
    least_high, most_low = np.array([*spans, (np.nan, np.nan)]).T
    at = meaning.analyte
    with np.errstate(invalid="ignore"):
        above = (high > (usual_high * UNIT_STEP)[at]) | (low > usual_high[at])
        beyond = (low > most_low[at]) | (high < least_high[at])
        return np.asarray(above | beyond | (high < floor[at]) | (high <= of_count[at]), dtype=bool)


def _usual_limits(meaning: Meaning, catalog: Catalog) -> tuple[Numbers, Numbers]:
    """Return the catalogue's limits of each cell's analyte, NaN where it has none."""
    usual = [catalog.analytes[id].interval for id in meaning.ids]
    lows = np.array([entry.low if entry else np.nan for entry in usual] + [np.nan])
    highs = np.array([entry.high if entry else np.nan for entry in usual] + [np.nan])
    return lows[meaning.analyte], highs[meaning.analyte]


#: The smallest step between two units of one analyte.
UNIT_STEP = 10.0
