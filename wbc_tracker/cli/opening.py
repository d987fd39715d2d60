"""Showing a page that was written: where it goes if nobody names a place, and the browser."""

from __future__ import annotations

import secrets
import tempfile
from pathlib import Path

from wbc_tracker.cli.output import remark

#: Browsers that are installed as snaps see files of the home folder, but no temporary ones.
_SNAPS = Path("/snap")
_IN_HOME, _IN_FOLDER = "wbc-tracker-report.html", "report.html"


def unnamed_place() -> Path:
    """Return where a page goes that is only to be looked at: a new folder among the temporary
    files, or (where browsers may not look there) a file of the home folder, replaced each time.
    """
    if _SNAPS.is_dir():
        return Path.home() / _IN_HOME
    return Path(tempfile.gettempdir()) / f"wbc-tracker-{secrets.token_hex(8)}" / _IN_FOLDER


def open_in_browser(page: Path) -> None:
    """Open a page in the user's browser; where there is none, say so: the file is there."""
    import webbrowser

    try:
        is_open = webbrowser.open(page.resolve().as_uri())
    except (webbrowser.Error, OSError):
        is_open = False
    if not is_open:
        remark(f"No browser could be opened from here. The page is {page.resolve()}")
