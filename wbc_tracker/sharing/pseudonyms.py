"""Annotated results without what tells whose they are and when they were drawn."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType

import numpy as np
import pandas as pd

from wbc_tracker.arrays import (
    NO_DAY,
    Mask,
    Whole,
    date_texts,
    day_of,
    distinct_texts,
    iso_of,
    whole_numbers,
)
from wbc_tracker.schema import Column, names
from wbc_tracker.sharing.columns import DAY_NAMES, ZERO, SharedDates, shared_columns
from wbc_tracker.sharing.key import Key

_ZEROS = pd.Index(["first_infusion", "first_draw"], dtype="str")


@dataclass(frozen=True)
class Pseudonymized:
    """A frame to be shared, and how many people it is of.

    Attributes:
        frame: the columns of `columns.shared_columns`. patients: of it.
        without_infusion: those of them whose day 0 is their first draw.
        covariates: columns of the user's own.
    """

    frame: pd.DataFrame
    patients: int
    without_infusion: int
    covariates: tuple[str, ...] = ()


def pseudonymize(
    annotated: pd.DataFrame,
    key: Key,
    dates: SharedDates,
    places: Sequence[int] | None = None,
    first_ids: Mapping[str, str] = MappingProxyType({}),
    covariates: Sequence[Column] = (),
) -> Pseudonymized:
    """Return results with ids of the key, without dates as they were, printed texts and files.

    Rows are ordered by id, day, analyte, value and comparator, so that their order tells nothing of
    that of the store or the files; words that repeat are held in the order of the alphabet.

    Args:
        annotated: schema.EXPORT_COLUMNS, all results of each patient. key: of the ids.
        dates: what becomes of dates. `days`: day 0 is that of the first infusion as the annotation
            has it, or without one of the first draw. `shifted`: moved back by the key.
        places: of the rows that are shared; None for all.
        first_ids: id of today -> the first one, of those who were renamed; it decides.
        covariates: columns of the user's own that stay as they are.
    """
    patient, people = distinct_texts(annotated["patient_id"])
    day, _ = _days(annotated["collected_at"])
    called = [first_ids.get(str(who), str(who)) for who in people]
    zero, is_drawn = _zeros(annotated["study_day"], patient, day, len(people))
    if dates == "shifted":
        zero = np.array([key.shift_of(who) for who in called], dtype=np.int64)
    wanted = names(shared_columns(dates, covariates))
    needed = {*wanted, *DAY_NAMES}
    annotated = annotated[[name for name in annotated if name in needed]]
    chosen = np.arange(len(annotated)) if places is None else np.asarray(places, dtype=np.int64)
    ids = np.array([key.id_of(who) for who in called], dtype=object)
    rank = np.argsort(np.argsort(ids))
    order = chosen[_order(annotated.iloc[chosen], rank[patient[chosen]], day[chosen])]
    rows, who = annotated.iloc[order], patient[order]
    base = zero[who]
    columns: dict[str, object] = {
        "patient_id": pd.Categorical.from_codes(rank[who], categories=pd.Index(sorted(ids))),
        ZERO.name: pd.Categorical.from_codes(is_drawn[who].astype(np.int8), categories=_ZEROS),
    }
    for name, as_days in DAY_NAMES.items():
        days, valid = _days(rows[name])
        if dates == "days":
            columns[as_days] = whole_numbers(np.where(valid, days - base, 0), valid)
        else:
            columns[name] = date_texts(days - base, valid)
    columns["events"] = _events(rows["events"], who, zero, dates)
    kept = {name: _alphabetic(rows[name]) for name in wanted if name not in columns}
    frame = pd.DataFrame({name: _bare(columns.get(name, kept.get(name))) for name in wanted})
    there = np.unique(who)
    return Pseudonymized(frame, len(there), int(is_drawn[there].sum()), tuple(names(covariates)))


def _days(texts: pd.Series) -> tuple[Whole, Mask]:
    """Return the day of each date or date with a time, and where there is one."""
    codes, words = distinct_texts(texts)
    days = np.array([*map(day_of, words), NO_DAY], dtype=np.int64)
    return days[codes], codes >= 0


def _zeros(study_day: pd.Series, patient: Whole, day: Whole, people: int) -> tuple[Whole, Mask]:
    """Return day 0 of each patient, and whose is that of the first draw for want of an infusion."""
    zero = np.full(people, np.iinfo(np.int64).max, dtype=np.int64)
    np.minimum.at(zero, patient, day)
    is_drawn = np.ones(people, dtype=bool)
    counts = study_day.notna().to_numpy()
    since = study_day[counts].to_numpy(dtype=np.int64)
    # There is no study day 0: the first infusion's date is day 1.
    zero[patient[counts]] = day[counts] - since + (since > 0)
    is_drawn[patient[counts]] = False
    return zero, is_drawn


def _order(rows: pd.DataFrame, rank: Whole, day: Whole) -> Whole:
    """Return the places of rows by patient, day, analyte, value and comparator."""
    analyte, comparator = (_places(rows[name]) for name in ("analyte", "comparator"))
    return np.lexsort((comparator, rows["value"].to_numpy(), analyte, day, rank))


def _places(texts: pd.Series) -> Whole:
    """Return the place of each text in the alphabet."""
    codes, words = distinct_texts(texts)
    return np.append(np.argsort(np.argsort(np.array(words, dtype=object))), -1)[codes]


def _events(texts: pd.Series, patient: Whole, zero: Whole, dates: SharedDates) -> pd.Categorical:
    """Return `kind@date` with days or moved dates; a text is worked out once for each patient."""
    codes, words = distinct_texts(texts)
    said = codes >= 0
    pairs, place = np.unique(np.stack([codes, patient])[:, said], axis=1, return_inverse=True)
    told = [_told(words[code], int(zero[who]), dates) for code, who in pairs.T.tolist()]
    cells = np.full(len(codes), None, dtype=object)
    cells[said] = np.array([*told, None], dtype=object)[place.ravel()]
    return pd.Categorical(cells, categories=pd.Index(sorted(set(told)), dtype="str"))


def _told(text: str, zero: int, dates: SharedDates) -> str:
    word: Callable[[int], str] = str if dates == "days" else iso_of
    parts = (part.split("@") for part in text.split(";"))
    return ";".join(f"{kind}@{word(day_of(date) - zero)}" for kind, date in parts)


def _alphabetic(column: pd.Series) -> pd.Series:
    """Return a column whose repeated words are held in the order of the alphabet."""
    if not isinstance(column.dtype, pd.CategoricalDtype):
        return column
    return column.cat.set_categories(sorted(column.cat.categories))


def _bare(column: object) -> object:
    """Return the cells of a column without their places in the frame they were taken from."""
    return column.array if isinstance(column, pd.Series) else column
