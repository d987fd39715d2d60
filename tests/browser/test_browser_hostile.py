"""Text that wants to be markup, script or a template is text on the page; none of it runs."""

from __future__ import annotations

import pytest
from tables.hostile import WANTS, write
from typer.testing import CliRunner

from wbc_tracker.cli.app import app


def hostile_page(folder, person):
    days = ("2024-01-02", "2024-03-02", "2024-05-02", "2024-07-02")
    labs = [["patient_id", "collected_at", "analyte", "value", "unit", "abnormal_flag"]]
    labs += [[person, day, name, value, unit, person] for day in days for name, value, unit in
             (("WBC", "6.1", "K/uL"), ("CD19", "<1", "/uL"), ("Neutrophils", "0.4", "K/uL"))]  # fmt: skip
    events = [["patient_id", "happened_on", "kind", "note"]]
    events += [[person, f"2024-04-{day:02}", "other", note] for day, note in enumerate(WANTS, start=1)]
    files = [
        "--labs", write(folder / "a&<b>'.csv", labs),
        "--infusions", write(folder / "i.csv", [["patient_id", "infused_on"], [person, "2024-02-01"]]),
        "--events", write(folder / "e.csv", events),
    ]  # fmt: skip
    path = folder / "hostile.html"
    arguments = ["report", *files, "--as-of", "2024-08-01", "--format", "html", "--output", str(path)]
    done = CliRunner().invoke(app, arguments)
    assert done.exit_code == 0, done.output
    return path


@pytest.mark.parametrize("person", WANTS, ids=range(len(WANTS)))
def test_nothing_runs_and_everything_is_text(open_page, tmp_path, person):
    opened = open_page(hostile_page(tmp_path, person)).wait_for_charts()
    page = opened.page
    page.locator("input[value=course]").check()
    page.wait_for_selector('#chart[data-shows^="course"]')
    shown = person.replace("\u2028", "\\u2028").replace("\u202e", "\\u202e").replace("\u2066", "\\u2066")
    assert page.locator("h1 bdi").inner_text() == shown
    assert page.evaluate("window.hacked") is None
    assert (opened.dialogs, opened.console, opened.errors) == ([], [], [])
    assert [url for url in opened.requests if not url.startswith(("file:", "data:", "blob:"))] == []


def test_notes_and_file_names_are_text_in_tables_charts_and_tooltips(open_page, tmp_path):
    opened = open_page(hostile_page(tmp_path, "me")).wait_for_charts()
    page = opened.page
    words = page.locator("main").inner_text()
    for want in WANTS:
        shown = want.replace("\u2028", "\\u2028").replace("\u202e", "\\u202e").replace("\u2066", "\\u2066")
        assert shown in words
    assert "a&<b>'.csv" in page.locator(".rests").inner_text()
    assert not {"\u202e", "\u2066", "\u2028"} & set(page.content().split('id="chart-data"')[0])
    marks = page.locator('#chart [aria-roledescription="point"][aria-label^="other"]')
    assert marks.count() == len(WANTS)
    for number in range(len(WANTS)):
        marks.nth(number).hover(force=True)
        page.locator("#vg-tooltip-element.visible").wait_for()
        assert page.locator("#vg-tooltip-element *", has_text="hacked").locator("script, img, svg").count() == 0
    assert page.evaluate("window.hacked") is None
    assert (opened.dialogs, opened.console, opened.errors) == ([], [], [])


def test_the_policy_forbids_whatever_would_get_in(open_page, example):
    """A second lock behind the first: a script without a known hash does not run, nothing can be fetched."""
    page = open_page(example).page
    page.evaluate(
        "() => { const s = document.createElement('script'); s.textContent = 'window.hacked = 1';"
        " document.body.append(s); }"
    )
    assert page.evaluate("window.hacked") is None
    assert page.evaluate("fetch('https://example.org').then(() => 'fetched', () => 'refused')") == "refused"


def test_the_page_of_a_chart_draws_under_the_policy_and_runs_nothing_else(open_page, tmp_path):
    """Vega would make functions of its expressions; the policy lets it only interpret them."""
    path = tmp_path / "chart.html"
    labs = [["patient_id", "collected_at", "analyte", "value", "unit"]]
    labs += [[WANTS[0], f"2024-0{month}-02", "WBC", f"{month}.1", "K/uL"] for month in (4, 5, 6)]
    files = ["--labs", write(tmp_path / "l.csv", labs), "--as-of", "2024-08-01"]
    done = CliRunner().invoke(app, ["chart", str(path), *files])
    assert done.exit_code == 0, done.output
    opened = open_page(path)
    opened.page.locator("#chart svg").wait_for()
    opened.page.locator('#chart [aria-roledescription="point"]').first.hover(force=True)
    opened.page.locator("#vg-tooltip-element.visible").wait_for()
    assert opened.page.evaluate("window.hacked") is None
    assert (opened.dialogs, opened.console, opened.errors) == ([], [], [])
