"""Read a markdown page as others do: rendered by a CommonMark parser, or as the plain text it is."""

from __future__ import annotations

import re
from html.parser import HTMLParser

from markdown_it import MarkdownIt

PARSER = MarkdownIt("commonmark").enable(["table", "strikethrough"])
_BAR = re.compile(r"(?<!\\)\|")


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.tags: list[str] = []
        self.words: list[str] = []

    def handle_starttag(self, tag: str, attrs: object) -> None:
        self.tags.append(tag)

    def handle_data(self, data: str) -> None:
        self.words.append(data)


def read(page: str) -> tuple[set[str], str]:
    """Return the tags of the rendered page and the text that a reader sees."""
    reader = _Reader()
    reader.feed(PARSER.render(page))
    return set(reader.tags), "".join(reader.words)


def sections(page: str) -> dict[str, str]:
    """Return what stands under each heading of the second level, in order; under "" what stands before."""
    parts = re.split(r"^## (.*)$", page, flags=re.MULTILINE)
    return {"": parts[0], **dict(zip(parts[1::2], parts[2::2], strict=True))}


def tables(text: str) -> list[list[list[str]]]:
    """Return the rows of each table as cells, the line under the headings left out."""
    found: list[list[list[str]]] = []
    previous = ""
    for line in text.splitlines():
        if line.startswith("|"):
            if not previous.startswith("|"):
                found.append([])
            found[-1].append([cell.strip() for cell in _BAR.split(line)[1:-1]])
        previous = line
    return [[rows[0], *rows[2:]] for rows in found]
