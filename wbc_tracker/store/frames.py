"""Between frames and rows: what the tables take and give back. The only place that loads pandas."""

from __future__ import annotations

import math
import sqlite3
from collections.abc import Iterator, Mapping, Sequence
from itertools import compress
from typing import TYPE_CHECKING, Any, TypeAlias

from wbc_tracker.errors import FrameError
from wbc_tracker.schema import (
    EVENT_COLUMNS,
    INFUSION_COLUMNS,
    REJECT_COLUMNS,
    RESULT_COLUMNS,
    STATUS_RANK,
    WITHDRAWN,
    Column,
    names,
)
from wbc_tracker.store.possible import COMPARATORS, check_cells, check_results
from wbc_tracker.store.records import Event, Infusion, is_moment

if TYPE_CHECKING:
    import pandas as pd

Row: TypeAlias = tuple[Any, ...]
_Cells: TypeAlias = dict[str, list[Any]]

_WITHDRAWAL = ("patient_id", "analyte", "collected_at", "source_row")
#: Rows are converted in portions, so that a large file does not stand in memory a second time.
_PORTION_ROWS = 50_000
_DTYPES = {"text": "str", "number": "float64", "integer": "int64", "boolean": "bool"}


def check_columns(frame: pd.DataFrame, columns: Sequence[Column], what: str) -> None:
    """Refuse a frame that lacks a column.

    Raises:
        FrameError: naming the columns that are missing.
    """
    missing = [name for name in names(columns) if name not in frame.columns]
    if missing:
        raise FrameError(f"The {what} lack the column {', '.join(missing)}.")


def result_rows(results: pd.DataFrame) -> Iterator[tuple[list[Row], list[Row]]]:
    """Yield the results in portions: rows with a value, and withdrawals that name none.

    A row is its position in the frame, RESULT_COLUMNS without file and status (the name of the file
    belongs to the import), then the rank of the status and whether it withdraws. A withdrawal is
    patient, analyte, draw and line. An absent comparator becomes ''.

    Raises:
        FrameError: when a key is missing, a value is not finite, or a date, comparator or status is
            none.
    """
    columns = [column for column in RESULT_COLUMNS if column.name != "source_file"]
    for start in range(0, len(results), _PORTION_ROWS):
        portion = results.iloc[start : start + _PORTION_ROWS]
        cells = {column.name: _cells(portion[column.name], column) for column in columns}
        cells["comparator"] = [comparator or "" for comparator in cells["comparator"]]
        cells |= _ranks(cells.pop("status"))
        cells["position"] = list(range(start, start + len(portion)))
        cells, gone = _split(cells)
        _check_keys(cells)
        yield (
            list(zip(cells.pop("position"), *cells.values(), strict=True)),
            list(zip(*(gone[name] for name in _WITHDRAWAL), strict=True)),
        )


def _split(cells: _Cells) -> tuple[_Cells, _Cells]:
    """Return the rows with a value, and the withdrawals that name none."""
    if not any(cells["withdrawn"]):
        return cells, {name: [] for name in cells}
    is_empty = [
        withdrawn and value is None
        for withdrawn, value in zip(cells["withdrawn"], cells["value"], strict=True)
    ]
    gone = {name: list(compress(column, is_empty)) for name, column in cells.items()}
    _check_keys(gone | {"value": [0.0] * len(gone["value"])})
    is_value = [not empty for empty in is_empty]
    return {name: list(compress(column, is_value)) for name, column in cells.items()}, gone


def reject_rows(rejects: pd.DataFrame) -> list[Row]:
    """Return the rejects as rows in the order of REJECT_COLUMNS.

    Raises:
        FrameError: when a column is missing or has values of the wrong kind.
    """
    check_columns(rejects, REJECT_COLUMNS, "rejects")
    return list(
        zip(*(_cells(rejects[column.name], column) for column in REJECT_COLUMNS), strict=True)
    )


def patient_ids(results: pd.DataFrame) -> list[tuple[str]]:
    """Return each patient of the results once, as rows of one column."""
    (column,) = (column for column in RESULT_COLUMNS if column.name == "patient_id")
    return [
        (patient_id,) for patient_id in set(_cells(results["patient_id"], column)) if patient_id
    ]


