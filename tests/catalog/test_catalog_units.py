"""Every unit spelling of real lab exports, with its factor written down by hand."""

from __future__ import annotations

import pytest

from wbc_tracker.catalog import load_catalog
from wbc_tracker.catalog.fold import fold_unit
from wbc_tracker.catalog.naming import unit_table

CATALOG = load_catalog()


def factor(printed: str, family: str) -> float | None:
    """Return by which number a value in a printed unit is multiplied, None for an unknown unit."""
    code = unit_table(CATALOG, family).get(fold_unit(printed))
    return CATALOG.families[family].factors[code] if code else None


#: The list of laboratories' spellings of 10^9 cells per litre.
BILLION_PER_LITRE = """
10^9/L | 10*9/L | 10e9/L | x10^9/L | X10E9/L | 10⁹/L | 109/L | G/L | giga/L | Gpt/L | G/l | /nL | /nl | 10^3/uL |
10*3/uL |
10^3/µL | 10³/µL | x10E3/uL | X10E3/UL | 10e3/uL | x10e3 | 10s3/ul | 10[3] | K/uL | k/µL | K/mcL | K/mm3 | K/iL |
10^3/mm3 |
10**3/mm**3 | 1000/µL | 1000/mm3 | x1000/mm3 | Thousand/uL | THOU/UL | Thous/mcL | Th/uL | TH/mm3 | Tsd/µl | Tsd./µl |
mille/mm3 | x10(3)/mcL | x10E+09/L | 10+9/L | thous/cmm | thous/cumm | 10\\S\\3/μl | ×10⁹/l | x 10^9 / L | *10^9/l |
·10⁹/L |
10exp9/L | E9/l | mia/L | Mrd/l | mrd/L | miljarder/L | milliards/L | 10^9 cells/L | Tsd/mm³ | tausend/µl | mil/mm3 |
mil/µL |
miles/mm3 | milhares/mm³ | mila/mmc | 10^3/mmc | migliaia/mmc | milliers/mm3 | duizend/µl | tusen/µL | tys/µl |
K/cumm | 103/uL |
10^9/л | Г/л | тыс/мкл | тис/мкл | *10^9/л | X１０＾９/L
"""
PER_MICROLITRE = """
cells/uL | cells/mcL | /uL | /µL | #/uL | /mm3 | /cumm | cells/cumm | Cells/uL | cells/cu.mm | /mm³ | /mmc |
cell/µL | Zellen/µl |
cellules/mm3 | cellules/µL | cellule/µL | cellule/mmc | células/µL | cel/mm3 | cél/µL | cellen/µl | celler/µL |
celler/uL | solua/µl |
10^6/L | 10E6/l | 10*6/L | кл/мкл | cells per uL | celler_per_µL | клеток/мкл | E6/l
"""


def listed(text: str) -> list[str]:
    return [spelling.strip() for spelling in text.split("|")]


@pytest.mark.parametrize("printed", listed(BILLION_PER_LITRE))
def test_a_spelling_of_billions_per_litre(printed):
    assert factor(printed, "white_cells") == 1
    assert factor(printed, "subsets") == 1000


@pytest.mark.parametrize("printed", listed(PER_MICROLITRE))
def test_a_spelling_of_cells_per_microlitre(printed):
    assert factor(printed, "white_cells") == 0.001
    assert factor(printed, "subsets") == 1


@pytest.mark.parametrize(
    ("printed", "family", "expected"),
    [
        ("cells/L", "white_cells", 1e-9),
        ("10^3/mL", "white_cells", 0.001), ("10^2/uL", "white_cells", 0.1), ("X10＾2/μl", "white_cells", 0.1),
        ("M/uL", "red_cells", 1), ("Mio/µl", "red_cells", 1), ("Mio./µl", "red_cells", 1), ("mil/mm3",
        "red_cells", 1),
        ("millions/mm3", "red_cells", 1), ("millones/mm3", "red_cells", 1), ("milj/µl", "red_cells", 1), ("T/l",
        "red_cells", 1),
        ("Tpt/l", "red_cells", 1), ("E12/l", "red_cells", 1), ("10⁶/µL", "red_cells", 1), ("milioni/mmc",
        "red_cells", 1),
        ("g/l", "immunoglobulins", 1), ("G/L", "immunoglobulins", 1), ("mg/dl", "immunoglobulins", 0.01), ("g%",
        "immunoglobulins", 10),
        ("г/л", "immunoglobulins", 1), ("g/dl", "hemoglobin", 10), ("g/100 ml", "hemoglobin", 10), ("g%",
        "hemoglobin", 10),
        ("mmol/l", "hemoglobin", 16.1), ("g/l", "hemoglobin", 1), ("l/l", "hematocrit", 100), ("Vol.-%",
        "hematocrit", 1),
        ("Prozent", "percent_of_white_cells", 1), ("% der Leukozyten", "percent_of_white_cells", 1),
        ("% des lymphocytes", "percent_of_lymphocytes", 1),
    ],
)  # fmt: skip
def test_other_units(printed, family, expected):
    assert factor(printed, family) == pytest.approx(expected, rel=1e-12)


@pytest.mark.parametrize(
    ("printed", "family"),
    [
        ("E/L", "white_cells"), ("E/l", "white_cells"),  # enzyme units
        ("103/L", "white_cells"), ("10^12/L", "white_cells"), ("10^3/L", "white_cells"), ("M/mm3", "white_cells"),
        ("/L2", "white_cells"),
        ("10^-9/L", "white_cells"), ("%", "white_cells"), ("g/dL", "white_cells"), ("/HPF", "white_cells"), ("10",
        "white_cells"),
        ("K/uL", "red_cells"), ("10^9/L", "red_cells"), ("10^9/L", "immunoglobulins"), ("mmol/L", "immunoglobulins"),
        ("giga/L", "immunoglobulins"), ("%", "subsets"), ("% der Leukozyten", "percent_of_lymphocytes"),
    ],
)  # fmt: skip
def test_what_is_no_unit_of_a_kind_of_test(printed, family):
    assert factor(printed, family) is None


def test_ten_to_the_third_never_becomes_a_hundred_and_three_of_something_else():
    assert fold_unit("10^3/uL") != fold_unit("103/uL")
    assert fold_unit("10^9/L") != fold_unit("109/L")
    assert fold_unit("10^9/L") != fold_unit("10/9L")
