"""The page of portals in examples/ says what the profiles of the catalogue say."""

from __future__ import annotations

from readme_portals import GIVES, committed_pages, portal_pages

from wbc_tracker.catalog.profiles import load_profiles

PROFILES = load_profiles()


def test_the_page_is_that_of_the_catalogue() -> None:
    """After a wanted change of a profile: python tests/readme_refresh.py"""
    assert committed_pages() == portal_pages()


def test_every_profile_has_a_row_and_a_part_and_says_what_it_gives() -> None:
    lines = committed_pages().splitlines()
    rows = {line[3:].partition("]")[0]: line for line in lines if line.startswith("| [")}
    assert set(rows) == set(PROFILES) == {line[4:] for line in lines if line.startswith("### ")}
    assert all(PROFILES[id].gives in GIVES for id in rows)


def test_what_gives_no_csv_says_so_and_how_to_make_one() -> None:
    for profile in PROFILES.values():
        if profile.gives in ("PDF", "page"):
            assert "has no CSV. Copy the table" in profile.description, profile.id


def test_a_file_that_names_nobody_or_prints_no_interval_is_told_as_such() -> None:
    rows = {line[3:].partition("]")[0]: line.split(" | ") for line in committed_pages().splitlines() if "[" in line[:3]}
    assert {id for id, row in rows.items() if row[3] == "no"} == {"nhs-record", "whoop", "mychart", "labcorp", "quest"}
    assert {id for id, row in rows.items() if row[4] == "no"} == {"whoop", "i2b2", "synthea"}
