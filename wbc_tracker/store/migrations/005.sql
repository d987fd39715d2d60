-- the sex of a patient, as an import tells it

CREATE TABLE sexes (
    patient_id TEXT NOT NULL,
    import_id INTEGER NOT NULL REFERENCES imports ON DELETE CASCADE,
    sex TEXT NOT NULL CHECK (sex IN ('f', 'm')),
    PRIMARY KEY (patient_id, import_id)
) WITHOUT ROWID;
CREATE INDEX sexes_by_import ON sexes (import_id);
