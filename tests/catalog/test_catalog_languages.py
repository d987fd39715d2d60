"""The languages: every one says what a lab file needs, none contradicts another, and a new one is one file."""

from __future__ import annotations

import shutil
import unicodedata
from collections import defaultdict

import pytest
from tables.broken_catalog import FOLDER

from wbc_tracker.catalog import load_catalog, read_catalog
from wbc_tracker.catalog.fold import fold_name, fold_unit, fold_words
from wbc_tracker.catalog.naming import name_table, says_percent, spelled_names, spelled_units, unit_table
from wbc_tracker.catalog.spellings import _read as read_language
from wbc_tracker.errors import CatalogError

CATALOG = load_catalog()
LANGUAGES = {file.stem: read_language(file) for file in sorted((FOLDER / "languages").glob("*.toml"))}
#: The languages of design section 8 and Finnish.
WHOLE = ["en", "de", "fr", "es", "it", "pt", "nl", "da", "no", "sv", "fi", "tr", "pl"]
CELLS = ["neutrophils", "lymphocytes", "monocytes", "eosinophils", "basophils", "cd19"]


def two_meanings(spelled) -> dict[str, set]:
    """Return the spellings that mean more than one thing."""
    found = defaultdict(set)
    for text, meaning in spelled:
        found[text].add(meaning)
    return {text: meanings for text, meanings in found.items() if len(meanings) > 1}


def test_the_languages_are_there():
    assert set(WHOLE) | {"all", "uk", "ru"} == set(LANGUAGES)


@pytest.mark.parametrize("code", WHOLE)
def test_a_language_says_what_a_lab_file_needs(code):
    language = LANGUAGES[code]
    assert {"wbc", "igg", "hemoglobin", "hematocrit", "rbc", "platelets", "cd4_cd8_ratio"} <= set(language.names)
    assert set(CELLS) <= set(language.stems)
    assert set(language.dates.months) == {str(month) for month in range(1, 13)}
    assert all((language.marks.count, language.marks.percent, language.cells.no_result, language.cells.no_range))
    assert all((language.cells.high, language.cells.low, language.cells.units, language.other_fluids))
    assert set(language.comparators) == {"<", "<=", ">", ">="}
    assert all((language.people.hints, language.people.exempt))
    assert {"patient_id", "collected_at", "analyte", "value", "unit", "ref_range"} <= set(language.roles)
    assert {"patient_id", "infused_on", "drug", "dose_mg"} <= set(language.infusion_roles)


@pytest.mark.parametrize("family", CATALOG.families)
def test_no_unit_of_any_language_has_two_meanings(family):
    assert two_meanings(spelled_units(CATALOG, family)) == {}


def test_no_name_of_any_language_has_two_meanings():
    assert two_meanings(spelled_names(CATALOG.analytes.values(), CATALOG.spellings)) == {}


def test_no_month_of_any_language_is_another_month_elsewhere():
    said = [
        (fold_words(text), number)
        for language in LANGUAGES.values()
        for number, texts in language.dates.months.items()
        for text in texts
    ]
    assert two_meanings(said) == {}
    months = CATALOG.words.months
    assert {months[word] for word in ("mar", "mars", "marts", "marzo", "marco", "marz", "mrz", "mrt", "maaliskuu")} == {
        3
    }
    assert {months[word] for word in ("mai", "maj", "mei", "may", "mag", "mayo", "touko")} == {5}
    assert {months[word] for word in ("jun", "juin", "giu", "june", "kesa")} == {6}
    assert "jui" not in months  # June or July of French


def test_no_comparator_of_any_language_has_two_meanings():
    said = [
        (fold_words(text), sign)
        for language in LANGUAGES.values()
        for sign, texts in language.comparators.items()
        for text in texts
    ]
    assert two_meanings(said) == {}


@pytest.mark.parametrize("kind", ["roles", "infusion_roles"])
def test_no_header_of_any_language_has_two_roles(kind):
    said = [
        (fold_name(text), role)
        for language in LANGUAGES.values()
        for role, texts in getattr(language, kind).items()
        for text in texts
    ]
    assert two_meanings(said) == {}


def test_what_says_no_result_says_neither_high_nor_low_nor_less():
    words = CATALOG.words
    silent = set(words.no_result) - {"*"}
    assert silent & (set(words.result_marks) | set(words.comparators) | set(words.months)) == set()


@pytest.mark.parametrize(
    "text", ["not detected", "negative", "neg.", "nicht nachweisbar", "n.n.", "negativ", "non détecté", "no detectado"]
)
def test_a_finding_without_a_number_is_no_missing_result(text):
    assert fold_words(text) not in CATALOG.words.no_result


