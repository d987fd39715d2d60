"""Cut a regular lab file into pieces of whole lines that begin with a new patient."""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pandas as pd
import pyarrow as pa
import pyarrow.csv as pacsv

from wbc_tracker.arrays import Whole, opens_group
from wbc_tracker.intake.blocks.plan import NotForBlocks, Plan
from wbc_tracker.intake.column.texts import TextColumn
from wbc_tracker.intake.column.wrapping import as_printed, unwrap_column

#: Hashes of patients: equal for equal ids, on every machine.
Hashes = npt.NDArray[np.uint64]

#: Where a patient ends is first looked for in so many bytes.
_WINDOW = 1 << 16


@dataclass(frozen=True)
class Piece:
    """Consecutive whole lines of one file.

    Attributes:
        start, end: bytes. first_line: the number of the first of them in the file. lines: how many.
    """

    path: Path
    start: int
    end: int
    first_line: int
    lines: int

    @property
    def is_piece(self) -> bool:
        """It is one."""
        return True

    def read(self) -> tuple[bytes, Whole]:
        """Return the lines and their numbers.

        Raises:
            NotForBlocks: the file has become shorter meanwhile.
        """
        with self.path.open("rb") as stream:
            stream.seek(self.start)
            found = stream.read(self.end - self.start)
        if len(found) < self.end - self.start:
            raise NotForBlocks("the file changes while it is read")
        return found, np.arange(self.first_line, self.first_line + self.lines)


@dataclass(frozen=True)
class Survey:
    """What some consecutive lines say of their patients.

    Attributes:
        rows: how many. runs: hash of the patient of each run of equal ids, as the file has them.
        first, last: the ids of the first and the last row.
    """

    rows: int = 0
    runs: Hashes = field(default_factory=lambda: np.zeros(0, np.uint64))
    first: str = ""
    last: str = ""

    def __add__(self, other: Survey) -> Survey:
        """Join the lines that follow."""
        if not self.rows or not other.rows:
            return other if other.rows else self
        later = other.runs[1:] if self.last == other.first else other.runs
        runs = np.concatenate([self.runs, later])
        return Survey(self.rows + other.rows, runs, self.first, other.last)

    @property
    def is_grouped(self) -> bool:
        """Whether all rows of each patient stand together; two that share a hash do not."""
        return len(np.unique(self.runs)) == len(self.runs)


def hash_texts(words: list[str]) -> Hashes:
    """Return a hash of each text."""
    texts = np.empty(len(words), dtype=object)
    texts[:] = words
    return np.asarray(pd.util.hash_array(texts, categorize=False), dtype=np.uint64)


def hash_column(texts: TextColumn) -> Hashes:
    """Return a hash of the text of each row."""
    return hash_texts(texts.words.to_pylist())[texts.codes]


def patients_of(lines: bytes, plan: Plan) -> TextColumn:
    """Return the patient of each line, as the reader takes it.

    Raises:
        NotForBlocks: lines and records are not the same.
    """
    names = [str(number) for number in range(plan.width)]
    try:
        table = pacsv.read_csv(
            pa.BufferReader(lines),
            pacsv.ReadOptions(column_names=names, use_threads=False, block_size=1 << 22),
            pacsv.ParseOptions(delimiter=plan.delimiter),
            pacsv.ConvertOptions(
                column_types={names[plan.patient]: pa.dictionary(pa.int32(), pa.string())},
                include_columns=[names[plan.patient]],
                strings_can_be_null=False,
            ),
        )
    except pa.ArrowInvalid:
        raise NotForBlocks("a line that is no record") from None
    if table.num_rows != count_lines(lines):
        raise NotForBlocks("a line that is no record")
    given = TextColumn.of(table.column(0))
    return given if unwrap_column(given) is given else as_printed(given)


def survey(patients: TextColumn) -> Survey:
    """Return what lines say of their patients; those without one are left out of the runs."""
    if not len(patients):
        return Survey()
    codes, words = distinct(patients)
    starts = np.flatnonzero(opens_group(codes))
    runs = codes[starts]
    named = np.array([bool(word) for word in words], dtype=bool)
    hashes = hash_texts(words)
    return Survey(len(codes), hashes[runs[named[runs]]], words[codes[0]], words[codes[-1]])


def distinct(texts: TextColumn) -> tuple[npt.NDArray[np.int32], list[str]]:
    """Return codes and words of a column, each word once."""
    words = texts.words.to_pylist()
    places = {word: place for place, word in enumerate(dict.fromkeys(words))}
    if len(places) == len(words):
        return texts.codes, words
    again = np.array([places[word] for word in words], dtype=np.int32)
    return again[texts.codes], list(places)


def count_lines(lines: bytes) -> int:
    """Return how many lines there are; the last may lack its end."""
    return lines.count(b"\n") + (not lines.endswith(b"\n") and bool(lines))


def piece_size(sample: bytes, plan: Plan, results: int) -> int:
    """Return how many bytes hold about so many results."""
    lines = max(sample.count(b"\n", plan.start), 1)
    a_line = max((len(sample) - plan.start) / lines, 1)
    return max(int(results * a_line / len(plan.layout.values)), 1)


def cut(path: Path, plan: Plan, size: int, *, anywhere: bool = False) -> Iterator[Piece]:
    """Yield the pieces of a file, each of about `size` bytes, cut where the patient's cell changes,
    or behind any line.

    Raises:
        NotForBlocks: lines and records are not the same.
    """
    start, line = plan.start, plan.first_line
    with path.open("rb") as stream:
        whole = stream.seek(0, os.SEEK_END)
        stream.seek(start)
        held = b""
        while True:
            fresh = stream.read(max(size - len(held), size // 4, 1))
            held += fresh
            if not fresh or start + len(held) == whole:
                end = len(held)
            else:
                end = held.rfind(b"\n") + 1 if anywhere else _last_start(held, plan)
            if end:
                lines = held.count(b"\n", 0, end) + (held[end - 1 : end] != b"\n")
                yield Piece(path, start, start + end, line, lines)
                start, line, held = start + end, line + lines, held[end:]
            if not fresh:
                return


def _last_start(held: bytes, plan: Plan) -> int:
    """Return where the last patient begins who begins behind the first line, 0 if none does."""
    whole = held.rfind(b"\n") + 1
    window = _WINDOW
    while whole:
        begin = held.find(b"\n", whole - window, whole) + 1 if window < whole else 0
        codes = distinct(patients_of(held[begin:whole], plan))[0]
        changes = np.flatnonzero(opens_group(codes)[1:]) + 1
        if len(changes):
            place = whole
            for _ in range(len(codes) - int(changes[-1])):
                place = held.rfind(b"\n", 0, place - 1) + 1
            return place
        if not begin:
            return 0
        window *= 4
    return 0


class Seen:
    """The patients of the pieces so far: each must be of one piece, in one run."""

    def __init__(self) -> None:
        self._sorted: list[Hashes] = []

    def add(self, runs: Hashes) -> bool:
        """Add the runs of the next piece; tell whether each is of a patient not seen before."""
        own = np.sort(runs)
        if (own[1:] == own[:-1]).any():
            return False
        for before in self._sorted:
            at = np.minimum(np.searchsorted(before, own), len(before) - 1)
            if (before[at] == own).any():
                return False
        if len(own):
            self._sorted.append(own)
        while len(self._sorted) > 1 and len(self._sorted[-2]) <= 2 * len(self._sorted[-1]):
            last = self._sorted.pop()
            self._sorted[-1] = np.sort(np.concatenate([self._sorted[-1], last]))
        return True
