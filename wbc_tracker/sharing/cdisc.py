"""Annotated results in the names of CDISC ADaM, as the catalogue lists them.

Nothing is computed anew: change, study day, reference indicator and grade are those of the
annotation; what they are called, and in which words they stand, is CDISC's.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from wbc_tracker.annotation.keys import split_instants
from wbc_tracker.arrays import Whole, date_texts, distinct_texts
from wbc_tracker.catalog import Catalog
from wbc_tracker.catalog.cdisc import Cdisc, Variable
from wbc_tracker.frames import to_arrow
from wbc_tracker.schema import Column
from wbc_tracker.sharing.cdisc_columns import parameter_names

_DATE_LETTERS = len("2025-03-01")
#: The draw and the baseline's, as dates or, where results are shared, as days.
_DRAWS = (("collected_at", "baseline_at"), ("collected_day", "baseline_day"))


def first_drugs(infusions: pd.DataFrame, as_of: str) -> dict[str, str]:
    """Return patient -> drug of the first infusion by a day; schema.INFUSION_COLUMNS."""
    given = infusions[(infusions["infused_on"].astype("str").str[:_DATE_LETTERS] <= as_of)]
    day = given["infused_on"].astype("str").str[:_DATE_LETTERS]
    first = given.loc[day.sort_values(kind="stable").index].drop_duplicates("patient_id")
    people, drugs = (first[name].astype("str").tolist() for name in ("patient_id", "drug"))
    return dict(zip(people, drugs, strict=True))


def in_cdisc_names(
    annotated: pd.DataFrame,
    columns: Sequence[Column],
    drugs: Mapping[str, str],
    cdisc: Cdisc,
    catalog: Catalog,
) -> pd.DataFrame:
    """Return rows, all or a block of whole patients, with the columns of
    `cdisc_columns.cdisc_columns`.

    Args:
        annotated: with these columns. drugs: patient -> drug of the first infusion.
        cdisc: the names. catalog: units and grades.
    """
    made = _Maker(annotated, drugs, cdisc, catalog)
    variables = cdisc.variables_from([column.name for column in columns])
    used = {name for one in variables for name in one.source}
    rest = {
        column.name: annotated[column.name].array for column in columns if column.name not in used
    }
    return pd.DataFrame({**{one.name: made.of(one) for one in variables}, **rest})


@dataclass(frozen=True)
class _Maker:
    """What the variables of some rows are made of."""

    frame: pd.DataFrame
    drugs: Mapping[str, str]
    cdisc: Cdisc
    catalog: Catalog

    def of(self, variable: Variable) -> object:
        """Return a variable as an array."""
        if variable.derive:
            return _DERIVE[variable.derive](self, variable)
        column = self.frame[variable.source[0]]
        return self.renamed(column, variable.words) if variable.words else column.array

    def renamed(self, column: pd.Series, words: Mapping[str, str | None]) -> pd.Categorical:
        """Return a column with other words; None is missing."""
        numbers = pd.api.types.is_numeric_dtype(column)
        codes, distinct = distinct_texts(column.astype("str") if numbers else column)
        return _of_codes(codes, [words[word] for word in distinct])

    def analytes(self, words: Mapping[str, str]) -> pd.Categorical:
        """Return what each row's analyte is called."""
        known = {name: words.get(name) for name in self.catalog.analytes}
        return self.renamed(self.frame["analyte"], known)

    def texts(self, variable: Variable, change: Callable[[str], str | None]) -> pd.Categorical:
        """Return the source with every distinct text changed."""
        codes, distinct = distinct_texts(self.frame[variable.source[0]])
        return _of_codes(codes, [change(text) for text in distinct])


def _of_codes(codes: Whole, words: Sequence[str | None]) -> pd.Categorical:
    categories = pd.Index(
        list(dict.fromkeys(word for word in words if word is not None)), dtype="str"
    )
    places = [-1 if word is None else categories.get_loc(word) for word in words]
    return pd.Categorical.from_codes(np.array([*places, -1])[codes], categories=categories)


def _value_text(maker: _Maker, _: Variable) -> pd.Categorical:
    """Return values as texts, as the CSV has them, each behind its comparator."""
    texts = Column("comparator", "text", "", ""), Column("value", "number", "", "")
    comparator, value = to_arrow(maker.frame, texts).columns
    joined = pc.binary_join_element_wise(
        pc.fill_null(pc.cast(comparator, pa.string()), ""), pc.cast(value, pa.string()), ""
    )
    found = joined.combine_chunks().dictionary_encode()
    codes = pc.fill_null(found.indices, -1).to_numpy(zero_copy_only=False)
    return _of_codes(codes, found.dictionary.to_pylist())


def _baseline_flag(maker: _Maker, _: Variable) -> pd.Categorical:
    """Return `Y` where a row is the baseline of its series: the first, should rows be alike."""
    frame = maker.frame
    at, base_at = next(pair for pair in _DRAWS if pair[0] in frame)
    is_base = (frame["value"] == frame["baseline_value"]) & (frame["change"] == 0)
    rows = frame.loc[(is_base & frame["comparator"].isna()).to_numpy(dtype=bool)]
    same = (rows[at].astype("str") == rows[base_at].astype("str")).to_numpy(dtype=bool)
    doubled = rows.loc[same].duplicated(["patient_id", "analyte"]).to_numpy()
    flagged = np.full(len(frame), -1, dtype=np.int64)
    places = np.flatnonzero((is_base & frame["comparator"].isna()).to_numpy(dtype=bool))
    flagged[places[same][~doubled]] = 0
    return _of_codes(flagged, ["Y"])


def _first_exposure(maker: _Maker, _: Variable) -> pd.Categorical:
    """Return the date that is study day 1, from the draw's date and study day."""
    study_day = maker.frame["study_day"]
    known = study_day.notna().to_numpy(dtype=bool)
    days = study_day.to_numpy(dtype=np.int64, na_value=0)
    drawn, _seconds = split_instants(maker.frame["collected_at"])
    return date_texts(drawn - days + (days > 0), known)


_DERIVE: Mapping[str, Callable[[_Maker, Variable], object]] = {
    "first_drug": lambda maker, one: maker.texts(one, maker.drugs.get),
    "first_exposure": _first_exposure,
    "parameter": lambda maker, _: maker.analytes(parameter_names(maker.cdisc, maker.catalog)),
    "parameter_code": lambda maker, _: maker.analytes(
        {name: code for name, (code, _) in maker.cdisc.parameters.items()}
    ),
    "date": lambda maker, one: maker.texts(one, lambda at: at[:_DATE_LETTERS]),
    "moment": lambda maker, one: maker.texts(
        one, lambda at: at if len(at) > _DATE_LETTERS else None
    ),
    "value_text": _value_text,
    "baseline_flag": _baseline_flag,
    "toxicity": lambda maker, _: maker.analytes(
        {name: grading.term for name, grading in maker.catalog.gradings.items()}
    ),
    "derivation_type": lambda maker, one: maker.texts(one, lambda _: "CALCULATED"),
}
