"""The page of one patient in a real browser: no network, charts that answer, screens and paper."""

from __future__ import annotations

import re

import pytest

#: Visible marks of results carry the result in words.
POINT = '#chart [aria-roledescription="point"]'


def test_opens_without_network_and_without_a_word_on_the_console(open_page, example):
    opened = open_page(example).wait_for_charts()
    opened.page.locator("input[value=course]").check()
    opened.page.wait_for_selector('#chart[data-shows^="course"]')
    assert [url for url in opened.requests if not url.startswith(("file:", "data:", "blob:"))] == []
    assert (opened.console, opened.errors) == ([], [])


def test_every_result_of_the_panels_is_drawn_and_infusions_are_labelled(open_page, example):
    page = open_page(example).wait_for_charts().page
    told = page.locator(POINT).evaluate_all("marks => marks.map(mark => mark.getAttribute('aria-label'))")
    assert sum(words.startswith("CD19 ") for words in told) == 21
    assert sum(words.startswith("WBC ") for words in told) == 22
    assert sum(words.startswith("IgM ") for words in told) == 15
    assert page.locator("#chart text", has_text="course 9").count() == 1
    assert page.locator("#chart text", has_text="planned2027-02-17").count() == 1


def test_pointing_at_a_result_shows_the_annotated_row(open_page, example):
    page = open_page(example).wait_for_charts().page
    page.locator(f'{POINT}[aria-label^="neutr 1.20"]').hover(force=True)
    tooltip = page.locator("#vg-tooltip-element.visible")
    tooltip.wait_for()
    words = re.sub(r"\s+", " ", tooltip.inner_text())
    assert "neutrophils 1.20 10^9/L" in words
    assert "drawn 2024-06-14" in words
    assert "day 100, course 4" in words
    assert "-70 % against the baseline" in words  # 100 x (1.20 - 4.02) / 4.02


def test_a_tap_shows_it_too_and_inside_the_screen(open_page, example):
    page = open_page(example, 360, has_touch=True, is_mobile=True).wait_for_charts().page
    page.locator(f'{POINT}[aria-label^="neutr 1.20"]').tap(force=True)
    tooltip = page.locator("#vg-tooltip-element.visible")
    tooltip.wait_for()
    box = tooltip.bounding_box()
    assert box["x"] >= 0
    assert box["x"] + box["width"] <= 360
    assert "1.20" in tooltip.inner_text()


def test_the_time_switch_lays_the_courses_over_one_another_and_back(open_page, example):
    opened = open_page(example).wait_for_charts()
    page = opened.page
    assert opened.shows().startswith("calendar")
    page.get_by_role("radio", name="by weeks since the last infusion").check()
    page.wait_for_selector('#chart[data-shows^="course"]')
    assert page.locator("#chart text", has_text="weeks since the last infusion").count() == 1
    page.get_by_role("radio", name="by date").check()
    page.wait_for_selector('#chart[data-shows^="calendar"]')
    assert page.locator("#chart text", has_text="weeks since the last infusion").count() == 0


def test_ctrl_and_the_wheel_zoom(open_page, example):
    page = open_page(example).wait_for_charts().page
    years = page.locator("#chart svg").text_content
    before = years()
    page.locator(f'{POINT}[aria-label^="WBC"]').nth(10).hover(force=True)
    page.keyboard.down("Control")
    for _ in range(6):
        page.mouse.wheel(0, -240)
    page.keyboard.up("Control")
    page.wait_for_timeout(300)
    assert years() != before


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [320, 360, 768, 1280])
def test_no_width_overflows(open_page, example, width, scheme):
    page = open_page(example, width, color_scheme=scheme).wait_for_charts().page
    page.locator("details").evaluate_all("all => all.forEach(one => { one.open = true; })")
    for time in ("calendar", "course"):
        page.locator(f"input[value={time}]").check()
        page.wait_for_selector(f'#chart[data-shows^="{time} {scheme}"]')
        wide, room = page.evaluate("[document.documentElement.scrollWidth, document.documentElement.clientWidth]")
        assert wide <= room
        if width >= 360:
            chart, place = page.evaluate(
                "[document.querySelector('#chart svg').getBoundingClientRect().width,"
                " document.getElementById('chart').clientWidth]"
            )
            assert chart <= place, "the chart is wider than its place"


