"""Every figure of the JSON against a second implementation: of the example data, and of an invented registry."""

from __future__ import annotations

import csv
import math
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from tables.cohort_of_rows import EDGES, tables_of
from tables.cohort_people import ANALYTES, Person, day_number
from tables.runs import CLINIC, ON_THE_DAY

from wbc_tracker.invented.populations import World, invent_registry

AS_OF = "2026-11-23"
#: What the document tells beside figures; each of them is held elsewhere.
WORDS = {"program_version", "catalogue_version", "disclaimer", "notes"}
SETTINGS = {
    "as_of": AS_OF,
    "same_day": "before",
    "analytes": list(ANALYTES),
    "since": ["first", "last"],
    "window_weeks": list(EDGES),
    "depleted_below_count": 10,
    "depleted_below_percent": 1,
    "early_from_days": 70,
    "early_to_days": 112,
    "sustained_from_days": 14,
    "mostly_depleted_percent": 80,
    "pre_dose_days": 56,
    "origins": ["first", "last"],
    "suppress_below": 0,
    "is_inclusive": False,
    "uses": "both",
    "rules": [],
}


def differences(ours: Any, theirs: Any, where: str = "") -> Iterator[str]:
    """Where two documents differ; a key that only one of them has is a difference."""
    if isinstance(ours, dict) and isinstance(theirs, dict):
        for name in ours.keys() | theirs.keys():
            yield from differences(ours.get(name, "no such key"), theirs.get(name, "no such key"), f"{where}/{name}")
    elif isinstance(ours, list) and isinstance(theirs, list) and len(ours) == len(theirs):
        for place, (one, other) in enumerate(zip(ours, theirs, strict=True)):
            yield from differences(one, other, f"{where}/{place}")
    elif isinstance(ours, int | float) and isinstance(theirs, int | float) and type(ours) is not bool:
        if not math.isclose(ours, theirs, rel_tol=1e-9, abs_tol=1e-9):
            yield f"{where}: {ours} and {theirs}"
    elif ours != theirs and not (ours is None and isinstance(theirs, float) and math.isnan(theirs)):
        yield f"{where}: {ours} and {theirs}"


def check(
    document: dict[str, Any],
    labs: list[dict[str, Any]],
    doses: list[dict[str, Any]],
    groups: dict[str, str],
    by: str,
    ended: dict[str, int] | None = None,
) -> None:
    ids = sorted({row["patient_id"] for row in (*labs, *doses)})
    people = {}
    for who in ids:
        of_one = [[row for row in rows if row["patient_id"] == who] for rows in (labs, doses)]
        people[who] = Person(*of_one, day_number(AS_OF), (ended or {}).get(who))
    present = {result.analyte for one in people.values() for result in one.results}
    names = sorted({name for who in ids if (name := groups.get(who))})
    names += ["not told"] * any(who not in groups for who in ids)
    expected = {
        "as_of": AS_OF,
        "grading": "CTCAE v5.0",
        "settings": SETTINGS | {"by": by},
        **tables_of(list(people.values()), present),
        "groups": [
            {"group": name, **tables_of([people[who] for who in ids if groups.get(who, "not told") == name], present)}
            for name in names
        ],
    }
    told = {name: value for name, value in document.items() if name not in WORDS}
    assert list(differences(told, expected)) == []


def test_the_example_clinic_and_each_drug(wbc):
    labs, doses = (
        list(csv.DictReader(Path(CLINIC[place]).read_text(encoding="utf-8").splitlines())) for place in (1, 3)
    )
    drugs: dict[str, str] = {}
    for row in sorted(doses, key=lambda row: row["infused_on"]):
        if row["infused_on"] <= AS_OF:
            drugs.setdefault(row["patient_id"], row["drug"])
    check(wbc("cohort", *CLINIC, *ON_THE_DAY, "--by", "drug", "--format", "json").json, labs, doses, drugs, "drug")


@pytest.fixture
def registry():
    """Labs and doses of 60 people who do not exist, made odd: limits, low counts, other drugs, doses left out."""
    analytes = ("wbc", "neutrophils", "lymphocytes", "cd19", "igg")
    made = invent_registry(2400, World(60, analytes=analytes, residue=14.0, seed=3))
    place = {f"p{number:05}": number for number in range(60)}
    labs, seen = [], set()
    for number, row in enumerate(made.labs.to_pylist()):
        analyte, who = row["analyte"], place[row["patient_id"]]
        is_first = (who, analyte) not in seen
        seen.add((who, analyte))
        row["arm"] = "" if who % 7 == 0 else "abc"[who % 3]
        if analyte == "cd19" and (row["value"] in ("2", "3", "4") or (is_first and who % 8 == 2)):
            row["value"] = "<5"  # before the first dose: an earlier one is not on record
        if analyte == "igg" and number % 55 == 4:
            row["value"] = f">{row['value']}"
        if analyte == "lymphocytes" and who % 5 == 0:
            row["value"] = ("<1.2", "0.4", "0.15", "0.9")[number % 4]  # the first: not certainly below 1.0
        if analyte == "neutrophils" and number % 65 == 1:
            row["value"] = "0.9"
        if not (is_first and analyte == "cd19" and who % 8 == 5):
            labs.append(row)
    doses = made.infusions.to_pylist()
    for row in doses:
        row["drug"] = {8: "rituximab", 17: "ofatumumab"}.get(place[row["patient_id"]] % 20, row["drug"])
    # Every sixth is untreated; of the others some doses are left out.
    return labs, [
        row for number, row in enumerate(doses) if place[row["patient_id"]] % 6 and number % 13 not in (0, 4, 5)
    ]


def test_an_invented_registry_by_a_column_with_ends_of_treatment(wbc, tmp_path, registry):
    labs, doses = registry
    last = {row["patient_id"]: row["infused_on"] for row in sorted(doses, key=lambda row: row["infused_on"])}
    ends = {who: f"{day[:4]}-12-31" for number, (who, day) in enumerate(sorted(last.items())) if number % 9 == 0}
    events = [
        {"patient_id": who, "date": day, "kind": ("left", "stopped")[place % 2], "note": ""}
        for place, (who, day) in enumerate(ends.items())
    ]
    for name, rows in (("labs", labs), ("doses", doses), ("events", events)):
        with (tmp_path / f"{name}.csv").open("w", encoding="utf-8", newline="") as stream:
            writer = csv.DictWriter(stream, list(rows[0]))
            writer.writeheader()
            writer.writerows(rows)
    options = (("--labs", "labs"), ("--infusions", "doses"), ("--events", "events"))
    asked = [word for option, name in options for word in (option, tmp_path / f"{name}.csv")]
    done = wbc("cohort", *asked, "--by", "arm", "--as-of", AS_OF, "--format", "json")
    assert done.code == 0, done.err
    arms = {row["patient_id"]: row["arm"] for row in labs if row["arm"]}
    check(done.json, labs, doses, arms, "arm", {who: day_number(day) for who, day in ends.items()})
