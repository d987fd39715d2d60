"""Some hundred damaged files made of the clean ones, the same in every run.

No damage here writes another valid number into a cell: a digit that became another digit cannot be seen by any
reader. A cut may fall inside the last number of a file; `Damage.may_end_short` says so.
"""

from __future__ import annotations

import random
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace

from tables.reading.clean_files import Clean, text_of
from tables.reading.damaged_bytes import (
    byte_lost,
    byte_put_in,
    byte_replaced,
    cut_anywhere,
    cut_in_the_last_line,
    noise,
    nul_bytes,
    wrapped,
)
from tables.reading.damaged_lines import (
    another_table_below,
    as_other_dates,
    as_serial_dates,
    body_and_end,
    decimal_marks_doubled,
    decimal_marks_lost,
    decimal_marks_mixed,
    extra_cells,
    fewer_cells,
    glued_lines,
    header_doubled,
    header_twice,
    headers_renamed,
    headers_swapped,
    long_cell,
    long_text,
    lost_line,
    moved_left,
    moved_right,
    of_lines,
    one_line,
    other_delimiter,
    quote_opened,
    shuffled,
    values_as_dates,
)
from wbc_tracker.intake import ReadingOptions


@dataclass(frozen=True)
class Damage:
    """A damaged file.

    `may_end_short`: it is cut, so the last number of its last line may have lost digits. `may_rename_patient`: the
    damage may have hit the name of a patient, which no reader can know. `may_break_a_line`: a stray line end may
    have parted the last number of a line.
    """

    kind: str
    clean: Clean
    raw: bytes
    options: ReadingOptions
    may_end_short: bool = False
    may_rename_patient: bool = False
    may_break_a_line: bool = False


def damages_of(clean: Clean) -> Iterator[Damage]:
    """Yield every damaged file made of a clean one."""
    for kind, make in KINDS.items():
        for raw in make(clean, random.Random(f"{clean.name} {kind}")):
            cut, byte = kind.startswith("cut"), kind in ("a byte put in", "a byte replaced", "a byte lost")
            yield Damage(kind, clean, raw, clean.options, cut, byte, byte)
    for kind, raw, encoding in _wrong_encodings(clean):
        yield Damage(kind, clean, raw, replace(clean.options, encoding=encoding or clean.options.encoding))


KINDS: dict[str, Callable[[Clean, random.Random], Iterator[bytes]]] = {
    "cut anywhere": cut_anywhere,
    "cut in the last line": cut_in_the_last_line,
    "a byte put in": byte_put_in,
    "a byte replaced": byte_replaced,
    "a byte lost": byte_lost,
    "noise": noise,
    "NUL bytes": nul_bytes,
    "no table at all": wrapped,
    "no header": of_lines(lambda lines, _, __: lines[1:]),
    "header again": header_twice,
    "headers swapped": of_lines(headers_swapped, 2),
    "header twice in one line": of_lines(header_doubled),
    "only the header": of_lines(lambda lines, _, __: lines[:1]),
    "the whole file again": of_lines(lambda lines, _, __: [*lines, *lines]),
    "a line again": one_line(lambda line, _: line + line),
    "a line lost": of_lines(lost_line, 2),
    "a line moved": of_lines(shuffled, 2),
    "lines turned round": of_lines(lambda lines, _, __: [lines[0], *lines[:0:-1]]),
    "two lines glued": of_lines(glued_lines, 2),
    "a line moved left": one_line(moved_left),
    "a line moved right": one_line(moved_right),
    "extra cells": one_line(extra_cells),
    "fewer cells": one_line(fewer_cells),
    "trailing delimiters": of_lines(lambda lines, _, d: [d.join([*body_and_end(line), ""]) for line in lines]),
    "one line with another delimiter": one_line(other_delimiter),
    "all but the header with another delimiter": of_lines(
        lambda lines, _, d: [lines[0], *(other_delimiter(line, d) for line in lines[1:])]
    ),
    "decimal marks mixed": of_lines(decimal_marks_mixed, 2),
    "a quotation mark opened": one_line(quote_opened),
    "a line in quotation marks": one_line(lambda line, _: '"' + line.rstrip("\r\n").replace('"', "") + '"\n'),
    "every line in quotation marks": of_lines(
        lambda lines, _, __: ['"' + line.rstrip("\r\n").replace('"', "") + '"\n' for line in lines]
    ),
    "a very long number": one_line(long_cell, 1),
    "a very long text": one_line(long_text, 1),
    "empty lines": of_lines(lambda lines, _, __: [line + "\n" for line in lines]),
    "lines of delimiters": of_lines(lambda lines, _, d: [lines[0], d * 9 + "\n", *lines[1:], d * 3 + "\n"]),
    "a title above": of_lines(lambda lines, _, __: ["Results of a person\n", "\n", *lines]),
    "a note below": of_lines(lambda lines, _, __: [*lines, "\n", "*** end of report ***\n", "1 page\n"]),
    "another table below": another_table_below,
    "control characters": one_line(lambda line, _: line.replace("e", "\x1b[31me").replace("a", "a\x08")),
    "dates as numbers": of_lines(as_serial_dates),
    "dates of another order": of_lines(as_other_dates("{m:02}/{d:02}/{y}")),
    "dates of months": of_lines(as_other_dates("{month}-{short}")),
    "values as dates": of_lines(values_as_dates),
    "a decimal mark that became something else": decimal_marks_lost,
    "spaces around cells": of_lines(lambda lines, _, d: [line.replace(d, f" {d} ") for line in lines]),
    "lost superscripts": of_lines(lambda lines, _, __: [line.replace("10^9", "109") for line in lines]),
    "decimal marks doubled": of_lines(decimal_marks_doubled),
    "only line ends": of_lines(lambda lines, _, __: ["\n"] * len(lines)),
    "columns of other names": headers_renamed,
    "another encoding in between": of_lines(lambda lines, _, __: [re.sub("[µäéñ]", "Â\\g<0>", line) for line in lines]),
    "carriage returns too many": of_lines(lambda lines, _, __: [body_and_end(line)[0] + "\r\r\n" for line in lines]),
}  # fmt: skip


def _wrong_encodings(clean: Clean) -> Iterator[tuple[str, bytes, str | None]]:
    """Yield files whose bytes are not in the encoding that they, or the user, claim."""
    text = text_of(clean)
    header, end, rest = text.partition("\n")
    yield "UTF-16 said to be UTF-8", text.encode("utf-16"), "utf-8"
    yield "UTF-16 and a byte too many", text.encode("utf-16") + b"x", None
    yield "UTF-16 and half a line end", text.encode("utf-16") + b"\n", None
    yield "UTF-16 without its mark", text.encode("utf-16-le"), None
    yield "UTF-32", text.encode("utf-32"), None
    yield "UTF-8 said to be UTF-16", text.encode("utf-8"), "utf-16"
    yield "EBCDIC", text.encode("cp037", "replace"), None
    yield "UTF-7", text.encode("utf-7"), None
    yield "header in UTF-8, rows in Latin-1", (header + end).encode() + rest.encode("latin-1", "replace"), None
    yield "header in Latin-1, rows in UTF-8", (header + end).encode("latin-1", "replace") + rest.encode(), None
    yield "encoded twice", text.encode("utf-8").decode("latin-1").encode("utf-8"), None
    yield "half UTF-8, half UTF-16", text.encode("utf-8") + text.encode("utf-16-le"), None
