"""Where the store and the user's own profiles are, as the line and the system say; and which path
is no file: standard output, or a folder.
"""

from __future__ import annotations

import os
from pathlib import Path

import typer

#: Paths that are no files but this process's own standard output.
_STANDARD_OUTPUT = ("-", "/dev/stdout", "/dev/fd/1", "/proc/self/fd/1")


def store_path(context: typer.Context) -> Path:
    """Return the store's file: `--db`, else $WBC_TRACKER_DB, else in the user's data directory."""
    if context.obj is not None:
        return Path(context.obj)
    from platformdirs import user_data_path

    return user_data_path("wbc-tracker", appauthor=False) / "store.sqlite"


def profiles_folder() -> Path:
    """Return the folder of the user's own profiles; it need not exist."""
    from platformdirs import user_config_path

    return user_config_path("wbc-tracker", appauthor=False) / "profiles"


def names_standard_output(path: Path | str | None) -> bool:
    """Tell whether an output that was named is standard output: `-`, or as the system calls it."""
    return str(path) in _STANDARD_OUTPUT


class FolderPath(type(Path())):  # type: ignore[misc]  # the path of this system
    """A path that was typed with a separator at its end."""


def typed_output(text: str) -> Path:
    """Return the path of an output as typed; one that ends as folders do is a `FolderPath`."""
    ends = (os.sep, *([os.altsep] if os.altsep else []))
    return FolderPath(text) if text.endswith(ends) else Path(text)
