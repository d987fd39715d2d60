"""A chart as one HTML file: interactive, and complete without the network."""

from __future__ import annotations

import json
from typing import Any


def embed_json(data: Any) -> str:
    """Return JSON that is safe between <script> tags: nothing in it can end the script or begin a comment."""
    text = json.dumps(data, ensure_ascii=True, separators=(",", ":"), allow_nan=False)
    return text.replace("&", "\\u0026").replace("<", "\\u003c").replace(">", "\\u003e")


def render_html(spec: dict[str, Any], title: str) -> str:
    """Return the page."""
    raise NotImplementedError
