"""Between frames and rows: what the tables take and give back. The only place that loads pandas."""

from __future__ import annotations

import math
import sqlite3
from collections.abc import Iterator, Mapping, Sequence
from itertools import compress
from types import MappingProxyType
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
from wbc_tracker.store.records import Event, Infusion, is_moment
from wbc_tracker.store.sums.checksums import CodedTexts
from wbc_tracker.store.sums.digest import Digest
from wbc_tracker.store.sums.possible import COMPARATORS
from wbc_tracker.store.sums.rows import checksums_of, said_of_new

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


def result_rows(
    results: pd.DataFrame, import_id: int, filed: Mapping[int, str] | None = None
) -> Iterator[tuple[list[Row], list[Row]]]:
    """Yield the results of an import in portions: rows with a value, and withdrawals that name
    none.

    A row is its position in the frame, RESULT_COLUMNS without file and status (the name of the file
    belongs to the import), then the rank of the status, whether it withdraws, and the checksums of
    the result and of its sighting. A withdrawal is patient, analyte, draw, line, and the id of
    `filed` (position -> id) or ''. An absent comparator becomes ''.

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
        cells |= _checksums(cells, import_id)
        filed_under = [(filed or {}).get(place, "") for place in gone["position"]]
        yield (
            list(zip(cells.pop("position"), *cells.values(), strict=True)),
            list(zip(*(gone[name] for name in _WITHDRAWAL), filed_under, strict=True)),
        )


def _checksums(cells: _Cells, import_id: int) -> _Cells:
    """Return the checksums of new results and of their sightings."""
    if not cells["position"]:
        return {"checksum": [], "sighting_checksum": []}
    hashed = cells | {"comparator": [comparator or None for comparator in cells["comparator"]]}
    said = said_of_new(import_id, cells["position"], cells["rank"], cells["withdrawn"])
    of_results, of_sightings = checksums_of(hashed, said)
    return {"checksum": of_results.tolist(), "sighting_checksum": of_sightings.tolist()}


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


def draws_of(results: pd.DataFrame) -> Iterator[tuple[str, str, str]]:
    """Return each patient, analyte and day of the results once, without rows that lack one."""
    draws = results[["patient_id", "analyte", "collected_at"]].dropna().drop_duplicates()
    draws = draws.assign(collected_at=draws["collected_at"].astype("str").str[:10])
    return draws.drop_duplicates().astype("str").itertuples(index=False, name=None)


def result_frame(rows: sqlite3.Cursor) -> tuple[pd.DataFrame, Digest]:
    """Build a frame of RESULT_COLUMNS from rows of them and SAID, and what it is proved by; the
    dtypes do not depend on the rows.

    Raises:
        ImpossibleRowError: a row has a cell of another kind.
    """
    import pandas as pd

    digest, portions = Digest(), []
    while True:
        portion = rows.fetchmany(_PORTION_ROWS)
        columns: list[Sequence[Any]] = list(zip(*portion, strict=True))
        *given, said = columns or [()] * (len(RESULT_COLUMNS) + 1)
        cells = dict(zip(names(RESULT_COLUMNS), given, strict=True))
        texts = digest.add(cells, said) if portion else {}
        portions.append(_framed(cells, RESULT_COLUMNS, texts))
        if len(portion) < _PORTION_ROWS:
            return pd.concat(portions, ignore_index=True), digest


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


def _framed(
    cells: Mapping[str, Sequence[Any]],
    columns: Sequence[Column],
    texts: Mapping[str, CodedTexts] = MappingProxyType({}),
) -> pd.DataFrame:
    """Build a frame from its columns; of those that are coded already, from their codes."""
    import pandas as pd

    return pd.DataFrame(
        {
            column.name: _text_series(texts[column.name])
            if column.name in texts
            else pd.Series(list(cells[column.name]), dtype=_DTYPES[column.type])
            for column in columns
        }
    )


def _text_series(texts: CodedTexts) -> pd.Series[Any]:
    import pandas as pd

    distinct = pd.Series(list(texts.distinct) or [""], dtype="str").array
    return pd.Series(distinct.take(texts.codes, allow_fill=True))


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
