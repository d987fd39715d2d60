"""The names of tests in the languages of the world, and their dangerous neighbours."""

from __future__ import annotations

import pytest
from tables.intake import CATALOG, each, is_read, one, outcome, read, read_infusions_of, words
from tables.intake import delimited as table_of

from wbc_tracker.catalog.fold import fold_name
from wbc_tracker.catalog.naming import name_table
from wbc_tracker.errors import UnreadableFileError

COUNT = "10^9/L"
#: Beside the plain names, which tests/reading/test_vocabulary.py holds: with their qualifiers, marks and codes.
NAMES = {
    ("wbc", COUNT): "LEUKOZYTEN|Leukozyten (EDTA)|Leukozytenzahl|weiße Blutkörperchen|Weisse Blutkoerperchen|GB|"
    "Leucocytes, Gb|Recuento de leucocitos|GLOBULI BIANCHI (WBC)|Leucocitos totales|Witte bloedcellen|"
    "Leukocytter;B|B-Leukocytter|Hvide blodlegemer|Hvite blodceller|B-LPK|Vita blodkroppar|Leukosyytit|"
    "B-Leuk|Valkosolut|Лейкоциты|Лейкоцити|Total white blood count|"
    "Leukocytes [#/volume] in Blood by Automated count|WBC*|WBC¹|WBC (1)|WBC 01|ＷＢＣ|wbc_abs",
    ("neutrophils", COUNT): "Neutrophile abs.|Neutrophile Granulozyten absolut|Neutrophils Auto #|Neutro Abs|NE#|"
    "Polynucléaires neutrophiles (valeur absolue)|Nombre de neutrophiles|Neutrófilos absolutos|"
    "Recuento absoluto de neutrófilos|Neutrofili (valore assoluto)|Neutrófilos, contagem absoluta|"
    "Neutrofielen absoluut|Neutrofilocytter, absolut|Nøytrofile granulocytter, antall|Noeytrofile antall|"
    "Neutrofila, antal|B-Neut|Neutrophil count|Нейтрофилы (абс.)",
    ("neutrophils_pct", "%"): "Neutrophils Auto %|Neutrophile %|Neutrophile (Prozent)|Neutrophile relativ|"
    "Neutrophiles en pourcentage|Neutrófilos %|Neutrófilos (porcentaje)|Neutrofili percentuale|"
    "Neutrofielen procent|Nøytrofile prosent|L-Neut|NEUTLE|NE%|Neutrophils Relative %",
    ("lymphocytes", COUNT): "Lymphozyten (abs)|Lymphozyten absolut|Lymphozyten, Absolutwert|Lymphocytes absolus|"
    "Lymphocytes (valeur absolue)|Linfocitos absolutos|Linfociti (val. ass.)|Linfócitos, valor absoluto|"
    "Lymfocyten absoluut|Lymfocytter;B, antal|Lymfocyter (absolut antal)|Lymphs (Absolute)|"
    "ABSOLUTE LYMPHOCYTES|Absolute Lymphocyte Count|LY#|Лимфоциты абс",
    ("lymphocytes_pct", "%"): "Linfocitos %|Lymphozyten %|Lymphozyten (in Prozent)|Lymphocytes, pourcentage|"
    "Linfociti %|LYMLE|L-Lymf|Lymphocytes, Percent|Lymphocytes/100 leukocytes in Blood by Automated count",
    ("monocytes", COUNT): "Monozyten absolut|Monocytes (valeur absolue)|Monocitos absolutos|Monociti valore assoluto|"
    "Monocyten, aantal|Monocytter antal",
    ("eosinophils", COUNT): "Eosinophile abs.|Polynucléaires éosinophiles, valeur absolue|Eosinófilos absolutos|"
    "Eosinofiele granulocyten absoluut",
    ("basophils", COUNT): "Basophile abs.|Basófilos absolutos|Basofili assoluti|Basofila antal",
    ("platelets", COUNT): "B-TPK|Trombosyytit|Blodplader|Тромбоциты|PLAT",
    ("cd19", "/uL"): "B-Lymphozyten absolut|CD19+ абс|CD19 абс|СD19 абс|Lymphocytes B CD19 (valeur absolue)|"
    "Linfocitos B CD19 absolutos|CD19 B-celler antal|CD19_celler_antal|Linfociti B CD19 (assoluto)|"
    "CD19+ B-Zellen (absolut)|Absolute CD 19|CD19 cells [#/volume] in Blood|CD19⁺ absolut",
    ("cd4", "/uL"): "T-Helferzellen absolut|Lymphocytes T CD4 (absolus)|CD4 Linfociti T helper assoluti|"
    "Absolute CD 4 Helper|Linfocitos T CD4 absolutos",
    ("cd19_pct", "%"): "B-Lymphozyten %|% CD 19 Pos. Lymph.|CD19 B-Zellen (Prozent)|Lymphocytes B CD19 %|"
    "Linfocitos B (porcentaje)|CD19 cells/100 cells in Blood",
    ("igg", "g/L"): "IgG im Serum|Immunoglobulines G (IgG)|P-IgG|IgG;P|IgG [Mass/volume] in Serum or Plasma|"
    "Immunoglobuliini G|Immunoglobulin G level|IgG totales",
    ("hemoglobin", "g/L"): "Haemoglobin|Hemoglobiini|Гемоглобин",
    ("hematocrit", "%"): "Hämatokrit|Hématocrite|Ematocrito|Hematócrito|Hematocriet|EVF|B-EVF|Hematokriitti",
    ("rbc", "10^12/L"): "Erythrozyten|Hématies|Globules rouges|Hematíes|Eritrociti|Hemácias|Erytrocyten|Erytrocytter|"
    "Erytrosyytit",
}  # fmt: skip


