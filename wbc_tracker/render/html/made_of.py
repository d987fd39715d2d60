"""Of what a patient's page is made, as a digest: where it is the same, a new page would be too."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from hashlib import blake2b
from pathlib import Path

import numpy as np
import pandas as pd
from pandas.util import hash_pandas_object

from wbc_tracker.analysis import Analysis
from wbc_tracker.arrays import group_starts
from wbc_tracker.render.html.folder import FolderOptions


def digest_patients(
    analysis: Analysis,
    patients: Sequence[str],
    options: FolderOptions,
    shown: Sequence[int] | None = None,
) -> dict[str, str]:
    """Return patient -> a digest of all that the page of this patient depends on.

    That is the results, infusions and events of the patient, the day, the options, and the program
    itself with its catalogue. Arguments as of `patient_pages`.
    """
    dataset = analysis.dataset
    judged_by = (analysis.same_day, _rules(analysis), _program())
    common = repr((options, dataset.as_of, *judged_by)).encode()
    frames = [dataset.results, dataset.infusions, dataset.events]
    if shown is not None:
        annotated = analysis.annotated["patient_id"]
        is_shown = np.isin(np.arange(len(annotated)), list(shown))
        frames.append(pd.DataFrame({"patient_id": annotated, "shown": is_shown}))
    told = [_by_patient(frame) for frame in frames]
    digests = {}
    for patient in patients:
        said = (patient, dataset.sexes.get(patient), dataset.later.get(patient, 0))
        digest = blake2b(common + repr(said).encode(), digest_size=16)
        for part in told:
            own = part.get(patient, b"")
            digest.update(len(own).to_bytes(8, "little") + own)
        digests[patient] = digest.hexdigest()
    return digests


def _rules(analysis: Analysis) -> list[str]:
    """Return what changes the catalogue, as it was written."""
    return [repr(own.rules) for own in analysis.catalog.own_rules]


def _by_patient(frame: pd.DataFrame) -> Mapping[str, bytes]:
    """Return patient -> a hash of each row of that patient, in their order."""
    patient, names = pd.factorize(frame["patient_id"].astype("str"))
    order = np.argsort(patient, kind="stable")
    hashes = hash_pandas_object(frame, index=False).to_numpy()[order]
    starts = group_starts(patient[order]) if len(order) else np.zeros(0, dtype=np.int64)
    parts = np.split(hashes, starts[1:]) if len(order) else []
    return {
        str(names[patient[order[start]]]): part.tobytes()
        for start, part in zip(starts.tolist(), parts, strict=True)
    }


def _program() -> list[tuple[str, int, int]]:
    """Return which files the program consists of, as they are installed."""
    root = Path(__file__).parents[2]
    files = sorted(file for file in root.rglob("*") if file.suffix != ".pyc" and file.is_file())
    told = [(file, file.stat()) for file in files]
    return [(file.relative_to(root).as_posix(), s.st_size, s.st_mtime_ns) for file, s in told]
