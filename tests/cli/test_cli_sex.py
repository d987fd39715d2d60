"""`--sex`: usual variation by the figure of the patient's own sex, where the figures differ."""

from __future__ import annotations

import sqlite3

from tables.runs import CLINIC, ON_THE_DAY


def labs(file):
    """Neutrophils fall from 4.0 to 2.6: -35 %, beyond the -30 % of men, within the -46 % of women."""
    return file("labs.csv", "2024-01-02 neutrophils 4.0", "2024-06-03 neutrophils 2.6")


def verdict(wbc, path, *more):
    told = wbc("report", "--labs", path, "--as-of", "2024-06-10", "--format", "json", *more).json
    return told["patients"][0]["trends"][0]["beyond_rcv"]


def test_the_figure_of_the_sex_decides(wbc, file):
    path = labs(file)
    assert [verdict(wbc, path, *sex) for sex in ((), ("--sex", "f"), ("--sex", "m"))] == ["no", "no", "fall"]


def test_the_report_says_which_figure_it_took(wbc, file):
    path = labs(file)
    unknown = " ".join(wbc("report", "--full", "--labs", path, "--as-of", "2024-06-10").out.split())
    assert "neutr -46 % to +85 % (the figure for women, the larger one, because sex is not recorded)" in unknown
    man = " ".join(wbc("report", "--labs", path, "--as-of", "2024-06-10", "--sex", "m", "--full").out.split())
    assert "Usual variation: neutr -30 % to +43 %." in man


def test_it_is_that_of_one_patient(wbc):
    several = wbc("report", *CLINIC, *ON_THE_DAY, "--sex", "f")
    assert several.code == 2
    assert "--sex: there are 40 patients; it tells the sex of one." in several.err
    assert wbc("report", *CLINIC, *ON_THE_DAY, "--sex", "f", "--patient", "clinic-21").code == 0
    assert wbc("report", *CLINIC, *ON_THE_DAY, "--sex", "x", "--patient", "clinic-21").code == 2


HEADER = "patient_id,Sex,collected_at,analyte,value,unit"
ROWS = ("a,M,2024-01-02,neutrophils,4.0,10^9/L", "a,M,2024-06-03,neutrophils,2.6,10^9/L",
        "b,female,2024-01-02,neutrophils,4.0,10^9/L", "b,female,2024-06-03,neutrophils,2.6,10^9/L",
        "c,,2024-01-02,neutrophils,4.0,10^9/L", "c,unknown,2024-06-03,neutrophils,2.6,10^9/L")  # fmt: skip


def verdicts(done):
    return {one["patient_id"]: one["trends"][0]["beyond_rcv"] for one in done.json["patients"]}


class TestAColumn:
    """A column headed as a sex tells each patient's; nobody else's."""

    ASKED = ("report", "--as-of", "2024-06-10", "--format", "json")

    def test_of_a_file(self, wbc, file):
        path = file("labs.csv", *ROWS, header=HEADER)
        assert verdicts(wbc(*self.ASKED, "--labs", path)) == {"a": "fall", "b": "no", "c": "no"}
        assert verdicts(wbc(*self.ASKED, "--labs", path, "--patient", "a", "--sex", "f")) == {"a": "no"}

    def test_in_the_store_until_its_import_is_undone(self, wbc, file):
        wbc("import", file("labs.csv", *ROWS, header=HEADER))
        assert verdicts(wbc(*self.ASKED)) == {"a": "fall", "b": "no", "c": "no"}
        wbc("import", file("more.csv", "a,2024-05-01,neutrophils,4.1,10^9/L", header=HEADER.replace(",Sex", "")))
        assert verdicts(wbc(*self.ASKED))["a"] == "fall"
        wbc("import", file("other.csv", "a,F,2024-04-01,neutrophils,4.1,10^9/L", header=HEADER))
        assert verdicts(wbc(*self.ASKED))["a"] == "no", "two imports say two things: not known"
        wbc("imports", "undo", "3")
        assert verdicts(wbc(*self.ASKED))["a"] == "fall"

    def test_of_one_patient_without_a_column_of_patients(self, wbc, file):
        path = file(
            "labs.csv", *(row.removeprefix("a,") for row in ROWS[:2]), header=HEADER.removeprefix("patient_id,")
        )
        assert verdicts(wbc(*self.ASKED, "--labs", path)) == {"me": "fall"}

    def test_is_erased_with_its_patient(self, wbc, file, db):
        wbc("import", file("labs.csv", *ROWS, header=HEADER))
        wbc("patients", "remove", "a", "--yes")
        with sqlite3.connect(db) as store:
            assert store.execute("SELECT DISTINCT patient_id FROM sexes").fetchall() == [("b",)]
