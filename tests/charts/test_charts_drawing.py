"""Drawing: every kind of chart without a warning, the same under every clock, and refused without the package."""

from __future__ import annotations

import builtins
import json
import math
import os
import re
import subprocess
import sys

import pytest
import vl_convert
from tables.charts import STORY, chart_of
from tables.labs import SPLIT, on
from tables.patients import report_of, reported

from wbc_tracker.charts import (
    chart_colours,
    embed_json,
    patient_chart,
    render_html,
    render_png,
    render_svg,
    static_chart,
    vega_bundle,
)
from wbc_tracker.errors import UsageError

MONTHS = [
    f"{30 * month - 30} {analyte} {value}"
    for month in range(120)
    for analyte, value in (
        ("wbc", round(6 + math.sin(month), 1)),
        ("cd19", "<1" if month > 1 else 210),
        ("igg", round(10 - month / 50, 2)),
    )
]
CASES = {
    "story": (STORY, SPLIT, 240),
    "one draw": (("-5 wbc 6.4 4.0-11.0",), (), 10),
    "one limit": (("10 cd19 <1",), SPLIT, 20),
    "only limits": (("10 cd19 <1", "40 cd19 <5", "50 wbc >30"), SPLIT, 60),
    "no infusion": (("-5 wbc 6.4", "60 wbc 6.1", "60 cd19 180"), (), 100),
    "only zeros": (("10 cd19 0", "20 wbc 0"), SPLIT, 60),
    "one day": (("10 wbc 6.0", "10T08:30 wbc 5.5", "10 wbc 5.1"), SPLIT, 60),
    "ten years": (tuple(MONTHS), tuple(f"{on(168 * number)} 600" for number in range(21)), 3600),
    "monthly drug": (tuple(MONTHS), tuple(f"{on(28 * number)} 20 ofatumumab" for number in range(127)), 3600),
    "a giant": (("10 wbc 6.0 4.0-11.0", "20 wbc 400 4.0-11.0", "30 wbc 6.1 0-499"), SPLIT, 60),
}


@pytest.mark.parametrize(
    ("case", "theme"), [*((case, "light") for case in CASES), ("story", "dark"), ("story", "print")]
)
def test_every_chart_is_drawn_without_a_warning(case, theme, capfd):
    lines, infused, as_of = CASES[case]
    patient = report_of(*lines, infused=infused, as_of=as_of)
    for time in ("calendar", "course"):
        spec = patient_chart(reported(patient, on(as_of)), patient, time=time, theme=theme, width=600)
        if spec is None:
            assert (time, infused) == ("course", ())
            continue
        for kind in (spec, static_chart(spec)):
            assert vl_convert.vegalite_to_svg(kind, show_warnings=True).startswith("<svg")
        assert json.loads(json.dumps(spec, allow_nan=False)) == spec
    assert capfd.readouterr().err == ""


def test_a_png_is_a_picture_of_the_asked_size():
    small, large = (render_png(chart_of(*STORY), scale) for scale in (1, 2))
    assert small.startswith(b"\x89PNG")
    assert int.from_bytes(large[16:20]) == pytest.approx(2 * int.from_bytes(small[16:20]), abs=2)


_DRAW = """
import json, sys
from wbc_tracker.charts import render_svg
sys.stdout.write(render_svg(json.load(sys.stdin)))
"""


def test_neither_time_zone_nor_language_moves_anything():
    spec = json.dumps(chart_of(*STORY, "100T23:30 wbc 6.2", "101T00:10 wbc 6.3"))
    drawings = {
        subprocess.run(
            [sys.executable, "-c", _DRAW],
            input=spec.encode(),
            capture_output=True,
            env={**os.environ, "TZ": zone, "LC_ALL": language, "LANG": language},
            check=True,
            timeout=60,
        ).stdout
        for zone, language in (("Pacific/Auckland", "C"), ("America/Los_Angeles", "de_DE.UTF-8"))
    }
    assert len(drawings) == 1
    assert b"</svg>" in drawings.pop()


def test_the_same_chart_is_drawn_alike_and_two_can_stand_in_one_page():
    one, again, other = (render_svg(chart_of(*STORY, theme=theme)) for theme in ("light", "light", "dark"))
    assert one == again
    names, others = (set(re.findall(r'id="([^"]*)"', svg)) for svg in (one, other))
    assert names
    assert names == set(re.findall(r"url\(#([^)]*)\)", one))
    assert not names & others


def test_a_still_picture_has_nothing_for_a_mouse():
    spec = chart_of(*STORY)
    still = static_chart(spec)
    assert "params" in spec
    assert "params" not in still
    assert "tooltip" not in json.dumps(still["vconcat"])
    assert "hit " not in json.dumps(still["vconcat"])
    assert "tooltip" in json.dumps(spec["vconcat"])  # and the given one is as it was


