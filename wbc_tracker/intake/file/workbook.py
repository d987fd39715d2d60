"""The parts of an Excel workbook, looked at before it is read: which kind of file, which sheets,
how large.

An XLSX file is a zip archive of XML parts. A few bytes of it can unfold into gigabytes, and two
cells in opposite corners of a sheet span 17 billion; so sizes and extents are measured here, in
bounded memory, before anything is laid out as a table. What the reader of the cells does not tell
is found here too: error values and percentages.
"""

from __future__ import annotations

import io
import posixpath
import re
import zlib
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cache
from xml.etree import ElementTree
from zipfile import BadZipFile, ZipFile

from wbc_tracker.errors import UnreadableFileError

#: A workbook with 5 million cells unpacks to about 250 MB.
MOST_BYTES = 500_000_000
_OLD = b"\xd0\xcf\x11\xe0"
_ENCRYPTED = "EncryptedPackage".encode("utf-16-le")
_BOOK = "xl/workbook.xml"
_SAVE = "Open it and save the sheet as an Excel workbook (.xlsx) or as CSV."
#: The first part that tells what else a zip archive is.
_OTHERS = (
    ("xl/workbook.bin", "a binary Excel workbook", _SAVE),
    ("content.xml", "an OpenDocument file", _SAVE),
    ("word/document.xml", "a Word document", "Export the results as CSV, or type them into one."),
)
#: A row or cell: its kind, its place where that comes first (as it nearly always does), and the
#: other attributes.
_TAG = re.compile(
    rb"""<(?:\w+:)?(row|c)(?=[\s/>])(?:\s+r=["']([A-Za-z]{0,9})([0-9]{1,20})["'])?([^>]*)>"""
)
_PLACE = re.compile(rb"""\sr=["']([A-Za-z]{0,9})([0-9]{1,20})["']""")
#: What a sheet of Excel can hold; the reading library trusts a place beyond it with its memory.
_MOST_ROWS, _MOST_COLUMNS = 1_048_576, 16_384
_FORMULA = re.compile(rb"<(?:\w+:)?f(?=[\s/>])[^>]*?(?:/>|>([^<]*)<)")
#: What follows a formula: its saved value, or the next cell or row.
_SAVED = re.compile(rb"<(?:\w+:)?(v|c|row|is)(?=[\s/>])")
_MERGED = re.compile(
    rb"""<(?:\w+:)?mergeCell\s[^>]*?ref=["']([A-Za-z]{1,3})([0-9]{1,7}):([A-Za-z]{1,3})([0-9]{1,7})["']"""
)
_KIND = re.compile(rb"""\st=["']e["']""")
_STYLE = re.compile(rb"""\ss=["']([0-9]{1,9})["']""")
_VALUE = re.compile(rb"<(?:\w+:)?v(?:\s[^>]*)?>([^<]*)<")
_QUOTED = re.compile(r'"[^"]*"|\\.|\[[^\]]*\]')


@dataclass
class Extent:
    """What a sheet spans, and the cells that need care. Places are (row, column) from 0, as in the
    sheet.

    Attributes:
        cells: how many cells the smallest rectangle around all filled ones has; 0 for an empty
            sheet.
        errors: place -> what stands there instead of a value: an error such as #DIV/0!, or a
            formula whose value was not saved.
        merged: (row, column, last row) of cells that are merged with the cells below them.
        outside: the first place that no sheet has, "" without one.
        percent: places of cells that are shown as a percentage of their value.
    """

    cells: int = 0
    errors: dict[tuple[int, int], str] = field(default_factory=dict)
    percent: set[tuple[int, int]] = field(default_factory=set)
    merged: list[tuple[int, int, int]] = field(default_factory=list)
    outside: str = ""


