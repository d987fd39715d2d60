"""`--units`: one patient's values in the units of the latest printed results; data stay canonical."""

from __future__ import annotations

import csv
import io
import re

import pytest

LABS = (
    "2024-01-10,WBC,6.1,Thousand/uL,3.8-10.8",
    "2024-01-10,Absolute Neutrophils,3720,cells/uL,1500-7800",
    "2024-01-10,IgG,988,mg/dL,600-1640",
    "2024-01-10,CD19,210,cells/uL,110-660",
    "2024-06-10,WBC,5.1,Thousand/uL,3.8-10.8",
    "2024-06-10,Absolute Neutrophils,420,cells/uL,1500-7800",
    "2024-06-10,IgG,455,mg/dL,600-1640",
    "2024-06-10,CD19,<1,cells/uL,110-660",
)


@pytest.fixture
def american(file):
    labs = file("labs.csv", *LABS, header="Date,Test,Result,Units,Range")
    given = file("given.csv", "2024-02-01,300", "2024-02-15,300", header="infused_on,dose_mg")
    return ("--labs", labs, "--infusions", given, "--as-of", "2024-06-12")


def squeezed(text: str) -> str:
    return " ".join(text.split())


@pytest.mark.parametrize("more", [(), ("--full",), ("--format", "markdown")])
def test_what_is_told_is_in_the_units_of_the_laboratory(wbc, american, more):
    told = squeezed(wbc("report", *american, *more).out)
    assert "420 /µL on 2024-06-10" in told
    assert "below 500 /µL" in told  # the limit at which laboratories telephone
    assert "below the laboratory's lower limit (600 mg/dL)" in told
    assert "x10⁹/L" not in told.replace("below 1 x10⁹/L (1000 /µL)", "").split("Usual variation")[0]


#: A number with its unit, as written or said; and the units of this laboratory.
NUMBER = re.compile(
    r"(?<![\w.])([\d.]+) (x10[⁹³]/µ?L|/µL|g/d?L|mg/dL|(?:times 10 \S+ \S+ \S+ \d+ |thousand |m?i?l?l?i?grams )?per \w+)"
)
PRINTED = {
    **dict.fromkeys(("x10³/µL", "thousand per microlitre"), ("6.1", "5.1")),
    **dict.fromkeys(("/µL", "per microlitre"), ("3720", "420", "210", "1")),
    **dict.fromkeys(("mg/dL", "milligrams per decilitre"), ("988", "455")),
}
#: What decides: low IgG, depletion, fever with low neutrophils, the telephone, the laboratory's own limit.
LIMITS = {("500", "mg/dL"), ("600", "mg/dL"), ("10", "/µL"), ("1000", "/µL"), ("500", "/µL"), ("1", "x10⁹/L")}


def test_no_number_stands_beside_another_unit_than_its_own(wbc, american, tmp_path):
    """In no form: what was printed in one unit must never be shown or said in another."""
    told = [wbc("report", *american, *more).out for more in ((), ("--full",), ("--format", "message"))]
    for name in ("a.md", "a.html", "a.ics"):
        wbc("report", *american, "--output", name)
        told.append((tmp_path / name).read_text(encoding="utf-8"))
    wbc("chart", "a.svg", *american)
    told.append((tmp_path / "a.svg").read_text(encoding="utf-8"))
    # The text of a rule is the same for everybody.
    shown = [re.sub(r'(?s)<section class="about.*?</section>', "", text) for text in told]
    found = {pair for text in shown for pair in NUMBER.findall(squeezed(re.sub(r"<[^>]*>", "", text)))}
    assert len(found) > 8
    assert [pair for pair in found - LIMITS if pair[0] not in PRINTED.get(pair[1], ())] == []


def test_with_si_all_are_told_alike(wbc, american):
    told = squeezed(wbc("report", *american, "--units", "si").out)
    assert "Neutrophils 0.42 x10⁹/L" in told
    assert "below 0.5 x10⁹/L" in told
    assert "(6.00-16.40)" in told
    assert "mg/dL" not in told


def test_the_short_table_has_the_numbers_that_were_printed(wbc, american):
    lines = wbc("report", *american).lines
    row = next(line.split() for line in lines if line.startswith("2024-06-10 "))
    assert row == ["2024-06-10", "116", "5.1", "420L", "<1L", "455L"]
    white = next(line.split() for line in lines if line.startswith("White cells  "))
    assert white[2:7] == ["x10³/µL", "6.1", "->", "5.1", "(3.8-10.8)"]


def test_the_message_and_the_page_too(wbc, american, tmp_path):
    assert "neutrophils 420 /µL" in wbc("report", *american, "--format", "message").out
    wbc("report", *american, "--output", "visit.html")
    page = (tmp_path / "visit.html").read_text(encoding="utf-8")
    assert "Immunoglobulin G (mg/dL): latest 455 on 2024-06-10, baseline 988" in page
    wbc("chart", "a.svg", *american)
    wbc("chart", "b.svg", *american, "--units", "si")
    for name, words in (("a.svg", "Neutrophils (/µL): latest 420"), ("b.svg", "Neutrophils (x10⁹/L): latest 0.42")):
        assert words in (tmp_path / name).read_text(encoding="utf-8")


def test_data_stay_canonical(wbc, american):
    done = wbc("report", *american, "--format", "json")
    (patient,) = done.json["patients"]
    (count,) = [one for one in patient["draws"][-1]["results"] if one["analyte"] == "neutrophils"]
    assert (count["value"], count["unit"]) == (0.42, "10*9/L")
    assert "0.42 x10⁹/L" in patient["pattern"]["sentence"]
    rows = csv.DictReader(io.StringIO(wbc("export", "-", *american).out))
    assert ("neutrophils", "0.42", "10*9/L") in [(row["analyte"], row["value"], row["unit"]) for row in rows]


def test_where_all_are_told_alike_it_is_refused(wbc, american, file):
    assert wbc("report", *american, "--format", "json", "--units", "si").code == 0
    refused = wbc("report", *american, "--format", "json", "--units", "reported")
    assert (refused.code, refused.out) == (2, "")
    assert "--units" in refused.err
    two = file("two.csv", "a,2024-01-02,WBC,6100,cells/uL", "b,2024-01-02,WBC,5100,cells/uL",
               header="patient_id,date,test,value,unit")  # fmt: skip
    assert wbc("report", "--labs", two, "--units", "reported").code == 2
    assert wbc("report", "--labs", two, "--units", "reported", "--patient", "a").code == 0


def test_each_page_of_a_folder_is_in_its_own_units(wbc, file, tmp_path):
    two = file("two.csv", "a,2024-01-02,WBC,6100,cells/uL", "b,2024-01-02,WBC,5.1,10^9/L",
               header="patient_id,date,test,value,unit")  # fmt: skip
    assert wbc("report", "--labs", two, "--output", "pages/", "--as-of", "2024-02-01").code == 0
    pages = {path.stem: path.read_text(encoding="utf-8") for path in (tmp_path / "pages").glob("*.html")}
    assert "6100" in pages["a"]
    assert "5.1" in pages["b"]
    assert "x10⁹/L" not in pages["a"].split("<footer")[0]
