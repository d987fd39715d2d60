"""The page of one patient in a real browser: no network, charts that answer, screens and paper."""

from __future__ import annotations

import re

import pytest
from tables.scenarios import EXPECTED, inputs_of

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
    assert sum(words.startswith("CD19 B cells ") for words in told) == 21
    assert sum(words.startswith("white cells ") for words in told) == 22
    assert sum(words.startswith("immunoglobulin M ") for words in told) == 15
    assert page.locator("#chart text", has_text="course 9").count() == 1
    assert page.locator("#chart text", has_text="planned2027-02-17").count() == 1


def test_pointing_at_a_result_shows_the_annotated_row(open_page, example):
    page = open_page(example).wait_for_charts().page
    page.locator(f'{POINT}[aria-label^="neutrophils 1200"]').hover(force=True)
    tooltip = page.locator("#vg-tooltip-element.visible")
    tooltip.wait_for()
    words = re.sub(r"\s+", " ", tooltip.inner_text())
    assert "neutrophils 1200 /µL" in words
    assert "drawn 2024-06-14" in words
    assert "day 100, course 4" in words
    assert "-70 % against the baseline" in words  # 100 x (1.20 - 4.02) / 4.02


def test_a_tap_shows_it_too_and_inside_the_screen(open_page, example):
    page = open_page(example, 360, has_touch=True, is_mobile=True).wait_for_charts().page
    page.locator(f'{POINT}[aria-label^="neutrophils 1200"]').tap(force=True)
    tooltip = page.locator("#vg-tooltip-element.visible")
    tooltip.wait_for()
    box = tooltip.bounding_box()
    assert box["x"] >= 0
    assert box["x"] + box["width"] <= 360
    assert "1200" in tooltip.inner_text()


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
    page.locator(f'{POINT}[aria-label^="white cells"]').nth(10).hover(force=True)
    page.keyboard.down("Control")
    for _ in range(6):
        page.mouse.wheel(0, -240)
    page.keyboard.up("Control")
    page.wait_for_timeout(300)
    assert years() != before


@pytest.mark.parametrize(
    ("width", "scheme"),
    [(320, "light"), (360, "dark"), (390, "light"), (768, "dark"), (820, "light"), (1280, "light"), (1280, "dark")],
)
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
    opened.page.wait_for_selector(f'#chart[data-shows]:not([data-shows="{wide}"])')


def test_without_javascript_the_pictures_are_there(open_page, example):
    page = open_page(example, java_script_enabled=False).page
    pictures = page.locator("#picture svg")
    assert pictures.count() == 2
    assert all(pictures.nth(number).is_visible() for number in range(2))
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
    page.wait_for_selector("#about-vaccine_window[open]")


def test_every_link_leads_somewhere(open_page, example):
    page = open_page(example).page
    dead = page.evaluate(
        "[...document.querySelectorAll('a[href^=\"#\"]')].map(a => a.getAttribute('href').slice(1))"
        ".filter(id => !document.getElementById(id))"
    )
    assert dead == []
    ids = page.evaluate("[...document.querySelectorAll('[id]')].map(one => one.id)")
    assert sorted(set(ids)) == sorted(ids)


def sheets_of(page, path, paper="A4"):
    """The words of each sheet on which a page is printed."""
    pypdf = pytest.importorskip("pypdf")
    page.pdf(path=path, format=paper, print_background=True)
    # A raised sign may come from another font, and stands apart then.
    return [
        re.sub(r" ?([⁹³]) ?", r"\1", re.sub(r"\s+", " ", sheet.extract_text())) for sheet in pypdf.PdfReader(path).pages
    ]


@pytest.mark.parametrize(("paper", "scheme"), [("A4", "light"), ("Letter", "dark")])
def test_one_sheet_of_paper_holds_the_example(open_page, example, tmp_path, paper, scheme):
    page = open_page(example, color_scheme=scheme).wait_for_charts().page
    (words,) = sheets_of(page, tmp_path / "visit.pdf", paper)
    # Who, the contrast, drug and dates.
    assert "Blood count report: example, as of 2026-11-23" in words
    assert "B cells are depleted; white cells are about where they were." in words
    assert "Given: ocrelizumab 300 mg: 2022-10-17, 2022-10-31; 600 mg: 2023-04-05, " in words
    # Interval, baseline, lowest and latest of each main analyte.
    assert "White cells x10³/µL 3.8-10.8 6.5 2022-10-03 3.6L 2024-06-14, day 100 5.2 2026-11-04, day 63" in words
    assert "Neutrophils /µL 1500-7800 4020 2022-10-03 1200L! 2024-06-14, day 100 3110 2026-11-04, day 63" in words
    # What called for something, in a line; the pictures; infections.
    assert "Earlier: neutrophils 1200 /µL on 2024-06-14, day 100" in words
    assert "next 3570 on 2024-06-28" in words
    assert "CD19 B cells (/µL): latest <1 on 2026-11-04, baseline 211" in words
    assert "Immunoglobulin G (mg/dL): latest 939 on 2026-11-04, baseline" in words
    assert "Infections: none on record." in words
    # No switch, no statistics, no codes; what paper leaves out is said.
    assert not re.search(
        "by weeks since the last infusion|slope|late_onset_neutropenia|labs.csv", words.split("Not on")[0]
    )
    assert "Not on paper, but in the file on the screen: 22 draws; 8 other tests; " in words
    assert "page 1 of 1" in words
    assert "Educational information, not medical advice." in words


