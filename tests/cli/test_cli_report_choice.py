"""`report` and `export`: whose results, which of them, and as known on which day."""

from __future__ import annotations

import csv
import io

import pytest
from tables.runs import CLINIC, ON_THE_DAY, ONE

TWO = ("a,2024-01-02,WBC,6.5,K/uL", "a,2024-03-02,WBC,6.1,K/uL", "b,2024-01-03,WBC,5.5,K/uL")
LONG = "patient_id,collected_at,analyte,value,unit"


def exported(done) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(done.out)))


@pytest.fixture
def two(file):
    return file("two.csv", *TWO, header=LONG)


def test_one_patient_is_shown_several_are_an_overview(wbc, two, file):
    assert wbc("report", "--labs", two, "--as-of", "2024-04-01").lines[0].startswith("wbc-tracker   2 patients")
    one = wbc("report", "--labs", file("one.csv", "2024-01-02 WBC 6.5"), "--as-of", "2024-04-01")
    assert one.lines[0].startswith("wbc-tracker   me   ")


def test_patient_chooses_one_of_several(wbc, two):
    done = wbc("report", "--labs", two, "--patient", "b", "--as-of", "2024-04-01")
    assert done.lines[0].startswith("wbc-tracker   b   ")
    assert {row["patient_id"] for row in exported(wbc("export", "-", "--labs", two, "--patient", "a"))} == {"a"}
    assert {row["patient_id"] for row in exported(wbc("export", "-", "--labs", two))} == {"a", "b"}


def test_patient_names_a_file_without_patients(wbc, file):
    done = wbc("report", "--labs", file("one.csv", "2024-01-02 WBC 6.5"), "--patient", "anna", "--as-of", "2024-04-01")
    assert done.lines[0].startswith("wbc-tracker   anna   ")


def test_an_unknown_patient_is_named_with_those_who_are_known(wbc, two):
    from_files = wbc("report", "--labs", two, "--patient", "c")
    wbc("import", two)
    from_store = wbc("report", "--patient", "c")
    for done in (from_files, from_store):
        assert done.code == 2
        assert done.err.startswith("There is no patient 'c'.\nKnown are ")


def test_infusions_without_patients_beside_labs_of_several_are_refused(wbc, two, file):
    done = wbc("report", "--labs", two, "--infusions", file("i.csv", "2024-02-01", header="infused_on"))
    assert done.code == 2
    assert "i.csv does not say whose infusions these are, and the labs hold 2 patients." in done.err


def test_infusions_without_patients_belong_to_the_one_patient_of_the_labs(wbc, file):
    labs = file("a.csv", TWO[1], header=LONG)
    done = wbc("export", "-", "--labs", labs, "--infusions", file("i.csv", "2024-02-01", header="infused_on"))
    assert [row["days_since_infusion"] for row in exported(done)] == ["30"]


def test_infusions_of_nobody_in_the_labs_are_refused(wbc, two, file):
    stranger = file("i.csv", "x,2024-02-01", header="patient_id,infused_on")
    for labs in (two, file("one.csv", "2024-01-02 WBC 6.5")):
        done = wbc("report", "--labs", labs, "--infusions", stranger)
        assert done.code == 2
        assert "The infusions are of 'x'" in done.err


def test_several_files_of_one_patient_are_one_report_without_repeats(wbc, file):
    first, second = file("1.csv", "2024-01-02 WBC 6.5"), file("2.csv", "2024-01-02 WBC 6.5", "2024-03-02 WBC 6.1")
    rows = exported(wbc("export", "-", "--labs", first, "--labs", second))
    assert [(row["collected_at"], row["source_file"]) for row in rows] == [
        ("2024-01-02", "1.csv"),
        ("2024-03-02", "2.csv"),
    ]


def test_files_and_store_give_the_same_export(wbc):
    wbc("import", ONE[1])
    wbc("infusion", "import", ONE[3])
    assert wbc("export", "-", *ON_THE_DAY).out_bytes == wbc("export", "-", *ONE, *ON_THE_DAY).out_bytes


