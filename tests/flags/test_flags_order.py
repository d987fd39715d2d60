"""Order of the codes of one row, and that no rule suppresses another."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from tables.flags import codes, with_flags
from tables.labs import CATALOG, SPLIT, annotated, at, table

from wbc_tracker.catalog import Severity
from wbc_tracker.flags import evaluate_flags
from wbc_tracker.flags.evaluate import fill_flags


def everything() -> pd.DataFrame:
    """A patient in whom much happens."""
    labs = at(
        "-5 wbc 2.2", "-5 cd19 210", "-5 hemoglobin 118 120-160",
        "60 wbc 1.8", "60 neutrophils 0.4", "60 lymphocytes 0.3", "60 cd4 40", "60 platelets 18", "60 hemoglobin 60",
        "60 cd19 2", "60 neutrophils_pct 60",
        "150 wbc 2.1 1.5-10.0", "150 cd19 2", "150 cd19 40", "160 cd19 30", "160 cd19_pct 1.4",
    )  # fmt: skip
    labs["unit_inferred"] = labs["analyte"] == "wbc"
    return labs


def in_order(found: list[str], *expected: str) -> bool:
    """Whether the expected codes stand there in that order; others may stand between them."""
    return [code for code in found if code in expected] == list(expected)


def test_the_most_severe_first() -> None:
    (row,) = codes(at("60 wbc 1.8"), *SPLIT)
    assert in_order(row, "critical_value", "leukopenia")  # urgent, discuss


def test_urgent_before_discuss_before_info() -> None:
    labs = at("60 neutrophils 0.4").assign(unit_inferred=True)
    (row,) = codes(labs, *SPLIT)
    assert in_order(row, "critical_value", "neutropenia", "late_onset_neutropenia", "unit_inferred")


def test_info_before_expected() -> None:
    labs = at("-5 wbc 3.0", "60 wbc 2.8 2.5-10.0", "60 cd19 2")
    row = codes(labs, *SPLIT)[1]
    assert in_order(row, "leukopenia", "selective_depletion", "wbc_stable")


def test_the_severity_of_a_flag_follows_the_row() -> None:
    """A neutropenia of grade 2 is as severe as the late-onset flag; of grade 1 it comes behind."""
    rows = codes(at("60 neutrophils 1.2", "61 neutrophils 1.45 1.4-7.0"), *SPLIT)
    assert all(in_order(row, "neutropenia", "late_onset_neutropenia") for row in rows)


def test_rows_without_a_flag_are_empty() -> None:
    assert table(with_flags(at("-5 wbc 6.0", "60 monocytes 0.4"), *SPLIT), "flags") == [None, None]


def test_no_rule_suppresses_another() -> None:
    """What alarms stands beside what is expected, and doubt about the data hides neither."""
    labs = at("-5 wbc 3.0", "60 wbc 2.8 2.5-10.0", "60 wbc 2.9 2.5-10.0", "60 cd19 2").assign(unit_inferred=True)
    expected = {"leukopenia", "conflicting_result", "unit_inferred", "selective_depletion", "wbc_stable"}
    assert [expected - set(row) for row in codes(labs, *SPLIT)[1:3]] == [set(), set()]


def test_an_alarm_of_one_day_leaves_the_b_cells_depleted() -> None:
    rows = codes(at("60 cd19 2", "60 neutrophils 0.4"), *SPLIT)
    assert "b_cells_depleted" in rows[0]
    assert "critical_value" in rows[1]


def test_the_column_and_the_table_say_the_same() -> None:
    frame = with_flags(everything(), *SPLIT)
    found = evaluate_flags(annotated(everything(), *SPLIT))
    listed = found.groupby("row")["code"].agg(";".join).to_dict()
    assert {row: flags for row, flags in enumerate(table(frame, "flags")) if flags} == listed


def test_the_table_is_sorted_by_row_then_severity_then_the_catalogue() -> None:
    found = evaluate_flags(annotated(everything(), *SPLIT))
    ranks = [
        (row, -Severity.of(severity), list(CATALOG.flags).index(code))
        for row, code, severity in table(found, "row", "code", "severity")
    ]
    assert ranks == sorted(ranks)
    assert len(set(ranks)) == len(ranks)


def test_every_flag_of_a_result_can_happen() -> None:
    """Each of them, on one of a few patients."""
    falling = [f"{day} igg {value}" for day, value in ((20, 12), (90, 9), (160, 7), (230, 4.5))]
    cases = [
        everything(),
        at("-5 wbc 6.0", "60 wbc 6.0", "60 cd19 2"),
        at("60 cd19 80"),
        at(*falling, "16 wbc 3.0", "230 cd3 900", "230 cd19 2", "230 wbc 0.003"),
        at("-5 wbc 6.0", "60 wbc 3.5"),
        at("-5 cd19 2", "60 wbc 12.0"),
        at("-5 cd19 210", "60 cd19 15"),
    ]
    raised = {code for labs in cases for code in evaluate_flags(annotated(labs, *SPLIT))["code"]}
    assert raised == {code for code, flag in CATALOG.flags.items() if not flag.is_of_patient}


@pytest.mark.parametrize("flags", [3, 40])
def test_any_number_of_flags_can_stand_on_a_row(flags: int) -> None:
    """Forty flags of five severities are more combinations than a number of 64 bits holds."""
    rng = np.random.default_rng(11)
    rows = 300
    ranks = {
        f"f{place:02}": (rng.integers(1, 5, rows) * (rng.random(rows) < 0.6)).astype(np.int8) for place in range(flags)
    }
    texts = fill_flags(pd.DataFrame({"row": range(rows)}), ranks)["flags"]
    expected = [
        ";".join(code for _, code in sorted((-rank[row], code) for code, rank in ranks.items() if rank[row])) or None
        for row in range(rows)
    ]
    assert [None if pd.isna(text) else text for text in texts] == expected
