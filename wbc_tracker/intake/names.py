"""A file of names: which person an id is. Names are shown on the screen, and go nowhere else."""

from __future__ import annotations

from pathlib import Path

from wbc_tracker.catalog import Catalog, load_catalog
from wbc_tracker.errors import AmbiguousFileError, UnreadableFileError
from wbc_tracker.intake.file.opening import read_bytes, unpack
from wbc_tracker.intake.options import ReadingOptions
from wbc_tracker.intake.table.headers import lab_words
from wbc_tracker.intake.table.table import read_table


def read_names(
    path: Path | str, options: ReadingOptions, catalog: Catalog | None = None
) -> dict[str, str]:
    """Return id -> name, from a table with a column of ids; all its other columns are the name.

    Raises:
        UnreadableFileError: no table, without a column of ids or of names, or with lines that have
            more or fewer cells than the header.
        AmbiguousFileError: two columns of ids, or two names of one id.
    """
    catalog = catalog or load_catalog()
    file = Path(path).name
    words = lab_words(options, catalog)
    table = read_table(unpack(read_bytes(Path(path)), file), file, options, words)
    if table.ragged:
        line, _ = table.ragged[0]
        raise UnreadableFileError(
            f"{file}, line {line}: another number of cells than the header has.",
            "Put names that hold the delimiter in quotation marks.",
        )
    places = range(len(table.header))
    ids = [place for place in places if words.role_of(table.header[place]) == "patient_id"]
    if len(ids) > 1:
        told = " and ".join(repr(table.header[place]) for place in ids)
        raise AmbiguousFileError(f"{file}: {told} are both ids.", "Keep the one your results have.")
    if not ids or len(table.header) == 1:
        raise UnreadableFileError(
            f"{file} needs a column of ids and a column of names.",
            "Its first line is the header, for example: patient_id,name",
        )
    names: dict[str, str] = {}
    others = [table.columns[place] for place in places if place != ids[0]]
    for row, patient in enumerate(table.ids(ids[0])):
        name = " ".join(cell for column in others if (cell := column[row]))
        if patient and name and names.setdefault(patient, name) != name:
            raise AmbiguousFileError(
                f"{file}, line {table.source_row[row]}: {patient!r} has two names.",
                "Keep one line an id.",
            )
    return names
