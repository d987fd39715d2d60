"""The command lines that a message ends with, as the words that a shell makes of them."""

from __future__ import annotations

import re
import shlex

_LINE = re.compile(r"(?:^\s*|: )wbc-tracker (?P<words>.+?)(?: \(they are .*\))?$", re.MULTILINE)


def pasted(text: str, **placeholders: str) -> list[list[str]]:
    """Return the words of each line to paste, with `DATE` and `FILE` replaced by what is given for them."""
    lines = [shlex.split(found["words"]) for found in _LINE.finditer(text)]
    return [[placeholders.get(word, word) for word in line] for line in lines]
