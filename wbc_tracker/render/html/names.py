"""File names for the pages of patients, made from their ids.

An id is text from a file: it may be empty, enormous, a path, a reserved word, or differ from
another only in case. A name holds letters, digits, `-` and `_` of ASCII, so that no file system
reads anything else in it.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable
from hashlib import sha256

SUFFIX = ".html"
INDEX, BUNDLE, NAMES = "index.html", "vega.js", "names.js"
_SAFE = re.compile(r"[A-Za-z0-9_][A-Za-z0-9_-]{0,59}")
_UNSAFE = re.compile(r"[^A-Za-z0-9_]+")
_MOST = 40
#: What follows a name that is not the id itself; an id that ends like that gets one of its own.
_DIGEST = re.compile(r"-[0-9a-f]{16}\Z")
#: Devices of Windows, whatever their suffix, and the files that lie beside the pages.
_PORTS = (f"{port}{number}" for port in ("com", "lpt") for number in range(10))
_RESERVED = frozenset(("con", "prn", "aux", "nul", "index", "vega", *_PORTS))


def page_names(patients: Iterable[str]) -> dict[str, str]:
    """Return the file name of each patient's page, no two alike, even where case does not count.

    A plain id is its own name; else a readable part is followed by a hash of the id. The names of
    some patients depend on the others only where two ids differ in case alone.
    """
    ids = list(dict.fromkeys(patients))
    alike = Counter(name.lower() for name in ids if _is_plain(name))
    return {name: _name(name, is_own=_is_plain(name) and alike[name.lower()] == 1) for name in ids}


def _is_plain(patient_id: str) -> bool:
    return (
        bool(_SAFE.fullmatch(patient_id))
        and patient_id.lower() not in _RESERVED
        and not _DIGEST.search(patient_id)
    )


def _name(patient_id: str, *, is_own: bool) -> str:
    if is_own:
        return patient_id + SUFFIX
    readable = _UNSAFE.sub("-", patient_id).strip("-").lower()[:_MOST].strip("-") or "patient"
    return (
        f"{readable}-{sha256(patient_id.encode('utf-8', 'surrogatepass')).hexdigest()[:16]}{SUFFIX}"
    )
