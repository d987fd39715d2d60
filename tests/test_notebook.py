"""The public names, as a notebook uses them: the same bytes and words as the commands."""

from __future__ import annotations

import json
from pathlib import Path

import pandas as pd
import pytest

import wbc_tracker as api
from wbc_tracker.errors import UsageError

EXAMPLES = Path(__file__).parents[1] / "examples"


@pytest.fixture(scope="module")
def dataset() -> api.Dataset:
    labs = api.read_labs(EXAMPLES / "labs.csv")
    given = api.read_infusions(EXAMPLES / "infusions.csv")
    return api.from_readings([labs], [given], "2026-11-23")


@pytest.fixture(scope="module")
def annotated(dataset: api.Dataset) -> pd.DataFrame:
    return api.derive_flags(api.annotate(dataset.results, dataset.infusions, as_of=dataset.as_of))


def test_an_export_is_the_file_of_the_command(annotated, wbc, tmp_path):
    api.write_export(annotated, tmp_path / "own.csv")
    files = ["--labs", str(EXAMPLES / "labs.csv"), "--infusions", str(EXAMPLES / "infusions.csv")]
    wbc("export", str(tmp_path / "command.csv"), *files, "--as-of", "2026-11-23")
    assert (tmp_path / "own.csv").read_bytes() == (tmp_path / "command.csv").read_bytes()


@pytest.mark.parametrize("suffix", ["jsonl", "parquet"])
def test_the_ending_is_the_format(annotated, tmp_path, suffix):
    file = tmp_path / f"out.{suffix}"
    api.write_export(annotated, file)
    table = pd.read_parquet(file) if suffix == "parquet" else pd.read_json(file, lines=True)
    assert len(table) == len(annotated)


def test_another_ending_is_refused_and_nothing_written(annotated, tmp_path):
    with pytest.raises(UsageError, match=r"should end in \.csv, \.jsonl, \.parquet"):
        api.write_export(annotated, tmp_path / "out.doc")
    assert list(tmp_path.iterdir()) == []


def test_a_report_is_built_and_told(dataset):
    report = api.build_report(dataset)
    assert json.loads(api.render_json(report))["as_of"] == "2026-11-23"
    assert "2026-11-23" in api.render_markdown(report, report.patients[0])


def test_a_report_of_nobody_on_record_is_refused(dataset):
    with pytest.raises(UsageError, match="There is no patient 'zoe'"):
        api.build_report(dataset, ["zoe"])


@pytest.mark.parametrize("name", [name for name in api.__all__ if name != "__version__"])
def test_every_public_name_tells_what_it_is(name):
    assert getattr(api, name).__doc__
