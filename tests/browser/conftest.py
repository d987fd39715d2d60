"""A real browser: the system's Chromium, driven by Playwright. Without one these tests are skipped, with the reason.

With WBC_TRACKER_BROWSER=required they fail instead.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

EXAMPLES = Path(__file__).parent.parent.parent / "examples"
AS_OF = "2026-11-23"
_NAMES = ("chromium", "chromium-browser", "google-chrome")
_OPTIONS = (
    "--no-sandbox",
    "--disable-gpu",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)


def lacking(what: str) -> None:
    if os.environ.get("WBC_TRACKER_BROWSER") == "required":
        pytest.fail(f"{what}, and WBC_TRACKER_BROWSER=required")
    pytest.skip(what)


@pytest.fixture(scope="session")
def browser() -> Iterator[Any]:
    try:
        from playwright.sync_api import sync_playwright
    except ImportError:
        lacking("playwright is not installed")
    found = next((path for path in map(shutil.which, _NAMES) if path), None)
    if found is None:
        lacking(f"no browser: none of {', '.join(_NAMES)} is installed")
    with sync_playwright() as playwright:
        opened = playwright.chromium.launch(executable_path=found, args=list(_OPTIONS))
        yield opened
        opened.close()


@dataclass
class Opened:
    """A page in the browser, and what it did: requests, messages on the console, errors, dialogs."""

    page: Any
    requests: list[str] = field(default_factory=list)
    console: list[str] = field(default_factory=list)
    errors: list[str] = field(default_factory=list)
    dialogs: list[str] = field(default_factory=list)

    def wait_for_charts(self) -> Opened:
        self.page.wait_for_selector("#chart[data-shows]:not([hidden]) svg")
        return self

    def shows(self) -> str:
        return self.page.locator("#chart").get_attribute("data-shows")


@pytest.fixture
def open_page(browser: Any) -> Iterator[Callable[..., Opened]]:
    contexts = []

    def open_it(path: Path, width: int = 1280, **options: Any) -> Opened:
        context = browser.new_context(viewport={"width": width, "height": 900}, **options)
        contexts.append(context)
        opened = Opened(context.new_page())
        opened.page.on("request", lambda request: opened.requests.append(request.url))
        opened.page.on("console", lambda message: opened.console.append(message.text))
        opened.page.on("pageerror", lambda error: opened.errors.append(str(error)))
        opened.page.on("dialog", lambda dialog: (opened.dialogs.append(dialog.message), dialog.dismiss()))
        opened.page.goto(path.as_uri())
        return opened

    yield open_it
    for context in contexts:
        context.close()


@pytest.fixture(scope="session")
def example(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The page of examples/, written by the command line."""
    from typer.testing import CliRunner

    from wbc_tracker.cli.app import app

    path = tmp_path_factory.mktemp("example") / "visit.html"
    files = ["--labs", str(EXAMPLES / "labs.csv"), "--infusions", str(EXAMPLES / "infusions.csv")]
    done = CliRunner().invoke(app, ["report", *files, "--as-of", AS_OF, "--format", "html", "--output", str(path)])
    assert done.exit_code == 0, done.output
    return path