def test_the_charts_follow_a_change_of_the_scheme_and_of_the_width(open_page, example):
    opened = open_page(example, color_scheme="light").wait_for_charts()
    assert opened.shows().split()[1] == "light"
    opened.page.emulate_media(color_scheme="dark")
    opened.page.wait_for_selector('#chart[data-shows*=" dark "]')
    wide = opened.shows()
    opened.page.set_viewport_size({"width": 400, "height": 800})
    opened.page.wait_for_function("wide => document.getElementById('chart').dataset.shows !== wide", arg=wide)


def test_without_javascript_the_pictures_are_there(open_page, example):
    page = open_page(example, java_script_enabled=False).page
    pictures = page.locator("#picture svg")
    assert pictures.count() == 3
    assert all(pictures.nth(number).is_visible() for number in range(3))
    assert not page.locator("#times").is_visible()
    assert not page.locator("#hint").is_visible()


def test_with_javascript_the_pictures_give_way(open_page, example):
    page = open_page(example).wait_for_charts().page
    assert not page.locator("#picture").is_visible()
    assert page.locator("#hint").is_visible()


def test_a_link_to_a_folded_explanation_opens_it(open_page, example):
    page = open_page(example).wait_for_charts().page
    about = page.locator("#about-vaccine_window")
    assert about.get_attribute("open") is None
    page.locator(".flags a", has_text="vaccine_window").click()
    page.wait_for_function("document.getElementById('about-vaccine_window').open")


def test_every_link_leads_somewhere(open_page, example):
    page = open_page(example).page
    dead = page.evaluate(
        "[...document.querySelectorAll('a[href^=\"#\"]')].map(a => a.getAttribute('href').slice(1))"
        ".filter(id => !document.getElementById(id))"
    )
    assert dead == []
    ids = page.evaluate("[...document.querySelectorAll('[id]')].map(one => one.id)")
    assert sorted(set(ids)) == sorted(ids)


@pytest.mark.parametrize("paper", ["A4", "Letter"])
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_two_sheets_of_paper_hold_the_example(open_page, example, tmp_path, paper, scheme):
    pypdf = pytest.importorskip("pypdf")
    page = open_page(example, color_scheme=scheme).wait_for_charts().page
    page.pdf(path=tmp_path / "visit.pdf", format=paper, print_background=True)
    sheets = pypdf.PdfReader(tmp_path / "visit.pdf").pages
    assert len(sheets) == 2
    first, second = (re.sub(r"\s+", " ", sheet.extract_text()) for sheet in sheets)
    # The pictures: headings of their panels, marks of infusions, and no switch.
    assert "CD19 B cells (/uL): latest <1 on 2026-11-04, baseline 211" in first
    assert "Neutrophils (10^9/L): latest 3.11 on" in first
    assert "Immunoglobulin G (g/L): latest 9.39" in second
    assert "by weeks since the last infusion" not in first
    # What is folded on the screen; head and foot of both sheets; what paper leaves out, said.
    assert "Next value: 3.57 10^9/L on 2024-06-28." in first
    for number, words in enumerate((first, second), start=1):
        assert "example, as of 2026-11-23" in words
        assert f"page {number} of 2" in words
        assert "Educational information, not medical advice." in words
    assert "Not on paper, but in the file on the screen:" in second
    assert "16 draws before 2025-09-15" in second


def test_paper_shows_the_pictures_without_javascript_too(open_page, example, tmp_path):
    pypdf = pytest.importorskip("pypdf")
    page = open_page(example, java_script_enabled=False).page
    page.pdf(path=tmp_path / "visit.pdf", format="A4")
    first, second = (sheet.extract_text() for sheet in pypdf.PdfReader(tmp_path / "visit.pdf").pages)
    assert "CD19 B cells (/uL)" in first
    assert "Next value: 3.57" in re.sub(r"\s+", " ", first)
    assert "Immunoglobulin G" in second
