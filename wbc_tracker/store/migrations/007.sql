-- mendings: what was removed, moved, renamed, merged and edited, and whom a row was filed under

-- Tables below become others, and with them the sums: all are computed anew.
DELETE FROM patients;
UPDATE totals SET rows = 0, total = 0;
UPDATE imports SET checksum = 0, rejects_sum = 0;

-- What a user mends is an entry of the history beside the imports (its kind there is 'mending').
-- `from_id` and `into_id` are the patients of it, where it is about one: of a rename or a merge the
-- old id and the new one. Such a line is an alias too: what comes later under the old id goes to
-- the new one. No name of a patient stands in the line of the history itself.
CREATE TABLE mendings (
    entry INTEGER PRIMARY KEY REFERENCES imports ON DELETE CASCADE,
    verb TEXT NOT NULL,
    noun TEXT NOT NULL,
    rows INTEGER NOT NULL,
    from_id TEXT NOT NULL,
    into_id TEXT NOT NULL,
    checksum INTEGER NOT NULL
);
INSERT INTO totals VALUES ('mendings', 0, 0);
CREATE INDEX mendings_by_old ON mendings (from_id);
CREATE INDEX mendings_by_new ON mendings (into_id);

-- Results that were moved: from whom (as he was called then) and which. Whose a row is follows from
-- the id under which it was filed, the aliases and these lines, in the order of their entries.
CREATE TABLE moves (
    patient_id TEXT NOT NULL,
    analyte TEXT NOT NULL,
    collected_at TEXT NOT NULL,
    comparator TEXT NOT NULL,
    value REAL NOT NULL,
    entry INTEGER NOT NULL REFERENCES mendings ON DELETE CASCADE,
    into_id TEXT NOT NULL,
    PRIMARY KEY (patient_id, analyte, collected_at, comparator, value, entry)
) WITHOUT ROWID;
CREATE INDEX moves_by_entry ON moves (entry);
CREATE INDEX moves_by_new ON moves (into_id);

-- Under which ids an import filed a result that is somebody else's now. A sighting without such
-- lines was filed under the patient of its result. `printed`: where one import filed the same
-- result under two ids, what it printed beside each; the sighting has what is shown.
CREATE TABLE filings (
    import_id INTEGER NOT NULL REFERENCES imports ON DELETE CASCADE,
    result_id INTEGER NOT NULL REFERENCES results ON DELETE CASCADE,
    filed_under TEXT NOT NULL,
    printed TEXT,
    checksum INTEGER NOT NULL,
    PRIMARY KEY (import_id, result_id, filed_under)
) WITHOUT ROWID;
CREATE INDEX filings_by_result ON filings (result_id);
CREATE INDEX filings_by_id ON filings (filed_under);

-- What the user has decided about a result, under the id it was filed under: that it is removed, or
-- that it counts although the laboratory has replaced or withdrawn it. `ended_by`: the entry that
-- took that back. `removed_results` and `results.restored` are what follows from these lines.
CREATE TABLE decisions (
    patient_id TEXT NOT NULL,
    analyte TEXT NOT NULL,
    collected_at TEXT NOT NULL,
    comparator TEXT NOT NULL,
    value REAL NOT NULL,
    what TEXT NOT NULL,
    entry INTEGER NOT NULL,
    decided_at TEXT NOT NULL,
    ended_by INTEGER,
    PRIMARY KEY (patient_id, analyte, collected_at, comparator, value, what, entry)
) WITHOUT ROWID;
CREATE INDEX decisions_by_entry ON decisions (entry);
CREATE INDEX decisions_by_end ON decisions (ended_by) WHERE ended_by IS NOT NULL;
INSERT INTO decisions
SELECT patient_id, analyte, collected_at, comparator, value, 'removed', 0, removed_at, NULL
FROM removed_results;
INSERT INTO decisions
SELECT patient_id, analyte, collected_at, comparator, value, 'counts', 0, '', NULL
FROM results WHERE restored = 1;

-- Infusions and events as they were before an entry changed them, and after it; of a rename or a
-- merge as they were before alone.
CREATE TABLE changes (
    entry INTEGER NOT NULL REFERENCES mendings ON DELETE CASCADE,
    patient_id TEXT NOT NULL,
    what TEXT NOT NULL,
    on_row TEXT NOT NULL,
    before TEXT NOT NULL,
    after TEXT NOT NULL,
    PRIMARY KEY (patient_id, what, on_row, entry)
) WITHOUT ROWID;
CREATE INDEX changes_by_entry ON changes (entry);