def test_the_overview_shows_the_worst_first_then_the_longest_overdue(wbc):
    done = wbc("report", *CLINIC, *ON_THE_DAY)
    start = next(n for n, line in enumerate(done.lines) if line.startswith("patient "))
    rows = done.lines[start + 1 : start + 41]
    assert [row.split()[0] for row in rows[:10]] == [
        "clinic-21", "clinic-30",  # urgent: grade 4 neutropenia, a white count of 32.6
        "clinic-23",  # lymphocytes that fell to grade 2, the next infusion in three weeks
        "clinic-27", "clinic-24", "clinic-14", "clinic-33",  # IgG 4.7, grade 3 lymphopenia, IgG that falls
        "clinic-11", "clinic-22", "clinic-12",  # B cells never gone, and lymphocytes of grade 2 between
    ]  # fmt: skip
    ranks = [["!!!", "!!", "i", "-", "none"].index(row.split()[1]) for row in rows]
    assert ranks == sorted(ranks)


def test_the_overview_obeys_the_filters_too(wbc):
    """What is not asked for is not shown, or the program says that an overview takes no filter."""
    done = wbc("report", *CLINIC, *ON_THE_DAY, "--analyte", "igg")
    assert done.code in (0, 2)
    assert "WBC" not in done.out


def test_filters_choose_rows_and_change_none(wbc):
    everything = exported(wbc("export", "-", *ONE, *ON_THE_DAY))
    chosen = exported(
        wbc("export", "-", *ONE, *ON_THE_DAY, "--analyte", "wbc", "--analyte", "cd19", "--since", "2024-06-14",
            "--until", "2025-03-11")
    )  # fmt: skip
    assert chosen == [
        row
        for row in everything
        if row["analyte"] in ("wbc", "cd19") and "2024-06-14" <= row["collected_at"][:10] <= "2025-03-11"
    ]
    assert {row["baseline_at"] for row in chosen} == {"2022-10-03"}
    assert "2024-06-14" in {row["collected_at"] for row in chosen}
    assert any(row["collected_at"].startswith("2025-03-11T08:20") for row in chosen)  # --until holds the whole day


def test_filtered_draws_trends_and_flags_are_those_of_the_full_report(wbc):
    full = wbc("report", *ONE, *ON_THE_DAY, "--format", "json").json["patients"][0]
    part = wbc("report", *ONE, *ON_THE_DAY, "--format", "json", "--analyte", "igg").json["patients"][0]
    assert part["pattern"] == full["pattern"]
    assert part["trends"] == [trend for trend in full["trends"] if trend["analyte"] == "igg"]
    shown = [result for draw in part["draws"] for result in draw["results"]]
    assert shown == [r for draw in full["draws"] for r in draw["results"] if r["analyte"] == "igg"]


def test_trends_are_computed_before_they_are_filtered(wbc):
    full = wbc("report", *ONE, *ON_THE_DAY, "--format", "json").json["patients"][0]
    part = wbc("report", *ONE, *ON_THE_DAY, "--format", "json", "--since", "2026-01-01").json["patients"][0]
    assert part["trends"] == full["trends"]


def test_a_filter_that_hides_flags_does_not_say_that_there_are_none(wbc):
    done = wbc("report", *ONE, *ON_THE_DAY, "--analyte", "igg")
    assert "neutropenia" not in done.out
    assert "No flag to discuss on record." not in done.out


def test_same_day_after_puts_a_draw_behind_the_infusion_of_its_date(wbc, file):
    labs = file("a.csv", "2024-02-01 WBC 6.5")
    infusions = file("i.csv", "2024-02-01", header="infused_on")
    before = exported(wbc("export", "-", "--labs", labs, "--infusions", infusions))[0]
    after = exported(wbc("export", "-", "--labs", labs, "--infusions", infusions, "--same-day", "after"))[0]
    assert [(row["course"], row["study_day"], row["days_since_infusion"]) for row in (before, after)] == [
        ("0", "1", ""),
        ("1", "1", "0"),
    ]
