"""`cohort`: text, CSV and JSON of the research table, its options, and the cohorts that are none."""

from __future__ import annotations

import csv
import io
from datetime import date

import pyarrow.parquet as pq
import pytest
from tables.runs import CLINIC, ON_THE_DAY, ONE

LABS = "patient_id,collected_at,analyte,value,unit"
DOSES = "patient_id,infused_on,drug,dose_mg"


@pytest.fixture
def small(file):
    """Three patients, one of them untreated."""
    labs = file(
        "labs.csv",
        "a,2024-01-01,WBC,6.0,10^9/L",
        "a,2024-02-20,WBC,5.0,10^9/L",
        "a,2024-02-20,CD19,<1,/uL",
        "b,2024-02-20,WBC,7.0,10^9/L",
        "b,2024-02-20,CD19,40,/uL",
        "c,2024-02-20,WBC,9.0,10^9/L",
        header=LABS,
    )
    doses = file("doses.csv", "a,2024-01-02,ocrelizumab,600", "b,2024-01-02,ocrelizumab,600", header=DOSES)
    return ("--labs", labs, "--infusions", doses, "--as-of", "2024-12-31")


def figures(out: str, group: str = "") -> dict[tuple[str, str, str], tuple[str, str, str, str]]:
    rows = list(csv.DictReader(io.StringIO(out)))
    assert list(rows[0]) == ["section", "row", "column", "value", "n", "denominator", "missing", "group"]
    rows = [row for row in rows if row["group"] == group]
    found = {(r["section"], r["row"], r["column"]): (r["value"], r["n"], r["denominator"], r["missing"]) for r in rows}
    assert len(found) == len(rows)  # every figure has a name of its own
    return found


def test_the_table_in_words(wbc, small):
    done = wbc("cohort", *small, "--windows", "0,4,12")
    assert done.code == 0
    assert done.lines[0] == "wbc-tracker   cohort of 2 treated patients   as of 2024-12-31"
    assert "3 patients on record; 1 without an infusion by then has been left out." in done.out
    (baseline,) = [line for line in done.lines if line.startswith("baseline")]
    assert baseline.split() == ["baseline", "6.0", "[6.0,", "6.0]", "1/2", "0/2"]
    assert "4 to <12  6.0 [5.5, 6.5] 2/2  <20.5 [<10.75, <30.25] 2/2" in done.out
    assert "1 of 2 (50.0 %)" in done.out
    assert "No results of neutr, lymph, CD3, CD4, CD8, IgG, IgA, IgM." in " ".join(done.lines)
    assert "depleted below 10 /µL" in " ".join(done.out.split())
    assert done.lines[-1].startswith("Educational information, not medical advice.   CTCAE v5.0   catalogue ")
    assert done.lines[-1].endswith("wbc-tracker 0.1.0")


def test_the_csv_has_every_figure_with_its_denominator(wbc, small):
    done = wbc("cohort", *small, "--format", "csv", "--since", "first")
    found = figures(done.out)
    assert found["patients", "without an infusion", "patients"][0] == "1"
    assert found["since first: values", "weeks 4 to <12", "wbc median"] == ("6", "2", "2", "0")
    assert found["since first: values", "weeks 4 to <12", "cd19 q3"] == ("<30.25", "2", "2", "0")
    assert found["since first: values", "weeks 0 to <4", "wbc median"] == ("", "0", "2", "2")
    assert found["since first: B cells depleted", "weeks 4 to <12", "percent"] == ("50.0", "1", "2", "0")
    assert found["shift reference", "wbc: no baseline before treatment", "patients"] == ("1", "1", "2", "")
    assert found["settings", "depleted_below_count", ""][0] == "10.0"
    assert not [key for key in found if key[0].startswith("since last")]


