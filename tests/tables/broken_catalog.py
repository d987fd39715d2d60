"""A copy of the catalogue's folder with one thing changed, to see whether the loader notices."""

from __future__ import annotations

import re
import shutil
from pathlib import Path

import wbc_tracker.catalog
from wbc_tracker.catalog import Catalog, read_catalog

FOLDER = Path(wbc_tracker.catalog.__file__).parent


def changed_catalog(folder: Path, file: str, pattern: str, replacement: str) -> Catalog:
    """Read a copy in which the first match of the pattern in that file is replaced."""
    copy = folder / "catalog"
    shutil.copytree(FOLDER, copy, ignore=shutil.ignore_patterns("*.py", "__pycache__"))
    text = (copy / file).read_text(encoding="utf-8")
    changed, found = re.subn(pattern, lambda _: replacement, text, count=1, flags=re.MULTILINE | re.DOTALL)
    assert found, f"{pattern!r} stands nowhere in {file}"
    (copy / file).write_text(changed, encoding="utf-8")
    return read_catalog(copy)
