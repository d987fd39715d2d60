"""Many imports in one store: what is asked and changed costs as much as with few of them.

The cost is counted in steps of SQLite's machine, which depend neither on the computer nor on what else it does.
"""

from __future__ import annotations

import pytest
from tables.store import NO_REJECTS, import_info, infusion, lab_table

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


def _steps(path, imports: int) -> dict[str, int]:
    """Return what each work costs in a store in which so many files hold the same."""
    steps = {}
    with Store(path) as store:
        store.infusions.add_file(DOSES, NO_REJECTS, import_info("infusions.csv"))
        for number in range(imports):
            store.results.add(lab_table(*ROWS), NO_REJECTS, import_info(f"{number}.csv"))
        for name, work in WORKS.items():
            counted: list[None] = []
            store._file.connection.set_progress_handler(lambda counted=counted: counted.append(None), 10)
            work(store)
            store._file.connection.set_progress_handler(None, 10)
            steps[name] = len(counted)
    return steps


@pytest.fixture(scope="module")
def steps(tmp_path_factory):
    folder = tmp_path_factory.mktemp("stores")
    return {number: _steps(folder / f"{number}.db", number) for number in (5, 100)}


@pytest.mark.parametrize("name", WORKS)
def test_twenty_times_the_imports_cost_the_same(steps, name):
    assert 0 < steps[100][name] < 1.3 * steps[5][name], {number: found[name] for number, found in steps.items()}
