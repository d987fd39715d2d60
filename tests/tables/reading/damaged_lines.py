"""Damages of lines and cells: moved, lost, repeated, glued, cut with another delimiter, marked with another mark."""

from __future__ import annotations

import random
import re
from collections.abc import Callable, Iterator
from dataclasses import replace

from tables.reading.clean_files import Clean, encoded, lines_of, text_of
from tables.reading.forms_of_life import COLUMNS
from tables.reading.writers import PREAMBLE, write


def of_lines(
    change: Callable[[list[str], random.Random, str], list[str]], times: int = 1
) -> Callable[..., Iterator[bytes]]:
    def make(clean: Clean, chance: random.Random) -> Iterator[bytes]:
        for _ in range(times):
            yield encoded(clean, change(lines_of(clean), chance, clean.form.delimiter))

    return make


def one_line(change: Callable[[str, str], str], times: int = 2) -> Callable[..., Iterator[bytes]]:
    """Damage one line below the first."""

    def alter(lines: list[str], chance: random.Random, delimiter: str) -> list[str]:
        at = chance.randrange(1, len(lines))
        return [*lines[:at], change(lines[at], delimiter), *lines[at + 1 :]]

    return of_lines(alter, times)


def body_and_end(line: str) -> tuple[str, str]:
    body = line.rstrip("\r\n")
    return body, line[len(body) :]


def moved_left(line: str, delimiter: str) -> str:
    body, end = body_and_end(line)
    return body.partition(delimiter)[2] + delimiter + end


def moved_right(line: str, delimiter: str) -> str:
    body, end = body_and_end(line)
    return delimiter + body.rpartition(delimiter)[0] + end


def extra_cells(line: str, delimiter: str) -> str:
    body, end = body_and_end(line)
    return body + delimiter + "note" + delimiter + end


def fewer_cells(line: str, delimiter: str) -> str:
    body, end = body_and_end(line)
    return body.rpartition(delimiter)[0] + end


def other_delimiter(line: str, delimiter: str) -> str:
    return line.replace(delimiter, "\t" if delimiter != "\t" else ";")


def long_cell(line: str, delimiter: str) -> str:
    body, end = body_and_end(line)
    return body.rpartition(delimiter)[0] + delimiter + "9" * 4_000 + end


def long_text(line: str, delimiter: str) -> str:
    return "lorem ipsum " * 20_000 + delimiter + line


def shuffled(lines: list[str], chance: random.Random, _: str) -> list[str]:
    """Move a line to another place below the first."""
    at, to = chance.randrange(1, len(lines)), chance.randrange(1, len(lines))
    rest = [*lines[:at], *lines[at + 1 :]]
    return [*rest[:to], lines[at], *rest[to:]]


def header_twice(clean: Clean, chance: random.Random) -> Iterator[bytes]:
    """Repeat the header line between two rows, or below the last one."""
    lines = lines_of(clean)
    header = len(PREAMBLE) if clean.form.preamble else 0
    first_row = header + (2 if clean.form.unit_place == "row" else 1)
    for at in (chance.randrange(first_row + 1, len(lines)), len(lines)):
        yield encoded(clean, [*lines[:at], lines[header], *lines[at:]])


def lost_line(lines: list[str], chance: random.Random, _: str) -> list[str]:
    at = chance.randrange(len(lines))
    return [*lines[:at], *lines[at + 1 :]]


def glued_lines(lines: list[str], chance: random.Random, _: str) -> list[str]:
    """Lose one line end, so that two lines become one."""
    at = chance.randrange(len(lines) - 1)
    return [*lines[:at], lines[at].rstrip("\r\n") + lines[at + 1], *lines[at + 2 :]]


def headers_swapped(lines: list[str], chance: random.Random, delimiter: str) -> list[str]:
    """Swap the header of the dates (or, in a flowsheet, of the tests) with that of a column right of it."""
    body, end = body_and_end(lines[0])
    cells = body.split(delimiter)
    own = 1 if cells[0] in {words["patient"] for words in COLUMNS.values()} and len(cells) > 1 else 0
    if own + 1 >= len(cells):
        return lines
    other = chance.randrange(own + 1, len(cells))
    cells[own], cells[other] = cells[other], cells[own]
    return [delimiter.join(cells) + end, *lines[1:]]


