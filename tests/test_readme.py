"""The README: short, and enough to install the program, to see it at work and to read one's own results."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

from readme import README, ROOT, STORIES, Story, blocks, setup_commands, steps

TEXT = README.read_text(encoding="utf-8")


def test_the_first_command_ends_with_the_report_that_is_shown() -> None:
    install, tests = setup_commands()
    (report,) = steps(README)
    assert install.endswith(f"&& .venv/bin/{report.command}")
    assert tests.endswith("-m pytest --numprocesses auto")


def test_the_first_command_installs_the_extra_and_writes_the_page() -> None:
    install, _ = setup_commands()
    assert '".[html]"' in install
    assert "--output visit.html" in install


def test_before_its_first_bare_command_the_readme_says_how_the_program_is_reached() -> None:
    """`wbc-tracker` alone is found only in an environment that is activated, or where it is installed for good."""
    first = min(TEXT.index("```sh\nwbc-tracker"), TEXT.index("```console\n$ wbc-tracker"))
    for words in ("source .venv/bin/activate", r".venv\Scripts\activate", "pipx install", "uv tool install"):
        assert TEXT.index(words) < first


def test_the_extras_that_are_named_are_those_there_are() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    named = {extra for group in re.findall(r"\[([a-z,]+)\]", TEXT) for extra in group.split(",")}
    assert named == set(project["optional-dependencies"])
    assert f"wbc_tracker-{project['version']}-py3-none-any.whl" in TEXT


def test_the_picture_is_there() -> None:
    (picture,) = re.findall(r"!\[[^\]]+\]\(([^)]+)\)", TEXT)
    assert (ROOT / picture).stat().st_size < 250_000


def test_the_commands_for_own_results_work_one_after_the_other(tmp_path: Path) -> None:
    """The block under "Your own results", with the example in place of one's own file, which names no patient."""
    (block,) = [text for language, text in blocks() if language == "sh" and "my-labs.csv" in text]
    commands = [line.split("  #")[0].strip() for line in block.splitlines()]
    assert [command.split()[1] for command in commands] == ["import", "infusion", "report", "report"]
    story = Story(tmp_path)
    for command in commands:
        printed, code = story.run(command.replace("my-labs.csv", "examples/portal.csv"))
        assert code == 0, (command, printed)
    assert "visit.html" in printed


def test_every_command_is_told_in_a_document() -> None:
    from typer.main import get_command

    from wbc_tracker.cli.app import app

    text = "".join(document.read_text(encoding="utf-8") for document in STORIES)
    shown = {name for name, one in get_command(app).commands.items() if not one.hidden}  # type: ignore[attr-defined]
    for name in sorted(shown):
        assert re.search(rf"(`|wbc-tracker ){name}\b", text), f"{name} is told nowhere"
