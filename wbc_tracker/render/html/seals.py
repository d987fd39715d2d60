"""The last line of a page in a folder, a comment, says of what the page was made and what it holds.

So a page that is whole and would be made of the same again can stay; one that somebody has changed,
or that ends before that line, is made anew.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from hashlib import blake2b
from pathlib import Path

_SEAL = "\n<!-- a page of wbc-tracker, made of {made_of}, {held} before this line -->\n"
_SEALED = re.compile(
    rb"(?s)\A(?P<page>.*)\n<!-- a page of wbc-tracker, made of (?P<made_of>[0-9a-f]{32}), "
    rb"(?P<held>[0-9a-f]{32}) before this line -->\n\Z"
)
_NAMES_ITSELF = re.compile(rb"<!-- a page of wbc-tracker, [^\n]*-->\n\Z")
#: The line is shorter.
_END = 200


def seal(page: str, made_of: str) -> str:
    """Return a page with the line behind it that says of what it was made."""
    return page + _SEAL.format(made_of=made_of, held=_digest(page.encode()))


def is_kept(file: Path, made_of: str) -> bool:
    """Tell whether a file is the page, whole, that would be made of the same."""
    try:
        sealed = _SEALED.match(file.read_bytes())
    except OSError:
        return False
    if sealed is None or sealed["made_of"].decode() != made_of:
        return False
    return sealed["held"].decode() == _digest(sealed["page"])


def is_page(file: Path) -> bool:
    """Tell whether a file is a page of a patient that this program has written into a folder."""
    try:
        with file.open("rb") as stream:
            stream.seek(max(0, file.stat().st_size - _END))
            return bool(_NAMES_ITSELF.search(stream.read()))
    except OSError:
        return False


def remove_pages(
    folder: Path, kept: Iterable[str], refuse: Callable[[Path], None]
) -> Sequence[str]:
    """Remove the pages of patients that are in a folder beyond those of the names given; return
    their names.

    `refuse` raises where a file must not be touched. A file that is no page stays.
    """
    wanted = set(kept)
    gone = [
        file
        for file in sorted(folder.glob("*.html"))
        if file.name not in wanted and file.is_file() and is_page(file)
    ]
    for file in gone:
        refuse(file)
        file.unlink()
    return [file.name for file in gone]


def _digest(page: bytes) -> str:
    return blake2b(page, digest_size=16).hexdigest()
