"""In blocks or whole: the same bytes, the same words, the same exit code."""

from __future__ import annotations

import errno
import os
import stat
from concurrent.futures.process import BrokenProcessPool
from pathlib import Path

import pytest
from tables.runs import CLINIC, ON_THE_DAY

from wbc_tracker.scale import hands
from wbc_tracker.scale import run as engine
from wbc_tracker.scale.temp import private_folder

FIXTURES = Path(__file__).parents[1] / "fixtures" / "labs"
#: Files with a column of patients, in which the rows of each stand together.
FILES = [
    "cdisc_sdtm_lb",
    "dutch_short_names_of_blood",
    "fhir_in_flat_columns",
    "hostile_cells",
    "i2b2_operator_in_tval",
    "mimic_labevents",
    "names_of_an_intensive_care_database",
    "norwegian_registry",
    "patient_missing_in_a_row",
    "pcornet_lab_result_cm",
    "several_patients_wide",
    "synthea_observations",
    "wide_with_unit_and_range_columns",
]


@pytest.mark.parametrize("file", FILES)
def test_a_file_in_blocks_is_the_file(in_blocks, file):
    in_blocks(2, "--labs", FIXTURES / f"{file}.csv")


def test_a_clinic_in_two_processes_is_the_clinic(in_blocks):
    _, told, content = in_blocks(2_000, *CLINIC, workers=2)
    assert "annotated results were written" in told
    assert content.count(b"\n") > 8_000


HEADER = "patient_id,collected_at,analyte,value,unit,status,panel"
#: Of each patient: what repeats, what is replaced or withdrawn, what cannot be read, what is another test.
DRAWS = [
    "2025-01-10,WBC,6.1,10^9/L,final,",
    "2025-01-10,WBC,6.1,10^9/L,final,",
    "2025-01-10 08:00,WBC,6.1,10^9/L,final,",
    "2025-02-10,Lymphocytes,1.2,10^9/L,preliminary,",
    '2025-02-10,Lymphocytes,"1.4",10^9/L,corrected,',
    "2025-03-10,Neutrophils,3.{digit},10^9/L,withdrawn,",
    "2025-03-11,Neutrophils,0.4,10^9/L,,",
    "2025-03-12,Neutrophils,many,10^9/L,,",
    "2025-03-12,Sodium,140,mmol/L,,",
    "2025-03-12,WBC,4,10^9/L,,urine",
    "2027-01-01,WBC,5.0,10^9/L,,",
    '2025-06-01,WBC,7.{digit},10^9/L,,"=cmd, quoted"',
    "2025-06-01,CD19,<1,/uL,,",
]
PATIENTS = [f"p{number:02}" for number in range(6)]
ROWS = [f"{who},{draw.format(digit=n)}" for n, who in enumerate(PATIENTS) for draw in DRAWS]
INFUSIONS = """patient_id,infused_on,drug,dose_mg
p04,2025-02-01,ocrelizumab,600
stranger,2025-02-01,ocrelizumab,600
p01,2025-02-01,ocrelizumab,300
p01,2025-02-15,ocrelizumab,300
p01,2025-02-15,ocrelizumab,
p02,2027-02-01,ocrelizumab,600
another,2025-02-01,ocrelizumab,600
p03,someday,ocrelizumab,600
"""
EVENTS = """patient_id,happened_on,kind
p01,2025-03-01,vaccination
p00,2027-03-01,infection
nobody,2025-03-01,relapse
"""


@pytest.fixture
def clinic(tmp_path):
    """Return the options that name the files of the clinic; its labs hold some rows: `clinic(ROWS)`."""

    def write(*files):
        words = []
        for number, rows in enumerate(files):
            path = tmp_path / f"labs{number}.csv"
            path.write_text("\n".join([HEADER, *rows]) + "\n")
            words += ["--labs", path]
        (tmp_path / "infusions.csv").write_text(INFUSIONS)
        (tmp_path / "events.csv").write_text(EVENTS)
        return [*words, "--infusions", tmp_path / "infusions.csv", "--events", tmp_path / "events.csv"]

    return write


@pytest.mark.parametrize("size", [1, 7, 40])
def test_rejects_repeats_and_what_is_of_others_are_told_as_of_the_whole(in_blocks, clinic, size):
    code, told, content = in_blocks(size, *clinic(ROWS))
    assert code == 1
    assert "6 cells could not be read" in told
    assert "6 results after 2026-11-23 were left out" in told
    assert "no results have that patient_id: 2 infusions of 'stranger', 'another'" in told
    assert "1 infusion after 2026-11-23 counts as booked" in told
    assert content.count(b"\n") == 1 + 6 * 5


