"""The page of one patient: its order, its words, what it weighs, and what may run in it."""

from __future__ import annotations

import base64
import hashlib
import html
import re
from html.parser import HTMLParser

import pytest
from tables.labs import on
from tables.patients import report_of, reported

from wbc_tracker.patient.flag_list import current_flags, earlier_flags, expected_words
from wbc_tracker.patient.legend import legend_words
from wbc_tracker.patient.provenance import rule_words
from wbc_tracker.patient.standing import standing_words
from wbc_tracker.render.html.charts import page_charts
from wbc_tracker.render.html.templates import _environment, css_text

_SCRIPT = re.compile(r"<script>(.*?)</script>", re.DOTALL)


class Outline(HTMLParser):
    """Collects headings, and what each table has."""

    def __init__(self):
        super().__init__()
        self.levels, self.ids, self.captions, self.unscoped, self.tables = [], [], 0, 0, 0

    def handle_starttag(self, tag, attributes):
        named = dict(attributes)
        if re.fullmatch(r"h[1-6]", tag):
            self.levels.append(int(tag[1]))
            self.ids += [named["id"]] if "id" in named else []
        self.tables += tag == "table"
        self.captions += tag == "caption"
        self.unscoped += tag == "th" and "scope" not in named


def outline(page):
    parser = Outline()
    parser.feed(page)
    return parser


def text_of(page):
    without = re.sub(r"<(script|style)\b.*?</\1>", "", page, flags=re.DOTALL)
    return re.sub(r"\s+", " ", html.unescape(re.sub(r"<[^>]+>", "", without)))


def test_the_order_is_that_of_a_visit(page):
    told = outline(page)
    assert told.ids == [
        "pattern", "standing", "summary", "flags", "questions", "charts", "events", "courses", "draws", "about",
        "rests",
    ]  # fmt: skip
    assert page.index('id="rests"') < page.index("<footer>")
    assert text_of(page).rstrip().endswith("Educational information, not medical advice.")


def test_headings_go_down_one_level_at_a_time_and_tables_are_named(page):
    told = outline(page)
    assert told.levels[0] == 1
    assert told.levels.count(1) == 1
    assert all(after <= before + 1 for before, after in zip(told.levels, told.levels[1:], strict=False))
    assert told.tables == told.captions == 6  # main results, others, two of courses, draws, files
    assert told.unscoped == 0
    assert page.lstrip().startswith("<!DOCTYPE html>\n<html lang=")


def test_it_says_what_the_other_reports_say(page, built, catalog):
    report, _ = built
    patient, words = report.patients[0], text_of(page)
    sentences = [
        patient.pattern.sentence,
        standing_words(patient),
        expected_words(patient),
        *rule_words(report.as_of, report.grading, report.catalogue_version, "before"),
    ]
    sentences += [what for _, what in patient.pattern.evidence] + [trend.words for trend in patient.trends]
    for told in (*current_flags(patient), *earlier_flags(patient)):
        sentences += [told.words, told.more, told.next_step]
    sentences += [legend_words(patient.trends, with_bars=False), "Something was left out."]
    assert [sentence for sentence in sentences if sentence not in words] == []


def test_every_draw_and_infusion_has_a_row(page, built):
    patient = built[0].patients[0]
    assert page.count('<tr id="draw-') == len(patient.draws) == 22
    assert page.count('<tr class="infusion') == len(patient.infusions) == 10
    assert '<bdi>labs.csv</bdi></th><td class="number">230</td><td>2022-06-13</td><td>2026-11-04</td>' in page


def test_it_weighs_less_than_one_and_a_half_megabytes(page):
    assert len(page.encode()) < 1_500_000


def test_nothing_is_named_that_would_be_loaded(page):
    parts = re.sub(r"<script\b.*?</script>", "", page, flags=re.DOTALL)
    assert re.findall(r"<(?:link|iframe|object|embed|base|img|audio|video)\b", parts) == []
    assert re.findall(r"\bsrc=|@import|url\((?!#)", parts) == []
    assert re.findall(r'href="(?!#)', parts) == []


def test_only_scripts_with_a_hash_in_the_policy_run(page):
    (policy,) = re.findall(r'http-equiv="Content-Security-Policy" content="([^"]*)"', page)
    policy = html.unescape(policy)
    assert "default-src 'none'" in policy
    assert "unsafe-eval" not in policy
    allowed = set(re.findall(r"'sha256-([^']+)'", policy))
    scripts = _SCRIPT.findall(page)
    assert len(scripts) == 3
    assert {base64.b64encode(hashlib.sha256(s.encode()).digest()).decode() for s in scripts} == allowed


def test_names_inside_pictures_are_their_own(page):
    names = re.findall(r' id="([^"]+)"', page)
    assert len(names) == len(set(names))
    clips = re.findall(r"url\(#([^)]+)\)", re.sub(r"<script\b.*?</script>", "", page, flags=re.DOTALL))
    assert set(clips) <= set(names)


@pytest.mark.parametrize(
    ("words", "whole"),
    [
        ("5.9 on 2026-05-24: below (4.0-11.0)", ["2026-05-24", "4.0-11.0"]),
        ("52 % lower, -7.5 % since", ["52 %", "-7.5 %"]),
        ("about 3 % of <b>", ["3 %"]),
        ("version1.2-3 and a-b", []),
    ],
)
def test_dates_intervals_and_percentages_stay_on_one_line(words, whole):
    told = str(_environment().from_string("{{ words | unbroken }}").render(words=words))
    assert re.findall('<span class="whole">(.*?)</span>', told) == whole
    assert html.unescape(re.sub("</?span[^>]*>", "", told)) == words


def test_the_latest_flagged_panels_are_on_paper_before_others():
    lines = [
        f"{day} {what}" for day in (-5, 100, 280) for what in ("cd19 5", "wbc 6", "neutrophils 4", "lymphocytes 2")
    ]
    patient = report_of(*lines, "-5 igg 11 7-16", "100 igg 6.5 7-16", "280 igg 3.9 7-16", as_of=281)
    charts = page_charts(reported(patient, on(281)), patient, (), 0)
    assert charts is not None
    assert charts.not_on_paper == ["Neutrophils", "Lymphocytes"]


def test_text_in_the_running_head_cannot_leave_its_string():
    told = css_text('a"; } </style>\n\u202e\\')
    assert told.startswith('"')
    assert told.endswith('"')
    assert not set(told[1:-1]) & set('"<>;{}/\n\u202e')
    assert re.fullmatch(r"(?:[A-Za-z0-9 ]|\\[0-9A-F]+ )*", told[1:-1])
