-- checksums of rows, and of each patient's

-- Of the row's own fields (see the package `sums`). A step of the program fills them in.
ALTER TABLE results ADD COLUMN checksum INTEGER NOT NULL DEFAULT 0;
ALTER TABLE sightings ADD COLUMN checksum INTEGER NOT NULL DEFAULT 0;
-- `rejects_sum` is the sum of the checksums of the rejects of an import.
ALTER TABLE imports ADD COLUMN rejects_sum INTEGER NOT NULL DEFAULT 0;
ALTER TABLE imports ADD COLUMN checksum INTEGER NOT NULL DEFAULT 0;

-- Everybody of whom the store holds a row: what is shown of them, counted, and sums of the checksums
-- of their rows, of 64 bits, wrapped. A sum of 0 says that there are no such rows.
CREATE TABLE patients (
    patient_id TEXT PRIMARY KEY NOT NULL,
    results INTEGER NOT NULL,
    first_at TEXT,
    latest_at TEXT,
    superseded INTEGER NOT NULL,
    removed INTEGER NOT NULL,
    infusions INTEGER NOT NULL,
    events INTEGER NOT NULL,
    sightings INTEGER NOT NULL,
    results_sum INTEGER NOT NULL,
    superseded_sum INTEGER NOT NULL,
    sightings_sum INTEGER NOT NULL,
    removed_sum INTEGER NOT NULL,
    withdrawals_sum INTEGER NOT NULL,
    infusions_sum INTEGER NOT NULL,
    events_sum INTEGER NOT NULL,
    links_sum INTEGER NOT NULL,
    told_sum INTEGER NOT NULL,
    checksum INTEGER NOT NULL
) WITHOUT ROWID;

-- How many rows `patients` and `imports` have, and the sum of their checksums.
CREATE TABLE totals (
    name TEXT PRIMARY KEY NOT NULL,
    rows INTEGER NOT NULL,
    total INTEGER NOT NULL
) WITHOUT ROWID;
INSERT INTO totals VALUES ('imports', 0, 0), ('patients', 0, 0);

-- As before, with the checksum.
DROP VIEW known_results;
CREATE VIEW known_results AS
SELECT
    r.id, r.patient_id, r.analyte, r.collected_at, r.comparator, r.value,
    r.rank, r.withdrawn, r.restored, r.checksum,
    CASE WHEN r.restored THEN 0 ELSE (
        r.withdrawn
        OR EXISTS (
            SELECT 1 FROM results AS higher INDEXED BY results_by_rank
            WHERE higher.patient_id = r.patient_id
                AND higher.analyte = r.analyte
                AND higher.collected_at = r.collected_at
                AND higher.rank <> 2
                AND higher.rank > r.rank
        )
        OR (
            r.rank < 2
            AND EXISTS (
                SELECT 1 FROM results AS higher
                WHERE higher.patient_id = r.patient_id
                    AND higher.analyte = r.analyte
                    AND higher.collected_at = r.collected_at
                    AND higher.rank = 2
            )
        )
        OR (
            r.rank < 4
            AND EXISTS (
                SELECT 1 FROM withdrawals AS gone
                WHERE gone.patient_id = r.patient_id
                    AND gone.analyte = r.analyte
                    AND gone.collected_at = r.collected_at
            )
        )
        OR EXISTS (
            SELECT 1 FROM results AS gone INDEXED BY results_withdrawn
            WHERE gone.withdrawn = 1
                AND gone.patient_id = r.patient_id
                AND gone.analyte = r.analyte
                AND gone.comparator = r.comparator
                AND gone.value = r.value
                AND substr(gone.collected_at, 1, 10) = substr(r.collected_at, 1, 10)
                AND length(gone.collected_at) <> length(r.collected_at)
        )
    ) END AS superseded
FROM results AS r
WHERE (r.rank > 0 OR r.restored)
    AND (
        length(r.collected_at) > 10
        OR NOT EXISTS (
            SELECT 1 FROM results AS timed
            WHERE timed.patient_id = r.patient_id
                AND timed.analyte = r.analyte
                AND timed.collected_at > r.collected_at
                AND timed.collected_at < r.collected_at || 'U'
                AND timed.comparator = r.comparator
                AND timed.value = r.value
                AND (timed.rank > 0 OR timed.restored)
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
