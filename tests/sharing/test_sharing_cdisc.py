"""Results in CDISC's names: against admiral's derivations written again, and by hand."""

from __future__ import annotations

import csv
import io
from collections import Counter

import pandas as pd
import pytest
from tables import admiral
from tables.runs import CLINIC, ON_THE_DAY, ONE

from wbc_tracker.annotation import annotate
from wbc_tracker.catalog import load_catalog
from wbc_tracker.catalog.cdisc import load_cdisc
from wbc_tracker.schema import EXPORT_COLUMNS
from wbc_tracker.sharing.cdisc import first_drugs, in_cdisc_names
from wbc_tracker.sharing.cdisc_columns import cdisc_columns

NUMBERS = ("AVAL", "BASE", "CHG", "PCHG", "ANRLO", "ANRHI")
#: Why a value of ours is not admiral's.
LIMIT = "AVAL is only a limit (AVALC has a comparator): nothing is subtracted from it, and only what is certain is told"
BEFORE = "before the baseline record: ours begin there, as ADaM leaves it to the producer"


_READ: dict[tuple[str, ...], list[dict[str, object]]] = {}


@pytest.fixture(params=[ONE, CLINIC], ids=["example", "clinic"])
def records(request, wbc):
    """The records of the examples, as the command writes them."""
    if request.param not in _READ:
        printed = wbc("export", "-", "--names", "cdisc", *request.param, *ON_THE_DAY).out
        rows = [{name: cell or None for name, cell in row.items()} for row in csv.DictReader(io.StringIO(printed))]
        for row in rows:
            row |= {name: None if row[name] is None else float(row[name]) for name in NUMBERS}
        _READ[request.param] = rows
    return _READ[request.param]


def compare(records, variable, expected):
    """Return the reasons for which values differ, with how often; none is left without."""
    seen_base, reasons = set(), Counter()
    for record, theirs in zip(records, expected, strict=True):
        series = record["USUBJID"], record["PARAMCD"]
        if record["ABLFL"] == "Y":
            seen_base.add(series)
        ours = record[variable]
        if ours == theirs or (isinstance(ours, float) and ours == pytest.approx(theirs, rel=1e-9, abs=1e-9)):
            continue
        if ours is None and series not in seen_base and variable in ("BASE", "CHG", "PCHG"):
            reasons[BEFORE] += 1
        elif record["AVALC"][0] in "<>":
            reasons[LIMIT] += 1
        else:
            raise AssertionError((variable, ours, theirs, record))
    return reasons


def test_change_and_percent_change_are_admirals(records):
    bases = admiral.derive_var_base(records)
    for variable, derive in (("CHG", admiral.derive_var_chg), ("PCHG", admiral.derive_var_pchg)):
        expected = [derive(record["AVAL"], base) for record, base in zip(records, bases, strict=True)]
        compare(records, variable, expected)


def test_the_baseline_is_admirals_from_its_record_on(records):
    bases = admiral.derive_var_base(records)
    assert set(compare(records, "BASE", bases)) <= {BEFORE}
    own = [(record["BASE"], base) for record, base in zip(records, bases, strict=True) if record["BASE"] is not None]
    assert [pair for pair in own if pair[0] != pair[1]] == []


def test_the_study_day_is_admirals(records):
    expected = [admiral.derive_vars_dy(record["ADT"], record["TRTSDT"]) for record in records]
    assert [record["ADY"] for record in records] == [None if day is None else str(day) for day in expected]
    assert "0" not in {record["ADY"] for record in records}


def test_the_reference_indicator_is_admirals(records):
    expected = [admiral.derive_var_anrind(one["AVAL"], one["ANRLO"], one["ANRHI"]) for one in records]
    assert set(compare(records, "ANRIND", expected)) <= {LIMIT}


def test_the_grade_is_admirals(records):
    expected = [
        admiral.derive_var_atoxgr_dir(one["ATOXDSCL"], one["AVAL"], one["AVALU"], one["ANRLO"]) for one in records
    ]
    assert set(compare(records, "ATOXGRL", expected)) <= {LIMIT}
    assert set(compare(records, "ATOXGR", [admiral.derive_var_atoxgr(grade) for grade in expected])) <= {LIMIT}


def test_one_record_of_a_series_is_the_baseline(records):
    flagged = Counter((one["USUBJID"], one["PARAMCD"]) for one in records if one["ABLFL"])
    based = {(one["USUBJID"], one["PARAMCD"]) for one in records if one["BASE"] is not None}
    assert set(flagged) == based
    assert set(flagged.values()) == {1}
    assert all(one["AVAL"] == one["BASE"] and one["CHG"] == 0 for one in records if one["ABLFL"])


def test_a_code_is_one_parameter_and_the_first_treatment_that_of_the_patient(records):
    for one, other in (("PARAMCD", "PARAM"), ("PARAM", "PARAMCD"), ("USUBJID", "TRT01A"), ("USUBJID", "TRTSDT")):
        pairs = {(record[one], record[other]) for record in records}
        assert len(pairs) == len({pair[0] for pair in pairs}), (one, other)


