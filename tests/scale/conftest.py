"""Export in blocks and whole."""

from __future__ import annotations

import pytest
from tables.runs import ON_THE_DAY

from wbc_tracker.scale import run as engine


@pytest.fixture
def block_counts(monkeypatch):
    """Return how many blocks each reading in blocks has made so far."""
    itself, counts = engine.annotate_files, []

    def annotate(*args):
        found = itself(*args)
        counts.append(len(found.made))
        return found

    monkeypatch.setattr(engine, "annotate_files", annotate)
    return counts


@pytest.fixture
def in_blocks(wbc, monkeypatch, tmp_path, block_counts):
    """Export with blocks of some results: `in_blocks(7, "--labs", FILE)` gives exit code, words and content; they are
    those of the file read whole.
    """

    def run(size, *words, is_in_blocks=True, workers=1):
        told = []
        monkeypatch.setattr(engine, "PIECE_RESULTS", size)
        before = {path.name for path in tmp_path.iterdir()}
        for beside in ([], ["--workers", workers]):
            output = tmp_path / "out.csv"
            output.unlink(missing_ok=True)
            ended = wbc("export", output, *words, *ON_THE_DAY, *beside)
            told.append(
                (
                    ended.code,
                    ended.err.replace(f" --workers {workers}", ""),
                    output.read_bytes() if output.exists() else None,
                )
            )
        whole, blocks = told
        assert blocks == whole
        assert bool(block_counts) is is_in_blocks
        assert {path.name for path in tmp_path.iterdir()} - before <= {"out.csv", "home"}
        return blocks

    return run
