"""`--sex`: usual variation by the figure of the patient's own sex, where the figures differ."""

from __future__ import annotations

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
    unknown = " ".join(wbc("report", "--labs", path, "--as-of", "2024-06-10").out.split())
    assert "neutr -46 % to +85 % (the figure for women, the larger one, because sex is not recorded)" in unknown
    man = " ".join(wbc("report", "--labs", path, "--as-of", "2024-06-10", "--sex", "m").out.split())
    assert "Usual variation: neutr -30 % to +43 %." in man


def test_it_is_that_of_one_patient(wbc):
    several = wbc("report", *CLINIC, *ON_THE_DAY, "--sex", "f")
    assert several.code == 2
    assert "--sex: there are 40 patients; it tells the sex of one." in several.err
    assert wbc("report", *CLINIC, *ON_THE_DAY, "--sex", "f", "--patient", "clinic-21").code == 0
    assert wbc("report", *CLINIC, *ON_THE_DAY, "--sex", "x", "--patient", "clinic-21").code == 2
