"""Write invented lab and infusion files: n results of p patients, the same for the same seed.

python tests/benchmarks/generate.py FOLDER --results 1000000 --patients 50000
"""

from __future__ import annotations

import argparse
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.csv as pacsv

#: analyte, unit, middle, spread, decimals, low, high
PANEL = (
    ("wbc", "10*9/L", 6.2, 1.2, 1, 4.0, 11.0),
    ("neutrophils", "10*9/L", 3.8, 0.9, 2, 2.0, 7.5),
    ("lymphocytes", "10*9/L", 1.6, 0.4, 2, 1.0, 4.0),
    ("platelets", "10*9/L", 250.0, 40.0, 0, 150.0, 400.0),
    ("hemoglobin", "g/L", 135.0, 10.0, 0, 120.0, 160.0),
    ("cd19", "/uL", 2.0, 2.0, 0, 100.0, 500.0),
    ("cd4", "/uL", 800.0, 150.0, 0, 300.0, 1400.0),
    ("igg", "g/L", 9.5, 1.2, 1, 6.0, 16.0),
)
_FIRST_DAY = np.datetime64("2016-01-01")
_INTERVAL = 168


def generate(folder: Path, results: int, patients: int, seed: int = 1) -> tuple[Path, Path]:
    """Write `labs.csv` and `infusions.csv` into the folder and return their paths."""
    rng = np.random.default_rng(seed)
    folder.mkdir(parents=True, exist_ok=True)
    draws = -(-results // len(PANEL))
    draws_of = np.full(patients, draws // patients) + (np.arange(patients) < draws % patients)
    start = rng.integers(0, 1500, patients)
    drawer = np.repeat(np.arange(patients), draws_of)
    number = np.arange(draws) - np.repeat(np.cumsum(draws_of) - draws_of, draws_of)
    wobble = rng.integers(-10, 10, draws) * (number > 0)
    drawn = start[drawer] - 14 + number * 84 + wobble
    person, day = (np.repeat(column, len(PANEL))[:results] for column in (drawer, drawn))
    panel = np.tile(np.arange(len(PANEL)), draws)[:results]
    columns = list(zip(*PANEL, strict=True))
    middle, spread, decimals, low, high = (np.array(column, dtype=float)[panel] for column in columns[2:])
    value = np.maximum(middle + spread * rng.standard_normal(len(person)), 0.0)
    value = np.round(value * 10**decimals) / 10**decimals
    text = pa.array(value).cast(pa.string())
    depleted = pa.array((panel == 5) & (value < 1))
    table = pa.table(
        {
            "patient_id": _ids(person),
            "collected_at": pa.array(np.datetime_as_string(_FIRST_DAY + day)),
            "analyte": pa.array(columns[0]).take(pa.array(panel)),
            "value": pc.if_else(depleted, "<1", text),
            "unit": pa.array(columns[1]).take(pa.array(panel)),
            "ref_low": pa.array(low),
            "ref_high": pa.array(high),
        }
    )
    courses = int(draws_of.max()) * 84 // _INTERVAL + 1
    who = np.repeat(np.arange(patients), courses)
    when = start[who] + np.tile(np.arange(courses) * _INTERVAL, patients) + rng.integers(-7, 20, len(who))
    infusions = pa.table(
        {
            "patient_id": _ids(who),
            "infused_on": pa.array(np.datetime_as_string(_FIRST_DAY + when)),
            "drug": pa.array(["ocrelizumab"] * len(who)),
            "dose_mg": pa.array(np.full(len(who), 600)),
        }
    )
    paths = folder / "labs.csv", folder / "infusions.csv"
    for path, content in zip(paths, (table, infusions), strict=True):
        options = pacsv.WriteOptions(include_header=False, quoting_style="none")
        with path.open("wb") as stream:
            stream.write((",".join(content.column_names) + "\n").encode())
            pacsv.write_csv(content, stream, options)
    return paths


def generate_one_person(folder: Path, seed: int = 1) -> tuple[Path, Path]:
    """Write ten years of one person: a draw every twelve weeks."""
    return generate(folder, 44 * len(PANEL), 1, seed)


def _ids(numbers: np.ndarray) -> pa.Array:
    return pa.array(np.char.add("p", numbers.astype("U7")))


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--results", type=int, default=1_000_000)
    parser.add_argument("--patients", type=int, default=50_000)
    chosen = parser.parse_args()
    generate(chosen.folder, chosen.results, chosen.patients)
