"""What is said of a patient beyond the flags: every text is there, and nobody says one that is not."""

from __future__ import annotations

import pytest
from tables.broken_catalog import changed_catalog

from wbc_tracker.catalog import Severity, load_catalog
from wbc_tracker.errors import CatalogError

CATALOG = load_catalog()
PATTERN, FLAGS = "pattern.toml", "flags.toml"
BROKEN = {
    "a situation nobody knows": (PATTERN, r'^code = "returning"', 'code = "back"', "nobody says back"),
    "a situation that is missing": (PATTERN, r'^code = "no_infusion"', 'code = "few"', "few stands there twice"),
    "a figure nobody fills": (PATTERN, r"\{shares\}", "{parts}", "unknown placeholder parts"),
    "an unknown key": (PATTERN, r'^code = "depleted"', 'colour = "red"\ncode = "depleted"', "unknown key colour"),
    "an insertion nobody knows": (FLAGS, r'^code = "drug_can"', 'code = "drug_may"', "nobody says drug_may"),
    "a figure of an insertion": (FLAGS, r"\{fold\} times higher", "{times} times higher", "unknown placeholder times"),
    "a question with figures": (PATTERN, r'^question = "My B', 'question = "My {b_cells}', "tells no figures"),
    "a severity without words": (FLAGS, r'^discuss = "[^"]*"$', "", "[severities] needs words for"),
}


@pytest.mark.parametrize(("file", "there", "instead", "message"), BROKEN.values(), ids=BROKEN)
def test_a_text_that_nobody_says_or_fills_is_refused(tmp_path, file, there, instead, message):
    with pytest.raises(CatalogError) as refused:
        changed_catalog(tmp_path, file, there, instead)
    assert message in str(refused.value)


def test_a_situation_says_its_sentences_with_their_figures():
    depleted = CATALOG.insert("b_depleted", value="2 /uL")
    said = CATALOG.pattern["count_is_limit"].say(b_cells=depleted, value="<4.0 10^9/L")
    assert said == [
        "B cells are depleted (2 /uL), but the white cell count is printed only as a limit (<4.0 10^9/L).",
        "A count with a number would settle it.",
    ]
    assert CATALOG.insert("jump_up", fold="300", previous="2") == "300 times higher than the previous result (2)"


def test_every_text_says_when_it_is_said():
    told = [*CATALOG.pattern.values(), *CATALOG.insertions.values()]
    assert [one.code for one in told if not one.when.endswith(".")] == []


def test_every_severity_has_its_words():
    assert CATALOG.severity_words[Severity.URGENT] == "contact the care team now; with fever, emergency care"
    assert list(CATALOG.severity_words) == list(Severity)


def test_an_analyte_knows_what_decides_about_it():
    """From ctcae.toml, critical.toml and thresholds.toml."""
    assert CATALOG.analytes["neutrophils"].cuts == (1.5, 1.0, 0.5, 0.5, 1.5)
    cuts = {name: CATALOG.analytes[name].depleted_below for name in ("cd19", "cd19_pct", "cd20")}
    assert cuts == {"cd19": 10, "cd19_pct": 1, "cd20": None}
    assert CATALOG.analytes["igg"].unit == "g/L"
    assert CATALOG.analytes["neutrophils_pct"].count_kind == "blood_count"
