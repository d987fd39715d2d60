"""Standard input, output and error: dashes, encodings, readers that go away, disks that are full."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest
from tables.runs import CLINIC, EXAMPLES, ON_THE_DAY, ONE, run_alone

MAIN = "from wbc_tracker.cli import main; main()"
LABS = (EXAMPLES / "labs.csv").read_bytes()


def test_standard_input_is_a_lab_file(wbc):
    from_dash = wbc("report", "--labs", "-", "--infusions", ONE[3], *ON_THE_DAY, stdin=LABS)
    assert from_dash.out == wbc("report", *ONE, *ON_THE_DAY).out


def test_standard_output_holds_the_csv_alone(wbc, tmp_path):
    done = wbc("export", "-", *CLINIC, *ON_THE_DAY)
    assert "booked" in done.err
    assert wbc("export", "out.csv", *CLINIC, *ON_THE_DAY).code == 0
    assert done.out_bytes == (tmp_path / "out.csv").read_bytes()


def test_parquet_to_standard_output(wbc):
    done = wbc("export", "-", "--format", "parquet", *ONE, *ON_THE_DAY)
    assert (done.out_bytes[:4], done.out_bytes[-4:]) == (b"PAR1", b"PAR1")


@pytest.mark.parametrize(
    "settings",
    [{"LC_ALL": "C", "LANG": "C", "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0"}, {"PYTHONIOENCODING": "ascii"}],
    ids=["LC_ALL=C", "ascii"],
)
def test_a_poor_locale_does_not_crash_the_report(settings):
    done = run_alone("report", "--full", *ONE, *ON_THE_DAY, **settings)
    assert (done.code, done.err) == (0, "")
    assert "WBC     x10^3/uL  6.5 ->  5.2  -20 %" in done.out


def test_the_csv_is_utf_8_whatever_the_locale(wbc, file, monkeypatch):
    labs = file("a.csv", "Zoë,2024-01-02,WBC,6.5,K/uL", header="patient_id,collected_at,analyte,value,unit")
    done = run_alone("export", "-", "--labs", str(labs), PYTHONIOENCODING="ascii")
    assert "Zoë,2024-01-02,wbc" in done.out_bytes.decode("utf-8")


@pytest.mark.skipif(os.name == "nt", reason="pipes of POSIX")
@pytest.mark.parametrize("command", [["export", "-"], ["report"]], ids=" ".join)
def test_a_reader_that_goes_away_is_no_error(command):
    words = [*command, *(CLINIC if command[0] == "export" else ONE), *ON_THE_DAY]
    program = subprocess.Popen([sys.executable, "-c", MAIN, *words], stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    program.stdout.read(10)
    program.stdout.close()
    complaints = [line for line in program.stderr.read().decode().splitlines() if "booked" not in line]
    program.stderr.close()
    assert (program.wait(timeout=60), complaints) == (0, [])


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="needs /dev/full")
@pytest.mark.parametrize("command", [["export", "-", *ONE], ["explain"]], ids=["export", "explain"])
def test_a_full_disk_behind_standard_output_is_no_bug(command):
    with Path("/dev/full").open("wb") as full:
        done = subprocess.run(
            [sys.executable, "-c", MAIN, *command], stdout=full, stderr=subprocess.PIPE, timeout=60, check=False
        )
    message = done.stderr.decode()
    assert done.returncode == 3
    assert "The program made a mistake" not in message
    assert "Traceback" not in message


def test_a_closed_standard_input_is_a_sentence(wbc):
    done = wbc("import", "-", stdin=None)  # what Python makes of `<&-`
    assert done.code in (2, 3)
    assert "Traceback" not in done.err