def header_doubled(lines: list[str], _: random.Random, delimiter: str) -> list[str]:
    """Give the last column the name of the one before it."""
    body, end = body_and_end(lines[0])
    cells = body.split(delimiter)
    return [delimiter.join([*cells[:-1], cells[-2 if len(cells) > 1 else -1]]) + end, *lines[1:]]


def decimal_marks_mixed(lines: list[str], chance: random.Random, delimiter: str) -> list[str]:
    """Write the numbers of one line with the other decimal mark, quoted where the mark is the delimiter."""
    at = chance.randrange(1, len(lines))

    def other(found: re.Match[str]) -> str:
        text = found[0].translate(str.maketrans(".,", ",."))
        return f'"{text}"' if delimiter in text and '"' not in lines[at] else text

    changed = re.sub(r"(?<![0-9.,])[0-9]+[.,][0-9]+(?![0-9.,/])", other, lines[at])
    return [*lines[:at], changed, *lines[at + 1 :]]


def decimal_marks_doubled(lines: list[str], _: random.Random, __: str) -> list[str]:
    return [re.sub(r"(?<=[ ,;|\t\"])([1-9])[.,](?=[0-9]{2}\b)", r"\1.,", line) for line in lines]


def decimal_marks_lost(clean: Clean, chance: random.Random) -> Iterator[bytes]:
    """Replace the decimal mark of one number by what is none; units without decimals have no such number."""
    text, mark = text_of(clean), clean.form.decimal
    places = [at.start() for at in re.finditer(rf"(?<=[0-9]){re.escape(mark)}(?=[0-9]{{1,2}}(?![0-9]))", text)]
    for other in (" ", "'", ";", "x", "..", f" {mark}", "/") if places else ():
        at = chance.choice(places)
        yield (text[:at] + other + text[at + 1 :]).encode(clean.form.encoding)


def values_as_dates(lines: list[str], _: random.Random, __: str) -> list[str]:
    """Write `6.41` as the spreadsheet that took it for a date."""
    return [re.sub(r"(?<=[ ,;|\t\"])([1-9])[.,]([0-9]{2})\b", r"\1. Mar \2", line) for line in lines]


def quote_opened(line: str, delimiter: str) -> str:
    first, mark, rest = line.partition(delimiter)
    return f'{first}{mark}"{rest}'


def as_serial_dates(lines: list[str], _: random.Random, __: str) -> list[str]:
    return [re.sub(r"2025-03-14|14\.03\.2025|14/03/2025|14 March 2025", "45730", line) for line in lines]


def as_other_dates(form: str) -> Callable[[list[str], random.Random, str], list[str]]:
    """Write one of the dates in another form: month first, or the month alone."""

    def change(lines: list[str], _: random.Random, __: str) -> list[str]:
        other = form.format(d=14, m=3, y=2025, month="Mar", short=25)
        return [re.sub(r"2025-03-14|14\.03\.2025|14/03/2025|14 March 2025", other, line) for line in lines]

    return change


def headers_renamed(clean: Clean, _: random.Random) -> Iterator[bytes]:
    """Write the headers in capitals; a last column of notes says that it holds white cells."""
    header, *lines = lines_of(clean)
    body, end = body_and_end(header.upper())
    last = "WBC" if clean.notes else body.rpartition(clean.form.delimiter)[2]
    yield encoded(clean, [body.rpartition(clean.form.delimiter)[0] + clean.form.delimiter + last + end, *lines])


def another_table_below(clean: Clean, _: random.Random) -> Iterator[bytes]:
    """Put a file of another layout below; both say the same."""
    other = "wide" if clean.form.layout != "wide" else "long"
    form = replace(clean.form, layout=other, unit_place="header" if other == "wide" else "column", preamble=False)
    below = write(clean.results, form).decode(clean.form.encoding)
    for between in ("", "\n", "\nAnother table\n"):
        yield (text_of(clean) + between + below).encode(clean.form.encoding)
