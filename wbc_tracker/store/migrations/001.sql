-- results, infusions and imports

-- Released: never change this file, add a migration.
--
-- Key columns are NOT NULL. SQL holds that NULL differs from NULL, so a NULL in a UNIQUE key lets
-- the same row in again at every import. The absence of a comparator is therefore '' here, and NA
-- only in frames. The dates of results and infusions are ISO 8601 text: it sorts by time, and it is
-- kept as printed.

CREATE TABLE migrations (
    number INTEGER PRIMARY KEY,
    name TEXT NOT NULL
);

-- AUTOINCREMENT: the number of an undone import is never given to another one, so that repeating
-- an `imports undo 3` cannot hit a different file.
CREATE TABLE imports (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    kind TEXT NOT NULL,
    imported_at TEXT NOT NULL,
    file TEXT NOT NULL,
    sha256 TEXT NOT NULL,
    layout TEXT NOT NULL,
    read INTEGER NOT NULL,
    added INTEGER NOT NULL,
    duplicates INTEGER NOT NULL,
    no_result INTEGER NOT NULL,
    ignored INTEGER NOT NULL,
    rejected INTEGER NOT NULL,
    catalogue_version TEXT NOT NULL
);

-- What makes two results the same one.
CREATE TABLE results (
    id INTEGER PRIMARY KEY,
    patient_id TEXT NOT NULL,
    analyte TEXT NOT NULL,
    collected_at TEXT NOT NULL,
    comparator TEXT NOT NULL,
    value REAL NOT NULL,
    UNIQUE (patient_id, analyte, collected_at, comparator, value)
);

-- How one import printed a result. `seq` is its position in the file.
CREATE TABLE sightings (
    import_id INTEGER NOT NULL REFERENCES imports ON DELETE CASCADE,
    result_id INTEGER NOT NULL REFERENCES results ON DELETE CASCADE,
    seq INTEGER NOT NULL,
    source_row INTEGER NOT NULL,
    loinc TEXT,
    unit TEXT,
    unit_inferred INTEGER NOT NULL,
    value_step REAL,
    ref_low REAL,
    ref_high REAL,
    reported_analyte TEXT,
    reported_value TEXT,
    reported_unit TEXT,
    reported_range TEXT,
    reported_flag TEXT,
    PRIMARY KEY (import_id, result_id)
) WITHOUT ROWID;

-- For "which imports hold this result, and which of them is the earliest".
CREATE INDEX sightings_by_result ON sightings (result_id, import_id);

CREATE TABLE rejects (
    id INTEGER PRIMARY KEY,
    import_id INTEGER NOT NULL REFERENCES imports ON DELETE CASCADE,
    source_file TEXT,
    source_row INTEGER NOT NULL,
    "column" TEXT,
    code TEXT,
    message TEXT,
    hint TEXT,
    raw TEXT
);

CREATE INDEX rejects_by_import ON rejects (import_id);

-- The key holds the date alone: at most one infusion per patient and date, whatever its time.
CREATE TABLE infusions (
    patient_id TEXT NOT NULL,
    infused_on TEXT NOT NULL,
    infused_time TEXT NOT NULL,
    drug TEXT NOT NULL,
    dose_mg REAL,
    by_hand INTEGER NOT NULL,
    PRIMARY KEY (patient_id, infused_on)
) WITHOUT ROWID;

CREATE TABLE import_infusions (
    import_id INTEGER NOT NULL REFERENCES imports ON DELETE CASCADE,
    patient_id TEXT NOT NULL,
    infused_on TEXT NOT NULL,
    PRIMARY KEY (import_id, patient_id, infused_on),
    FOREIGN KEY (patient_id, infused_on) REFERENCES infusions ON DELETE CASCADE
) WITHOUT ROWID;

CREATE INDEX import_infusions_by_infusion ON import_infusions (patient_id, infused_on);

-- A result with a date alone is hidden while an equal one with a time of that day is there. Both
-- are kept, so that the order of imports does not matter and an undo of the timed one shows the
-- other again. 'T' sorts before 'U': the range holds exactly the times of that date.
CREATE VIEW visible_results AS
SELECT * FROM results AS r
WHERE length(r.collected_at) > 10
    OR NOT EXISTS (
        SELECT 1 FROM results AS timed
        WHERE timed.patient_id = r.patient_id
            AND timed.analyte = r.analyte
            AND timed.collected_at > r.collected_at
            AND timed.collected_at < r.collected_at || 'U'
            AND timed.comparator = r.comparator
            AND timed.value = r.value
    );
