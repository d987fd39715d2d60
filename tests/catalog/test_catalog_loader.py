"""The loader refuses a catalogue that contradicts itself, and says where."""

from __future__ import annotations

import shutil

import pytest
from tables.broken_catalog import FOLDER, changed_catalog

from wbc_tracker.catalog import load_catalog, load_drugs, read_catalog
from wbc_tracker.errors import CatalogError

#: What is wrong: (file, what stands there, what is put there instead, a part of the message).
BROKEN = {
    "unknown key": ("drugs.toml", r'^name = "ocrelizumab"', 'colour = "red"\nname = "x"', "unknown key colour"),
    "unknown key of a table in a table": ("analytes.toml", r"factor = 0\.01", "factor = 0.01, x = 1", "unknown key x"),
    "a fact that the loader derives": ("drugs.toml", r'^name = "rituximab"', 'is_continuous = true\nname = "x"',
                                       "unknown key is_continuous"),
    "unknown kind": ("analytes.toml", r'^kind = "antibodies"$', 'kind = "proteins"', "'proteins' does not fit"),
    "a severity in capitals": ("flags.toml", r'^severity = "urgent"$', 'severity = "URGENT"', "'URGENT' does not fit"),
    "unknown table": ("flags.toml", r"\[\[flag\]\]", "[[flags]]", "unknown key flags"),
    "missing key": ("analytes.toml", r'^short = "WBC"$', "", "the key short is missing"),
    "text for a number": ("thresholds.toml", r"^value = 10$", 'value = "10"', "'10' does not fit"),
    "number for a text": ("sources.toml", r'^text = "[^"]*"$', "text = 7", "7 does not fit"),
    "truth for a number": ("variation.toml", r"^cvi = 12.82$", "cvi = true", "True does not fit"),
    "fraction for a whole number": ("drugs.toml", r"^interval_days = 168$", "interval_days = 1.5", "1.5 does not fit"),
    "text for a list": ("languages/all.toml", r'^cd19 = \[.*?\]$', 'cd19 = "CD19"', "does not fit"),
    "unknown severity": ("flags.toml", r'^severity = "urgent"$', 'severity = "deadly"', "'deadly' does not fit"),
    "unknown certainty": ("sources.toml", r'^certainty = "HIGH"$', 'certainty = "LOW"', "'LOW' does not fit"),
    "duplicate analyte": ("analytes.toml", r'^id = "neutrophils"$', 'id = "wbc"', "wbc stands there twice"),
    "duplicate flag": ("flags.toml", r'^code = "neutropenia"$', 'code = "critical_value"', "stands there twice"),
    "duplicate unit": ("units.toml", r'^code = "10\*3/uL"$', 'code = "10*9/L"', "10*9/L stands there twice"),
    "duplicate threshold": ("thresholds.toml", r'^id = "trend_p_below"$', 'id = "rcv_z"', "rcv_z stands there twice"),
    "unknown unit family": ("analytes.toml", r'^family = "ratio"$', 'family = "ratios"', "unit family ratios is not"),
    "unknown unit of a family": ("units.toml", r'"L/L" = 100', '"l/l" = 100', "unit l/l is not in the catalogue"),
    "unknown canonical unit": ("units.toml", r'^canonical = "1"$', 'canonical = "one"', "unit one is not"),
    "unknown analyte of a grade": ("ctcae.toml", r'^analyte = "wbc"$', 'analyte = "white"', "analyte white is not"),
    "unknown analyte of a variation": ("variation.toml", r'^analyte = "wbc"$', 'analyte = "w"', "analyte w is not"),
    "unknown analyte of a limit": ("critical.toml", r'^analyte = "wbc"$', 'analyte = "white"', "analyte white is not"),
    "unknown analyte of a share": ("analytes.toml", r'absolute = "cd19"', 'absolute = "cd18"', "analyte cd18 is not"),
    "unknown denominator": ("analytes.toml", r'denominator = "wbc"', 'denominator = "all"', "analyte all is not"),
    "unknown graded analyte": ("flags.toml", r'^analyte = "cd4"$', 'analyte = "cd3"', "graded analyte cd3 is not"),
    "unknown source of a drug": ("drugs.toml", r'^source = "ocrevus-dosing"$', 'source = "x"', "source x is not"),
    "unknown source of a threshold": ("thresholds.toml", r'^source = "our-choice"$', 'source = "x"', "source x is not"),
    "unknown source of an interval": ("analytes.toml", r'source = "intervals-uk"', 'source = "x"', "source x is not"),
    "unknown source of a grade": ("ctcae.toml", r'^source = "ctcae-v5"$', 'source = "x"', "source x is not"),
    "unknown source of a flag": ("flags.toml", r'^sources = \["phone-limits"\]$', 'sources = ["x"]', "source x is not"),
    "unknown statement": ("flags.toml", r'^statements = \["D10"\]$', 'statements = ["D11"]', "statement D11 is not"),
    "unknown threshold": ("flags.toml", r'"late_onset_below"', '"late"', "threshold late is not in the catalogue"),
    "unknown analyte of a generic limit": ("flags.toml", r'"igg", "iga", "igm"', '"igg", "ige"', "analyte ige is not"),
    "cuts out of order": ("ctcae.toml", r"\[3\.0, 2\.0, 1\.0\]", "[3.0, 1.0, 2.0]", "cuts of wbc must fall"),
    "two equal cuts": ("ctcae.toml", r"\[100, 80\]", "[80, 80]", "cuts of hemoglobin must fall"),
    "interval upside down": ("analytes.toml", r"low = 4\.0, high = 11\.0", "low = 11.0, high = 4.0", "wbc has limits"),
    "interval of no width": ("analytes.toml", r"low = 4\.0, high = 11\.0", "low = 4.0, high = 4.0", "wbc has limits"),
    "limits upside down": ("analytes.toml", r"^limits = \[0, 500\]$", "limits = [500, 0]", "wbc has limits"),
    "infer range with one end": ("analytes.toml", r"^infer = \[1, 50\]$", "infer = [1]", "wbc has limits"),
    "canonical factor is not 1": ("units.toml", r'"%" = 1, "L/L"', '"%" = 2, "L/L"', "hematocrit must have the factor"),
    "canonical unit without factor": ("units.toml", r'"%" = 1, "L/L"', '"L/L"', "hematocrit must have the factor"),
    "a spelling of two units": ("languages/en.toml", r'"cells/L"', '"cells/uL"', "'cells/ul' would mean both"),
    "a name of two analytes": ("languages/en.toml", r'"WBC count"', '"ANC"', "'anc' would mean both"),
    "a stem that is a name": ("languages/en.toml", r'"WBC count"', '"lymphs"', "'lymphs' would mean both"),
    "a code of two analytes": ("analytes.toml", r'^loinc = "751-8"$', 'loinc = "6690-2"', "'6690-2' would mean both"),
    "a brand of two drugs": ("drugs.toml", r'"Briumvi"', '"Ocrevus"', "'ocrevus' would mean both"),
    "a header of two roles": ("languages/en.toml", r'"unit of measure"', '"result"', "'result' would mean both"),
    "a name in two languages": ("languages/fr.toml", r'"Plaquettes"', '"Lymfocyten"', "'lymfocyten' would mean both"),
    "a unit in two languages": ("languages/es.toml", r'"miles/uL"', '"Zellen/uL"', "'zellen/ul' would mean both"),
    "a month in two languages": ("languages/fr.toml", r'"juin"', '"juli"', "'juli' would mean both"),
    "a month that is none": ("languages/fr.toml", r"^12 = ", "13 = ", "no month 13"),
    "a comparator in two languages": ("languages/fr.toml", r'"moins de"', '"mehr als"', "'mehr als' would mean both"),
    "a comparator that is none": ("languages/fr.toml", r'^"<" = ', '"~" = ', "~ is not in the catalogue"),
    "a word for count and percent": ("languages/de.toml", r'"Anteil"', '"antal"', "'antal' would mean both"),
    "a word for high and low": ("languages/de.toml", r'"tief"', '"alto"', "'alto' would mean both"),
    "a header elsewhere": ("languages/sv.toml", r'"värde"', '"Einheit"', "'einheit' would mean both"),
    "names of no analyte": ("languages/fr.toml", r"^hematocrit = ", "hct = ", "hct is not in the catalogue"),
    "spellings of no unit": ("languages/fr.toml", r'^"g/dL" = ', '"g/deL" = ', "g/deL is not in the catalogue"),
    "an unknown key of a language": ("languages/fr.toml", r"^\[marks\]", "[mark]", "fr.toml: unknown key mark"),
    "a language that is no TOML": ("languages/fr.toml", r"^\[marks\]", "[marks", "languages/fr.toml: "),
    "no TOML": ("units.toml", r"\[\[unit\]\]", "[[unit", "units.toml: "),
}  # fmt: skip


