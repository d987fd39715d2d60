"""Fold spellings to one form, so that a table of spellings need not list case, spaces and typography.

What carries meaning stays: `#` and `%`, digits, and the power of ten in a unit. A lost superscript
(`109/L`) does not fold to `10^9/L`: the catalogue decides about it per unit.
"""

from __future__ import annotations

import re
import unicodedata

_SUPERSCRIPTS = str.maketrans("⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻", "0123456789+-")
_SUPERSCRIPT_RUN = re.compile("[⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻]+")
_POWER_OF_TEN = re.compile(r"x?10(?:\*\*|\*|\^|e|\(|\[|\\s\\)\+?0*(\d+)[)\]]?")
_CUBIC = re.compile(r"m\.?m(?:\*\*|\*|\^|\()?3\)?")
_WIDTHS = {0xFF01 + offset: 0x21 + offset for offset in range(94)} | dict.fromkeys((0xA0, 0x202F, 0x2009, 0x3000), " ")
_MEANINGLESS = re.compile(r"[^\w%#]+|_")


_CLUSTER = re.compile(r"\bcd[ -]?(\d+)")
_NEGATIVE = re.compile(r"(?<=\d)-(?=$|[ ),]|cd\d)")
_RATIO = re.compile(r"(?<=\d) ?[/:] ?(?=cd\d)")
_MARKS = {
    **dict.fromkeys(("percent", "percentage", "pct", "relative", "rel"), "%"),
    **dict.fromkeys(("absolute", "abs"), "#"),
}


def fold_name(text: str) -> str:
    """Fold the name of a test: case, accents, full-width forms, and punctuation that means nothing.

    `%` and `#` stay and go to the end, where their words ("percent", "absolute") become the same signs:
    `CD19%`, `% CD19` and `CD19 (percent)` fold to `cd19 %`, and none of them folds to `cd19`. `CD 19` and
    `CD-19` are CD19; `CD19-` are cells without it; `CD4/CD8` is a ratio, `CD4+CD8+` are cells with both.
    """
    plain = (text if text.isascii() else unicodedata.normalize("NFKD", text)).casefold()
    plain = _CLUSTER.sub(r"cd\1", plain)
    plain = _RATIO.sub(" per ", _NEGATIVE.sub(" negative ", plain))
    if not plain.isascii():
        plain = "".join(character for character in plain if not unicodedata.combining(character))
    spaced = _MEANINGLESS.sub(" ", plain).replace("%", " % ").replace("#", " # ")
    words = [_MARKS.get(word, word) for word in spaced.split()]
    return " ".join(sorted(words, key=lambda word: word in "%#"))


def unify_forms(text: str) -> str:
    """Turn full-width and other compatibility forms into plain ones, and `10⁹` into `10^9`, not into `109`."""
    marked = _SUPERSCRIPT_RUN.sub(lambda run: "^" + run.group().translate(_SUPERSCRIPTS), text)
    return unicodedata.normalize("NFKC", marked)


def unify_widths(text: str) -> str:
    """Turn full-width signs and unusual spaces into plain ones; `①` and other signs stay what they are."""
    marked = _SUPERSCRIPT_RUN.sub(lambda run: "^" + run.group().translate(_SUPERSCRIPTS), text)
    return marked.translate(_WIDTHS)


def fold_unit(text: str) -> str:
    """Fold a unit: case, spaces, micro sign, `mcL`, and every way to write a power of ten.

    `x10E3/µL`, `10*3/uL`, `10³/mcL` and `10**3 / ul` all fold to `10^3/ul`.
    """
    plain = unify_forms(text).casefold().replace("×", "x").replace("μ", "u")
    plain = re.sub(r"\s+", "", plain).replace("mcl", "ul").replace("microl", "ul").rstrip(".")
    return _CUBIC.sub("mm3", _POWER_OF_TEN.sub(r"10^\1", plain))
