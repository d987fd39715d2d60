"""The user's own columns and rules in blocks: as of the whole files."""

from __future__ import annotations

import json
from itertools import product
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from tables.runs import ON_THE_DAY

from wbc_tracker.scale import run

RULES = ("--rules", Path(__file__).parents[2] / "examples" / "rules.toml")
HEADER = "patient_id,collected_at,analyte,value,unit,sex,arm,site,number"
#: Of p0 the site changes; of p1 the arm is not told; a number tells who each is.
PEOPLE = {
    "p0": "f,verum,{site},100",
    "p1": "m,,south,101",
    "p2": "f,placebo,south,102",
    "p3": "m,verum,north,103",
    "p4": ",placebo,north,104",
}
DRAWS = [("2024-12-20", "CD19", 90), ("2025-04-01", "CD19", 1), ("2025-04-01", "WBC", 2.4), ("2025-09-01", "WBC", 5)]
ROWS = [
    f"{who},{day},{name},{value},{'/uL' if name == 'CD19' else '10^9/L'},{rest.format(site=site)}"
    for (who, rest), site, (day, name, value) in product(PEOPLE.items(), ("north", "south"), DRAWS)
]
CARRIED = [word for name in ("arm", "site", "number") for word in ("--map", f"covariate={name}")]


@pytest.fixture
def files(tmp_path):
    """Return the options that name lab files, each with some rows, and the infusions of all."""

    def write(*rows_of_files, header=HEADER):
        words = []
        for number, rows in enumerate(rows_of_files):
            path = tmp_path / f"labs{number}.csv"
            path.write_text("\n".join([header, *rows]) + "\n")
            words += ["--labs", path]
        infusions = tmp_path / "infusions.csv"
        given = [f"{who},2025-01-{10 + number}" for number, who in enumerate(PEOPLE)]
        infusions.write_text("\n".join(["patient_id,infused_on", *given]) + "\n")
        return [*words, "--infusions", infusions]

    return write


@pytest.mark.parametrize("size", [1, 9, 100])
@pytest.mark.parametrize("rows", [ROWS, ROWS[::2] + ROWS[1::2]], ids=["grouped", "in any order"])
def test_columns_are_carried_along_and_what_they_tell_is_told_of_all(in_blocks, files, rows, size):
    _, told, content = in_blocks(size, *files(rows), *CARRIED)
    assert "'arm': nothing is told of 1 patient." in told
    assert "'site': 1 patient has several values in their rows; as a group they are 'several values'." in told
    assert "'number': each of the 5 patients has a value of their own, so it tells who they are." in told
    assert content.splitlines()[0].endswith(b",source_file,source_row,arm,site,number")
    assert {line.split(b",")[-1] for line in content.splitlines()[1:]} == {b"100", b"101", b"102", b"103", b"104"}


def test_two_with_one_number_in_different_blocks_are_not_told_apart(in_blocks, files):
    rows = [row.replace(",104", ",100") for row in ROWS]
    _, told, _ = in_blocks(9, *files(rows), *CARRIED)
    assert "'number'" not in told


def test_a_file_without_the_column_says_nothing(in_blocks, files):
    words = files(ROWS[:20])
    other = words[1].with_name("other.csv")
    other.write_text("\n".join([",".join(HEADER.split(",")[:5]), *(",".join(row.split(",")[:5]) for row in ROWS[20:])]))
    _, told, _ = in_blocks(9, *words, "--labs", other, *CARRIED[:2])
    assert "'arm': nothing is told of 3 patients." in told


def test_a_column_that_no_file_has_is_refused_as_of_the_whole(in_blocks, files):
    words = files(ROWS[:20], ROWS[20:])
    code, told, _ = in_blocks(9, *words, "--map", "covariate=weight", is_in_blocks=False)
    assert code == 2
    assert "None of the lab files has a column 'weight'" in told


@pytest.mark.parametrize(("count", "depleted"), [(2, 5), (3, 0)])
def test_own_rules_hold_in_every_block(in_blocks, files, count, depleted):
    """Depleted is who has 2 or fewer; by the program's own rule also who has 3."""
    rows = [row.replace("CD19,1,", f"CD19,{count},") for row in ROWS]
    _, told, content = in_blocks(9, *files(rows), *RULES)
    assert "two-or-fewer" in told
    assert content.count(b",depleted,") == depleted


def test_a_column_that_no_file_has_is_refused_as_that_where_blocks_are_the_only_way(wbc, files, tmp_path):
    for words in (files(ROWS), files(ROWS[:20], ROWS[20:])):
        ended = wbc("export", "parts/", *words, "--map", "covariate=weight", *ON_THE_DAY)
        assert (ended.code, "column 'weight' to carry along" in ended.err) == (2, True)
        assert not (tmp_path / "parts").exists()


def test_what_is_not_shown_is_told_once(wbc, files):
    for rows in (ROWS, [*ROWS, 'p5,2025-01-01,WBC,4,10^9/L,f,"q""x",north,1']):  # read in blocks, and whole
        words = ["cohort", *files(rows), "--map", "covariate=arm", *ON_THE_DAY]
        whole, blocks = wbc(*words), wbc(*words, "--workers", 1)
        assert blocks.err == whole.err
        assert whole.err.count("Not shown here: 'arm'.") == 1


