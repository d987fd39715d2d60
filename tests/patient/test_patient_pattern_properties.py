"""What must hold of the pattern for any results and infusions."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st
from tables.labs import SPLIT, on
from tables.patients import report_of
from tables.trials import examples

from wbc_tracker.catalog import Severity
from wbc_tracker.patient.model import FlagLine, PatientReport

CELLS = {"wbc": ["6.4", "6.0", "5.9", "3.1", "1.8", ">4.0"], "cd19": ["210", "2", "0", "<1", "40", "<20"],
         "neutrophils": ["3.5", "3.0", "1.2", "0.4"], "cd20": ["0", "50"], "igg": ["9.0", "5.5", "4.0"]}  # fmt: skip

one_result = st.sampled_from(list(CELLS)).flatmap(
    lambda analyte: st.tuples(
        st.sampled_from([-20, -5, 1, 30, 60, 61, 75, 150, 170, 200, 300]),
        st.just(analyte),
        st.sampled_from(CELLS[analyte]),
    )
)
some_lines = st.lists(one_result, max_size=12, unique_by=lambda result: result[:2]).map(
    lambda results: [f"{day} {analyte} {value}" for day, analyte, value in results]
)
some_infusions = st.sampled_from([(), SPLIT, (*SPLIT, f"{on(168)} 600")])
report_days = st.sampled_from([80, 180, 305, 600])


@settings(max_examples=examples(15))
@given(some_lines, some_infusions, report_days)
def test_any_report(lines: list[str], infused: tuple[str, ...], as_of: int) -> None:
    if not lines and not infused:
        return  # a patient needs a result or an infusion
    report = report_of(*lines, infused=infused, as_of=as_of)
    an_alarm_is_named_first(report)
    past_flags_tell_the_next_value_and_current_ones_are_recent(report, as_of)


def an_alarm_is_named_first(report: PatientReport) -> None:
    pattern = report.pattern
    assert pattern.code in ("as_described", "returning", "differs", "not_assessable")
    assert pattern.sentence.endswith(".")
    urgent = [flag for flag in report.flags if flag.severity == Severity.URGENT and flag.current]
    assert pattern.sentences[0].startswith("Urgent") is bool(urgent)
    if pattern.code in ("as_described", "returning"):
        assert pattern.collected_at is not None
        assert "differs" not in pattern.sentence
        assert not [flag for flag in report.flags if flag.code == "broad_fall" and flag.current]


def past_flags_tell_the_next_value_and_current_ones_are_recent(report: PatientReport, as_of: int) -> None:
    latest = {trend.analyte.id: trend.latest_at for trend in report.trends}
    for flag in (flag for flag in report.flags if flag.result):
        is_latest = flag.collected_at == latest[flag.result.analyte.id]
        recent = is_latest and flag.collected_at >= on(as_of - 182)
        urgent = flag.severity == Severity.URGENT and flag.collected_at >= on(as_of - 28)
        is_count = flag.result.analyte.is_blood_count  # of those drawn here only these have a grade
        unrepeated = is_latest and is_count and flag.calls and flag.collected_at >= on(as_of - 546)
        assert flag.current is (recent or urgent or unrepeated) or (recent and has_later_b_cells(report, flag))
        assert (flag.following is not None) is not is_latest


def has_later_b_cells(report: PatientReport, flag: FlagLine) -> bool:
    """A newer CD19 or CD20 result that can be judged replaces an older one of another B-cell analyte."""
    b_cells = ("cd19", "cd19_pct", "cd20", "cd20_pct")
    later = [draw for draw in report.draws if draw.collected_at[:10] > flag.collected_at[:10]]
    return flag.result.analyte.id in b_cells and any(
        result.analyte.id in b_cells for draw in later for result in draw.results
    )
