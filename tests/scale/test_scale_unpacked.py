"""Packed files and Parquet in blocks say what they say read whole."""

from __future__ import annotations

import gzip
from datetime import date
from decimal import Decimal

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from scale.test_scale_law import HEADER, ROWS

PATIENTS = [f"p{number:02}" for number in range(12)]
#: One column each of a typed file of 24 rows, two of each patient.
TYPED = {
    "patient_id": pa.array(sorted(PATIENTS * 2)).dictionary_encode(),
    "collected_at": pa.array([date(2025, 1, 1 + n) for n in range(24)]),
    "analyte": pa.array(["WBC", "Lymphocytes"] * 12),
    "value": pa.array([6.25, 1.5, None, 1e-7, *[6.0] * 20]),
    "unit": pa.array(["10*9/L"] * 24),
    "note": pa.array(["fine, and good", "@home", None, "  ", *["as usual"] * 20]),
}
MIDNIGHTS = np.arange("2025-01-01", "2025-01-25", dtype="datetime64[D]").astype("datetime64[us]")
ONE_AT_NOON = MIDNIGHTS + np.where(np.arange(24) == 23, np.timedelta64(12, "h"), np.timedelta64(0, "h"))


def write(path, **other):
    pq.write_table(pa.table({**TYPED, **other}), path, row_group_size=5)
    return path


@pytest.mark.parametrize(
    "other",
    [
        {},
        {"value": pa.array([6] * 24)},
        {"value": pa.array([6.0] * 23 + [6.5])},  # the first fraction is in the last rows
        {"value": pa.array([Decimal("6.10")] * 24)},
        {"value": pa.array(["6,5", "1,5"] * 12)},
        {"collected_at": pa.array(MIDNIGHTS)},
        {"collected_at": pa.array(ONE_AT_NOON)},
        {"collected_at": pa.array(MIDNIGHTS).cast(pa.timestamp("us", "Asia/Tokyo"))},
        {"collected_at": pa.array([f"{n + 1:02}/{n % 9 + 1:02}/2025" for n in range(24)])},
        {"patient_id": pa.array(PATIENTS * 2)},  # scattered
        {"analyte": pa.array(["WBC", "Sodium", "stab"] * 8)},
    ],
)
@pytest.mark.parametrize("size", [3, 100])
def test_parquet_in_blocks_is_the_file(in_blocks, tmp_path, monkeypatch, other, size):
    monkeypatch.setattr("wbc_tracker.scale.unpacked._ROWS", 7)
    monkeypatch.setattr("wbc_tracker.scale.unpacked._FIRST_ROWS", 6)
    in_blocks(size, "--labs", write(tmp_path / "labs.parquet", **other))


@pytest.mark.parametrize(
    "other",
    [
        {"value": pa.array(["1.234", "2.345"] * 12)},  # a text may be either
        {"note": pa.array(["two\nlines"] * 24)},
        {"note": pa.array(['a "word"'] * 24)},
        {"note": pa.array([["a list"]] * 24)},
        {"note": pa.array([b"\xff"] * 24)},
    ],
)
def test_parquet_that_needs_the_whole_is_read_whole(in_blocks, tmp_path, other):
    in_blocks(3, "--labs", write(tmp_path / "labs.parquet", **other), is_in_blocks=False)


@pytest.fixture
def packed(tmp_path):
    text = ("\n".join([HEADER, *ROWS]) + "\n").encode()

    def pack(kind):
        path = tmp_path / f"labs.csv.{kind}"
        if kind == "zst":
            with pa.CompressedOutputStream(str(path), "zstd") as stream:
                stream.write(text)
        elif kind == "gz":
            path.write_bytes(gzip.compress(text[:700]) + gzip.compress(text[700:]))
        else:
            path.write_bytes(gzip.compress(text)[:-20])
        return path

    return pack


@pytest.mark.parametrize(("kind", "is_in_blocks"), [("gz", True), ("zst", True), ("damaged", False)])
def test_an_archive_in_blocks_is_the_file(in_blocks, packed, kind, is_in_blocks):
    in_blocks(20, "--labs", packed(kind), is_in_blocks=is_in_blocks)


def test_several_kinds_are_one_after_the_other(in_blocks, packed, tmp_path):
    in_blocks(20, "--labs", packed("gz"), "--labs", write(tmp_path / "labs.parquet"))
