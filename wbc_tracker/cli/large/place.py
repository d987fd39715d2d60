"""Where the table of results goes: a file, or a folder of parts."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from wbc_tracker.cli.line.places import FolderPath
from wbc_tracker.errors import UsageError

if TYPE_CHECKING:
    from wbc_tracker.cli.large.workers import Workers
    from wbc_tracker.cli.sharing.pseudonymize import Sharing
    from wbc_tracker.cli.written.table import Written


def is_folder(output: Path, written: Written, sharing: Sharing, workers: Workers) -> bool:
    """Tell whether the output is a folder of parts.

    Raises:
        UsageError: it is, and something that was typed needs one file.
    """
    is_typed = isinstance(output, FolderPath) or _is_there_as_folder(output)
    if not (is_typed or written.partition or written.resume):
        if workers.is_cluster:
            raise UsageError(
                "With --engine dask the output is a folder of parts, each written where its worker "
                "is.",
                "Name a folder, as annotated/, and choose --format parquet or csv.",
            )
        return False
    if output.suffix and not is_typed:
        raise UsageError(
            f"{output} is a file, and parts are written into a folder.",
            "Name a folder, as annotated/.",
        )
    alone = {
        "--pseudonymize": sharing.key_file,
        "--meta": written.with_meta,  # the manifest says it
    }
    for option, is_given in alone.items():
        if is_given:
            raise UsageError(
                f"{option} goes with one file, and {output} is a folder of parts.",
                "Name a file, as annotated.parquet.",
            )
    return True


def _is_there_as_folder(output: Path) -> bool:
    try:
        return output.is_dir()
    except (OSError, ValueError):  # no name that a file can have: whoever writes it will say so
        return False
