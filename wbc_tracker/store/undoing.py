"""Taking an import back: what it alone holds goes, what it had replaced returns."""

from __future__ import annotations

import sqlite3

from wbc_tracker.store import visible
from wbc_tracker.store.mending import makers, taking_back
from wbc_tracker.store.mending.decisions import forget_lost, keep_covered, standing_of
from wbc_tracker.store.mending.owners import Owners
from wbc_tracker.store.records import BY_HAND, Holder, ImportRecord, UndoResult
from wbc_tracker.store.sums import changing
from wbc_tracker.store.sums.history import discount_line
from wbc_tracker.store.sums.rows import resealed_result
from wbc_tracker.store.visible import count_standing, set_affected

_AFFECTED = """
    SELECT patient_id FROM sightings JOIN results ON results.id = sightings.result_id
        WHERE import_id = :id
    UNION SELECT patient_id FROM withdrawals WHERE import_id = :id
"""
# Everybody of whom an import holds or tells anything.
_TOUCHED = """
    SELECT patient_id FROM sightings JOIN results ON results.id = sightings.result_id
        WHERE import_id = {id}
    UNION SELECT patient_id FROM withdrawals WHERE import_id = {id}
    UNION SELECT patient_id FROM import_infusions WHERE import_id = {id}
    UNION SELECT patient_id FROM import_events JOIN events ON events.id = event_id
        WHERE import_id = {id}
    UNION SELECT patient_id FROM sexes WHERE import_id = {id}
    UNION SELECT patient_id FROM named WHERE import_id = {id}
"""
# The draws of which it holds results or takes them back.
_DRAWS = """
    SELECT patient_id, analyte, substr(collected_at, 1, 10) FROM sightings
        JOIN results ON results.id = sightings.result_id WHERE import_id = {id}
    UNION SELECT patient_id, analyte, substr(collected_at, 1, 10) FROM withdrawals
        WHERE import_id = {id}
"""
_ROWS = """
    SELECT (SELECT count(*) FROM sightings WHERE import_id = :id)
        + (SELECT count(*) FROM withdrawals WHERE import_id = :id)
"""
# What only this import holds: neither another one nor the user's hand.
_ONLY_INFUSIONS = """
    by_hand = 0
    AND (patient_id, infused_on) IN (
        SELECT patient_id, infused_on FROM import_infusions WHERE import_id = :id
    )
    AND NOT EXISTS (
        SELECT 1 FROM import_infusions AS other
        WHERE other.patient_id = infusions.patient_id
            AND other.infused_on = infusions.infused_on
            AND other.import_id <> :id
    )
"""
_ONLY_EVENTS = """
    by_hand = 0
    AND id IN (SELECT event_id FROM import_events WHERE import_id = :id)
    AND NOT EXISTS (
        SELECT 1 FROM import_events AS other WHERE other.event_id = events.id
            AND other.import_id <> :id
    )
"""
# What an entry by hand holds is of a hand no more, unless another such entry holds it too.
_LET_GO = f"""
    WITH other AS (
        SELECT held.* FROM import_infusions AS held JOIN imports ON imports.id = held.import_id
        WHERE imports.file = '{BY_HAND}' AND held.import_id <> :id
    )
    UPDATE infusions SET
        by_hand = EXISTS (
            SELECT 1 FROM other WHERE other.patient_id = infusions.patient_id
                AND other.infused_on = infusions.infused_on
        ),
        hand_dose_mg = (
            SELECT max(dose_mg) FROM other WHERE other.patient_id = infusions.patient_id
                AND other.infused_on = infusions.infused_on
        )
    WHERE (patient_id, infused_on) IN (
        SELECT patient_id, infused_on FROM import_infusions WHERE import_id = :id
    )
"""  # noqa: S608  # the text of a neighbour
# A dose that this import alone knew is not known any more.
_FORGET_DOSES = """
    UPDATE infusions SET dose_mg = coalesce(hand_dose_mg, (
        SELECT max(dose_mg) FROM import_infusions AS other
        WHERE other.patient_id = infusions.patient_id
            AND other.infused_on = infusions.infused_on
            AND other.import_id <> :id
    ))
    WHERE NOT is_dose_edited AND (patient_id, infused_on) IN (
        SELECT patient_id, infused_on FROM import_infusions WHERE import_id = :id
    )
"""
# Only now is it known what the other imports say about a result.
_SAY_AGAIN = f"""
    UPDATE results AS r SET rank = said.rank, withdrawn = said.withdrawn,
        checksum = {resealed_result(rank="said.rank", withdrawn="said.withdrawn")}
    FROM (
        SELECT result_id, max(rank) AS rank, max(withdrawn) AS withdrawn FROM sightings
        WHERE result_id IN (SELECT result_id FROM held) GROUP BY result_id
    ) AS said
    WHERE r.id = said.result_id AND (r.rank, r.withdrawn) IS NOT (said.rank, said.withdrawn)
"""  # noqa: S608  # the text of a neighbour
# Each row that stays is told once: a result of the import as which it is shown then, the others of
# the earliest. The indexes find both at once, however many imports there are.
_HOLDERS = """
    SELECT import_id, file, count(*) FROM (
        SELECT (
            SELECT import_id FROM sightings
            WHERE result_id = mine.result_id AND import_id <> :id
            ORDER BY knows DESC, value_step, ref_low, ref_high, import_id LIMIT 1
        ) AS import_id FROM sightings AS mine WHERE import_id = :id
        UNION ALL
        SELECT (
            SELECT import_id FROM import_infusions
            WHERE patient_id = mine.patient_id AND infused_on = mine.infused_on
                AND import_id <> :id
            ORDER BY import_id LIMIT 1
        ) FROM import_infusions AS mine WHERE import_id = :id
        UNION ALL
        SELECT (
            SELECT import_id FROM import_events
            WHERE event_id = mine.event_id AND import_id <> :id
            ORDER BY import_id LIMIT 1
        ) FROM import_events AS mine WHERE import_id = :id
    ) JOIN imports ON imports.id = import_id
    GROUP BY import_id ORDER BY import_id
"""


