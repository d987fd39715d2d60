"""Numbers and dates as a person reads them, and text from files made safe to show."""

from __future__ import annotations

import json
import math
import os
import re
import sys
import unicodedata
from collections.abc import Sequence
from functools import cache, partial

#: What stands behind a value outside its interval, and behind one that fell or rose beyond usual
#: variation.
REF_MARKS = {"low": "L", "high": "H"}
RCV_MARKS = {"fall": "v", "rise": "^"}
#: More decimals say nothing to a reader; they come from another unit.
_MOST_DECIMALS = 2
_DIGITS, _RAISED_SIGNS, _BARS = "0123456789", "⁰¹²³⁴⁵⁶⁷⁸⁹", "▁▂▃▄▅▆▇█"
_RAISED = str.maketrans(_DIGITS, _RAISED_SIGNS)
_LOWERED = str.maketrans(_RAISED_SIGNS, _DIGITS)
_PLAIN = str.maketrans(f"{_BARS}µ", "12345678u")
_UCUM_POWER, _UCUM_REMARK = re.compile(r"10\*(\d+)"), re.compile(r"\{.*?\}")
#: Raised digits, what belongs to the unit behind them, and the space that they may use.
_RAISED_DIGITS = re.compile(rf"([{_RAISED_SIGNS}]+)(/[^\s\d]+)?( (?= ))?")
_HIDDEN = ("Cc", "Cf", "Cs", "Co", "Zl", "Zp")


def install_words(*packages: str) -> str:
    """Return the command that adds packages to the Python in which this program runs.

    It names that Python, so that it does the same in every folder, whether or not an environment is
    activated, and however the program was installed. An environment that uv made has no pip.
    """
    import importlib.util

    if importlib.util.find_spec("pip"):
        return typed_words([sys.executable, "-m", "pip", "install", *packages])
    return typed_words(["uv", "pip", "install", "--python", sys.executable, *packages])


def typed_words(words: Sequence[str]) -> str:
    """Return the words of a command as one types them, quoted where the shell needs it."""
    # Here, because nearly no call of the program comes to it.
    import shlex
    import subprocess

    return subprocess.list2cmdline(words) if os.name == "nt" else shlex.join(words)


def visible(text: str) -> str:
    """Return text from a file or the command line with control and direction characters shown
    escaped.
    """
    if text.isprintable():
        return text
    return "".join(
        character.encode("unicode_escape").decode()
        if unicodedata.category(character) in _HIDDEN
        else character
        for character in text
    )


def visible_json(text: str) -> str:
    """Return JSON in which every letter that a terminal would obey or hide is written by its
    number: the same JSON for whoever reads it. Line ends stay.
    """
    if text.isprintable():
        return text
    return "".join(c if c.isprintable() or c == "\n" else json.dumps(c)[1:-1] for c in text)


@cache
def unit_words(unit: str) -> str:
    """Return a UCUM unit as people write it: `x10⁹/L` for `10*9/L`, `/µL` for `/uL`."""
    if unit == "1":
        return ""
    power = _UCUM_POWER.sub(lambda found: f"x10{found[1].translate(_RAISED)}", unit)
    return _UCUM_REMARK.sub("", power).replace("uL", "µL")


def plain_signs(text: str, encoding: str) -> str:
    """Return text with the signs that an encoding lacks written plainly: `x10^9/L`, `/uL`, bars as
    digits.

    Where columns stand behind such a sign, the room of a space is used, so that they stay in line.
    """
    if text.isascii() or _can_encode(text, encoding):
        return text
    text = _RAISED_DIGITS.sub(partial(_plain_power, encoding=encoding), text)
    return "".join(sign if _can_encode(sign, encoding) else sign.translate(_PLAIN) for sign in text)


def _plain_power(found: re.Match[str], *, encoding: str) -> str:
    digits, behind, _ = found.groups(default="")
    if _can_encode(digits, encoding):
        return found[0]
    return f"^{digits.translate(_LOWERED)}{behind}"


def _can_encode(text: str, encoding: str) -> bool:
    try:
        text.encode(encoding)
    except (UnicodeEncodeError, LookupError):
        return False
    return True


def number_words(value: float, step: float, decimals: int) -> str:
    """Return a value with the decimals it was printed with, else with its unit's usual ones."""
    most = max(decimals, _MOST_DECIMALS)
    if step > 0:
        decimals = max(0, -math.floor(math.log10(step) + 1e-9))
    return f"{value:.{min(decimals, most)}f}"


def with_capital(words: str) -> str:
    """Return words as they begin a sentence."""
    return f"{words[:1].upper()}{words[1:]}"


def percent_words(percent: float) -> str:
    """Return a change with its sign: `-8 %`, `+12 %`, `0 %`."""
    rounded = round(percent)
    return f"{rounded:+d} %" if rounded else "0 %"


def changed_words(percent: float) -> str:
    """Return a change in words: `8 % lower`, `12 % higher`."""
    return f"{abs(round(percent))} % {'lower' if percent < 0 else 'higher'}"


def date_words(collected_at: str) -> str:
    """Return a date, or a date and time to the minute: `2025-03-11 08:20`."""
    return collected_at.replace("T", " ")[:16]


def days_words(days: int) -> str:
    """Return a number of days, in weeks from six weeks on: `1 day`, `37 days`, `12 weeks`."""
    if abs(days) >= 42:
        return f"{days // 7} weeks"
    return "1 day" if days == 1 else f"{days} days"


def count_words(count: int, one: str, many: str) -> str:
    """Return a count with its noun."""
    return f"{count} {one if count == 1 else many}"


#: Parts of a UCUM unit as one says them.
_SPOKEN = {
    "10*12": "times 10 to the power of 12",
    "10*9": "times 10 to the power of 9",
    "10*6": "times 10 to the power of 6",
    "10*3": "thousand",
    "uL": "microlitre",
    "mL": "millilitre",
    "dL": "decilitre",
    "L": "litre",
    "g": "grams",
    "mg": "milligrams",
    "mmol": "millimoles",
    "%": "percent",
}


def spoken_unit(unit: str) -> str:
    """Return a UCUM unit as one says it, for a screen reader: `grams per litre`."""
    if unit == "1":
        return ""
    parts = [_SPOKEN.get(part, part) for part in unit.split("{")[0].split("/")]
    return " per ".join(parts).strip()
