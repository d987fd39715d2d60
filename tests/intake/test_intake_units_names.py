"""Which test and which unit is meant: spellings, look-alikes, count against percent, LOINC, --unit, inference."""

from __future__ import annotations

import pytest
from tables.intake import delimited, each, is_read, one, one_row, outcome, read, words

BILLION_PER_LITRE = words(
    "10^9/L|10*9/L|10e9/L|x10^9/L|X10E9/L|10⁹/L|109/L|G/L|G/l|giga/L|Gpt/L|/nL|/nl|10^3/uL|10*3/uL|10^3/µL|10^3/μL|"
    "10³/µL|x10E3/uL|X10E3/UL|10e3/uL|x10e3|10s3/ul|10[3]|K/uL|k/µL|K/mcL|K/mm3|K/iL|10^3/mm3|10**3/mm**3|1000/µL|"
    "1000/mm3|x1000/mm3|Thousand/uL|THOU/UL|Thous/mcL|Th/uL|TH/mm3|x10(3)/mcL|x10E+09/L|10+9/L|thous/cmm|10\\S\\3/μl|"
    "10 ^ 9 / L|×10⁹/L"
)
OF_OTHER_LANGUAGES = words("Tsd/µl|Tsd./µl|mille/mm3")
PER_MICROLITRE = words(
    "cells/uL|Cells/uL|cells/mcL|cells/µL|/uL|/µL|/mcL|#/uL|/mm3|/mm³|/cumm|cells/cumm|cells/mm^3|10^6/L|10^3/mL"
)


@pytest.mark.parametrize("spellings", [BILLION_PER_LITRE, OF_OTHER_LANGUAGES])
def test_the_spellings_of_10_9_per_litre(spellings):
    rows = [("WBC", "6.1", unit) for unit in spellings]
    assert each(*rows) == dict.fromkeys(rows, "wbc 6.1")


def test_the_spellings_of_cells_per_microlitre():
    rows = [("WBC", "6100", unit) for unit in PER_MICROLITRE]
    assert each(*rows) == dict.fromkeys(rows, "wbc 6.1")


def test_a_unit_means_what_it_means_for_this_test():
    rows = {
        ("WBC", "6.1", "G/L"): "wbc 6.1",
        ("IgG", "9.8", "G/L"): "igg 9.8",
        ("IgG", "9.8", "g/l"): "igg 9.8",
        ("Hemoglobin", "136", "G/L"): "hemoglobin 136",
        ("WBC", "6100000000", "cells/L"): "wbc 6.1",
        ("WBC", "61", "10^2/uL"): "wbc 6.1",
        ("CD19", "212", "cells/uL"): "cd19 212",
        ("CD19", "0.212", "10^9/L"): "cd19 212",
        ("CD19", "0.212", "G/L"): "cd19 212",
        ("CD4", "812", "10^6/L"): "cd4 812",
        ("CD19", "11.2", "%"): "cd19_pct 11.2",
        ("CD19", "11.2", "% of lymphocytes"): "cd19_pct 11.2",
        ("IgG", "980", "mg/dL"): "igg 9.8",
        ("IgG", "0.98", "g/dL"): "igg 9.8",
        ("IgM", "40", "mg%"): "igm 0.4",
        ("Hemoglobin", "13.6", "g/dL"): "hemoglobin 136",
        ("Hemoglobin", "13.6", "GM/DL"): "hemoglobin 136",
        ("Hematocrit", "0.42", "L/L"): "hematocrit 42",
        ("Hematocrit", "42", "%"): "hematocrit 42",
        ("RBC", "4.7", "10^12/L"): "rbc 4.7",
        ("RBC", "4.7", "M/uL"): "rbc 4.7",
        ("RBC", "4700000", "/mm3"): "rbc 4.7",
        ("Platelets", "250", "10^3/uL"): "platelets 250",
        ("Platelets", "250000", "/cumm"): "platelets 250",
        ("CD4/CD8 ratio", "1.8", ""): "cd4_cd8_ratio 1.8",
        ("CD4/CD8 ratio", "1.8", "ratio"): "cd4_cd8_ratio 1.8",
    }
    assert each(*rows) == rows


