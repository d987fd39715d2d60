"""A private home for every command, and `file`, which writes a small lab file."""

from __future__ import annotations

import pytest
from tables.runs import labs_text


@pytest.fixture(autouse=True)
def _at_home(private_home):
    """No command of these tests sees the user's own store, terminal and colours."""


@pytest.fixture
def file(tmp_path):
    """Write a file: `file("labs.csv", "2024-01-02 WBC 6.5")` or whole lines with their own header."""

    def write(name: str, *lines: str, header: str | None = None):
        path = tmp_path / name
        path.write_text(labs_text(*lines, header=header), encoding="utf-8")
        return path

    return write
