"""People's names for the screen: a script of their own beside the pages of a folder.

So the pages hold no name and can do without it.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path

from wbc_tracker.panel.words import patient_words
from wbc_tracker.wording import visible

#: The first line of the file, by which it is known again.
_MARK = "// Names of patients, for the screen. The pages do without this file: delete it freely."


def names_script(names: Mapping[str, str]) -> str:
    """Return the script that tells the page of all patients their names.

    Args:
        names: patient -> name.
    """
    told = {patient_words(patient): visible(name) for patient, name in names.items()}
    return f"{_MARK}\nglobalThis.wbcTrackerNames = {json.dumps(told)};\n"


def is_names_script(file: Path) -> bool:
    """Tell whether a file holds the names of patients that this program has written there."""
    try:
        with file.open("rb") as stream:
            return stream.readline(len(_MARK) + 1).decode("ascii", "replace").rstrip() == _MARK
    except OSError:
        return False
