"""Parquet, rows of JSON and archives say what the CSV file of the same table says."""

from __future__ import annotations

import csv
import io
import json
from datetime import UTC, date, datetime
from decimal import Decimal

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tables.intake import AS_OF, CATALOG, outcome, read, read_infusions_of
from tables.trials import examples

from wbc_tracker.errors import UnreadableFileError
from wbc_tracker.intake import ReadingOptions, read_event_bytes
from wbc_tracker.intake.file import opening, parquet

HEADER = ("patient_id", "collected_at", "analyte", "value", "unit", "ref_low", "note")
ONE = {"date": ["2025-01-15"], "test": ["WBC"], "value": ["6.1"], "unit": ["10^9/L"]}


def as_csv(rows) -> bytes:
    out = io.StringIO()
    csv.writer(out, lineterminator="\n").writerows([HEADER, *rows])
    return out.getvalue().encode()


def as_parquet(table: pa.Table, **how) -> bytes:
    out = io.BytesIO()
    pq.write_table(table, out, **how)
    return out.getvalue()


def zstd(raw: bytes) -> bytes:
    return pa.compress(raw, codec="zstd", asbytes=True)


def plain(cell) -> str:
    return "" if cell is None else str(cell)


def typed(rows) -> pa.Table:
    """Return the table with real dates and numbers, values as decimals, limits as floating numbers."""
    kinds = [pa.dictionary(pa.int32(), pa.string()), pa.date32(), pa.string(), pa.decimal128(8, 1), pa.string()]
    kinds += [pa.float64(), pa.string()]
    columns = list(zip(*rows, strict=True)) or [()] * len(HEADER)
    return pa.table([pa.array(cells, kind) for cells, kind in zip(columns, kinds, strict=True)], list(HEADER))


TESTS = st.sampled_from([("WBC", "10^9/L"), ("IgG", "g/L"), ("CD19", "/uL"), ("ferritin", "ug/L"), ("WBC", "")])
TENTHS = st.one_of(st.none(), st.integers(20, 130).map(lambda n: Decimal(n) / Decimal(10)).map(lambda d: round(d, 1)))
ROWS = st.lists(
    st.tuples(
        st.sampled_from(["p1", "p2"]),
        st.dates(date(2020, 1, 1), date(2024, 12, 31)),
        TESTS,
        TENTHS,
        st.sampled_from([None, 1.5, 4.2]),
        st.sampled_from([None, "fasting", 'a "b", c\n d', "=cmd"]),
    ).map(lambda t: (t[0], t[1], t[2][0], t[3], t[2][1], t[4], t[5])),
    min_size=1,
    max_size=8,
)


@settings(max_examples=examples(8))
@given(ROWS)
def test_every_format_says_what_the_csv_file_says(rows):
    texts = [[plain(cell) for cell in row] for row in rows]
    as_text = pa.table([pa.array(cells, pa.string()) for cells in zip(*texts, strict=True)], list(HEADER))
    dicts = [dict(zip(HEADER, row, strict=True)) for row in rows]
    lines = [
        json.dumps({**d, "collected_at": str(d["collected_at"]), "value": "@"}).replace(
            '"@"', "null" if d["value"] is None else str(d["value"])
        )
        for d in dicts
    ]
    raw = as_csv(texts)
    expected = said(raw)
    others = {
        "parquet of texts": as_parquet(as_text),
        "typed parquet": as_parquet(typed(rows), compression="zstd"),
        "json lines": "\n".join([*lines, ""]).encode(),
        "list of rows": f"[{', '.join(lines)}]".encode(),
        "zstd": zstd(raw),
    }
    assert {name: said(other) for name, other in others.items()} == dict.fromkeys(others, expected)


def said(raw: bytes):
    """Return what a file says, but for the places of its rows."""
    try:
        reading = read(raw)
    except Exception as problem:
        return type(problem).__name__
    results = reading.results.drop(columns=["source_file", "source_row"]).astype(str).to_numpy().tolist()
    rejects = reading.rejects[["column", "code", "raw"]].to_numpy().tolist()
    return results, rejects, reading.no_result, reading.ignored


@pytest.mark.parametrize(
    ("column", "cells"),
    [
        ("value", pa.array([6.1])),
        ("value", pa.array([6.1], pa.float32())),
        ("value", pa.array([Decimal("6.10")])),
        ("value", pa.array(["6.1"], pa.large_string())),
        ("value", pa.array(["6.1"], pa.string_view())),
        ("value", pa.array(["6.1"]).dictionary_encode()),
        ("date", pa.array([date(2025, 1, 15)])),
        ("date", pa.array([date(2025, 1, 15)], pa.date64())),
        ("date", pa.array([datetime(2025, 1, 15)], pa.timestamp("ns"))),  # noqa: DTZ001 - a wall clock
        ("comment", pa.nulls(1)),
        ("final", pa.array([True])),
    ],
)
def test_types_are_read(column, cells):
    assert outcome(as_parquet(pa.table({**ONE, column: cells}))) == "wbc 6.1"


def test_what_is_missing_is_no_result():
    for cells in (pa.array([None], pa.float64()), pa.array([float("nan")])):
        assert outcome(as_parquet(pa.table({**ONE, "value": cells}))) == "no result"
    assert outcome(b'{"date": "2025-01-15", "test": "WBC", "value": null, "unit": "10^9/L"}') == "no result"


