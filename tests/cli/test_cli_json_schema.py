"""`explain --json-schema`: the schema that is printed, and the examples that fit it."""

from __future__ import annotations

import pytest
from jsonschema import Draft202012Validator
from tables.runs import CLINIC, ON_THE_DAY, ONE


def fits(wbc, *words) -> bool:
    schema = wbc("explain", "--json-schema").json
    return not list(Draft202012Validator(schema).iter_errors(wbc("report", *words, "--format", "json").json))


@pytest.mark.parametrize(
    "words",
    [
        (*ONE, *ON_THE_DAY),
        (*ONE, "--as-of", "2022-10-17"),
        (*ONE, *ON_THE_DAY, "--analyte", "wbc", "--since", "2025-01-01"),
        (*CLINIC, *ON_THE_DAY),
        (*CLINIC, *ON_THE_DAY, "--patient", "clinic-21", "--same-day", "after"),
    ],
    ids=["example", "before treatment", "filtered", "clinic", "one of the clinic"],
)
def test_the_examples_fit(wbc, words):
    assert fits(wbc, *words)


def test_an_empty_store_fits(wbc):
    assert fits(wbc, *ON_THE_DAY)


def test_a_file_of_results_alone_fits(wbc, file):
    assert fits(wbc, "--labs", file("a.csv", "2024-01-02 WBC 6.5"), *ON_THE_DAY)
