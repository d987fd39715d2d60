"""Write invented lab and infusion files: n results of p patients, the same for the same seed.

    python tests/benchmarks/generate.py FOLDER --results 1000000 --patients 50000

The patients are those of `wbc_tracker/invented/populations.py`.
"""

from __future__ import annotations

import argparse
from pathlib import Path

import pyarrow.csv as pacsv

from wbc_tracker.invented.populations import World, invent_registry

PANEL = ("wbc", "neutrophils", "lymphocytes", "platelets", "hemoglobin", "cd19", "cd4", "igg")
#: B cells, /uL, that a dose leaves at most: a part of the values is printed as a limit.
_RESIDUE = 8.0


def generate(folder: Path, results: int, patients: int, seed: int = 1) -> tuple[Path, Path]:
    """Write `labs.csv` and `infusions.csv` into the folder and return their paths."""
    folder.mkdir(parents=True, exist_ok=True)
    people = invent_registry(results, World(patients, analytes=PANEL, residue=_RESIDUE, seed=seed))
    paths = folder / "labs.csv", folder / "infusions.csv"
    for path, content in zip(paths, (people.labs, people.infusions), strict=True):
        options = pacsv.WriteOptions(include_header=False, quoting_style="none")
        with path.open("wb") as stream:
            stream.write((",".join(content.column_names) + "\n").encode())
            pacsv.write_csv(content, stream, options)
    return paths


def generate_one_person(folder: Path, seed: int = 1) -> tuple[Path, Path]:
    """Write ten years of one person: a draw every twelve weeks."""
    return generate(folder, 44 * len(PANEL), 1, seed)


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--results", type=int, default=1_000_000)
    parser.add_argument("--patients", type=int, default=50_000)
    chosen = parser.parse_args()
    generate(chosen.folder, chosen.results, chosen.patients)
