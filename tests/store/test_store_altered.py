"""What something else than the program does to the file is seen when it is read, and never shown."""

from __future__ import annotations

import random
import sqlite3
from contextlib import closing

import pytest
from tables.store import NO_REJECTS, NOON, import_info, infusion, lab_table, reject_table

from wbc_tracker.errors import StoreError
from wbc_tracker.store import Event, Store

NORTH = [
    "me wbc 2024-01-01 6.1", "me cd19 2024-01-01 <5", "me igg 2024-02-01 9.8", "me wbc 2024-02-01 61",
    "me wbc 2024-03-01 5.5 preliminary", "ann wbc 2024-02-01T08:00:00 5.5",
]  # fmt: skip
SOUTH = ["me wbc 2024-01-01 6.1", "me wbc 2024-03-01 5.7 final", "me igg 2024-04-01 - withdrawn"]


@pytest.fixture(scope="module")
def rich(tmp_path_factory):
    """The bytes of a store with something of everything."""
    path = tmp_path_factory.mktemp("rich") / "wbc.db"
    with Store(path) as store:
        store.results.add(lab_table(*NORTH), reject_table("abc"), import_info("north.csv", sexes={"me": "f"}))
        south = lab_table(*SOUTH, lab="south").assign(reported_unit="K/uL")
        store.results.add(south, NO_REJECTS, import_info("south.csv"))
        store.results.remove(4, NOON)
        fever = [Event("me", "2024-03-01", "infection", "fever")]
        given = [infusion("2024-01-05", 300), infusion("2024-01-19T09:30:00", 300), infusion("2024-01-06", who="ann")]
        store.infusions.add_file(given, NO_REJECTS, import_info("doses.csv"), events=fever)
        store.infusions.add(infusion("2024-07-05"))
        store.events.add(Event("me", "2024-05-01", "vaccination", "flu"))
    return path.read_bytes()


@pytest.fixture
def altered(path, rich):
    """Run statements on that store behind the program's back, and return its path."""

    def altered(statements: str):
        path.parent.mkdir()
        path.write_bytes(rich)
        with closing(sqlite3.connect(path)) as connection, connection:
            connection.execute("PRAGMA ignore_check_constraints = ON")
            before = connection.total_changes
            for statement in statements.split(";"):
                connection.execute(statement)
            assert connection.total_changes > before
        return path

    return altered


def read(store: Store, patient: str | None) -> list[object]:
    """Everything that can be read of somebody."""
    frames = [store.results.load(patient), store.infusions.load(patient), store.events.load(patient)]
    lists = [store.results.list(patient, which=which) for which in ("visible", "removed", "superseded")]
    return [*(frame.to_csv() for frame in frames), *lists, store.patients.sexes(patient)]


OF_ME = "(SELECT id FROM results WHERE patient_id = 'me' AND analyte = 'wbc' AND value = 6.1)"
CHANGED = """
    UPDATE results SET value = 6.2 WHERE patient_id = 'me' AND value = 6.1
    UPDATE results SET comparator = '' WHERE comparator = '<'
    UPDATE results SET collected_at = '2024-01-03' WHERE patient_id = 'me' AND value = 6.1
    UPDATE results SET analyte = 'rbc' WHERE patient_id = 'me' AND value = 6.1
    UPDATE results SET patient_id = 'mf' WHERE patient_id = 'me' AND value = 6.1
    UPDATE results SET rank = 4 WHERE value = 9.8
    UPDATE results SET restored = 1 WHERE value = 5.7
    UPDATE results SET withdrawn = 1 WHERE value = 9.8
    UPDATE sightings SET unit = '10*6/L' WHERE import_id = 2
    UPDATE sightings SET reported_value = '6.2' WHERE import_id = 2
    UPDATE sightings SET reported_unit = NULL WHERE import_id = 2
    UPDATE sightings SET ref_low = 5 WHERE import_id = 2
    UPDATE sightings SET source_row = 9 WHERE import_id = 2
    UPDATE sightings SET unit_inferred = 1 WHERE import_id = 2
    UPDATE sightings SET seq = 9 WHERE import_id = 2
    UPDATE sightings SET rank = 4 WHERE import_id = 2
    UPDATE infusions SET dose_mg = 600 WHERE infused_on = '2024-01-05'
    UPDATE infusions SET drug = 'rituximab' WHERE infused_on = '2024-01-05'
    UPDATE infusions SET infused_on = '2024-01-04' WHERE infused_on = '2024-01-05'
    UPDATE infusions SET infused_time = '' WHERE infused_time <> ''
    UPDATE infusions SET removed_at = '2025-01-01T00:00:00' WHERE infused_on = '2024-01-05'
    UPDATE infusions SET by_hand = 1 WHERE infused_on = '2024-01-05'
    UPDATE events SET note = 'cold' WHERE note = 'fever'
    UPDATE events SET kind = 'relapse' WHERE note = 'fever'
    UPDATE events SET happened_on = '2024-03-02' WHERE note = 'fever'
    UPDATE events SET id = 9 WHERE note = 'fever'
    UPDATE removed_results SET removed_at = '2024-01-01T00:00:00'
    UPDATE withdrawals SET collected_at = '2024-02-01'
    UPDATE sexes SET sex = 'm'
    UPDATE patients SET results = 9 WHERE patient_id = 'me'
    UPDATE patients SET results_sum = 9 WHERE patient_id = 'me'
"""
LOST = f"""
    DELETE FROM results WHERE id IN {OF_ME}
    DELETE FROM sightings WHERE result_id IN {OF_ME} ; DELETE FROM results WHERE id IN {OF_ME}
    DELETE FROM sightings WHERE result_id IN {OF_ME} AND import_id = 2
    DELETE FROM sightings WHERE result_id IN {OF_ME}
    DELETE FROM infusions WHERE infused_on = '2024-01-05'
    DELETE FROM events WHERE note = 'fever'
    DELETE FROM removed_results
    DELETE FROM withdrawals
    DELETE FROM sexes
    DELETE FROM patients WHERE patient_id = 'me'
"""
ADDED = """
    INSERT INTO results (id, patient_id, analyte, collected_at, comparator, value)
        VALUES (99, 'me', 'wbc', '2024-05-01', '', 7) ; INSERT INTO sightings
        (import_id, result_id, seq, source_row, unit, unit_inferred) VALUES (1, 99, 99, 99, '10*9/L', 0)
    INSERT INTO removed_results SELECT patient_id, analyte, collected_at, comparator, value, 'now' FROM results
        WHERE patient_id = 'me' AND value = 9.8
    INSERT INTO withdrawals VALUES (2, 'me', 'wbc', '2024-01-01', '', 9)
    INSERT INTO infusions (patient_id, infused_on, infused_time, drug, by_hand)
        VALUES ('me', '2024-09-01', '', 'ocrelizumab', 1)
    INSERT INTO events (patient_id, happened_on, kind, note, by_hand) VALUES ('me', '2024-09-01', 'relapse', '', 1)
    INSERT INTO sexes VALUES ('me', 2, '', 'm')
"""


