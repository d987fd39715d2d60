"""Until when a flag stands: 26 weeks on the latest result, longer where it is urgent or was not repeated."""

from __future__ import annotations

import pytest
from tables.labs import CATALOG, SPLIT, at, infusions, on

from wbc_tracker.analysis import Analysis
from wbc_tracker.catalog import Severity
from wbc_tracker.dataset import assemble

INFO, DISCUSS, URGENT = Severity.INFO, Severity.DISCUSS, Severity.URGENT


def standing(*lines: str, as_of: int) -> dict[str, Severity]:
    """The flags that stand on some day, as `CODE VALUE`, and how severe they are."""
    analysis = Analysis(assemble(at(*lines), infusions(*SPLIT), on(as_of)), "before", CATALOG)
    found = analysis.row_flags
    row, rank = found["row"].to_numpy(), found["rank"].to_numpy()
    stands, value = analysis.stand(row, rank), analysis.annotated["value"].to_numpy()[row]
    told = zip(found["code"], value, rank, stands, strict=True)
    return {f"{code} {value:g}": Severity(rank) for code, value, rank, holds in told if holds}


@pytest.mark.parametrize(("after", "stands"), [(182, True), (183, False)])
def test_26_weeks_on_the_latest_result(after: int, stands: bool) -> None:
    assert ("lymphopenia 0.9" in standing("60 lymphocytes 0.9", as_of=60 + after)) is stands


@pytest.mark.parametrize(("after", "stands"), [(28, True), (29, False)])
def test_an_urgent_one_28_days_whatever_came_later(after: int, stands: bool) -> None:
    found = standing("60 neutrophils 0.4", "63 neutrophils 3.0", as_of=60 + after)
    assert (found.get("neutropenia 0.4") == URGENT) is stands
    assert "late_onset_neutropenia 0.4" not in found  # only to discuss: the later count replaces it


@pytest.mark.parametrize(("after", "stands"), [(546, True), (547, False)])
@pytest.mark.parametrize(
    ("result", "severity"), [("neutrophils 1.2", DISCUSS), ("neutrophils 0.4", URGENT), ("lymphocytes 0.3", DISCUSS)]
)
def test_a_count_not_repeated_78_weeks(result: str, severity: Severity, after: int, stands: bool) -> None:
    assert (severity in standing(f"60 {result}", as_of=60 + after).values()) is stands


def test_what_is_only_for_information_or_no_count_does_not_stand_longer() -> None:
    assert standing("60 neutrophils 1.8", "60 igg 4.0", "60 lymphocytes 0.7", as_of=60 + 183) == {}


def test_another_analyte_is_no_repeat() -> None:
    assert "neutropenia 1.2" in standing("60 neutrophils 1.2", "200 wbc 6.0", as_of=400)
    assert "neutropenia 1.2" not in standing("60 neutrophils 1.2", "200 neutrophils 3.0", as_of=400)
