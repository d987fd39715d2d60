"""Comparators, marks, footnotes, separators and intervals as laboratories of all languages print them."""

from __future__ import annotations

import math

import pyarrow as pa
import pytest
from tables.intake import CATALOG, column, each_value, one, words

from wbc_tracker.errors import AmbiguousFileError
from wbc_tracker.intake.column.ranges import parse_ranges
from wbc_tracker.intake.column.values import parse_values

COMPARATORS = {
    "<": "kleiner als 5|weniger als 5|Unter 5|inférieur à 5|INFÉRIEUR À 5|inférieure a 5|inf. à 5|menor que 5|"
    "inferior a 5|minore di 5|"
    "kleiner dan 5|mindre end 5|mindre enn 5|mindre än 5|alle 5|менее 5|less than 5|＜ 5",
    "<=": "bis 5|höchstens 5|hoechstens 5|jusqu'à 5|hasta 5|fino a 5|até 5|tot en met 5|op til 5|högst 5|"
    "< oder = 5|< or = 5|≤ 5|max. 5|до 5",
    ">": "größer als 5|groesser als 5|mehr als 5|supérieur à 5|mayor que 5|maggiore di 5|maior que 5|groter dan 5|"
    "større end 5|"
    "större än 5|yli 5|больше 5|more than 5",
    ">=": "ab 5|mindestens 5|au moins 5|desde 5|a partir de 5|almeno 5|vanaf 5|mindst 5|minst 5|vähintään 5|"
    "at least 5|≥5",
}


@pytest.mark.parametrize(("sign", "cells"), COMPARATORS.items())
def test_a_comparator_of_any_language(sign, cells):
    said = each_value(*words(cells), name="CD19", unit="/uL")
    assert said == dict.fromkeys(words(cells), f"cd19 {sign}5")


@pytest.mark.parametrize(
    ("cell", "number", "mark"),
    [
        ("4.3 H", 4.3, "H"), ("9.9 High", 9.9, "High"), ("12 L", 12, "L"), ("7,9↑", 7.9, "↑"), ("↓ 2.1", 2.1, "↓"),
        ("↓2,1", 2.1, "↓"),
        ("H 4.3", 4.3, "H"), ("LL 0,4", 0.4, "LL"), ("*4.3", 4.3, "*"), ("4.3*", 4.3, "*"), ("4,3 hoch", 4.3, "hoch"),
        ("2,1 zu niedrig", 2.1, "zu niedrig"), ("4,3 élevé", 4.3, "élevé"), ("4,3 ELEVE", 4.3, "ELEVE"),
        ("2,1 bajo", 2.1, "bajo"),
        ("2,1 låg", 2.1, "låg"), ("4,3 forhøjet", 4.3, "forhøjet"), ("4,3 korkea", 4.3, "korkea"), ("4.3 H *", 4.3,
        "H *"),
        ("5.4 (1)", 5.4, "(1)"), ("5.4¹", 5.4, "(1)"), ("5,4²", 5.4, "(2)"), ("5.4 H (2)", 5.4, "H (2)"),
        ("4.3 10^9/L zu hoch", 4.3, "zu hoch"),
        ("+ 12.1", 12.1, ""),
    ],
)  # fmt: skip
def test_a_mark_or_footnote_is_taken_off_and_kept(cell, number, mark):
    read = parse_values(pa.array([cell]), None, "here", CATALOG)
    assert (read.number[0], read.mark[0]) == (number, mark)


def test_a_mark_may_stand_before_a_comparator():
    read = parse_values(pa.array(["*<5", "L <5", "< 5 L"]), None, "here", CATALOG)
    assert (list(read.comparator), list(read.mark)) == (["<"] * 3, ["*", "L", "L"])


NOT_READ = words(
    "C3|H4.3|A 4.3|normal 4.3|12.1 +|2.1 -|3+|3 +|++|4.3 (12)|4.3 (4.1)|10³|10⁹|x10³|٣|٤٫٣|۴٫۳|4.3 B|0 500|0'500|"
    "4.3 or 4.4|"
    "NEG.|negativ|Not detected|nicht nachweisbar|n.n.|non détecté|no detectado|non rilevato|niet aantoonbaar|"
    "ikke påvist|ej påvist"
)


def test_what_is_no_number_is_told_and_never_zero():
    assert each_value(*NOT_READ) == dict.fromkeys(NOT_READ, "rejected: value_not_a_number")


@pytest.mark.parametrize("cells", [["- 2.1", "-2.1", "−2.1", "- 12"], ["-2,1"]])
def test_a_lone_minus_is_never_swallowed(cells):
    """German laboratories print `-` for low, but nobody can tell that from a negative number."""
    assert each_value(*cells) == dict.fromkeys(cells, "rejected: value_negative")


NO_RESULT = words(
    "folgt|in Arbeit|siehe Kommentar|Siehe Kommentar.|nicht durchgeführt|nicht durchgefuehrt|entfällt|k.A.|"
    "en cours|NON MESURÉ|voir commentaire|"
    "pendiente|no realizado|ver comentario|in corso|non eseguito|vedi nota|pendente|não realizado|volgt|"
    "niet bepaald|zie opmerking|"
    "afventer|ikke udført|se kommentar|ikke utført|ej utfört|kesken|ei tehty|see comments|–|нет данных|ＴＮＰ"
)


@pytest.mark.parametrize("cell", NO_RESULT)
def test_a_cell_of_any_language_that_says_there_is_no_result(cell):
    assert one(value=cell) == "no result"


