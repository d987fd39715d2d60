"""Writing files whole or not at all, readable by the user alone."""

from __future__ import annotations

import errno
import os
import platform
import secrets
import stat
import zlib
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from functools import cache
from pathlib import Path
from typing import BinaryIO

from wbc_tracker.errors import OutputError, UsageError

#: A file that is being written has a name of its own, short enough beside names of any length:
#: the machine, the process and a random number.
_PART, _PART_END = ".wbc-tracker-", ".part"
#: How parts were called by earlier versions, behind a dot and the name of the file.
_EARLIER_PARTS = ".*.????????.part"
#: Nothing is written for so long: what is older was left behind.
_OLD_SECONDS = 86_400
#: What file systems say that cannot sync.
NO_SYNC = (errno.EINVAL, errno.ENOTSUP, errno.ENOSYS)


@contextmanager
def write_whole(path: Path) -> Iterator[BinaryIO]:
    """Open a file that appears under its name only when the block ends without an error, with mode
    0600, and has then reached the disk.

    A link is followed; a pipe or a device is written directly, and a reader of it who goes away is
    no error.

    Raises:
        UsageError: the folder does not exist or may not be written, or the path is a folder.
        OutputError: the file cannot be written to its end, as on a full disk.
    """
    try:
        mode = path.stat().st_mode
    except FileNotFoundError:
        mode = stat.S_IFREG
    except OSError as problem:
        raise _no_place(path, problem) from None
    if stat.S_ISDIR(mode):
        raise UsageError(f"{path} is a folder.", "Name a file.")
    writing = _directly(path) if not stat.S_ISREG(mode) else _beside(path.resolve())
    with writing as stream:
        yield stream


@contextmanager
def _directly(path: Path) -> Iterator[BinaryIO]:
    """Open a pipe or a device: nothing that could be replaced."""
    try:
        stream = path.open("wb")
    except OSError as problem:
        raise _no_place(path, problem) from None
    try:
        yield stream
        stream.close()
    except BrokenPipeError:
        pass
    except OSError as problem:
        raise _unwritten(path, problem) from None
    finally:
        with suppress(OSError):
            stream.close()


@contextmanager
def _beside(path: Path) -> Iterator[BinaryIO]:
    """Open a file beside a path, and give it its name at the end."""
    part = part_beside(path)
    try:
        try:
            with _made(part, path) as stream:
                yield stream
            part.replace(path)
        except OSError as problem:
            raise _unwritten(path, problem) from None
        sync_folder(path.parent)
    finally:
        with suppress(OSError):
            part.unlink(missing_ok=True)


@contextmanager
def _made(part: Path, path: Path) -> Iterator[BinaryIO]:
    """Make the part of a file, for the user alone, and let it reach the disk."""
    try:
        handle = os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL | _BINARY, 0o600)
    except OSError as problem:
        raise _no_place(path, problem) from None
    with os.fdopen(handle, "wb") as stream:
        _sweep(part)
        yield stream
        stream.flush()
        _sync(stream.fileno())


@contextmanager
def written_whole(path: Path) -> Iterator[Path]:
    """Make an empty file for others to fill, for the user alone; when the block ends without an
    error, it has reached the disk and appears under its name.

    Raises:
        UsageError: the folder does not exist or may not be written.
        OutputError: the file cannot get its name.
    """
    path = path.resolve()
    part = part_beside(path)
    try:
        try:
            os.close(create_part(part))
        except OSError as problem:
            raise _no_place(path, problem) from None
        yield part
        try:
            with part.open("r+b") as stream:
                _sync(stream.fileno())
            part.replace(path)
        except OSError as problem:
            raise _unwritten(path, problem) from None
        sync_folder(path.parent)
    finally:
        with suppress(OSError):
            part.unlink(missing_ok=True)


