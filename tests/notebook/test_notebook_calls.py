"""The public names, as a notebook uses them: the same bytes and words as the commands."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pandas as pd
import pytest
from tables.runs import EXAMPLES, ON_THE_DAY, ONE

import wbc_tracker as api
from wbc_tracker.errors import UsageError

LABS = Path(__file__).parents[1] / "fixtures" / "labs"
CENTRES = "patient_id,date,test,value,unit,centre\na,2026-01-05,WBC,6.1,10^9/L,north\nb,2026-01-05,WBC,5.2,10^9/L,=1\n"
DOSES = "patient_id,infused_on\na,2026-01-07\nb,2026-01-09\n"
#: Several layouts, languages and units; percentages alone; results that a laboratory has replaced.
FIXTURES = (
    "german_per_nanolitre", "wide_with_unit_row", "percent_only_lab", "status_of_each_result",
    "comparators_in_every_spelling", "repeated_and_conflicting_results", "times_and_zones_as_printed",
    "several_patients_wide",
)  # fmt: skip


@pytest.fixture(scope="module")
def dataset() -> api.Dataset:
    labs = api.read_labs(EXAMPLES / "labs.csv")
    given = api.read_infusions(EXAMPLES / "infusions.csv")
    return api.from_readings([labs], [given], "2026-11-23")


@pytest.fixture(scope="module")
def annotated(dataset: api.Dataset) -> pd.DataFrame:
    return api.annotate(dataset)


@pytest.mark.parametrize("form", ["csv", "jsonl", "ndjson"])
@pytest.mark.parametrize("names", [None, "cdisc"])
def test_an_export_is_the_file_of_the_command(dataset, annotated, wbc, tmp_path, form, names):
    api.write_export(annotated, tmp_path / f"own.{form}", dataset=dataset, names=names)
    wbc("export", tmp_path / f"command.{form}", *ONE, *ON_THE_DAY, *([] if names is None else ["--names", names]))
    assert (tmp_path / f"own.{form}").read_bytes() == (tmp_path / f"command.{form}").read_bytes()


@pytest.mark.parametrize("name", FIXTURES)
def test_so_is_that_of_any_file(wbc, tmp_path, name):
    file = LABS / f"{name}.csv"
    assert file.exists()
    day = "2024-03-01"  # in the middle of some of them
    dataset = api.from_readings([api.read_labs(file)], [], day)
    api.write_export(api.annotate(dataset), tmp_path / "own.csv")
    wbc("export", tmp_path / "command.csv", "--labs", file, "--as-of", day)
    assert (tmp_path / "own.csv").read_bytes() == (tmp_path / "command.csv").read_bytes()


def test_values_dates_and_versions_of_a_parquet_file_are_those_of_the_command(dataset, annotated, wbc, tmp_path):
    api.write_export(annotated, tmp_path / "own.parquet", dataset=dataset)
    wbc("export", tmp_path / "command.parquet", *ONE, *ON_THE_DAY)
    own, command = (pd.read_parquet(tmp_path / f"{name}.parquet") for name in ("own", "command"))
    pd.testing.assert_frame_equal(own, command)
    told = [_made_with(tmp_path / f"{name}.parquet") for name in ("own", "command")]
    assert all(told[0][key] == told[1][key] for key in ("as_of", "settings", "rules", "catalogue_version", "version"))
    assert told[0]["inputs"] == [{"role": "labs", "file": "labs.csv", "sha256": None}]


def _made_with(file: Path) -> dict:
    import pyarrow.parquet as pq

    metadata = pq.read_schema(file).metadata
    return next(json.loads(told) for key, told in metadata.items() if b"wbc" in key)


def test_a_workbook_has_every_row(annotated, dataset, tmp_path):
    api.write_export(annotated, tmp_path / "out.xlsx", dataset=dataset)
    sheets = pd.read_excel(tmp_path / "out.xlsx", sheet_name=None, engine="calamine")
    first, *_, about = sheets.values()
    assert len(first) == len(annotated)
    assert "As of 2026-11-23" in about.to_string()


def test_some_rows_and_a_column_of_ones_own(annotated, tmp_path):
    some = annotated[annotated["analyte"] == "cd19"].assign(weight=70.5, group="=1+1", n=3)
    api.write_export(some, tmp_path / "some.csv")
    lines = (tmp_path / "some.csv").read_text().splitlines()
    assert len(lines) == 1 + len(some)
    assert lines[0].endswith(",source_row,weight,group,n")
    assert lines[1].endswith(",70.5,'=1+1,3")


@pytest.mark.parametrize("names", [None, "cdisc"])
@pytest.mark.parametrize("dates", ["days", "shifted"])
def test_what_is_shared_is_the_file_of_the_command(annotated, wbc, tmp_path, dates, names):
    key = tmp_path / "my.key"
    told = api.write_pseudonymized(annotated, tmp_path / "own.csv", key, dates=dates, names=names)
    words = ["--pseudonymize", key, "--dates", dates, *([] if names is None else ["--names", names])]
    command = wbc("export", tmp_path / "command.csv", *ONE, *ON_THE_DAY, *words)
    assert (tmp_path / "own.csv").read_bytes() == (tmp_path / "command.csv").read_bytes()
    assert command.err.endswith("\n".join(told) + "\n")
    with pytest.raises(UsageError, match="cannot be one file"):
        api.write_pseudonymized(annotated, tmp_path / "own.csv", tmp_path / "own.csv")


def test_another_ending_is_refused_and_nothing_written(annotated, tmp_path):
    with pytest.raises(UsageError, match=r"should end in \.csv, \.jsonl, \.ndjson, \.parquet, \.xlsx"):
        api.write_export(annotated, tmp_path / "out.doc")
    assert list(tmp_path.iterdir()) == []


def test_names_of_cdisc_need_the_first_drug(annotated, tmp_path):
    with pytest.raises(UsageError, match="need the dataset"):
        api.write_export(annotated, tmp_path / "out.csv", names="cdisc")
    assert list(tmp_path.iterdir()) == []


def test_a_frame_that_is_none_of_ours_is_not_written(annotated, tmp_path):
    with pytest.raises(api.FrameError, match="lack the column course, flags"):
        api.write_export(annotated.drop(columns=["course", "flags"]), tmp_path / "out.csv")


def test_a_report_is_that_of_the_command(dataset, wbc):
    report = api.build_report(dataset, units="reported")
    (patient,) = report.patients
    for full in (False, True):
        shown = wbc("report", *ONE, *ON_THE_DAY, *["--full"] * full).out.split()
        own = " ".join(api.render_text(report, patient, full=full, width=200).split())
        assert own.replace("render_text(report, patient, full=True)", "the same command with --full").split() == shown
    shown = wbc("report", *ONE, *ON_THE_DAY, "--format", "markdown").out
    assert api.render_markdown(report, patient) + "\n" == shown


def test_a_picture_is_that_of_the_command(dataset, wbc, tmp_path):
    report = api.build_report(dataset, units="reported")
    (patient,) = report.patients
    wbc("chart", tmp_path / "chart.svg", *ONE, *ON_THE_DAY, "--analyte", "cd19")
    assert api.render_svg(report, patient, ["CD19"]) == (tmp_path / "chart.svg").read_text(encoding="utf-8")
    with pytest.raises(UsageError, match="No result is left to draw"):
        api.render_svg(report, patient, ["basophils"])


def test_a_page_is_that_of_the_command(dataset, wbc, tmp_path, monkeypatch):
    monkeypatch.setattr("wbc_tracker.render.html.patient.vega_bundle", lambda: "")  # it takes a second to make
    report = api.build_report(dataset, units="reported")
    page = api.render_html(report, report.patients[0], dataset)
    wbc("report", *ONE, *ON_THE_DAY, "--output", tmp_path / "page.html")
    assert page == (tmp_path / "page.html").read_text(encoding="utf-8")


def test_a_report_of_some_as_data(dataset):
    assert json.loads(api.render_json(api.build_report(dataset)))["as_of"] == "2026-11-23"


def test_a_report_of_nobody_on_record_is_refused(dataset):
    with pytest.raises(UsageError, match=r"There is no patient 'exmple' in the dataset\. Did you mean 'example'"):
        api.build_report(dataset, ["exmple"])


def test_flags_are_those_of_the_column(dataset, annotated):
    flags = api.evaluate_flags(dataset)
    joined = flags.groupby("row")["code"].agg(";".join)
    told = annotated["flags"].astype("object")
    assert joined.to_dict() == told[told.notna()].to_dict()
    for name in ("patient_id", "collected_at", "analyte"):
        assert flags[name].tolist() == annotated[name].astype("str").iloc[flags["row"]].tolist()
    of_counts = flags[flags["current"] & flags["analyte"].isin(["wbc", "cd19"])]
    assert sorted(of_counts["code"]) == ["b_cells_depleted", "selective_depletion", "wbc_stable"]


def test_trends_courses_and_flags_of_patients(dataset):
    trends = api.summarize_trends(dataset).set_index("analyte")
    assert trends.loc["wbc", ["n", "latest", "verdict"]].tolist() == [22, 5.2, "falling slightly"]
    courses = api.summarize_courses(dataset)
    assert courses["course"].max() == 9
    due = api.evaluate_patient_flags(dataset).set_index("code")
    assert due.loc["next_infusion", "on"] == "2027-02-17"
    for table in (trends, courses, due, api.evaluate_flags(dataset)):
        assert not [name for name in table if name.startswith("_")]


def test_the_panel_is_the_table_of_the_command(wbc, dataset, tmp_path):
    command = wbc("report", *ONE, *ON_THE_DAY, "--format", "csv", "--output", tmp_path / "panel.csv")
    assert command.code == 0
    expected = pd.read_csv(tmp_path / "panel.csv", dtype="str")
    panel = api.summarize_panel(dataset)
    assert list(panel) == list(expected)
    texts = [name for name in panel if panel[name].dtype == "str"]
    assert panel[texts].fillna("").to_dict("records") == expected[texts].fillna("").to_dict("records")
    assert panel["wbc"].tolist() == [5.2]
    assert list(api.summarize_panel(dataset, ["IgG"]).filter(like="_on"))[-1] != "wbc_on"


@pytest.mark.parametrize("form", ["table", "csv", "json"])
def test_the_research_table_is_that_of_the_command(wbc, dataset, form):
    told = wbc("cohort", *ONE, *ON_THE_DAY, "--format", form, "--by", "drug", "--since", "last").out.rstrip("\n")
    settings = api.CohortSettings.of(as_of=dataset.as_of, by="drug", since=["last"])
    made = api.render_cohort(api.summarize_cohort(dataset, settings), form, width=120)
    assert made.rstrip("\n") == told


def test_time_to_event_data_are_those_of_the_command(wbc, dataset, tmp_path):
    wbc("cohort", *ONE, *ON_THE_DAY, "--times", tmp_path / "times.csv")
    command = pd.read_csv(tmp_path / "times.csv", dtype="str")
    own = api.list_times(dataset).astype("str")
    assert own.fillna("").replace("<NA>", "").to_dict("records") == command.fillna("").to_dict("records")
    with pytest.raises(UsageError, match="cannot be hidden"):
        api.list_times(dataset, api.CohortSettings.of(as_of=dataset.as_of, suppress_below=5))


def test_settings_of_another_day_or_column_are_refused(dataset):
    with pytest.raises(UsageError, match="as of 2025-01-01, the dataset as of 2026-11-23"):
        api.summarize_cohort(dataset, api.CohortSettings.of(as_of="2025-01-01"))
    with pytest.raises(UsageError, match="There is no covariate 'centre'"):
        api.summarize_cohort(dataset, api.CohortSettings.of(as_of=dataset.as_of, by="centre"))
    with pytest.raises(UsageError, match="There is no infusion 'next' to count from"):
        api.CohortSettings.of(as_of=dataset.as_of, since=["next"])


def test_groups_by_a_column_that_is_carried_along(tmp_path):
    (tmp_path / "labs.csv").write_text(CENTRES)
    (tmp_path / "doses.csv").write_text(DOSES)
    options = api.ReadingOptions(as_of="2026-02-01", covariates=("centre",))
    labs = api.read_labs(tmp_path / "labs.csv", options)
    dataset = api.from_readings([labs], [api.read_infusions(tmp_path / "doses.csv")], "2026-02-01")
    cohort = api.summarize_cohort(dataset, api.CohortSettings.of(as_of="2026-02-01", by="centre"))
    assert list(cohort.groups) == ["=1", "north"]
    frame = labs.results.assign(centre=labs.results["centre"].astype("str"))
    own = api.assemble(frame, dataset.infusions, "2026-02-01")
    assert own.groups == dataset.groups
    assert api.annotate(own)["centre"].tolist() == ["north", "=1"]


def test_own_rules_are_those_of_the_command(wbc, dataset, tmp_path):
    rules = tmp_path / "rules.toml"
    rules.write_text('name = "twenty"\n[thresholds]\ndepleted_below_count = 20\n[cohort]\nwindows = [0, 24]\n')
    catalog = api.load_catalog(rules)
    api.write_export(api.annotate(dataset, catalog=catalog), tmp_path / "own.csv", catalog=catalog)
    wbc("export", tmp_path / "command.csv", *ONE, *ON_THE_DAY, "--rules", rules)
    assert (tmp_path / "own.csv").read_bytes() == (tmp_path / "command.csv").read_bytes()
    own = api.render_cohort(api.summarize_cohort(dataset, catalog=catalog), "json")
    assert own.rstrip("\n") == wbc("cohort", *ONE, *ON_THE_DAY, "--rules", rules, "--format", "json").out.rstrip("\n")
    assert api.load_catalog() == api.load_catalog()


def test_what_a_store_holds(wbc, db, dataset):
    assert wbc("import", ONE[1]).code == wbc("infusion", "import", ONE[3]).code == 0
    with api.Store(db) as store:
        kept = api.read_store(store, "2026-11-23")
    assert kept.patients == dataset.patients
    assert api.annotate(kept)["flags"].tolist() == api.annotate(dataset)["flags"].tolist()


def test_a_table_of_results_is_no_dataset(annotated):
    for call in (api.evaluate_flags, api.summarize_trends, api.summarize_cohort, api.build_report):
        with pytest.raises(api.FrameError, match="a DataFrame, not a dataset"):
            call(annotated)


def test_what_to_do_stands_behind_the_message():
    """A notebook shows the text of an error."""
    with pytest.raises(api.FrameError, match=r"^.* needed\. annotate\(results, infusions, as_of="):
        api.annotate(pd.DataFrame())


def test_days_that_are_no_dates_are_refused(dataset):
    for day in ("23.11.2026", "2026-02-30", "", "2026-11-23T08:00"):
        with pytest.raises(UsageError, match="as_of is"):
            api.from_readings([], [], day)
    with pytest.raises(UsageError, match="same_day is 'never'"):
        api.annotate(dataset, same_day="never")


def test_a_file_of_two_people_is_refused(tmp_path):
    for name, who in (("a", "Kling"), ("b", "Hart")):
        (tmp_path / f"{name}.csv").write_text(f"Date,Test,Result,Unit,Surname\n2026-01-05,WBC,6.1,10^9/L,{who}\n")
    readings = [api.read_labs(tmp_path / f"{name}.csv") for name in "ab"]
    with pytest.raises(api.WbcTrackerError, match="may be another person's"):
        api.from_readings(readings, [], "2026-11-23")
    named = [replace(each, results=each.results.assign(patient_id="ann")) for each in readings]
    assert api.from_readings(named, [], "2026-11-23").patients == ["ann"]


def test_whoever_names_the_patient_settles_whose_a_file_is(tmp_path):
    (tmp_path / "a.csv").write_text("Name: Anna Kling\nDate,Test,Result,Unit\n2026-01-05,WBC,6.1,10^9/L\n")
    with pytest.raises(api.WbcTrackerError, match="may name the patient"):
        api.read_labs(tmp_path / "a.csv")
    reading = api.read_labs(tmp_path / "a.csv", api.ReadingOptions(as_of="2026-11-23", patient="ann"))
    assert reading.results["patient_id"].tolist() == ["ann"]
