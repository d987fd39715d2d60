"""What the commands `export` and `report` do, for a notebook or a program: one call each."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import pandas as pd

from wbc_tracker.analysis import Analysis
from wbc_tracker.catalog import Catalog, load_catalog
from wbc_tracker.dataset import Dataset
from wbc_tracker.errors import UsageError
from wbc_tracker.files import write_whole
from wbc_tracker.patient.build import build_report as build_patients
from wbc_tracker.patient.model import Report
from wbc_tracker.render.csv.results import write_csv
from wbc_tracker.render.jsonl.results import write_jsonl
from wbc_tracker.render.parquet.results import write_parquet
from wbc_tracker.selection import Selection

_WRITERS = {".csv": write_csv, ".jsonl": write_jsonl, ".parquet": write_parquet}


def write_export(annotated: pd.DataFrame, path: Path | str) -> None:
    """Write annotated results with the columns of `export`; the ending of the name is the format.

    The file is there whole or not at all; one of that name is replaced.

    Args:
        annotated: a frame that `annotate` returned; its flags are told where they are filled.
        path: ends in `.csv`, `.jsonl` or `.parquet`.

    Raises:
        UsageError: another ending. OutputError: the file cannot be written.
    """
    path = Path(path)
    write = _WRITERS.get(path.suffix.lower())
    if write is None:
        endings = ", ".join(_WRITERS)
        raise UsageError(f"{path.name!r} does not tell the format: it should end in {endings}.")
    with write_whole(path) as stream:
        write(annotated, stream)


def build_report(
    dataset: Dataset,
    patients: Sequence[str] | None = None,
    *,
    same_day: str = "before",
    catalog: Catalog | None = None,
) -> Report:
    """Build the report of every patient of a dataset, or of some, as `report` tells it.

    `render_json` and `render_markdown` make a text of it.

    Args:
        dataset: from `from_readings` or `assemble`. patients: whose; everybody's by default.
        same_day: as of `annotate`. catalog: rules and words; by default the program's own.

    Raises:
        UsageError: a patient who is not in the dataset.
    """
    if unknown := sorted(set(patients or ()) - set(dataset.patients)):
        raise UsageError(f"There is no patient {unknown[0]!r} in the dataset.")
    analysis = Analysis(dataset, same_day, catalog or load_catalog())
    patient = patients[0] if patients and len(patients) == 1 else None
    everything = Selection().as_settings()
    settings: dict[str, object] = {"same_day": same_day, "patient": patient, **everything}
    return build_patients(analysis, settings, patients=patients)
