"""The trend table: infusions between the draws, columns in blocks."""

from __future__ import annotations

from tables.labs import on
from tables.patients import BASELINE, report_of

from wbc_tracker.render.terminal.grid import trend_grid


def lines_of(*lines: str, infused: tuple[str, ...], width: int = 200) -> list[str]:
    return [line.plain for line in trend_grid(report_of(*lines, infused=infused, as_of=200), width)]


def test_infusions_stand_between_the_draws() -> None:
    told = lines_of(BASELINE, "10 wbc 6.0", "60 wbc 6.1", infused=(f"{on(0)} 300", f"{on(14)} 300"))
    assert [line.strip("- ").split()[0] for line in told] == ["draw", on(-5), on(0), on(10), on(14), on(60)]


def test_a_monthly_drug_shares_a_line_between_two_draws() -> None:
    doses = tuple(f"{on(day)} 20 ofatumumab" for day in (0, 7, 14, 28, 56))
    told = lines_of(BASELINE, "10 wbc 6.0", "60 wbc 6.1", infused=doses)
    assert [line.strip("- ") for line in told if "dose" in line] == [
        f"{on(0)}  dose 20 mg, course 1",
        f"{on(7)}  dose 20 mg, course 1",
        f"{on(14)} to {on(56)}  3 doses 20 mg, course 1",
    ]


def test_columns_that_do_not_fit_follow_below() -> None:
    results = [f"60 {analyte} 5" for analyte in ("neutrophils", "lymphocytes", "platelets", "igg", "igm", "cd4")]
    told = lines_of(BASELINE, "60 wbc 6.0", *results, infused=(f"{on(0)} 600",), width=40)
    assert max(len(line) for line in told) <= 40
    heads = [line.split()[2:] for line in told if line.startswith("draw")]
    assert len(heads) > 1
    assert [name for head in heads for name in head] == ["WBC", "%", "neutr", "lymph", "IgG", "CD4", "IgM", "Plt"]
