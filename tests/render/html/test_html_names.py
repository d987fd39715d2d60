"""File names from ids: never a path, never two alike, never a reserved word, and the same in every run."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from wbc_tracker.render.html.names import page_names

RESERVED = {"con", "prn", "aux", "nul", "index", "vega", "com1", "lpt9", "com0"}
HOSTILE = [
    "", ".", "..", "../../etc/passwd", "/etc/passwd", "C:\\x", "a/b", "a\\b", "a\x00b", "NUL", "con", "Index", "vega",
    "x" * 300, "é" * 300, "\u202eabc", "a b", "a.html", "-rf", "~", "$HOME", "%2e%2e%2f", "COM1", "a:b", "?*", "\ud800",
]  # fmt: skip


def test_a_plain_id_is_its_own_name():
    assert page_names(["clinic-01", "P_7", "42"]) == {
        "clinic-01": "clinic-01.html",
        "P_7": "P_7.html",
        "42": "42.html",
    }


@pytest.mark.parametrize("patient_id", HOSTILE)
def test_another_id_gets_a_readable_part_and_a_hash(patient_id):
    name = page_names([patient_id])[patient_id]
    assert re.fullmatch(r"[a-z0-9_-]{1,40}-[0-9a-f]{16}\.html", name)
    assert not name.startswith("-")


def test_ids_that_differ_in_case_alone_get_names_that_do_not():
    names = page_names(["P1", "p1", "P2"])
    assert len({name.lower() for name in names.values()}) == 3
    assert names["P2"] == "P2.html"


def test_an_id_that_looks_like_a_made_name_does_not_take_it():
    made = page_names(["a b"])["a b"]
    names = page_names(["a b", made.removesuffix(".html")])
    assert len(set(names.values())) == 2


def test_the_others_change_a_name_only_by_case():
    assert page_names(["a b", "c"])["c"] == page_names(["c", "d", "C d"])["c"] == "c.html"


@given(st.lists(st.text(max_size=70) | st.sampled_from([*RESERVED, "P1", "p1", "a b", "a-b", "A-B"]), max_size=30))
def test_names_are_safe_and_never_alike(ids):
    names = page_names(ids)
    assert set(names) == set(ids)
    assert len({name.lower() for name in names.values()}) == len(set(ids))
    for name in names.values():
        assert re.fullmatch(r"[A-Za-z0-9_][A-Za-z0-9_-]*\.html", name)
        assert len(name) <= 70
        assert name.split(".")[0].lower() not in RESERVED
