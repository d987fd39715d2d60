"""Counts and IgG that fall over months. Days 20, 90, 160 and 230 are on treatment and away from the infusions."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from tables.flags import flagged, severities
from tables.labs import CATALOG, SPLIT, annotated, at, cohort, draws, infusions, on

from wbc_tracker.annotation import annotate
from wbc_tracker.flags import evaluate_flags
from wbc_tracker.flags.declines import DECLINE_ANALYTES
from wbc_tracker.trends import summarize_trends

DECLINE = "gradual_decline"
DAYS = (20, 90, 160, 230)


def series(analyte: str, *values: str, days: tuple[int, ...] = DAYS) -> pd.DataFrame:
    return at(*(f"{day} {analyte} {value}" for day, value in zip(days, values, strict=True)))


@pytest.mark.parametrize("analyte", ["wbc", "neutrophils", "lymphocytes", "igg"])
def test_falling_is_to_discuss_and_stands_on_the_latest_result(analyte: str) -> None:
    labs = series(analyte, "10.0", "8.0", "6.0", "4.0")
    assert flagged(DECLINE, labs, *SPLIT) == [f"{analyte} 4"]
    assert severities(DECLINE, labs, *SPLIT) == ["discuss"]


@pytest.mark.parametrize("analyte", ["monocytes", "platelets", "hemoglobin", "cd19", "cd4", "igm", "lymphocytes_pct"])
def test_of_nothing_else(analyte: str) -> None:
    labs = series(analyte, "100", "80", "60", "40")
    assert flagged(DECLINE, labs, *SPLIT) == []


def test_as_large_as_is_worth_telling() -> None:
    """On four days: a straight line to -25.2 %, or to -24.6 % of white cells: 1.25 times the 20 % worth telling."""
    assert flagged(DECLINE, series("wbc", "10.00", "9.16", "8.32", "7.48"), *SPLIT) == ["wbc 7.48"]
    assert flagged(DECLINE, series("wbc", "10.00", "9.18", "8.36", "7.54"), *SPLIT) == []


@pytest.mark.parametrize(
    ("days", "fall", "found"),
    [(10, 2.48, 0), (10, 2.52, 1), (11, 1.98, 0), (11, 2.02, 1)],
    ids=["ten days, -24.8 %", "ten days, -25.2 %", "eleven days, -19.8 %", "eleven days, -20.2 %"],
)
def test_a_count_on_ten_days_or_fewer_must_fall_by_a_quarter_more(days: int, fall: float, found: int) -> None:
    """A straight line from 10 white cells, a draw every 30 days."""
    values = [f"{10 - fall * place / (days - 1):.6f}" for place in range(days)]
    labs = series("wbc", *values, days=tuple(20 + 30 * place for place in range(days)))
    assert len(flagged(DECLINE, labs, *SPLIT)) == found


def test_igg_that_falls_slightly_is_for_information() -> None:
    """Of IgG 15 % is worth telling: to -15.3 %, or to -14.7 %."""
    assert severities(DECLINE, series("igg", "10.00", "9.49", "8.98", "8.47"), *SPLIT) == ["discuss"]
    assert severities(DECLINE, series("igg", "10.00", "9.51", "9.02", "8.53"), *SPLIT) == ["info"]


@pytest.mark.parametrize(
    ("values", "why"),
    [
        (("4.0", "6.0", "8.0", "10.0"), "rises"),
        (("10.0", "10.0", "10.0", "10.0"), "stays"),
        (("10.0", "4.0", "6.0", "3.0"), "one of six pairs rises: p is 1/3"),
    ],
)
def test_not_what_does_not_fall(values: tuple[str, ...], why: str) -> None:
    assert flagged(DECLINE, series("wbc", *values), *SPLIT) == [], why


@pytest.mark.parametrize(("last", "found"), [(200, ["wbc 4"]), (199, [])])
def test_needs_180_days(last: int, found: list[str]) -> None:
    labs = series("wbc", "10.0", "8.0", "6.0", "4.0", days=(20, 80, 140, last))
    assert flagged(DECLINE, labs, *SPLIT) == found


@pytest.mark.parametrize(
    "labs",
    [
        at("20 wbc 10.0", "120 wbc 7.0", "230 wbc 4.0"),
        series("wbc", "10.0", "8.0", "<6.0", "4.0"),
        at("-200 wbc 10.0", "-100 wbc 8.0", "-5 wbc 6.0", "230 wbc 4.0"),
        at("1 wbc 10.0", "2 wbc 8.0", "16 wbc 6.0", "230 wbc 4.0", "300 wbc 3.9", "400 wbc 3.8"),
    ],
    ids=["three days", "a limit among four", "before treatment", "just after an infusion"],
)
def test_not_enough_is_not_assessable(labs: pd.DataFrame) -> None:
    assert flagged(DECLINE, labs, *SPLIT) == []


def test_not_without_infusions() -> None:
    assert flagged(DECLINE, series("wbc", "10.0", "8.0", "6.0", "4.0")) == []


def test_needs_no_baseline_from_before_treatment_and_no_interval() -> None:
    labs = series("wbc", "10.0 x", "8.0 x", "6.0 x", "4.0 x")
    assert flagged(DECLINE, labs, *SPLIT) == ["wbc 4"]


def test_stands_on_the_latest_row_also_where_that_takes_no_part() -> None:
    labs = at("20 wbc 10.0", "90 wbc 8.0", "160 wbc 6.0", "230 wbc 4.0", "250 wbc <5.0")
    assert flagged(DECLINE, labs, *SPLIT) == ["wbc <5"]


def test_derived_counts_take_part() -> None:
    lines = [f"{day} {analyte} {value}" for day, pct in zip(DAYS, ("60", "48", "36", "24"), strict=True)
             for analyte, value in (("wbc", "6.0"), ("neutrophils_pct", pct))]  # fmt: skip
    assert flagged(DECLINE, at(*lines), *SPLIT) == ["neutrophils 1.44"]


def test_each_patient_alone() -> None:
    fall, rise = ("10.0", "8.0", "6.0", "4.0"), ("4.0", "6.0", "8.0", "10.0")
    lines = {name: [f"{on(d)} wbc {v}" for d, v in zip(DAYS, values, strict=True)]
             for name, values in (("ann", rise), ("bob", fall))}  # fmt: skip
    labs = cohort(**{name: draws(*told) for name, told in lines.items()})
    doses = infusions(*SPLIT, *SPLIT).assign(patient_id=["ann", "ann", "bob", "bob"])
    found = evaluate_flags(annotate(labs, doses, as_of="2026-06-30"))
    assert found.loc[found["code"] == DECLINE, "row"].tolist() == [7]


def test_the_same_verdicts_as_the_trends() -> None:
    """Many short and long series, some with ties, limits, several results a day and draws just after an infusion."""
    rng = np.random.default_rng(7)
    people = {}
    for number in range(120):
        lines = []
        for analyte in (*DECLINE_ANALYTES, "monocytes"):
            days = np.sort(rng.integers(-40, 700, rng.integers(1, 14)))
            slope = rng.uniform(-0.6, 0.3)
            for day in days.tolist():
                value = max(0.1, 9 * (1 + slope * day / 700) + rng.normal(0, 0.4))
                mark = "<" if rng.random() < 0.05 else ""
                lines.append(f"{on(day)} {analyte} {mark}{value:.1f}")
        people[f"p{number}"] = draws(*lines)
    doses = infusions(*(SPLIT * len(people))).assign(patient_id=[who for who in people for _ in SPLIT])
    frame = annotate(cohort(**people), doses, as_of="2026-06-30")
    found = evaluate_flags(frame).query("code == @DECLINE")
    keys = zip(
        frame["patient_id"].iloc[found["row"]], frame["analyte"].iloc[found["row"]], found["severity"], strict=True
    )
    trends = summarize_trends(frame)
    smallest = {"wbc": 20, "lymphocytes": 20, "neutrophils": 25}
    told_anyway = {
        (row["patient_id"], row["analyte"])
        for row in trends.to_dict("records")
        if row["analyte"] == "igg"
        or row["n_used"] > 10
        or row["fitted_change_percent"] <= -1.25 * smallest.get(row["analyte"], 0)
    }
    expected = {
        (row["patient_id"], row["analyte"], "discuss" if row["verdict"] == "falling" else "info")
        for row in trends.to_dict("records")
        if row["analyte"] in DECLINE_ANALYTES
        and (row["patient_id"], row["analyte"]) in told_anyway
        and (row["verdict"] == "falling" or (row["verdict"], row["analyte"]) == ("falling slightly", "igg"))
    }
    assert set(keys) == expected
    assert {severity for _, _, severity in expected} == {"discuss", "info"}
    latest = frame.iloc[found["row"]]
    at_row = dict(zip(zip(latest["patient_id"], latest["analyte"], strict=True), latest["collected_at"], strict=True))
    told = {(r["patient_id"], r["analyte"]): r["latest_at"] for r in trends.to_dict("records")}
    assert all(told[key] == when for key, when in at_row.items())


def test_nothing_of_an_empty_frame() -> None:
    assert evaluate_flags(annotated(draws(), *SPLIT), CATALOG).empty
