"""From bytes to text: is it text at all, and in which encoding."""

from __future__ import annotations

import codecs
import re

from wbc_tracker.errors import UnreadableFileError, UsageError

_LONGEST_LINE, _MOST_EMPTY_LINES = 4_000_000, 1_000_000
_SAMPLED, _MOSTLY = 4096, 0.8
_MARKUP = (b"<!doctype", b"<html", b"<table", b"<?xml", b"{")
_JSON_ARRAY = re.compile(rb'\[\s*[\[{"]')
#: A letter in two or more bytes, as UTF-8 writes it; in Windows-1252 such a pair makes no sense in
#: a name.
_MULTIBYTE = re.compile(rb"[\xc3-\xf4][\x80-\xbf]")

#: How an Excel workbook begins, and any other zip archive.
ZIP = b"PK\x03\x04"
#: How files that are not text tables begin, and what to do about them.
_FOREIGN = (
    (b"\x1f\x8b", "a gzip archive in another", "Unpack it first."),
    (
        b"\xd0\xcf\x11\xe0",
        "an old Excel workbook or one with a password",
        "Save it as XLSX without one, or as CSV.",
    ),
    (b"%PDF", "a PDF document", "Export the results as CSV, or type them into one."),
    (b"SQLite format 3", "a database", "Export the results as CSV."),
    (b"\x89PNG", "a picture", "Type the results into a CSV file."),
    (b"\xff\xd8\xff", "a picture", "Type the results into a CSV file."),
)
_BOMS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)


def decode(raw: bytes, file: str, encoding: str | None = None) -> tuple[bytes, str]:
    """Return the file as UTF-8 bytes with LF line ends, and the encoding it was in.

    The order of evidence: `encoding` if given, a byte order mark, the zero bytes of UTF-16 without
    a mark, valid UTF-8, else Windows-1252.

    Raises:
        UnreadableFileError: empty, binary, another kind of file, or not in the named encoding.
    """
    if not raw.strip():
        raise UnreadableFileError(
            f"{file} is empty.", "Expected a CSV table with a header line.", code="file_empty"
        )
    for start, what, hint in _FOREIGN:
        if raw.startswith(start):
            raise UnreadableFileError(
                f"{file} is {what}, not a text table.", hint, code="file_not_text"
            )
    _refuse_endless_lines(raw, file)
    found = (
        encoding
        or next((name for bom, name in _BOMS if raw.startswith(bom)), None)
        or _utf16_without_mark(raw)
    )
    if found is None and b"\0" in raw:
        raise UnreadableFileError(
            f"{file} is not text: it holds NUL bytes.",
            "Export the results as CSV again.",
            code="file_not_text",
        )
    head = raw[:400].lstrip().lower()
    if head.startswith(_MARKUP) or _JSON_ARRAY.match(head):
        raise UnreadableFileError(
            f"{file} is a web page, XML or JSON, not a table.",
            "Export the results as CSV.",
            code="file_not_text",
        )
    if found is None:
        found = "utf-8" if _is_utf8(raw) else "windows-1252"
        if found != "utf-8" and _MULTIBYTE.search(raw):
            raise UnreadableFileError(
                f"{file} is UTF-8 text with damaged bytes, or Windows-1252 text; names would read "
                "differently.",
                "Say which with --encoding utf-8 or --encoding windows-1252, or export the file "
                "again.",
                code="encoding_ambiguous",
                settled_by=[("--encoding", "utf-8"), ("--encoding", "windows-1252")],
            )
    return _to_utf8(raw, found, file), found


def _refuse_endless_lines(raw: bytes, file: str) -> None:
    """Refuse a file with a line, or a run of empty lines, that no table has: it would only fill
    the memory.

    Raises:
        UnreadableFileError: in one sentence.
    """
    start = 0
    while len(raw) - start > _LONGEST_LINE:
        end = max(raw.rfind(mark, start, start + _LONGEST_LINE) for mark in (b"\n", b"\r"))
        if end < start:
            raise UnreadableFileError(
                f"{file} has a line of more than {_LONGEST_LINE // 1_000_000} million characters; "
                "it is not a table.",
                "Export the results again.",
                code="file_not_text",
            )
        start = end + 1
    if any(end * _MOST_EMPTY_LINES in raw for end in (b"\n", b"\r", b"\r\n")):
        raise UnreadableFileError(
            f"{file} has more than {_MOST_EMPTY_LINES} empty lines in a row.",
            "Remove them.",
            code="file_not_text",
        )


def _utf16_without_mark(raw: bytes) -> str | None:
    """Return which UTF-16 a text is in whose every second byte is almost always zero, else None."""
    head = raw[:_SAMPLED]
    if len(raw) % 2 or b"\0" not in head:
        return None
    first, second = (head[start::2] for start in (0, 1))
    zeros = [part.count(0) / len(part) for part in (first, second)]
    for name, here, there in (("utf-16-le", zeros[1], zeros[0]), ("utf-16-be", zeros[0], zeros[1])):
        if here >= _MOSTLY and there == 0:
            return name
    return None


def _is_utf8(raw: bytes) -> bool:
    if raw.isascii():
        return True
    try:
        raw.decode("utf-8")
    except UnicodeDecodeError:
        return False
    return True


def _to_utf8(raw: bytes, encoding: str, file: str) -> bytes:
    try:
        if codecs.lookup(encoding).name == "utf-8":
            _ = raw.isascii() or raw.decode("utf-8")
            text = raw.removeprefix(codecs.BOM_UTF8)
        else:
            text = raw.decode(encoding).removeprefix("\ufeff").encode("utf-8")
    except LookupError:
        raise UsageError(
            f"There is no encoding named {encoding!r}.",
            "Try --encoding utf-8, windows-1252 or utf-16.",
        ) from None
    except UnicodeError:
        raise UnreadableFileError(
            f"{file} is not valid {encoding} text.",
            "Name its encoding with --encoding (utf-8, windows-1252, utf-16).",
            code="encoding_wrong",
        ) from None
    if b"\0" in text:
        raise UnreadableFileError(
            f"{file} holds NUL characters; it is not a text table.", code="file_not_text"
        )
    return text.replace(b"\r\n", b"\n").replace(b"\r", b"\n") if b"\r" in text else text
