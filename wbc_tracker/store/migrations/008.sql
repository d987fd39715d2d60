-- makers: who made an entry of the history, and on which computer

-- An entry from before, and one that no user is known of, has no line here.
CREATE TABLE makers (
    entry INTEGER PRIMARY KEY REFERENCES imports ON DELETE CASCADE,
    user TEXT NOT NULL,
    host TEXT NOT NULL,
    checksum INTEGER NOT NULL
);
INSERT INTO totals VALUES ('makers', 0, 0);
