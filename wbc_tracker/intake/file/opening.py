"""From a path, a pipe or an archive to bytes: never more of them than memory can hold."""

from __future__ import annotations

import stat
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO

from wbc_tracker.errors import UnreadableFileError

#: How an archive begins.
GZIP, ZSTD = b"\x1f\x8b", b"\x28\xb5\x2f\xfd"
#: Our choice: some twenty million results. A pipe has no size: it is read up to a limit.
MOST_BYTES, MOST_UNPACKED = 2_000_000_000, 1_000_000_000
MOST_OF_A_DEVICE = 100_000_000
#: A table shrinks to a tenth, a very dull one to a hundredth; what shrank more is no table.
_MOST_SHRUNK, _SMALL = 300, 50_000_000
_PIECE = 1 << 22


def read_bytes(path: Path) -> bytes:
    """Return the bytes of a file.

    Raises:
        UnreadableFileError: there is no such file, it is a folder, it may not be read, or it is too
            large or without an end.
    """
    try:
        status = path.stat()
        is_file = stat.S_ISREG(status.st_mode)
        if is_file and status.st_size > MOST_BYTES:
            raise _too_large(str(path), MOST_BYTES)
        is_device = stat.S_ISCHR(status.st_mode) or stat.S_ISBLK(status.st_mode)
        if is_file:
            return path.read_bytes()
        with path.open("rb") as stream:
            return read_stream(stream, str(path), MOST_OF_A_DEVICE if is_device else MOST_UNPACKED)
    except FileNotFoundError:
        raise UnreadableFileError(
            f"There is no file {path}.", "Check the name.", code="file_missing"
        ) from None
    except IsADirectoryError:
        raise UnreadableFileError(
            f"{path} is a folder.", "Name the file in it.", code="file_missing"
        ) from None
    except MemoryError:
        raise _too_large_for_memory(str(path)) from None
    except OSError as problem:
        raise UnreadableFileError(
            f"{path} cannot be read: {problem.strerror}.", code="file_missing"
        ) from None


def read_stream(stream: BinaryIO, name: str, limit: int = MOST_UNPACKED) -> bytes:
    """Return the bytes of a stream up to its end.

    Raises:
        UnreadableFileError: it has more bytes than the limit, or than fit into memory.
    """
    pieces: list[bytes] = []
    size = 0
    try:
        while piece := stream.read(_PIECE):
            pieces.append(piece)
            size += len(piece)
            if size > limit:
                raise _too_large(name, limit)
        return b"".join(pieces)
    except MemoryError:
        raise _too_large_for_memory(name) from None


def unpack(raw: bytes, file: str) -> bytes:
    """Return the bytes in a gzip or zstd archive; what is none is returned as it is.

    Raises:
        UnreadableFileError: the archive is damaged or cut off, or unpacks to more than the limit.
    """
    kinds = {GZIP: ("gzip", _gzip_pieces), ZSTD: ("zstd", _zstd_pieces)}
    kind = next((kind for start, kind in kinds.items() if raw.startswith(start)), None)
    if kind is None:
        return raw
    name, open_pieces = kind
    pieces: list[bytes] = []
    size = 0
    try:
        for piece in open_pieces(raw):
            pieces.append(piece)
            size += len(piece)
            if size > MOST_UNPACKED or is_bomb(size, len(raw)):
                raise _too_large(file, size, "unpacks to")
        return b"".join(pieces)
    except MemoryError:
        raise _too_large_for_memory(file) from None
    except (zlib.error, OSError):
        raise UnreadableFileError(
            f"{file} is a damaged {name} archive.",
            "Export or download it again.",
            code="file_damaged",
        ) from None


def is_bomb(size: int, packed: int) -> bool:
    """Tell whether so many bytes cannot have been a table, packed into so few."""
    return size > _SMALL and size > _MOST_SHRUNK * packed


def _gzip_pieces(raw: bytes) -> Iterator[bytes]:
    """Yield what is in the members of a gzip archive; zeros or other bytes may stand behind them.

    Raises:
        zlib.error: it is damaged or cut off.
    """
    left = raw
    while left.startswith(GZIP):
        member = zlib.decompressobj(wbits=zlib.MAX_WBITS | 16)
        piece = member.decompress(left, _PIECE)
        while piece:
            yield piece
            piece = member.decompress(member.unconsumed_tail, _PIECE)
        if not member.eof:
            raise zlib.error("cut off")
        left = member.unused_data


def _zstd_pieces(raw: bytes) -> Iterator[bytes]:
    """Yield what is in the frames of a zstd archive.

    Raises:
        OSError: it is damaged or cut off.
    """
    import pyarrow as pa

    with pa.CompressedInputStream(pa.BufferReader(raw), "zstd") as stream:
        while piece := stream.read(_PIECE):
            yield piece


def _too_large_for_memory(name: str) -> UnreadableFileError:
    return UnreadableFileError(
        f"{name} does not fit into the memory that is free.",
        "Cut it into smaller files.",
        code="file_too_large",
    )


def _too_large(name: str, limit: int, has: str = "has") -> UnreadableFileError:
    return UnreadableFileError(
        f"{name} {has} more than {limit // 1_000_000} MB, or has no end.",
        "Name a file with results; cut a larger one into smaller files.",
        code="file_too_large",
    )