@pytest.mark.parametrize(("meant", "names"), NAMES.items(), ids=[analyte for analyte, _ in NAMES])
def test_a_name_of_any_language(meant, names):
    analyte, unit = meant
    rows = {(name, "31", unit) if unit != "10^12/L" else (name, "4.7", unit): analyte for name in words(names)}
    assert {row: said.split()[0] for row, said in each(*rows).items()} == rows


STEMS = words(
    "Lymphozyten|Lymphocytes|Linfocitos|Linfociti|Linfócitos|Lymfocyten|Lymfocytter|Lymfocyter|Lymfosyytit|"
    "Neutrophile|Neutrophiles|"
    "Neutrófilos|Neutrofili|Neutrofielen|Neutrofilocytter|Nøytrofile|Neutrofila|Neutrofiilit|B-Zellen|"
    "Lymphocytes B|Linfocitos B|B-celler|"
    "B-solut|Лимфоциты|Eosinophile|Basofili|Monozyten|Lymphozyten (CD)"
)


@pytest.mark.parametrize("name", STEMS)
def test_a_bare_stem_stays_a_stem_in_every_language(name):
    assert one(name=name, value="1.8", unit="") == "rejected: name_ambiguous"
    assert one(name=name, value="32", unit="%").split()[0].endswith("_pct")
    assert is_read(one(name=name, value="1.8", unit=COUNT))


def test_a_percentage_of_any_language_is_never_a_count():
    names = [name for (analyte, _), listed in NAMES.items() if analyte.endswith("_pct") for name in words(listed)]
    rows = [(name, "31", unit) for name in names for unit in (COUNT, "/uL")]
    assert each(*rows) == dict.fromkeys(rows, "rejected: unit_unknown")


@pytest.mark.parametrize("name", ["Lymphozyten in Prozent", "Neutrófilos (porcentaje)", "Neutrofili percentuale"])
def test_a_name_that_says_percent_needs_no_unit(name):
    assert one(name=name, value="31", unit="").split()[0].endswith("_pct")


