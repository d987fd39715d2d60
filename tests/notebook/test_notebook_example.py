"""examples/notebook.ipynb: its cells run one after the other, and show what is stored below them."""

from __future__ import annotations

import json
import re

from notebook_cells import NOTEBOOK, read_cells, run_cells

_SVG = "image/svg+xml"


def test_each_cell_shows_what_is_stored(tmp_path) -> None:
    """After a wanted change of what is shown: python tests/readme_refresh.py"""
    for cell, outputs in zip(read_cells(), run_cells(tmp_path), strict=True):
        assert [_told(output) for output in outputs] == [_told(output) for output in cell["outputs"]], cell["source"]
    assert {path.suffix for path in tmp_path.iterdir()} == {".csv", ".parquet", ".toml"}


def _told(output: dict) -> dict:
    """Return an output; of a picture its words alone, which are the same whatever draws it."""
    data = output.get("data", {})
    if _SVG not in data:
        return output
    words = re.findall(r"<text[^>]*>([^<]*)</text>", "".join(data[_SVG]))
    assert "95 % limits; below: courses at risk" in "".join(words), "the curve is drawn"
    return output | {"data": data | {_SVG: words}}


def test_the_notebook_is_one_that_jupyter_opens() -> None:
    document = json.loads(NOTEBOOK.read_text(encoding="utf-8"))
    assert (document["nbformat"], document["nbformat_minor"]) == (4, 5)
    assert document["metadata"]["kernelspec"]["name"] == "python3"
    ids = [cell["id"] for cell in document["cells"]]
    assert len(set(ids)) == len(ids)
    assert all(line.endswith("\n") for cell in document["cells"] for line in cell["source"][:-1])