def write_new(path: Path, content: bytes) -> bool:
    """Write a small file whole or not at all, for the user alone, unless something is there; tell
    whether it was written.

    Raises:
        UsageError: the folder does not exist or may not be written.
        OutputError: the file cannot be written to its end.
    """
    part = part_beside(path)
    try:
        with _made(part, path) as stream:
            stream.write(content)
        try:
            os.link(part, path)  # unlike a new name, a link never takes the place of what is there
        except FileExistsError:
            return False
        except OSError:
            if path.exists():
                return False
            part.replace(path)  # no links here
        sync_folder(path.parent)
        return True
    except OSError as problem:
        raise _unwritten(path, problem) from None
    finally:
        with suppress(OSError):
            part.unlink(missing_ok=True)


_BINARY: int = getattr(os, "O_BINARY", 0)


def part_beside(path: Path) -> Path:
    """Return a name for a file that is being written and shall become `path`."""
    name = f"{_PART}{machine_word()}-{os.getpid()}-{secrets.token_hex(4)}{_PART_END}"
    return path.with_name(name)


def create_part(part: Path) -> int:
    """Create a file of that name for the user alone, sweep its folder, and return its handle."""
    handle = os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL | _BINARY, 0o600)
    _sweep(part)
    return handle


def _no_place(path: Path, problem: OSError) -> UsageError:
    return UsageError(f"{path} cannot be written: {problem.strerror}.", "Name another place.")


def _unwritten(path: Path, problem: OSError) -> OutputError:
    return OutputError(f"{path} cannot be written: {problem.strerror}.", "Name another place.")


def _sync(descriptor: int) -> None:
    """Wait until a file has reached the disk, where the file system can tell."""
    try:
        os.fsync(descriptor)
    except OSError as problem:
        if problem.errno not in NO_SYNC:
            raise


def sync_folder(folder: Path) -> None:
    """Make the names in a folder survive a power cut; where folders cannot be synced, do
    nothing.
    """
    with suppress(OSError):
        descriptor = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)


@cache
def machine_word() -> str:
    """Return a word for this machine: in a shared folder the processes of others live on."""
    return f"{zlib.crc32(platform.node().encode()):08x}"


def _sweep(own: Path) -> None:
    """Remove, once for each folder, what processes left behind that were killed.

    Our own part tells how late it is: in a shared folder by the clock of the machine that keeps it.
    """
    folder = own.parent
    if folder in _swept:
        return
    _swept.add(folder)
    with suppress(OSError):
        now = own.stat().st_mtime
        for part in [*folder.glob(f"{_PART}*{_PART_END}*"), *folder.glob(_EARLIER_PARTS)]:
            with suppress(OSError):
                if _is_left_behind(part, now):
                    part.unlink()


_swept: set[Path] = set()


def _is_left_behind(part: Path, now: float) -> bool:
    status = part.lstat()
    if not stat.S_ISREG(status.st_mode) or status.st_mode & 0o077:
        return False  # ours are the user's alone
    if now - status.st_mtime > _OLD_SECONDS:
        return True
    if not part.name.startswith(_PART):
        return False
    machine, _, rest = part.name.removeprefix(_PART).partition("-")
    process = rest.partition("-")[0]
    return machine == machine_word() and process.isdecimal() and not is_alive(int(process))


def is_alive(process: int) -> bool:
    """Tell whether a process of this machine is there."""
    if os.name == "nt":
        return True  # a question would end it
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    except (OSError, OverflowError):
        return True
    return True


def sha256_of(path: Path) -> str | None:
    """Return the SHA-256 of a file; None of what cannot be read twice, as a pipe."""
    # Here, because nearly no call of the program comes to it.
    import hashlib

    try:
        if not stat.S_ISREG(path.stat().st_mode):
            return None
        with path.open("rb") as stream:
            return hashlib.file_digest(stream, "sha256").hexdigest()
    except OSError:
        return None


def make_private_folder(path: Path) -> None:
    """Make a folder, and those above it, that the user alone can look into; one that is there
    stays as it is.

    Raises:
        UsageError: it cannot be made.
    """
    try:
        missing = [folder for folder in (path, *path.parents) if not folder.exists()]
        for folder in reversed(missing):
            folder.mkdir(mode=0o700, exist_ok=True)
    except OSError as problem:
        raise UsageError(
            f"{path} cannot be made: {problem.strerror}.", "Name another place."
        ) from None
