"""A file that is read in blocks says what it says when it is read whole: results, rejects, words."""

from dataclasses import fields, replace

import numpy as np
import pandas as pd
import pytest

from wbc_tracker.catalog import load_catalog
from wbc_tracker.intake import LabReading, ReadingOptions, read_lab_bytes
from wbc_tracker.intake.blocks.plan import NotForBlocks, plan_file
from wbc_tracker.intake.blocks.reader import BlockReader
from wbc_tracker.intake.blocks.settling import settle_blocks

CATALOG = load_catalog()
CENTRE = "patient_id,date,WBC,IgG,centre\nA,2024-01-02,6.1,9,Graz\nA,2024-02-02,6.2,9,Graz\nB,2024-01-02,6.3,9,Wien\n"
OPTIONS = ReadingOptions(as_of="2026-11-23", reject_future=False)

LONG = """patient_id,collected_at,analyte,value,unit,ref_range,status,comment,order
A,{d1},WBC,6.1,10*9/L,4.0-11.0,final,,1001
A,{d1},Neutrophils,3.9,10*9/L,2.0-7.5,final,,1002
A,{d2},WBC,,10*9/L,4.0-11.0,final,haemolysed,1003
A,{d2},CD19,<5,/uL,,final,,1004
A,{d2},WBC,6.4,10*9/L,4 to eleven,final,,1005
B,{d1},Leukocites,5.0,10*9/L,,final,,1006
B,{d1},Ferritin,50,ug/L,,final,,1007
B,{d2},Ferritin,51,ug/L,,final,,1008
B,{d2},Sodium,140,mmol/L,,final,,1009
B,{d2},WBC,4.4,10*9/L,,cancelled,,1010
B,{d3},WBC,soon,10*9/L,,final,,1011
C,{d3},WBC,5.9,10*9/L,,corrected,CSF sample taken too,1012
C,{d3},Lymphocytes,1.2,grains,,final,,1013
C,{d3},Hemoglobin,13,g/dL,120-160,amended,,1014
C,31/02/2024,WBC,5.9,10*9/L,,final,,1015
C,{d3},CD19,12,,,final,,1016
D,{d3},CD19,15,,,final,,1017
"""
ISO = {"d1": "2024-01-02", "d2": "2024-07-01", "d3": "2025-01-14"}
SLASHED = {"d1": "02/01/2024", "d2": "01/07/2024", "d3": "14/01/2025"}
#: Only the last lines prove the decimal mark and the order of the dates.
LATE = """patient_id;date;WBC [10^9/L];IgG [g/L]
A;02/01/2024;6,100;9
A;03/01/2024;5,200;8
B;04/01/2024;;7
B;14/01/2025;6,25;8,1
"""
UNITLESS = """patient_id,date,WBC,Lymphocytes,CD19
A,2024-01-02,6100,1500,212
A,2024-02-02,5.2,1400,3
B,2024-03-02,4400,,
B,2024-04-02,7100,900,0
"""
BIRTHS = """patient_id,date of birth,sex,collected_at,test,result,unit
A,1980-01-01,f,2024-01-02,WBC,6.1,10*9/L
A,1980-01-01,f,2024-01-03,WBC,6.2,10*9/L
B,1975-05-05,m,2024-01-02,WBC,6.1,10*9/L
B,1976-05-05,m,2024-01-03,WBC,6.2,10*9/L
"""
QUOTED = "\r\n".join(
    [
        '"patient_id","collected_at","analyte","value","unit"',
        '"A, B","2024-01-02","WBC","6.1","10*9/L"',
        '"C","2024-01-02","WBC","x","10*9/L"',
    ]
)
FILES = {
    "long": LONG.format(**ISO),
    "slashed": LONG.format(**SLASHED),
    "late proofs": LATE,
    "no units": UNITLESS,
    "births": BIRTHS,
    "quoted, CRLF, cut off": QUOTED,
    "first lines empty": "patient_id,date,WBC\nA,2024-01-02,\nA,2024-01-03,\nB,2024-01-03,6.1\nB,2024-01-04,6.2\n",
}


def in_blocks(
    raw: bytes, size: int, first_lines: int, options: ReadingOptions = OPTIONS
) -> tuple[LabReading, pd.DataFrame, int]:
    """Read blocks of so many lines, planned by the first ones; return how often that was planned."""
    plan = plan_file(b"".join(raw.splitlines(keepends=True)[:first_lines]), "labs.csv", options, CATALOG)
    for turn in range(1, 4):
        records = raw[plan.start :].rstrip(b"\r\n").split(b"\n")
        reader = BlockReader(plan, CATALOG)
        lines = np.arange(len(records)) + plan.first_line
        tables = [
            reader.cut(b"\n".join(records[at : at + size]) + b"\n", lines[at : at + size])
            for at in range(0, len(records), size)
        ]
        columns, readings = [reader.look(table) for table in tables], [reader.read(table) for table in tables]
        settled = settle_blocks(columns, readings, plan, CATALOG, is_complete=raw.endswith(b"\n"))
        if isinstance(settled, LabReading):
            return settled, pd.concat([plain(r.results) for r in readings], ignore_index=True), turn
        plan = settled
    raise AssertionError("a settled plan does not hold")


