"""A file that says of its person what earlier files of the same patient did not say is somebody else's."""

from __future__ import annotations

import sqlite3

import pytest

LABS = "Date,Test,Result,Unit"
ANN, BOB = "2024-03-01,WBC,6.1,10^9/L", "2024-03-02,WBC,2.9,10^9/L"


def lab(file, name: str, row: str, *, above: str = "", columns: str = "", cells: str = ""):
    """Write a lab file with a line above the table, or with columns that are the same in every row."""
    lines = [above, f"{LABS},{columns}", f"{row},{cells}"] if columns else [above, LABS, row]
    head, *rest = [line for line in lines if line]
    return file(name, *rest, header=head)


TWO_PEOPLE = [
    ({"columns": "DOB", "cells": "1980-02-01"}, {"columns": "DOB", "cells": "1975-03-01"}, "birth date"),
    ({"columns": "DOB", "cells": "13.02.1980"}, {"columns": "Geburtsdatum", "cells": "1975-03-01"}, "birth date"),
    ({"columns": "Sex", "cells": "F"}, {"columns": "Gender", "cells": "male"}, "sex"),
    ({"columns": "Surname", "cells": "Doe"}, {"columns": "Surname", "cells": "Roe"}, "name"),
    ({"columns": "First name,Last name", "cells": "Ann,Doe"}, {"columns": "First name,Last name", "cells": "Bob,Doe"},
     "name"),
    ({"above": "Ann Doe"}, {"above": "Bob Roe"}, "name"),
    ({"above": "Results for Ann Doe"}, {"above": "Results for Bob Roe"}, "name"),
    ({"above": "Ann Doe DOB: 1980-02-01"}, {"above": "Ann Doe DOB: 1990-02-01"}, "birth date"),
    ({"above": "Laborwerte Frau Ann Doe"}, {"columns": "Surname", "cells": "Roe"}, "name"),
]  # fmt: skip
ONE_PERSON = [
    ({"columns": "DOB", "cells": "1980-02-13"}, {"columns": "DOB", "cells": "13.02.1980"}),
    ({"columns": "DOB", "cells": "1980-02-01"}, {"columns": "DOB", "cells": "01/02/1980"}),
    ({"columns": "Sex", "cells": "F"}, {"columns": "Geschlecht", "cells": "weiblich"}),
    ({"above": "Ann Doe"}, {"above": "Results for DOE ANN M"}),
    ({"above": "Ann Doe"}, {"columns": "First name,Last name", "cells": "Ann,Doe"}),
    ({"above": "Quest Diagnostics"}, {"above": "University Hospital Basel"}),
    ({"above": "Blood counts 2023"}, {"above": "Blood counts 2024"}),
    ({"above": "Printed 2024-03-01"}, {"above": "Printed 2024-04-01"}),
    ({"columns": "Physician", "cells": "Dr Lee"}, {"columns": "Physician", "cells": "Dr May"}),
    ({"columns": "Ward", "cells": "West"}, {}),
    ({}, {"columns": "DOB", "cells": "1975-03-01"}),
]  # fmt: skip


@pytest.mark.parametrize(("first", "second", "what"), TWO_PEOPLE)
def test_a_file_of_somebody_else_is_refused_unless_the_user_names_the_patient(wbc, file, first, second, what):
    assert wbc("import", lab(file, "a.csv", ANN, **first)).code == 0
    other = lab(file, "b.csv", BOB, **second)
    for words in (("import", other), ("import", "--dry-run", other)):
        refused = wbc(*words)
        assert refused.code == 3
        assert "b.csv may be another person's: " in refused.err
        assert f"tells another {what} than earlier files of 'me' did." in refused.err
        assert "--patient me if it is of the same person." in refused.err
    assert wbc("patients", "list").lines == ["me: 1 result, 2024-03-01 to 2024-03-01; 0 infusions"]
    assert wbc("import", other, "--patient", "bob").code == 0
    assert wbc("patients", "list").lines[0].startswith("bob: 1 result")


@pytest.mark.parametrize(("first", "second"), ONE_PERSON)
def test_another_file_of_the_same_person_is_taken_in(wbc, file, first, second):
    assert wbc("import", lab(file, "a.csv", ANN, **first)).code == 0
    assert wbc("import", lab(file, "b.csv", BOB, **second)).code == 0
    assert wbc("patients", "list").lines == ["me: 2 results, 2024-03-01 to 2024-03-02; 0 infusions"]


@pytest.mark.parametrize(("first", "second", "what"), TWO_PEOPLE)
def test_two_files_read_together_are_refused_too(wbc, file, first, second, what):
    files = [lab(file, "a.csv", ANN, **first), lab(file, "b.csv", BOB, **second)]
    asked = ("export", "-", "--labs", files[0], "--labs", files[1], "--as-of", "2025-01-01")
    refused = wbc(*asked)
    assert (refused.code, refused.out) == (3, "")
    assert f"tells another {what} than the files before it." in refused.err
    assert wbc(*asked, "--patient", "me").code == 0


def test_the_user_has_the_last_word_and_is_told(wbc, file):
    """A married name, say: it is told once, and the next file may bear either."""
    wbc("import", lab(file, "a.csv", ANN, above="Ann Doe"))
    other = lab(file, "b.csv", BOB, above="Ann Roe")
    done = wbc("import", other, "--patient", "me")
    assert done.code == 0
    assert "a line above the table tells another name than earlier files of 'me' did (import 1)" in done.out
    third = lab(file, "c.csv", "2024-05-01,WBC,5.1,10^9/L", above="Results for Ann Roe")
    assert wbc("import", third).code == 0


def test_infusions_and_events_are_compared_with_lab_files(wbc, file):
    wbc("import", lab(file, "a.csv", ANN, columns="DOB", cells="1980-02-01"))
    doses = file("i.csv", "2024-01-02,Ocrevus 300 mg,1975-03-01", header="Date,Drug,DOB")
    events = file("e.csv", "2024-01-02,relapse,1975-03-01", header="Date,Event,DOB")
    for noun, path in (("infusion", doses), ("event", events)):
        refused = wbc(noun, "import", path)
        assert refused.code == 3
        assert "the column 'DOB' tells another birth date than earlier files of 'me' did." in refused.err
        assert wbc(noun, "import", path, "--patient", "bob").code == 0


def test_what_was_taken_back_or_erased_is_not_remembered(wbc, file):
    first, second = (lab(file, n, r, above=a) for n, r, a in (("a.csv", ANN, "Ann Doe"), ("b.csv", BOB, "Bob Roe")))
    wbc("import", first)
    wbc("imports", "undo", "1")
    assert wbc("import", second).code == 0
    assert wbc("import", first).code == 3
    wbc("patients", "remove", "me", "--yes")
    assert wbc("import", first).code == 0


def test_the_store_holds_no_name(wbc, file, db):
    wbc("import", lab(file, "a.csv", ANN, above="Annabel Doering", columns="DOB", cells="1980-02-01"))
    raw = b"".join(path.read_bytes() for path in db.parent.iterdir())
    for word in (b"annabel", b"Annabel", b"doering", b"Doering", b"1980-02-01"):
        assert word not in raw
    with sqlite3.connect(db) as store:
        assert store.execute("SELECT count(*) FROM named").fetchone() == (3,)
    store.close()


def test_a_file_with_a_column_of_patients_is_asked_nothing(wbc, file):
    header = "patient_id,Date,Test,Result,Unit,DOB"
    assert wbc("import", file("a.csv", f"me,{ANN},1980-02-01", header=header)).code == 0
    assert wbc("import", file("b.csv", f"me,{BOB},1975-03-01", header=header)).code == 0