-- The drug of an infusion as it was before the user edited it, and whether the dose is the user's.
ALTER TABLE infusions ADD COLUMN filed_drug TEXT;
ALTER TABLE infusions ADD COLUMN is_dose_edited INTEGER NOT NULL DEFAULT 0;

-- What is not taken in any more: keyed hashes of the ids of erased patients, and of results that had
-- been moved to one.
CREATE TABLE erased (mark TEXT PRIMARY KEY, what TEXT NOT NULL) WITHOUT ROWID;
INSERT INTO keys VALUES ('erased', randomblob(32));

-- Whose a row is, is said by the id under which it was filed: '' is that of its patient. What one
-- import filed under two ids that are one person now is two rows. The tables are made anew, and not
-- renamed, for views speak of them. Key columns stand first: SQLite 3.40 finds NULLs, that are none,
-- in a table without rowids where they do not.
CREATE TABLE kept AS SELECT * FROM withdrawals;
DROP TABLE withdrawals;
CREATE TABLE withdrawals (
    import_id INTEGER NOT NULL REFERENCES imports ON DELETE CASCADE,
    patient_id TEXT NOT NULL,
    analyte TEXT NOT NULL,
    collected_at TEXT NOT NULL,
    filed_under TEXT NOT NULL DEFAULT '',
    source_row INTEGER NOT NULL,
    PRIMARY KEY (patient_id, analyte, collected_at, import_id, filed_under)
) WITHOUT ROWID;
CREATE INDEX withdrawals_by_import ON withdrawals (import_id);
INSERT INTO withdrawals (import_id, patient_id, analyte, collected_at, source_row)
SELECT import_id, patient_id, analyte, collected_at, source_row FROM kept;
DROP TABLE kept;

CREATE TABLE kept AS SELECT * FROM import_infusions;
DROP TABLE import_infusions;
CREATE TABLE import_infusions (
    import_id INTEGER NOT NULL REFERENCES imports ON DELETE CASCADE,
    patient_id TEXT NOT NULL,
    infused_on TEXT NOT NULL,
    filed_under TEXT NOT NULL DEFAULT '',
    dose_mg REAL,
    PRIMARY KEY (import_id, patient_id, infused_on, filed_under),
    FOREIGN KEY (patient_id, infused_on) REFERENCES infusions ON DELETE CASCADE
) WITHOUT ROWID;
CREATE INDEX import_infusions_by_infusion ON import_infusions (patient_id, infused_on);
INSERT INTO import_infusions (import_id, patient_id, infused_on, dose_mg)
SELECT import_id, patient_id, infused_on, dose_mg FROM kept;
DROP TABLE kept;

CREATE TABLE kept AS SELECT * FROM import_events;
DROP TABLE import_events;
CREATE TABLE import_events (
    import_id INTEGER NOT NULL REFERENCES imports ON DELETE CASCADE,
    event_id INTEGER NOT NULL REFERENCES events ON DELETE CASCADE,
    filed_under TEXT NOT NULL DEFAULT '',
    PRIMARY KEY (import_id, event_id, filed_under)
) WITHOUT ROWID;
CREATE INDEX import_events_by_event ON import_events (event_id);
INSERT INTO import_events (import_id, event_id) SELECT import_id, event_id FROM kept;
DROP TABLE kept;

CREATE TABLE kept AS SELECT * FROM named;
DROP TABLE named;
CREATE TABLE named (
    patient_id TEXT NOT NULL,
    import_id INTEGER NOT NULL REFERENCES imports ON DELETE CASCADE,
    what TEXT NOT NULL,
    mark TEXT NOT NULL,
    filed_under TEXT NOT NULL DEFAULT '',
    PRIMARY KEY (patient_id, import_id, what, mark, filed_under)
) WITHOUT ROWID;
CREATE INDEX named_by_import ON named (import_id);
INSERT INTO named (patient_id, import_id, what, mark)
SELECT patient_id, import_id, what, mark FROM kept;
DROP TABLE kept;

CREATE TABLE kept AS SELECT * FROM sexes;
DROP TABLE sexes;
CREATE TABLE sexes (
    patient_id TEXT NOT NULL,
    import_id INTEGER NOT NULL REFERENCES imports ON DELETE CASCADE,
    filed_under TEXT NOT NULL DEFAULT '',
    sex TEXT NOT NULL CHECK (sex IN ('f', 'm')),
    PRIMARY KEY (patient_id, import_id, filed_under)
) WITHOUT ROWID;
CREATE INDEX sexes_by_import ON sexes (import_id);
INSERT INTO sexes (patient_id, import_id, sex) SELECT patient_id, import_id, sex FROM kept;
DROP TABLE kept;