def test_hemoglobin_in_mmol():
    assert one(name="Hb", value="8", unit="mmol/L") in ("hemoglobin 128.8", "hemoglobin 128.9")


def test_a_unit_that_does_not_fit_the_test_is_rejected():
    names_and_units = [
        ("WBC", "%"), ("WBC", "mg/dL"), ("WBC", "/HPF"), ("WBC", "10^12/L"), ("WBC", "10^-9/L"), ("WBC", "10^9"),
        ("WBC", "1"), ("WBC", "L"), ("WBC", "K"), ("WBC", "furlong"), ("WBC", "10^3/ÂµL"), ("WBC", "{raw}"),
        ("CD19", "% of WBC"), ("Neutrophils", "% of lymphocytes"), ("CD19", "ratio"), ("CD4/CD8 ratio", "%"),
        ("IgG", "10^9/L"), ("IgG", "mmol/L"), ("IgG", "IU/mL"), ("Hemoglobin", "mg/dL"), ("Hemoglobin", "%"),
        ("RBC", "K/uL"), ("Absolute lymphocytes", "%"), ("Lymphocytes %", "10^9/L"),
    ]  # fmt: skip
    rows = [(name, "11", unit) for name, unit in names_and_units]
    assert each(*rows) == dict.fromkeys(rows, "rejected: unit_unknown")


@pytest.mark.parametrize("name", ["CD19 count", "IgG", "Hemoglobin", "Hematocrit", "RBC", "Absolute monocytes"])
def test_a_missing_unit_is_rejected(name):
    reject = read(one_row(name=name, value="11", unit="")).rejects.iloc[0]
    assert reject["code"] == "unit_missing"
    assert repr(name) in reject["message"]
    assert "--unit" in reject["hint"]


@pytest.mark.parametrize(
    ("header", "row", "said"),
    [
        (("test", "value", "unit", "range"), ("WBC", "6100", "/uL", "4000-11000 cells/uL"), "wbc 6.1"),
        (("test", "value", "range"), ("WBC", "6100 /uL", "4-11 K/uL"), "wbc 6.1"),
        (("test", "value", "range"), ("WBC", "6100", "4000-11000 /uL"), "wbc 6.1"),
        (("test", "value", "unit", "range"), ("CD19", "212", "", "100-500 cells/uL"), "cd19 212"),
        (("test", "value", "unit", "range"), ("IgG", "980", "", "565-1600 mg/dL"), "igg 9.8"),
        (("test", "value", "unit", "range"), ("Lymphocytes", "32", "", "20-40 %"), "lymphocytes_pct 32"),
    ],
)
def test_the_unit_comes_from_column_value_or_range(header, row, said):
    assert outcome(delimited(("date", *header), ("2025-01-15", *row))) == said


NAMES = {
    "wbc": "WBC|wbc|White Blood Cell Count|White Cell Count|WHITE BLOOD CELL COUNT|Leukocytes|Leucocytes|WBC Count|"
    "Total white cell count|Total Leucocyte Count|White blood cells",
    "neutrophils": "Absolute Neutrophils|Absolute Neutrophil Count|Neutrophils (Absolute)|Neut #|Neutrophil count|ANC",
    "lymphocytes": "Lymphocytes Abs|ABS LYMPHOCYTES|Lymphs (Absolute)|Lymphocytes, Absolute|Lymphocyte count|ALC",
    "monocytes": "Monocytes(Absolute)|Mono #|Monocyte count",
    "eosinophils": "Eos (Absolute)|Eosinophil count",
    "basophils": "Basos (Absolute)|Baso (Absolute)",
    "immature_granulocytes": "Immature Grans (Abs)|Immature Granulocytes #",
    "platelets": "Platelets|Platelet Count|PLT|plt",
}
SUBSETS = {
    "cd19": "CD19 Absolute Count|CD19 abs count|Absolute CD19+ Cells|Abs.CD19 (B Cells)|CD19 count|cd19_abs|"
    "B cell count|CD19+ B cells #",
    "cd4": "CD4 absolute|Absolute CD4+ cells|CD4+ T cells count|CD3+CD4+ #",
    "cd8": "CD8 count|CD3+/CD8+ absolute",
    "cd3": "CD3 count|Absolute T cells|CD3+ T cells #",
    "cd20": "CD20 abs",
}
WITH_A_BLANK = {"cd19": "CD 19 count|CD-19 absolute", "cd4": "Absolute CD 4 count"}
PERCENTAGES = {
    "neutrophils_pct": "Neutrophils %|Neut%|Neutrophils (%)|Neutrophil percentage|neutrophils_pct",
    "lymphocytes_pct": "Lymphocytes, Percent|% Lymphocytes|LYMPH%|Lymphocytes Relative|LYMLE",
    "cd19_pct": "CD19 %|% CD19|% CD19+ (B Cells)|CD19 pct|cd19_pct|CD19+ percent",
    "cd4_pct": "CD4 %|% CD4",
}