#: Cells, specimens and figures beside ours, by language. None of them is a count of mature blood cells.
NEIGHBOURS = {
    "en": "Immature neutrophils|Neutrophils segmented|Segs|Segmented neutrophils|Bands|Band neutrophils|"
    "Neutrophils bands|Atypical lymphocytes|"
    "Reactive lymphocytes|Lymphocytes, atypical|Variant lymphocytes|Metamyelocytes|Myelocytes|Promyelocytes|"
    "Blasts|NRBC|NRBC #|Nucleated RBC|"
    "Reticulocytes|Reticulocyte count|Immature platelets|Immature platelet fraction|Platelet volume|"
    "Mean platelet volume|Plasma cells|NK cells|"
    "CD19+CD27+ memory|CD19+CD27+|Memory B cells|Naive B cells|CD19+CD38+|CD19+CD20+|CD19+CD5+|Regulatory T cells|"
    "CD4+CD25+|CD45RA CD4|"
    "Granulocytes|Neutrophil/lymphocyte ratio|Urine WBC|WBC, CSF|CSF lymphocytes|Leukocytes, urine|"
    "Leukocyte esterase|WBC clumps|"
    "Hemoglobin A1c|Glycated hemoglobin|Plasma hemoglobin|Free hemoglobin|Hemoglobin, plasma|Fetal hemoglobin|"
    "Mean corpuscular hemoglobin|"
    "Hemoglobin concentration, mean corpuscular|IgG1|IgG 1|IgG (1)|IgG¹|IgG subclass 1|IgG index|Anti-HBs IgG|"
    "Varicella zoster IgG|"
    "Immunoglobulin G subclass 2|Immunoglobulin G (2)|Platelet antibodies|Lymphocyte transformation|"
    "WBC corrected differential|"
    "RBC distribution width|RBC, urine|CD3/CD19 ratio|CD19 % of WBC|CD19 MFI|B cells memory|Serum WBC",
    "de": "Stabkernige|Stabkernige Neutrophile|stabkernige Granulozyten|Segmentkernige|segmentkernige Neutrophile|"
    "Neutrophile stabkernig|"
    "Neutrophile segmentkernig|unreife Neutrophile|Jugendliche|Metamyelozyten|Myelozyten|Blasten|"
    "atypische Lymphozyten|reaktive Lymphozyten|"
    "Lymphozyten atypisch|Lymphozyten reaktiv|Retikulozyten|Retikulozyten absolut|Normoblasten|Plasmazellen|"
    "Gedächtnis-B-Zellen|"
    "naive B-Zellen|NK-Zellen|regulatorische T-Zellen|Urin Leukozyten|Leukozyten (Urin)|Leukozyten i.U.|"
    "Leukozyten im Liquor|Liquor Lymphozyten|"
    "Erythrozyten (Urin)|glykiertes Hämoglobin|freies Hämoglobin|Plasma-Hämoglobin|IgG-Subklasse 1|IgG im Liquor|"
    "IgG-Index|Masern IgG|"
    "mittleres Thrombozytenvolumen|Granulozyten|unreife Thrombozyten",
    "fr": "Neutrophiles immatures|Polynucléaires non segmentés|Métamyélocytes|Myélocytes|Blastes|"
    "Lymphocytes atypiques|Lymphocytes réactionnels|"
    "Lymphocytes hyperbasophiles|Grands lymphocytes|Réticulocytes|Réticulocytes (valeur absolue)|Érythroblastes|"
    "Plasmocytes|"
    "Lymphocytes B mémoires|Lymphocytes B naïfs|Lymphocytes T régulateurs|Cellules NK|Leucocytes urinaires|"
    "Leucocytes (urines)|Leucocytes LCR|"
    "Lymphocytes LCR|Hématies urinaires|Hémoglobine glyquée|Hémoglobine libre|Volume plaquettaire moyen|IgG1|"
    "Sous-classes IgG|Sérologie rubéole IgG",
    "es": "Neutrófilos inmaduros|Neutrófilos segmentados|Neutrófilos en banda|Cayados|Bandas|Linfocitos atípicos|"
    "Linfocitos reactivos|"
    "Linfocitos activados|Metamielocitos|Blastos|Reticulocitos|Eritroblastos|Células plasmáticas|"
    "Linfocitos B memoria|Linfocitos NK|"
    "Leucocitos en orina|Leucocitos (LCR)|Hematíes en orina|Hemoglobina glicosilada|Hemoglobina corpuscular media|"
    "Volumen plaquetario medio|"
    "Subclase IgG1|Rubeola IgG",
    "it": "Neutrofili segmentati|Neutrofili a banda|Neutrofili immaturi|Linfociti atipici|Linfociti reattivi|"
    "Metamielociti|Blasti|Reticolociti|"
    "Eritroblasti|Plasmacellule|Linfociti B memoria|Linfociti NK|Leucociti urinari|Leucociti nelle urine|"
    "Leucociti (liquor)|Emoglobina glicata|"
    "Volume piastrinico medio|Sottoclassi IgG",
    "pt": "Neutrófilos segmentados|Segmentados|Bastonetes|Neutrófilos bastonetes|Linfócitos atípicos|"
    "Linfócitos reativos|Linfócitos típicos|"
    "Metamielócitos|Blastos|Reticulócitos|Eritroblastos|Plasmócitos|Linfócitos B de memória|Leucócitos na urina|"
    "Leucócitos (urina)|"
    "Hemoglobina glicada|Volume plaquetário médio",
    "nl": "Staafkernige neutrofielen|Segmentkernige neutrofielen|Staven|Segmenten|Onrijpe neutrofielen|"
    "Atypische lymfocyten|Reactieve lymfocyten|"
    "Metamyelocyten|Blasten|Reticulocyten|Normoblasten|Plasmacellen|Geheugen B-cellen|NK-cellen|Leukocyten urine|"
    "Leukocyten (liquor)|"
    "Geglyceerd hemoglobine|Gemiddeld trombocytenvolume|IgG-subklasse 1",
    "nordic": "Stavkjernede|Stavkernede neutrofile|Segmentkernede|Segmentkärniga|Stavkärniga neutrofila|"
    "Umodne neutrofile|Atypiske lymfocytter|"
    "Atypiska lymfocyter|Metamyelocytter;B|Blaster|Retikulocytter|Retikulocyter|Erytroblaster|Plasmaceller|"
    "B-celler memory|"
    "Leukocytter;U|U-Leukocytter|Leukocytter;Csv|U-Leukocyter|Csv-Leukocyter|Glykeret hæmoglobin|U-Leuk|Li-Leuk|"
    "U-Eryt|"
    "B-lymfocytter|B-Lymfocyter|B-lymfocytter, antal|B-Lymf|Liuskatumaiset neutrofiilit|"
    "Sauvatumaiset neutrofiilit|Retikulosyytit",
    "ru": "Палочкоядерные нейтрофилы|Сегментоядерные нейтрофилы|Атипичные лимфоциты|Ретикулоциты|Лейкоциты в моче|"
    "Незрелые гранулоциты в моче",
}  # fmt: skip


