"""Rows of infusions or events on the disk, sorted by a hash of the patient: a block takes those of
its patients. They are mapped, not loaded, so that workers share them.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from functools import lru_cache
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from wbc_tracker.arrays import Mask, Whole
from wbc_tracker.scale.cut import Hashes, hash_texts

#: Columns beside those of the frame: the hash of the patient, and the row's place in the files.
_HASH, _PLACE = "_hash", "_place"


def write_rows(frame: pd.DataFrame, places: Whole, path: Path) -> None:
    """Write rows, each with its place among all in the order of the files."""
    codes, words = pd.factorize(frame["patient_id"].astype("str"))
    hashes = hash_texts(list(words))[codes]
    order = np.argsort(hashes, kind="stable")
    table = pa.Table.from_pandas(frame.iloc[order], preserve_index=False)
    table = table.append_column(_HASH, pa.array(hashes[order]))
    table = table.append_column(_PLACE, pa.array(places[order]))
    with pa.OSFile(str(path), "wb") as stream, pa.ipc.new_file(stream, table.schema) as writer:
        writer.write_table(table)


class Rows:
    """The rows of one or more such files, of which none has a patient of another."""

    def __init__(self, paths: Sequence[Path]) -> None:
        self._tables = [
            pa.ipc.open_file(pa.memory_map(str(path))).read_all().combine_chunks() for path in paths
        ]
        self._hashes: list[Hashes] = [table[_HASH].to_numpy() for table in self._tables]
        self._share_hashes = any(map(_has_twins, self._tables))

    def __len__(self) -> int:
        """How many there are."""
        return sum(table.num_rows for table in self._tables)

    def of(self, people: Sequence[str]) -> tuple[pd.DataFrame, Whole]:
        """Return the rows of some patients in the order of the files, and their places there."""
        wanted = np.unique(hash_texts(list(people)))
        taken = zip(self._tables, self._hashes, strict=True)
        found = pa.concat_tables([_taken(table, hashes, wanted) for table, hashes in taken])
        found = found.sort_by(_PLACE)
        frame = found.drop([_HASH, _PLACE]).to_pandas()
        places = found[_PLACE].to_numpy()
        if self._share_hashes or not set(frame["patient_id"].unique()) <= set(people):
            theirs = frame["patient_id"].isin(people).to_numpy(dtype=bool)
            frame, places = frame[theirs].reset_index(drop=True), places[theirs]
        return frame, places

    def known(self, places: Iterable[npt.NDArray[np.integer]]) -> Mask:
        """Return a mask over the places that is true at some of them."""
        last = max((int(p.max()) for table in self._tables if len(p := _places(table))), default=-1)
        known = np.zeros(last + 1, dtype=bool)
        for each in places:
            known[each] = True
        return known

    def without(self, known: Mask) -> Iterator[str]:
        """Yield whose the rows are that are not known, in the order of the files."""
        strange = []
        for table in self._tables:
            left = np.flatnonzero(~known[_places(table)])
            strange.append(table.select(["patient_id", _PLACE]).take(pa.array(left)))
        for patient in pa.concat_tables(strange).sort_by(_PLACE)["patient_id"]:
            yield str(patient)


def _places(table: pa.Table) -> Whole:
    return np.asarray(table[_PLACE].to_numpy(), dtype=np.int64)


def _has_twins(table: pa.Table) -> bool:
    """Tell whether two patients share a hash."""
    if table.num_rows < 2:
        return False
    hashes, who = table[_HASH].to_numpy(), table["patient_id"]
    other = pc.not_equal(who.slice(1), who.slice(0, len(who) - 1)).to_numpy()
    return bool((other & (hashes[1:] == hashes[:-1])).any())


def _taken(table: pa.Table, hashes: Hashes, wanted: Hashes) -> pa.Table:
    """Return the rows of some hashes, in the order of the hashes."""
    if not len(hashes):
        return table
    wanted = wanted[
        np.searchsorted(wanted, hashes[0]) : np.searchsorted(wanted, hashes[-1], "right")
    ]
    first = np.searchsorted(hashes, wanted, "left")
    size = np.searchsorted(hashes, wanted, "right") - first
    before = np.append(0, np.cumsum(size)[:-1]) if len(size) else size
    at = np.repeat(first - before, size) + np.arange(int(size.sum()))
    return table.take(pa.array(at))


@lru_cache(maxsize=4)
def rows_at(paths: tuple[Path, ...]) -> Rows:
    """Return the rows of some files; a worker maps them once."""
    return Rows(paths)