@pytest.mark.parametrize(
    ("table", "value", "unit"),
    [(NAMES, "3.1", "10^9/L"), (SUBSETS, "212", "cells/uL"), (WITH_A_BLANK, "212", "/uL"), (PERCENTAGES, "32", "%")],
)
def test_the_names_of_a_test(table, value, unit):
    rows = {(name, value, unit): f"{analyte} {value}" for analyte, names in table.items() for name in words(names)}
    assert each(*rows) == rows


def test_the_name_of_a_percentage_is_never_a_count():
    rows = [(name, "32", unit) for names in PERCENTAGES.values() for name in words(names) for unit in ("10^9/L", "/uL")]
    assert each(*rows) == dict.fromkeys(rows, "rejected: unit_unknown")


def test_a_name_that_only_looks_alike_is_ignored():
    names = words(
        "Urine WBC|WBC, CSF|WBC/HPF|U-WBC|IgG1|IgG 1|IgG4|IgG index|IgG, CSF|Hemoglobin A1c|HbA1c|MCH|NRBC|"
        "Nucleated RBC|Reactive lymphocytes|Atypical lymphocytes|MPV|CD45|CD34|CD27+ memory B cells|Vitamin D|analyte|"
        "=cmd|[red]WBC[/red]"
    )
    table = delimited(("date", "test", "value", "unit"), *(("2025-01-15", name, "11", "/uL") for name in names))
    assert read(table).ignored == dict.fromkeys(names, 1)


@pytest.mark.parametrize("name", ["CD19-", "CD3-", "CD4-CD8-", "CD4+CD8+", "CD3-CD4+"])
def test_cells_without_a_marker_are_not_those_with_it(name):
    """`CD19-` are the cells that are no B cells, and double positive cells are no ratio."""
    assert not is_read(one(name=name, value="11", unit="/uL"))
    assert not is_read(one(name=name, value="11", unit=""))


@pytest.mark.parametrize("name", ["Lymphocytes", "Lymphs", "LYM", "Neutrophils", "CD19", "B cells", "CD4"])
def test_a_bare_name_without_unit_or_range_is_refused_as_count_or_percentage(name):
    reject = read(one_row(name=name, value="1.8", unit="")).rejects.iloc[0]
    assert reject["code"] == "name_ambiguous"
    assert repr(name) in reject["message"]
    assert "_pct=%" in reject["hint"]


@pytest.mark.parametrize(
    ("name", "value", "unit", "said"),
    [
        ("Lymphocytes", "1.8", "10^9/L", "lymphocytes 1.8"),
        ("Lymphocytes", "32", "%", "lymphocytes_pct 32"),
        ("Lymphocytes", "32%", "", "lymphocytes_pct 32"),
        ("Lymphocytes", "1.8 K/uL", "", "lymphocytes 1.8"),
        ("CD19", "12", "/uL", "cd19 12"),
        ("CD19", "12", "%", "cd19_pct 12"),
    ],
)
def test_a_bare_name_is_decided_by_its_unit(name, value, unit, said):
    assert one(name=name, value=value, unit=unit) == said


