"""The JSON Schema of the report: what is printed fits it, its words are the code's, and it would notice a mistake."""

from __future__ import annotations

import copy
import json
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from jsonschema import Draft202012Validator
from tables.labs import CATALOG, SPLIT, at, cohort, infusions, on
from tables.patients import BASELINE, SELECTIVE, happened
from tables.trials import examples

from wbc_tracker.analysis import Analysis
from wbc_tracker.annotation.b_cells import STATES
from wbc_tracker.annotation.baseline import KINDS
from wbc_tracker.annotation.bounds import COMPARATORS
from wbc_tracker.annotation.timeline import PHASES
from wbc_tracker.annotation.variation import VERDICTS
from wbc_tracker.catalog import Severity
from wbc_tracker.dataset import assemble
from wbc_tracker.panel.filter import PanelFilter
from wbc_tracker.patient.build import build_report
from wbc_tracker.render.json.patient import render_json
from wbc_tracker.render.json.schema import report_schema
from wbc_tracker.selection import Selection
from wbc_tracker.trends.verdicts import TREND_VERDICTS

SCHEMA = json.loads(report_schema(CATALOG))
VALIDATOR = Draft202012Validator(SCHEMA)


OPTIONS = {
    "same_day": "before",
    "patient": None,
    **Selection.of(None, None, None, CATALOG).as_settings(),
    **PanelFilter.of([], None, False, False, CATALOG).as_settings(),
    "patients_on_record": 1,
}


def document(
    *lines: str,
    infused: tuple[str, ...] = SPLIT,
    as_of: int = 70,
    same_day: str = "before",
    events: tuple[str, ...] = (),
    **chosen: Any,
) -> Any:
    dataset = assemble(at(*lines), infusions(*infused), on(as_of), happened(*events))
    analysis = Analysis(dataset, same_day, CATALOG)
    selection = Selection.of(chosen.get("analytes"), chosen.get("since"), chosen.get("until"), CATALOG)
    options = {**OPTIONS, "same_day": same_day, **selection.as_settings()}
    report = build_report(analysis, options, selection.places(analysis.unflagged))
    return json.loads(render_json(report))


def problems(told: Any) -> list[str]:
    return [f"{error.json_path}: {error.message[:120]}" for error in VALIDATOR.iter_errors(told)]


def without_words_of_the_catalogue(schema: Any) -> Any:
    """Return a schema without the lists that grow with the catalogue; a test below holds each of them."""
    told = copy.deepcopy(schema)
    for name in ("analyte", "drug", "event_kind", "flag_code", "statement", "unit"):
        assert told["$defs"][name].pop("enum")
    return told


def test_it_is_the_schema_that_was_agreed() -> None:
    """The file was written by hand. Whoever changes the contract changes it too, and so sees what readers will see."""
    agreed = json.loads((Path(__file__).parents[2] / "fixtures" / "report.schema.json").read_text(encoding="utf-8"))
    assert without_words_of_the_catalogue(SCHEMA) == without_words_of_the_catalogue(agreed)


def test_it_is_a_schema() -> None:
    Draft202012Validator.check_schema(SCHEMA)
    assert SCHEMA["$schema"] == "https://json-schema.org/draft/2020-12/schema"


def objects(part: Any) -> list[dict[str, Any]]:
    if isinstance(part, list):
        return [found for entry in part for found in objects(entry)]
    if not isinstance(part, dict):
        return []
    own = [part] if "properties" in part and part.get("type") == "object" else []
    return own + [found for entry in part.values() for found in objects(entry)]


def test_every_object_is_closed_and_has_all_its_keys() -> None:
    assert all(set(found["properties"]) == set(found["required"]) for found in objects(SCHEMA))
    assert all(found["additionalProperties"] is False for found in objects(SCHEMA))
    assert len(objects(SCHEMA)) == 18


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("analyte", list(CATALOG.analytes)),
        ("drug", list(CATALOG.drugs)),
        ("flag_code", list(CATALOG.flags)),
        ("statement", list(CATALOG.statements)),
        ("severity", [severity.word for severity in Severity]),
        ("event_kind", list(CATALOG.events.kinds)),
        ("unit", sorted({CATALOG.canonical_unit(analyte) for analyte in CATALOG.analytes})),
        ("phase", [*PHASES, None]),
        ("verdict", [*TREND_VERDICTS, *STATES]),
    ],
)
def test_the_words_are_those_of_the_catalogue_and_the_code(name: str, words: list[str | None]) -> None:
    assert SCHEMA["$defs"][name]["enum"] == words


