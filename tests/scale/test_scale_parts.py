"""A folder of parts holds what one file would, whoever writes it, and goes on where it was stopped."""

from __future__ import annotations

import json

import pyarrow.dataset as ds
import pyarrow.parquet as pq
import pytest
from tables.runs import CLINIC, ON_THE_DAY

from wbc_tracker import __version__
from wbc_tracker.errors import UsageError
from wbc_tracker.scale import hands
from wbc_tracker.scale.dask import SeenFile, Station, refuse_strangers, station

ROWS = [f"p{n:02},2025-0{1 + n % 9}-1{day},WBC,{4 + n % 5}.{day},10^9/L" for n in range(20) for day in range(3)]


@pytest.fixture
def labs(tmp_path):
    """Return the options that name a lab file with some rows."""

    def write(rows):
        path = tmp_path / "labs.csv"
        path.write_text("\n".join(["patient_id,collected_at,analyte,value,unit", *rows]) + "\n")
        return ["--labs", path]

    return write


@pytest.fixture
def parts(wbc, tmp_path):
    """Export into the folder `parts/`: `parts("--partition", 7, ...)`."""
    return lambda *words: wbc("export", f"{tmp_path / 'parts'}/", *words, *ON_THE_DAY)


@pytest.fixture
def whole(wbc, tmp_path):
    """Export into one CSV and return its lines."""

    def run(*words):
        assert wbc("export", tmp_path / "whole.csv", *words, *ON_THE_DAY).code == 0
        return (tmp_path / "whole.csv").read_text().splitlines()

    return run


def manifest(tmp_path):
    return json.loads((tmp_path / "parts" / "_manifest.json").read_text())


def joined(tmp_path):
    """Return the lines of the parts one below the other, the header once."""
    told = manifest(tmp_path)
    files = [(tmp_path / "parts" / part["file"]).read_text().splitlines() for part in told["parts"]]
    assert [len(lines) - 1 for lines in files] == [part["rows"] for part in told["parts"]]
    return [files[0][0], *(line for lines in files for line in lines[1:])]


@pytest.mark.parametrize("size", [9, 1000])
def test_parts_joined_are_the_one_file(parts, whole, labs, tmp_path, size):
    words = labs(ROWS)
    assert parts("--partition", size, "--format", "csv", *words).code == 0
    assert joined(tmp_path) == whole(*words)
    told = manifest(tmp_path)
    assert (told["is_complete"], told["rows"], told["version"]) == (True, 60, __version__)
    assert len(told["inputs"][0]["sha256"]) == 64


def test_rows_in_any_order_become_parts_by_patient(parts, whole, labs, tmp_path):
    words = labs(ROWS[::2] + ROWS[1::2])
    assert parts("--partition", 12, "--format", "csv", *words).code == 0
    header, *rows = whole(*words)
    header_of_parts, *rows_of_parts = joined(tmp_path)
    assert (header_of_parts, sorted(rows_of_parts)) == (header, sorted(rows))
    assert len(manifest(tmp_path)["parts"]) > 2


def test_parquet_parts_are_one_data_set(parts, wbc, labs, tmp_path):
    words = labs(ROWS)
    assert parts("--partition", 7, *words).code == 0
    assert wbc("export", tmp_path / "whole.parquet", *words, *ON_THE_DAY).code == 0
    found = ds.dataset(tmp_path / "parts").to_table().to_pandas()
    assert found.astype("str").equals(pq.read_table(tmp_path / "whole.parquet").to_pandas().astype("str"))
    assert b"wbc_tracker" in pq.read_metadata(tmp_path / "parts" / "part-00000.parquet").metadata


def stop(tmp_path, *lost):
    """Leave the folder as a run does that was stopped before it had made some parts."""
    for name in lost:
        (tmp_path / "parts" / name).unlink()
    told = {**manifest(tmp_path), "is_complete": False}
    (tmp_path / "parts" / "_manifest.json").write_text(json.dumps(told))


def test_a_run_that_was_stopped_goes_on(parts, whole, labs, tmp_path):
    words = ["--partition", 7, "--format", "csv", *labs(ROWS)]
    parts(*words)
    stop(tmp_path, "part-00001.csv", "part-00003.csv")
    kept = {path.name: path.stat().st_mtime_ns for path in (tmp_path / "parts").glob("part-*")}
    assert parts(*words).code == 2
    assert parts(*words, "--resume").code == 0
    assert joined(tmp_path) == whole(*words[4:])
    now = {path.name: path.stat().st_mtime_ns for path in (tmp_path / "parts").glob("part-*")}
    assert {name: now[name] for name in kept} == kept


def test_what_is_made_otherwise_does_not_go_on(parts, labs, tmp_path):
    words = ["--partition", 7, "--format", "csv", *labs(ROWS)]
    parts(*words)
    for other in (["--partition", 8, *words[2:]], [*words, "--since", "2025-02-01"], [*words[:2], *words[4:]]):
        ended = parts(*other, "--resume")
        assert (ended.code, "made in this way" in ended.err) == (2, True)
    labs(ROWS[1:])
    assert parts(*words, "--resume").code == 2


