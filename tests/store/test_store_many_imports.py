"""Many imports or patients in one store: what is asked and changed costs as much as with few of them.

The cost is counted in steps of SQLite's machine, which depend neither on the computer nor on what else it does.
"""

from __future__ import annotations

import pytest
from tables.store import NO_REJECTS, NOON, import_info, infusion, lab_table, reject_table

from wbc_tracker.store import Store

ROWS = [f"me wbc 2024-{month:02}-{day:02} 6.1" for month in (1, 2) for day in range(1, 29)]
DOSES = [infusion(f"{year}-{month}") for year in range(2015, 2025) for month in ("01-05", "07-05")]
WORKS = {
    "load": lambda store: store.results.load(),
    "load one": lambda store: store.results.load("me"),
    "list": lambda store: store.results.list(),
    "import": lambda store: store.results.add(lab_table("me wbc 2025-01-01 5.5"), NO_REJECTS, import_info("new.csv")),
    "import again": lambda store: store.results.add(lab_table(*ROWS), NO_REJECTS, import_info("again.csv")),
    "enter an infusion": lambda store: store.infusions.add(infusion("2025-01-05")),
    "undo": lambda store: store.imports.undo(3),
    "patients": lambda store: store.patients.list(),
}


def _counted(store, work) -> int:
    """Return how many times ten steps a work takes."""
    counted: list[None] = []
    store._file.connection.set_progress_handler(lambda: counted.append(None), 10)
    work()
    store._file.connection.set_progress_handler(None, 10)
    return len(counted)


def _steps(path, imports: int) -> dict[str, int]:
    """Return what each work costs in a store in which so many files hold the same."""
    steps = {}
    with Store(path) as store:
        store.infusions.add_file(DOSES, NO_REJECTS, import_info("infusions.csv"))
        for number in range(imports):
            store.results.add(lab_table(*ROWS), NO_REJECTS, import_info(f"{number}.csv"))
        for name, work in WORKS.items():
            steps[name] = _counted(store, lambda work=work, store=store: work(store))
    return steps


@pytest.fixture(scope="module")
def steps(tmp_path_factory):
    folder = tmp_path_factory.mktemp("stores")
    return {number: _steps(folder / f"{number}.db", number) for number in (5, 100)}


@pytest.mark.parametrize("name", WORKS)
def test_twenty_times_the_imports_cost_the_same(steps, name):
    assert 0 < steps[100][name] < 1.3 * steps[5][name], {number: found[name] for number, found in steps.items()}


def _steps_of_one(path, patients: int) -> dict[str, int]:
    """Return what it costs to change something of one patient, where so many others are."""
    steps = {}
    people = [f"p{number:03}" for number in range(patients)]
    lines = [f"{who} wbc 2024-01-{day:02} 6.1" for who in people for day in range(1, 20)]
    works = {
        "import": lambda store: store.results.add(lab_table("p001 wbc 2025-01-01 5.5"), NO_REJECTS, import_info("n")),
        "undo": lambda store: store.imports.undo(2),
        "remove a result": lambda store: store.results.remove(1, NOON),
        "restore a result": lambda store: store.results.restore(1, NOON),
        "erase": lambda store: store.patients.erase("p002"),
    }
    with Store(path) as store:
        store.results.add(lab_table(*lines), reject_table("a cell"), import_info("all.csv"))
        for name, work in works.items():
            steps[name] = _counted(store, lambda work=work, store=store: work(store))
    return steps


@pytest.fixture(scope="module")
def steps_of_one(tmp_path_factory):
    folder = tmp_path_factory.mktemp("stores")
    return {number: _steps_of_one(folder / f"{number}.db", number) for number in (5, 200)}


@pytest.mark.parametrize("name", ["import", "undo", "remove a result", "restore a result", "erase"])
def test_forty_times_the_patients_cost_the_same(steps_of_one, name):
    found = {number: steps[name] for number, steps in steps_of_one.items()}
    assert 0 < found[200] < 1.3 * found[5] + 20, found
