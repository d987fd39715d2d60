"""A chart as one HTML file: interactive, and complete without the network."""

from __future__ import annotations

import json
from html import escape
from string import Template
from typing import Any

from wbc_tracker.charts.render import render_svg, vega_bundle
from wbc_tracker.page_policy import page_policy
from wbc_tracker.wording import visible

_HINT = (
    "Point at a result for its details. Drag to move along the time axis; Ctrl and the mouse "
    "wheel, or a pinch, to zoom; double click to go back."
)
_PAGE = Template("""\
<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="$policy">
<title>$title</title>
<style>
:root { color-scheme: $scheme; }
body { margin: 1rem; background: $background; color: $text; font: 15px/1.5 $font; }
main { max-width: 70rem; margin: 0 auto; }
#chart, noscript { display: block; overflow-x: auto; }
p, details { max-width: 60rem; }
@media print { .hint, details { display: none; } }
</style>
</head>
<body>
<main>
<div id="chart"></div>
<noscript>$picture</noscript>
<p class="hint">$hint</p>
<details><summary>The chart in words</summary><p>$words</p></details>
$below</main>
<script>$bundle</script>
<script>$draw</script>
</body>
</html>
""")
#: `ast`: Vega interprets its expressions, where it would make functions of them, which the policy
#: forbids.
_DRAW = Template("""
const charts = $charts;
const room = document.documentElement.clientWidth;
const chart = charts.find((one) => one.room <= room) || charts[charts.length - 1];
vegaEmbed("#chart", chart.spec, {
  renderer: "svg", actions: false, ast: true, tooltip: { theme: "$scheme" },
});
""")
#: Pixels that a chart needs beside its panels: the labels of the axis and the margins of the page.
_BESIDE = 90


def embed_json(data: Any) -> str:
    """Return JSON that is safe between <script> tags: nothing in it can end the script or begin a
    comment.
    """
    text = json.dumps(data, ensure_ascii=True, separators=(",", ":"), allow_nan=False)
    return text.replace("&", "\\u0026").replace("<", "\\u003c").replace(">", "\\u003e")


def render_html(
    spec: dict[str, Any],
    title: str,
    *,
    narrower: tuple[dict[str, Any], ...] = (),
    hint: str = _HINT,
    below: str = "",
) -> str:
    """Return a page with the chart: details under the mouse, zoom and pan, a text alternative.

    Args:
        spec: from `patient_chart` or `cohort_chart`. title: of the page.
        narrower: the same chart for narrower screens, the wider ones first.
        hint: what the mouse can do. below: HTML that follows the chart.

    Raises:
        UsageError: the package that holds the JavaScript is missing.
    """
    config = spec["config"]
    charts = [
        {"room": one["config"]["view"]["continuousWidth"] + _BESIDE, "spec": one}
        for one in (spec, *narrower)
    ]
    scheme = "dark" if _is_dark(config["background"]) else "light"
    bundle, draw = vega_bundle(), _DRAW.substitute(charts=embed_json(charts), scheme=scheme)
    return _PAGE.substitute(
        policy=page_policy([bundle, draw]),
        title=escape(visible(title)),
        scheme=scheme,
        background=config["background"],
        text=config["title"]["color"],
        font=config["font"],
        picture=render_svg(spec),
        hint=hint,
        below=below,
        words=escape(spec["description"]),
        bundle=bundle,
        draw=draw,
    )


def _is_dark(colour: str) -> bool:
    return sum(bytes.fromhex(colour[1:])) < 3 * 128
