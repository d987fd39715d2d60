"""Which flags stand now, which are past, and their order."""

from __future__ import annotations

import pytest
from tables.labs import on
from tables.patients import SELECTIVE, flags_of, report_of

from wbc_tracker.catalog import Severity


@pytest.mark.parametrize(("days", "current"), [(0, True), (182, True), (183, False)])
def test_a_flag_is_current_for_26_weeks(days: int, current: bool) -> None:
    (flag,) = flags_of("leukopenia", "60 wbc 3.1", as_of=60 + days)
    assert flag.current is current


def test_only_on_the_latest_result_of_the_analyte() -> None:
    flags = flags_of("leukopenia", "60 wbc 3.1", "80 wbc 3.2", as_of=90)
    assert [(flag.collected_at, flag.current) for flag in flags] == [(on(80), True), (on(60), False)]


def test_a_later_normal_result_makes_it_past() -> None:
    (flag,) = flags_of("leukopenia", "60 wbc 3.1", "80 wbc 5.0", as_of=90)
    assert not flag.current


def test_a_later_limit_is_a_result_too() -> None:
    (flag,) = flags_of("b_cells_depleted", "60 cd19 2", "80 cd19 <20", as_of=90)
    assert not flag.current


def test_another_analyte_does_not_make_it_past() -> None:
    (flag,) = flags_of("neutropenia", "60 neutrophils 1.2", "80 wbc 5.0", as_of=90)
    assert flag.current


def test_a_past_flag_tells_the_next_value() -> None:
    (flag,) = flags_of("leukopenia", "80 wbc 5.0", "60 wbc 3.1", "70 wbc <4.0 3.0-", as_of=90)
    assert (flag.following.words, flag.following.collected_at) == ("<4.0", on(70))


def test_a_flag_on_the_last_value_has_no_next_one() -> None:
    (flag,) = flags_of("leukopenia", "60 wbc 3.1", "70 neutrophils 3.0", as_of=400)
    assert (flag.current, flag.following) == (False, None)


def test_a_past_flag_keeps_its_severity() -> None:
    flags = flags_of("neutropenia", "60 neutrophils 0.4", "80 neutrophils 3.0", as_of=90)
    assert [(flag.severity, flag.current) for flag in flags] == [(Severity.URGENT, False)]


def test_the_most_severe_first_then_the_latest() -> None:
    lines = (
        *SELECTIVE,
        "50 neutrophils 0.4",
        "60 neutrophils 1.2",
        "62 wbc 3.5",
        "63 hemoglobin 75",
        "64 platelets 15",
    )
    flags = [flag for flag in report_of(*lines).flags if flag.result]
    ranks = [flag.severity for flag in flags]
    assert ranks == sorted(ranks, reverse=True)
    assert set(Severity) == {flag.severity for flag in flags}
    for severity in Severity:
        dates = [flag.collected_at for flag in flags if flag.severity == severity]
        assert dates == sorted(dates, reverse=True)


def test_results_and_infusions_after_the_day_of_the_report_are_not_known() -> None:
    early = report_of("60 wbc 3.1", "80 wbc 5.0", as_of=70)
    assert [flag.current for flag in early.flags if flag.code == "leukopenia"] == [True]
    assert [draw.collected_at for draw in early.draws] == [on(60)]


def test_a_flag_carries_what_it_teaches_and_its_sources() -> None:
    (flag,) = flags_of("b_cells_depleted", "60 cd19 2")
    assert flag.flag.statements == ("D1", "D2")
    assert any("CD19" in source for source in flag.sources)
    assert flag.flag.next_step
