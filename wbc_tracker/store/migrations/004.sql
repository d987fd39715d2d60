-- whom files name beside their columns of patients

-- Names, birth dates and the like are kept as keyed hashes only: they serve to be compared with
-- those of the next file, and nothing else.
CREATE TABLE keys (name TEXT PRIMARY KEY, key BLOB NOT NULL) WITHOUT ROWID;
INSERT INTO keys VALUES ('named', randomblob(32));
CREATE TABLE named (
    patient_id TEXT NOT NULL,
    import_id INTEGER NOT NULL REFERENCES imports ON DELETE CASCADE,
    what TEXT NOT NULL,
    mark TEXT NOT NULL,
    PRIMARY KEY (patient_id, import_id, what, mark)
) WITHOUT ROWID;
CREATE INDEX named_by_import ON named (import_id);
