"""How the place of a store may be used: written, only read, or by nobody else.

A drive that is reached over a network has no locks that can be relied on, and a store that two
machines write is a damaged store.
"""

from __future__ import annotations

import os
import re
import sys
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

from wbc_tracker.errors import StoreError
from wbc_tracker.store import failures

#: What SQLite lays beside a file while it is in use, or after a crash.
BESIDE = ("-wal", "-shm", "-journal")
_FOLDER_OF_THE_PROGRAM = "wbc-tracker"
_FILE_MODE, _FOLDER_MODE, _OTHERS = 0o600, 0o700, 0o077
_MOUNTS = Path("/proc/self/mountinfo")
_REMOTE = re.compile(
    r"nfs\d*|cifs|smb\w*|ncpfs|afs|coda|ceph|lustre|beegfs|gpfs|glusterfs|davfs2?"
    r"|fuse\.(sshfs|davfs2?|rclone|ceph|glusterfs|gvfsd-fuse|s3fs|smbnetfs|curlftpfs)"
)
_WINDOWS_REMOTE = 4


def beside(path: Path) -> list[Path]:
    """Return what SQLite has laid beside a file."""
    found = [path.with_name(f"{path.name}{suffix}") for suffix in BESIDE]
    return [each for each in found if each.exists()]


def why_only_readable(path: Path) -> StoreError | None:
    """Return the error of whoever tries to write a store that is there; None where it can be
    written, and where not even reading will do.

    Raises:
        StoreError: the store is not there, and would lie on a network drive.
    """
    drive = network_drive(path)
    if drive and not path.exists():
        raise failures.on_network(path, drive)
    if not (path.is_file() and os.access(path, os.R_OK)):
        return None
    if drive:
        return failures.on_network(path, drive)
    may_write = os.access(path, os.W_OK) and os.access(path.parent, os.W_OK | os.X_OK)
    return None if may_write else failures.read_only(path)


def network_drive(path: Path) -> str | None:
    """Return the kind of the network drive on which a path lies; None for a local disk, and where
    the system does not tell.
    """
    path = path.resolve()
    if sys.platform == "win32":
        import ctypes

        kind = ctypes.windll.kernel32.GetDriveTypeW(f"{path.drive}\\")
        return "Windows share" if kind == _WINDOWS_REMOTE else None
    try:
        mounts = _MOUNTS.read_text(encoding="utf-8", errors="surrogateescape")
    except OSError:
        return None
    kind = file_system(path, mounts)
    return kind if _REMOTE.fullmatch(kind) else None


def file_system(path: Path, mounts: str) -> str:
    """Return the kind of file system of an absolute path, as Linux lists its mounts (`man 5
    proc_pid_mountinfo`); empty if it is in none.
    """
    best, kind = 0, ""
    for line in mounts.splitlines():
        place, _, source = line.partition(" - ")
        point = re.sub(r"\\([0-7]{3})", lambda code: chr(int(code[1], 8)), place.split()[4])
        # Of two mounts on one place the later one covers the earlier.
        if path.is_relative_to(point) and len(point) >= best:
            best, kind = len(point), source.split()[0]
    return kind


def mend_modes(path: Path) -> Iterator[str]:
    """Take the rights of others away from a store's files, and from the program's own folder, and
    yield what was done. A folder of the user's stays as it is.
    """
    if os.name != "posix":
        return
    folders = [path.parent] if path.parent.name == _FOLDER_OF_THE_PROGRAM else []
    for each, mode in [*((folder, _FOLDER_MODE) for folder in folders), (path, _FILE_MODE)]:
        if (found := each.stat().st_mode & 0o777) & _OTHERS:
            try:
                each.chmod(mode)
            except OSError:
                yield f"Others may look into {each} (mode {found:03o}); it is not yours to change."
            else:
                yield f"Others could look into {each} (mode {found:03o}); now you alone can."
    # SQLite has made these with the mode of the file. Whoever closes the store takes them away.
    with suppress(OSError):
        for each in beside(path):
            if each.stat().st_mode & _OTHERS:
                each.chmod(_FILE_MODE)
