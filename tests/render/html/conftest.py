"""The page of the example, made in this process."""

from __future__ import annotations

from pathlib import Path

import pytest

from wbc_tracker.analysis import Analysis
from wbc_tracker.catalog import load_catalog
from wbc_tracker.dataset import from_readings
from wbc_tracker.intake import ReadingOptions, read_infusions, read_labs
from wbc_tracker.patient.build import build_report
from wbc_tracker.patient.provenance import sources_of

pytest.importorskip("vl_convert")
pytest.importorskip("jinja2")
EXAMPLES = Path(__file__).parents[3] / "examples"
AS_OF = "2026-11-23"


@pytest.fixture(scope="session")
def catalog():
    return load_catalog()


@pytest.fixture(scope="session")
def built(catalog):
    options = ReadingOptions(as_of=AS_OF)
    labs, infusions = read_labs(EXAMPLES / "labs.csv", options), read_infusions(EXAMPLES / "infusions.csv", options)
    dataset = from_readings([labs], [infusions], AS_OF)
    report = build_report(Analysis(dataset, "before", catalog), {"same_day": "before"})
    return report, sources_of(dataset.results)


@pytest.fixture(scope="session")
def page(built, catalog):
    from wbc_tracker.render.html import render_patient_page

    report, sources = built
    return render_patient_page(report, report.patients[0], sources, ["Something was left out."])