class Archive:
    """An opened XLSX file whose parts are known to be whole and of bounded size."""

    def __init__(self, raw: bytes, file: str) -> None:
        """Open and check the archive.

        Raises:
            UnreadableFileError: not an XLSX workbook, damaged, protected by a password, or too
                large.
        """
        self.file = file
        self._refuse_old(raw)
        try:
            self._zip = ZipFile(io.BytesIO(raw))
        except (BadZipFile, ValueError, NotImplementedError, OSError):
            raise self._damaged() from None
        self._parts = {
            name.casefold(): name for name in self._zip.namelist()
        }  # some writers differ in case
        names = set(self._parts)
        if _BOOK not in names:
            what, hint = next(
                ((what, hint) for part, what, hint in _OTHERS if part in names),
                ("a zip archive", "Unpack it first."),
            )
            raise UnreadableFileError(
                f"{file} is {what}, not an .xlsx workbook.", hint, code="file_not_text"
            )
        if sum(part.file_size for part in self._zip.infolist()) > MOST_BYTES:
            raise UnreadableFileError(
                f"{file} unpacks to more than {MOST_BYTES // 1_000_000} MB.",
                "Save the sheet with the results as CSV.",
                code="file_too_large",
            )
        if len(names) != len(self._zip.infolist()) or any("\\" in name for name in names):
            # two parts of one name: what is checked might not be what is read
            raise self._damaged()
        self._check_parts()

    def _refuse_old(self, raw: bytes) -> None:
        if not raw.startswith(_OLD):
            return
        if _ENCRYPTED in raw:
            raise UnreadableFileError(
                f"{self.file} is protected by a password.",
                "Save it without a password.",
                code="file_protected",
            )
        raise UnreadableFileError(
            f"{self.file} is an old Excel workbook (.xls).", _SAVE, code="file_not_text"
        )

    def _damaged(self) -> UnreadableFileError:
        return UnreadableFileError(
            f"{self.file} is a damaged Excel workbook.",
            "Export or download it again.",
            code="file_damaged",
        )

    def _check_parts(self) -> None:
        """Unpack every part once, a piece at a time: one that is larger than it says fails its
        checksum.
        """
        for part in self._zip.infolist():
            for _ in self._pieces(part.filename):
                pass

    def _pieces(self, part: str) -> Iterator[bytes]:
        try:
            with self._zip.open(self._parts.get(part.casefold(), part)) as stream:
                while piece := stream.read(1 << 20):
                    yield piece
        except (
            BadZipFile,
            zlib.error,
            EOFError,
            OSError,
            ValueError,
            NotImplementedError,
            RuntimeError,
            KeyError,
        ):
            raise self._damaged() from None

    def _read(self, part: str) -> bytes:
        return b"".join(self._pieces(part))

    def _tree(self, part: str) -> ElementTree.Element:
        xml = self._read(part)
        if (
            b"<!DOCTYPE" in xml or b"\0" in xml
        ):  # no workbook has either; with the first an XML bomb would begin
            raise self._damaged()
        try:
            return ElementTree.fromstring(xml)  # noqa: S314  # entities cannot be declared without a DOCTYPE
        except ElementTree.ParseError:
            raise self._damaged() from None

    def sheet_parts(self) -> dict[str, str]:
        """Return sheet name -> the part that holds it."""
        links = self._tree("xl/_rels/workbook.xml.rels")
        targets = {link.get("Id", ""): _part_of(link.get("Target", "")) for link in links}
        sheets = [tag for tag in self._tree(_BOOK).iter() if tag.tag.rpartition("}")[2] == "sheet"]
        parts = {sheet.get("name", ""): targets.get(_relation_id(sheet), "") for sheet in sheets}
        if len(parts) != len(sheets):
            raise self._damaged()  # two sheets of one name: what is measured
            # might not be what is read
        return parts

    def percent_styles(self) -> set[int]:
        """Return the styles that show a number as a percentage: 0.45 as 45 %."""
        if "xl/styles.xml" not in self._parts:
            return set()
        tree = self._tree("xl/styles.xml")
        formats = {9, 10}  # 0% and 0.00%, which every workbook has
        styles: set[int] = set()
        for tag in tree.iter():
            name = tag.tag.rpartition("}")[2]
            if name == "numFmt" and "%" in _QUOTED.sub("", tag.get("formatCode", "")):
                formats.add(_whole(tag.get("numFmtId")))
            elif name == "cellXfs":
                styles = {
                    place
                    for place, style in enumerate(tag)
                    if _whole(style.get("numFmtId")) in formats
                }
        return styles

    def extent(self, part: str, percent_styles: set[int]) -> Extent:
        """Measure a sheet; a cell that names no place follows the one before it.

        Raises:
            UnreadableFileError: there is no such part, or it is damaged.
        """
        xml = self._read(part)
        if b"\0" in xml:
            raise self._damaged()
        found = Extent()
        row = column = bottom = right = -1
        top = left = 2**63
        for tag in _TAG.finditer(xml):
            kind, letters, digits, attributes = tag.groups()
            if digits is None and (place := _PLACE.search(attributes)):
                letters, digits = place.groups()
            if kind == b"row":
                row, column = int(digits) - 1 if digits else row + 1, -1
                continue
            row, column = (int(digits) - 1, _column(letters)) if digits else (row, column + 1)
            if not (0 <= row < _MOST_ROWS and 0 <= column < _MOST_COLUMNS):
                found.outside, found.cells = f"row {row + 1}, column {column + 1}", 1
                return found
            if attributes.endswith(b"/") or xml.startswith(b"</", tag.end()):
                continue  # formatted, but empty
            if not top <= row <= bottom:
                top, bottom = min(top, row), max(bottom, row)
            if not left <= column <= right:
                left, right = min(left, column), max(right, column)
            if formula := _FORMULA.match(xml, tag.end()):
                saved = _SAVED.search(xml, formula.end())
                if not saved or saved[1] in (b"c", b"row"):
                    words = _unescaped((formula[1] or b"").decode("utf-8", "replace"))
                    found.errors[row, column] = f"={words}"
                    continue
            if not attributes:
                continue
            if _KIND.search(attributes):
                value = _VALUE.search(xml, tag.end())
                found.errors[row, column] = (
                    value[1].decode("utf-8", "replace") if value else "#VALUE!"
                )
            elif (
                percent_styles
                and (style := _STYLE.search(attributes))
                and int(style[1]) in percent_styles
            ):
                found.percent.add((row, column))
        found.cells = max(0, bottom - top + 1) * max(0, right - left + 1)
        for merge in _MERGED.finditer(xml):
            first, last = int(merge[2]) - 1, int(merge[4]) - 1
            if last > first >= 0:
                found.merged.append((first, _column(merge[1]), min(last, bottom)))
        return found


def _part_of(target: str) -> str:
    """Return the part a target means: relative to the folder `xl`, or from the top."""
    from_top = target.startswith(("/", "xl/"))
    return posixpath.normpath(target.lstrip("/") if from_top else posixpath.join("xl", target))


def _relation_id(sheet: ElementTree.Element) -> str:
    """Return the id under which a sheet's part is found; its namespace differs between kinds of
    XLSX.
    """
    return next((value for key, value in sheet.items() if key.endswith("}id")), "")


@cache
def _column(letters: bytes) -> int:
    """Return the column of its letters, from 0: `A` is 0, `AA` 26."""
    number = 0
    for letter in letters.upper():
        number = number * 26 + letter - 64
    return number - 1


def _whole(text: str | None) -> int:
    return int(text[:9]) if text and text.isascii() and text.isdigit() else -1


def _unescaped(text: str) -> str:
    from xml.sax.saxutils import unescape  # it loads what reads from the network: 15 ms

    return unescape(text)
