"""How a value stands to its reference interval."""

from __future__ import annotations

import pytest
from tables.labs import annotated, draws, table

REFERENCE = ("ref_low", "ref_high", "ref_source", "ref_flag")


def ref_flags(*results: str) -> dict[str, str | None]:
    """The flag of each result, given as `ANALYTE VALUE [RANGE]`."""
    frame = annotated(draws(*(f"2024-01-10 {result}" for result in results)))
    return dict(zip(results, table(frame, "ref_flag"), strict=True))


def test_the_limits_themselves_are_normal() -> None:
    expected = {
        "wbc 3.9 4.0-11.0": "low",
        "wbc 4.0 4.0-11.0": "normal",
        "wbc 6.0 4.0-11.0": "normal",
        "wbc 11.0 4.0-11.0": "normal",
        "wbc 11.1 4.0-11.0": "high",
    }
    assert ref_flags(*expected) == expected


def test_the_laboratory_s_own_interval_wins() -> None:
    frame = annotated(draws("2024-01-10 wbc 3.8 3.5-9.0", "2024-01-10 wbc 10.0 3.5-9.0"))
    assert table(frame, *REFERENCE) == [(3.5, 9.0, "reported", "normal"), (3.5, 9.0, "reported", "high")]


def test_without_an_interval_the_catalogue_s_generic_one() -> None:
    frame = annotated(draws(*(f"2024-01-10 wbc 3.8{printed}" for printed in ("", " n/a", " Not established", " --"))))
    assert table(frame, *REFERENCE) == [(4.0, 11.0, "catalogue", "low")] * 4


def test_an_analyte_without_a_generic_interval_is_not_assessed() -> None:
    analytes = ("hemoglobin", "hematocrit", "rbc", "cd20", "cd4_cd8_ratio")
    frame = annotated(draws(*(f"2024-01-10 {analyte} 12" for analyte in analytes)))
    assert table(frame, *REFERENCE) == [(None, None, None, None)] * 5


def test_an_interval_that_cannot_be_read_is_not_replaced() -> None:
    frame = annotated(
        draws(*(f"2024-01-10 wbc 3.8 {printed}" for printed in ("see the ages below", "4.0 bis", "adult")))
    )
    assert table(frame, *REFERENCE) == [(None, None, None, None)] * 3


def test_one_sided_intervals() -> None:
    expected = {
        "igm 0.1 0.4-": "low",
        "igm 0.4 0.4-": "normal",
        "igm 9.0 0.4-": "normal",
        "igm 2.1 -2.0": "high",
        "igm 2.0 -2.0": "normal",
    }
    assert ref_flags(*expected) == expected


def test_a_one_sided_interval_is_not_completed_from_the_catalogue() -> None:
    frame = annotated(draws("2024-01-10 igm 0.1 -2.0"))
    assert table(frame, "ref_low", "ref_high", "ref_source") == [(None, 2.0, "reported")]


def test_a_limit_is_low_or_high_only_where_it_is_certain() -> None:
    expected = {
        "<4.0": "low",  # some number below 4.0
        "<=4.0": None,  # may be 4.0 itself
        "<=3.9": "low",
        "<4.1": None,
        "<0.5": "low",
        ">11.0": "high",
        ">=11.0": None,  # may be 11.0 itself
        ">=11.1": "high",
        ">10.9": None,
        ">4.0": None,  # 5 or 50
    }
    assert list(ref_flags(*(f"wbc {value} 4.0-11.0" for value in expected)).values()) == list(expected.values())


def test_a_limit_is_normal_only_where_it_is_certain() -> None:
    expected = {
        "igm >=0.4 0.4-": "normal",
        "igm >0.4 0.4-": "normal",
        "igm >0.3 0.4-": None,
        "igm <2.0 -2.0": "normal",
        "igm <=2.0 -2.0": "normal",
        "igm <2.1 -2.0": None,
        "eosinophils <0.1 0.0-0.5": "normal",  # no count lies below zero
        "eosinophils <0.6 0.0-0.5": None,
    }
    assert ref_flags(*expected) == expected


@pytest.mark.parametrize(("wbc", "percent", "flag"), [("6.0", "33.3", "low"), ("6.0", "33.4", "normal")])
def test_a_derived_count_has_the_catalogue_s_interval(wbc: str, percent: str, flag: str) -> None:
    """1.998 and 2.004 against the generic lower limit of 2.0; the percentage's interval says nothing of counts."""
    frame = annotated(draws(f"2024-01-10 wbc {wbc}", f"2024-01-10 neutrophils_pct {percent} 45-75"))
    derived = frame[frame["analyte"] == "neutrophils"]
    assert table(derived, *REFERENCE) == [(2.0, 7.5, "catalogue", flag)]


def test_a_derived_count_has_an_interval_where_the_percentage_s_cannot_be_read() -> None:
    frame = annotated(draws("2024-01-10 wbc 6.0", "2024-01-10 neutrophils_pct 20 adults only"))
    assert table(frame, "analyte", "ref_flag") == [("wbc", "normal"), ("neutrophils_pct", None), ("neutrophils", "low")]