@pytest.mark.parametrize("rows", [ROWS, ROWS[::2] + ROWS[1::2]], ids=["grouped", "in any order"])
def test_the_names_of_cdisc_stand_in_every_block(in_blocks, files, rows):
    _, _, content = in_blocks(9, *files(rows), *CARRIED, *RULES, "--names", "cdisc")
    header = content.splitlines()[0]
    assert (header.startswith(b"USUBJID,"), header.endswith(b",arm,site,number")) == (True, True)


def test_a_column_that_bears_such_a_name_is_refused_before_anything_is_read(in_blocks, files):
    words = files(ROWS, header=HEADER.replace("arm", "trta"))
    code, told, _ = in_blocks(9, *words, "--map", "covariate=trta", "--names", "cdisc", is_in_blocks=False)
    assert code == 2
    assert told.startswith("A covariate cannot be called 'trta'")


@pytest.mark.parametrize("rest", [(), CARRIED, (*RULES, "--names", "cdisc")], ids=["plain", "own columns", "cdisc"])
def test_what_they_were_made_with_stands_beside_them(wbc, files, tmp_path, rest):
    words = [*files(ROWS), *rest, "--meta", *ON_THE_DAY]
    for name, workers in (("whole", ()), ("blocks", ("--workers", 1))):
        (tmp_path / name).mkdir()
        assert wbc("export", tmp_path / name / "out.csv", *words, *workers).code == 0
    assert {path.name for path in (tmp_path / "blocks").iterdir()} == {"out.csv", "out.csv.meta.json"}
    for name in ("out.csv", "out.csv.meta.json"):
        assert (tmp_path / "blocks" / name).read_bytes() == (tmp_path / "whole" / name).read_bytes()


@pytest.mark.parametrize("rows", [ROWS, ROWS[::2] + ROWS[1::2]], ids=["grouped", "in any order"])
@pytest.mark.parametrize("rest", [CARRIED, ("--names", "cdisc")], ids=["own columns", "cdisc"])
def test_lines_of_json_are_those_of_the_whole(wbc, files, monkeypatch, tmp_path, rows, rest):
    monkeypatch.setattr(run, "PIECE_RESULTS", 9)
    rows = [row.replace("north", '"a ""quoted"" place"') for row in rows]
    words = [*files(rows), *rest, *ON_THE_DAY]
    whole, blocks = wbc("export", "whole.jsonl", *words), wbc("export", "blocks.jsonl", *words, "--workers", 1)
    assert (blocks.code, blocks.err) == (whole.code, whole.err.replace("whole.jsonl", "blocks.jsonl"))
    content = (tmp_path / "blocks.jsonl").read_bytes()
    assert content == (tmp_path / "whole.jsonl").read_bytes()
    assert len({json.loads(line)["patient_id" if rest == CARRIED else "USUBJID"] for line in content.splitlines()}) == 5


@pytest.mark.parametrize("rest", [CARRIED, RULES, ("--names", "cdisc")], ids=["own columns", "own rules", "cdisc"])
def test_parts_have_them_too(wbc, files, tmp_path, rest):
    words = [*files(ROWS), *rest, *ON_THE_DAY]
    assert wbc("export", "whole.csv", *words).code == 0
    assert wbc("export", "parts/", *words, "--format", "csv", "--partition", 9).code == 0
    parts = [path.read_text().splitlines() for path in sorted((tmp_path / "parts").glob("*.csv"))]
    assert len(parts) > 1
    joined = [parts[0][0], *(line for lines in parts for line in lines[1:])]
    assert joined == (tmp_path / "whole.csv").read_text().splitlines()
    assert wbc("export", "whole.parquet", *words).code == 0
    assert wbc("export", "typed/", *words, "--partition", 9).code == 0
    typed = [pq.read_table(path) for path in sorted((tmp_path / "typed").glob("*.parquet"))]
    assert pa.concat_tables(typed).to_pylist() == pq.read_table(tmp_path / "whole.parquet").to_pylist()


@pytest.mark.parametrize(
    "rest",
    [
        ("--by", "sex"),
        ("--by", "arm"),
        ("--by", "site", "--suppress-below", 3),
        ("--by", "number"),
        RULES,
        (*RULES, "--rules", "other.toml", "--by", "arm"),
    ],
    ids=str,
)
def test_a_cohort_by_own_columns_and_rules_is_that_of_the_whole(wbc, files, monkeypatch, tmp_path, block_counts, rest):
    (tmp_path / "other.toml").write_text('name = "other"\n[thresholds]\ndepleted_below_count = 1\n')
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(run, "PIECE_RESULTS", 9)
    words = ["cohort", *files(ROWS), *rest, *ON_THE_DAY, "--format", "json"]
    whole, divided = wbc(*words), wbc(*words, "--workers", 1)
    assert (divided.code, divided.out, divided.err) == (whole.code, whole.out, whole.err)
    assert block_counts == [5]
    assert whole.code == 0


def test_too_many_groups_are_refused_as_of_the_whole(wbc, files):
    rows = [f"q{n},2025-04-01,WBC,5,10^9/L,f,verum,north,{n}" for n in range(60)]
    words = ["cohort", *files([*ROWS, *rows]), "--by", "number", *ON_THE_DAY]
    whole, divided = wbc(*words), wbc(*words, "--workers", 1)
    assert (divided.code, divided.err) == (whole.code, whole.err)
    assert (whole.code, "number has 65 different values" in whole.err) == (2, True)
