"""Each analyte in one line: interval, baseline, lowest and latest; and the doses given."""

from __future__ import annotations

from tables.labs import CATALOG, SPLIT, at, infusions, on
from tables.patients import report_of

from wbc_tracker.analysis import Analysis
from wbc_tracker.dataset import assemble
from wbc_tracker.patient.build import build_report
from wbc_tracker.patient.model import PatientReport
from wbc_tracker.patient.summary import (
    baseline_cell,
    dose_words,
    latest_cell,
    lowest_cell,
    summary_interval_words,
    summary_of,
)

COURSES = (*SPLIT, f"{on(168)} 600", f"{on(336)} 600")


def lines_of(patient: PatientReport) -> list[str]:
    """Each line as `analyte: baseline | lowest | latest`."""
    return [
        f"{line.analyte.id}: {told(baseline_cell(line))} | {told(lowest_cell(line))} | {told(latest_cell(line))}"
        for line in summary_of(patient)
    ]


def told(cell) -> str:
    if cell is None:
        return "-"
    return " ".join(part for part in (cell.value + cell.mark, f"on {cell.when}", cell.note) if part)


def one(*lines: str, infused: tuple[str, ...] = SPLIT, as_of: int = 500) -> str:
    (line,) = lines_of(report_of(*lines, infused=infused, as_of=as_of))
    return line


def test_a_line_has_baseline_lowest_and_latest_with_their_days() -> None:
    assert one("-5 wbc 6.4", "30 wbc 4.8", "100 wbc 5.6") == (
        f"wbc: 6.4 on {on(-5)} | 4.8 on {on(30)}, day 16 | 5.6 on {on(100)}, day 86 -12 % from the baseline"
    )


def test_the_lowest_is_the_earliest_of_several_and_after_the_first_infusion() -> None:
    assert f"| 2L on {on(60)}, day 46 |" in one("-50 cd19 1", "-5 cd19 200", "60 cd19 2", "90 cd19 2", "120 cd19 9")


def test_of_limits_the_lowest_is_certain() -> None:
    """`<1` is lower than 1, `<5` not lower than 3, and `>5` the lowest only where there is nothing else."""
    assert f"| <1L on {on(90)}" in one("60 cd19 1", "90 cd19 <1", "120 cd19 1")
    assert f"| 3L on {on(60)}" in one("60 cd19 3", "90 cd19 <5")
    assert f"| 9L on {on(90)}" in one("60 cd19 >5", "90 cd19 9")
    assert f"| >5 on {on(60)}" in one("60 cd19 >5")


def test_without_a_result_on_treatment_there_is_no_lowest() -> None:
    assert one("-9 wbc 5.4", "-5 wbc 6.4") == f"wbc: 6.4 on {on(-5)} | - | 6.4 on {on(-5)}"


def test_without_infusions_the_lowest_on_record_is_told() -> None:
    words = one("-9 wbc 5.4", "-5 wbc 6.4", infused=())
    assert words.startswith(f"wbc: 5.4 on {on(-9)} the first on record | 5.4 on {on(-9)} | 6.4 on {on(-5)}")


def test_what_is_outside_is_marked_and_a_doubtful_number_says_why() -> None:
    words = one("-5 neutrophils 1.7", "1 neutrophils 9.1", "60 neutrophils 1.6")
    assert f"1.7L on {on(-5)} outside interval |" in words
    assert f"| 1.6L on {on(60)}, day 46 |" in words
    assert "just after the steroid of an infusion" in one(
        "-5 lymphocytes 1.7", "1 lymphocytes 0.6", "60 lymphocytes 1.6"
    )


def test_two_rival_values_stand_both() -> None:
    words = one("-5 wbc 6.4", "60 wbc 5.0", "60 wbc 3.1")
    assert f"| 5.0 / 3.1L on {on(60)} two different values of one time" in words


def test_the_main_analytes_come_first_and_a_percentage_only_for_want_of_a_count() -> None:
    both = report_of("60 igm 1.0", "60 igg 9.0", "60 wbc 6.0", "60 cd19_pct 0.1", "60 cd19 2", as_of=90)
    assert [(line.analyte.id, line.is_main) for line in summary_of(both)] == [
        ("cd19", True), ("wbc", True), ("igg", True), ("cd19_pct", False), ("igm", False),
    ]  # fmt: skip
    alone = report_of("60 cd19_pct 0.1", as_of=90)
    assert [(line.analyte.id, line.is_main) for line in summary_of(alone)] == [("cd19_pct", True)]


def test_the_interval_says_whose_it_is_if_not_the_laboratorys() -> None:
    (line,) = summary_of(report_of("60 neutrophils 3.1", as_of=90))
    assert summary_interval_words(line) == "2.00-7.50 (generic)"


def test_a_filter_drops_neither_baseline_nor_lowest() -> None:
    dataset = assemble(at("-5 wbc 6.4", "60 wbc 4.8", "200 wbc 5.6"), infusions(*SPLIT), on(240))
    analysis = Analysis(dataset, "before", CATALOG)
    last = [place for place, day in enumerate(analysis.unflagged["collected_at"]) if day == on(200)]
    (patient,) = build_report(analysis, {}, last).patients
    assert [draw.collected_at for draw in patient.draws] == [on(200)]
    assert lines_of(patient)[0].startswith(f"wbc: 6.4 on {on(-5)} | 4.8 on {on(60)}")


class TestDoses:
    def test_alike_ones_stand_together(self) -> None:
        words = dose_words(report_of("60 wbc 6.0", infused=COURSES, as_of=400))
        assert words == f"ocrelizumab 300 mg: {on(0)}, {on(14)}; 600 mg: {on(168)}, {on(336)}"

    def test_a_booked_one_is_said_to_be_booked(self) -> None:
        words = dose_words(report_of("60 wbc 6.0", infused=COURSES, as_of=200))
        assert words == f"ocrelizumab 300 mg: {on(0)}, {on(14)}; 600 mg: {on(168)}; booked: {on(336)}"

    def test_of_very_many_the_first_and_the_latest(self) -> None:
        monthly = tuple(f"{on(28 * month)} 20 ofatumumab" for month in range(20))
        words = dose_words(report_of("60 wbc 6.0", infused=monthly, as_of=700))
        assert words.startswith(f"ofatumumab 20 mg: {on(0)}, {on(28)}, 12 doses between ..., {on(28 * 14)}, ")
        assert words.endswith(on(28 * 19))

    def test_nothing_without_any(self) -> None:
        assert dose_words(report_of("60 wbc 6.0", infused=(), as_of=400)) == ""