def test_the_figures_are_read_without_the_languages():
    catalog = load_catalog.__wrapped__()
    assert "spellings" not in vars(catalog)
    assert catalog.words.comparators["<"] == "<"
    assert "spellings" in vars(catalog)


def copied(folder):
    """Return a copy of the catalogue's folder."""
    copy = folder / "catalog"
    shutil.copytree(FOLDER, copy, ignore=shutil.ignore_patterns("*.py", "__pycache__"))
    return copy


LATIN = """
language = "Latin"
[names]
wbc = ["Leucocyti"]
[stems]
lymphocytes = ["Lymphocyti"]
[marks]
count = ["numerus absolutus"]
percent = ["pars centesima"]
[units]
"/uL" = ["cellulae/uL"]
[dates.months]
3 = ["Martius"]
"""


def test_a_new_language_is_one_file(tmp_path):
    copy = copied(tmp_path)
    (copy / "languages" / "la.toml").write_text(LATIN, encoding="utf-8")
    catalog = read_catalog(copy)
    names = name_table(catalog)
    assert names["leucocyti"] == ("wbc",)
    assert names[fold_name("Lymphocyti, numerus absolutus")] == ("lymphocytes",)
    assert names[fold_name("Lymphocyti (pars centesima)")] == ("lymphocytes_pct",)
    assert says_percent("Lymphocyti (pars centesima)", catalog)
    assert (fold_unit("Cellulæ/µL"), "/uL") in spelled_units(catalog, "subsets")
    assert catalog.words.months["martius"] == 3


@pytest.mark.parametrize(
    ("said", "message"),
    [
        ('[names]\nwbc = ["Linfocitos"]', "'linfocitos' would mean both"),
        ('[units]\n"/uL" = ["tsd/µl"]', "'tsd/ul' would mean both"),
        ('[dates.months]\n4 = ["mars"]', "'mars' would mean both 3 and 4"),
        ('[roles]\nunit = ["valeur"]', "'valeur' would mean both"),
        ('[comparators]\n">" = ["menor que"]', "'menor que' would mean both"),
    ],
)  # fmt: skip
def test_a_new_language_that_contradicts_another_is_refused(tmp_path, said, message):
    copy = copied(tmp_path)
    (copy / "languages" / "xx.toml").write_text(f'language = "X"\n{said}\n', encoding="utf-8")
    with pytest.raises(CatalogError, match="would mean both") as refused:
        read_catalog(copy)
    assert message in str(refused.value)


def test_a_catalogue_without_languages_is_refused(tmp_path):
    copy = copied(tmp_path)
    shutil.rmtree(copy / "languages")
    with pytest.raises(CatalogError, match="no language"):
        read_catalog(copy)


def full_width(text: str) -> str:
    """Return the text as an East Asian keyboard types it."""
    return "".join(chr(ord(sign) + 0xFEE0) if "!" <= sign <= "~" else sign for sign in text)


TYPINGS = {
    "capitals": str.upper,
    "full width": full_width,
    "decomposed accents": lambda text: unicodedata.normalize("NFD", text),
    "no umlauts": lambda text: text.replace("ä", "ae").replace("ö", "oe").replace("ü", "ue").replace("ß", "ss"),
    "Danish without its letters": lambda text: text.replace("ø", "oe").replace("å", "aa").replace("æ", "ae"),
    "more spaces": lambda text: f" {text.replace(' ', '  ')} ",
}


@pytest.mark.parametrize("typed", TYPINGS.values(), ids=TYPINGS)
def test_a_name_means_the_same_however_it_is_typed(typed):
    table = name_table(CATALOG)
    texts = [
        text for t in LANGUAGES.values() for kind in (t.names, t.stems) for listed in kind.values() for text in listed
    ]
    assert [text for text in texts if table[fold_name(typed(text))] != table[fold_name(text)]] == []


@pytest.mark.parametrize("typed", TYPINGS.values(), ids=TYPINGS)
def test_a_unit_means_the_same_however_it_is_typed(typed):
    wrong = []
    for family in CATALOG.families:
        table = unit_table(CATALOG, family)
        for language in LANGUAGES.values():
            listed = [
                (code, text) for code, texts in language.units.items() for text in texts if code in table.values()
            ]
            wrong += [text for code, text in listed if table.get(fold_unit(typed(text))) not in (code, None)]
            wrong += [text for code, text in listed if fold_unit(text) in table and fold_unit(typed(text)) not in table]
    assert wrong == []
