"""examples/api.md tells every public name as it is."""

from __future__ import annotations

import inspect
import re

import pytest
from readme_api import PAGE, api_page, told_names

import wbc_tracker

NAMES = [name for name in wbc_tracker.__all__ if name != "__version__"]


def test_every_name_has_a_row() -> None:
    assert sorted(told_names()) == sorted(NAMES)


def test_the_page_says_what_the_docstrings_and_signatures_say() -> None:
    """After a wanted change: python tests/readme_refresh.py"""
    assert PAGE.read_text(encoding="utf-8") == api_page()


@pytest.mark.parametrize("name", [name for name in NAMES if name[0].islower()])
def test_every_function_tells_what_it_takes_and_returns(name: str) -> None:
    function = getattr(wbc_tracker, name)
    told = inspect.getdoc(function) or ""
    assert inspect.signature(function).return_annotation is not inspect.Signature.empty
    unnamed = [each for each in inspect.signature(function).parameters if not re.search(rf"\b{each}\b", told)]
    assert unnamed == []
    assert "Raises:" in told or name in {"render_text", "render_markdown", "render_json"}
