"""Texts that want to be markup or formulas, and files that hold them."""

from __future__ import annotations

import csv

WANTS = (
    "<script>window.hacked=1</script>",
    '"onload="window.hacked=1',
    "<img src=x onerror=window.hacked=1>",
    "</script><script>window.hacked=1</script>",
    "</style><svg onload=window.hacked=1>",
    "{{ 7*7 }}{% if 1 %}",
    "]]><!--",
    "javascript:window.hacked=1",
    "a\u2028b\u202edcba\u2066",
    "${window.hacked=1}`'\\",
)


def write(path, rows):
    with path.open("w", newline="", encoding="utf-8") as stream:
        csv.writer(stream).writerows(rows)
    return str(path)
