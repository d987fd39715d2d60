"""A specification as SVG or PNG, and the JavaScript that draws it in a browser.

Only these need the optional package vl-convert; it draws without a browser and without the network.
"""

from __future__ import annotations

import re
from functools import cache
from hashlib import sha256
from html import escape
from typing import Any, cast

from wbc_tracker.charts.layers import HIT
from wbc_tracker.errors import UsageError
from wbc_tracker.wording import install_words

#: What holds rows of data, in which nothing moves.
_DATA = ("data", "datasets")
_SNIPPET = "window.vegaEmbed = vegaEmbed;"
_TAG = re.compile(r"<[a-z][^<>]*>")
_PLACE = re.compile(r'( (?:d|transform|x|y|x1|x2|y1|y2|width|height)=")([^"]*)(")')
_CLIP = re.compile(r'(id="|url\(#)clip(\d+)')
_LONG_NUMBER = re.compile(r"-?\d+\.\d{3,}(?:e-?\d+)?")


def require_renderer() -> Any:
    """Return the package that draws.

    Raises:
        UsageError: it is not installed.
    """
    try:
        import vl_convert
    except ImportError:
        raise UsageError(
            "Charts need the package vl-convert-python.",
            f"Install it with: {install_words('vl-convert-python')}",
            code="html_missing",
        ) from None
    return vl_convert


def render_svg(spec: dict[str, Any]) -> str:
    """Return a specification drawn as SVG, without what only a mouse can use.

    The picture carries its own description for screen readers. Places are rounded to a hundredth of
    a pixel. The names in it hold a hash of the picture, so that the same one is always drawn alike
    and several fit in a page.

    Raises:
        UsageError: the package that draws is missing.
    """
    drawn = cast(
        "str", require_renderer().vegalite_to_svg(static_chart(spec), allowed_base_urls=[])
    )
    described = (
        f'<svg role="graphics-document" aria-label="{escape(str(spec.get("description", "")))}"'
    )
    return _named(_TAG.sub(_shorten, drawn)).replace("<svg", described, 1)


def _named(drawn: str) -> str:
    """Return a drawing whose clips, which the renderer counts on from one drawing to the next,
    are named by it.
    """
    numbers: dict[str, int] = {}

    def count(clip: re.Match[str]) -> str:
        return f"{clip[1]}clip{numbers.setdefault(clip[2], len(numbers))}"

    counted = _TAG.sub(lambda tag: _CLIP.sub(count, tag[0]), drawn)
    digest = sha256(counted.encode()).hexdigest()[:8]
    return _TAG.sub(lambda tag: _CLIP.sub(rf"\1clip-{digest}-\2", tag[0]), counted)


def _shorten(tag: re.Match[str]) -> str:
    return _PLACE.sub(
        lambda place: place[1] + _LONG_NUMBER.sub(_rounded, place[2]) + place[3], tag[0]
    )


def _rounded(number: re.Match[str]) -> str:
    return f"{round(float(number[0]), 2):g}" if abs(float(number[0])) < 10_000 else number[0]


def render_png(spec: dict[str, Any], scale: float = 2) -> bytes:
    """Return a specification drawn as PNG; `scale` is the number of pixels a unit of its width.

    Raises:
        UsageError: the package that draws is missing.
    """
    return cast(
        "bytes",
        require_renderer().vegalite_to_png(static_chart(spec), scale=scale, allowed_base_urls=[]),
    )


@cache
def vega_bundle() -> str:
    """Return Vega, Vega-Lite and Vega-Embed as one JavaScript that sets `window.vegaEmbed`; 0.9
    MB, no network.

    Raises:
        UsageError: the package that holds it is missing.
    """
    return cast("str", require_renderer().javascript_bundle(_SNIPPET))


def static_chart(spec: dict[str, Any]) -> dict[str, Any]:
    """Return a specification without selections, tooltips and the invisible marks that catch the
    mouse.
    """
    return {
        name: part
        for name, part in cast("dict[str, Any]", _still(spec)).items()
        if name != "params"
    }


def _still(part: Any) -> Any:
    if isinstance(part, dict):
        return {
            name: value if name in _DATA else _still(value)
            for name, value in part.items()
            if name != "tooltip"
        }
    if isinstance(part, list):
        return [
            _still(one)
            for one in part
            if not (isinstance(one, dict) and str(one.get("name", "")).startswith(HIT))
        ]
    return part
