"""`--names cdisc`: in every format, with covariates and pseudonymised, and what is told of its columns."""

from __future__ import annotations

import csv
import io
import json
from datetime import date, datetime

import pyarrow.parquet as pq
import pytest
from tables.runs import ON_THE_DAY

from wbc_tracker.catalog.cdisc import load_cdisc

NAMES = [variable.name for variable in load_cdisc().variables]
LABS = """patient_id,collected_at,analyte,value,unit,arm,trta
a,2024-01-02,WBC,6.5,10^9/L,A,drug
a,2024-03-02T09:13,WBC,5.2,10^9/L,A,drug
a,2024-03-02T09:13,CD19,<5,/uL,A,drug
b,2024-01-02,WBC,2.5,10^9/L,B,drug
"""


@pytest.fixture
def labs(tmp_path):
    (tmp_path / "labs.csv").write_text(LABS)
    (tmp_path / "doses.csv").write_text("patient_id,infused_on,drug\na,2024-01-10,Ocrevus\n")
    return ("--labs", "labs.csv", "--infusions", "doses.csv", "--names", "cdisc", *ON_THE_DAY)


def cdisc(text: str) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(text)))


def test_the_csv_has_the_variables_in_their_order(wbc, labs):
    done = wbc("export", "-", *labs)
    assert done.code == 0
    assert done.lines[0] == ",".join(NAMES)
    first, second, third, other = cdisc(done.out)
    assert (first["ADY"], first["ABLFL"], first["CHG"], first["ANRIND"]) == ("-8", "Y", "0", "NORMAL")
    assert (second["ADY"], second["CHG"], second["PCHG"]) == ("53", "-1.3", "-20")
    assert (third["AVAL"], third["AVALC"], third["CHG"]) == ("5", "<5", "")
    assert (other["ATOXGR"], other["ATOXGRL"], other["TRT01A"]) == ("-2", "2", "")  # no apostrophe: no formula


def test_parquet_has_types_and_labels(wbc, labs, tmp_path):
    assert wbc("export", "a.parquet", *labs).code == 0
    table = pq.read_table(tmp_path / "a.parquet")
    assert table.column_names == NAMES
    assert [table.schema.field(name).metadata[b"label"].decode() for name in ("AVAL", "ABLFL")] == [
        "Analysis Value", "Baseline Record Flag",
    ]  # fmt: skip
    row = table.to_pylist()[1]
    assert (row["ADT"], row["TRTSDT"]) == (date(2024, 3, 2), date(2024, 1, 10))
    assert row["ADTM"] == datetime.fromisoformat("2024-03-02T09:13")
    assert (row["ADY"], row["AVAL"], row["ATOXGRL"]) == (53, 5.2, "0")
    assert table.to_pylist()[0]["ADTM"] is None
    assert json.loads(table.schema.metadata[b"wbc_tracker"])["settings"]["names"] == "cdisc"


def test_json_lines_and_the_workbook_have_the_same(wbc, labs, tmp_path):
    calamine = pytest.importorskip("python_calamine")
    assert wbc("export", "a.jsonl", *labs).code == wbc("export", "a.xlsx", *labs).code == 0
    rows = [json.loads(line) for line in (tmp_path / "a.jsonl").read_text().splitlines()]
    sheet = calamine.load_workbook(tmp_path / "a.xlsx").get_sheet_by_name("results").to_python()
    assert list(rows[0]) == sheet[0] == NAMES
    for row, cells in zip(rows, sheet[1:], strict=True):
        told = dict(zip(NAMES, cells, strict=True))
        assert [told[name] for name in ("USUBJID", "PARAMCD", "AVAL", "AVALC")] == [
            row[name] for name in ("USUBJID", "PARAMCD", "AVAL", "AVALC")
        ]
        assert str(told["ADT"])[:10] == row["ADT"]