#: Patient a: two drugs, a baseline that is printed twice at its moment, a limit; b: no infusion; c: zero at first.
LABS = """
a 2024-01-01       wbc   6.0
a 2024-01-09       wbc   5.0
a 2024-01-20T08:30 wbc   4.5
a 2024-01-09       cd19  200
a 2024-08-01       cd19  <5
b 2024-01-09       wbc   7.0
b 2024-02-09       wbc   7.7
c 2024-01-09       eosinophils 0
c 2024-02-09       eosinophils 0.1
"""
DOSES = "a 2024-01-10 ocrelizumab | a 2024-07-10 rituximab | a 2025-01-10 ofatumumab | c 2024-01-10 ocrelizumab"


@pytest.fixture(scope="module")
def by_hand():
    cells = [line.split() for line in LABS.strip().splitlines()]
    labs = pd.DataFrame(cells, columns=["patient_id", "collected_at", "analyte", "value"])
    labs["comparator"] = labs["value"].map(lambda text: text[0] if text[0] == "<" else None)
    labs["value"] = labs["value"].str.lstrip("<").astype(float)
    doses = pd.DataFrame([one.split() for one in DOSES.split(" | ")], columns=["patient_id", "infused_on", "drug"])
    doses["dose_mg"] = 600.0
    catalog = load_catalog()
    annotated = annotate(labs, doses, as_of="2024-12-01")
    named = in_cdisc_names(annotated, EXPORT_COLUMNS, first_drugs(doses, "2024-12-01"), load_cdisc(), catalog)
    assert list(named) == [column.name for column in cdisc_columns(EXPORT_COLUMNS, load_cdisc(), catalog)]
    assert (named["ABLFL"] == "Y").tolist() == annotated["_baseline_row"].tolist()
    return [{name: None if pd.isna(cell) else cell for name, cell in row.items()} for row in named.to_dict("records")]


@pytest.mark.parametrize(
    ("row", "expected"),
    [
        (0, "ADT=2024-01-01 ADTM=None ADY=-9 ABLFL=None BASE=None CHG=None TRT01A=ocrelizumab TRTA=None "
            "TRTSDT=2024-01-10 APHASE=PRE-TREATMENT"),
        (1, "ADY=-1 ABLFL=Y BASE=5.0 CHG=0.0 PCHG=0.0 BASETYPE=PRE-TREATMENT BASEDT=2024-01-09 AVALC=5 PARAMCD=WBC"),
        (2, "ADT=2024-01-20 ADTM=2024-01-20T08:30 ADY=11 ABLFL=None CHG=-0.5 PCHG=-10.0 APHASE=INITIATION "
            "TRTA=ocrelizumab"),
        (4, "AVAL=5.0 AVALC=<5 CHG=None PCHG=None BCSTATE=DEPLETED TRT01A=ocrelizumab TRTA=rituximab ANRIND=LOW "
            "ATOXDSCL=None ATOXGRL=None PARAMCD=CD19"),
        (5, "TRT01A=None TRTSDT=None ADY=None APHASE=None ABLFL=Y BASETYPE=FIRST_ON_RECORD"),
        (6, "ABLFL=None BASE=7.0 CHG=0.7 PCHG=10.0 ATOXDSCL=White_blood_cell_decreased ATOXGRL=0 ATOXGR=0"),
        (8, "BASE=0.0 CHG=0.1 PCHG=None ABLFL=None PARAMCD=EOS"),
    ],
)  # fmt: skip
def test_records_by_hand(by_hand, row, expected):
    told = {part.split("=")[0]: part.split("=")[1].replace("_", " ") for part in expected.split()}
    assert {name: str(by_hand[row][name]) for name in told} == told


def test_a_booked_infusion_is_no_treatment():
    doses = pd.DataFrame(
        [["a", "2025-01-10", "ocrelizumab", 600.0]], columns=["patient_id", "infused_on", "drug", "dose_mg"]
    )
    assert first_drugs(doses, "2024-12-01") == {}
    assert first_drugs(doses, "2025-01-10") == {"a": "ocrelizumab"}


def test_blocks_of_patients_are_what_all_are():
    """What is written block by block is what is written at once."""
    cells = [line.split() for line in LABS.strip().splitlines() if "<" not in line]
    labs = pd.DataFrame(cells, columns=["patient_id", "collected_at", "analyte", "value"]).astype({"value": float})
    none = pd.DataFrame(columns=["patient_id", "infused_on", "drug", "dose_mg"])
    annotated = annotate(labs, none, as_of="2024-12-01")

    def named(rows):
        return (
            in_cdisc_names(rows, EXPORT_COLUMNS, {}, load_cdisc(), load_catalog()).astype("object").to_numpy().tolist()
        )

    parts = [rows for _, rows in annotated.groupby("patient_id", sort=False)]
    assert str([row for part in parts for row in named(part)]) == str(named(annotated))
