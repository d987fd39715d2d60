"""WCAG AA: text has a contrast of at least 4.5 to what lies behind it, signs and edges at least 3; in both schemes."""

from __future__ import annotations

import re

import pytest

from wbc_tracker.render.html.templates import read_own

TEXT = [
    ("ink", "paper"),
    ("ink", "shade"),
    ("quiet", "paper"),
    ("quiet", "shade"),
    ("link", "paper"),
    ("dose-ink", "dose"),
    ("event-ink", "event"),
    ("urgent-ink", "urgent"),
    ("discuss-ink", "discuss"),
    ("info-ink", "info"),
    ("expected-ink", "expected"),
    ("alarm", "paper"),
]
#: Focus rings, badges, rules that carry a meaning.
SIGNS = [
    ("link", "paper"),
    ("edge", "paper"),
    ("edge", "shade"),
    ("urgent", "paper"),
    ("discuss", "paper"),
    ("info", "paper"),
    ("expected", "paper"),
]


def colours() -> dict[str, dict[str, str]]:
    """Return scheme -> name -> colour; a later scheme changes those of the first."""
    style = read_own("style.css")
    light, dark, paper = (
        dict(re.findall(r"--([a-z-]+): (#[0-9a-f]{6});", block))
        for block in re.findall(r":root \{(.*?)\}", style, re.S)
    )
    return {"light": light, "dark": light | dark, "print": light | paper}


def contrast(one: str, other: str) -> float:
    """Return the ratio of WCAG 2.1, 1 to 21."""
    brighter, darker = sorted((luminance(one), luminance(other)), reverse=True)
    return (brighter + 0.05) / (darker + 0.05)


def luminance(colour: str) -> float:
    shares = [part / 255 for part in bytes.fromhex(colour[1:])]
    red, green, blue = (s / 12.92 if s <= 0.04045 else ((s + 0.055) / 1.055) ** 2.4 for s in shares)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def test_the_formula_is_that_of_the_standard():
    assert contrast("#000000", "#ffffff") == pytest.approx(21)
    assert contrast("#777777", "#ffffff") == pytest.approx(4.48, abs=0.01)  # the standard's well-known near miss


@pytest.mark.parametrize("scheme", ["light", "dark", "print"])
@pytest.mark.parametrize(("ink", "paper"), TEXT)
def test_text_can_be_read(scheme, ink, paper):
    named = colours()[scheme]
    assert contrast(named[ink], named[paper]) >= 4.5


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize(("sign", "paper"), SIGNS)
def test_signs_can_be_seen(scheme, sign, paper):
    named = colours()[scheme]
    assert contrast(named[sign], named[paper]) >= 3


def test_every_colour_is_held_here():
    pairs = {name for pair in (*TEXT, *SIGNS) for name in pair}
    assert set(colours()["light"]) - pairs == {"line"}  # thin rules between rows, which carry no meaning
