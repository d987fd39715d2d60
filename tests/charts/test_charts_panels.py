"""Which panels there are, and how far their axes reach."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tables.charts import chart_of, layer_named, names, points
from tables.labs import on
from tables.patients import report_of, reported
from tables.trials import examples

from wbc_tracker.charts import patient_chart
from wbc_tracker.charts.facets import panels_of


@pytest.mark.parametrize(
    ("lines", "panels"),
    [
        (["10 cd19 2", "10 cd19_pct 0.1", "10 cd20 1"], ["cd19"]),
        (["10 cd19 2", "40 cd19_pct 0.1"], ["cd19", "cd19_pct"]),
        (["10 cd19_pct 0.1", "10 cd20 1"], ["cd19_pct"]),
        (["10 cd20 1"], ["cd20"]),
        (["10 neutrophils_pct 60"], ["neutrophils_pct"]),
        (["10 igm 0.8", "10 iga 1.2", "10 igg 9", "10 wbc 6"], ["wbc", "igg", "iga", "igm"]),
        (["10 wbc 6", "10 hemoglobin 130", "10 cd4 800"], ["wbc"]),
        (["10 hemoglobin 130", "10 cd4 800"], ["cd4", "hemoglobin"]),
    ],
)
def test_panels_are_those_with_results(lines, panels):
    patient = report_of(*lines)
    assert [panel.analyte for panel in panels_of(reported(patient, on(70)), patient, ())] == panels


def test_an_analyte_that_was_asked_for_gets_a_panel():
    spec = chart_of("10 wbc 6", "10 hemoglobin 130", "10 igg 9", analytes=("hemoglobin", "wbc"))
    assert names(spec)[1:-1] == ["panel wbc", "panel hemoglobin"]


def test_nothing_to_draw_is_none():
    nobody = report_of(as_of=10)
    assert patient_chart(reported(nobody, on(10)), nobody) is None
    before = report_of("-5 wbc 6.4", infused=())
    assert patient_chart(reported(before, on(10)), before, time="course") is None
    assert patient_chart(reported(before, on(10)), before) is not None


def test_two_results_of_one_draw_stand_both():
    spec = chart_of("10 wbc 6.0", "10 wbc 5.1")
    assert {row["value"] for row in points(spec, "wbc")} == {6.0, 5.1}


_VALUES = st.floats(0, 400, allow_nan=False).map(lambda value: round(value, 2))


@settings(max_examples=examples(30))
@given(st.lists(_VALUES, min_size=1, max_size=6), st.sampled_from(["wbc", "cd19", "igg", "hemoglobin", "cd19_pct"]))
def test_every_result_lies_on_its_axis(values, analyte):
    spec = chart_of(*(f"{10 + day} {analyte} {value}" for day, value in enumerate(values)), analytes=(analyte,))
    low, high = layer_named(spec, analyte, f"points {analyte}")["encoding"]["y"]["scale"]["domain"]
    assert all(low <= row["value"] <= high for row in points(spec, analyte))
