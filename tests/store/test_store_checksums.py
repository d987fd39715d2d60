"""Checksums of rows: the same one by one and all at once, and another one for every other row."""

from __future__ import annotations

import struct

import pytest
from hypothesis import given
from hypothesis import strategies as st

from wbc_tracker.store.sums.checksums import checksums, row_checksum

TEXTS = st.none() | st.text(st.characters(codec="utf-8"), max_size=60)
REALS = st.none() | st.floats(allow_nan=False)
WHOLES = st.integers(-(2**63), 2**63 - 1)
KINDS = ["text", "number", "integer", "text"]


@given(st.lists(st.tuples(TEXTS, REALS, WHOLES, TEXTS), min_size=1))
def test_one_by_one_and_all_at_once_agree(rows):
    columns = list(zip(*rows, strict=True))
    assert checksums(columns, KINDS).tolist() == [row_checksum(*row) for row in rows]


ROW = ("me", "wbc", "2024-01-01", "", 6.1, 2)


@pytest.mark.parametrize(
    "other",
    [
        ("mf", "wbc", "2024-01-01", "", 6.1, 2),
        ("mew", "bc", "2024-01-01", "", 6.1, 2),
        ("wbc", "me", "2024-01-01", "", 6.1, 2),
        ("me", "wbc", "2024-01-01", None, 6.1, 2),
        ("me", "wbc", "2024-01-01", "<", 6.1, 2),
        ("me", "wbc", "2024-01-01", "", 6.2, 2),
        ("me", "wbc", "2024-01-01", "", "6.1", 2),
        ("me", "wbc", "2024-01-01", "", 6.1, 2.0),
        ("me", "wbc", "2024-01-01", "", 2.0, 6),
    ],
)
def test_every_field_counts(other):
    assert row_checksum(*other) != row_checksum(*ROW)


def test_no_single_flipped_bit_of_a_value_or_text_goes_unseen():
    bits = struct.unpack("<Q", struct.pack("<d", 6.1))[0]
    flipped = {struct.unpack("<d", struct.pack("<Q", bits ^ 1 << bit))[0] for bit in range(64)}
    texts = {"".join(chr(ord(c) ^ (1 << bit if at == i else 0)) for i, c in enumerate("wbc"))
             for at in range(3) for bit in range(7)}  # fmt: skip
    rows = [("me", "wbc", value) for value in flipped] + [("me", text, 6.1) for text in texts] + [("me", "wbc", 6.1)]
    assert len({row_checksum(*row) for row in rows}) == len(rows) == 64 + 21 + 1


def test_minus_zero_is_zero():
    assert row_checksum(-0.0) == row_checksum(0.0)


def test_it_is_the_same_on_every_machine_and_in_every_version():
    """Computed once in Perl, from the steps in the docstring."""
    assert row_checksum("wbc", None, 7, 6.1, "as printed, with \u00b5L") % 2**64 == 18229879649204080015
