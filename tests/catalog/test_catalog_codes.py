"""LOINC codes, units and drugs, checked against figures copied by hand from facts.md and the design."""

from __future__ import annotations

import pytest

from wbc_tracker.catalog import load_catalog
from wbc_tracker.catalog.fold import fold_unit
from wbc_tracker.catalog.naming import loinc_table, unit_table

CATALOG = load_catalog()

#: Section 2 of the design.
_ANALYTES = """
wbc neutrophils lymphocytes monocytes eosinophils basophils immature_granulocytes
neutrophils_pct lymphocytes_pct monocytes_pct eosinophils_pct basophils_pct immature_granulocytes_pct
cd19 cd19_pct cd20 cd20_pct cd3 cd3_pct cd4 cd4_pct cd8 cd8_pct cd4_cd8_ratio
igg iga igm hemoglobin hematocrit rbc platelets
"""
ANALYTES = _ANALYTES.split()

#: The bold codes of facts.md section 11, and the ratio.
LOINC = {
    "wbc": "6690-2", "rbc": "789-8", "hemoglobin": "718-7", "hematocrit": "4544-3", "platelets": "777-3",
    "neutrophils": "751-8", "neutrophils_pct": "770-8", "lymphocytes": "731-0", "lymphocytes_pct": "736-9",
    "monocytes": "742-7", "monocytes_pct": "5905-5", "eosinophils": "711-2", "eosinophils_pct": "713-8",
    "basophils": "704-7", "basophils_pct": "706-2",
    "immature_granulocytes": "53115-2", "immature_granulocytes_pct": "71695-1",
    "cd19": "8116-6", "cd19_pct": "8117-4", "cd20": "9558-8", "cd20_pct": "8119-0",
    "cd3": "8122-4", "cd3_pct": "8124-0", "cd4": "24467-3", "cd4_pct": "8123-2", "cd8": "14135-8", "cd8_pct": "8101-8",
    "cd4_cd8_ratio": "54218-3", "igg": "2465-3", "iga": "2458-8", "igm": "2472-9",
}  # fmt: skip
#: Unspecified and manual counts of the same table.
OTHER_LOINC = {
    "wbc": {"26464-8", "804-5"}, "rbc": {"26453-1"}, "hemoglobin": {"59260-0"}, "hematocrit": {"20570-8", "4545-0"},
    "platelets": {"26515-7", "778-1"}, "neutrophils": {"26499-4", "753-4"}, "neutrophils_pct": {"26511-6"},
    "lymphocytes": {"26474-7", "732-8"}, "lymphocytes_pct": {"26478-8", "737-7"},
    "monocytes": {"26484-6", "743-5"}, "monocytes_pct": {"26485-3", "744-3"},
    "eosinophils": {"26449-9", "712-0"}, "eosinophils_pct": {"26450-7", "714-6"},
    "basophils": {"26444-0", "705-4"}, "basophils_pct": {"30180-4", "707-0"},
    "immature_granulocytes": {"51584-1"}, "immature_granulocytes_pct": {"38518-7"},
}  # fmt: skip
#: What one of this unit is in the canonical unit: analyte, printed unit, factor, canonical unit.
FACTORS = [
    ("wbc", "10^9/L", 1, "10*9/L"), ("wbc", "K/uL", 1, "10*9/L"), ("wbc", "G/L", 1, "10*9/L"),
    ("wbc", "/mm3", 0.001, "10*9/L"), ("wbc", "cells/uL", 0.001, "10*9/L"), ("wbc", "10^6/L", 0.001, "10*9/L"),
    ("wbc", "cells/L", 1e-9, "10*9/L"), ("platelets", "10^3/uL", 1, "10*9/L"),
    ("cd19", "/uL", 1, "/uL"), ("cd19", "10^6/L", 1, "/uL"), ("cd19", "10^9/L", 1000, "/uL"),
    ("cd4", "K/uL", 1000, "/uL"), ("cd4", "cells/mm3", 1, "/uL"), ("cd4", "cells/L", 1e-6, "/uL"),
    ("rbc", "M/uL", 1, "10*12/L"), ("rbc", "T/L", 1, "10*12/L"), ("rbc", "/uL", 1e-6, "10*12/L"),
    ("hemoglobin", "g/L", 1, "g/L"), ("hemoglobin", "g/dL", 10, "g/L"), ("hemoglobin", "mmol/L", 16.1, "g/L"),
    ("igg", "g/L", 1, "g/L"), ("igg", "G/L", 1, "g/L"), ("igg", "mg/dL", 0.01, "g/L"), ("igg", "g/dL", 10, "g/L"),
    ("igm", "mg/L", 0.001, "g/L"),
    ("hematocrit", "%", 1, "%"), ("hematocrit", "L/L", 100, "%"),
    ("cd19_pct", "%", 1, "%"), ("neutrophils_pct", "% of WBC", 1, "%"), ("cd4_cd8_ratio", "ratio", 1, "1"),
]  # fmt: skip
DRUGS = {"ocrelizumab": 168, "ocrelizumab_sc": 168, "ublituximab": 168, "rituximab": 182, "ofatumumab": 28}


