"""`report --format html`: where the page goes, whose it is, and what is told of files that were not read whole."""

from __future__ import annotations

import re
import stat
import sys
import webbrowser

import pytest
from tables.runs import CLINIC, ON_THE_DAY, ONE, run_alone

HTML = ("--format", "html")


def test_the_page_is_a_private_file(wbc, tmp_path):
    done = wbc("report", *ONE, *ON_THE_DAY, *HTML, "--output", "visit.html")
    assert (done.code, done.out) == (0, "")
    assert done.err.endswith("The report was written to visit.html. Open it in a browser; it needs no network.\n")
    written = tmp_path / "visit.html"
    assert written.read_bytes().startswith(b"<!DOCTYPE html>")
    assert stat.S_IMODE(written.stat().st_mode) == 0o600


def test_a_pipe_gets_the_same_page(wbc, tmp_path):
    wbc("report", *ONE, *ON_THE_DAY, *HTML, "--output", "visit.html")
    piped = wbc("report", *ONE, *ON_THE_DAY, *HTML, "--output", "-")
    assert piped.out_bytes == (tmp_path / "visit.html").read_bytes()


def test_without_a_file_it_asks_for_one(wbc):
    done = wbc("report", *ONE, *HTML)
    assert (done.code, done.out) == (2, "")
    told, hint, line = done.err.splitlines()
    assert (told, hint) == (
        "An HTML report is written to a file.",
        "Name it, e.g. --output visit.html (or --output - for a pipe).",
    )
    assert line.endswith("--format html --output visit.html")


def test_several_patients_give_the_panel_and_a_choice_the_page_of_one(wbc, tmp_path):
    assert wbc("report", *CLINIC, *ON_THE_DAY, *HTML, "--output", "a.html").code == 0
    assert "<b>40 patients</b>" in (tmp_path / "a.html").read_text(encoding="utf-8")
    assert wbc("report", *CLINIC, *ON_THE_DAY, *HTML, "--output", "a.html", "--patient", "clinic-21").code == 0
    assert "<bdi>clinic-21</bdi>" in (tmp_path / "a.html").read_text(encoding="utf-8")


def test_an_empty_store_says_what_to_do_first_and_writes_nothing(wbc, tmp_path):
    done = wbc("report", *HTML, "--output", "a.html")
    assert done.code == 0
    assert done.out.startswith("There are no results yet.")
    assert not (tmp_path / "a.html").exists()


@pytest.mark.parametrize("library", ["jinja2", "vl_convert"])
def test_without_the_extra_one_line_says_what_to_install(tmp_path, library):
    script = f"import sys; sys.modules['{library}'] = None; from wbc_tracker.cli import main; main()"
    done = run_alone("report", *ONE, *HTML, "--output", str(tmp_path / "a.html"), script=script)
    assert done.code == 2
    hints = {
        "jinja2": f"Install them with: {sys.executable} -m pip install jinja2 vl-convert-python",
        "vl_convert": f"Install it with: {sys.executable} -m pip install vl-convert-python",
    }
    assert done.err.splitlines()[1:] == [hints[library]]
    assert "Traceback" not in done.err
    assert not (tmp_path / "a.html").exists()


def test_an_environment_without_pip_is_told_the_command_of_uv(tmp_path):
    script = (
        "import sys, importlib.util as util; find = util.find_spec\n"
        "util.find_spec = lambda name, *rest: None if name == 'pip' else find(name, *rest)\n"
        "sys.modules['jinja2'] = None; from wbc_tracker.cli import main; main()"
    )
    done = run_alone("report", *ONE, *HTML, "--output", str(tmp_path / "a.html"), script=script)
    named = f"uv pip install --python {sys.executable} jinja2 vl-convert-python"
    assert done.err.splitlines()[1:] == [f"Install them with: {named}"]


def test_it_never_writes_over_what_it_reads(wbc, file, tmp_path):
    labs = file("labs.csv", "2024-01-02 WBC 6.5")
    before = (tmp_path / "labs.csv").read_bytes()
    assert wbc("report", "--labs", labs, *HTML, "--output", "labs.csv").code == 2
    assert (tmp_path / "labs.csv").read_bytes() == before


def test_rows_of_files_that_could_not_be_read_are_told(wbc, file, tmp_path):
    labs = file("labs.csv", "2024-01-02 WBC 6.5", "2024-03-02 WBC -6.1")
    assert wbc("report", "--labs", labs, "--as-of", "2024-04-01", *HTML, "--output", "a.html").code == 1
    page = (tmp_path / "a.html").read_text(encoding="utf-8")
    assert "<li>Rows of the files that could not be read, and are not in this report: 1.</li>" in page


def test_it_has_no_history_of_imports(wbc, file, tmp_path):
    """What an import could not read may be mended since: `imports rejects` lists it, the page does not."""
    wbc("import", file("labs.csv", "2024-01-02 WBC 6.5", "2024-03-02 WBC -6.1"))
    assert wbc("report", "--as-of", "2024-04-01", *HTML, "--output", "a.html").code == 0
    page = (tmp_path / "a.html").read_text(encoding="utf-8")
    assert "could not be read" not in page
    assert "import" not in re.sub(r"<script.*?</script>|<style.*?</style>", "", page, flags=re.DOTALL)
    assert '<bdi>labs.csv</bdi></th><td class="number">1</td><td>2024-01-02</td><td>2024-01-02</td>' in page


def test_a_patient_with_nothing_but_an_infusion_has_a_page_without_charts(wbc, tmp_path):
    wbc("infusion", "add", "2024-01-05")
    assert wbc("report", "--as-of", "2024-04-01", *HTML, "--output", "a.html").code == 0
    page = (tmp_path / "a.html").read_text(encoding="utf-8")
    assert "No result is on record." in page
    assert "<script" not in page


