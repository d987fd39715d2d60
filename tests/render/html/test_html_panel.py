"""The page of a panel: its rows and their order, what they are sorted by, links, and text that stays text."""

from __future__ import annotations

import html
import re
from html.parser import HTMLParser
from pathlib import Path

import pytest
from tables.panels import panel_of

from wbc_tracker.analysis import Analysis
from wbc_tracker.catalog import load_catalog
from wbc_tracker.dataset import from_readings
from wbc_tracker.intake import ReadingOptions, read_infusions, read_labs
from wbc_tracker.panel.build import build_panel
from wbc_tracker.panel.facts import collect_panel_facts
from wbc_tracker.panel.filter import PanelFilter
from wbc_tracker.panel.sentences import legend_words
from wbc_tracker.panel.series import collect_panel_series, picture_words
from wbc_tracker.panel.words import head_words, panel_columns
from wbc_tracker.patient.provenance import sources_of
from wbc_tracker.render.html import page_names, render_panel_page
from wbc_tracker.render.html.panel import SortKey, _sort_key

EXAMPLES = Path(__file__).parents[3] / "examples"
AS_OF = "2026-11-23"
CATALOG = load_catalog()


class Table(HTMLParser):
    """Reads the rows of the table as texts, and the attributes of rows and cells."""

    def __init__(self, page):
        super().__init__()
        self.rows, self.links, self.in_title = [], [], False
        self.feed(page.split("<tbody>")[1].split("</tbody>")[0])

    def handle_starttag(self, tag, attributes):
        if tag == "tr":
            self.rows.append((dict(attributes), []))
        elif tag in ("td", "th"):
            self.rows[-1][1].append([dict(attributes), ""])
        elif tag == "a":
            self.links.append(dict(attributes)["href"])
        self.in_title = tag == "title"

    def handle_endtag(self, tag):
        self.in_title = self.in_title and tag != "title"

    def handle_data(self, data):
        if not self.in_title and self.rows and self.rows[-1][1]:
            self.rows[-1][1][-1][1] += data

    def texts(self, column):
        return [re.sub(r"\s+", " ", cells[column][1]).strip() for _, cells in self.rows]


def page_of(dataset, filters=None, links=None):
    analysis = Analysis(dataset, "before", CATALOG)
    panel = build_panel(collect_panel_facts(analysis), filters or PanelFilter(), CATALOG)
    pictures = collect_panel_series(analysis, [line.patient_id for line in panel.lines])
    page = render_panel_page(
        panel, pictures, {"same_day": "before"}, sources_of(dataset.results), ["Something was left out."], links
    )
    return panel, page


@pytest.fixture(scope="module")
def clinic():
    options = ReadingOptions(as_of=AS_OF)
    labs = read_labs(EXAMPLES / "clinic_labs.csv", options)
    infusions = read_infusions(EXAMPLES / "clinic_infusions.csv", options)
    return from_readings([labs], [infusions], AS_OF)


@pytest.fixture(scope="module")
def panel_page(clinic):
    return page_of(clinic)


def test_every_patient_has_a_row_in_the_order_of_the_panel(panel_page):
    panel, page = panel_page
    table = Table(page)
    assert table.texts(0) == [line.patient_id for line in panel.lines]
    assert table.texts(0)[:2] == ["clinic-21", "clinic-30"]
    assert len(table.rows) == 40


def test_the_cells_are_those_of_the_terminal(panel_page):
    panel, page = panel_page
    table = Table(page)
    columns = [column for column in panel_columns(panel) if column.heading != "labs due"]
    places = [2, 3, 5, 6, 7, 8, 9, 10]  # behind patient and flag; labs due, which the terminal tells on demand, is 4
    for place, column in zip(places, columns, strict=True):
        assert table.texts(place) == column.texts
    assert table.texts(4).count("count, IgG") == 2


def test_all_current_flags_of_a_patient_are_listed_and_the_worst_leads(panel_page):
    panel, page = panel_page
    table = Table(page)
    for line, told in zip(panel.lines, table.texts(1), strict=True):
        if line.flags:
            more = f" +{line.further_flags}" if line.further_flags else ""
            assert told.startswith(f"{line.severity} {head_words(line)}{more}")
        else:
            assert told == "none current"
        assert [flag.code for flag in line.flags if f"{flag.flag.title} {flag.code}" not in told] == []
        assert [flag.code for flag in line.flags if f"{flag.severity}: {flag.flag.title}" not in told] == []


