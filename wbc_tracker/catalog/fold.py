"""Fold spellings to one form, so that a table of spellings need not list case, accents, spaces and
typography.

What carries meaning stays: `#` and `%`, digits, and the power of ten in a unit. A lost superscript
(`109/L`) does not fold to `10^9/L`: the catalogue decides about it per unit.
"""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

_SUPERSCRIPTS = str.maketrans("⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻", "0123456789+-")
_SUPERSCRIPT_RUN = re.compile("[⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻]+")
_SPACES = (0xA0, 0x2007, 0x2008, 0x2009, 0x200A, 0x202F, 0x205F, 0x3000)
_WIDTHS = {0xFF01 + offset: 0x21 + offset for offset in range(94)} | dict.fromkeys(_SPACES, " ")

#: Letters that lose no accent when decomposed, and what is left of them; `ß` becomes `ss` with its
#: case.
_PLAIN_LETTERS = str.maketrans({"ø": "o", "æ": "ae", "œ": "oe", "ł": "l", "ı": "i"})
#: How German and the Nordic languages are typed on a keyboard without their letters.
_SPELLED_OUT = str.maketrans(
    {"ä": "ae", "ö": "oe", "ü": "ue", "ø": "oe", "å": "aa", "Ä": "Ae", "Ö": "Oe", "Ü": "Ue"}
)

_POWER_OF_TEN = re.compile(r"[x*·•∙]?10(?:\*\*|\*|\^|e|exp|\(|\[|\\s\\)\+?0*(\d+)[)\]]?")
_CUBIC = re.compile(r"m\.?m(?:\*\*|\*|\^|\()?3\)?|(?<![a-z])(?:mmc|c\.?mm|cu\.?mm)(?![a-z])")
_MICROLITRE = re.compile(r"mcl|micro-?l(?:it(?:er|re)s?)?(?![a-z])|мкл")

_ANNOTATION = re.compile(r"\{(?:cells?|count|#)\}", re.IGNORECASE)
_PER = re.compile(r"(?:^|[ _])per[ _]")  # `celler_per_µL`

_MEANINGLESS = re.compile(r"[^\w%#]+|_")
_CLUSTER = re.compile(
    r"\b[cс]d[ -]?(\d+)"
)  # the first letter is often typed on a Cyrillic keyboard
_NEGATIVE = re.compile(r"(?<=\d)-(?=$|[ ),]|cd\d)")
_RATIO = re.compile(r"(?<=\d) ?[/:] ?(?=cd\d)")
#: `WBC¹`, `WBC (1)` and LabCorp's `WBC 01`. Behind the G, A or M of an immunoglobulin a number is a
#: subclass.
_FOOTNOTE = re.compile(r"(?:[¹²³⁴⁵⁶⁷⁸⁹]+|[(\[]\d{1,2}[)\]]|\s0\d)$")
_IMMUNOGLOBULIN = re.compile(r"\b(?:ig)?[gam]$")
#: The system behind the name in the Nordic NPU style: `Leukocytter;B`, `IgG;P`.
_OF_BLOOD = re.compile(r";\s*([bps])(?=$|[\s,;(])")
_SYSTEMS = {"b": " blood", "p": " plasma", "s": " serum"}
#: The answers for longer texts are not kept: they are no names, and a cell can hold a million
#: characters.
_LONGEST_KEPT = 60
_MARKS = {
    **dict.fromkeys(("percent", "percentage", "pct", "relative", "rel"), "%"),
    **dict.fromkeys(("absolute", "abs"), "#"),
}


def fold_name(text: str) -> str:
    """Fold the name of a test: case, accents, full-width forms, footnotes, and punctuation that
    means nothing.

    `%` and `#` stay and go to the end, where their words ("percent", "absolute") become the same
    signs: `CD19%`, `% CD19` and `CD19 (percent)` fold to `cd19 %`, and none of them folds to
    `cd19`. `CD 19` and `CD-19` are CD19; `CD19-` are cells without it; `CD4/CD8` is a ratio,
    `CD4+CD8+` are cells with both. `WBC¹` and `WBC (1)` are WBC with a footnote; `IgG 1` and `IgG
    (1)` are a subclass and stay apart.
    """
    return _fold_short(text) if len(text) <= _LONGEST_KEPT else _fold(text)


@lru_cache(maxsize=8192)
def _fold_short(text: str) -> str:
    """Fold a text and keep the answer: the spellings of the catalogue are folded again for every
    file.
    """
    return _fold(text)


def _fold(text: str) -> str:
    plain = _drop_footnote(text.strip().casefold())
    plain = _OF_BLOOD.sub(lambda system: _SYSTEMS[system[1]], plain)
    plain = _drop_accents(plain)
    plain = _CLUSTER.sub(r"cd\1", plain)
    plain = _RATIO.sub(" per ", _NEGATIVE.sub(" negative ", plain))
    spaced = _MEANINGLESS.sub(" ", plain).replace("%", " % ").replace("#", " # ")
    words = [_MARKS.get(word, word) for word in spaced.split()]
    return " ".join(sorted(words, key=lambda word: word in "%#"))


def _drop_footnote(text: str) -> str:
    name = _FOOTNOTE.sub("", text).rstrip()
    return text if _IMMUNOGLOBULIN.search(name) else name


def fold_words(text: str) -> str:
    """Fold words of a cell: case, accents, width and doubled spaces; punctuation stays."""
    return " ".join(_drop_accents(text.casefold()).split())


def spell_out(text: str) -> tuple[str, ...]:
    """Return the text, and the form in which it is typed without umlauts: `Präparat`,
    `Praeparat`.
    """
    spelled = text.translate(_SPELLED_OUT)
    return (text,) if spelled == text else (text, spelled)


def unify_forms(text: str) -> str:
    """Turn full-width and other compatibility forms into plain ones, and `10⁹` into `10^9`,
    not into `109`.
    """
    marked = _SUPERSCRIPT_RUN.sub(lambda run: "^" + run.group().translate(_SUPERSCRIPTS), text)
    return unicodedata.normalize("NFKC", marked)


def unify_widths(text: str) -> str:
    """Turn full-width signs and unusual spaces into plain ones; `①` and other signs stay what they
    are.
    """
    marked = _SUPERSCRIPT_RUN.sub(lambda run: "^" + run.group().translate(_SUPERSCRIPTS), text)
    return marked.translate(_WIDTHS)


def fold_unit(text: str) -> str:
    """Fold a unit: case, accents, spaces, micro sign, and every way to write a power of ten or a
    microlitre.

    `x10E3/µL`, `10*3/uL`, `10³/mcL` and `10**3 / ul` all fold to `10^3/ul`, and so does `10^3/mm3`:
    a cubic millimetre is a microlitre. What UCUM writes in braces says only what was counted:
    `{cells}/uL` folds to `/ul`.
    """
    text = _ANNOTATION.sub("", text) if "{" in text else text
    plain = _drop_accents(unify_forms(text).casefold()).replace("×", "x").replace("μ", "u")
    plain = re.sub(r"\s+", "", _PER.sub("/", plain))
    plain = _CUBIC.sub("mm3", _POWER_OF_TEN.sub(r"10^\1", plain))
    return _MICROLITRE.sub("ul", plain).replace("/mm3", "/ul").rstrip(".")


def _drop_accents(text: str) -> str:
    """Return text without accents and full-width forms: `Lymphozyt` stays,
    `énôß` becomes `enoss`.
    """
    if text.isascii():
        return text
    plain = unicodedata.normalize("NFKD", text).translate(_PLAIN_LETTERS)
    return "".join(character for character in plain if not unicodedata.combining(character))
