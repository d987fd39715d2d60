"""The names of CDISC: they cover all columns and analytes, and keep to the forms of ADaM."""

from __future__ import annotations

import re

import pytest

from wbc_tracker.catalog import cdisc as module
from wbc_tracker.catalog import load_catalog
from wbc_tracker.catalog.cdisc import load_cdisc
from wbc_tracker.errors import CatalogError
from wbc_tracker.schema import EXPORT_COLUMNS
from wbc_tracker.sharing import cdisc as derivations

VARIABLES = load_cdisc().variables
WORDS = {column.name: column.words for column in EXPORT_COLUMNS}
#: Of the issue, and of ADaM's basic data structure.
ASKED = """
USUBJID PARAM PARAMCD AVAL AVALC AVALU BASE CHG PCHG ADT ADTM ADY ANRIND ANRLO ANRHI ATOXGR ATOXGRL TRT01A TRTSDT
ABLFL APHASE DTYPE
"""


def test_every_column_of_the_export_becomes_a_variable_and_nothing_else_does():
    assert {name for one in VARIABLES for name in one.source} == set(WORDS)


def test_what_was_asked_for_is_there():
    assert set(ASKED.split()) <= {one.name for one in VARIABLES}
    assert "STUDYID" not in {one.name for one in VARIABLES}


def test_names_and_labels_fit_a_transport_file():
    assert [one.name for one in VARIABLES if not re.fullmatch(r"[A-Z][A-Z0-9]{0,7}", one.name)] == []
    assert [one.label for one in VARIABLES if not 0 < len(one.label) <= 40] == []
    assert len({one.label for one in VARIABLES}) == len(VARIABLES)


def test_every_analyte_has_a_code():
    parameters = load_cdisc().parameters
    assert set(parameters) == set(load_catalog().analytes)
    assert [code for code, _ in parameters.values() if not re.fullmatch(r"[A-Z][A-Z0-9]{0,7}", code)] == []
    assert len({code for code, _ in parameters.values()}) == len(parameters)
    assert len({name for _, name in parameters.values()}) == len(parameters)


def test_every_word_of_a_column_has_its_own():
    renamed = [one for one in VARIABLES if one.words and not one.derive]
    assert {one.name: tuple(one.words) for one in renamed} == {one.name: WORDS[one.source[0]] for one in renamed}
    assert {one.source[0] for one in renamed} == {name for name, words in WORDS.items() if words} - {"comparator"}


def test_every_derivation_has_its_function_and_the_reverse():
    assert {one.derive for one in VARIABLES if one.derive} == set(derivations._DERIVE)


@pytest.mark.parametrize(
    ("before", "after", "told"),
    [
        ('name = "USUBJID"', 'name = "USUBJIDXX"', "USUBJIDXX"),
        ('name = "TRTA"', 'name = "trta"', "trta"),
        ('label = "Parameter"', f'label = "{"x" * 41}"', "PARAM "),
        ('wbc = ["WBC"', 'wbc = ["NEUT"', "twice"),
        ('keys = ["USUBJID"', 'keys = ["STUDYID"', "STUDYID"),
        ("[parameters]", "[codes]", "codes"),
    ],
)
def test_what_does_not_fit_is_refused(tmp_path, monkeypatch, before, after, told):
    text = module._FILE.read_text(encoding="utf-8")
    assert before in text
    (tmp_path / "cdisc.toml").write_text(text.replace(before, after, 1), encoding="utf-8")
    monkeypatch.setattr(module, "_FILE", tmp_path / "cdisc.toml")
    with pytest.raises(CatalogError, match=told):
        load_cdisc.__wrapped__()