def test_parts_of_a_plan_that_the_file_disproves_are_made_anew(parts, whole, labs, tmp_path, monkeypatch):
    """The order of day and month is proved in the last line alone; a stopped run keeps what was made under it."""
    monkeypatch.setattr(hands, "_SAMPLE_BYTES", 120)
    rows = [f"p{n:02},0{n % 9 + 1}/02/2025,WBC,6.1,10^9/L" for n in range(40)]
    words = ["--partition", 15, "--format", "csv", *labs([*rows, "p40,28/02/2025,WBC,6.1,10^9/L"])]
    parts(*words)
    assert manifest(tmp_path)["plans"] == 2
    expected = whole(*words[4:])
    assert joined(tmp_path) == expected
    stop(tmp_path, "part-00000.csv")
    assert parts(*words, "--resume").code == 0
    assert joined(tmp_path) == expected


def test_what_can_be_read_in_two_ways_is_refused_as_of_one_file(parts, wbc, labs, tmp_path):
    """What is typed next keeps the folder a folder."""
    for rows, column, option in [
        (["p,03/04/2024,WBC,5,10^9/L", "q,05/06/2024,WBC,6,10^9/L"], "collected_at", "--date-order dmy"),
        (['p,2024-04-03,WBC,"4,125",10^9/L', 'q,2024-04-03,WBC,"5,125",10^9/L'], "value", "--decimal ,"),
    ]:
        words = labs(rows)
        ended = parts(*words)
        whole = wbc("export", tmp_path / "whole.csv", *words, *ON_THE_DAY)
        assert (ended.code, whole.code) == (3, 3)
        assert ended.err == whole.err.replace("whole.csv", "parts/")
        assert f"labs.csv, column {column!r}: " in ended.err
        assert f"{option}\n" in ended.err
        assert not (tmp_path / "parts").exists()


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["--patient", "p01"], "cannot be cut into parts"),
        (["--format", "xlsx"], "Parts are written as Parquet or CSV."),
        (["--scheduler", "tcp://127.0.0.1:1"], "--scheduler is that of --engine dask."),
        (["--pseudonymize", "key"], "--pseudonymize goes with one file"),
        (["--meta"], "--meta goes with one file"),
    ],
)
def test_what_does_not_go_with_parts_is_refused(parts, labs, tmp_path, words, said):
    ended = parts(*labs(ROWS), *words)
    assert (ended.code, said in ended.err) == (2, True)
    assert not (tmp_path / "parts").exists()


def test_a_file_that_is_read_whole_makes_no_parts(parts, labs, tmp_path):
    ended = parts(*labs([*ROWS, "p40,2025-01-01,WBC"]))
    assert (ended.code, "cannot be cut into parts" in ended.err) == (2, True)
    assert not (tmp_path / "parts").exists()


def test_a_file_is_no_folder(wbc, labs, tmp_path):
    ended = wbc("export", tmp_path / "out.csv", *labs(ROWS), "--engine", "dask")
    assert (ended.code, "the output is a folder of parts" in ended.err) == (2, True)
    ended = wbc("export", tmp_path / "out.csv", *labs(ROWS), "--partition", 7)
    assert (ended.code, "parts are written into a folder" in ended.err) == (2, True)


@pytest.mark.parametrize("name", ["whole.csv/", f"{'x' * 300}/", "whole.csv/in/"])
def test_a_folder_that_cannot_be_is_a_sentence(wbc, labs, tmp_path, name):
    words = labs(ROWS)
    (tmp_path / "whole.csv").write_text("mine")
    ended = wbc("export", f"{tmp_path}/{name}", *words, *ON_THE_DAY)
    assert (ended.code, len(ended.err.splitlines())) == (2, 2)
    assert (tmp_path / "whole.csv").read_text() == "mine"


def test_a_dask_cluster_writes_the_same_parts(parts, whole, tmp_path):
    """Real processes of a cluster on this machine, the clinic of the examples."""
    words = ["--partition", 3_000, "--format", "csv", *CLINIC]
    assert parts(*words, "--engine", "dask", "--workers", 1).code == 0
    assert joined(tmp_path) == whole(*CLINIC)


OWN = Station("here", "1", "2", {"/labs.csv": SeenFile(9, 8, "7")})


@pytest.mark.parametrize(
    ("other", "said"),
    [
        (OWN._replace(host="there", version="0"), "The worker on there runs wbc-tracker 0 with catalogue 2"),
        (OWN._replace(host="there", catalogue="1"), "runs wbc-tracker 1 with catalogue 1; here it is 1 with 2."),
        (OWN._replace(files={"/labs.csv": SeenFile()}), "The worker on here cannot read /labs.csv."),
        (OWN._replace(files={"/labs.csv": SeenFile(9, 8, "6")}), "sees another file as /labs.csv."),
    ],
)
def test_a_worker_that_would_do_something_else_is_refused(other, said):
    refuse_strangers([OWN], OWN, "")
    with pytest.raises(UsageError) as refused:
        refuse_strangers([OWN, other], OWN, "")
    assert said in refused.value.message


def test_nobody_is_no_cluster():
    with pytest.raises(UsageError, match="has no workers"):
        refuse_strangers([], OWN, "tcp://host:1")


def test_a_station_tells_how_it_sees_a_file(tmp_path):
    (tmp_path / "labs.csv").write_bytes(b"x" * 5000)
    told = station([tmp_path / "labs.csv", tmp_path / "none.csv"])
    assert told.files[str(tmp_path / "none.csv")] == SeenFile()
    seen = told.files[str(tmp_path / "labs.csv")]
    assert (seen.size, len(seen.begins)) == (5000, 64)
