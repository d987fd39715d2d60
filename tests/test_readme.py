"""The README cannot rot: its commands run, and print what it shows."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest
from readme import README, blocks, setup_commands, shown

ROOT = README.parent
TRACKER = f'{sys.executable} -c "from wbc_tracker.cli import main; main()"'


def run(command: str, folder: Path) -> subprocess.CompletedProcess[str]:
    environment = {**os.environ, "WBC_TRACKER_DB": str(folder / "store.sqlite"), "PYTHONUTF8": "1"}
    command = re.sub(r"(^|\| |&& )(\.venv/bin/)?wbc-tracker\b", rf"\1{TRACKER}", command)
    return subprocess.run(
        command, shell=True, cwd=ROOT, env=environment, capture_output=True, text=True, encoding="utf-8", check=False
    )


@pytest.mark.parametrize(("command", "output"), shown(), ids=[command[:50] for command, _ in shown()])
def test_prints_what_the_readme_shows(command: str, output: str, tmp_path: Path) -> None:
    assert run(command, tmp_path).stdout == output


def test_the_first_command_ends_with_the_report_that_is_shown() -> None:
    install, tests = setup_commands()
    assert install.endswith(f"&& .venv/bin/{shown()[0][0]}")
    assert tests.endswith("-m pytest --numprocesses auto")


def test_the_first_command_installs_the_extra_and_writes_the_page() -> None:
    install, _ = setup_commands()
    assert '".[html]"' in install
    assert "--format html --output visit.html" in install


def test_before_its_first_bare_command_the_readme_says_how_the_program_is_reached() -> None:
    """`wbc-tracker` alone is found only in an environment that is activated."""
    text = README.read_text(encoding="utf-8")
    told = [text.index(words) for words in ("source .venv/bin/activate", r".venv\Scripts\activate")]
    assert max(told) < min(text.index("```sh\nwbc-tracker"), text.index("```console\n$ wbc-tracker"))


def test_the_pictures_of_the_readme_are_there() -> None:
    (picture,) = re.findall(r"!\[[^\]]+\]\(([^)]+)\)", README.read_text(encoding="utf-8"))
    assert (ROOT / picture).stat().st_size < 250_000


def test_the_store_commands_work_one_after_the_other(tmp_path: Path) -> None:
    """The block under "Your own results", with the example in place of one's own file, which names no patient."""
    own = tmp_path / "my-labs.csv"
    lines = (ROOT / "examples/labs.csv").read_text().splitlines()
    own.write_text("\n".join(line.partition(",")[2] for line in lines) + "\n")
    (block,) = [text for language, text in blocks() if language == "sh" and "my-labs.csv" in text]
    steps = [line.split("  #")[0].strip() for line in block.splitlines()]
    assert [step.split()[1] for step in steps] == ["import", "infusion", "report", "export"]
    for step in steps:
        named = step.replace("my-labs.csv", str(own)).replace("annotated.csv", str(tmp_path / "a.csv"))
        done = run(named, tmp_path)
        assert done.returncode == 0, (step, done.stderr)
    assert (tmp_path / "a.csv").read_text().startswith("patient_id,collected_at,analyte,")


def test_the_chart_of_the_readme_is_drawn(tmp_path: Path) -> None:
    (block,) = [text for language, text in blocks() if language == "sh" and text.startswith("wbc-tracker chart")]
    done = run(block.replace("counts.svg", str(tmp_path / "counts.svg")), tmp_path)
    assert done.returncode == 0, done.stderr
    assert (tmp_path / "counts.svg").read_text(encoding="utf-8").startswith("<svg")


def test_every_command_is_in_the_readme() -> None:
    from typer.main import get_command

    from wbc_tracker.cli.app import app

    text = README.read_text(encoding="utf-8")
    for name in get_command(app).commands:  # type: ignore[attr-defined]
        assert f"`{name}" in text, f"{name} is not in the README"