@pytest.mark.parametrize("language", NEIGHBOURS)
def test_a_dangerous_neighbour_is_none_of_our_tests(language):
    names, units = words(NEIGHBOURS[language]), (COUNT, "/uL", "%", "g/L")
    rows = (("2025-01-15", name, "11", unit) for name in names for unit in units)
    reading = read(table_of(("date", "test", "value", "unit"), *rows))
    assert list(reading.results["reported_analyte"]) == []
    assert reading.ignored | dict.fromkeys(reading.ignored, 1) == dict.fromkeys(names, 1)


def test_cells_of_the_other_lists_stay_apart():
    table = name_table(CATALOG)
    assert table[fold_name("unreife Granulozyten")] == ("immature_granulocytes", "immature_granulocytes_pct")
    assert "immature neutrophils" not in table
    assert "" not in table


@pytest.mark.parametrize(
    "specimen",
    ["Urin", "Sammelurin", "Liquor", "LCR", "Orina", "Líquido cefalorraquídeo", "Urine", "Liquor cerebrospinalis",
    "Virtsa", "Likvor", "моча"],
)  # fmt: skip
def test_a_specimen_of_any_language_that_is_not_blood(specimen):
    table = table_of(("date", "test", "specimen", "value", "unit"), ("2025-01-15", "WBC", specimen, "3", "/uL"))
    assert not is_read(outcome(table))