def test_the_users_unit_makes_no_count_of_a_percentage_that_its_range_shows():
    """One name, a count with the interval 1.0-4.0 and a percentage with 20-40, and --unit for the count."""
    units = {"lymphocytes": "10^9/L"}
    assert one(name="Lymphocytes", value="1.8", unit="", interval="1.0-4.0", units=units) == "lymphocytes 1.8"
    assert not is_read(one(name="Lymphocytes", value="32", unit="", interval="20-40", units=units))


@pytest.mark.parametrize(
    ("name", "code", "value", "unit", "said"),
    [
        ("WBC", "6690-2", "6.1", "10^9/L", "wbc 6.1"),
        ("anything", "6690-2", "6.1", "10^9/L", "wbc 6.1"),
        ("", "8116-6", "12", "/uL", "cd19 12"),
        ("Lymphocytes", "731-0", "1.8", "10^9/L", "lymphocytes 1.8"),
        ("Lymphocytes", "736-9", "32", "%", "lymphocytes_pct 32"),
        ("Lymphocytes", "731-0", "32", "%", "rejected: name_conflict"),
        ("Leukocytes in urine", "6690-2", "6.1", "10^9/L", "rejected: name_conflict"),
        ("WBC", "LOINC:6690-2", "6.1", "10^9/L", "wbc 6.1"),
        ("", "http://loinc.org|8116-6", "12", "/uL", "cd19 12"),
        ("6690-2^WBC^LN", "", "6.1", "10^9/L", "wbc 6.1"),
        ("WBC^Leukocytes", "", "6.1", "10^9/L", "wbc 6.1"),
        ("1234^WBC^L", "", "6.1", "10^9/L", "wbc 6.1"),
        ("WBC^Leukocytes in CSF", "", "3", "/uL", "ignored"),
        ("WBC", "99999-9", "6.1", "10^9/L", "wbc 6.1"),
        ("Hemoglobin", "99999-9", "13.1", "g/dL", "hemoglobin 131"),
        ("WBC", "806-0", "3", "/uL", "rejected: code_unknown"),
        ("Lymphocytes", "10328-3", "92", "%", "rejected: code_unknown"),
        ("IgG", "2464-6", "3.1", "mg/dL", "rejected: code_unknown"),
        ("Ferritin", "2276-4", "31", "ug/L", "ignored"),
        ("WBC", "770-8", "6.1", "10^9/L", "rejected: name_conflict"),
        ("CD19", "8124-0", "12", "%", "rejected: name_conflict"),
        ("Lymphocytes %", "731-0", "32", "%", "rejected: name_conflict"),
    ],
)
def test_a_loinc_code_comes_first_and_may_not_contradict_the_name(name, code, value, unit, said):
    table = delimited(("date", "test", "loinc", "value", "unit"), ("2025-01-15", name, code, value, unit))
    assert outcome(table) == said


@pytest.mark.parametrize(
    "extra", [("loinc", "806-0"), ("specimen", "CSF"), ("specimen", "Urine"), ("sample type", "cerebrospinal fluid")]
)
def test_cells_of_another_fluid_are_no_blood_count(extra):
    """3 white cells per microlitre of cerebrospinal fluid are normal; of blood they would be an emergency."""
    column, word = extra
    table = delimited(("date", "test", column, "value", "unit"), ("2025-01-15", "WBC", word, "3", "/uL"))
    assert not is_read(outcome(table))


@pytest.mark.parametrize(
    ("header", "word"),
    [
        ("specimen", "Blood"),
        ("specimen", "WHOLE BLOOD"),
        ("sample type", "serum"),
        ("specimen", ""),
        ("sample", "S-0815"),
    ],
)
def test_blood_is_read_and_a_number_of_a_sample_is_no_fluid(header, word):
    table = delimited(("date", "test", header, "value", "unit"), ("2025-01-15", "WBC", word, "6.1", "10^9/L"))
    assert outcome(table) == "wbc 6.1"


