"""Parquet: the same columns in the same order, dates and numbers with their types, texts as they are."""

from __future__ import annotations

import io
import json
from datetime import date, datetime, time

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from tables.annotated import annotated

from wbc_tracker.frames import to_arrow
from wbc_tracker.render.parquet.results import MADE_WITH, parquet_schema, with_types, write_parquet
from wbc_tracker.schema import EXPORT_COLUMNS, MOMENT, Column, covariate_column

TYPES = {"text": pa.string(), "number": pa.float64(), "integer": pa.int64()}
DATES = ["collected_at", "last_infusion_on", "next_infusion_on", "baseline_at"]
TIMES = ["collected_time", "baseline_time"]


def parquet(frame: pd.DataFrame, columns=EXPORT_COLUMNS) -> pa.Table:
    stream = io.BytesIO()
    write_parquet(frame, stream, columns)
    stream.seek(0)
    return pq.read_table(stream)


def plain(kind: pa.DataType) -> pa.DataType:
    return kind.value_type if pa.types.is_dictionary(kind) else kind


@pytest.mark.parametrize("rows", [0, 3])
def test_columns_and_types_never_depend_on_the_rows(rows):
    schema = parquet(annotated(rows)).schema
    assert schema.names == [*(column.name for column in EXPORT_COLUMNS), *TIMES]
    expected = {c.name: TYPES[c.type] for c in EXPORT_COLUMNS} | dict.fromkeys(DATES, pa.date32())
    assert {f.name: plain(f.type) for f in schema} == expected | dict.fromkeys(TIMES, pa.time32("ms"))


def test_a_date_is_a_date_and_its_time_stands_beside_it():
    at = ["2024-03-01", "2024-03-01T09:13", "2024-03-01T09:13:05", "1900-01-01T00:00"]
    table = parquet(annotated(4, collected_at=at, baseline_at=[None, *at[:3]]))
    assert table["collected_at"].to_pylist() == [date(2024, 3, 1)] * 3 + [date(1900, 1, 1)]
    assert table["collected_time"].to_pylist() == [None, time(9, 13), time(9, 13, 5), time(0)]
    assert table["baseline_at"].to_pylist() == [None] + [date(2024, 3, 1)] * 3
    assert table["baseline_time"].to_pylist() == [None, None, time(9, 13), time(9, 13, 5)]


def test_the_times_stand_behind_the_columns_of_the_user():
    columns = (*EXPORT_COLUMNS, covariate_column("arm"))
    table = parquet(annotated(1).assign(arm="A"), columns)
    assert table.column_names[43:] == ["arm", *TIMES]
    assert table["arm"].to_pylist() == ["A"]


def test_a_column_of_moments_is_one_of_moments_without_a_zone():
    column = Column("ADTM", "text", MOMENT, "When.")
    table = parquet(pd.DataFrame({"ADTM": ["2024-03-01T09:13", None]}), [column])
    assert table.schema.field("ADTM").type == pa.timestamp("ms")
    assert table["ADTM"].to_pylist() == [datetime.fromisoformat("2024-03-01T09:13"), None]


def test_pandas_reads_whole_numbers_as_whole_numbers_and_texts_as_categories(tmp_path):
    with (tmp_path / "a.parquet").open("wb") as stream:
        write_parquet(annotated(2, course=[0, None], patient_id=["a", "b"]), stream)
    frame = pd.read_parquet(tmp_path / "a.parquet")
    assert frame["course"].dtype == "Int64"
    assert frame["course"].tolist() == [0, pd.NA]
    assert isinstance(frame["patient_id"].dtype, pd.CategoricalDtype)


def test_every_column_says_what_it_means_and_in_which_unit():
    schema = parquet(annotated(1)).schema
    for column in EXPORT_COLUMNS:
        told = schema.field(column.name).metadata
        assert told[b"description"].decode() == column.meaning
        assert told.get(b"unit", b"").decode() == column.unit


def test_what_it_was_made_with_stands_in_the_metadata_of_the_file():
    stream = io.BytesIO()
    write_parquet(annotated(1), stream, made_with={"as_of": "2024-03-01", "rules": None})
    assert json.loads(pq.read_schema(stream).metadata[MADE_WITH]) == {"as_of": "2024-03-01", "rules": None}


def test_a_whole_is_written_block_by_block():
    """Each block as a table of its own, in the one schema of the file: what the rows are together."""
    frame = annotated(4, patient_id=["a", "a", "b", "c"], collected_at=["2024-03-01", "2024-03-02T10:00"] * 2)
    stream, schema = io.BytesIO(), parquet_schema(EXPORT_COLUMNS)
    with pq.ParquetWriter(stream, schema) as writer:
        for block in (frame.iloc[:2], frame.iloc[2:3], frame.iloc[:0], frame.iloc[3:]):
            table = with_types(to_arrow(block, EXPORT_COLUMNS), EXPORT_COLUMNS)
            writer.write_table(table.cast(schema))
    assert pq.read_table(stream).to_pylist() == parquet(frame).to_pylist()


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
    assert table.num_columns == len(EXPORT_COLUMNS) + len(TIMES)
    assert table.column("patient_id").to_pylist() == ["a", "b", "c"]


def test_the_arrow_table_has_the_rows_of_the_frame():
    table = to_arrow(annotated(5, source_row=[5, 4, 3, 2, 1]), EXPORT_COLUMNS)
    assert table.column("source_row").to_pylist() == [5, 4, 3, 2, 1]
