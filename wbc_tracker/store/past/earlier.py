"""The store as it was before an import, as far as the history of imports tells.

A result, infusion or event stood then if an earlier import holds it. What laboratories had said by
then counts: a value that a later import has replaced stands. What nobody can tell is as it is now:
what the user has removed, restored or moved since, and what was entered by hand without an entry of
the history (events).

What is read here is compared with what stands now, which is proved when it is read, and shown
nowhere.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from wbc_tracker.schema import RESULT_COLUMNS, STATUS_RANK, WITHDRAWN, names
from wbc_tracker.store import events, frames, infusion_rows
from wbc_tracker.store.records import BY_HAND, Event
from wbc_tracker.store.sums.rows import SAID

if TYPE_CHECKING:
    import pandas as pd

    from wbc_tracker.store.connection import StoreFile

_FILES = f"kind IN ('labs', 'infusions', 'events') AND file <> '{BY_HAND}'"
_DAY = "substr(imported_at, 1, 10)"
# The composed statements are made of the texts here and of names (hence the `noqa: S608`).
_FIRST_SINCE = f"""
    SELECT id, {_DAY} FROM imports
    WHERE {_FILES} AND {_DAY} >= coalesce(:since, (SELECT max({_DAY}) FROM imports WHERE {_FILES}))
    ORDER BY id LIMIT 1
"""  # noqa: S608
_LATEST = f"SELECT max({_DAY}) FROM imports WHERE {_FILES}"  # noqa: S608
_EARLIER = "FROM sightings WHERE result_id = r.id AND import_id < :before"
_WORDS = " ".join(f"WHEN {rank} THEN '{word}'" for word, rank in STATUS_RANK.items() if word)
_KEY = ("patient_id", "analyte", "collected_at", "comparator", "value")
_STATUS = f"""
    CASE WHEN r.restored THEN NULL WHEN (SELECT max(withdrawn) {_EARLIER}) THEN '{WITHDRAWN}'
        ELSE CASE (SELECT max(rank) {_EARLIER}) {_WORDS} END END
"""
_SHOWN = {
    **{name: f"s.{name}" for name in names(RESULT_COLUMNS)},
    **{name: f"r.{name}" for name in _KEY},
    "comparator": "nullif(r.comparator, '')",
    "source_file": "i.file",
    "status": _STATUS,
}
_GONE = " AND ".join(f"gone.{name} = r.{name}" for name in _KEY if name != "collected_at")
# A date alone is hidden beside an equal time of its day also when that one was removed.
_RESULTS = f"""
    SELECT {", ".join(_SHOWN[name] for name in names(RESULT_COLUMNS))}, {SAID}
    FROM results AS r
    CROSS JOIN sightings AS s ON s.result_id = r.id AND s.import_id = (
        SELECT import_id {_EARLIER}
        ORDER BY knows DESC, value_step, ref_low, ref_high, import_id LIMIT 1
    )
    CROSS JOIN imports AS i ON i.id = s.import_id
    WHERE r.restored = :restored AND NOT EXISTS (
        SELECT 1 FROM removed_results AS gone WHERE {_GONE} AND (
            gone.collected_at IN (r.collected_at, substr(r.collected_at, 1, 10))
            OR (length(r.collected_at) = 10
                AND gone.collected_at > r.collected_at
                AND gone.collected_at < r.collected_at || 'U')
        )
    )
    ORDER BY s.import_id, s.seq
"""  # noqa: S608
_WITHDRAWALS = """
    SELECT DISTINCT patient_id, analyte, collected_at FROM withdrawals WHERE import_id < ?
"""
# By hand, and no entry of the history tells when: it counts as known.
_INFUSIONS = f"""
    removed_at IS NULL AND (
        EXISTS (
            SELECT 1 FROM import_infusions AS held
            WHERE held.patient_id = infusions.patient_id
                AND held.infused_on = infusions.infused_on AND held.import_id < ?
        )
        OR by_hand AND NOT EXISTS (
            SELECT 1 FROM import_infusions AS held JOIN imports ON imports.id = held.import_id
            WHERE held.patient_id = infusions.patient_id
                AND held.infused_on = infusions.infused_on AND imports.file = '{BY_HAND}'
        )
    )
"""  # noqa: S608
_EVENTS = """
    removed_at IS NULL AND (by_hand OR EXISTS (
        SELECT 1 FROM import_events AS held WHERE held.event_id = events.id AND held.import_id < ?
    ))
"""


@dataclass(frozen=True)
class ImportMoment:
    """An import before which the store is looked at, and the day it was made."""

    import_id: int
    day: str


class StorePast:
    """The store before an import."""

    def __init__(self, file: StoreFile) -> None:
        self._file = file

    def first_import(self, since: str | None = None) -> ImportMoment | None:
        """Return the first import of a file since a day, by default of the latest day that has one;
        None if there is none.
        """
        with self._file.reading() as connection:
            row = connection.execute(_FIRST_SINCE, {"since": since}).fetchone()
            return None if row is None else ImportMoment(*row)

    def latest_day(self) -> str | None:
        """Return the latest day on which a file was imported."""
        with self._file.reading() as connection:
            return connection.execute(_LATEST).fetchone()[0]  # type: ignore[no-any-return]

    def results(self, before: ImportMoment) -> pd.DataFrame:
        """Return the results that stood then, with RESULT_COLUMNS; repeats of one are among them.

        They are told as the earlier import printed them that knows most.
        """
        import pandas as pd

        from wbc_tracker.repeats import hide_superseded

        at = {"before": before.import_id}
        with self._file.proving() as connection:
            told, restored = (
                frames.result_frame(connection.execute(_RESULTS, {**at, "restored": restored}))[0]
                for restored in (0, 1)
            )
            gone = connection.execute(_WITHDRAWALS, (before.import_id,)).fetchall()
        if gone:
            withdrawn = pd.DataFrame(gone, columns=list(_KEY[:3]), dtype="str")
            withdrawn = withdrawn.assign(status=WITHDRAWN, source_row=0, unit_inferred=False)
            withdrawn = withdrawn.reindex(columns=told.columns)
            told = pd.concat([told, withdrawn.astype(told.dtypes.to_dict())], ignore_index=True)
        told = hide_superseded(told)
        return pd.concat([told, restored], ignore_index=True) if len(restored) else told

    def infusions(self, before: ImportMoment) -> pd.DataFrame:
        """Return the infusions that stood then, with INFUSION_COLUMNS; doses are as now."""
        with self._file.proving() as connection:
            found = infusion_rows.load(connection, _INFUSIONS, before.import_id)
        return frames.infusion_frame([infusion for infusion, _ in found])

    def events(self, before: ImportMoment) -> pd.DataFrame:
        """Return the events that stood then, with EVENT_COLUMNS."""
        with self._file.proving() as connection:
            found: Sequence[Event] = events.load(connection, _EVENTS, before.import_id)
        return frames.event_frame(found)