def test_paper_shows_the_pictures_without_javascript_too(open_page, example, tmp_path):
    page = open_page(example, java_script_enabled=False).page
    (words,) = sheets_of(page, tmp_path / "visit.pdf")
    assert "CD19 B cells (/µL): latest" in words
    assert "Immunoglobulin G (mg/dL): latest" in words
    assert "Immunoglobulin M" not in words.split("Not on paper")[0]


@pytest.mark.parametrize("paper", ["A4", "Letter"])
def test_one_sheet_holds_nine_draws_and_forty_with_urgent_values_and_events(open_page, story, tmp_path, paper):
    for draws in (9, 40):
        page = open_page(story(draws)).wait_for_charts().page
        (words,) = sheets_of(page, tmp_path / f"{draws}.pdf", paper)
        assert "Blood count report: Anna K." in words
        assert "212 2019-12-17" in words  # the baseline draw
    assert "urgent" in words
    assert "Contact your care team now" in words
    assert "Infections: " in words
    assert "pneumonia" in words


@pytest.mark.parametrize(
    ("name", "panels"),
    [("s11", 5), ("s33", 5), ("s48", 5), ("s59", 3)],  # urgent; long cells; two rows more; five flags
)
def test_words_that_take_much_room_leave_one_sheet_and_its_charts(open_page, wbc, tmp_path, name, panels):
    path = tmp_path / "visit.html"
    wbc("report", *inputs_of(name), "--as-of", EXPECTED[name]["as_of"], "--format", "html", "--output", str(path))
    page = open_page(path).wait_for_charts().page
    for paper in ("A4", "Letter"):
        (words,) = sheets_of(page, tmp_path / f"{paper}.pdf", paper)
        assert words.count(": latest ") == panels


CHARTS = ("calendar", "course")


@pytest.mark.parametrize("width", [390, 820, 1280])
def test_no_text_of_a_chart_is_smaller_than_12_pixels(open_page, example, story, width):
    """As it is on the screen: the size of the font times how much the picture is scaled."""
    for path in (example, story(40)):
        page = open_page(path, width).wait_for_charts().page
        for time in CHARTS:
            page.locator(f"input[value={time}]").check()
            page.wait_for_selector(f'#chart[data-shows^="{time}"]')
            sizes = page.locator("#chart text").evaluate_all(SIZES)
            assert len(sizes) > 20
            assert min(sizes) >= 12
        still = open_page(path, width, java_script_enabled=False).page
        assert min(still.locator("#picture text").evaluate_all(SIZES)) >= 12


@pytest.mark.parametrize("width", [390, 1280])
def test_neither_a_mark_nor_its_sign_is_cut_at_the_edge_of_its_panel(open_page, story, width):
    """A result, its ring, `!` and the name of the course lie in the frame of their panel, as far as they are drawn."""
    page = open_page(story(40), width).wait_for_charts().page
    for time in CHARTS:
        page.locator(f"input[value={time}]").check()
        page.wait_for_selector(f'#chart[data-shows^="{time}"]')
        found = page.evaluate(CUT)
        assert found["looked"] > 100
        assert found["cut"] == []


#: Marks of the panels that reach beyond what they are clipped to, by more than half a line.
CUT = """() => {
  const cut = [];
  const marks = [...document.querySelectorAll("#chart g[clip-path] :is(path, text)")];
  for (const mark of marks.filter((one) => one.checkVisibility() && one.getAttribute("opacity") !== "0")) {
    if (!mark.closest(".mark-symbol, .mark-text")) continue;
    const box = mark.getBoundingClientRect();
    const frame = mark.closest(".mark-group.role-scope > g").querySelector(":scope > path.background");
    const room = frame.getBoundingClientRect();
    const beyond = Math.max(room.left - box.left, room.top - box.top, box.right - room.right, box.bottom - room.bottom);
    if (beyond > 1) cut.push([mark.textContent || mark.getAttribute("d"), Math.round(beyond)]);
  }
  return { looked: marks.length, cut };
}"""
SIZES = "all => all.map(one => parseFloat(getComputedStyle(one).fontSize) * Math.abs(one.getScreenCTM().d))"


