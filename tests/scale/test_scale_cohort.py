"""A cohort that is counted in blocks is the cohort: of files grouped by patient or not, here or on a cluster."""

from __future__ import annotations

import socket
from contextlib import suppress

import pytest
from tables.runs import CLINIC, ON_THE_DAY

from wbc_tracker.scale import run


@pytest.mark.parametrize("rest", [("--format", "csv"), ("--format", "json", "--by", "drug", "--analyte", "wbc")])
def test_a_cohort_counted_in_blocks_is_the_cohort(wbc, monkeypatch, block_counts, rest):
    monkeypatch.setattr(run, "PIECE_RESULTS", 3_000)
    whole = wbc("cohort", *CLINIC, *ON_THE_DAY, *rest)
    blocks = wbc("cohort", *CLINIC, *ON_THE_DAY, *rest, "--workers", 1)
    assert (blocks.code, blocks.out, blocks.err) == (whole.code, whole.out, whole.err)
    assert block_counts[0] > 1


def test_groups_by_a_column_are_counted_on_a_cluster_too(wbc):
    """Also where another cluster has the usual port of a dashboard."""
    words = ["cohort", *CLINIC, *ON_THE_DAY, "--by", "sex"]
    whole = wbc(*words)
    with socket.socket() as another:
        with suppress(OSError):  # somebody has it already
            another.bind(("0.0.0.0", 8787))
            another.listen()
        counted = wbc(*words, "--engine", "dask", "--workers", 1)
    assert (counted.out, counted.err) == (whole.out, whole.err)


def test_of_one_patient_no_blocks_are_made(wbc):
    ended = wbc("cohort", *CLINIC, *ON_THE_DAY, "--patient", "clinic-01", "--engine", "dask")
    assert (ended.code, ended.err.splitlines()[-1]) == (2, "Leave out --engine, which reads them whole.")
