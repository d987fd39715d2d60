"""What is printed as JSON fits its schema, and the schema refuses whatever its contract does not allow.

Whether a damage is allowed is read from the types of the contract; the schemas answer for themselves. The report has
two: the one that is printed, and the one that was agreed and written by hand.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from jsonschema import Draft202012Validator
from tables.contracts import damages
from tables.labs import CATALOG
from tables.runs import CLINIC, EXAMPLES, ON_THE_DAY, ONE

from wbc_tracker.render.json import import_contract
from wbc_tracker.render.json.contract import ReportJson
from wbc_tracker.render.json.import_contract import ImportJson
from wbc_tracker.render.json.schema import document_schema

FIXTURES = Path(__file__).parents[1] / "fixtures"
#: So many places of every part of the contract are damaged.
PLACES = 3
IMPORTS = document_schema(import_contract, ImportJson, "wbc-tracker import", CATALOG)


def reports(wbc, file) -> list[Any]:
    people = [(*CLINIC, "--patient", f"clinic-{number:02d}") for number in (1, 12, 21)]
    few = ("--labs", file("few.csv", "2024-01-02 WBC >4.0", "2024-02-01T08:15 CD19 <1"))
    happened = ("--events", file("events.csv", "2024-01-20,infection,cold", header="happened_on,kind,note"))
    whole = [wbc("report", *words, *ON_THE_DAY, "--format", "json").json for words in (ONE, *people, (*few, *happened))]
    chosen = ("--since", "2025-01-01", "--until", "2026-01-01", "--analyte", "wbc")
    early = wbc("report", *ONE, "--as-of", "2022-10-17", "--format", "json").json
    return [*whole, early, wbc("report", *ONE, *ON_THE_DAY, *chosen, "--format", "json").json]


def imports(wbc, file) -> list[Any]:
    labs = sorted((FIXTURES / "labs").glob("*.csv"))[::5]
    seen = (EXAMPLES / "labs.csv", EXAMPLES / "clinic_labs.csv", file("none.csv", "nothing"), "missing.csv")
    told = wbc("import", *seen, *ON_THE_DAY, "--dry-run", "--format", "json").json
    taken = wbc("import", *labs, "--patient", "me", *ON_THE_DAY, "--format", "json").json
    return [told, taken, wbc("infusion", "import", EXAMPLES / "infusions.csv", "--format", "json").json]


def with_words_of_the_catalogue(agreed: Any, printed: Any) -> Any:
    """The agreed schema leaves these lists to the catalogue; other tests hold them."""
    for name in ("analyte", "drug", "event_kind", "flag_code", "statement", "unit"):
        agreed["$defs"][name]["enum"] = printed["$defs"][name]["enum"]
    return agreed


def problems(schema: Any, told: Any) -> list[str]:
    return [f"{error.json_path}: {error.message[:120]}" for error in Draft202012Validator(schema).iter_errors(told)]


def unlike_the_contract(schema: Any, root: type, documents: list[Any]) -> list[str]:
    """Which damages the schema takes although the contract does not, or refuses although it does."""
    validator = Draft202012Validator(schema)
    done = list(damages(root, documents, PLACES))
    assert len(done) > 100
    assert any(damage.is_allowed for damage in done) == (root is ImportJson)
    return [damage.told for damage in done if validator.is_valid(damage.document) != damage.is_allowed]


def test_both_schemas_of_the_report_take_what_is_printed_and_refuse_every_damage(wbc, file):
    printed = wbc("explain", "--json-schema").json
    agreed = json.loads((FIXTURES / "report.schema.json").read_text(encoding="utf-8"))
    documents = reports(wbc, file)
    for schema in (printed, with_words_of_the_catalogue(agreed, printed)):
        assert [problems(schema, document) for document in documents] == [[]] * len(documents)
        assert unlike_the_contract(schema, ReportJson, documents) == []


def test_the_schema_of_an_import_takes_what_is_printed_and_refuses_every_damage(wbc, file):
    Draft202012Validator.check_schema(IMPORTS)
    documents = imports(wbc, file)
    assert [problems(IMPORTS, document) for document in documents] == [[]] * len(documents)
    assert unlike_the_contract(IMPORTS, ImportJson, documents) == []
    assert {entry["error"] is None for document in documents for entry in document["files"]} == {True, False}
