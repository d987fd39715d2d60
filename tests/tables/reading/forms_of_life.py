"""How laboratories of twelve languages print names, headers, months and units; for the writers of test files."""

from __future__ import annotations


def _columns(text: str) -> dict[str, str]:
    return dict(zip(("date", "test", "value", "unit", "range", "patient"), text.split("|"), strict=True))


COLUMNS = {
    "en": _columns("Collection Date|Test|Result|Units|Reference Range|Patient ID"),
    "de": _columns("Abnahmedatum|Untersuchung|Ergebnis|Einheit|Referenzbereich|Patient"),
    "fr": _columns("Date de prélèvement|Analyse|Résultat|Unité|Valeurs de référence|Patient"),
    "es": _columns("Fecha|Prueba|Resultado|Unidad|Valores de referencia|Paciente"),
    "it": _columns("Data prelievo|Esame|Risultato|Unità di misura|Valori di riferimento|Paziente"),
    "pt": _columns("Data da coleta|Exame|Resultado|Unidade|Valores de referência|Paciente"),
    "nl": _columns("Afnamedatum|Bepaling|Uitslag|Eenheid|Referentiewaarden|Patiënt"),
    "sv": _columns("Provdatum|Analys|Resultat|Enhet|Referensintervall|Patient"),
    "da": _columns("Prøvetagningsdato|Analyse|Resultat|Enhed|Referenceinterval|Patient"),
    "no": _columns("Prøvedato|Analyse|Resultat|Enhet|Referanseområde|Pasient"),
    "tr": _columns("Numune Tarihi|Tetkik|Sonuç|Birim|Referans Aralığı|Hasta No"),
    "pl": _columns("Data pobrania|Badanie|Wynik|Jednostka|Zakres referencyjny|Pacjent"),
}
LANGUAGES = tuple(COLUMNS)


def _names(text: str) -> dict[str, list[str]]:
    analytes = ("wbc", "neutrophils", "lymphocytes", "hemoglobin", "platelets", "cd19", "igg")
    return dict(zip(analytes, (names.split("/") for names in text.split("|")), strict=True))


NAMES = {
    "en": _names("WBC/White Blood Cell Count/Leukocytes|Neutrophils/Neut|Lymphocytes/Lymphs|Hemoglobin/Hgb"
                 "|Platelets/Platelet Count|CD19/CD19 B cells|IgG/Immunoglobulin G"),
    "de": _names("Leukozyten|Neutrophile Granulozyten/Neutrophile|Lymphozyten|Hämoglobin|Thrombozyten"
                 "|B-Lymphozyten/CD19|IgG/Immunglobulin G"),
    "fr": _names("Leucocytes/Globules blancs|Polynucléaires neutrophiles/Neutrophiles|Lymphocytes"
                 "|Hémoglobine|Plaquettes|Lymphocytes B/CD19|IgG/Immunoglobulines G"),
    "es": _names("Leucocitos/Glóbulos blancos|Neutrófilos|Linfocitos|Hemoglobina|Plaquetas"
                 "|Linfocitos B/CD19|IgG/Inmunoglobulina G"),
    "it": _names("Leucociti/Globuli bianchi|Neutrofili|Linfociti|Emoglobina|Piastrine"
                 "|Linfociti B/CD19|IgG/Immunoglobuline G"),
    "pt": _names("Leucócitos/Glóbulos brancos|Neutrófilos|Linfócitos|Hemoglobina|Plaquetas"
                 "|Linfócitos B/CD19|IgG/Imunoglobulina G"),
    "nl": _names("Leukocyten|Neutrofielen/Neutrofiele granulocyten|Lymfocyten|Hemoglobine|Trombocyten"
                 "|B-lymfocyten/CD19|IgG/Immunoglobuline G"),
    "sv": _names("Leukocyter|Neutrofila granulocyter/Neutrofiler|Lymfocyter|Hemoglobin|Trombocyter"
                 "|CD19+ B-lymfocyter/CD19|IgG/Immunglobulin G"),
    "da": _names("Leukocytter|Neutrofilocytter|Lymfocytter|Hæmoglobin|Trombocytter"
                 "|CD19+ B-lymfocytter/CD19|IgG/Immunglobulin G"),
    "no": _names("Leukocytter|Nøytrofile granulocytter|Lymfocytter|Hemoglobin|Trombocytter"
                 "|CD19+ B-lymfocytter/CD19|IgG/Immunglobulin G"),
    "tr": _names("Lökosit/Beyaz Küre/Akyuvar|Nötrofil|Lenfosit|Hemoglobin|Trombosit"
                 "|B Lenfosit/CD19|IgG/İmmünglobulin G"),
    "pl": _names("Leukocyty/Krwinki białe|Neutrofile/Granulocyty obojętnochłonne|Limfocyty|Hemoglobina"
                 "|Płytki krwi/Trombocyty|Limfocyty B/CD19|IgG/Immunoglobulina G"),
}  # fmt: skip


def _months(text: str) -> list[str]:
    return text.split()