def test_covariates_stand_behind_and_none_may_bear_a_name_of_cdisc(wbc, labs):
    done = wbc("export", "-", *labs, "--map", "covariate=arm")
    assert done.lines[0] == ",".join([*NAMES, "arm"])
    assert [row["arm"] for row in cdisc(done.out)] == ["A", "A", "A", "B"]
    done = wbc("export", "-", *labs, "--map", "covariate=trta")
    assert (done.code, done.out) == (2, "")
    assert "cannot be called 'trta'" in done.err


@pytest.mark.parametrize("dates", ["days", "shifted"])
def test_what_is_pseudonymised_has_no_variable_that_tells_who_or_when(wbc, labs, dates):
    done = wbc("export", "-", *labs, "--pseudonymize", "my.key", "--dates", dates)
    assert done.code == 0
    header = done.lines[0].split(",")
    assert {"TRT01A", "SRCFILE", "LBORRES", "LBTESTOR"}.isdisjoint(header)
    assert {"TRTA", "ADY", "AVAL", "CHG", "ANRIND", "ATOXGRL", "ABLFL"} <= set(header)
    assert "2024-0" not in done.out
    assert "TRTSDT" in header if dates == "shifted" else {"day_zero", "collected_day", "baseline_day"} <= set(header)
    rows = sorted(cdisc(done.out), key=lambda row: (row["ADY"] == "", row["ADY"], row["PARAMCD"]))
    assert [(row["ADY"], row["ABLFL"], row["CHG"]) for row in rows] == [
        ("-8", "Y", "0"), ("53", "", ""), ("53", "", "-1.3"), ("", "Y", "0"),
    ]  # fmt: skip
    assert header == [field["name"] for field in _fields(wbc, dates)]


def _fields(wbc, dates):
    words = ["explain", "--columns", "--names", "cdisc", "--dates", dates]
    text = wbc(*words)
    named = [line.split(" (")[0] for line in text.lines if not line.startswith(" ")]
    return [{"name": name} for name in named]


def test_the_dictionary_tells_every_variable_as_a_define_document_does(wbc):
    told = wbc("explain", "--columns", "--names", "cdisc", "--format", "json").json
    assert told["dataset"]["name"] == "ADLB"
    variables = {one["name"]: one for one in told["variables"]}
    assert list(variables) == NAMES
    assert variables["PCHG"] == {
        "name": "PCHG", "label": "Percent Change from Baseline", "type": "float", "length": 8, "codelist": None,
        "origin": "Predecessor", "derivation": "100 x CHG / BASE where CHG is there; empty where BASE is 0.",
        "source": ["percent_change"], "standard": "ADaM",
    }  # fmt: skip
    assert (variables["ANRIND"]["length"], variables["ANRIND"]["codelist"]) == (6, "ANRIND")
    assert (variables["PARAMCD"]["length"], variables["LBORRES"]["length"]) == (8, 200)
    assert told["codelists"]["ANRIND"] == ["LOW", "NORMAL", "HIGH"]
    assert told["codelists"]["ATOXGR"] == ["0", "-1", "-2", "-3", "-4"]
    assert {one["codelist"] for one in variables.values()} - {None} == set(told["codelists"])


def test_the_columns_are_explained_in_words(wbc):
    lines = wbc("explain", "--columns", "--names", "cdisc").lines
    assert [line.split(" (")[0] for line in lines if not line.startswith(" ")] == NAMES
    assert max(map(len, lines)) <= 88


def test_meta_holds_the_schema_of_these_columns(wbc, labs, tmp_path):
    wbc("export", "a.csv", "--meta", *labs)
    fields = json.loads((tmp_path / "a.csv.meta.json").read_text())["schema"]["fields"]
    assert [field["name"] for field in fields] == NAMES
    told = {field["name"]: field for field in fields}
    assert told["ADTM"] == {
        "name": "ADTM", "title": "Analysis Datetime", "type": "datetime", "unit": "ISO 8601 date and time",
        "description": "Analysis Datetime. Date and time of the draw where a time was printed; no time is imputed.",
    }  # fmt: skip
    assert told["ABLFL"]["constraints"] == {"enum": ["Y"]}