def test_the_other_words() -> None:
    definitions = SCHEMA["$defs"]
    assert set(definitions["comparator"]["enum"]) == {None, *COMPARATORS} - {""}
    assert set(definitions["beyond_rcv"]["enum"]) == {None, *VERDICTS}
    assert set(definitions["trend"]["properties"]["baseline_kind"]["enum"]) == {None, *KINDS}
    assert SCHEMA["properties"]["grading"] == {
        "description": "The grading of decreases.",
        "const": CATALOG.grading_name,
    }


#: What printed reports rarely have.
EDGES: dict[str, Callable[[], Any]] = {
    "an infusion alone": document,
    "no infusion": partial(document, BASELINE, infused=()),
    "a booking": partial(document, BASELINE, infused=(f"{on(0)} 300",), as_of=-3),
    "limits": partial(document, "-5 wbc >4.0", "60 wbc >=4.0", "60 cd19 <1", "70 cd19 <=2"),
    "two values for one draw": partial(document, *SELECTIVE, "60 wbc 5.0"),
    "times": partial(document, "-5T08:15 wbc 6.4", "60T07:00 wbc 6.0", "60T07:00 cd19 2"),
    "a draw on the day": partial(document, *SELECTIVE, "14 wbc 6.0", same_day="after"),
    "zero": partial(document, "-5 wbc 0", "60 wbc 0", "60 cd19 0"),
    "a monthly drug": partial(
        document, *SELECTIVE, infused=tuple(f"{on(day)} 20 ofatumumab" for day in (0, 7, 14, 28, 56))
    ),
    "no dose": partial(document, *SELECTIVE, infused=(on(0), on(200)), as_of=210),
    "years": partial(document, *(f"{day} wbc {6 - day / 400:.1f}" for day in range(-20, 1000, 60)), as_of=1000),
    "filters": partial(document, *SELECTIVE, analytes=["cd19"], since=on(50), until=on(65)),
    "events": partial(document, *SELECTIVE, events=("-3 other", "50 infection cold", "69 relapse", "90 vaccination")),
    "nothing chosen": partial(document, *SELECTIVE, since=on(69)),
}


@pytest.mark.parametrize("told", EDGES.values(), ids=EDGES)
def test_edges_fit(told: Callable[[], Any]) -> None:
    assert problems(told()) == []


def test_no_definition_is_left_over() -> None:
    assert [name for name in SCHEMA["$defs"] if f'"#/$defs/{name}"' not in report_schema(CATALOG)] == []


CELLS = {"wbc": ["6.4", "1.8", ">4.0", "0"], "cd19": ["210", "0", "<1", "<20"], "cd19_pct": ["0.4", "<0.1"],
         "neutrophils": ["3.5", "0.4"], "cd20": ["0", "50"], "igg": ["9.0", "4.0"], "hemoglobin": ["60", "134"],
         "cd4_cd8_ratio": ["1.2"], "platelets": ["250"]}  # fmt: skip
one_result = st.sampled_from(list(CELLS)).flatmap(
    lambda analyte: st.tuples(
        st.sampled_from([-20, -5, 0, 1, 14, 60, 150, 200, 300, 500]), st.just(analyte), st.sampled_from(CELLS[analyte])
    )
)
some_lines = st.lists(one_result, min_size=1, max_size=14).map(
    lambda results: [f"{day} {analyte} {value}" for day, analyte, value in results]
)
some_infusions = st.sampled_from([(), SPLIT, (*SPLIT, f"{on(168)} 600"), (f"{on(0)} 20 ofatumumab",)])


@settings(max_examples=examples(25))
@given(some_lines, some_infusions, st.sampled_from([-30, 10, 180, 900]), st.sampled_from(["before", "after"]))
def test_any_report_fits(lines: list[str], infused: tuple[str, ...], as_of: int, same_day: str) -> None:
    assert problems(document(*lines, infused=infused, as_of=as_of, same_day=same_day)) == []


def test_several_patients_fit() -> None:
    people = cohort(ann=at(*SELECTIVE), bob=at("60 wbc 1.8"))
    dataset = assemble(people, infusions(*SPLIT).assign(patient_id="ann"), on(70))
    told = json.loads(render_json(build_report(Analysis(dataset, "before", CATALOG), OPTIONS)))
    assert [patient["patient_id"] for patient in told["patients"]] == ["ann", "bob"]
    assert problems(told) == []


def test_a_kind_of_event_that_nobody_knows_does_not_fit() -> None:
    told = document(*SELECTIVE, events=("50 infection cold",))
    assert problems(told) == []
    told["patients"][0]["events"][0]["kind"] = "holiday"
    assert problems(told) != []


def test_the_filters_of_many_patients_fit() -> None:
    told = document(*SELECTIVE)
    chosen = {"flags": ["leukopenia"], "severity": "discuss", "overdue": False, "labs_due": True}
    told["settings"] |= {**chosen, "patients_on_record": 40}
    assert problems(told) == []
    told["settings"]["severity"] = "grave"
    assert problems(told) != []
