"""The cells of examples/notebook.ipynb: run one after the other, as Jupyter does, and their outputs.

A cell shows what it prints and, of its last line, the value: as text, and as a picture where it is one.
"""

from __future__ import annotations

import ast
import contextlib
import io
import json
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pandas as pd
from readme import ROOT

NOTEBOOK = ROOT / "examples" / "notebook.ipynb"
_SVG = "image/svg+xml"


def read_cells() -> list[dict[str, Any]]:
    """Return the cells of code, as they are stored."""
    document = json.loads(NOTEBOOK.read_text(encoding="utf-8"))
    return [cell for cell in document["cells"] if cell["cell_type"] == "code"]


def run_cells(folder: Path) -> Iterator[list[dict[str, Any]]]:
    """Yield the outputs of each cell, run with those before it, in a folder with the example files."""
    for file in NOTEBOOK.parent.glob("*.csv"):
        shutil.copy(file, folder)
    names: dict[str, Any] = {"__name__": "__main__"}
    # As wide as in Jupyter, whatever the terminal.
    with contextlib.chdir(folder), pd.option_context("display.max_columns", 20, "display.width", 80):
        for number, cell in enumerate(read_cells(), start=1):
            yield _run("".join(cell["source"]), names, number)


def _run(source: str, names: dict[str, Any], number: int) -> list[dict[str, Any]]:
    body = ast.parse(source).body
    last = body.pop() if isinstance(body[-1], ast.Expr) else None
    printed, value = io.StringIO(), None
    with contextlib.redirect_stdout(printed):
        exec(compile(ast.Module(body, []), f"cell {number}", "exec"), names)
        if last is not None:
            value = eval(compile(ast.Expression(last.value), f"cell {number}", "eval"), names)
    outputs = []
    if printed.getvalue():
        outputs.append({"name": "stdout", "output_type": "stream", "text": _lines(printed.getvalue())})
    if value is not None:
        data = {_SVG: _lines(value._repr_svg_())} if hasattr(value, "_repr_svg_") else {}
        data["text/plain"] = _lines(repr(value))
        told = {"data": data, "execution_count": number, "metadata": {}, "output_type": "execute_result"}
        outputs.append(told)
    return outputs


def _lines(text: str) -> list[str]:
    return text.splitlines(keepends=True)


def write_outputs(folder: Path) -> bool:
    """Store what the cells show now; tell whether that changed the notebook."""
    before = NOTEBOOK.read_text(encoding="utf-8")
    document = json.loads(before)
    cells = (cell for cell in document["cells"] if cell["cell_type"] == "code")
    for number, (cell, outputs) in enumerate(zip(cells, run_cells(folder), strict=True), start=1):
        cell.update(outputs=outputs, execution_count=number)
    NOTEBOOK.write_text(json.dumps(document, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
    return NOTEBOOK.read_text(encoding="utf-8") != before