MONTHS = {
    "en": _months("January February March April May June July August September October November December"),
    "de": _months("Januar Februar März April Mai Juni Juli August September Oktober November Dezember"),
    "fr": _months("janvier février mars avril mai juin juillet août septembre octobre novembre décembre"),
    "es": _months("enero febrero marzo abril mayo junio julio agosto septiembre octubre noviembre diciembre"),
    "it": _months("gennaio febbraio marzo aprile maggio giugno luglio agosto settembre ottobre novembre dicembre"),
    "pt": _months("janeiro fevereiro março abril maio junho julho agosto setembro outubro novembro dezembro"),
    "nl": _months("januari februari maart april mei juni juli augustus september oktober november december"),
    "sv": _months("januari februari mars april maj juni juli augusti september oktober november december"),
    "da": _months("januar februar marts april maj juni juli august september oktober november december"),
    "no": _months("januar februar mars april mai juni juli august september oktober november desember"),
    "tr": _months("Ocak Şubat Mart Nisan Mayıs Haziran Temmuz Ağustos Eylül Ekim Kasım Aralık"),
    "pl": _months("stycznia lutego marca kwietnia maja czerwca lipca sierpnia września października listopada grudnia"),
}

#: Spelling and the factor by which a printed number becomes the canonical one.
_THOUSANDTH, _SAME = "0.001", "1"
_COUNT = [("10^9/L", _SAME), ("10*9/L", _SAME), ("10^3/µL", _SAME)]
_SUBSET = [("/µL", "1"), ("10^9/L", "1000")]
_HEMOGLOBIN = [("g/dL", "10"), ("g/L", "1")]
_IMMUNOGLOBULIN = [("g/L", "1"), ("mg/dL", "0.01")]


def _units(count: list[tuple[str, str]], subset: list[tuple[str, str]]) -> dict[str, list[tuple[str, str]]]:
    return {
        "wbc": count,
        "cd19": subset,
        "hemoglobin": _HEMOGLOBIN,
        "igg": _IMMUNOGLOBULIN,
        "pct": [("%", "1")],
    }


UNITS = {
    "en": _units(
        [("10^9/L", _SAME), ("K/uL", _SAME), ("x10E3/uL", _SAME), ("Thousand/uL", _SAME), ("x10(3)/mcL", _SAME),
         ("10³/µL", _SAME), ("10⁹/L", _SAME), ("cells/uL", _THOUSANDTH), ("/mm3", _THOUSANDTH)],
        [("cells/uL", "1"), ("/uL", "1"), ("cells/mcL", "1"), ("/mm3", "1"), ("10*9/L", "1000")],
    ),
    "de": _units(
        [("/nl", _SAME), ("Tsd./µl", _SAME), ("Tsd/µl", _SAME), ("G/l", _SAME), ("Gpt/l", _SAME), ("/µl", _THOUSANDTH)],
        [("/µl", "1"), ("Zellen/µl", "1"), ("/nl", "1000")],
    ),
    "fr": _units(
        [("G/L", _SAME), ("giga/L", _SAME), ("10^9/L", _SAME), ("/mm3", _THOUSANDTH)],
        [("/mm3", "1"), ("/µL", "1"), ("cellules/µL", "1")],
    ),
    "es": _units(
        [("10^3/µL", _SAME), ("x10^9/L", _SAME), ("10^3/mm3", _SAME), ("/mm3", _THOUSANDTH)],
        [("/µL", "1"), ("células/µL", "1"), ("/mm3", "1")],
    ),
    "it": _units(
        [("10^3/µL", _SAME), ("x10^9/L", _SAME), ("10^3/mm3", _SAME), ("/µL", _THOUSANDTH)],
        [("/µL", "1"), ("cellule/µL", "1"), ("/mm3", "1")],
    ),
    "pt": _units(
        [("10^3/µL", _SAME), ("/mm3", _THOUSANDTH), ("10^9/L", _SAME)],
        [("/mm3", "1"), ("células/µL", "1"), ("/µL", "1")],
    ),
    "nl": _units([*_COUNT, ("x10^9/l", _SAME)], [*_SUBSET, ("cellen/µL", "1")]),
    "sv": _units([*_COUNT, ("x10(9)/L", _SAME)], [*_SUBSET, ("celler/µL", "1")]),
    "da": _units([*_COUNT, ("x10^9/l", _SAME)], [*_SUBSET, ("celler/µL", "1")]),
    "no": _units([*_COUNT, ("x10^9/L", _SAME)], [*_SUBSET, ("celler/µL", "1")]),
    "tr": _units([("bin/µL", _SAME), ("10^3/µL", _SAME), ("x10^3/uL", _SAME), ("/mm3", _THOUSANDTH)],
                 [("/µL", "1"), ("hücre/µL", "1"), ("/mm3", "1")]),
    "pl": _units([("tys./µl", _SAME), ("tys/µl", _SAME), ("10^3/µl", _SAME), ("G/l", _SAME)],
                 [("/µl", "1"), ("komórek/µl", "1"), ("kom./µl", "1")]),
}  # fmt: skip
