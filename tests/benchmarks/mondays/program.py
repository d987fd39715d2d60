"""The program as a nurse starts it, on a day of our choice, each start timed."""

from __future__ import annotations

import csv
import io
import json
import os
import resource
import subprocess
import sys
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

# Imports and entries are dated by the clock of `cli`.
_START = """
import sys
from wbc_tracker.cli import clock
day = sys.argv.pop(1)
clock.now = lambda: day + "T09:00:00+00:00"
clock.today = lambda: day
from wbc_tracker.cli import main
main()
"""


@dataclass
class Program:
    """Runs commands on the store of a folder.

    Attributes:
        seconds, processor: what was done -> how long it took, by the clock and of processor time (of the two
            the one that does not depend on who else is at work). output: what it said last.
    """

    folder: Path
    day: date
    seconds: dict[str, float] = field(default_factory=dict)
    processor: dict[str, float] = field(default_factory=dict)
    output: dict[str, str] = field(default_factory=dict)

    def run(self, *words: str, told: str = "", codes: tuple[int, ...] = (0,)) -> str:
        """Run a command and return its output; `told`: under which name its time counts.

        Raises:
            SystemExit: it ended with another code than one of these.
        """
        start, used = time.monotonic(), _used()
        done = subprocess.run(
            [sys.executable, "-c", _START, self.day.isoformat(), *words],
            cwd=self.folder, capture_output=True, text=True, encoding="utf-8", check=False,
            env=os.environ | {"WBC_TRACKER_DB": str(self.folder / "clinic.sqlite")},
        )  # fmt: skip
        if told:
            self.seconds[told] = self.seconds.get(told, 0.0) + time.monotonic() - start
            self.processor[told] = self.processor.get(told, 0.0) + _used() - used
            self.output[told] = done.stdout + done.stderr
        if done.returncode not in codes:
            raise SystemExit(
                f"{' '.join(words)} ended with {done.returncode}: {done.stdout[-500:]}{done.stderr[-1500:]}"
            )
        return done.stdout

    def lines(self, *words: str, told: str = "") -> dict[str, Mapping[str, str]]:
        """Return the lines of `report --format csv` by patient."""
        out = self.run("report", *words, "--format", "csv", "--as-of", self.day.isoformat(), told=told)
        return {line["patient_id"].lstrip("'"): line for line in csv.DictReader(io.StringIO(out))}

    def json(self, *words: str, told: str = "") -> Any:
        """Return what a command prints as JSON."""
        return json.loads(self.run(*words, "--format", "json", told=told))


def _used() -> float:
    """Return the processor seconds of the commands so far."""
    children = resource.getrusage(resource.RUSAGE_CHILDREN)
    return children.ru_utime + children.ru_stime
