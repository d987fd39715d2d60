"""`explain` and the help: every flag, column, command and option is told."""

from __future__ import annotations

import re

import pytest
from typer.main import get_command

from wbc_tracker.catalog import load_catalog
from wbc_tracker.cli.app import app
from wbc_tracker.schema import EXPORT_COLUMNS

CATALOG = load_catalog()
COMMANDS = [
    "demo",
    "import",
    "report",
    "export",
    "chart",
    "cohort",
    "explain",
    "result",
    "result add",
    "result list",
    "result remove",
    "result restore",
    "result move",
    "event",
    "event add",
    "event import",
    "event list",
    "event remove",
    "event restore",
    "infusion",
    "infusion add",
    "infusion import",
    "infusion list",
    "infusion remove",
    "infusion restore",
    "infusion edit",
    "imports",
    "imports list",
    "imports undo",
    "imports rejects",
    "patients",
    "patients list",
    "patients remove",
    "patients restore",
    "patients rename",
    "patients merge",
    "profiles",
    "profiles list",
    "profiles show",
    "profiles remove",
    "store",
    "store path",
    "store check",
    "store backup",
    "store restore",
]


def flowing(done) -> str:
    return " ".join(done.out.split())


def test_explain_lists_all_flags_and_statements(wbc):
    done = wbc("explain")
    assert done.code == 0
    for code, flag in CATALOG.flags.items():
        assert re.search(rf"^{code} \(.*\): {flag.title.split()[0]}", done.out, re.MULTILINE | re.DOTALL)
    text = flowing(done)
    assert [statement.id for statement in CATALOG.statements.values() if statement.text not in text] == []
    assert CATALOG.disclaimer in text


@pytest.mark.parametrize("code", CATALOG.flags)
def test_explain_tells_a_flag_in_full(wbc, code):
    flag, text = CATALOG.flags[code], flowing(wbc("explain", code))
    assert text.startswith(f"{code}: {flag.title} Severity: ")
    for part in (flag.rule, flag.means_not, flag.next_step, CATALOG.disclaimer, f"Catalogue {CATALOG.version}"):
        assert part in text
    for statement in flag.statements:
        assert f"Teaches {statement}: {CATALOG.statements[statement].text}" in text
    for source in flag.sources:
        assert f"{CATALOG.sources[source].text} ({CATALOG.sources[source].certainty})" in text
    for threshold in flag.thresholds:
        assert f"{CATALOG.thresholds[threshold].value:g} " in text
        assert CATALOG.thresholds[threshold].meaning in text
    assert ("CTCAE v5.0" in text) or flag.analyte is None


def test_the_cuts_of_a_graded_flag_are_told(wbc):
    text = flowing(wbc("explain", "lymphopenia"))
    assert "grade 2 below 0.8 x10⁹/L [1] grade 3 below 0.5 x10⁹/L [1] grade 4 below 0.2 x10⁹/L [1]" in text
    assert "grade 1 info, grade 2 info, grade 3 discuss, grade 4 urgent" in text


@pytest.mark.parametrize("code", CATALOG.flags)
def test_every_figure_names_its_source(wbc, code):
    """`10 /µL: B cells count as depleted below this CD19 count. [1]`, and [1] stands under Sources."""
    text = flowing(wbc("explain", code))
    for name in CATALOG.flags[code].thresholds:
        threshold = CATALOG.thresholds[name]
        (number,) = re.findall(rf"{re.escape(threshold.meaning)} \[(\d+)\]", text)
        assert f"[{number}] {CATALOG.sources[threshold.source].text}" in text


def test_the_grading_version_is_told_wherever_a_grade_decides(wbc):
    graded = {flag.code for flag in CATALOG.flags.values() if flag.analyte}
    told = {code for code in CATALOG.flags if "Grading: CTCAE v5.0." in flowing(wbc("explain", code))}
    assert told == {*graded, "infection_risk", "broad_fall"}


def test_a_severity_that_depends_says_on_what(wbc):
    assert "Severity: info; discuss where IgG is below 5 g/L." in flowing(wbc("explain", "low_immunoglobulin"))
    assert "Severity: discuss; info where IgG is only falling slightly." in flowing(wbc("explain", "gradual_decline"))


def test_the_limits_of_the_trials_are_told(wbc):
    text = flowing(wbc("explain", "low_immunoglobulin"))
    for told in ("immunoglobulin G below 5.65 g/L", "immunoglobulin A below 0.7 g/L", "immunoglobulin M below 0.4 g/L"):
        assert told in text


