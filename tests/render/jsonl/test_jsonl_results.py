"""JSON Lines: an object a row, numbers as numbers, null for what is absent; nothing that a terminal would obey."""

from __future__ import annotations

import io
import json

import numpy as np
import pandas as pd
import pytest
from tables.annotated import annotated

import wbc_tracker.frames
from wbc_tracker.render.jsonl.results import write_jsonl
from wbc_tracker.schema import EXPORT_COLUMNS, covariate_column

HOSTILE = [
    "=cmd|' /C calc'!A0",
    "[red]x",
    "\x1b[31mred",
    "a\u202eb",
    "<script>",
    'q"q\\',
    "l1\nl2",
    "\x9b",
    "Ünal",
    "\U000e0041",
]


def jsonl(frame: pd.DataFrame, columns=EXPORT_COLUMNS) -> bytes:
    stream = io.BytesIO()
    write_jsonl(frame, stream, columns)
    return stream.getvalue()


def rows(frame: pd.DataFrame, columns=EXPORT_COLUMNS) -> list[dict[str, object]]:
    return [json.loads(line) for line in jsonl(frame, columns).decode().splitlines()]


def test_a_row_is_an_object_with_all_columns_in_their_order():
    (row,) = rows(annotated(1, patient_id=["me"], value=[6.5], course=[2]))
    assert list(row) == [column.name for column in EXPORT_COLUMNS]
    assert {name: cell for name, cell in row.items() if cell is not None} == {
        "patient_id": "me", "value": 6.5, "course": 2,
    }  # fmt: skip


def test_without_rows_there_is_not_a_line():
    assert jsonl(annotated(0)) == b""


def test_hostile_texts_come_back_as_they_are_and_no_letter_of_them_is_obeyed():
    written = jsonl(annotated(len(HOSTILE), patient_id=HOSTILE))
    assert [json.loads(line)["patient_id"] for line in written.splitlines()] == HOSTILE
    assert written.decode().replace("\n", "").isprintable()
    assert "Ünal".encode() in written


def test_texts_are_the_same_whether_they_are_categories_or_not():
    frame = annotated(3, patient_id=["a", 'b"', "a"], flags=["x", None, ""])
    compact = frame.assign(**{name: frame[name].astype("category") for name in ("patient_id", "flags")})
    assert jsonl(compact) == jsonl(frame)
    assert [row["flags"] for row in rows(frame)] == ["x", None, ""]


@pytest.mark.parametrize("value", [0.1, 1 / 3, 3.07692307692, 1e-7, 1e22, -4.0, 12345678.9])
def test_numbers_are_kept_to_the_last_bit(value):
    assert rows(annotated(1, value=[value]))[0]["value"] == value


def test_what_is_no_number_is_null():
    assert [row["value"] for row in rows(annotated(3, value=[np.nan, np.inf, -np.inf]))] == [None] * 3


def test_a_column_of_the_user_keeps_its_name_whatever_it_is():
    name = 'a"\u202eb'
    frame = annotated(1).assign(**{name: "A"})
    assert rows(frame, (*EXPORT_COLUMNS, covariate_column(name)))[0][name] == "A"


def test_many_rows_stay_in_order(monkeypatch):
    monkeypatch.setattr(wbc_tracker.frames, "_SLICE_ROWS", 3)
    frame = annotated(20, source_row=list(range(20)))
    assert [row["source_row"] for row in rows(frame)] == list(range(20))