@pytest.mark.parametrize(
    ("cells", "values"),
    [
        (["1.234,56"], ["1234.56"]), (["1,234.56"], ["1234.56"]), (["1 234,5"], ["1234.5"]),
        (["1\u2009234"], ["1234"]),
        (["1\u202f234,5", "0,5"], ["1234.5", "0.5"]), (["1\u2007234"], ["1234"]), (["1'234.5"], ["1234.5"]),
        (["1’234"], ["1234"]),
        (["１．２３４，５"], ["1234.5"]),
    ],
)  # fmt: skip
def test_separators_of_thousands(cells, values):
    assert column(*cells) == values


def test_two_groups_of_thousands_prove_the_mark_of_their_column():
    read = parse_values(pa.array(["1,234,567", "12,345"]), None, "here", CATALOG)
    assert list(read.number) == [1_234_567, 12_345]


def test_a_group_of_thousands_never_begins_with_zero():
    assert column("0,500", "0,25") == ["0.5", "0.25"]
    assert column("0,500", "6.1") == "refused: decimal_ambiguous"
    assert one(value="0,500", decimal=".") == "rejected: value_not_a_number"
    assert one(value="0.500", decimal=",") == "rejected: value_not_a_number"
    assert one(value="00,500", decimal=".") == "rejected: value_not_a_number"
    assert one(value="0 500") == "rejected: value_not_a_number"


@pytest.mark.parametrize(
    ("cells", "proven", "numbers"),
    [
        (["6", "12"], ".", [6, 12]), (["6.1", "12.345"], ".", [6.1, 12.345]), (["12.345"], ".", [12.345]),
        (["12,345"], ",", [12.345]),
        (["1,234.5"], ".", [1234.5]), (["1,234,567"], ".", [1234567]), (["<0.5", "x"], ".", [0.5, math.nan]),
    ],
)  # fmt: skip
def test_the_decimal_mark_proved_by_the_rest_of_the_file_is_used(cells, proven, numbers):
    read = parse_values(pa.array(cells), None, "here", CATALOG, proven=proven)
    assert list(read.number) == pytest.approx(numbers, nan_ok=True)


@pytest.mark.parametrize(
    ("cells", "proven"), [(["3,490"], "."), (["6,1"], "."), (["6.1", "<0,5"], "."), (["3.490"], ",")]
)
def test_a_separator_that_may_be_the_other_mark_is_refused(cells, proven):
    with pytest.raises(AmbiguousFileError, match="here: ") as refused:
        parse_values(pa.array(cells), None, "here", CATALOG, proven=proven)
    assert refused.value.code == "decimal_ambiguous"
    assert repr(cells[-1].lstrip("<")) in refused.value.message


def test_what_the_user_says_comes_before_what_the_file_proves():
    assert list(parse_values(pa.array(["3,490"]), ",", "here", CATALOG, proven=".").number) == [3.49]


def interval(cell: str, decimal: str | None = None) -> tuple[float | None, float | None] | str:
    """Return the limits that a cell prints, or "unreadable"."""
    read = parse_ranges(pa.array([cell]), decimal, CATALOG)
    low, high = (None if math.isnan(limit[0]) else limit[0] for limit in (read.low, read.high))
    return "unreadable" if read.unreadable[0] else (low, high)


INTERVALS = {
    (4, 10): "4,0 bis 10,0|von 4,0 bis 10,0|zwischen 4 und 10|4.0 à 10.0|4,0 À 10,0|de 4 à 10|4,0 a 10,0|"
    "entre 4 y 10|da 4 a 10|4 até 10|"
    "4,0 tot 10,0|4 t/m 10|4,0 til 10,0|fra 4 til 10|4 till 10|от 4 до 10|between 4 and 10|( 4.00 - 10.00 )|"
    "( 4.0 - 10.0 ) giga/L|[4-10]|"
    "4.0-10.0 (10^9/L)|4–10 G/l|4 Tsd/µl - 10 Tsd/µl|Low: 4 x10(3)/mcL High: 10 x10(3)/mcL|L: 4 H: 10|"
    "niedrig: 4,0 hoch: 10,0|"
    "4 to 10 Thousand/uL4 - 10 Thousand/uL|4.0 to 10.0 K/uL4.0 - 10.0 K/uL|４－１０",
    (None, 5): "bis 5|< oder = 5|inférieur à 5|menor que 5|hasta 5|≤ 5|max. 5|up to 5|fino a 5|alle 5|<5.0 10*9/L",
    (39, None): "ab 39|> oder = 39|supérieur à 39|mayor que 39|mindestens 39|vanaf 39|at least 39|>39",
    (None, None): "Not Estab.|nicht etabliert|keine Angabe|non établi|no aplica|n.v.t.|ikke fastsat|–|",
    (0.5, 1.5): "0,500-1,500|0.500 - 1.500|0,500 bis 1,500",
}  # fmt: skip


@pytest.mark.parametrize(("limits", "cells"), INTERVALS.items())
def test_an_interval_of_any_language(limits, cells):
    assert {cell: interval(cell) for cell in words(cells)} == dict.fromkeys(words(cells), limits)


def test_an_interval_that_is_not_certain_is_unreadable():
    cells = words(
        "- mL/min/1.73m2|- 10*9/L|4.0 -|von 4 to 10|from 4 bis 10|4 und 10|1,500-4,000|4,0-11.0|"
        "3.8 to 10.8 K/uL3.8 - 10.9 K/uL|5 max|"
        "10 bis 4|Low: 4 High|High: 10 Low: 4|hoch|siehe oben|4 /uL - 11 K/uL|negativ|٤-١٠"
    )
    assert {cell: interval(cell) for cell in cells} == dict.fromkeys(cells, "unreadable")


def test_a_group_of_an_interval_never_begins_with_zero():
    assert interval("0,500-1,000", decimal=".") == "unreadable"
    assert interval("0.500-1.000", decimal=",") == "unreadable"
    assert interval("4,000-11,000", decimal=".") == (4000, 11000)
