"""The flags by CTCAE grade."""

from __future__ import annotations

import pytest
from tables.flags import codes, flagged, severities
from tables.labs import SPLIT, at

INFO, DISC, URG = "info", "discuss", "urgent"
#: Code -> analyte and lower limit, and the severity of values of grade 0, 1, 1, 2, 2, ... on either side of each cut.
BY_GRADE = {
    "leukopenia": (
        "wbc",
        "4.0-",
        {"4.0": None, "3.9": INFO, "3.0": INFO, "2.9": INFO, "2.0": INFO, "1.9": DISC, "1.0": DISC, "0.9": URG},
    ),
    "neutropenia": (
        "neutrophils",
        "2.0-",
        {"2.0": None, "1.9": INFO, "1.5": INFO, "1.49": DISC, "1.0": DISC, "0.99": URG, "0.5": URG, "0.49": URG},
    ),
    "lymphopenia": (
        "lymphocytes",
        "1.0-",
        {"1.0": None, "0.9": INFO, "0.8": INFO, "0.79": INFO, "0.5": INFO, "0.49": DISC, "0.2": DISC, "0.19": URG},
    ),
    "cd4_low": (
        "cd4",
        "600-",
        {"600": None, "599": INFO, "500": INFO, "499": INFO, "200": INFO, "199": DISC, "50": DISC, "49": URG},
    ),
    "thrombocytopenia": (
        "platelets",
        "150-",
        {"150": None, "149": INFO, "75": INFO, "74": INFO, "50": INFO, "49": DISC, "25": DISC, "24": URG},
    ),
    "anemia": (
        "hemoglobin",
        "120-",
        {"120": None, "119": INFO, "100": INFO, "99": INFO, "80": INFO, "79": DISC, "30": DISC},
    ),
}


@pytest.mark.parametrize("code", BY_GRADE)
def test_the_severity_follows_the_grade(code: str) -> None:
    analyte, limit, expected = BY_GRADE[code]
    labs = at(*(f"{60 + place} {analyte} {value} {limit}" for place, value in enumerate(expected)))
    assert severities(code, labs, *SPLIT) == [severity for severity in expected.values() if severity]


@pytest.mark.parametrize("code", BY_GRADE)
def test_in_any_course_and_without_a_baseline(code: str) -> None:
    analyte, limit, expected = BY_GRADE[code]
    worst = list(expected)[-1]
    labs = at(f"-5 {analyte} {worst} {limit}", f"60 {analyte} {worst} {limit}")
    assert len(severities(code, labs, *SPLIT)) == len(severities(code, labs)) == 2


@pytest.mark.parametrize("code", BY_GRADE)
def test_without_a_lower_limit_grade_1_is_not_assessable(code: str) -> None:
    analyte, _, expected = BY_GRADE[code]
    labs = at(*(f"{60 + place} {analyte} {value} not readable" for place, value in enumerate(expected)))
    grade_2_and_worse = list(expected.values())[3:]
    assert severities(code, labs, *SPLIT) == grade_2_and_worse


def test_anemia_of_grade_1_needs_the_laboratory_s_limit() -> None:
    assert flagged("anemia", at("60 hemoglobin 110", "61 hemoglobin 99"), *SPLIT) == ["hemoglobin 99"]


def test_a_limit_has_the_severity_of_the_grade_that_is_certain() -> None:
    labs = at(
        "60 neutrophils <2.5",
        "61 neutrophils <2.0",
        "62 neutrophils <=1.5",
        "63 neutrophils <1.0",
        "64 neutrophils >0.1",
    )
    assert flagged("neutropenia", labs, *SPLIT) == ["neutrophils <2", "neutrophils <=1.5", "neutrophils <1"]
    assert severities("neutropenia", labs, *SPLIT) == ["info", "info", "urgent"]


def test_a_value_inside_the_laboratory_s_interval_is_flagged() -> None:
    labs = at("60 neutrophils 1.45 1.4-6.5", "61 neutrophils 1.55 1.4-6.5", "62 cd4 400 300-1400")
    assert flagged("neutropenia", labs, *SPLIT) == ["neutrophils 1.45"]
    assert flagged("cd4_low", labs, *SPLIT) == ["cd4 400"]


def test_a_derived_count_is_flagged() -> None:
    labs = at("60 wbc 5.0", "60 neutrophils_pct 15", "60 lymphocytes_pct 8")
    assert flagged("neutropenia", labs, *SPLIT) == ["neutrophils 0.75"]
    assert flagged("lymphopenia", labs, *SPLIT) == ["lymphocytes 0.4"]


def test_a_percentage_alone_is_not_flagged() -> None:
    labs = at("60 neutrophils_pct 5", "60 lymphocytes_pct 3", "60 cd4_pct 4")
    assert not set(BY_GRADE) & {code for row in codes(labs, *SPLIT) for code in row}


def test_high_values_are_not_flagged() -> None:
    labs = at("60 wbc 25.0", "60 lymphocytes 9.0", "60 platelets 900", "60 hemoglobin 190 120-160", "60 cd4 2500")
    assert not set(BY_GRADE) & {code for row in codes(labs, *SPLIT) for code in row}