def plain(results: pd.DataFrame) -> pd.DataFrame:
    texts = [name for name in results if results[name].dtype == "category"]
    return results.astype(dict.fromkeys(texts, "str"))


def assert_same(whole: LabReading, told: LabReading) -> None:
    for each in fields(whole):
        one, other = getattr(whole, each.name), getattr(told, each.name)
        if each.name == "rejects":
            pd.testing.assert_frame_equal(one, other)
        elif each.name != "results":
            assert one == other, each.name


@pytest.mark.parametrize("name", FILES)
@pytest.mark.parametrize("size", [1, 2, 5, 100])
def test_a_file_in_blocks_says_what_it_says_whole(name, size):
    raw = FILES[name].encode()
    whole = read_lab_bytes(raw, "labs.csv", OPTIONS)
    size = max(size, 2) if name == "births" else size  # a patient is in one block
    told, results, _ = in_blocks(raw, size, first_lines=3 if name == "late proofs" else 100)
    assert_same(whole, told)
    pd.testing.assert_frame_equal(plain(whole.results), results)


def test_the_long_file_is_as_messy_as_it_looks():
    """Or the test above would prove little."""
    told = read_lab_bytes(FILES["long"].encode(), "labs.csv", OPTIONS)
    assert (len(told.results), told.no_result, len(told.rejects)) == (7, 1, 5)  # 6 results, and one taken back
    assert told.ignored == {"Ferritin": 2, "Leukocites": 1, "Sodium": 1, "WBC (withdrawn)": 1}
    assert len(told.warnings) >= 4


@pytest.mark.parametrize("name", ["late proofs", "first lines empty"])
def test_what_the_last_lines_prove_holds_for_the_first(name):
    _, _, turns = in_blocks(FILES[name].encode(), 1, first_lines=3)
    assert turns == 2


@pytest.mark.parametrize(
    "row",
    [
        "patient_id,collected_at,analyte,value,unit,ref_range,status,comment,order",  # the header again
        ",,Urine,,,,,,",  # a title: what stands below it is of another fluid
        'A,2024-01-02,WBC,"6\n1",10*9/L,,,,',  # two lines
        "A,2024-01-02,WBC,6.1",  # not as long as the header
        "A,2024-01-02,WBC,1.8 (29 %),10*9/L,,,,",  # two results in one cell
        "A,2024-01-02,WBC,29 800,,,,,",
    ],
)
def test_what_other_rows_decide_is_left_to_who_reads_the_whole_file(row):
    raw = (FILES["long"] + row + "\n").encode()
    plan = plan_file(FILES["long"].encode(), "labs.csv", OPTIONS, CATALOG)
    records = raw[plan.start :].rstrip(b"\n")
    lines = np.arange(records.count(b"\n") + 1) + plan.first_line
    reader = BlockReader(plan, CATALOG)
    with pytest.raises(NotForBlocks):
        reader.read(reader.cut(records + b"\n", lines))


@pytest.mark.parametrize(
    "text",
    [
        "collected_at,analyte,value,unit\n2024-01-02,WBC,6.1,10*9/L\n",  # nobody
        "patient_id,Test,2024-01-02,2024-02-02\nA,WBC,6.1,6.2\n",  # a column a draw
        "A,2024-01-02,WBC,6.1,10*9/L\nB,2024-01-02,WBC,6.1,10*9/L\n",  # no header
        "patient_id,collected_at,analyte,value\nA,2024-01-02,WBC,6.1\nA,2024-01-02\n",
        "",
        "\x00\x01",
    ],
)
def test_not_every_file_is_planned(text):
    with pytest.raises(NotForBlocks):
        plan_file(text.encode(), "labs.csv", OPTIONS, CATALOG)


def test_what_is_carried_along_is_carried_in_blocks():
    options = replace(OPTIONS, covariates=("centre",))
    whole = read_lab_bytes(CENTRE.encode(), "labs.csv", options)
    told, results, _ = in_blocks(CENTRE.encode(), 2, 100, options)
    assert_same(whole, told)
    assert results["centre"].tolist() == ["Graz", "Graz", "Wien"]  # IgG has no unit
    assert_same(whole, in_blocks(CENTRE.encode(), 1, 100, options)[0])
