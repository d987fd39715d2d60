"""The table of flags beside the catalogue says what the catalogue says."""

from __future__ import annotations

import re

from readme_flags import committed_table, flag_table

from wbc_tracker.catalog import load_catalog

CATALOG = load_catalog()


def test_the_table_is_that_of_the_catalogue() -> None:
    """After a wanted change of the catalogue: python tests/readme_flags.py"""
    assert committed_table() == flag_table(CATALOG)


def test_every_flag_has_a_row_with_rule_threshold_and_source() -> None:
    """What compares nothing has no threshold, nor what follows the limits of what a cell can hold."""
    lines = [line for line in committed_table().splitlines() if line.startswith("| `")]
    rows = {line.split("`")[1]: [cell.strip() for cell in line.split("|")[1:-1]] for line in lines}
    assert list(rows) == list(CATALOG.flags)
    assert all(row[2] == CATALOG.flags[code].rule for code, row in rows.items())
    assert {code for code, row in rows.items() if not row[3]} == {"t_cell_shift", "unit_inferred"}
    assert not [code for code, row in rows.items() if not row[4]]


def test_every_number_of_a_source_stands_below_the_table() -> None:
    table = committed_table()
    told = {int(number) for number in re.findall(r"^(\d+)\. ", table, re.MULTILINE)}
    rows = [line for line in table.splitlines() if line.startswith("| `")]
    named = {int(number) for row in rows for number in re.findall(r"\d+", row.rsplit(" | ", 1)[1])}
    assert named == told == set(range(1, len(told) + 1))


def test_every_source_of_the_catalogue_is_told_once() -> None:
    assert [id for id, source in CATALOG.sources.items() if committed_table().count(source.text) != 1] == []
