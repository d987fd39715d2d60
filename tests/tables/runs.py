"""Run the program as a user does: through `main`, in this process or in one of its own."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any

from tables import warm

EXAMPLES = Path(__file__).parents[2] / "examples"
ONE = ("--labs", str(EXAMPLES / "labs.csv"), "--infusions", str(EXAMPLES / "infusions.csv"))
CLINIC = ("--labs", str(EXAMPLES / "clinic_labs.csv"), "--infusions", str(EXAMPLES / "clinic_infusions.csv"))
ON_THE_DAY = ("--as-of", "2026-11-23")
ESCAPE_CODE = re.compile(r"\x1b\[[0-9;?]*[a-zA-Z]")
_MAIN = "from wbc_tracker.cli import main; main()"


@dataclass(frozen=True)
class Run:
    """What one call gave: exit code, standard output and standard error."""

    code: int
    out_bytes: bytes
    err: str

    @property
    def out(self) -> str:
        return self.out_bytes.decode("utf-8")

    @property
    def lines(self) -> list[str]:
        return self.out.splitlines()

    @property
    def json(self) -> Any:
        return json.loads(self.out, parse_constant=_refuse_constant)


def _refuse_constant(word: str) -> None:
    raise AssertionError(f"{word} is no JSON")


def run_alone(
    *arguments: str,
    script: str | None = None,
    stdin: bytes | IO[bytes] = b"",
    into: IO[bytes] | None = None,
    **settings: str,
) -> Run:
    """Run in a process of its own; with a `script`, which may prepare something before it calls main, in a new Python.

    `stdin`: bytes, or an open file; `into`: an open file that is standard output.
    """
    given = {"input": stdin} if isinstance(stdin, bytes) else {"stdin": stdin}
    done = subprocess.run(
        [*(warm.python() if script is None else [sys.executable]), "-c", script or _MAIN, *arguments],
        **given,
        stdout=into or subprocess.PIPE,
        stderr=subprocess.PIPE,
        env={**os.environ, **settings},
        timeout=60,
        check=False,
    )
    return Run(done.returncode, done.stdout or b"", done.stderr.decode("utf-8", "replace"))


def labs_text(*lines: str, header: str | None = None) -> str:
    """Return a file of these lines; without a header `2024-01-02 WBC 6.5` becomes a row with white cells' unit."""
    if header is not None:
        return "\n".join([header, *lines]) + "\n"
    rows = [line if "," in line else f"{line.replace(' ', ',')},10^9/L" for line in lines]
    return "\n".join(["collected_at,analyte,value,unit", *rows]) + "\n"


def keys_and_kinds(entry: dict[str, Any]) -> dict[str, str]:
    """Return the keys of a JSON object in their order, with the kinds of their values."""
    names = {
        str: "text", int: "whole", float: "number", list: "list",
        dict: "object", bool: "truth", type(None): "null",
    }  # fmt: skip
    return {key: names[type(value)] for key, value in entry.items()}