@pytest.mark.parametrize(
    ("names", "said"),
    [
        ("WBC (OUTSIDE)|WBC Count (External)|WBC - External|CBC: WBC|CBC - WBC|cbc_wbc|WBC'S AUTO|TLC"
         "|Total Leucocyte Count (TLC)|WBC (Leukocytes)|Lökosit.|Beyaz küre|Krwinki białe|Leuco's (bloed)"
         "|Leukocytes [#/volume] in Blood by Automated count", "wbc"),
        ("PLATELET COUNT (OUTSIDE)|Thrombo's (bloed)|Płytki krwi|Trombosit", "platelets"),
        ("Absolute polymorphs|hash_neut|Neutrophils [#/volume] in Blood by Automated count", "neutrophils"),
        ("Cells.CD19 [#/volume] in Blood|CD19 cells [#/volume] in Blood", "cd19"),
        ("Cells.CD3+CD4+ [#/volume] in Blood|CD3+CD4+ (T4 helper) cells [#/volume] in Blood", "cd4"),
    ],
)  # fmt: skip
def test_what_changes_nothing_is_taken_off_a_name(names, said):
    unit = "/uL" if said.startswith("cd") else "10^9/L"
    assert {name: one(name=name, value="6", unit=unit) for name in names.split("|")} == dict.fromkeys(
        names.split("|"), f"{said} 6"
    )


@pytest.mark.parametrize(
    ("names", "said"),
    [
        ("-polys|Polymorphs|Neutrophils (Polymorphs)|Neutrophils/Leukocytes in Blood", "neutrophils"),
        ("pct_lym|Lenfosit%|Limfocyty|Lymphocytes/100 leukocytes in Blood", "lymphocytes"),
        ("Cells.CD19/100 cells in Blood|CD19 cells/cells in Blood", "cd19"),
    ],
)  # fmt: skip
def test_names_of_percentages(names, said):
    assert {name: one(name=name, value="6", unit="%") for name in names.split("|")} == dict.fromkeys(
        names.split("|"), f"{said}_pct 6"
    )


@pytest.mark.parametrize(
    "name",
    [
        "Band neutrophils",
        "CBC: bands",
        "CSF: WBC",
        "WBC (OUTSIDE) urine",
        "Lymphocytes in Body fluid",
        "T cells B cells",
    ],
)
def test_what_is_left_of_a_name_must_be_known(name):
    assert one(name=name, value="6", unit="10^9/L") == "ignored"


@pytest.mark.parametrize(
    ("name", "value", "unit", "said"),
    [
        ("WBC x 1000", "6.9", "K/mcL", "wbc 6.9"),
        ("WBC x 1000", "6.9", "", "wbc 6.9"),
        ("platelets x 1000", "250", "", "platelets 250"),
        ("WBC x 1000", "6.9", "/uL", "rejected: unit_contradiction"),
        ("Platelet Count", "2.5", "lakhs/cumm", "platelets 250"),
        ("Platelet Count", "2.5", "lac/mm3", "platelets 250"),
        ("WBC", "0.061", "lakhs/cumm", "rejected: unit_unknown"),
        ("Haemoglobin", "13.1", "gms/dl", "hemoglobin 131"),
        ("CD19", "12", "1/uL", "cd19 12"),
        ("Hct", "0.39", "L/L", "hematocrit 39"),
        ("Hct", "0.39", "1", "hematocrit 39"),
        ("Lökosit", "11,4", "bin/µL", "wbc 11.4"),
        ("Leukocyty", "6,1", "tys./µl", "wbc 6.1"),
    ],
)
def test_units_of_more_countries(name, value, unit, said):
    assert one(name=name, value=value, unit=unit) == said


def test_a_name_that_is_nearly_known_says_what_it_looks_like():
    table = delimited(
        ("date", "test", "value", "unit"),
        ("2025-01-15", "WBC Lab7", "6.1", "10^9/L"),
        ("2025-01-15", "Leukocites", "6.1", "10^9/L"),
        ("2025-01-15", "Band neutrophils", "3", "%"),
        ("2025-01-15", "Atypical lymphocytes", "3", "%"),
        ("2025-01-15", "WBC Lab7 score", "6.1", "points"),
        ("2025-01-15", "Ferritin", "31", "ug/L"),
    )
    [warning] = read(table).warnings
    assert "'WBC Lab7' looks like white cells" in warning
    assert "'Leukocites' looks like white cells" in warning
    assert not any(word in warning for word in ("Band", "Atypical", "score", "Ferritin"))
