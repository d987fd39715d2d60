"""What an export says of how it was made: everything, or where it is shared nothing that tells who or when."""

from __future__ import annotations

from dataclasses import replace

from wbc_tracker.sharing.made_with import Input, MadeWith

MADE = MadeWith(
    version="0.1.0",
    catalogue_version="2.0",
    grading="CTCAE v5.0",
    as_of="2024-03-01",
    settings={
        "patient": "Anna",
        "since": "2023-01-01",
        "until": None,
        "same_day": "before",
        "reading": {"columns": []},
    },
    rules=[{"name": "trial", "file": "Anna.toml", "changes": [{"name": "depleted_below_count", "value": 20}]}],
    inputs=[Input("labs", "Anna.csv", "ab12")],
    disclaimer="Educational.",
)


def test_everything_is_told_of_what_is_not_shared():
    assert MADE.as_data(is_shared=False) == {
        "program": "wbc-tracker",
        "version": "0.1.0",
        "catalogue_version": "2.0",
        "grading": "CTCAE v5.0",
        "as_of": "2024-03-01",
        "settings": MADE.settings,
        "rules": MADE.rules,
        "inputs": [{"role": "labs", "file": "Anna.csv", "sha256": "ab12"}],
        "disclaimer": "Educational.",
    }


def test_of_what_is_shared_only_what_names_nobody_and_no_day():
    assert MADE.as_data(is_shared=True) == {
        "program": "wbc-tracker",
        "version": "0.1.0",
        "catalogue_version": "2.0",
        "grading": "CTCAE v5.0",
        "settings": {"same_day": "before"},
        "rules": [{"name": "trial", "changes": [{"name": "depleted_below_count", "value": 20}]}],
        "disclaimer": "Educational.",
    }


def test_without_own_rules_the_list_is_empty():
    assert replace(MADE, rules=[]).as_data(is_shared=True)["rules"] == []