def take_back(connection: sqlite3.Connection, record: ImportRecord) -> UndoResult:
    """Take one import or mending back.

    Raises:
        UsageError: it is a mending that cannot be taken back any more.
    """
    if record.kind == "mending":
        concerned = taking_back.take_back(connection, record.id)
        discount_line(connection, record.id)
        makers.forget(connection, record.id)
        connection.execute("DELETE FROM imports WHERE id = ?", (record.id,))
        return UndoResult(record, 0, 0, concerned=concerned)
    people = {row[0] for row in connection.execute(_TOUCHED.format(id=record.id))}
    owners = Owners(connection)
    people |= {old for who in people for old in owners.sources(who)}
    rows = connection.execute(_ROWS, {"id": record.id}).fetchone()[0]
    draws = (rows, lambda: _DRAWS.format(id=record.id)) if owners.change_nothing else None
    with changing(connection, people, [record.id], draws=draws):
        return _take_back(connection, record, owners)


def _take_back(connection: sqlite3.Connection, record: ImportRecord, owners: Owners) -> UndoResult:
    import_id, this = record.id, {"id": record.id}
    holders = tuple(Holder(*row) for row in connection.execute(_HOLDERS, this))
    set_affected(connection, _AFFECTED, this)
    is_ranked = visible.says_anything(connection)
    before = count_standing(connection).visible
    visible.note_superseded(connection)
    connection.execute("CREATE TEMP TABLE held (result_id INTEGER PRIMARY KEY)")
    connection.execute(
        "INSERT INTO held SELECT result_id FROM sightings WHERE import_id = :id", this
    )
    visible.note_covered(connection)
    decided = standing_of(connection, owners)
    if record.file == BY_HAND:
        connection.execute(_LET_GO, this)
    infusions = _delete_only(connection, "infusions", _ONLY_INFUSIONS, import_id)
    events = _delete_only(connection, "events", _ONLY_EVENTS, import_id)
    connection.execute(_FORGET_DOSES, this)
    # Its sightings, rejects and links to infusions and events go with it.
    discount_line(connection, import_id)
    makers.forget(connection, import_id)
    connection.execute("DELETE FROM imports WHERE id = :id", this)
    connection.execute(
        "DELETE FROM results WHERE id IN (SELECT result_id FROM held)"
        " AND NOT EXISTS (SELECT 1 FROM sightings WHERE sightings.result_id = results.id)"
    )
    if is_ranked:
        connection.execute(_SAY_AGAIN)
    connection.execute("DROP TABLE held")
    covered = visible.cover_again(connection)
    keep_covered(connection, decided, covered)
    forget_lost(connection, owners, decided)
    returned = visible.count_returned(connection)
    gone = before + returned - count_standing(connection).visible
    return UndoResult(record, gone, infusions, events, returned, holders)


def _delete_only(connection: sqlite3.Connection, table: str, condition: str, import_id: int) -> int:
    """Delete the rows of a table that meet a condition; return how many the user had not removed
    before.
    """
    # Both texts are those of this module (hence the `noqa: S608`).
    standing = f"SELECT count(*) FROM {table} WHERE removed_at IS NULL AND {condition}"  # noqa: S608
    count = int(connection.execute(standing, {"id": import_id}).fetchone()[0])
    connection.execute(f"DELETE FROM {table} WHERE {condition}", {"id": import_id})  # noqa: S608
    return count
