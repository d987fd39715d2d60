"""`chart`: the picture of one patient, as SVG, PNG or HTML."""

from __future__ import annotations

import stat
import struct
import sys

import pytest
from tables.runs import CLINIC, ON_THE_DAY, ONE, run_alone

LINES = ("2024-01-02 WBC 6.5", "2024-03-02 WBC 6.1")


@pytest.mark.parametrize(("name", "begin"), [("a.svg", b"<svg"), ("a.png", b"\x89PNG"), ("A.HTML", b"<!DOCTYPE html>")])
def test_the_suffix_chooses_the_format(wbc, tmp_path, name, begin):
    done = wbc("chart", name, *ONE, *ON_THE_DAY)
    assert (done.code, done.out) == (0, "")
    assert done.err.endswith(f"The chart was written to {name}.\n")
    written = tmp_path / name
    assert written.read_bytes().startswith(begin)
    assert stat.S_IMODE(written.stat().st_mode) == 0o600


@pytest.mark.parametrize("name", ["a.jpg", "a", "-", "svg"])
def test_another_ending_is_refused_naming_the_three(wbc, tmp_path, name):
    done = wbc("chart", name, *ONE)
    assert done.code == 2
    assert done.err == (f"{name}: a chart is written as .svg, .png or .html.\nName a file with one of these endings.\n")
    assert not (tmp_path / name).exists()


def test_the_picture_shows_the_contrast_of_the_example(wbc, tmp_path):
    wbc("chart", "a.svg", *ONE, *ON_THE_DAY)
    svg = (tmp_path / "a.svg").read_text(encoding="utf-8")
    for words in (
        "example, as of 2026-11-23",
        "CD19 B cells (/µL): latest &lt;1 on 2026-11-04, baseline 211",
        "White cells (x10³/µL): latest 5.2 on 2026-11-04, baseline 6.5",
        "course 9",
        "planned",
        "Educational information, not medical advice. CTCAE v5.0, catalogue 2.0.",
    ):
        assert f">{words}</t" in svg


def test_store_and_files_give_the_same_picture(wbc, tmp_path):
    wbc("chart", "files.svg", *ONE, *ON_THE_DAY)
    wbc("import", ONE[1])
    wbc("infusion", "import", ONE[3])
    wbc("chart", "store.svg", *ON_THE_DAY)
    assert (tmp_path / "files.svg").read_bytes() == (tmp_path / "store.svg").read_bytes()


def test_events_are_in_the_picture(wbc, file, tmp_path):
    labs = file("labs.csv", *LINES)
    events = file("events.csv", "2024-02-01,vaccination,flu", header="happened_on,kind,note")
    done = wbc("chart", "a.svg", "--labs", labs, "--events", events, "--as-of", "2024-04-01")
    assert done.code == 0, done.err
    assert "flu</text>" in (tmp_path / "a.svg").read_text(encoding="utf-8")


def test_several_patients_are_refused_and_one_can_be_chosen(wbc, tmp_path):
    done = wbc("chart", "a.svg", *CLINIC, *ON_THE_DAY)
    assert done.code == 2
    assert "A chart shows one patient; there are 40.\nChoose one with --patient: " in done.err
    assert not (tmp_path / "a.svg").exists()
    assert wbc("chart", "a.svg", *CLINIC, *ON_THE_DAY, "--patient", "clinic-21").code == 0
    assert "clinic-21, as of" in (tmp_path / "a.svg").read_text(encoding="utf-8")


def test_without_results_the_first_steps_are_told(wbc, tmp_path):
    done = wbc("chart", "a.svg")
    assert (done.code, done.out, done.err) == (
        3,
        "",
        "There are no results to draw yet.\n"
        "Start with `wbc-tracker import FILE` and `wbc-tracker infusion add 2025-03-01 --dose 600`.\n",
    )
    assert not (tmp_path / "a.svg").exists()


def test_filters_choose_panels_and_draws(wbc, tmp_path):
    wbc("chart", "a.svg", *ONE, *ON_THE_DAY, "--analyte", "hemoglobin", "--since", "2026-01-01")
    svg = (tmp_path / "a.svg").read_text(encoding="utf-8")
    assert "Hemoglobin (g/dL)" in svg
    assert "White cells (x10³/µL)" not in svg
    assert "hemoglobin 13.0 grams per decilitre, 2026-06-08" in svg
    assert ", 2025-12-15" not in svg


