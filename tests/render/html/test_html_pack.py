"""What many charts share is written once, and comes back as it was."""

from __future__ import annotations

import json

from hypothesis import given
from hypothesis import strategies as st

from wbc_tracker.render.html.pack import pack

LONG = {"a": "x" * 50}


def unpack(packed, parts):
    """Do what page.js does."""
    if isinstance(packed, dict):
        if set(packed) == {"$"}:
            return unpack(parts[packed["$"]], parts)
        return {name: unpack(inner, parts) for name, inner in packed.items()}
    return [unpack(inner, parts) for inner in packed] if isinstance(packed, list) else packed


def test_equal_parts_stand_once():
    assert pack([LONG, 1, {"b": LONG}]) == {"parts": [LONG], "packed": [{"$": 0}, 1, {"b": {"$": 0}}]}


def test_a_part_that_stands_once_or_is_short_stays():
    assert pack([LONG, {"a": 1}, {"a": 1}]) == {"parts": [], "packed": [LONG, {"a": 1}, {"a": 1}]}


def test_parts_name_parts_before_them():
    outer = [LONG, "y" * 50]
    told = pack([outer, outer, LONG])
    assert told == {"parts": [LONG, [{"$": 0}, "y" * 50]], "packed": [{"$": 1}, {"$": 1}, {"$": 0}]}


values = st.recursive(
    st.none() | st.booleans() | st.integers(-9, 9) | st.text(max_size=60),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text("abc", min_size=1), inner, max_size=4),
    max_leaves=20,
)


@given(st.lists(values, max_size=4))
def test_it_comes_back(value):
    told = pack([value, value, {"a": value}])
    assert unpack(told["packed"], told["parts"]) == [value, value, {"a": value}]
    assert json.loads(json.dumps(told)) == told