@pytest.mark.parametrize(
    ("header", "value", "said"),
    [
        ("CD19_celler_per_µL", "212", "cd19 212"),
        ("CD19_%", "11", "cd19_pct 11"),
        ("Leukozyten In Tsd/µl", "6.1", "wbc 6.1"),
        ("Leukozyten (G/l)", "6.1", "wbc 6.1"),
        ("Leucocytes, Gb (Giga/L)", "6.1", "wbc 6.1"),
        ("Neutrophile abs. [/nl]", "3.1", "neutrophils 3.1"),
        ("Lymphozyten (Prozent)", "31", "lymphocytes_pct 31"),
        ("Hämoglobin In g/dl", "13.6", "hemoglobin 136"),
        ("Erythrozyten In Mio/µl", "4.7", "rbc 4.7"),
        ("B-Leuk (E9/l)", "6.1", "wbc 6.1"),
    ],
)
def test_a_header_with_a_unit_of_any_language(header, value, said):
    assert outcome(table_of(("Datum", header), ("2025-01-15", value))) == said


def test_a_german_lab_file_is_no_infusion_file():
    with pytest.raises(UnreadableFileError) as refused:
        read_infusions_of("Datum;Leukozyten (Tsd/µl)\n15.01.2025;6,1\n")
    assert refused.value.code == "wrong_file"


def test_infusions_of_any_language():
    table = "Infusionsdatum;Präparat;Dosis mg\n15. Januar 2025;Ocrevus;600\n"
    assert read_infusions_of(table).infusions[["infused_on", "drug", "dose_mg"]].to_numpy().tolist() == [
        ["2025-01-15", "ocrelizumab", 600.0]
    ]


FILES = [
    "Datum;Analyse;Ergebnis;Einheit;Referenzbereich\n15.01.2025;Leukozyten;6,1;Tsd/µl;4,0 - 10,0\n",
    "Abnahmedatum;Parameter;Messwert;Maßeinheit;Normbereich\n15. Jan. 2025;Leukozyten;6,1;G/l;4,0 bis 10,0\n",
    "Fecha de extracción;Prueba;Resultado;Unidad;Valores de referencia\n15/01/2025;Leucocitos;6,1;mil/mm3;4,0 a 10,0\n",
    "Data prelievo;Esame;Esito;Unità;Valori di riferimento\n15/01/2025;Globuli bianchi;6,1;10^3/mmc;4,0 - 10,0\n",
    "Data da colheita;Análise;Resultado;Unidade;Valores de referência\n15/01/2025;Leucócitos;6,1;10^9/L;4,0 a 10,0\n",
    "Prøvetagningsdato;Analyse;Resultat;Enhed;Referenceinterval\n15-01-2025;Leukocytter;6,1;mia/L;4,0 - 10,0\n",
    "Prøvetakingsdato;Analyse;Resultat;Enhet;Referanseområde\n15.01.2025;Leukocytter;6,1;10^9/L;4,0 - 10,0\n",
    "Provtagningsdatum;Analys;Resultat;Enhet;Referensintervall\n2025-01-15;B-LPK;6,1;x10^9/L;4,0 - 10,0\n",
    "Näytteenottopäivä;Tutkimus;Tulos;Yksikkö;Viitearvot\n15.1.2025;B-Leuk;6,1;E9/l;4,0 - 10,0\n",
    "Дата;Показатель;Результат;Единицы измерения;Норма\n15.01.2025;Лейкоциты;6,1;10^9/л;от 4,0 до 10,0\n",
]


@pytest.mark.parametrize("table", FILES)
def test_a_file_of_any_language(table):
    results = read(table).results
    row = results.iloc[0]
    assert (row["collected_at"], row["analyte"], row["value"]) == ("2025-01-15", "wbc", 6.1)
    assert (row["ref_low"], row["ref_high"]) == (4, 10)