def test_chosen_analytes_are_those_of_the_charts_too(wbc, tmp_path):
    wbc("report", *ONE, *ON_THE_DAY, *HTML, "--output", "a.html", "--analyte", "hemoglobin")
    page = (tmp_path / "a.html").read_text(encoding="utf-8")
    assert ">Hemoglobin (g/dL): latest 13.1 on 2026-11-04, baseline 13.4</text>" in page
    assert ">White cells (x10³/µL)" not in page
    assert "Only these analytes are shown: hemoglobin." in page


@pytest.fixture
def opened(monkeypatch):
    """What the browser was asked to show; it can be told that there is none."""
    shown = []
    monkeypatch.setattr(webbrowser, "open", lambda url: shown.append(url) or "none" not in shown)
    return shown


class TestOpen:
    def test_it_shows_the_page_that_was_written(self, wbc, tmp_path, opened):
        done = wbc("report", *ONE, *ON_THE_DAY, "--open", "--output", "visit.html")
        assert (done.code, done.out) == (0, "")
        assert opened == [(tmp_path / "visit.html").resolve().as_uri()]
        assert "The report was written to visit.html." in done.err

    def test_without_a_name_it_goes_to_a_private_temporary_folder(self, wbc, tmp_path, opened, monkeypatch):
        monkeypatch.setattr("tempfile.gettempdir", lambda: str(tmp_path / "tmp"))
        monkeypatch.setattr("wbc_tracker.cli.opening._SNAPS", tmp_path / "none")
        assert wbc("report", *ONE, *ON_THE_DAY, "--open").code == 0
        (page,) = (tmp_path / "tmp").glob("wbc-tracker-*/report.html")
        assert opened == [page.resolve().as_uri()]
        assert stat.S_IMODE(page.stat().st_mode) == 0o600
        assert stat.S_IMODE(page.parent.stat().st_mode) == 0o700

    def test_where_browsers_see_no_temporary_files_it_goes_home(self, wbc, tmp_path, opened, monkeypatch):
        monkeypatch.setattr("pathlib.Path.home", lambda: tmp_path)
        monkeypatch.setattr("wbc_tracker.cli.opening._SNAPS", tmp_path)
        assert wbc("report", *ONE, *ON_THE_DAY, "--open").code == 0
        assert opened == [(tmp_path / "wbc-tracker-report.html").resolve().as_uri()]

    def test_without_a_browser_the_path_is_told_and_all_is_well(self, wbc, tmp_path, opened):
        opened.append("none")
        done = wbc("report", *ONE, *ON_THE_DAY, "--open", "--output", "visit.html")
        assert done.code == 0
        path = (tmp_path / "visit.html").resolve()
        assert done.err.endswith(f"No browser could be opened from here. The page is {path}\n")

    def test_of_several_patients_the_panel_opens_and_of_a_folder_its_index(self, wbc, tmp_path, opened):
        assert wbc("report", *CLINIC, *ON_THE_DAY, "--open", "--output", "panel.html").code == 0
        chosen = ("--severity", "urgent", "--output", "out/")
        assert wbc("report", *CLINIC, *ON_THE_DAY, "--open", *chosen).code == 0
        assert opened == [(tmp_path / name).resolve().as_uri() for name in ("panel.html", "out/index.html")]

    @pytest.mark.parametrize("other", [("--format", "json"), ("--format", "markdown"), ("--output", "-")])
    def test_only_a_page_opens(self, wbc, opened, other):
        done = wbc("report", *ONE, "--open", *other)
        assert (done.code, done.out, opened) == (2, "", [])
        assert done.err.startswith("--open shows a page in the browser.")

    def test_an_empty_store_opens_nothing(self, wbc, opened):
        done = wbc("report", "--open", "--output", "a.html")
        assert done.code == 0
        assert done.out.startswith("There are no results yet.")
        assert opened == []


class TestTitle:
    TITLE = ("--title", "Anna <b>K.</b>")

    def test_it_heads_the_page_the_text_and_the_tables(self, wbc, tmp_path):
        assert wbc("report", *ONE, *ON_THE_DAY, *self.TITLE, *HTML, "--output", "a.html").code == 0
        page = (tmp_path / "a.html").read_text(encoding="utf-8")
        assert "<title>Blood count report: Anna &lt;b&gt;K.&lt;/b&gt; (example), as of 2026-11-23</title>" in page
        assert "<bdi>Anna &lt;b&gt;K.&lt;/b&gt; (example)</bdi>" in page
        assert "Anna <b>" not in page
        marked = wbc("report", *ONE, *ON_THE_DAY, *self.TITLE, "--format", "markdown").out
        assert marked.startswith("# Blood count report: Anna &lt;b\\>K.&lt;/b\\> \\(example\\), as of")
        assert wbc("report", *ONE, *ON_THE_DAY, *self.TITLE).out.startswith("wbc-tracker   Anna <b>K.</b> (example)   ")

    def test_whoever_has_no_id_has_only_the_title(self, wbc, file):
        labs = file("labs.csv", "2024-01-02 WBC 6.5")
        done = wbc("report", "--labs", labs, "--as-of", "2024-04-01", "--title", "Anna K.")
        assert done.out.startswith("wbc-tracker   Anna K.   no infusion recorded")

    def test_several_patients_have_none(self, wbc):
        done = wbc("report", *CLINIC, *ON_THE_DAY, "--title", "Anna K.")
        assert (done.code, done.out) == (2, "")
        assert done.err.endswith("--title is that of one patient.\nChoose one with --patient ID.\n")