def statements(text: str) -> list[str]:
    """What stands on one line, with those that follow further in."""
    joined = text.replace("\n        ", " ").strip().splitlines()
    return [line.strip() for line in joined]


@pytest.mark.parametrize("statement", [*statements(CHANGED), *statements(LOST), *statements(ADDED)])
def test_a_row_that_was_changed_lost_or_added_is_seen_with_the_patient(altered, statement):
    with Store(altered(statement)) as store:
        for patient in ("me", None):
            with pytest.raises(StoreError) as caught:
                read(store, patient)
            assert caught.value.code == "store_damaged"
            assert "of patient 'me'" in caught.value.message
            assert "store check" in caught.value.hint
            assert "store backup" in caught.value.hint
        read(store, "ann")
        problems = store.check().problems
        assert problems != ()
        assert any("'me'" in problem or "not there" in problem for problem in problems), problems


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE imports SET file = 'nord.csv' WHERE id = 1",
        "UPDATE imports SET added = 9 WHERE id = 1",
        "UPDATE rejects SET raw = 'abd'",
        "DELETE FROM rejects",
        "DELETE FROM imports WHERE id = 3",
        "UPDATE totals SET rows = 9 WHERE name = 'imports'",
        "DELETE FROM totals",
    ],
)
def test_a_changed_line_of_the_history_is_seen(altered, statement):
    with Store(altered(statement)) as store:
        with pytest.raises(StoreError) as caught:
            store.imports.list(), store.imports.rejects(1)
        assert caught.value.code == "store_damaged"
        if "file" in statement:
            with pytest.raises(StoreError):
                store.results.load("me")
        assert store.check().problems != ()


def test_a_result_that_is_not_shown_is_seen_by_the_check(altered):
    hidden = f"DELETE FROM sightings WHERE result_id IN {OF_ME} AND import_id = 1"
    with Store(altered(hidden)) as store:
        assert len(store.results.load("me")) == 4
        assert store.check().problems == ("Of patient 'me', how many sightings: changed.",
                                          "Of patient 'me', the results as they were printed: changed.")  # fmt: skip


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE import_infusions SET dose_mg = 600 WHERE infused_on = '2024-01-05'",
        "DELETE FROM import_infusions WHERE infused_on = '2024-01-05'",
        "DELETE FROM import_events",
    ],
)
def test_a_link_to_an_import_is_proved_by_the_check(altered, statement):
    with Store(altered(statement)) as store:
        assert store.check().problems == ("Of patient 'me', the links to imports: changed.",)


def test_no_change_mends_what_was_changed_outside(altered):
    damage = "UPDATE results SET value = 9.9 WHERE value = 9.8; UPDATE events SET note = 'cold' WHERE note = 'fever'"
    with Store(altered(damage)) as store:
        store.results.add(lab_table("me wbc 2025-01-01 5.5", "me igg 2024-02-01 9.9 final"), NO_REJECTS, import_info())
        store.imports.undo(3)
        with pytest.raises(StoreError, match="the events of patient 'me'"):
            store.events.add(Event("me", "2025-03-01", "relapse"))
        for look in (store.results.load, store.results.list, store.events.list):
            with pytest.raises(StoreError, match="of patient 'me'"):
                look("me")
        assert store.patients.erase("me").patient_id == "me"
        assert store.check().problems == ()


def test_no_flipped_bit_is_shown(path, rich):
    """Whatever is read is what was written, or the store is damaged."""
    path.parent.mkdir()
    path.write_bytes(rich)
    rng, codes = random.Random(15), set()
    with Store(path) as store:
        written = [*read(store, None), *read(store, "me"), store.imports.list(), store.imports.rejects(1).to_csv()]
    for _ in range(100):
        flipped = bytearray(rich)
        flipped[rng.randrange(100, len(flipped))] ^= 1 << rng.randrange(8)
        path.write_bytes(flipped)
        try:
            with Store(path) as store:
                found = [*read(store, None), *read(store, "me")]
                assert [*found, store.imports.list(), store.imports.rejects(1).to_csv()] == written
        except StoreError as error:
            codes.add(error.code)
    assert codes <= {"store_damaged", "store_unusable"}
