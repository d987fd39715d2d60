"""The store as it was before an import: as if that import, and those after it, had never been made."""

from __future__ import annotations

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tables.store import NO_REJECTS, import_info, infusion, lab_table
from tables.trials import examples

from wbc_tracker.repeats import drop_repeated
from wbc_tracker.store import Event, ImportInfo, Store
from wbc_tracker.store.past.earlier import ImportMoment

#: Few days, values and states, so that files repeat, replace and withdraw one another.
LINES = st.builds(
    "{} {} {} {} {}".format,
    st.sampled_from(["a", "b"]),
    st.sampled_from(["wbc", "cd19"]),
    st.sampled_from(["2024-01-01", "2024-01-01T08:00:00", "2024-01-02"]),
    st.sampled_from(["5", "6", "<5"]),
    st.sampled_from(["", "final", "preliminary", "corrected", "withdrawn"]),
)
WITHDRAWALS = st.sampled_from(["a wbc 2024-01-01 - withdrawn", "b cd19 2024-01-02 - withdrawn"])
FILES = st.lists(st.lists(LINES | WITHDRAWALS, min_size=1, max_size=6), min_size=2, max_size=4)


def known(frame: pd.DataFrame) -> list[tuple[object, ...]]:
    names = ["patient_id", "analyte", "collected_at", "comparator", "value", "ref_low", "source_file", "source_row"]
    table = drop_repeated(frame)[names].astype(object)
    return sorted(table.where(table.notna(), None).itertuples(index=False, name=None), key=str)


def imported(path, files) -> Store:
    store = Store(path)
    for number, lines in enumerate(files):
        store.results.add(lab_table(*lines), NO_REJECTS, import_info(f"{number}.csv"))
    return store


@settings(max_examples=examples(60))
@given(FILES, st.data())
def test_results_are_those_of_a_store_without_the_later_imports(tmp_path_factory, files, data):
    before = data.draw(st.integers(1, len(files)))
    folder = tmp_path_factory.mktemp("past")
    with imported(folder / "all.db", files) as store, imported(folder / "few.db", files[: before - 1]) as few:
        assert known(store.past.results(ImportMoment(before, ""))) == known(few.results.load())


def test_what_the_user_removed_or_restored_is_as_now(tmp_path):
    files = [["a wbc 2024-01-01 5", "a wbc 2024-01-02 6 preliminary"], ["a wbc 2024-01-02 7 final"]]
    with imported(tmp_path / "s.db", files) as store:
        first, superseded = store.results.list()[0].id, store.results.list(which="superseded")[0].id
        store.results.remove(first, "2025-01-01")
        store.results.restore(superseded, "2025-01-01")
        assert [row[4] for row in known(store.past.results(ImportMoment(2, "")))] == [6.0]


def hand(day: str) -> ImportInfo:
    return ImportInfo.by_hand("1.0", f"{day}T10:00:00+01:00")


@pytest.fixture
def mixed(tmp_path):
    """Files of three days, and entries by hand between them."""
    with Store(tmp_path / "m.db") as store:

        def info(day: str) -> ImportInfo:
            return import_info(f"{day}.csv", imported_at=f"{day}T09:00:00+01:00")

        store.infusions.add_file([infusion("2024-01-01")], NO_REJECTS, info("2025-03-01"))  # 1
        store.infusions.add_by_hand([infusion("2024-02-01")], hand("2025-03-02"))  # 2
        store.infusions.add(infusion("2024-03-01"))  # no entry tells when
        store.events.add_file([Event("me", "2024-01-01", "infection")], NO_REJECTS, info("2025-03-08"))  # 3
        store.infusions.add_file([infusion("2024-04-01")], NO_REJECTS, info("2025-03-08"))  # 4
        store.events.add(Event("me", "2024-02-01", "relapse"))
        store.infusions.add_by_hand([infusion("2024-05-01")], hand("2025-03-09"))  # 5
        yield store


def test_infusions_and_events_are_those_of_earlier_entries_and_of_no_entry(mixed):
    def months(before: int) -> list[str]:
        return mixed.past.infusions(ImportMoment(before, ""))["infused_on"].str[5:7].tolist()

    assert [months(before) for before in (1, 2, 3, 5, 6)] == [
        ["03"], ["01", "03"], ["01", "02", "03"], ["01", "02", "03", "04"], ["01", "02", "03", "04", "05"],
    ]  # fmt: skip
    assert mixed.past.events(ImportMoment(3, ""))["kind"].tolist() == ["relapse"]
    assert mixed.past.events(ImportMoment(4, ""))["kind"].tolist() == ["infection", "relapse"]


@pytest.mark.parametrize(
    ("since", "moment"),
    [
        (None, (3, "2025-03-08")),
        ("2025-02-01", (1, "2025-03-01")),
        ("2025-03-02", (3, "2025-03-08")),
        ("2025-03-09", None),
    ],
)
def test_the_first_file_since_a_day_and_by_default_of_the_latest_day_that_has_one(mixed, since, moment):
    """What is typed by hand makes no importing day: the Monday's export is what is compared with."""
    found = mixed.past.first_import(since)
    assert (found and (found.import_id, found.day)) == moment
    assert mixed.past.latest_day() == "2025-03-08"


def test_nothing_was_imported(tmp_path):
    with Store(tmp_path / "s.db") as store:
        store.infusions.add_by_hand([infusion("2024-02-01")], hand("2025-03-02"))
        assert (store.past.first_import(), store.past.latest_day()) == (None, None)