def test_a_filter_that_leaves_nothing_is_told(wbc):
    done = wbc("chart", "a.svg", *ONE, *ON_THE_DAY, "--since", "2026-11-20")
    assert (done.code, done.err.splitlines()[-2:]) == (
        2,
        ["No result is left to draw.", "Ask for less with --analyte, --since and --until."],
    )


def test_courses_need_an_infusion(wbc, file):
    done = wbc("chart", "a.svg", "--labs", file("a.csv", *LINES), "--time", "course", "--as-of", "2024-04-01")
    assert (done.code, done.err) == (2, "There is no result after an infusion.\nDraw by date: --time calendar.\n")


def test_time_theme_and_width_change_the_picture(wbc, tmp_path):
    wbc("chart", "a.svg", *ONE, *ON_THE_DAY, "--time", "course", "--theme", "dark", "--width", "500")
    svg = (tmp_path / "a.svg").read_text(encoding="utf-8")
    assert "weeks since the last infusion" in svg
    assert 'fill="#0d1117"' in svg
    wbc("chart", "a.png", *ONE, *ON_THE_DAY, "--width", "500")
    (width,) = struct.unpack(">I", (tmp_path / "a.png").read_bytes()[16:20])
    assert 1000 < width < 1200  # two pixels each, and the labels of the axis beside


@pytest.mark.parametrize("option", [("--time", "weekly"), ("--theme", "red"), ("--width", "10"), ("--width", "wide")])
def test_wrong_options_are_refused(wbc, tmp_path, option):
    assert wbc("chart", "a.svg", *ONE, *option).code == 2
    assert not (tmp_path / "a.svg").exists()


def test_a_file_that_is_read_is_never_written_over(wbc, file):
    labs = file("labs.svg", *LINES)
    done = wbc("chart", labs, "--labs", labs)
    assert done.code == 2
    assert "is one of the files that are read." in done.err
    assert labs.read_text(encoding="utf-8").startswith("collected_at,")


def test_rejected_rows_are_told_and_the_rest_is_drawn(wbc, file, tmp_path):
    labs = file("labs.csv", *LINES, "2024-03-04 WBC many")
    done = wbc("chart", "a.svg", "--labs", labs, "--as-of", "2024-04-01")
    assert done.code == 1
    assert (tmp_path / "a.svg").exists()


def test_a_folder_that_is_not_there_is_told(wbc, tmp_path):
    done = wbc("chart", tmp_path / "no" / "a.svg", *ONE, *ON_THE_DAY)
    assert done.code == 2
    assert "cannot be written" in done.err


def test_hostile_words_stay_words(wbc, file, tmp_path):
    labs = file(
        "l.csv", "<script>x</script>,2024-01-02,WBC,6,10^9/L", header="patient_id,collected_at,analyte,value,unit"
    )
    assert wbc("chart", "a.svg", "--labs", labs, "--as-of", "2024-04-01").code == 0
    assert wbc("chart", "a.html", "--labs", labs, "--as-of", "2024-04-01").code == 0
    assert "<script>" not in (tmp_path / "a.svg").read_text(encoding="utf-8")
    assert "<script>x" not in (tmp_path / "a.html").read_text(encoding="utf-8")


_WITHOUT = """
import sys
sys.modules["vl_convert"] = None
from wbc_tracker.cli import main
main()
"""


def test_without_the_package_one_line_says_what_to_install(tmp_path):
    done = run_alone("chart", str(tmp_path / "a.svg"), *ONE, script=_WITHOUT)
    assert (done.code, done.err) == (
        2,
        "Charts need the package vl-convert-python.\n"
        f"Install it with: {sys.executable} -m pip install vl-convert-python\n",
    )
    assert not (tmp_path / "a.svg").exists()


def test_the_help_names_its_options(wbc):
    done = wbc("chart", "--help")
    assert done.code == 0
    for option in ("--time", "--theme", "--width", "--labs", "--infusions", "--events", "--patient", "--analyte",
                   "--since", "--until", "--as-of", "--same-day", "--profile", "--sheet"):  # fmt: skip
        assert option in done.out
