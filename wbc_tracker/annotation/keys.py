"""The integer keys that the derivations share: patient, analyte, day, second, comparator, place in
the series.

They stand in columns whose names begin with an underscore, so that no derivation parses a text
twice. The export leaves them out.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from wbc_tracker import schema
from wbc_tracker.annotation.bounds import COMPARATORS
from wbc_tracker.arrays import DAY_SECONDS, Whole, distinct_texts, encode
from wbc_tracker.catalog import Catalog
from wbc_tracker.errors import FrameError
from wbc_tracker.rounding import round_significant

_REQUIRED = ("patient_id", "collected_at", "analyte", "value")
_NUMBERS = ("value", "ref_low", "ref_high", "value_step")


def complete_results(results: pd.DataFrame, catalog: Catalog) -> pd.DataFrame:
    """Return the results with every column of schema.RESULT_COLUMNS, missing ones empty, behind
    them the caller's own, and a fresh index.

    Raises:
        FrameError: a required column is missing, or an analyte is not in the catalogue.
    """
    if missing := [name for name in _REQUIRED if name not in results.columns]:
        raise FrameError(f"The results lack the column {', '.join(missing)}.")
    columns: dict[str, Any] = {}
    for column in schema.RESULT_COLUMNS:
        given = (
            results[column.name].reset_index(drop=True) if column.name in results.columns else None
        )
        columns[column.name] = given if given is not None else _empty(column.type, len(results))
    for name in further_columns(results):
        columns[name] = results[name].reset_index(drop=True)
    frame = pd.DataFrame(columns, index=pd.RangeIndex(len(results)))
    for name in _NUMBERS:
        frame[name] = round_significant(frame[name].to_numpy(dtype=np.float64, na_value=np.nan))
    if (frame["status"] == schema.WITHDRAWN).any():
        raise FrameError("A result was withdrawn by the laboratory: leave it out.")
    for name in ("patient_id", "value"):
        if frame[name].isna().any():
            raise FrameError(f"A result has no {name}.")
    frame["patient_id"] = as_words(frame["patient_id"])
    require_known(frame["analyte"], catalog.analytes, "analyte")
    require_known(frame["comparator"].dropna(), COMPARATORS, "comparator")
    if "unit" in results.columns:
        _require_canonical(frame, catalog)
    return frame


def _require_canonical(frame: pd.DataFrame, catalog: Catalog) -> None:
    """Refuse values in another unit than the one that the limits are written in.

    Raises:
        FrameError: naming the first analyte with its unit and the one it should have.
    """
    analyte, analytes = distinct_texts(frame["analyte"])
    unit, units = distinct_texts(frame["unit"])
    told = unit >= 0
    pairs = np.bincount(analyte[told] * len(units) + unit[told])
    for pair in np.flatnonzero(pairs).tolist():
        name, printed = str(analytes[pair // len(units)]), str(units[pair % len(units)])
        expected = catalog.analytes[name].unit
        if printed and printed != expected:
            raise FrameError(
                f"Results of {name} are in {printed!r}; they are needed in {expected!r}.",
                "read_labs converts what a file prints; convert the values of another frame first.",
            )


def further_columns(results: pd.DataFrame) -> list[str]:
    """Return the caller's own columns (covariates), which no derivation reads or writes."""
    known = {*schema.names(schema.RESULT_COLUMNS), *schema.names(schema.EXPORT_COLUMNS)}
    return [name for name in map(str, results) if name not in known and not name.startswith("_")]


def as_words(column: pd.Series) -> pd.Series:
    """Return a column of names as texts: a patient 7 is the patient "7"."""
    if isinstance(column.dtype, pd.CategoricalDtype) and pd.api.types.is_string_dtype(
        column.cat.categories.dtype
    ):
        return column
    return column.astype("str").astype("category")


def require_known(column: pd.Series, known: Iterable[str], what: str) -> None:
    """Refuse a word that the catalogue does not have.

    Raises:
        FrameError: naming the first one.
    """
    unknown = set(column.unique()) - set(known)
    if unknown:
        raise FrameError(f"There is no {what} {sorted(map(repr, unknown))[0]}.")


def _empty(kind: str, size: int) -> Any:
    if kind == "boolean":
        return np.zeros(size, dtype=bool)
    if kind == "text":
        return pd.Categorical.from_codes(np.full(size, -1), categories=pd.Index([], dtype="str"))
    return np.full(size, np.nan)


def derive_keys(
    frame: pd.DataFrame, patients: pd.Index, catalog: Catalog, sexes: Mapping[str, str]
) -> pd.DataFrame:
    """Add `_patient`, `_analyte`, `_day`, `_second`, `_timed`, `_comparator` and `_is_man`.

    `sexes`: patient -> `f` or `m`; of who is not named the sex is not known.

    `_day` counts from 1970-01-01; `_second` is the second of the day, 0 for a date without a time:
    such a result counts as taken at the start of its day.

    Raises:
        FrameError: a `collected_at` that is neither `YYYY-MM-DD` nor `YYYY-MM-DDTHH:MM:SS`.
    """
    day, second = split_instants(frame["collected_at"])
    patient = encode(frame["patient_id"], patients)
    men = patients.get_indexer(pd.Index([who for who, sex in sexes.items() if sex == "m"]))
    return frame.assign(
        _patient=patient,
        _is_man=np.isin(patient, men[men >= 0]) if len(men) else np.zeros(len(frame), dtype=bool),
        _analyte=encode(frame["analyte"], pd.Index(list(catalog.analytes))),
        _day=day,
        _second=np.maximum(second, 0),
        _timed=second >= 0,
        _comparator=np.maximum(encode(frame["comparator"], pd.Index(COMPARATORS)), 0).astype(
            np.int8
        ),
    )


def patient_index(results: pd.DataFrame) -> pd.Index[str]:
    """Return the patients of the results in the order in which they appear."""
    patients: pd.Index[str] = pd.Index(list(results["patient_id"].unique()), dtype="str")
    return patients


def split_instants(texts: pd.Series) -> tuple[Whole, Whole]:
    """Return days since 1970-01-01 and the second of the day (-1 for a date without a time).

    Raises:
        FrameError: a text that is neither `YYYY-MM-DD` nor `YYYY-MM-DDTHH:MM[:SS]`.
    """
    codes, words = distinct_texts(texts)
    if (codes < 0).any():
        raise FrameError("A date is missing.")
    distinct = pa.array(words, pa.string())
    try:
        instant = pc.cast(pc.cast(distinct, pa.timestamp("s")), pa.int64()).to_numpy()
    except pa.ArrowInvalid as problem:
        raise FrameError(
            f"A date is not written as 2025-03-01 or 2025-03-01T08:30:00: {problem}."
        ) from None
    day, second = np.divmod(instant, DAY_SECONDS)
    dated = pc.equal(pc.utf8_length(distinct), len("2025-03-01")).to_numpy(zero_copy_only=False)
    return day[codes], np.where(dated.astype(bool), -1, second)[codes]
