"""The pages of a folder: made from the rows of one patient, by one process or several, without words of others."""

from __future__ import annotations

import html
import json
import re
from pathlib import Path

import pytest

from wbc_tracker.analysis import Analysis
from wbc_tracker.catalog import load_catalog
from wbc_tracker.charts import patient_chart
from wbc_tracker.charts.theme import recolouring
from wbc_tracker.dataset import from_readings
from wbc_tracker.intake import ReadingOptions, read_infusions, read_labs
from wbc_tracker.patient.build import build_report
from wbc_tracker.render.html import FolderOptions, patient_pages

EXAMPLES = Path(__file__).parents[3] / "examples"
AS_OF = "2026-11-23"
OPTIONS = FolderOptions({"same_day": "before"}, left_out=("Of no file.",))
#: Where words stand, folder.js changes no colour.
WORDS = {"told", "label", "words", "text", "description"}


@pytest.fixture(scope="module")
def clinic():
    options = ReadingOptions(as_of=AS_OF)
    labs = read_labs(EXAMPLES / "clinic_labs.csv", options)
    infusions = read_infusions(EXAMPLES / "clinic_infusions.csv", options)
    dataset = from_readings([labs], [infusions], AS_OF)
    return Analysis(dataset, "before", load_catalog())


def test_pages_come_in_the_order_asked_for_and_say_what_the_report_says(clinic, catalog):
    wanted = ["clinic-35", "clinic-21", "clinic-01"]
    pages = list(patient_pages(clinic, wanted, OPTIONS))
    assert [name for name, _ in pages] == wanted
    report = build_report(clinic, OPTIONS.settings)
    for name, page in pages:
        patient = next(one for one in report.patients if one.patient_id == name)
        assert f"<bdi>{name}</bdi>" in page
        assert page.count('<tr id="draw-') == len(patient.draws)
        told = re.sub("</?span[^>]*>", "", page)
        assert f'<h2 id="pattern">{patient.pattern.sentences[0]}</h2>' in told
        assert [sentence for sentence in patient.pattern.sentences if sentence not in html.unescape(told)] == []
        assert "<li>Of no file.</li>" in page
        assert re.search(r"clinic-(?!labs)\d\d", page.replace(name, "")) is None, "another patient is named"


def test_several_processes_make_the_same_pages(clinic):
    wanted = clinic.dataset.patients[:12]
    assert list(patient_pages(clinic, wanted, OPTIONS, workers=2)) == list(patient_pages(clinic, wanted, OPTIONS))


def test_what_is_shown_is_a_choice_of_rows(clinic):
    shown = [place for place, name in enumerate(clinic.annotated["analyte"]) if name == "wbc"]
    ((_, page),) = patient_pages(clinic, ["clinic-30"], OPTIONS, shown)
    assert "32.6" in page
    assert re.search(r">\s*30\.20", page) is None, "the sentences above may name it, no table does"


def test_a_page_names_the_shared_script_and_its_pictures_are_small(clinic):
    ((_, page),) = patient_pages(clinic, ["clinic-01"], OPTIONS)
    assert page.count('<script src="vega.js"></script>') == 1
    assert re.findall(r'href="(?!#)([^"]*)"', page) == ["index.html"]
    assert page.count('<svg class="spark"') == 2
    assert len(page) < 400_000
    policy = re.search(r'Content-Security-Policy" content="([^"]*)"', page)[1]
    assert "unsafe-inline" not in policy.split("script-src")[1].split(";")[0]


def recoloured(part, colours):
    """Do what folder.js does."""
    if isinstance(part, dict):
        return {name: inner if name in WORDS else recoloured(inner, colours) for name, inner in part.items()}
    if isinstance(part, list):
        return [recoloured(inner, colours) for inner in part]
    return colours.get(part, part) if isinstance(part, str) else part


@pytest.mark.parametrize("time", ["calendar", "course"])
def test_a_dark_chart_is_a_light_one_in_other_colours(built, catalog, time):
    report, _ = built
    patient = report.patients[0]
    light, dark = (patient_chart(report, patient, time=time, theme=theme) for theme in ("light", "dark"))
    assert light != dark
    assert recoloured(light, recolouring("light", "dark")) == dark
    assert json.dumps(recoloured(dark, recolouring("dark", "light"))) == json.dumps(light)