def test_rows_carry_what_the_filters_ask(panel_page):
    panel, page = panel_page
    rows = dict(zip(Table(page).texts(0), (attributes for attributes, _ in Table(page).rows), strict=True))
    assert [name for name, row in rows.items() if "data-o" in row] == [
        x.patient_id for x in panel.lines if x.is_overdue
    ]
    assert {name for name, row in rows.items() if "data-l" in row} == {"clinic-09", "clinic-20"}
    assert [rows[name]["data-v"] for name in ("clinic-21", "clinic-27", "clinic-17", "clinic-39", "clinic-35")] == [
        "3", "2", "1", "0", "-1",
    ]  # fmt: skip
    assert " b_cells_not_depleted " in rows["clinic-11"]["data-f"]


def test_legend_notes_and_rules_are_told(panel_page):
    panel, page = panel_page
    words = html.unescape(re.sub(r"<[^>]+>", "", page))
    told = [legend_words(panel, with_options=False), picture_words(CATALOG), "Something was left out."]
    told += ["Next infusion overdue: 4. Labs due before it: 2.", "Grades: CTCAE v5.0.", f"As of {AS_OF};"]
    assert [sentence for sentence in told if sentence not in words] == []
    assert f"<footer><p>{panel.disclaimer}</p></footer>" in page
    assert "--severity" not in words


def test_filters_of_the_command_are_told(clinic):
    _, page = page_of(clinic, PanelFilter(overdue=True))
    assert "<b>4 of 40 patients</b>" in page
    assert "Shown are those who are past the planned date" in page
    _, nobody = page_of(clinic, PanelFilter(severity="urgent", overdue=True))
    assert "None of the 40 patients fits" in nobody
    assert "<table" not in nobody
    assert "<script" not in nobody


def test_links_lead_to_the_pages_and_without_pages_there_are_none(clinic, panel_page):
    names = page_names(clinic.patients)
    assert Table(page_of(clinic, links=names)[1]).links[:2] == ["clinic-21.html", "clinic-30.html"]
    assert Table(panel_page[1]).links == []


def test_nothing_is_loaded(panel_page):
    parts = re.sub(r"<script\b.*?</script>", "", panel_page[1], flags=re.DOTALL)
    assert re.findall(r"\bsrc=|@import|url\(|<(?:link|iframe|object|embed|base|img)\b", parts) == []
    assert "unsafe-eval" not in parts
    assert "default-src 'none'" in html.unescape(parts)


def test_ids_that_want_to_be_markup_are_text(tmp_path):
    ids = ["<script>x()</script>", '"><img src=x onerror=x()>', "{{ 7*7 }}", "a\u202eb", " ", "javascript:x()"]
    rows = ["patient_id,collected_at,analyte,value,unit"]
    rows += ['"' + one.replace('"', '""') + '",2024-01-02,WBC,6.1,K/uL' for one in ids]
    labs = tmp_path / "labs.csv"
    labs.write_text("\n".join(rows) + "\n", encoding="utf-8")
    dataset = from_readings([read_labs(labs, ReadingOptions(as_of="2024-03-01"))], [], "2024-03-01")
    panel, page = page_of(dataset, links=page_names(dataset.patients))
    assert len(panel.lines) == len(dataset.patients) >= 5
    table = Table(page)
    assert {"<script>x()</script>", '"><img src=x onerror=x()>', "{{ 7*7 }}", "a\\u202eb"} <= set(table.texts(0))
    assert all(re.fullmatch(r"[a-z0-9_-]+\.html", link) for link in table.links)
    assert page.count("<script") == 2
    assert "<img" not in page


@pytest.mark.parametrize(
    ("lower", "higher"),
    [("<1", "1"), ("1", "2"), ("9", "10"), ("0.9", "<1"), ("1", ">1"), ("<1", "<=1"), ("10.20", "10.21"), ("<0", "0")],
)
def test_values_are_sorted_as_numbers_with_limits_beside_theirs(lower, higher):
    one, other = (key(f"20 cd19 {value}", column="CD19") for value in (lower, higher))
    assert one.group == other.group == 0
    assert float(one.key) < float(other.key)


def key(*lines, column) -> SortKey:
    """Where the cell of one patient with these results stands in a column."""
    panel = panel_of({"me": lines})
    (place,) = next(one.places for one in panel_columns(panel) if one.heading == column)
    return _sort_key(place)


def test_percentages_come_behind_the_counts_and_nothing_behind_all():
    results = ("20 cd19 500", "20 cd19_pct 0.1", "20 cd19_pct <0.1")
    count, percent, limit = (key(result, column="CD19") for result in results)
    assert [count.group, percent.group, key("20 wbc 6", column="CD19").group] == [0, 1, 2]
    assert float(limit.key) < float(percent.key)
