-- events and removed results

-- Released: never change this file, add a migration.
--
-- As in the first schema, key columns are NOT NULL: an event without a note has the note ''.

-- AUTOINCREMENT: the number of a removed event is never given to another one, so that repeating
-- an `event remove 3` cannot hit a different event.
CREATE TABLE events (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    patient_id TEXT NOT NULL,
    happened_on TEXT NOT NULL,
    kind TEXT NOT NULL,
    note TEXT NOT NULL,
    by_hand INTEGER NOT NULL,
    UNIQUE (patient_id, happened_on, kind, note)
);

CREATE TABLE import_events (
    import_id INTEGER NOT NULL REFERENCES imports ON DELETE CASCADE,
    event_id INTEGER NOT NULL REFERENCES events ON DELETE CASCADE,
    PRIMARY KEY (import_id, event_id)
) WITHOUT ROWID;

CREATE INDEX import_events_by_event ON import_events (event_id);

-- A result that the user has removed stays in `results` with all its sightings, so that importing
-- its file again adds nothing. The mark goes with the result, when the last import that holds it is
-- undone.
CREATE TABLE removed_results (
    patient_id TEXT NOT NULL,
    analyte TEXT NOT NULL,
    collected_at TEXT NOT NULL,
    comparator TEXT NOT NULL,
    value REAL NOT NULL,
    removed_at TEXT NOT NULL,
    PRIMARY KEY (patient_id, analyte, collected_at, comparator, value),
    FOREIGN KEY (patient_id, analyte, collected_at, comparator, value)
        REFERENCES results (patient_id, analyte, collected_at, comparator, value)
            ON DELETE CASCADE
) WITHOUT ROWID;

-- As before, without what the marks hide. A date alone stays hidden beside an equal time of that day
-- also when that one was removed: it would be the same result again.
DROP VIEW visible_results;
CREATE VIEW visible_results AS
SELECT * FROM results AS r
WHERE (
        length(r.collected_at) > 10
        OR NOT EXISTS (
            SELECT 1 FROM results AS timed
            WHERE timed.patient_id = r.patient_id
                AND timed.analyte = r.analyte
                AND timed.collected_at > r.collected_at
                AND timed.collected_at < r.collected_at || 'U'
                AND timed.comparator = r.comparator
                AND timed.value = r.value
        )
    )
    AND NOT EXISTS (
        SELECT 1 FROM removed_results AS gone
        WHERE gone.patient_id = r.patient_id
            AND gone.analyte = r.analyte
            AND gone.collected_at IN (r.collected_at, substr(r.collected_at, 1, 10))
            AND gone.comparator = r.comparator
            AND gone.value = r.value
    );

-- What the marks hide: the removed results, and those that equal one of them, as a date alone and a
-- time of that day do. A date alone beside a time that is shown is only a repeat of it.
CREATE VIEW hidden_results AS
SELECT * FROM results AS r
WHERE EXISTS (
        SELECT 1 FROM removed_results AS gone
        WHERE gone.patient_id = r.patient_id
            AND gone.analyte = r.analyte
            AND gone.collected_at IN (r.collected_at, substr(r.collected_at, 1, 10))
            AND gone.comparator = r.comparator
            AND gone.value = r.value
    )
    OR (
        length(r.collected_at) = 10
        AND EXISTS (
            SELECT 1 FROM removed_results AS gone
            WHERE gone.patient_id = r.patient_id
                AND gone.analyte = r.analyte
                AND gone.collected_at > r.collected_at
                AND gone.collected_at < r.collected_at || 'U'
                AND gone.comparator = r.comparator
                AND gone.value = r.value
        )
        AND NOT EXISTS (
            SELECT 1 FROM visible_results AS timed
            WHERE timed.patient_id = r.patient_id
                AND timed.analyte = r.analyte
                AND timed.collected_at > r.collected_at
                AND timed.collected_at < r.collected_at || 'U'
                AND timed.comparator = r.comparator
                AND timed.value = r.value
        )
    );