def test_the_json_says_the_same(wbc, small):
    done = wbc("cohort", *small, "--format", "json", "--windows", "0,4,12", "--depleted-below", "50")
    found = done.json
    assert found["patients"] == {"on_record": 3, "untreated": 1, "treated": 2, "with_results": 2}
    assert found["settings"]["depleted_below_count"] == 50
    assert [table["since"] for table in found["windows"]] == ["first", "last"]
    baseline, empty, month = found["windows"][0]["rows"]
    assert (baseline["window"], baseline["b_cells"]) == ("baseline", None)
    assert empty["values"][0] == {
        "analyte": "wbc",
        "unit": "10*9/L",
        "n": 0,
        "missing": 2,
        "q1": None,
        "median": None,
        "q3": None,
    }
    assert month["values"][1]["median"] == {"value": 20.5, "comparator": "<"}
    assert month["b_cells"] == {"depleted": 2, "assessable": 2, "drawn": 2, "percent": 100.0}
    assert found["depletion"]["ever"] == {"count": 2, "assessable": 2, "missing": 0, "percent": 100.0}
    assert found["reappearance"]["kaplan_meier_median_days"] is None
    assert found["disclaimer"] == "Educational information, not medical advice."


def test_the_example_is_the_same_in_all_three_forms(wbc):
    words = wbc("cohort", *CLINIC, *ON_THE_DAY).out
    table = figures(wbc("cohort", *CLINIC, *ON_THE_DAY, "--format", "csv").out)
    data = wbc("cohort", *CLINIC, *ON_THE_DAY, "--format", "json").json
    sustained = data["depletion"]["sustained"]
    assert table["depletion", "sustained", "percent"] == tuple(
        str(sustained[name]) for name in ("percent", "count", "assessable", "missing")
    )
    share = f"{sustained['count']} of {sustained['assessable']} ({sustained['percent']} %)"
    assert f"sustained  {share}, {sustained['missing']} not assessable" in words
    (wbc_shift,) = [s for s in data["shifts"] if (s["kind"], s["analyte"]) == ("reference", "wbc")]
    assert table["shift reference", "wbc: baseline normal", "worst low"][0] == str(wbc_shift["counts"][2][3])


def test_the_width_of_a_terminal_and_of_a_pipe(wbc, monkeypatch):
    assert max(map(len, wbc("cohort", *CLINIC, *ON_THE_DAY).lines)) <= 120
    monkeypatch.setattr("wbc_tracker.cli.deliver.terminal_width", lambda: 80)
    assert max(map(len, wbc("cohort", *CLINIC, *ON_THE_DAY).lines)) <= 80


@pytest.mark.parametrize("form", ["table", "csv", "json"])
def test_an_empty_store_is_no_error(wbc, form):
    done = wbc("cohort", "--format", form)
    assert (done.code, done.err) == (0, "")
    assert done.out.startswith({"table": "There are no results yet.", "csv": "section,row", "json": "{"}[form])


def test_nobody_treated(wbc, file):
    labs = file("labs.csv", "a,2024-02-20,WBC,6.0,10^9/L", "b,2024-02-20,WBC,7.0,10^9/L", header=LABS)
    done = wbc("cohort", "--labs", labs, "--as-of", "2024-12-31")
    assert done.code == 0
    assert "None of the 2 patients on record has an infusion by 2024-12-31" in " ".join(done.lines)
    assert "Educational information, not medical advice." in done.lines[-1]
    assert "%" not in done.out.split("Settings")[0]


def test_one_patient(wbc):
    done = wbc("cohort", *ONE, *ON_THE_DAY)
    assert done.code == 0
    assert "One person's figures say nothing about others" in " ".join(done.lines)


def test_from_the_store(wbc, small):
    _, labs, _, doses, *as_of = small
    wbc("import", labs)
    wbc("infusion", "import", doses)
    assert wbc("cohort", *as_of).out == wbc("cohort", *small).out


def test_written_to_a_file_by_its_suffix(wbc, small, tmp_path):
    for name, start in (("a.csv", "section,"), ("a.json", "{"), ("a.txt", "wbc-tracker   cohort")):
        done = wbc("cohort", *small, "--output", tmp_path / name)
        assert (done.code, done.out) == (0, "")
        text = (tmp_path / name).read_text(encoding="utf-8")
        assert text.startswith(start)
        assert text.endswith("\n")
        assert not text.endswith("\n\n")
        assert (tmp_path / name).stat().st_mode & 0o777 == 0o600
    assert wbc("cohort", *small, "--format", "csv").out == (tmp_path / "a.csv").read_text(encoding="utf-8")


def test_no_input_is_overwritten(wbc, small):
    before = small[1].read_bytes()
    done = wbc("cohort", *small, "--output", small[1])
    assert done.code == 2
    assert "is one of the files that are read" in done.err
    assert small[1].read_bytes() == before


