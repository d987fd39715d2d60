"""`report --format json`: the keys of design section 4, in their order, with their kinds; absent is null."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import get_args

import pytest
from scipy.stats import theilslopes
from tables.runs import CLINIC, ON_THE_DAY, ONE, keys_and_kinds, run_alone

from wbc_tracker.catalog import Severity, load_catalog
from wbc_tracker.patient.pattern.contrast import PatternCode
from wbc_tracker.trends.verdicts import TREND_VERDICTS

WHOLE = {"as_of", "catalogue_version", "grading", "settings", "rules", "disclaimer", "clinic", "patients"}
#: Key -> the kinds its value may have.
PATIENT = {
    "patient_id": "text",
    "pattern": "object",
    "infusions": "list",
    "next_infusion": "object null",
    "events": "list",
    "draws": "list",
    "trends": "list",
    "flags": "list",
    "questions": "list",
}
QUESTION = {"text": "text", "code": "text null"}
PATTERN = {"code": "text", "sentence": "text", "collected_at": "text null"}
INFUSION = {"infused_on": "text", "drug": "text", "dose_mg": "number null", "course": "whole null"}
NEXT_INFUSION = {"on": "text", "kind": "text", "days": "whole"}
DRAW = {
    "collected_at": "text",
    "course": "whole",
    "days_since_infusion": "whole null",
    "phase": "text null",
    "results": "list",
    "flags": "list",
}
RESULT = {
    "analyte": "text",
    "value": "number",
    "comparator": "text null",
    "unit": "text",
    "ref_low": "number null",
    "ref_high": "number null",
    "ref_source": "text null",
    "ref_flag": "text null",
    "derivation": "text null",
    "baseline_note": "text null",
    "depletion": "text null",
    "percent_change": "number null",
    "beyond_rcv": "text null",
    "ctcae_v5_grade": "whole null",
}
TREND = {
    "analyte": "text",
    "n": "whole",
    "first_at": "text",
    "latest_at": "text",
    "baseline": "number null",
    "baseline_kind": "text null",
    "latest": "number",
    # Not in the design, which forgets that the latest result can be a limit: `<1` must not read as 1.
    "latest_comparator": "text null",
    "percent_change": "number null",
    "beyond_rcv": "text null",
    "beyond_rcv_previous": "text null",
    "verdict": "text",
    "slope_per_year": "number null",
    "slope_low": "number null",
    "slope_high": "number null",
    "p_value": "number null",
    # what slope and verdict rest on
    "n_used": "whole",
    "span_days": "whole",
    "fitted_change_percent": "number null",
    "courses": "list",
}
COURSE = {
    "course": "whole",
    "pre_dose": "number null",
    "pre_dose_comparator": "text null",
    "nadir": "number",
    "nadir_comparator": "text null",
    "nadir_day": "whole",
    "last": "number",
    "last_comparator": "text null",
}
FLAG = {
    "code": "text",
    "severity": "text",
    "current": "truth",
    "title": "text",
    "message": "text",
    "analyte": "text null",
    "collected_at": "text null",
    "statements": "list",
    "sources": "list",
}


def fits(entries, shape) -> bool:
    """Tell whether every entry has exactly these keys in this order, each of an allowed kind."""
    for entry in entries:
        kinds = keys_and_kinds(entry)
        assert list(kinds) == list(shape)
        assert {key: kind for key, kind in kinds.items() if kind not in shape[key].split()} == {}
    return bool(entries)


#: Percentages only, monthly drug, B cells never gone, interrupted, urgent, nothing from before treatment, untreated,
#: booked, two values for one draw: between them every key is once filled and once null.
TEN = ("03", "08", "11", "17", "21", "30", "33", "35", "36", "39")


@pytest.fixture(scope="module")
def clinic(tmp_path_factory):
    folder, paths = tmp_path_factory.mktemp("clinic"), []
    for path in (CLINIC[1], CLINIC[3]):
        header, *lines = Path(path).read_text(encoding="utf-8").splitlines()
        paths.append(folder / Path(path).name)
        paths[-1].write_text("\n".join([header, *(line for line in lines if line[7:9] in TEN)]) + "\n")
    sources = ("--labs", str(paths[0]), "--infusions", str(paths[1]))
    return run_alone("report", *sources, *ON_THE_DAY, "--format", "json").json


@pytest.fixture
def example(wbc):
    return wbc("report", *ONE, *ON_THE_DAY, "--format", "json").json["patients"][0]


def test_keys_and_kinds_of_every_object(clinic):
    assert set(clinic) == WHOLE
    people = clinic["patients"]
    assert len(people) == len(TEN)
    assert fits(people, PATIENT)
    assert fits([person["pattern"] for person in people], PATTERN)
    assert fits([person["next_infusion"] for person in people if person["next_infusion"]], NEXT_INFUSION)
    for key, shape in (("infusions", INFUSION), ("draws", DRAW), ("trends", TREND), ("flags", FLAG),
                       ("questions", QUESTION)):  # fmt: skip
        assert fits([entry for person in people for entry in person[key]], shape)
    assert fits([result for person in people for draw in person["draws"] for result in draw["results"]], RESULT)
    assert fits([course for person in people for trend in person["trends"] for course in trend["courses"]], COURSE)


def test_the_head(clinic):
    assert (clinic["as_of"], clinic["grading"]) == ("2026-11-23", "CTCAE v5.0")
    assert clinic["catalogue_version"] == load_catalog().version
    assert clinic["disclaimer"] == "Educational information, not medical advice."
    assert clinic["settings"]["same_day"] == "before"


def test_values_are_of_the_words_the_design_allows(clinic):
    catalog = load_catalog()
    people = clinic["patients"]
    results = [result for person in people for draw in person["draws"] for result in draw["results"]]
    flags = [flag for person in people for flag in person["flags"]]
    assert {p["pattern"]["code"] for p in people} <= set(get_args(PatternCode))
    assert {r["analyte"] for r in results} <= set(catalog.analytes)
    assert {r["comparator"] for r in results} <= {None, "<", "<=", ">", ">="}
    assert {r["ref_flag"] for r in results} <= {None, "low", "normal", "high"}
    assert {r["beyond_rcv"] for r in results} <= {None, "fall", "rise", "no"}
    trends = [trend for person in people for trend in person["trends"]]
    assert {t["beyond_rcv_previous"] for t in trends} <= {None, "fall", "rise", "no"}
    b_cells = [t for t in trends if t["analyte"] in ("cd19", "cd19_pct", "cd20", "cd20_pct")]
    assert {t["verdict"] for t in b_cells} == {"depleted", "present", "not assessable"}
    assert {t["verdict"] for t in trends if t not in b_cells} <= set(TREND_VERDICTS)
    assert {t["slope_per_year"] for t in b_cells} == {None}
    assert {f["severity"] for f in flags} <= {severity.word for severity in Severity}
    assert {f["code"] for f in flags} <= set(catalog.flags)
    assert {s for f in flags for s in f["statements"]} <= set(catalog.statements)


def test_flags_come_most_severe_first_then_latest(clinic):
    for person in clinic["patients"]:
        order = [(-Severity.of(f["severity"]), f["collected_at"] or "") for f in person["flags"]]
        severities = [rank for rank, _ in order]
        assert severities == sorted(severities)
        for rank in set(severities):
            days = [day for found, day in order if found == rank]
            assert days == sorted(days, reverse=True)


def test_the_example_by_hand(example):
    assert example["patient_id"] == "example"
    assert example["pattern"]["code"] == "as_described"
    assert example["pattern"]["collected_at"] == "2026-11-04"
    assert example["infusions"][0] == {"infused_on": "2022-10-17", "drug": "ocrelizumab", "dose_mg": 300.0, "course": 1}
    assert [infusion["course"] for infusion in example["infusions"]] == [1, 1, 2, 3, 4, 5, 6, 7, 8, 9]
    assert example["next_infusion"] == {"on": "2027-02-17", "kind": "planned", "days": 86}
    low = next(draw for draw in example["draws"] if draw["collected_at"] == "2024-06-14")
    assert (low["course"], low["days_since_infusion"], low["phase"]) == (4, 100, "on_schedule")
    assert low["results"][0] == {
        "analyte": "wbc",
        "value": 3.6,
        "comparator": None,
        "unit": "10*9/L",
        "ref_low": 4.0,
        "ref_high": 11.0,
        "ref_source": "reported",
        "ref_flag": "low",
        "derivation": None,
        "baseline_note": None,
        "depletion": None,
        "percent_change": pytest.approx(100 * (3.6 - 6.5) / 6.5, abs=1e-9),
        "beyond_rcv": "fall",
        "ctcae_v5_grade": 1,
    }
    cd19 = next(trend for trend in example["trends"] if trend["analyte"] == "cd19")
    assert (cd19["n"], cd19["baseline"], cd19["latest"], cd19["latest_comparator"]) == (21, 211.0, 1.0, "<")
    assert (cd19["percent_change"], cd19["beyond_rcv"]) == (None, None)
    assert (cd19["verdict"], cd19["slope_per_year"], cd19["p_value"]) == ("depleted", None, None)


def test_slope_and_courses_of_the_example_by_hand(example):
    """Slope, interval and fitted change of these 20 days come from scipy.stats.theilslopes."""
    wbc = next(trend for trend in example["trends"] if trend["analyte"] == "wbc")
    assert (wbc["verdict"], wbc["n"], wbc["n_used"]) == ("falling slightly", 22, 20)
    days = [(draw["collected_at"][:10], draw["days_since_infusion"]) for draw in example["draws"] if draw["course"]]
    assert wbc["span_days"] == (date.fromisoformat(days[-1][0]) - date.fromisoformat(days[0][0])).days == 1468
    values = [r["value"] for d in example["draws"] if d["course"] for r in d["results"] if r["analyte"] == "wbc"]
    told = theilslopes(values, [date.fromisoformat(day).toordinal() for day, _ in days])
    assert wbc["slope_per_year"] == pytest.approx(365.25 * told.slope, abs=1e-9)
    assert wbc["slope_low"] == pytest.approx(365.25 * told.low_slope, abs=1e-9)
    assert wbc["slope_high"] == pytest.approx(365.25 * told.high_slope, abs=1e-9)
    cd19 = next(trend for trend in example["trends"] if trend["analyte"] == "cd19")
    # course 3: <1 on day 81, 1 on day 153; course 5: <1, 14, 28; the present one: <1 on day 63, no next dose yet
    names = ("course", "pre_dose", "nadir_comparator", "nadir", "nadir_day", "last_comparator", "last")
    told = [tuple(course[name] for name in names) for course in cd19["courses"] if course["course"] in (3, 5, 9)]
    assert told == [
        (3, 1.0, "<", 1.0, 81, None, 1.0),
        (5, 28.0, "<", 1.0, 88, None, 28.0),
        (9, None, "<", 1.0, 63, "<", 1.0),
    ]


def test_a_flag_tells_code_severity_statements_and_sources(example):
    late = next(flag for flag in example["flags"] if flag["code"] == "late_onset_neutropenia")
    assert (late["severity"], late["current"], late["analyte"]) == ("discuss", False, "neutrophils")
    assert (late["collected_at"], late["statements"]) == ("2024-06-14", ["D3", "D7"])
    assert "1.20 x10⁹/L on 2024-06-14, day 100" in late["message"]
    assert all(len(source) > 10 for source in late["sources"])


def test_no_name_is_printed_as_a_control_character(wbc, file):
    """C0 controls are escaped by JSON itself; C1 controls and direction marks are as dangerous on a terminal."""
    hostile = file(
        "a.csv", "\u202eabc\u009b31m,2024-01-02,WBC,6.5,K/uL", header="patient_id,collected_at,analyte,value,unit"
    )
    done = wbc("report", "--labs", hostile, "--format", "json", "--as-of", "2024-02-01")
    assert done.json["patients"][0]["patient_id"] == "\u202eabc\u009b31m"
    assert not {"\u202e", "\u009b"} & set(done.out)


def test_an_empty_store_is_a_report_without_patients(wbc):
    done = wbc("report", "--format", "json", *ON_THE_DAY)
    assert (done.code, done.json["patients"]) == (0, [])


def test_a_patient_with_results_alone(wbc, file):
    path = file("a.csv", "2024-01-02 WBC 6.5")
    person = wbc("report", "--labs", path, "--as-of", "2024-02-01", "--format", "json").json["patients"][0]
    assert (person["infusions"], person["next_infusion"]) == ([], None)
    assert person["pattern"]["code"] == "not_assessable"
    assert [(d["course"], d["days_since_infusion"], d["phase"]) for d in person["draws"]] == [(0, None, None)]


def test_the_written_file_holds_the_same_json(wbc, tmp_path):
    printed = wbc("report", *ONE, *ON_THE_DAY, "--format", "json")
    done = wbc("report", *ONE, *ON_THE_DAY, "--format", "json", "--output", "r.json")
    assert (done.code, done.out) == (0, "")
    assert (tmp_path / "r.json").read_bytes() == printed.out_bytes
