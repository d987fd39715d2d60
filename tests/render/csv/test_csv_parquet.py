"""Parquet: the same columns in the same order, with types, and texts as they are."""

from __future__ import annotations

import io

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from tables.annotated import annotated

from wbc_tracker.render.csv.results import to_arrow, write_parquet
from wbc_tracker.schema import EXPORT_COLUMNS

TYPES = {"text": pa.string(), "number": pa.float64(), "integer": pa.int64(), "boolean": pa.bool_()}


def parquet(frame: pd.DataFrame) -> pa.Table:
    stream = io.BytesIO()
    write_parquet(frame, stream)
    stream.seek(0)
    return pq.read_table(stream)


def plain(kind: pa.DataType) -> pa.DataType:
    return kind.value_type if pa.types.is_dictionary(kind) else kind


@pytest.mark.parametrize("rows", [0, 3])
def test_columns_and_types_are_those_of_the_schema(rows):
    schema = parquet(annotated(rows)).schema
    assert schema.names == [column.name for column in EXPORT_COLUMNS]
    assert {f.name: plain(f.type) for f in schema} == {c.name: TYPES[c.type] for c in EXPORT_COLUMNS}


def test_the_schema_is_the_same_whether_texts_are_categories_or_not():
    """Files from `--labs` and from the store can be read as one data set."""
    frame = annotated(2, patient_id=["a", "b"], flags=["x", None])
    compact = frame.assign(**{c.name: frame[c.name].astype("category") for c in EXPORT_COLUMNS if c.type == "text"})
    assert parquet(compact).schema.equals(parquet(frame).schema)


def test_texts_are_kept_as_they_are():
    texts = ["=1", "a,b", 'q"q', "\ttab", "", None]
    assert parquet(annotated(6, patient_id=texts)).column("patient_id").to_pylist() == texts


def test_no_word_of_a_row_that_is_not_written_is_in_the_file():
    """Texts that repeat are a dictionary, and a file of one patient must not hold the names of the others."""
    people = pd.Series(["ANNA", "BERTA", "CLARA"], dtype="category")
    stream = io.BytesIO()
    write_parquet(annotated(3, patient_id=people).iloc[[1]], stream)
    assert [name in stream.getvalue() for name in (b"ANNA", b"BERTA", b"CLARA")] == [False, True, False]


def test_missing_is_null_and_never_nan():
    table = parquet(annotated(2, value=[6.5, np.nan], ctcae_v5_grade=[2, None]))
    assert table.column("value").to_pylist() == [6.5, None]
    assert table.column("ctcae_v5_grade").to_pylist() == [2, None]


def test_numbers_are_kept_to_the_last_bit():
    values = [0.1, 1 / 3, 3.07692307692, 1e-7]
    assert parquet(annotated(4, value=values)).column("value").to_pylist() == values


def test_there_is_no_index_column():
    frame = annotated(3, patient_id=["a", "b", "c"])
    frame.index = pd.Index([7, 3, 5])
    table = parquet(frame)
    assert table.num_columns == len(EXPORT_COLUMNS)
    assert table.column("patient_id").to_pylist() == ["a", "b", "c"]


def test_the_arrow_table_has_the_rows_of_the_frame():
    table = to_arrow(annotated(5, source_row=[5, 4, 3, 2, 1]))
    assert table.column("source_row").to_pylist() == [5, 4, 3, 2, 1]
