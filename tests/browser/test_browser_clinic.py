"""The panel of a clinic and its folder in a real browser: sorting, filtering, links, screens and paper."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from typer.testing import CliRunner

EXAMPLES = Path(__file__).parent.parent.parent / "examples"


@pytest.fixture(scope="session")
def folder(tmp_path_factory):
    """The folder of examples/clinic_labs.csv, written by the command line."""
    from wbc_tracker.cli.app import app

    path = tmp_path_factory.mktemp("clinic") / "out"
    files = ["--labs", str(EXAMPLES / "clinic_labs.csv"), "--infusions", str(EXAMPLES / "clinic_infusions.csv")]
    arguments = ["report", *files, "--as-of", "2026-11-23", "--format", "html", "--output", str(path)]
    done = CliRunner().invoke(app, arguments)
    assert done.exit_code == 0, done.output
    return path


@pytest.fixture
def panel(open_page, folder):
    return open_page(folder / "index.html")


def shown(page):
    return page.locator("#patients tbody tr:visible th").all_inner_texts()


def column(page, number):
    return page.locator(f"#patients tbody tr:visible > :nth-child({number})").all_inner_texts()


def header(page, name):
    return page.locator("#patients thead th", has_text=name).first


def test_it_opens_without_network_and_without_a_word_on_the_console(panel):
    assert len(shown(panel.page)) == 40
    assert [url for url in panel.requests if not url.startswith("file:")] == []
    assert len(panel.requests) == 1
    assert (panel.console, panel.errors) == ([], [])


def test_what_the_fields_ask_for_heads_the_paper(panel):
    from playwright.sync_api import expect

    page = panel.page
    narrowed = page.locator("#narrowed")
    assert narrowed.text_content() == ""
    page.locator("#by-id").fill("clinic-1")
    page.locator("#by-overdue").check()
    page.locator("#by-severity").select_option(index=3)
    # The page's policy forbids the text of a function to be run again, so the words themselves are waited for.
    expect(narrowed).to_have_text(
        "Narrowed on the page: Patient clinic-1; Worst flag: info or worse; next infusion overdue."
    )
    assert not narrowed.is_visible()
    page.emulate_media(media="print")
    assert narrowed.is_visible()
    page.emulate_media(media="screen")
    page.get_by_role("button", name="Show all").first.click()
    expect(narrowed).to_have_text("")


def test_a_click_sorts_numbers_as_numbers_with_limits_below_and_nothing_last(panel):
    page = panel.page
    head = header(page, "CD19")
    head.get_by_role("button").click()
    assert head.get_attribute("aria-sort") == "ascending"
    told = [re.sub(r"[LH!*?].*", "", words).strip() for words in column(page, 10)]
    assert told[0] == "<1"
    assert told[-2:] == ["", ""]
    numbers = [0.9 if words == "<1" else float(words) for words in told if words]
    assert numbers == sorted(numbers)
    head.get_by_role("button").click()
    assert head.get_attribute("aria-sort") == "descending"
    told = [re.sub(r"[LH!*?].*", "", words).strip() for words in column(page, 10)]
    assert (told[0], told[-2:]) == ("209", ["", ""])


def test_the_keyboard_sorts_too_and_severities_return_to_the_worst_first(panel):
    page = panel.page
    first = shown(page)
    header(page, "next").get_by_role("button").focus()
    page.keyboard.press("Enter")
    assert shown(page)[:4] == ["clinic-17", "clinic-16", "clinic-19", "clinic-18"]  # the longest overdue
    assert shown(page)[-1] == "clinic-35"  # no infusion
    header(page, "worst current flag").get_by_role("button").focus()
    page.keyboard.press("Space")
    assert shown(page) == first
    assert page.locator("thead th[aria-sort]").count() == 1


def test_dates_and_ids_sort(panel):
    page = panel.page
    header(page, "last count").get_by_role("button").click()
    assert column(page, 6) == sorted(column(page, 6))
    header(page, "patient").get_by_role("button").click()
    assert shown(page) == [f"clinic-{number:02}" for number in range(1, 41)]


def test_filters_narrow_one_another_and_the_count_is_told(panel):
    page = panel.page
    count = page.locator("#count")
    assert count.inner_text() == "All 40 in the table."
    assert count.get_attribute("role") == "status"
    page.locator("#by-overdue").check()
    page.locator("#count", has_text="4 of 40").wait_for()
    assert shown(page) == ["clinic-17", "clinic-16", "clinic-19", "clinic-18"]
    page.locator("#by-id").fill("CLINIC-1")
    page.locator("#by-overdue").uncheck()
    page.locator("#by-severity").select_option(label="discuss or worse")
    page.locator("#count", has_text="3 of 40").wait_for()
    assert shown(page) == ["clinic-14", "clinic-11", "clinic-12"]
    page.get_by_role("button", name="Show all").first.click()
    page.locator("#count", has_text="All 40").wait_for()
    page.locator("#by-flag").select_option("low_immunoglobulin")
    page.locator("#count", has_text=" of 40").wait_for()
    assert {"clinic-25", "clinic-26"} <= set(shown(page))
    page.locator("#by-labs").check()
    page.locator("#count", has_text="0 of 40").wait_for()


def test_all_flags_of_a_patient_open_by_keyboard(panel):
    page = panel.page
    summary = page.locator("tbody tr").first.locator("summary")
    summary.focus()
    page.keyboard.press("Enter")
    assert page.locator("tbody tr").first.locator("li").count() == 7  # the worst, +5, and an expected one
    assert page.get_by_text("late_onset_neutropenia").first.is_visible()


@pytest.mark.parametrize(
    ("width", "scheme"), [(320, "light"), (360, "dark"), (768, "light"), (1280, "dark"), (1600, "light")]
)
def test_no_width_overflows(open_page, folder, width, scheme):
    page = open_page(folder / "index.html", width, color_scheme=scheme).page
    page.locator("details").evaluate_all("all => all.forEach(one => { one.open = true; })")
    wide, room = page.evaluate("[document.documentElement.scrollWidth, document.documentElement.clientWidth]")
    assert wide <= room


def test_without_javascript_it_is_a_plain_table(open_page, folder):
    page = open_page(folder / "index.html", java_script_enabled=False).page
    assert page.locator("tbody tr").count() == 40
    assert page.locator("tbody tr").last.is_visible()
    assert not page.locator("#filters").is_visible()
    assert page.locator("thead button").count() == 0


def test_paper_has_every_row_under_a_repeated_head(open_page, folder, tmp_path):
    pypdf = pytest.importorskip("pypdf")
    page = open_page(folder / "index.html", color_scheme="dark").page
    page.pdf(path=tmp_path / "panel.pdf", prefer_css_page_size=True, print_background=True)
    sheets = pypdf.PdfReader(tmp_path / "panel.pdf").pages
    words = [re.sub(r"\s+", " ", sheet.extract_text()) for sheet in sheets]
    assert len(sheets) == 2
    assert {f"clinic-{number:02}" for number in range(1, 41)} <= set(re.findall(r"clinic-\d\d", " ".join(words)))
    assert ["labs due last count WBC" in told for told in words] == [True, True]
    assert float(sheets[0].mediabox.width) > float(sheets[0].mediabox.height)
    assert all("Educational information, not medical advice." in told for told in words)
    assert "any or none" not in " ".join(words)


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_a_link_opens_the_patients_page_and_its_charts_draw(open_page, folder, scheme):
    opened = open_page(folder / "index.html", color_scheme=scheme)
    page = opened.page
    page.get_by_role("link", name="clinic-11").click()
    opened.wait_for_charts()
    assert opened.shows().split()[:2] == ["calendar", scheme]
    background = page.evaluate("document.querySelector('#chart svg').style.backgroundColor")
    assert background == {"light": "rgb(255, 255, 255)", "dark": "rgb(13, 17, 23)"}[scheme]
    page.locator("input[value=course]").check()
    page.wait_for_selector('#chart[data-shows^="course"]')
    page.get_by_role("link", name="All patients").click()
    page.wait_for_selector("#patients")
    assert [url for url in opened.requests if not url.startswith("file:")] == []
    assert (opened.console, opened.errors) == ([], [])


def test_a_patients_page_prints_with_pictures(open_page, folder, tmp_path):
    pypdf = pytest.importorskip("pypdf")
    opened = open_page(folder / "clinic-11.html", color_scheme="dark").wait_for_charts()
    page = opened.page
    page.wait_for_selector('#picture[data-drawn="all"]', state="attached")
    page.pdf(path=tmp_path / "one.pdf", format="A4", print_background=True)
    words = " ".join(sheet.extract_text() for sheet in pypdf.PdfReader(tmp_path / "one.pdf").pages)
    assert "CD19 B cells (/µL): latest 160" in words
    assert "Immunoglobulin G (g/L): latest" in words
    assert "vega.js" not in words
    assert (opened.console, opened.errors) == ([], [])


def test_printing_at_once_has_the_pictures_too(open_page, folder, tmp_path):
    pypdf = pytest.importorskip("pypdf")
    page = open_page(folder / "clinic-12.html").page
    page.pdf(path=tmp_path / "one.pdf", format="A4", print_background=True)
    words = " ".join(sheet.extract_text() for sheet in pypdf.PdfReader(tmp_path / "one.pdf").pages)
    assert "CD19 B cells (/µL): latest 209" in words


@pytest.mark.parametrize("lacks", ["javascript", "vega"])
def test_a_page_alone_or_without_javascript_shows_small_pictures(open_page, folder, tmp_path, lacks):
    path = folder / "clinic-11.html"
    if lacks == "vega":
        path = tmp_path / "alone.html"
        path.write_bytes((folder / "clinic-11.html").read_bytes())
    page = open_page(path, java_script_enabled=lacks == "vega").page
    page.wait_for_timeout(300)
    assert page.locator("#picture .spark").count() == 2
    assert page.locator("#picture .spark").first.is_visible()
    assert page.get_by_text("The charts are drawn by JavaScript and by the file vega.js").is_visible()


def test_very_many_patients_open_and_sort(open_page, tmp_path):
    from wbc_tracker.cli.app import app

    labs = tmp_path / "labs.csv"
    rows = [f"p{number:04},2026-11-0{1 + number % 9},WBC,{3 + number % 7}.1,K/uL" for number in range(1200)]
    labs.write_text("\n".join(["patient_id,collected_at,analyte,value,unit", *rows]) + "\n", encoding="utf-8")
    path = tmp_path / "many.html"
    arguments = ["report", "--labs", str(labs), "--as-of", "2026-11-23", "--format", "html", "--output", str(path)]
    assert CliRunner().invoke(app, arguments).exit_code == 0
    page = open_page(path).page
    assert len(shown(page)) == 500
    assert "the first 500 are shown" in page.locator("#count").inner_text()
    header(page, "patient").get_by_role("button").click()
    header(page, "patient").get_by_role("button").click()
    assert shown(page)[0] == "p1199"
    page.get_by_role("button", name="Show all 1200").click()
    assert len(shown(page)) == 1200
    plain = open_page(path, java_script_enabled=False).page
    assert len(shown(plain)) == 1200


def test_hostile_ids_are_text_in_the_panel_and_their_links_open_their_pages(open_page, tmp_path):
    from tables.hostile import WANTS, write

    from wbc_tracker.cli.app import app

    rows = [["patient_id", "collected_at", "analyte", "value", "unit"]]
    rows += [[want, "2024-01-02", "WBC", "6.1", "K/uL"] for want in (*WANTS, "../../x", "CON", "x" * 300)]
    out = tmp_path / "out"
    arguments = ["report", "--labs", write(tmp_path / "l.csv", rows), "--as-of", "2024-02-01", "--format", "html"]
    assert CliRunner().invoke(app, [*arguments, "--output", str(out)]).exit_code == 0
    opened = open_page(out / "index.html", 360)
    page = opened.page
    told = shown(page)
    assert len(told) == len(rows) - 1
    assert page.evaluate("document.documentElement.scrollWidth <= document.documentElement.clientWidth")
    for number in range(len(told)):
        page.locator("tbody th a").nth(number).click()
        opened.wait_for_charts()
        assert page.locator("h1 bdi").inner_text() == told[number]
        page.go_back()
        page.wait_for_selector("#patients")
    assert page.evaluate("window.hacked") is None
    assert (opened.dialogs, opened.console, opened.errors) == ([], [], [])
