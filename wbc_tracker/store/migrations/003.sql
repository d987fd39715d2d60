-- status, removals that stay, and the row that knows more

-- What the laboratory says about a value: 0 only withdrawn, 1 preliminary, 2 nothing, 3 final,
-- 4 corrected. A result has the highest rank of its sightings, and is withdrawn when one of them
-- says so. `restored`: the user lets it count although it was replaced or withdrawn.
DROP VIEW hidden_results;
DROP VIEW visible_results;
ALTER TABLE results ADD COLUMN rank INTEGER NOT NULL DEFAULT 2;
ALTER TABLE results ADD COLUMN withdrawn INTEGER NOT NULL DEFAULT 0;
ALTER TABLE results ADD COLUMN restored INTEGER NOT NULL DEFAULT 0;
ALTER TABLE sightings ADD COLUMN rank INTEGER NOT NULL DEFAULT 2;
ALTER TABLE sightings ADD COLUMN withdrawn INTEGER NOT NULL DEFAULT 0;
ALTER TABLE imports ADD COLUMN superseded INTEGER NOT NULL DEFAULT 0;

-- Both hold nothing while no laboratory says anything about its values, so that a store of such
-- files is as fast as before.
CREATE INDEX results_by_rank ON results (patient_id, analyte, collected_at, rank) WHERE rank <> 2;
CREATE INDEX results_withdrawn ON results (patient_id, analyte, comparator, value, collected_at)
    WHERE withdrawn = 1;

-- How much one import printed beside the value: the unit, an interval, the rounding. Of several
-- sightings the one that knows more is shown, whatever the order of the imports; of two that know
-- the same the finer rounding, then the lower limits, then the earlier import.
ALTER TABLE sightings ADD COLUMN knows INTEGER GENERATED ALWAYS AS (
    4 * (coalesce(reported_unit, '') <> '')
    + 2 * (ref_low IS NOT NULL OR ref_high IS NOT NULL)
    + (value_step IS NOT NULL)
) VIRTUAL;
DROP INDEX sightings_by_result;
CREATE INDEX sightings_by_result
    ON sightings (result_id, knows DESC, value_step, ref_low, ref_high, import_id);

-- A withdrawal that names no value takes back all values of that draw but corrections.
CREATE TABLE withdrawals (
    import_id INTEGER NOT NULL REFERENCES imports ON DELETE CASCADE,
    patient_id TEXT NOT NULL,
    analyte TEXT NOT NULL,
    collected_at TEXT NOT NULL,
    source_row INTEGER NOT NULL,
    PRIMARY KEY (patient_id, analyte, collected_at, import_id)
) WITHOUT ROWID;
CREATE INDEX withdrawals_by_import ON withdrawals (import_id);

-- Every result that counts or would count: neither a repeat of another nor removed by the user.
-- `superseded`: the laboratory has replaced it, by a value of a higher rank of the same draw, or
-- withdrawn it. A value that was withdrawn or removed goes on hiding the lower ones: they had been
-- replaced before. A date alone is withdrawn with a time of its day, and the other way round; of a
-- date alone that equals a time of its day which stands, that time decides.
CREATE VIEW known_results AS
SELECT
    r.id, r.patient_id, r.analyte, r.collected_at, r.comparator, r.value,
    r.rank, r.withdrawn, r.restored,
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
CREATE VIEW visible_results AS SELECT * FROM known_results WHERE NOT superseded;

-- What the laboratory has replaced or withdrawn, also what it only ever said to be withdrawn.
CREATE VIEW superseded_results AS
SELECT * FROM known_results WHERE superseded
UNION ALL
SELECT r.*, 1 FROM results AS r WHERE r.rank = 0 AND NOT r.restored;

-- As before: what the marks hide.
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

-- An infusion or event that the user has removed stays, marked: its file may come again.
ALTER TABLE infusions ADD COLUMN removed_at TEXT;
ALTER TABLE events ADD COLUMN removed_at TEXT;

-- A dose may be known to one import and not to another, or to the user alone: each is kept, so that
-- an undo takes back only what that import knew.
ALTER TABLE infusions ADD COLUMN hand_dose_mg REAL;
ALTER TABLE import_infusions ADD COLUMN dose_mg REAL;
UPDATE infusions SET hand_dose_mg = dose_mg WHERE by_hand;
UPDATE import_infusions SET dose_mg = (
    SELECT dose_mg FROM infusions
    WHERE infusions.patient_id = import_infusions.patient_id
        AND infusions.infused_on = import_infusions.infused_on
);