def test_rejected_rows_are_told(wbc, file, small):
    labs = file("bad.csv", "a,2024-02-20,WBC,6.0,10^9/L", "a,2024-02-21,WBC,abc,10^9/L", header=LABS)
    assert wbc("cohort", "--labs", labs, "--as-of", "2024-12-31").code == 1


@pytest.mark.parametrize(
    ("words", "told"),
    [
        ("--windows 4", "no rising list of whole weeks"),
        ("--windows 0,4,4", "no rising list of whole weeks"),
        ("--windows 0,x", "no rising list of whole weeks"),
        ("--windows 0,9999", "no rising list of whole weeks"),
        ("--windows -4,0", "no rising list of whole weeks"),
        ("--early-window 112-70", "no span of days"),
        ("--early-window 70", "no span of days"),
        ("--depleted-below 0", "cannot be a cut"),
        ("--depleted-below nan", "cannot be a cut"),
        ("--depleted-below-percent 101", "cannot be a cut"),
        ("--analyte wbx", "there is no 'wbx'"),
        ("--since 2024-01-01", "--since"),
        ("--format pdf", "--format"),
        ("--suppress-below 2", "--suppress-below"),
    ],
)
def test_options_that_mean_nothing_are_refused(wbc, words, told):
    done = wbc("cohort", *words.split())
    assert done.code == 2
    assert told in done.err


def test_no_cell_is_a_formula(wbc, small):
    rows = csv.reader(io.StringIO(wbc("cohort", *small, "--format", "csv").out))
    assert not [cell for row in rows for cell in row if cell[:1] in ("=", "+", "-", "@", "\t", "\r")]


def test_events_from_a_file_count_as_those_of_the_store(wbc, small, file):
    events = file("events.csv", "a,2023-12-28,steroid,", "b,2024-02-19,infection,", header="patient_id,date,kind,note")
    wbc("import", small[1])
    wbc("infusion", "import", small[3])
    wbc("event", "import", events)
    asked = ("cohort", "--format", "csv", "--as-of", "2024-12-31")
    done = wbc(*asked, *small[:4], "--events", events)
    assert (done.code, done.out) == (0, wbc(*asked).out)
    missing = wbc(*asked, "--events", events)
    assert missing.code == 2
    assert "--events needs --labs beside it." in missing.err


@pytest.fixture
def two_centres(file):
    """Three treated patients of two centres and one untreated; one row does not tell the centre."""
    labs = file(
        "labs.csv",
        "a,2023-12-20,CD19,200,/uL,Bern,f",
        "a,2024-03-20,CD19,<1,/uL,Bern,f",
        "a,2024-10-20,CD19,60,/uL,Bern,f",
        "b,2024-03-20,CD19,40,/uL,[red]Rome,m",
        "c,2024-03-20,CD19,2,/uL,Bern,f",
        "d,2024-03-20,CD19,90,/uL,,m",
        header=f"{LABS},centre,sex",
    )
    doses = file(
        "doses.csv",
        "a,2024-01-02,ocrelizumab,600",
        "b,2024-01-02,rituximab,1000",
        "c,2024-01-02,ocrelizumab,600",
        header=DOSES,
    )
    return ("--labs", labs, "--infusions", doses, "--as-of", "2024-12-31")


@pytest.mark.parametrize(
    ("by", "groups"),
    [
        ("drug", {"ocrelizumab": (2, 2), "rituximab": (1, 1), "not told": (1, 0)}),
        ("sex", {"f": (2, 2), "m": (2, 1)}),
        ("centre", {"Bern": (2, 2), "[red]Rome": (1, 1), "not told": (1, 0)}),
    ],
)
def test_by_groups_whose_patients_add_up(wbc, two_centres, by, groups):
    found = wbc("cohort", *two_centres, "--by", by, "--format", "json").json
    told = {one["group"]: (one["patients"]["on_record"], one["patients"]["treated"]) for one in found["groups"]}
    assert (list(told), told) == (list(groups), groups)
    assert found["settings"]["by"] == by
    assert found["patients"]["on_record"] == sum(on_record for on_record, _ in told.values())
    words = wbc("cohort", *two_centres, "--by", by).out
    assert all(f"{by}: {name}   " in words for name in groups)
    table = wbc("cohort", *two_centres, "--by", by, "--format", "csv").out
    assert {name: figures(table, name)["patients", "treated", "patients"][0] for name in groups} == {
        name: str(treated) for name, (_, treated) in groups.items()
    }