def test_a_tapped_box_closes_by_a_tap_on_it_beside_it_and_by_escape(open_page, example):
    page = open_page(example, 390, has_touch=True, is_mobile=True).wait_for_charts().page
    box = page.locator("#vg-tooltip-element.visible")
    for close in (lambda: box.tap(), lambda: page.locator("h1").tap(), lambda: page.keyboard.press("Escape")):
        page.locator(f'{POINT}[aria-label^="neutrophils 1200"]').tap(force=True)
        box.wait_for()
        close()
        box.wait_for(state="detached")


def test_what_scrolls_says_so_and_only_that_stops_the_keyboard(open_page, example):
    for width in (390, 1280):
        page = open_page(example, width).wait_for_charts().page
        told = page.locator(".box").evaluate_all(
            "all => all.filter(one => one.clientWidth).map(one => [one.scrollWidth > one.clientWidth + 1,"
            " one.tabIndex === 0, one.classList.contains('goes-on'), !one.nextElementSibling.hidden])"
        )
        assert all(len(set(one)) == 1 for one in told), told
        assert any(one[0] for one in told) == (width == 390)
    narrow = open_page(example, 390).wait_for_charts().page
    draws = narrow.locator(".draws .box")
    draws.evaluate("one => { one.scrollLeft = 9999; }")
    narrow.wait_for_selector(".draws .box:not(.goes-on)")


def test_a_phone_shows_the_main_columns_first(open_page, example):
    page = open_page(example, 390).wait_for_charts().page
    row = page.locator(".summary-table").first.locator("tbody tr").nth(1)
    places = {name: row.locator(f"[data-name={name}]").bounding_box() for name in ("latest", "baseline", "trend")}
    assert places["latest"]["y"] < places["baseline"]["y"] < places["trend"]["y"]
    assert all(box["x"] >= 0 and box["x"] + box["width"] <= 390 for box in places.values())
    heads = page.locator(".draws thead th").all_inner_texts()
    assert [head.split("\n")[0] for head in heads[2:5]] == ["WBC", "%", "neutr"]


def test_the_keyboard_reaches_everything_and_leaves_it(open_page, example):
    page = open_page(example, 390).wait_for_charts().page
    page.locator("details").evaluate_all("all => all.forEach(one => { one.open = false; })")
    wanted = page.evaluate(
        "[...document.querySelectorAll('a[href], summary, input:checked, [tabindex=\"0\"]')]"
        ".filter(one => one.checkVisibility()).length"
    )
    reached = []
    for _ in range(wanted + 2):
        page.keyboard.press("Tab")
        one = page.evaluate(
            "() => { const one = document.activeElement; if (one === document.body) return '';"
            " window.all ??= [...document.querySelectorAll('*')]; return `${window.all.indexOf(one)}`; }"
        )
        if not one or one in reached:
            break
        reached.append(one)
    assert len(reached) == wanted
    assert reached == sorted(reached, key=int)  # in the order in which the page is read


def test_details_open_by_the_keyboard(open_page, example):
    page = open_page(example).wait_for_charts().page
    statistics = page.locator(".summary-table").first.locator("details").nth(1)
    words = statistics.get_by_text("falling slightly (slope -0.29 a year")
    assert not words.is_visible()
    statistics.locator("summary").focus()
    page.keyboard.press("Enter")
    assert words.is_visible()
    page.locator("input[value=calendar]").focus()
    page.keyboard.press("ArrowRight")
    page.wait_for_selector('#chart[data-shows^="course"]')


def test_a_screen_reader_hears_words(open_page, example, story):
    page = open_page(example).wait_for_charts().page
    table = page.get_by_role("table", name="Latest, baseline and lowest result of each main test")
    heads = table.get_by_role("columnheader")
    assert heads.all_inner_texts() == ["test", "interval", "baseline", "lowest on treatment", "latest", "trend"]
    told = page.locator("body").aria_snapshot()
    assert "neutrophils , per microlitre" in told
    assert "below its interval flagged" in told
    assert "2 other tests IgM, Hb" in open_page(story(9)).page.locator("body").aria_snapshot()
    said = page.locator("#chart [aria-label]").evaluate_all(
        "all => all.filter(one => !one.closest('[aria-hidden=true]')).map(one => one.ariaLabel)"
    )
    assert len(said) > 50
    assert [words for words in said if re.search(r"axis|scale|UTC|Title text|10\^", words)] == []
    draws = page.locator(".draws table")
    assert draws.get_by_role("columnheader", name="neutrophils", exact=True).count() == 1
    assert draws.get_by_role("columnheader", name="neutr", exact=True).count() == 0
    regions = page.locator("[role=region], section").evaluate_all(
        "all => all.map(one => one.getAttribute('aria-label') || one.getAttribute('aria-labelledby'))"
    )
    assert all(regions)