def result_frame(rows: sqlite3.Cursor) -> pd.DataFrame:
    """Build a frame of RESULT_COLUMNS; the dtypes do not depend on the rows.

    Raises:
        ImpossibleRowError: a row is none that the program writes.
    """
    import pandas as pd

    portions = [_result_portion(rows.fetchmany(_PORTION_ROWS))]
    while len(portions[-1]) == _PORTION_ROWS:
        portions.append(_result_portion(rows.fetchmany(_PORTION_ROWS)))
    return pd.concat(portions, ignore_index=True)


def _result_portion(rows: Sequence[Row]) -> pd.DataFrame:
    cells = _columns(rows, RESULT_COLUMNS)
    check_cells(cells, RESULT_COLUMNS)
    check_results(cells)
    return _framed(cells, RESULT_COLUMNS)


def reject_frame(rows: Sequence[Row]) -> pd.DataFrame:
    """Build a frame of REJECT_COLUMNS."""
    return _frame(rows, REJECT_COLUMNS)


def infusion_frame(infusions: Sequence[Infusion]) -> pd.DataFrame:
    """Build a frame of INFUSION_COLUMNS."""
    return _frame(
        [(i.patient_id, i.infused_on, i.drug, i.dose_mg) for i in infusions], INFUSION_COLUMNS
    )


def event_frame(events: Sequence[Event]) -> pd.DataFrame:
    """Build a frame of EVENT_COLUMNS."""
    return _frame(
        [(e.id, e.patient_id, e.happened_on, e.kind, e.note) for e in events], EVENT_COLUMNS
    )


def _frame(rows: Sequence[Row], columns: Sequence[Column]) -> pd.DataFrame:
    return _framed(_columns(rows, columns), columns)


def _columns(rows: Sequence[Row], columns: Sequence[Column]) -> Mapping[str, Sequence[Any]]:
    cells: Sequence[Sequence[Any]] = list(zip(*rows, strict=True)) or [()] * len(columns)
    return dict(zip(names(columns), cells, strict=True))


def _framed(cells: Mapping[str, Sequence[Any]], columns: Sequence[Column]) -> pd.DataFrame:
    import pandas as pd

    return pd.DataFrame(
        {
            column.name: pd.Series(list(cells[column.name]), dtype=_DTYPES[column.type])
            for column in columns
        }
    )


def _cells(values: pd.Series[Any], column: Column) -> list[Any]:
    """Return a column as Python objects that SQLite takes; missing ones are None."""
    import pandas as pd

    try:
        if column.type == "text":
            cells = values.astype(object)
            missing = cells.isna()
            if pd.api.types.infer_dtype(cells[~missing]) in {"string", "empty"}:
                return cells.where(~missing, None).tolist()
            raise TypeError
        if column.type == "number":
            numbers = values.astype("Float64").to_numpy(dtype="float64", na_value=math.nan).tolist()
            return [None if math.isnan(number) else number for number in numbers]
        if column.type == "integer":
            return values.astype("Int64").astype("int64").tolist()
        return values.astype("boolean").fillna(False).astype("int64").tolist()
    except (TypeError, ValueError) as error:
        raise FrameError(
            f"The column {column.name} has values that are no {column.type}."
        ) from error


def _ranks(statuses: list[Any]) -> _Cells:
    """Return the rank of each status and whether it withdraws.

    Raises:
        FrameError: when a status is none.
    """
    distinct = {status or "" for status in set(statuses)}
    if unknown := distinct - {*STATUS_RANK, WITHDRAWN}:
        raise FrameError(f"The column status of the results has the unknown {min(unknown)!r}.")
    if distinct <= {""}:
        return {"rank": [STATUS_RANK[""]] * len(statuses), "withdrawn": [0] * len(statuses)}
    ranks = [STATUS_RANK.get(status or "", 0) for status in statuses]
    return {"rank": ranks, "withdrawn": [int(rank == 0) for rank in ranks]}


def _check_keys(cells: _Cells) -> None:
    for name in ("patient_id", "analyte", "collected_at"):
        if not all(cells[name]):
            raise FrameError(f"The column {name} of the results has missing values.")
    if not all(value is not None and math.isfinite(value) for value in cells["value"]):
        raise FrameError("The column value of the results has values that are no finite number.")
    if not all(map(is_moment, set(cells["collected_at"]))):
        raise FrameError(
            "The column collected_at of the results has values that are no ISO 8601 date."
        )
    if not COMPARATORS.issuperset(cells["comparator"]):
        raise FrameError("The column comparator of the results has values that are no comparator.")
