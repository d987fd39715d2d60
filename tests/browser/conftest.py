"""A real browser: the system's Chromium, driven by Playwright. Without one these tests are skipped, with the reason.

With WBC_TRACKER_BROWSER=required they fail instead.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import date, timedelta
from functools import cache
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


@pytest.fixture(scope="session")
def story(tmp_path_factory: pytest.TempPathFactory) -> Callable[[int], Path]:
    """The page of somebody invented with so many draws; with forty also events, an urgent value and earlier ones."""
    from typer.testing import CliRunner

    from wbc_tracker.cli.app import app

    @cache
    def write(draws: int) -> Path:
        folder = tmp_path_factory.mktemp(f"draws-{draws}")
        files = story_files(folder, draws)
        page = ("--title", "Anna K.", "--format", "html", "--output", str(folder / "visit.html"))
        done = CliRunner().invoke(app, ["report", *files, "--as-of", "2026-06-01", *page])
        assert done.exit_code == 0, done.output
        return folder / "visit.html"

    return write


def story_files(folder: Path, draws: int) -> list[str]:
    """Write labs, infusions and events; return the options that read them. Day 0 is 2020-01-06."""
    is_long = draws > 20
    last = 2330 if is_long else 530
    days = [-20, *(30 + (last - 30) * place // (draws - 2) for place in range(draws - 1))]
    labs = ["collected_at,analyte,value,unit,ref_low,ref_high"]
    for place, day in enumerate(days):
        neutrophils = 3.4 + 0.2 * (place % 5)
        if is_long and place in (5, 11, 17):
            neutrophils = 0.7 + 0.02 * place
        if is_long and place == draws - 1:
            neutrophils = 0.4
        lymphocytes = 1.2 + 0.1 * (place % 6)
        b_cells = "212" if day < 0 else "<1" if place % 3 else "2"
        igg = 11.0 - 0.0024 * max(day, 0)
        for name, value, unit, limits in (
            ("WBC", f"{neutrophils + lymphocytes + 0.6:.1f}", "10^9/L", "4,11"),
            ("Neutrophils", f"{neutrophils:.2f}", "10^9/L", "2,7.5"),
            ("Lymphocytes", f"{lymphocytes:.2f}", "10^9/L", "1,4"),
            ("CD19", b_cells, "/uL", "100,500"),
            ("IgG", f"{igg:.1f}", "g/L", "7,16"),
            ("IgM", "0.8", "g/L", "0.4,2.3"),
            ("Hemoglobin", str(121 + place % 7), "g/L", "120,160"),
        ):
            labs.append(f"{_on(day)},{name},{value},{unit},{limits}")
    doses = [0, 14, *range(168, last, 168)]
    infusions = ["infused_on,drug,dose_mg", *(f"{_on(day)},ocrelizumab,{300 if day < 20 else 600}" for day in doses)]
    kinds = ("infection,cold", "vaccination,flu", "steroid,methylprednisolone", "infection,pneumonia", "other,travel")
    events = ["happened_on,kind,note"]
    if is_long:
        events += [f"{_on(40 + 95 * place)},{kinds[place % len(kinds)]}" for place in range(24)]
    options = []
    for name, lines in (("labs", labs), ("infusions", infusions), ("events", events)):
        (folder / f"{name}.csv").write_text("\n".join(lines) + "\n", encoding="utf-8")
        if len(lines) > 1:
            options += [f"--{name}", str(folder / f"{name}.csv")]
    return options


def _on(day: int) -> str:
    return (date(2020, 1, 6) + timedelta(days=day)).isoformat()