@pytest.mark.parametrize(("file", "there", "instead", "message"), BROKEN.values(), ids=BROKEN)
def test_a_contradiction_is_refused(tmp_path, file, there, instead, message):
    with pytest.raises(CatalogError) as refused:
        changed_catalog(tmp_path, file, there, instead)
    assert message in str(refused.value)


#: Mistakes that would show only when a report is made, or never.
LATE = {
    "a grade without severity": ("flags.toml", r', "4" = "urgent" }', " }"),
    "a placeholder that nobody fills": ("flags.toml", r"\{limit\}", "{cutoff}"),
    "a placeholder of a result in a sentence about the patient": ("flags.toml", r"of \{on\}, \{span\}", "of {date}"),
    "neither message nor situations": ("flags.toml", r'^message = "\{analyte\} \{value\} on [^\n]*"$', ""),
    "message and situations": ("flags.toml", r'^title = "the next infusion"$', 'title = "x"\nmessage = "y."'),
    "a routine situation that does not exist": ("flags.toml", r'^routine = \["first_booked"', 'routine = ["never"'),
    "another severity that does not say when": ("flags.toml", r'^other_when = "IgG is below 5 g/L"$', ""),
    "a generic limit of an analyte that has none": ("flags.toml", r'"igg", "iga", "igm"', '"igg", "hemoglobin"'),
    "a unit factor of zero": ("units.toml", r'"/uL" = 0\.001', '"/uL" = 0'),
    "an unknown key in the head": ("catalog.toml", r"^version = ", 'colour = "red"\nversion = '),
    "a drug name that is another drug's brand": ("drugs.toml", r'^name = "ublituximab"', 'name = "Kesimpta"'),
}


@pytest.mark.parametrize(("file", "there", "instead"), LATE.values(), ids=LATE)
def test_what_could_only_fail_later_is_refused_too(tmp_path, file, there, instead):
    with pytest.raises(CatalogError):
        changed_catalog(tmp_path, file, there, instead)


def test_an_unchanged_copy_is_read(tmp_path):
    catalog = changed_catalog(tmp_path, "catalog.toml", r"^version", "version")
    assert catalog.version == load_catalog().version
    assert catalog.flags == load_catalog().flags


def test_a_missing_file_is_named(tmp_path):
    copy = tmp_path / "catalog"
    shutil.copytree(FOLDER, copy, ignore=shutil.ignore_patterns("*.py", "__pycache__"))
    (copy / "critical.toml").unlink()
    with pytest.raises(CatalogError, match=r"critical\.toml"):
        read_catalog(copy)


def test_a_missing_head_key_is_named(tmp_path):
    with pytest.raises(CatalogError, match="disclaimer"):
        changed_catalog(tmp_path, "catalog.toml", r"^disclaimer.*$", "")


def test_the_catalogue_is_read_once():
    assert load_catalog() is load_catalog()
    assert load_drugs() == load_catalog().drugs
