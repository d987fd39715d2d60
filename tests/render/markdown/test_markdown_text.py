"""Text of users in markdown: whatever is markup in it shows as text, in headings and in tables."""

from __future__ import annotations

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from tables.markdown import read
from tables.trials import examples

from wbc_tracker.render.markdown.text import code, escaped, table
from wbc_tracker.wording import visible

HOSTILE = [
    "a|b", "a\\|b", "a\\", "`code`", "``", "<script>alert(1)</script>", "<b>", "<http://example.org>", "&lt;", "&amp;b",
    "[x](javascript:alert(1))", "![x](http://example.org/a.png)", "[x][y]", "*bold*", "**", "_em_", "a_b_c", "~~gone~~",
    "# heading", "## x ##", "- item", "+ item", "* item", "1. item", "2) item", "12.5", "> quoted", "---", "===", "-",
    "a\n# b", "a\r\nb", "tab\there", "\x1b[31mred", "\u202eabc", "\u2028x", "    code", "| --- |", "{x}", "$x$", "a  b",
    "\u00e9\u4e2d\u6587", "C:\\new", "www.example.org", "mail@example.org", ":smile:", "@all", "#12", "&#124;", "\\`",
]  # fmt: skip


def in_a_heading(text: str) -> tuple[set[str], str]:
    tags, words = read(f"# Report: {escaped(text)}, as of now")
    return tags, words.strip().removeprefix("Report: ").removesuffix(", as of now")


def in_a_table(text: str) -> tuple[set[str], str]:
    tags, words = read("\n".join(table(["who", "n"], [[escaped(text), "1"], ["last", "2"]])))
    cells = [word for word in words.split("\n") if word]
    assert cells[-3:] == ["1", "last", "2"]
    return tags, cells[2]


@pytest.mark.parametrize("text", HOSTILE)
def test_it_shows_as_the_text_it_is(text: str) -> None:
    shown = visible(text).strip()
    assert in_a_heading(text) == ({"h1"}, shown)
    assert in_a_table(text) == ({"table", "thead", "tbody", "tr", "th", "td"}, shown)
    assert read(escaped(text)) == ({"p"}, f"{shown}\n")  # at the start of a line


@settings(max_examples=examples(300))
@given(st.text(st.sampled_from("ab1 \\`*_[](){}#+-.!|~<>&;:@$=/'\"\n\t\x00\u202e\u00e9"), max_size=14))
@example("1.")
@example("1)")
def test_any_text_shows_as_text(text: str) -> None:
    shown = visible(text).strip() or "(empty)"
    assert in_a_heading(text) == ({"h1"}, shown)
    assert in_a_table(text)[1] == shown
    assert read(escaped(text)) == ({"p"}, f"{shown}\n")


@pytest.mark.parametrize("text", ["clinic-21", "Ann B.", "me", "2024-117", "patient 3, ward 4", "O'Neil", "x/y = 3"])
def test_usual_names_are_left_as_they_are(text: str) -> None:
    assert escaped(text) == text


def test_words_that_programs_make_addresses_of_are_broken() -> None:
    assert escaped("http://x") == "http\\://x"
    assert escaped("www.x") == "www\\.x"
    assert escaped("a@x") == "a\\@x"


def test_a_table_has_even_columns_in_plain_text() -> None:
    rows = [["a", "1"], ["\u4e2d\u6587", "12.5"]]  # two characters, each two columns wide
    assert table(["who", "value"], rows) == [
        "| who  | value |",
        "| ---- | ----: |",
        "| a    |     1 |",
        "| \u4e2d\u6587 |  12.5 |",
    ]


def test_a_table_without_rows_is_a_heading() -> None:
    assert table(["who"], []) == ["| who |", "| --- |"]


def test_names_of_the_program_are_code() -> None:
    assert read(code("b_cells_depleted")) == ({"p", "code"}, "b_cells_depleted\n")