MIXED = ROWS[::2] + ROWS[1::2]
#: The last lines are of the first patient, too.
LATE = [*ROWS[:6], *ROWS[13:], *ROWS[6:13]]


@pytest.mark.parametrize(("rows", "size", "first"), [(MIXED, 10, 100_000), (LATE, 40, 500), (LATE, 10, 500)])
def test_rows_in_any_order_come_back_in_theirs(in_blocks, clinic, monkeypatch, rows, size, first):
    """Whether the first lines show it, or the last block does."""
    monkeypatch.setattr(hands, "_SAMPLE_BYTES", first)
    code, _, content = in_blocks(size, *clinic(rows))
    assert code == 1
    assert content.count(b"\n") == 1 + 6 * 5


def test_several_files_are_one_after_the_other(in_blocks, clinic):
    in_blocks(20, *clinic(ROWS[::3], ROWS[1::3], ROWS[2::3]))


@pytest.mark.parametrize(
    "words", [("--analyte", "wbc"), ("--since", "2025-03-01", "--until", "2025-03-31"), ("--same-day", "after")]
)
def test_what_is_chosen_is_chosen_of_all(in_blocks, clinic, words):
    in_blocks(40, *clinic(ROWS), *words)


def test_what_the_first_lines_do_not_show_is_found_later(in_blocks, clinic, monkeypatch):
    """The order of day and month is proved in the last line alone: all is read again under it."""
    monkeypatch.setattr(hands, "_SAMPLE_BYTES", 120)
    rows = [f"p{n:02},0{n % 9 + 1}/02/2025,WBC,6.1,10^9/L,," for n in range(40)]
    _, _, content = in_blocks(15, *clinic([*rows, "p40,28/02/2025,WBC,6.1,10^9/L,,"])[:2])
    assert b"2025-02-09" in content


@pytest.mark.parametrize(
    "last",
    [
        "p40,03/28/2025,WBC,6.1,10^9/L,,\np41,28/03/2025,WBC,6.1,10^9/L,,",  # both orders are proved
        'p40,2025-01-01,WBC,6.1,10^9/L,,"two\nlines"',
        "p40,2025-01-01,WBC",
        "p40,2025-01-01,WBC,6.1,10^9/L,,\n",
    ],
)
def test_what_needs_the_whole_file_is_read_whole(in_blocks, clinic, last):
    rows = [f"p{n:02},2025-01-{n % 27 + 1:02},WBC,6.1,10^9/L,," for n in range(40)]
    in_blocks(7, *clinic([*rows, last])[:2], is_in_blocks=False)


def test_one_patient_of_several_is_left_to_the_whole_file(in_blocks, clinic):
    in_blocks(7, *clinic(ROWS), "--patient", "p01", is_in_blocks=False)


def test_a_full_disk_is_one_sentence(wbc, clinic, tmp_path, monkeypatch):
    def full(handle, content):
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr("wbc_tracker.scale.filling._write_whole", full)
    ended = wbc("export", tmp_path / "out.csv", *clinic(ROWS), "--workers", 1, *ON_THE_DAY)
    assert ended.code == 3
    assert ended.err.splitlines()[-2] == f"{tmp_path / 'out.csv'} cannot be written: No space left on device."
    assert not [path.name for path in tmp_path.iterdir() if "out" in path.name or "work" in path.name]


def test_a_worker_that_is_gone_is_one_sentence(wbc, clinic, tmp_path, monkeypatch):
    def die(*_):
        raise BrokenProcessPool("gone")

    monkeypatch.setattr(engine, "annotate_files", die)
    ended = wbc("export", tmp_path / "out.csv", *clinic(ROWS), "--workers", 1, *ON_THE_DAY)
    assert (ended.code, ended.err.splitlines()) == (
        3,
        [
            "A worker was stopped; probably the memory ran short. Nothing was written.",
            "Try --workers 1, or close other programs.",
        ],
    )


def test_what_a_killed_run_left_is_removed_and_told(wbc, clinic, tmp_path):
    with private_folder(tmp_path) as folder:
        gone = folder.with_name(folder.name.replace(f"-{os.getpid()}-", "-99999999-"))
        assert stat.S_IMODE(folder.stat().st_mode) == 0o700
        folder.rename(gone)
        (gone / "in-0.arrow").write_text("p01")
    ended = wbc("export", tmp_path / "out.csv", *clinic(ROWS), "--workers", 1, *ON_THE_DAY)
    assert ended.err.splitlines()[0] == f"Removed {gone}, which an earlier run had left when it was stopped."
    assert not gone.exists()