def test_a_column_that_no_file_has_is_no_group(wbc, two_centres):
    done = wbc("cohort", *two_centres, "--by", "center")
    assert done.code == 2
    assert "center" in done.err


def test_the_time_to_event_data_beside_the_table(wbc, two_centres, tmp_path):
    """Bounds of the interval, entry and what closed the time: a row a patient or course, and event."""
    path = tmp_path / "times.csv"
    done = wbc("cohort", *two_centres, "--by", "centre", "--origin", "first", "--times", path)
    assert done.code == 0
    assert f"The time-to-event data, 6 rows, were written to {path}." in done.err
    assert path.read_text(encoding="utf-8").splitlines()[:3] == [
        "patient_id,group,onset,origin,course,drug,origin_on,event,status,entry_days,days,after_days,by_days,"
        "closed_days,closed_by",
        "a,Bern,incident,first,,ocrelizumab,2024-01-02,depleted,event,0,78,0,78,364,as of",
        "a,Bern,incident,first,,ocrelizumab,2024-01-02,reappeared,event,78,292,78,292,364,as of",
    ]
    assert path.stat().st_mode & 0o777 == 0o600
    wbc("cohort", *two_centres, "--by", "centre", "--origin", "first", "--times", tmp_path / "times.parquet")
    table = pq.read_table(tmp_path / "times.parquet")
    assert table.column("origin_on")[0].as_py() == date(2024, 1, 2)
    assert (str(table.schema.field("days").type), table.column("course")[0].as_py()) == ("int64", None)
    assert table.schema.field("after_days").metadata[b"description"].startswith(b"the event came after this day")
    assert table.to_pandas().astype("str").replace("<NA>", "nan").shape == (6, 15)


@pytest.mark.parametrize(
    ("name", "told"), [("times.txt", "is written as .csv or .parquet"), ("labs.csv", "is one of the files")]
)
def test_the_time_to_event_data_go_to_a_file_of_their_own(wbc, two_centres, tmp_path, name, told):
    done = wbc("cohort", *two_centres, "--times", two_centres[1].with_name(name))
    assert done.code == 2
    assert told in done.err


def test_small_counts_are_hidden_on_demand(wbc, two_centres, tmp_path):
    done = wbc("cohort", *two_centres, "--by", "centre", "--suppress-below", "5", "--format", "json")
    assert done.code == 0
    assert done.json["settings"]["suppress_below"] == 5
    assert done.json["patients"] == dict.fromkeys(("on_record", "untreated", "treated", "with_results"))
    assert any("Counts below 5 are shown as <5" in note for note in done.json["notes"])
    both = wbc("cohort", *two_centres, "--suppress-below", "5", "--times", tmp_path / "times.csv")
    assert both.code == 2
    assert "which --suppress-below cannot hide" in both.err
    assert not (tmp_path / "times.csv").exists()


def test_a_page_with_pictures_and_tables_by_the_suffix_of_the_file(wbc, two_centres, tmp_path):
    done = wbc("cohort", *two_centres, "--by", "sex", "--output", tmp_path / "a.html", "--theme", "dark")
    assert (done.code, done.out) == (0, "")
    page = (tmp_path / "a.html").read_text(encoding="utf-8")
    assert page.startswith("<!DOCTYPE html>")
    assert page.count('<div class="figures"') == 3 * 9
    assert "<h2>sex: f, 2 treated patients</h2>" in page
    assert '<th scope="row">4 to &lt;12</th><td>2 of 3 (66.7 %)</td>' in page
    assert "Educational information, not medical advice." in page


def test_nobody_to_draw(wbc, small, tmp_path):
    done = wbc("cohort", *small[:2], "--as-of", "2024-12-31", "--output", tmp_path / "a.svg")
    assert done.code == 2
    assert "Nobody has a result after an infusion to draw." in done.err
    assert not (tmp_path / "a.svg").exists()


def test_a_column_in_which_everybody_differs_makes_no_groups(wbc, file):
    labs = file("labs.csv", *(f"p{n},2024-03-20,CD19,2,/uL,{n}" for n in range(51)), header=f"{LABS},code")
    done = wbc("cohort", "--labs", labs, "--by", "code", "--as-of", "2024-12-31")
    assert done.code == 2
    assert "--by: code has 51 different values, and there would be a table of each." in done.err
