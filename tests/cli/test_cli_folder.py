"""A folder of pages that is written again: what is the same stays, and who is gone, goes."""

from __future__ import annotations

import pytest
from tables.runs import ON_THE_DAY

HEADER = "patient_id,collected_at,analyte,value,unit"
LABS = [f"{who},2024-0{month}-02,WBC,6.{month},K/uL" for who in ("a", "b", "c") for month in (1, 5)]
DOSES = ["a,2024-01-10,ocrelizumab", "b,2024-01-10,ocrelizumab", "c,2024-01-10,ocrelizumab"]


@pytest.fixture
def folder(wbc, file, tmp_path):
    """A folder with the pages of three people, and a function that writes it again; returns whose pages are new."""
    place = tmp_path / "out"

    def write(*labs, doses=DOSES, options=()):
        lab_file = file("labs.csv", *(labs or LABS), header=HEADER)
        dose_file = file("doses.csv", *doses, header="patient_id,infused_on,drug")
        before = {page.name: page.stat().st_ino for page in place.glob("*.html")}
        done = wbc(
            "report", "--labs", lab_file, "--infusions", dose_file, *(options or ON_THE_DAY),
            "--format", "html", "--output", "out/",
        )  # fmt: skip
        assert done.code == 0, done.err
        now = {page.name: page.stat().st_ino for page in place.glob("*.html") if page.name != "index.html"}
        return {name[0] for name, inode in now.items() if before.get(name) != inode}, done.err

    assert write()[0] == {"a", "b", "c"}
    write.place = place
    return write


def test_nothing_new_leaves_every_page(folder):
    new, told = folder()
    assert new == set()
    assert "The panel and 0 patients' pages (3 were up to date) were written to out." in told


@pytest.mark.parametrize(
    ("labs", "doses"),
    [
        ([*LABS, "b,2024-06-02,WBC,5.0,K/uL"], DOSES),
        ([row.replace("b,2024-05-02,WBC,6.5", "b,2024-05-02,WBC,6.50") for row in LABS], DOSES),
        (LABS, [*DOSES, "b,2024-07-10,ocrelizumab"]),
        (LABS, [row.replace("b,2024-01-10", "b,2024-01-11") for row in DOSES]),
    ],
    ids=["a result", "as it was printed", "an infusion", "a date"],
)  # fmt: skip
def test_what_changed_for_one_is_one_new_page(labs, doses, folder):
    new, told = folder(*labs, doses=doses)
    assert new == {"b"}
    assert "The panel and 1 patient's page (2 were up to date) were written to out." in told


@pytest.mark.parametrize(
    "options",
    [
        ("--as-of", "2026-11-24"),
        (*ON_THE_DAY, "--analyte", "wbc"),
        (*ON_THE_DAY, "--units", "si"),
        (*ON_THE_DAY, "--same-day", "after"),
    ],
)
def test_what_changes_for_all_makes_every_page_anew(options, folder):
    assert folder(options=options)[0] == {"a", "b", "c"}


def test_a_page_that_was_changed_or_cut_off_is_made_anew(folder):
    whole = {name: (folder.place / f"{name}.html").read_bytes() for name in "abc"}
    (folder.place / "a.html").write_bytes(whole["a"].replace(b"6.5", b"9.5"))
    (folder.place / "b.html").write_bytes(whole["b"][:-100])
    (folder.place / "c.html").unlink()
    assert folder()[0] == {"a", "b", "c"}
    assert {name: (folder.place / f"{name}.html").read_bytes() for name in "abc"} == whole


def test_pages_of_people_who_are_gone_are_removed_by_name_and_nothing_else(folder):
    (folder.place / "notes.html").write_text("mine", encoding="utf-8")
    new, told = folder(*LABS[:4], doses=DOSES[:2])
    assert new == set()
    assert "Removed from it a page of someone who is not on record any more: c.html.\n" in told
    assert {page.name for page in folder.place.iterdir()} == {
        "a.html", "b.html", "index.html", "notes.html", "vega.js",
    }  # fmt: skip


def test_who_is_only_left_out_by_a_filter_keeps_the_page(folder):
    folder(options=(*ON_THE_DAY, "--severity", "urgent"))
    assert {page.name for page in folder.place.glob("?.html")} == {"a.html", "b.html", "c.html"}
