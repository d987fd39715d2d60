"""The checks at the door: frames that were not read by the program, held against the schema.

Nothing is guessed: a column of another kind is named with what it holds and what to do.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from typing import Any

import numpy as np
import pandas as pd
from pandas.api import types

from wbc_tracker import schema
from wbc_tracker.arrays import distinct_texts
from wbc_tracker.errors import FrameError
from wbc_tracker.near import did_you_mean

_MOMENT = re.compile(r"\d{4}-\d\d-\d\d(T\d\d:\d\d(:\d\d)?)?")
_DATE = re.compile(r"\d{4}-\d\d-\d\d")
#: The columns of dates -> how each is written.
_DATES = {"collected_at": _MOMENT, "infused_on": _MOMENT, "happened_on": _DATE}
_OPTIONAL = ("id", "note", "dose_mg")
_REQUIRED_RESULTS = ("patient_id", "collected_at", "analyte", "value")


def complete_results(results: pd.DataFrame) -> pd.DataFrame:
    """Return results with every column of schema.RESULT_COLUMNS, missing ones empty, behind them
    the caller's own; a fresh index.

    Raises:
        FrameError: a column is missing or of another kind.
    """
    return _completed(results, schema.RESULT_COLUMNS, _REQUIRED_RESULTS, "results")


def complete_infusions(infusions: pd.DataFrame) -> pd.DataFrame:
    """Return infusions with the columns of schema.INFUSION_COLUMNS; the rest as of results."""
    return _known(infusions, schema.INFUSION_COLUMNS, "infusions")


def complete_events(events: pd.DataFrame) -> pd.DataFrame:
    """Return events with the columns of schema.EVENT_COLUMNS; the rest as of results."""
    return _known(events, schema.EVENT_COLUMNS, "events")


def _known(frame: pd.DataFrame, columns: Sequence[schema.Column], what: str) -> pd.DataFrame:
    names = schema.names(columns)
    required = [name for name in names if name not in _OPTIONAL]
    texts = {column.name: "str" for column in columns if column.type == "text"}
    return _completed(frame, columns, required, what)[names].astype(texts)


def _completed(
    frame: pd.DataFrame, columns: Sequence[schema.Column], required: Sequence[str], what: str
) -> pd.DataFrame:
    require_columns(frame, required, what)
    told: dict[str, Any] = {}
    for column in columns:
        if column.name in frame:
            own = frame[column.name].reset_index(drop=True)
            told[column.name] = _checked(own, column, what)
            if column.name == "patient_id" and told[column.name].isna().any():
                raise FrameError(f"The column 'patient_id' of the {what} has a row without one.")
        else:
            told[column.name] = _empty(column, len(frame))
    own_names = [name for name in frame if name not in told]
    further: dict[str, Any] = {str(name): frame[name].reset_index(drop=True) for name in own_names}
    return pd.DataFrame({**told, **further}, index=pd.RangeIndex(len(frame)))


def require_columns(frame: pd.DataFrame, names: Iterable[str], what: str) -> None:
    """Refuse what is no frame, or lacks a column.

    Raises:
        FrameError: naming what it is, or all that it lacks.
    """
    if not isinstance(frame, pd.DataFrame):
        hint = f"A file that was read holds them as its attribute: reading.{what}."
        raise FrameError(f"The {what} are a {type(frame).__name__}, not a table of pandas.", hint)
    if odd := [name for name in frame if not isinstance(name, str)]:
        raise FrameError(f"The {what} have a column {odd[0]!r}, whose name is no text.")
    if doubled := frame.columns[frame.columns.duplicated()].tolist():
        raise FrameError(f"The {what} have two columns {doubled[0]!r}.")
    if missing := [name for name in names if name not in frame]:
        near = did_you_mean(missing[0], list(frame.columns))
        raise FrameError(f"The {what} lack the column {', '.join(missing)}.{near}")


def _checked(own: pd.Series, column: schema.Column, what: str) -> pd.Series:
    """Return a column as it is needed.

    Raises:
        FrameError: naming the column, what it holds and what to do.
    """
    name, where = column.name, f"The column {column.name!r} of the {what}"
    if not len(own) or (own.isna().all() and name not in (*_DATES, "value")):
        return pd.Series(_empty(column, len(own)))
    if column.type in ("number", "integer"):
        if not types.is_numeric_dtype(own) or types.is_bool_dtype(own):
            raise FrameError(
                f"{where} holds {_held(own)}; numbers are needed.",
                f"{what}[{name!r}] = pandas.to_numeric({what}[{name!r}]) makes numbers; a limit "
                "such as <5 needs its sign in the column 'comparator'.",
            )
        if np.isinf(own.to_numpy(dtype=np.float64, na_value=np.nan)).any():
            raise FrameError(f"{where} holds a number without end.")
        return own
    if column.type == "boolean":
        if not types.is_bool_dtype(own):
            raise FrameError(f"{where} holds {_held(own)}; True or False are needed.")
        return own.astype(bool)
    if name in _DATES:
        return _dates(own, name, what)
    if name == "patient_id" and types.is_integer_dtype(own):
        return own.astype("str")  # `pandas.read_csv` makes numbers of such ids
    if not _is_text(own):
        hint = f'{what}[{name!r}] = {what}[{name!r}].astype("str") makes texts of it'
        if types.is_float_dtype(own):
            hint += '; read the file with dtype="str", or an id 7 becomes 7.0'
        raise FrameError(f"{where} holds {_held(own)}; texts are needed.", f"{hint}.")
    return own


def _dates(own: pd.Series, name: str, what: str) -> pd.Series:
    form = _DATES[name]
    needed = "2025-03-01" if form is _DATE else "2025-03-01 or 2025-03-01T08:30:00"
    place = f"{what}[{name!r}]"
    if not _is_text(own):
        makes = (
            f'{place}.dt.strftime("%Y-%m-%d")'
            if types.is_datetime64_any_dtype(own)
            else f'{place}.astype("str")'
        )
        raise FrameError(
            f"The column {name!r} of the {what} holds {_held(own)}; dates are needed as texts, "
            f"{needed}.",
            f"{place} = {makes} makes them.",
        )
    codes, words = distinct_texts(own)
    if (codes < 0).any():
        raise FrameError(f"The column {name!r} of the {what} has a row without a date.")
    if odd := next((word for word in words if not is_date(word, form)), None):
        raise FrameError(
            f"The column {name!r} of the {what} holds {odd!r}; dates are needed as {needed}.",
            "read_labs, read_infusions and read_events read other forms from a file.",
        )
    return own


def is_date(text: str, form: re.Pattern[str] = _DATE) -> bool:
    """Tell whether a text is a date of the calendar, written in this form."""
    if not form.fullmatch(text):
        return False
    try:
        np.datetime64(text, "s")
    except ValueError:
        return False
    return True


def _is_text(own: pd.Series) -> bool:
    kind = own.cat.categories if isinstance(own.dtype, pd.CategoricalDtype) else own
    return types.infer_dtype(kind, skipna=True) in ("string", "empty")


def _held(own: pd.Series) -> str:
    """Say what a column holds, with its first value."""
    present = own[own.notna()]
    kind = types.infer_dtype(own, skipna=True)
    first = f", such as {present.tolist()[0]!r}" if len(present) else ""
    kinds = {"string": "texts", "floating": "numbers", "integer": "numbers", "boolean": "booleans"}
    return f"{kinds.get(kind, kind)} ({own.dtype}){first}"


def _empty(column: schema.Column, size: int) -> Any:
    if column.type == "boolean":
        return np.zeros(size, dtype=bool)
    if column.type == "text":
        return pd.Categorical.from_codes(np.full(size, -1), categories=pd.Index([], dtype="str"))
    if column.name == "id":
        return np.zeros(size, dtype=np.int64)
    return np.full(size, np.nan)
