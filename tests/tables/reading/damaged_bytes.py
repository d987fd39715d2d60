"""Damages of bytes: cut, put in, replaced and lost ones, noise, and files that are no table at all."""

from __future__ import annotations

import gzip
import io
import json
import random
import zipfile
from collections.abc import Iterator

from tables.reading.clean_files import Clean, text_of

#: No digit, decimal mark, sign or comparator: they make another number.
_STRAY = [
    b'"',
    b"\0",
    b"\xff",
    b"\xc3",
    b"x",
    b"'",
    b"%",
    b"\x1b",
    b"(",
    b"\x07",
    b"\xe2\x80\xa8",
    b"\xef\xbb\xbf",
    b"?",
    b";",
    b"\t",
    b"|",
    b" ",
    b"\n",
    b"\r",
]
#: Blanks, and the apostrophe with which a spreadsheet keeps a text, are read through at the edge of a cell: a digit
#: that became one there leaves a shorter number.
_READ_THROUGH = (b"'", b"\xe2\x80\xa8", b"\xef\xbb\xbf", b"\x1b", b"\x07", b"\0", b"\t", b" ")
_VISIBLE = [stray for stray in _STRAY if stray not in _READ_THROUGH]
_NUMBER_BYTES = b"0123456789.,<>=-"


def cut_anywhere(clean: Clean, chance: random.Random) -> Iterator[bytes]:
    size = len(clean.raw)
    yield from (clean.raw[:end] for end in sorted(chance.sample(range(1, size), 8)))


def cut_in_the_last_line(clean: Clean, _: random.Random) -> Iterator[bytes]:
    yield from (clean.raw[:-cut] for cut in range(1, 15, 2))


def byte_put_in(clean: Clean, chance: random.Random) -> Iterator[bytes]:
    raw = clean.raw
    for _ in range(6):
        at = chance.randrange(len(raw) + 1)
        yield raw[:at] + chance.choice(_STRAY) + raw[at:]


def byte_replaced(clean: Clean, chance: random.Random) -> Iterator[bytes]:
    raw = clean.raw
    places = [at for at in range(len(raw)) if raw[at : at + 1] not in (b".", b",", b"<", b"\n", b"\r")]
    for _ in range(6):
        at = chance.choice(places)
        yield raw[:at] + chance.choice(_VISIBLE) + raw[at + 1 :]


def byte_lost(clean: Clean, chance: random.Random) -> Iterator[bytes]:
    """Lose a byte that is no part of a number: a letter, a delimiter, a quotation mark, a line end.

    `K/uL` without its K is another unit that laboratories print; nobody can see that loss.
    """
    raw = clean.raw
    places = [at for at in range(len(raw)) if raw[at] not in _NUMBER_BYTES and raw[at : at + 1] not in (b"\0", b" ")]
    for at in chance.sample(places, 3):
        if not (clean.form.encoding == "utf-16" or raw[at : at + 1] in (b"m", b"x", b"/", b"K")):
            yield raw[:at] + raw[at + 1 :]


def noise(clean: Clean, chance: random.Random) -> Iterator[bytes]:
    yield chance.randbytes(len(clean.raw))
    at = len(clean.raw) // 2
    yield clean.raw[:at] + chance.randbytes(64) + clean.raw[at:]


def nul_bytes(clean: Clean, chance: random.Random) -> Iterator[bytes]:
    at = chance.randrange(len(clean.raw))
    yield clean.raw[:at] + b"\0" * 16 + clean.raw[at:]
    yield clean.raw + b"\0" * 4096
    yield b"\0" * 4096


def wrapped(clean: Clean, _: random.Random) -> Iterator[bytes]:
    """Yield what is no table: archives, web pages, JSON, a PDF, a picture, a database, reversed bytes."""
    raw, text = clean.raw, text_of(clean)
    yield gzip.compress(raw, mtime=0)[:-9]  # packed, and cut off
    archive = io.BytesIO()
    with zipfile.ZipFile(archive, "w") as target:
        target.writestr(zipfile.ZipInfo("labs.csv"), raw)
    yield archive.getvalue()
    cells = "".join(f"<tr><td>{line}</td></tr>\n" for line in text.splitlines())
    yield f"<!DOCTYPE html>\n<html><body><table>\n{cells}</table></body></html>\n".encode()
    yield f"<table>\n{cells}</table>\n".encode()
    yield b"<html><pre>\n" + raw
    yield b'{"csv": "' + raw + b'"}'
    yield raw.replace(clean.form.delimiter.encode(), b"\0") if clean.form.encoding != "utf-16" else b"\0" * len(raw)
    yield b"\0" * len(raw)
    yield json.dumps({"rows": text.splitlines()}, indent=1).encode()
    yield json.dumps([line.split(clean.form.delimiter) for line in text.splitlines()]).encode()
    yield b"%PDF-1.7\n" + raw + b"\n%%EOF\n"
    yield b"SQLite format 3\0" + raw
    yield b"\x89PNG\r\n\x1a\n" + raw
    yield raw[::-1]
    yield bytes(255 - byte for byte in raw)