def check_digit(code: str) -> int:
    """Return the check digit of a LOINC code: every second digit from the right doubled, the sum made up to ten."""
    digits = code.split("-")[0][::-1]
    total = 0
    for place, digit in enumerate(digits):
        total += sum(map(int, str(int(digit) * 2))) if place % 2 == 0 else int(digit)
    return -total % 10


def all_codes() -> list[str]:
    return [code for analyte in CATALOG.analytes.values() for code in (analyte.loinc, *analyte.other_loinc)]


def test_the_analytes_are_those_of_the_design():
    assert set(CATALOG.analytes) == set(ANALYTES)


def test_the_check_digit_is_that_of_known_codes():
    assert (check_digit("6690-2"), check_digit("8116-6"), check_digit("2465-3")) == (2, 6, 3)


@pytest.mark.parametrize("code", all_codes())
def test_every_loinc_code_has_its_check_digit(code):
    assert check_digit(code) == int(code.split("-")[1])


def test_loinc_codes_are_those_of_the_facts():
    assert {analyte.id: analyte.loinc for analyte in CATALOG.analytes.values()} == LOINC
    assert {a.id: set(a.other_loinc) for a in CATALOG.analytes.values() if a.other_loinc} == OTHER_LOINC


def test_the_two_invalid_codes_of_informal_lists_are_not_there():
    assert not {"8116-2", "8117-0"} & set(loinc_table(CATALOG))


@pytest.mark.parametrize(("analyte", "printed", "factor", "canonical"), FACTORS)
def test_a_printed_unit_becomes_the_canonical_one(analyte, printed, factor, canonical):
    family = CATALOG.families[CATALOG.analytes[analyte].family]
    code = unit_table(CATALOG, family.id)[fold_unit(printed)]
    assert family.factors[code] == pytest.approx(factor, rel=1e-12)
    assert CATALOG.canonical_unit(analyte) == canonical


@pytest.mark.parametrize(
    ("analytes", "canonical"),
    [
        (["wbc", "neutrophils", "lymphocytes", "monocytes", "eosinophils", "basophils"], "10*9/L"),
        (["immature_granulocytes", "platelets"], "10*9/L"),
        (["cd19", "cd20", "cd3", "cd4", "cd8"], "/uL"),
        ([name for name in ANALYTES if name.endswith("_pct")], "%"),
        (["igg", "iga", "igm", "hemoglobin"], "g/L"),
        (["rbc"], "10*12/L"),
        (["hematocrit"], "%"),
        (["cd4_cd8_ratio"], "1"),
    ],
)  # fmt: skip
def test_canonical_units_are_those_of_the_design(analytes, canonical):
    assert {CATALOG.canonical_unit(analyte) for analyte in analytes} == {canonical}


def test_a_unit_of_another_kind_of_test_is_not_known():
    assert fold_unit("g/dL") not in unit_table(CATALOG, "white_cells")
    assert fold_unit("mmol/L") not in unit_table(CATALOG, "immunoglobulins")
    assert fold_unit("%") not in unit_table(CATALOG, "subsets")


def test_percentages_are_shares_of_the_right_whole():
    shares = {
        a.id: (a.share.absolute, a.share.denominator, a.share.factor) for a in CATALOG.analytes.values() if a.share
    }
    assert set(shares) == {name for name in ANALYTES if name.endswith("_pct")}
    for name, (absolute, denominator, factor) in shares.items():
        assert name == f"{absolute}_pct"
        # Counts = WBC x pct / 100 in 10*9/L; subsets in /uL = lymphocytes x 1000 x pct / 100.
        assert (denominator, factor) == (("lymphocytes", 10) if absolute.startswith("cd") else ("wbc", 0.01))


def test_drugs_and_their_intervals_are_those_of_the_design():
    assert {drug.id: drug.interval_days for drug in CATALOG.drugs.values()} == DRUGS
    assert (CATALOG.drugs["ocrelizumab"].first_dose_split_mg, CATALOG.drugs["ocrelizumab"].first_dose_split_days) == (
        300,
        14,
    )


@pytest.mark.parametrize(
    ("brand", "drug"),
    [("Ocrevus", "ocrelizumab"), ("Ocrevus Zunovo", "ocrelizumab_sc"), ("Briumvi", "ublituximab"),
     ("Rituxan", "rituximab"), ("MabThera", "rituximab"), ("Kesimpta", "ofatumumab")],
)  # fmt: skip
def test_brand_names_are_synonyms(brand, drug):
    assert brand in CATALOG.drugs[drug].synonyms