def test_a_typed_date_proves_its_order_and_a_typed_number_its_decimal_mark():
    """As texts both are refused: 2025-01-02 as 02.01.2025 may be a day of February, 6,125 may be thousands."""
    days = pa.array([date(2025, 1, 2)])
    assert read(as_parquet(pa.table({**ONE, "date": days}))).results["collected_at"].tolist() == ["2025-01-02"]
    assert outcome(as_parquet(pa.table({**ONE, "date": ["02/01/2025"]}))) == "refused: date_order_ambiguous"
    platelets = {**ONE, "test": ["platelets"]}
    assert outcome(as_parquet(pa.table({**platelets, "value": pa.array([125.125])}))) == "platelets 125.125"
    assert outcome(as_parquet(pa.table({**platelets, "value": ["125.125"]}))).startswith("refused: ")
    line = '{"date": "2025-01-15", "test": "platelets", "value": 125.125, "unit": "10^9/L"}'
    assert outcome(line.encode()) == "platelets 125.125"


def test_a_moment_with_a_zone_keeps_the_time_on_the_clock():
    at = datetime(2025, 1, 15, 23, 30, tzinfo=UTC)
    moments = pa.array([at], pa.timestamp("us", "+02:00"))
    assert read(as_parquet(pa.table({**ONE, "date": moments}))).results["collected_at"].tolist() == [
        "2025-01-16T01:30:00"
    ]


def test_rows_are_numbered_from_1_and_lines_of_json_by_their_line():
    two = pa.concat_tables([pa.table(ONE), pa.table({**ONE, "value": ["x"]})])
    reading = read(as_parquet(two))
    assert (reading.results["source_row"].tolist(), reading.rejects["source_row"].tolist()) == ([1], [2])
    line = '{"date": "2025-01-15", "test": "WBC", "value": %s, "unit": "10^9/L"}\n'
    reading = read((line % 6.1 + "\n" + line % '"x"').encode())
    assert (reading.results["source_row"].tolist(), reading.rejects["source_row"].tolist()) == ([1], [3])
    assert reading.shape == "JSON"


@pytest.mark.parametrize(
    ("cells", "what"),
    [
        (pa.array([{"low": 1}]), "structures or lists"),
        (pa.array([[1]]), "structures or lists"),
        (pa.array([b"\xff"]), "bytes that are no text"),
    ],
)
def test_a_column_that_cannot_be_looked_at_is_refused_by_name(cells, what):
    told = refusal(as_parquet(pa.table({**ONE, "ward": cells})))
    assert "the column 'ward'" in told
    assert what in told


@pytest.mark.parametrize(
    ("raw", "what"),
    [
        (b'{"date": "2025-01-15", "WBC": {"value": 6.1}}', "row 1: 'WBC' is an object, not one value"),
        (b'{"date": "2025-01-15", "WBC": 6.1}\n{"date": [], "WBC": 1}\n', "row 2: 'date' is a list"),
        (b'{"date": "2025-01-15", "WBC": 6.1}\n7\n', "row 2: it is no object"),
        (b'{"date": "2025-01-15", "WBC": 6.1}\n{"date": "2025-0', "line 2 is damaged or cut off JSON"),
        (b'{"date": "2025-01-15", "WBC": NaN}', "NaN, which is no number"),
        (b'{"date": "2025-01-15", "date": "2025-01-16", "WBC": 6}', "the key 'date' twice"),
        (b'[{"date": "2025-01-15", "WBC": 6.1}, [1]]', "row 2: it is no object"),
    ],
)
def test_json_that_is_no_table_is_refused_with_its_row(raw, what):
    assert what in refusal(raw)


def test_infusions_and_events_are_read_from_them_too():
    days = {"infused_on": pa.array([date(2024, 1, 10)]), "drug": ["ocrelizumab"], "dose_mg": [600.0]}
    [row] = read_infusions_of(as_parquet(pa.table(days))).infusions.to_dict("records")
    assert (row["infused_on"], row["drug"], row["dose_mg"]) == ("2024-01-10", "ocrelizumab", 600.0)
    assert len(read_infusions_of(b'{"infused_on": "2024-01-10", "dose_mg": 600}').infusions) == 1
    events = zstd(b'{"date": "2024-01-10", "kind": "vaccination", "note": "influenza"}\n')
    assert len(read_event_bytes(events, "events.jsonl.zst", ReadingOptions(as_of=AS_OF), CATALOG).events) == 1


@pytest.mark.parametrize("raw", [zstd(b"date,WBC\n" * 99)[:-7], zstd(b"date,WBC\n") + b"rest", opening.ZSTD])
def test_a_damaged_zstd_archive_is_refused(raw):
    assert refusal(raw) == "file_damaged: labs.csv is a damaged zstd archive."


def test_a_zstd_archive_that_unfolds_without_measure_is_refused(monkeypatch):
    monkeypatch.setattr(opening, "_SMALL", 1_000_000)
    assert refusal(zstd(bytes(9_000_000))).startswith("file_too_large: labs.csv unpacks to more than ")


def test_damaged_parquet_is_a_sentence():
    whole = as_parquet(pa.table(ONE))
    hole = whole[:40] + b"\xff" * 60 + whole[100:]
    for raw in (whole[:-20], whole[:9], b"PAR1", b"PAR1PAR1", hole):
        assert refusal(raw) == "file_damaged: labs.csv is a damaged Parquet file, or one that cannot be read."


def test_parquet_that_says_it_is_too_large_is_refused_unread(monkeypatch):
    monkeypatch.setattr(parquet, "_MOST_ROWS", 2)
    assert refusal(as_parquet(pa.table({"date": ["x"] * 3}))).startswith(
        "file_too_large: labs.csv says that it holds 3"
    )


def refusal(raw: bytes) -> str:
    with pytest.raises(UnreadableFileError) as refused:
        read(raw)
    assert refused.value.exit_code == 3
    return f"{refused.value.code}: {refused.value.message}"
