"""The rejected cells of an import as a file that can be mended and imported."""

from __future__ import annotations

from collections.abc import Sequence
from typing import BinaryIO

import pandas as pd

from wbc_tracker.importing import FileOutcome
from wbc_tracker.intake.rejects import no_rejects
from wbc_tracker.render.csv.cells import defuse_columns


def write_rejects(stream: BinaryIO, outcomes: Sequence[FileOutcome]) -> None:
    """Write the rejects of all files as one CSV, the cells defused for spreadsheets.

    Behind what is wrong stands what the file says around the cell, under headers that `import`
    reads: mended, the file can be imported as it is.
    """
    frames = [outcome.rejects for outcome in outcomes if len(outcome.rejects)]
    table = pd.concat(frames, ignore_index=True) if frames else no_rejects().astype("str")
    texts = [name for name in table.columns if name not in ("source_row", "code")]
    safe = defuse_columns(table, texts)
    stream.write(safe.to_csv(index=False, lineterminator="\n").encode("utf-8"))