def test_the_phone_limits_are_told(wbc):
    text = flowing(wbc("explain", "critical_value"))
    for told in (
        "white cells below 2 x10⁹/L or above 30 x10⁹/L",
        "neutrophils below 0.5 x10⁹/L",
        "platelets below 20 x10⁹/L or above 1000 x10⁹/L",
        "hemoglobin below 70 g/L or above 200 g/L",
    ):
        assert told in text


def test_explain_columns_tells_every_column_in_the_order_of_the_export(wbc):
    done = wbc("explain", "--columns")
    assert done.code == 0
    names = [line.split(" (")[0] for line in done.lines if not line.startswith(" ")]
    assert names == [column.name for column in EXPORT_COLUMNS]
    text = flowing(done)
    assert [column.name for column in EXPORT_COLUMNS if column.meaning not in text] == []


def test_explain_columns_as_json_is_a_table_schema(wbc):
    schema = wbc("explain", "--columns", "--format", "json").json
    assert schema["missingValues"] == [""]
    fields = {field["name"]: field for field in schema["fields"]}
    assert list(fields) == [column.name for column in EXPORT_COLUMNS]
    assert fields["value"] == {
        "name": "value", "title": "value", "type": "number", "unit": "the column `unit`",
        "description": "The number in the canonical unit (12 significant digits).",
    }  # fmt: skip
    assert fields["last_infusion_on"]["type"] == "date"
    assert fields["collected_at"]["type"] == "string"  # a date, or a date and a time
    assert fields["ctcae_v5_grade"]["constraints"] == {"enum": [0, 1, 2, 3, 4]}
    assert fields["ref_flag"]["constraints"] == {"enum": ["low", "normal", "high"]}
    assert fields["drug"]["constraints"]["enum"] == list(CATALOG.drugs)
    assert "constraints" not in fields["flags"]


def test_the_schema_of_shared_columns(wbc):
    schema = wbc("explain", "--columns", "--dates", "days", "--format", "json").json
    assert schema["fields"][1]["name"] == "collected_day"
    assert schema["fields"][1]["type"] == "integer"


@pytest.mark.parametrize("words", [["--format", "json"], ["--dates", "days"]])
def test_options_of_columns_need_columns(wbc, words):
    done = wbc("explain", *words)
    assert done.code == 2
    assert "--columns" in done.err


def test_explain_stays_within_88_columns(wbc):
    for words in ([], ["--columns"], *([code] for code in CATALOG.flags)):
        assert max(len(line) for line in wbc("explain", *words).lines) <= 88


def test_an_unknown_flag_names_those_there_are(wbc):
    done = wbc("explain", "neutropaenia")
    assert done.code == 2
    assert "neutropenia" in done.err


def test_the_version(wbc):
    done = wbc("--version")
    assert (done.code, done.err) == (0, "")
    assert re.fullmatch(r"wbc-tracker \d+\.\d+\.\d+\n", done.out)


@pytest.mark.parametrize("option", ["--help", "-h"])
def test_the_help_names_every_command(wbc, option):
    done = wbc(option)
    assert done.code == 0
    assert [name for name in COMMANDS if " " not in name and f" {name} " not in done.out] == []
    assert "not medical advice" in done.out


def parts(command, path="") -> dict[str, list]:
    """Return every command by its words, with its parameters."""
    found = {path: command.params}
    for name, part in getattr(command, "commands", {}).items():
        found |= parts(part, f"{path} {name}".strip())
    return found


def test_there_are_these_commands():
    assert sorted(parts(get_command(app))) == sorted(["", *COMMANDS, "help", "version"])


@pytest.mark.parametrize("command", COMMANDS)
def test_every_command_and_option_has_help_text(wbc, command):
    done = wbc(*command.split(), "--help")
    assert done.code == 0
    assert f"Usage: wbc-tracker {command}" in done.out
    silent = [parameter.name for parameter in parts(get_command(app))[command] if not getattr(parameter, "help", "")]
    assert silent == []
    spelled = [name for parameter in parts(get_command(app))[command] for name in parameter.opts if name[0] == "-"]
    assert [name for name in spelled if name not in done.out] == []


@pytest.mark.parametrize("group", ["result", "infusion", "event", "imports", "patients"])
def test_a_group_alone_shows_its_help(wbc, group):
    done = wbc(group)
    assert done.code == 2
    assert "list" in done.out + done.err


def test_a_statement_of_the_document_and_who_teaches_it(wbc):
    done = wbc("explain", "D5")
    assert done.code == 0
    assert done.lines[0] == "D5: Over months the total can decline, differently in each person."
    taught = [line.split()[0] for line in done.lines if line.startswith("  ") and "(" in line]
    assert taught == [code for code, flag in CATALOG.flags.items() if "D5" in flag.statements]
    assert wbc("explain", "d5").out == done.out
