"""No text of a file becomes a formula, whichever separator a spreadsheet opens it with."""

from __future__ import annotations

import re
import unicodedata

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tables.trials import examples

from wbc_tracker.render.csv.cells import defuse, defuse_columns


@pytest.mark.parametrize(
    ("word", "safe"),
    [
        ("=1+1", "'=1+1"),
        ("@SUM(A1)", "'@SUM(A1)"),
        ("-5", "'-5"),
        ("\t=1", "'\t'=1"),
        ("＝1+1", "'＝1+1"),  # wide, as a Japanese keyboard types it
        ("﹣1", "'﹣1"),
        (" =1", "' =1"),
        ("\u200b=1", "'\u200b=1"),
        ("\ufeff＋1", "'\ufeff＋1"),
        ("\u202e@x", "'\u202e@x"),
        ("a;=1", "a;'=1"),
        ("a| \u200d-1", "a| \u200d'-1"),
        ("a\t+1\n=2", "a\t'+1\n'=2"),
        ("a;b-c", "a;b-c"),
        ("low; see = above", "low; see = above"),
        ("2024-01-02", "2024-01-02"),
        ("", ""),
    ],
)
def test_a_text(word: str, safe: str) -> None:
    assert defuse(word) == safe


_SHOWN = "=+-@＝＋－＠﹦﹢﹣﹫"
_PIECES = st.sampled_from([*_SHOWN, *";|\t\n\r \u200b\ufeff\u202e\xa0a1'"])


@settings(max_examples=examples(400))
@given(st.lists(_PIECES, max_size=12).map("".join))
def test_by_a_second_way(word: str) -> None:
    """Cut as a spreadsheet would that knows no quotes, and look at the first character one sees."""
    for cell in re.split("[;|\t\r\n]", defuse(word)):
        seen = [one for one in cell if unicodedata.category(one) not in ("Cf", "Zs", "Cc")]
        assert not seen or seen[0] not in _SHOWN
    assert defuse(word).replace("'", "") == word.replace("'", "")


def test_columns_keep_what_is_missing() -> None:
    table = pd.DataFrame({"a": ["=1", None, "x"], "b": ["=1", "=2", "=3"]}).astype("str")
    told = defuse_columns(table, ["a"])
    assert told["a"].fillna("none").tolist() == ["'=1", "none", "x"]
    assert told["b"].tolist() == ["=1", "=2", "=3"]