def test_a_picture_tells_itself_to_a_screen_reader():
    svg = render_svg(chart_of(*STORY))
    assert svg.startswith('<svg role="graphics-document" aria-label="Chart of me as of')
    words = "CD19 B cells &lt;1 per microlitre, 2024-03-01, day 46, course 1, low against its interval, flag: discuss"
    assert f'aria-label="{words}"' in svg
    assert not re.search('aria-label="[XY]-axis', svg)  # "Y-axis for a linear scale with values from 0 to 12"


def test_a_page_is_complete_and_loads_nothing(tmp_path):
    page = render_html(chart_of(*STORY), "me", narrower=(chart_of(*STORY, width=290),))
    own = page.replace(vega_bundle(), "")
    assert [word for word in ("http://", "https://") if word in own.replace("https://vega.github.io/schema", "")] == [
        "http://"
    ]  # the name of the SVG format
    assert own.count("http://") == own.count("http://www.w3.org/")
    assert "src=" not in own
    assert "default-src 'none'" in own
    assert "<noscript><svg" in own
    assert len(page) < 1_500_000


def test_json_between_script_tags_cannot_leave_them():
    data = {"a": "</script><!--", "b": "\u2028&é"}
    text = embed_json(data)
    assert not set("<>&\u2028") & set(text)
    assert json.loads(text) == data


def test_without_the_package_one_line_says_what_to_install(monkeypatch):
    found = builtins.__import__

    def without(name, *rest):
        if name == "vl_convert":
            raise ImportError(name)
        return found(name, *rest)

    spec = chart_of(*STORY)
    monkeypatch.setattr(builtins, "__import__", without)
    vega_bundle.cache_clear()
    for draw in (lambda: render_svg(spec), lambda: render_png(spec, 1), vega_bundle):
        with pytest.raises(UsageError) as refused:
            draw()
        assert refused.value.hint == f"Install it with: {sys.executable} -m pip install vl-convert-python"


def luminance(colour: str) -> float:
    parts = [part / 255 for part in bytes.fromhex(colour[1:])]
    linear = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
    return sum(weight * part for weight, part in zip((0.2126, 0.7152, 0.0722), linear, strict=True))


def contrast(one: str, other: str) -> float:
    low, high = sorted((luminance(one), luminance(other)))
    return (high + 0.05) / (low + 0.05)


@pytest.mark.parametrize("theme", ["light", "dark", "print"])
def test_words_and_marks_stand_out_from_what_is_behind_them(theme):
    """WCAG 2.1 AA: 4.5 for text, 3 for marks; on the page, on the course bands, and on intervals where marks lie."""
    colours = chart_colours(theme)
    for behind in (colours.background, colours.course):
        for words in (colours.text, colours.muted, colours.infusion, colours.event, colours.alarm):
            assert contrast(words, behind) >= 4.5, (words, behind)
        assert contrast(colours.interval_edge, behind) >= 3
    for behind in (colours.background, colours.course, colours.interval):
        for mark in (*colours.series.values(), *colours.courses, colours.corridor, colours.infusion, colours.alarm):
            assert contrast(mark, behind) >= 3, (mark, behind)


def test_the_print_theme_is_grey():
    colours = chart_colours("print")
    every = [
        colours.text,
        colours.alarm,
        colours.interval,
        colours.infusion,
        *colours.series.values(),
        *colours.courses,
    ]
    assert all(len({colour[1:3], colour[3:5], colour[5:7]}) == 1 for colour in every)


def test_the_words_name_panels_ranges_latest_results_and_infusions():
    assert chart_of(*STORY)["description"] == (
        f"Chart of me as of {on(240)}: results by date, with the infusions as lines. "
        f"CD19 B cells: 3 results from <1 to 200 per microlitre, {on(-30)} to {on(200)}; 1 of them only limits; "
        f"latest 2 on {on(200)}; baseline 200; flagged <1 on {on(60)} (discuss). "
        f"White cells: 3 results from 5.9 to 6.4 times 10 to the power of 9 per litre, {on(-30)} to {on(200)}; "
        f"latest 5.9 on {on(200)}; baseline 6.4. "
        f"Neutrophils: 1 result 0.4 times 10 to the power of 9 per litre, {on(60)}; latest 0.4 on {on(60)}; "
        f"first on record 0.4; "
        f"flagged 0.4 on {on(60)} (urgent). "
        f"Immunoglobulin G: 2 results from 10.1 to 10.5 grams per litre, {on(-30)} to {on(60)}; "
        f"latest 10.1 on {on(60)}; baseline 10.5. 2 infusions, the first {on(0)}, the latest {on(14)}; "
        f"the next by the usual interval {on(168)}."
    )
