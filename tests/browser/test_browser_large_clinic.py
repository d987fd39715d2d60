"""A clinic of 350 patients in a real browser: what is new first, filters, sorting and paper."""

from __future__ import annotations

import re

import pyarrow.csv as pacsv
import pytest
from typer.testing import CliRunner

from wbc_tracker.invented.populations import World, invent_registry

ANALYTES = ("wbc", "neutrophils", "lymphocytes", "cd19", "igg")
AS_OF = "2021-10-01"
#: Their neutrophils were low this week, the first one's as never before.
NEW = ("p00007", "p00123", "p00349")
IDS = {f"p{number:05}" for number in range(350)}


@pytest.fixture(scope="module")
def page_of_350(tmp_path_factory):
    """The panel of a store that had a second import, as a page."""
    from wbc_tracker.cli.app import app

    folder = tmp_path_factory.mktemp("large")
    people = invent_registry(350 * 8 * len(ANALYTES), World(350, analytes=ANALYTES, residue=8.0, seed=3))
    for name, table in (("labs", people.labs), ("doses", people.infusions)):
        pacsv.write_csv(table, folder / f"{name}.csv")
    rows = [f"{who},2021-09-28,Neutrophils,{0.4 if who == NEW[0] else 1.2},10^9/L,2.0-7.5" for who in NEW]
    header = "patient_id,collected_at,analyte,value,unit,ref_range"
    (folder / "week.csv").write_text("\n".join([header, *rows]) + "\n", encoding="utf-8")

    def run(day, *words):
        patch.setattr("wbc_tracker.cli.import_files.now", lambda: f"{day}T09:00:00+00:00")
        done = CliRunner().invoke(app, ["--db", str(folder / "clinic.sqlite"), *words])
        assert done.exit_code == 0, done.output

    with pytest.MonkeyPatch.context() as patch:
        run("2021-09-24", "import", str(folder / "labs.csv"))
        run("2021-09-24", "infusion", "import", str(folder / "doses.csv"))
        run("2021-10-01", "import", str(folder / "week.csv"))
        run("2021-10-01", "report", "--as-of", AS_OF, "--output", str(folder / "panel.html"))
    return folder / "panel.html"


@pytest.fixture
def opened(open_page, page_of_350):
    found = open_page(page_of_350)
    yield found
    assert [url for url in found.requests if not url.startswith("file:")] == []
    assert (found.console, found.errors) == ([], [])


def shown(page):
    return page.locator("#patients tbody tr:visible th").all_inner_texts()


def header(page, name):
    return page.locator("#patients thead th", has_text=name).first


def test_what_is_new_alone_and_what_is_new_first(opened):
    page = opened.page
    assert page.locator("#count").inner_text() == "All 350 in the table."
    page.locator("#by-news").check()
    page.locator("#count", has_text="3 of 350").wait_for()
    assert (shown(page)[0], set(shown(page))) == (NEW[0], set(NEW))
    page.locator("#by-news").uncheck()
    page.locator("#count", has_text="All 350").wait_for()
    header(page, "new").get_by_role("button").click()
    told = shown(page)
    assert (told[0], set(told[:3]), set(told)) == (NEW[0], set(NEW), IDS)


def test_filters_and_columns_work_together(opened):
    page = opened.page
    page.locator("#by-severity").select_option(label="urgent")
    page.locator("#count", has_text=" of 350").wait_for()
    assert NEW[0] in shown(page)
    page.get_by_role("button", name="Show all").first.click()
    page.locator("#by-id").fill("P0012")
    page.locator("#count", has_text="10 of 350").wait_for()
    header(page, "patient").get_by_role("button").click()
    assert shown(page) == [f"p0012{number}" for number in range(10)]
    header(page, "IgG").get_by_role("button").click()
    heads = [words.strip() for words in page.locator("#patients thead th").all_inner_texts()]
    place = next(at for at, words in enumerate(heads, start=1) if words.startswith("IgG"))
    cells = page.locator(f"#patients tbody tr:visible > :nth-child({place})").all_inner_texts()
    numbers = [float(found[0]) for cell in cells if (found := re.match(r"[\d.]+", cell.strip()))]
    assert len(numbers) == 10
    assert numbers == sorted(numbers)


def test_paper_has_everybody(opened, tmp_path):
    pypdf = pytest.importorskip("pypdf")
    opened.page.pdf(path=tmp_path / "panel.pdf", prefer_css_page_size=True, print_background=True)
    sheets = [sheet.extract_text() for sheet in pypdf.PdfReader(tmp_path / "panel.pdf").pages]
    assert set(re.findall(r"p\d{5}", " ".join(sheets))) == IDS
    assert all(re.search(r"last\s+count", sheet) for sheet in sheets)
