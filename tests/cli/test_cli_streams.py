"""Standard input, output and error: dashes, encodings, readers that go away, disks that are full."""

from __future__ import annotations

import os
import shlex
import subprocess
import sys
from pathlib import Path

import pytest
from tables.runs import CLINIC, EXAMPLES, ON_THE_DAY, ONE, run_alone

from wbc_tracker.store import Store

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
    done = run_alone("report", "--full", *ONE, *ON_THE_DAY, script=MAIN, **settings)
    assert (done.code, done.err) == (0, "")
    assert "WBC     x10^3/uL  6.5 ->  5.2  -20 %" in done.out


def test_the_csv_is_utf_8_whatever_the_locale(wbc, file, monkeypatch):
    labs = file("a.csv", "Zoë,2024-01-02,WBC,6.5,K/uL", header="patient_id,collected_at,analyte,value,unit")
    done = run_alone("export", "-", "--labs", str(labs), script=MAIN, PYTHONIOENCODING="ascii")
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


#: What a shell does to the streams; the exit code of output that was asked for, of work, and of wrong words.
SPOILT = {">&-": (3, 1, 2), "2>&-": (0, 1, 2), ">&- 2>&-": (3, 1, 2), "| true": (0, 0, 2), "2>&1 | true": (0, 0, 2)}
if Path("/dev/full").exists():
    SPOILT |= {">/dev/full": (3, 1, 2), "2>/dev/full": (0, 1, 2), ">/dev/full 2>&1": (3, 1, 2)}


def _in_a_shell(words: str, spoilt: str) -> tuple[int, str]:
    line = f"{shlex.quote(sys.executable)} -c {shlex.quote(MAIN)} {words} {spoilt}"
    shell = ["bash", "-c", f'{line}; echo "code ${{PIPESTATUS[0]}}"']
    done = subprocess.run(shell, capture_output=True, text=True, timeout=60, check=False)
    told = done.stdout + done.stderr
    assert "Traceback" not in told
    assert "mistake" not in told
    return int(done.stdout.splitlines()[-1].removeprefix("code ")), told


@pytest.mark.skipif(os.name == "nt", reason="a shell of POSIX")
@pytest.mark.parametrize("spoilt", SPOILT)
def test_the_code_tells_the_work_whatever_becomes_of_the_streams(db, spoilt):
    asked, work, wrong = SPOILT[spoilt]
    expected = {"--version": asked, "explode": wrong, "infusion add 2024-01-02": work}
    assert {words: _in_a_shell(words, spoilt)[0] for words in expected} == expected
    with Store(db) as store:
        assert len(store.infusions.list()) == 1


@pytest.mark.skipif(os.name == "nt", reason="a shell of POSIX")
@pytest.mark.parametrize("words", ["--help", "infusion --help", "infusion list"])
def test_what_was_asked_for_survives_a_closed_stream(db, words):
    code, told = _in_a_shell(words, ">&-")
    assert (code, told) == (3, "code 3\nStandard output is closed.\n")


@pytest.mark.skipif(os.name == "nt", reason="a shell of POSIX")
def test_a_reader_that_goes_away_does_not_keep_files_out(db, file):
    names = [file(f"{day}.csv", f"2024-01-{day} WBC 6.5").name for day in ("10", "11", "12")]
    code, told = _in_a_shell(f"import {' '.join(names)}", "| head -1")
    with Store(db) as store:
        assert [record.file for record in store.imports.list()] == names
    assert (code, told.count(" read: ")) == (0, 1)
    assert "(they are 1, 2, 3)" in told


@pytest.mark.skipif(os.name == "nt", reason="streams of POSIX")
def test_what_standard_output_does_not_take_is_told_on_standard_error(db, file):
    file("a.csv", "2024-01-02 WBC 6.5")
    file("b.csv", "2024-02-02 WBC 6.5")
    code, told = _in_a_shell("import a.csv b.csv --format json", ">&-")
    assert code == 1
    assert told.startswith("code 1\nStandard output is closed. What it would say:\n{")
    assert told.count('"added": 1') == 2


@pytest.mark.skipif(not Path("/dev/stdout").exists(), reason="needs /dev/stdout")
@pytest.mark.parametrize("words", ["export", "report --format markdown --output", "cohort --format csv --output"])
def test_the_name_of_standard_output_is_standard_output(wbc, words):
    told = [wbc(*words.split(), name, *CLINIC, *ON_THE_DAY) for name in ("-", "/dev/stdout")]
    assert told[0].out
    assert told[0].out == told[1].out


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="pipes of POSIX")
def test_a_pipe_with_a_name_is_written_to_while_it_is_read(tmp_path):
    assert _in_a_shell(f"export >(cat > copy.csv) {' '.join(ONE)}", "; wait")[0] == 0
    assert (tmp_path / "copy.csv").read_bytes().startswith(b"patient_id,")


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="needs /dev/full")
@pytest.mark.parametrize(
    "words", ["export /dev/full", "export /dev/full --format parquet", "export - --format parquet"]
)
def test_an_output_that_is_full_is_a_sentence(words):
    code, told = _in_a_shell(f"{words} {' '.join(ONE)}", ">/dev/full")
    assert code == 3
    assert "cannot be written: No space left on device." in told


_FULL = """
import resource
from wbc_tracker.cli import main
resource.setrlimit(resource.RLIMIT_FSIZE, (1_000_000, 1_000_000))  # bytes; what is beyond fails as on a full disk
main()
"""


@pytest.mark.skipif(sys.platform == "win32", reason="limits of POSIX")
def test_a_disk_that_is_full_at_the_second_of_three_files(wbc, db, file):
    assert wbc("import", file("first.csv", "2023-01-02 WBC 6.5")).code == 0
    file("a.csv", "2024-01-02 WBC 6.5")
    months = [f"20{year:02}-{month:02}" for year in range(24) for month in range(1, 13)]
    file("b.csv", *(f"{month}-{day:02} WBC 6.5" for month in months for day in range(1, 29)))
    file("c.csv", "2024-03-02 WBC 6.5", "2024-03-03 WBC abc")
    done = run_alone("import", "a.csv", "b.csv", "c.csv", "--format", "json", "--rejects", "rejects.csv", script=_FULL)
    files = {told["file"]: (told["added"], told["error"] and told["error"]["code"]) for told in done.json["files"]}
    assert done.code == 1
    assert files["a.csv"] == (1, None)
    assert files["b.csv"] in ((0, "store_full"), (0, "store_unusable"))
    assert files["c.csv"] == (0, "not_read")
    assert "c.csv was not read, because of that." in done.err
    with Store(db) as store:
        assert [record.file for record in store.imports.list()] == ["first.csv", "a.csv"]


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="needs /dev/full")
def test_rejects_that_cannot_be_written_do_not_deny_what_was_added(wbc, db, file):
    done = wbc("import", file("a.csv", "2024-01-02 WBC 6.5", "2024-01-03 WBC abc"), "--rejects", "/dev/full")
    assert done.code == 1
    assert "/dev/full cannot be written: No space left on device." in done.err
    with Store(db) as store:
        assert len(store.results.load()) == 1


def test_a_closed_standard_input_is_a_sentence(wbc):
    done = wbc("import", "-", stdin=None)  # what Python makes of `<&-`
    assert done.code in (2, 3)
    assert "Traceback" not in done.err
