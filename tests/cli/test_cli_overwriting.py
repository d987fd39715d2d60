"""No output is ever written over the store, over what SQLite keeps beside it, or over a file that is read."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from tables.runs import run_alone

from wbc_tracker.store import Store

needs_links = pytest.mark.skipif(os.name == "nt", reason="links of POSIX")
#: Names that lead to the store, made by `_make`, with a suffix that every command takes.
NAMES = (
    "store.csv",
    "./../{folder}/store.csv",
    "link.csv",
    "hard.csv",
    "dangling.csv",
    "store.csv-wal",
    "store.csv-shm",
)
WRITERS = {
    "export": ["export", "{to}"],
    "export of files": ["export", "{to}", "--labs", "labs.csv"],
    "cohort": ["cohort", "--output", "{to}"],
    "backup": ["store", "backup", "{to}"],
    "rejects": ["import", "more.csv", "--rejects", "{to}"],
    "rejects of a dry run": ["import", "more.csv", "--dry-run", "--rejects", "{to}"],
    "rejects of infusions": ["infusion", "import", "more.csv", "--rejects", "{to}"],
}


@pytest.fixture
def store(wbc, file, tmp_path, monkeypatch) -> Path:
    """A store that is called like an output, and files to read."""
    monkeypatch.setenv("WBC_TRACKER_DB", "store.csv")
    file("labs.csv", "2024-01-02 WBC 6.5")
    file("more.csv", "2024-02-02 WBC 6.5", "2024-02-03 WBC abc")
    assert wbc("import", "labs.csv").code == 0
    return tmp_path / "store.csv"


def _make(name: str, store: Path) -> str:
    match name:
        case "link.csv":
            Path(name).symlink_to(store)
        case "hard.csv":
            os.link(store, name)
        case "dangling.csv":
            Path(name).symlink_to(f"{store}-wal")
    return name.format(folder=store.parent.name)


def _everything(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in folder.iterdir() if path.is_file()}


@needs_links
@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("words", WRITERS.values(), ids=WRITERS)
def test_the_store_is_not_written_over_by_any_name(wbc, store, tmp_path, words, name):
    to = _make(name, store)
    before = _everything(tmp_path)
    done = wbc(*(word.format(to=to) for word in words))
    assert (done.code, done.out) == (2, "")
    assert Path(to).name in done.err.splitlines()[0]
    assert "the store." in done.err or "is written as" in done.err  # a suffix that no export has
    assert _everything(tmp_path) == before


@needs_links
@pytest.mark.parametrize("name", ["chart.svg", "page.html", "report.json", "pages/index.html", "pages"])
def test_a_store_with_the_name_of_a_picture_or_a_page_is_not_written_over(wbc, store, tmp_path, monkeypatch, name):
    place = tmp_path / name
    place.parent.mkdir(exist_ok=True)
    shutil.copy(store, place)
    monkeypatch.setenv("WBC_TRACKER_DB", str(place))
    words = {"chart.svg": ["chart", name], "report.json": ["report", "--output", name]}
    to = "pages" if name.startswith("pages") else name
    done = wbc(*words.get(name, ["report", "--format", "html", "--output", to]))
    assert done.code == 2
    assert place.read_bytes() == store.read_bytes()


PAGES = "report --labs labs.csv --format html --output new"


@pytest.mark.parametrize(
    ("words", "place"),
    [
        (PAGES, "new"),
        (PAGES, "new/index.html"),
        (f"{PAGES}/pages", "new"),
        ("demo new", "new"),
        ("demo new", "new/events.csv"),
    ],
)
def test_nothing_is_made_where_the_store_is_to_be(wbc, store, tmp_path, monkeypatch, words, place):
    """The report is of files, so that no store is made before its place is looked at."""
    monkeypatch.setenv("WBC_TRACKER_DB", place)
    done = wbc(*words.split())
    assert (done.code, done.out) == (2, "")
    assert "the store." in done.err
    assert not (tmp_path / "new").exists()


@needs_links
@pytest.mark.parametrize("name", ["labs.csv", "./labs.csv", "link.csv", "hard.csv"])
@pytest.mark.parametrize(
    "words",
    [
        ["export", "{to}", "--labs", "labs.csv"],
        ["cohort", "--labs", "labs.csv", "--output", "{to}"],
        ["import", "more.csv", "labs.csv", "--rejects", "{to}"],
        ["event", "import", "labs.csv", "--rejects", "{to}"],
    ],
    ids=" ".join,
)
def test_a_file_that_is_read_is_not_written_over_by_any_name(wbc, store, tmp_path, words, name):
    to = _make(name, tmp_path / "labs.csv")
    before = _everything(tmp_path)
    done = wbc(*(word.format(to=to) for word in words))
    assert (done.code, done.err.splitlines()[0]) == (2, f"{Path(to)} is one of the files that are read.")
    assert _everything(tmp_path) == before


def test_a_page_of_a_folder_is_not_written_over_a_file_that_is_read(wbc, store, tmp_path):
    pages = tmp_path / "pages"
    pages.mkdir()
    shutil.copy(tmp_path / "labs.csv", pages / "index.html")
    done = wbc("report", "--labs", "pages/index.html", "--format", "html", "--output", "pages")
    assert done.code == 2
    assert (pages / "index.html").read_bytes() == (tmp_path / "labs.csv").read_bytes()


@needs_links
@pytest.mark.parametrize("name", ["profiles/mine.toml", "link.csv"])
@pytest.mark.parametrize("words", ["import more.csv --rejects", "import more.csv --profile mine --rejects"])
def test_a_profile_of_the_users_own_is_not_written_over(wbc, store, tmp_path, words, name):
    profile = tmp_path / "home" / "config" / "wbc-tracker" / "profiles" / "mine.toml"
    assert wbc("import", "more.csv", "--dry-run", "--rejects", "other.csv").code == 1
    assert wbc("import", "more.csv", "--map", "value=value", "--save-profile", "mine").code == 1
    (tmp_path / "link.csv").symlink_to(profile)
    (tmp_path / "profiles").symlink_to(profile.parent)
    before = profile.read_bytes()
    done = wbc(*words.split(), name)
    assert (done.code, done.err.splitlines()[0]) == (2, f"{name} is a profile of yours.")
    assert profile.read_bytes() == before


@pytest.mark.skipif(os.name == "nt", reason="streams of POSIX")
@pytest.mark.parametrize("name", ["store.csv", "store.csv-wal"])
@pytest.mark.parametrize("words", ["import more.csv", "infusion add 2024-03-01", "imports list", "store check"])
def test_what_is_printed_is_not_appended_to_the_store(store, tmp_path, words, name):
    """The shell has opened it; the program must not write."""
    (tmp_path / name).touch()
    before = _everything(tmp_path)
    with (tmp_path / name).open("ab") as there:
        done = run_alone(*words.split(), into=there)
    assert done.code == 2
    assert done.err.startswith("Standard output ")
    assert _everything(tmp_path) == before


@pytest.mark.skipif(os.name == "nt", reason="streams of POSIX")
def test_neither_are_messages(store, tmp_path):
    before = _everything(tmp_path)
    line = f'exec "{sys.executable}" -c "from wbc_tracker.cli import main; main()" import more.csv 2>> store.csv'
    done = subprocess.run(["bash", "-c", line], stdout=subprocess.PIPE, text=True, timeout=60, check=False)
    assert (done.returncode, done.stdout) == (2, "Standard error is the store. Name another file to write to.\n")
    assert _everything(tmp_path) == before


@needs_links
@pytest.mark.parametrize("name", NAMES)
def test_nothing_of_the_store_is_its_own_backup(wbc, store, tmp_path, name):
    source = _make(name, store)
    Path(f"{store}-wal").touch()
    Path(f"{store}-shm").touch()
    before = _everything(tmp_path)
    done = wbc("store", "restore", source, "--yes")
    assert (done.code, done.out) == (2, "")
    assert done.err.splitlines()[1] == "Name a backup of it."
    assert _everything(tmp_path) == before


@pytest.mark.skipif(os.name == "nt", reason="streams of POSIX")
def test_neither_is_the_store_that_comes_through_standard_input(store, tmp_path):
    before = _everything(tmp_path)
    with store.open("rb") as given:
        done = run_alone("store", "restore", "-", "--yes", stdin=given)
    assert (done.code, done.err.splitlines()[0]) == (2, "Standard input is the store.")
    assert _everything(tmp_path) == before


@pytest.mark.skipif(os.name == "nt", reason="streams of POSIX")
@pytest.mark.parametrize(
    ("words", "name"), [("export -", "labs.csv"), ("report", "labs.csv"), ("export -", "store.csv")]
)
def test_standard_output_is_not_appended_to_the_store_or_a_file_that_is_read(store, tmp_path, words, name):
    before = _everything(tmp_path)
    with (tmp_path / name).open("ab") as there:
        done = run_alone(*words.split(), "--labs", "labs.csv", into=there)
    assert done.code == 2
    assert done.err.startswith("Standard output is ")
    assert _everything(tmp_path) == before


@pytest.mark.skipif(os.name == "nt", reason="streams of POSIX")
def test_a_file_that_comes_through_standard_input_is_not_written_over(store, tmp_path):
    before = _everything(tmp_path)
    with (tmp_path / "labs.csv").open("rb") as given:
        done = run_alone("export", "labs.csv", "--labs", "-", stdin=given)
    assert done.code == 2
    assert _everything(tmp_path) == before


def test_what_is_neither_is_written(wbc, store):
    assert wbc("export", "other.csv").code == 0
    assert wbc("export", os.devnull).code == 0
    assert wbc("import", "more.csv", "--rejects", "rejects.csv").code == 1
    with Store("store.csv") as held:
        assert len(held.results.load()) == 2
