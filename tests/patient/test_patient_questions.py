"""Questions for the visit: which, in which order, and each thing only once."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tables.labs import CATALOG, SPLIT, at, infusions, on
from tables.patients import BASELINE, SELECTIVE, happened, report_of
from tables.trials import examples

from wbc_tracker.analysis import Analysis
from wbc_tracker.catalog import Severity
from wbc_tracker.dataset import assemble
from wbc_tracker.patient.build import build_report
from wbc_tracker.patient.questions import MOST_QUESTIONS, questions_of

NOW = "Ask today, do not wait for the visit:"
NEXT, TESTS = "When is my next infusion planned?", "Which blood tests are planned before my next infusion?"
IGG = "IgG (antibodies in the blood) is not among my results: should it be measured?"
VACCINES = "Which vaccines do I need, and when is a good time for them?"


def asked(*lines: str, infused: tuple[str, ...] = SPLIT, as_of: int = 70) -> list[str]:
    return [question.text for question in questions_of(report_of(*lines, infused=infused, as_of=as_of))]


def codes(*lines: str, as_of: int = 70) -> list[str | None]:
    return [one.flag.code if one.flag else None for one in questions_of(report_of(*lines, as_of=as_of))]


def test_where_nothing_calls_it_is_about_what_comes_next() -> None:
    assert asked(*SELECTIVE) == [NEXT, TESTS, IGG, VACCINES]
    assert codes(*SELECTIVE) == ["next_infusion", "labs_due", "labs_due", "vaccine_window"]


def test_a_low_count_is_asked_about_with_its_value_and_date() -> None:
    assert asked(*SELECTIVE, "60 neutrophils 1.2")[0] == (
        f"My neutrophils (1.2 x10⁹/L) were low on {on(60)}, 6 weeks after the infusion: should the count be repeated, "
        "and how soon?"
    )
    assert asked(*SELECTIVE, "60 hemoglobin 95")[0] == (
        f"My hemoglobin (95 g/L) was low on {on(60)}: what may the cause be?"
    )


def test_one_abnormal_count_is_one_question_however_many_flags_it_has() -> None:
    """Grade 4, beyond a telephone limit, weeks after an infusion, and B cells are gone."""
    questions = asked(*SELECTIVE, "60 neutrophils 0.4")
    assert questions[0] == f"{NOW} my neutrophils were 0.4 x10⁹/L on {on(60)}. What has to be done now?"
    assert [question for question in questions if "neutrophils" in question] == questions[:1]


def test_the_same_question_about_several_counts_of_a_draw_is_one() -> None:
    assert asked("60 neutrophils 0.4", "60 platelets 15", "60 hemoglobin 65")[0] == (
        f"{NOW} my neutrophils were 0.4 x10⁹/L, platelets 15 x10⁹/L and hemoglobin 65 g/L on {on(60)}. "
        "What has to be done now?"
    )
    low = asked(*SELECTIVE, "60 iga 0.3", "60 igm 0.2")
    assert low[0] == (
        f"My immunoglobulin A (0.3 g/L) and immunoglobulin M (0.2 g/L) were low on {on(60)}: should this be measured "
        "again?"
    )


def test_the_same_question_about_another_draw_is_another() -> None:
    """Two alarming counts: none may be left out."""
    assert set(asked("60 platelets 15", "65 hemoglobin 65")[:2]) == {
        f"{NOW} my hemoglobin was 65 g/L on {on(65)}. What has to be done now?",
        f"{NOW} my platelets were 15 x10⁹/L on {on(60)}. What has to be done now?",
    }


def test_a_doubt_about_the_number_is_asked_instead_of_what_it_would_mean() -> None:
    assert asked("10 hemoglobin 127", "60 hemoglobin 12.7")[0] == (
        f"{NOW} my hemoglobin was 12.7 g/L on {on(60)}, and 127 the time before. Is that another unit, and what has to "
        "be done now?"
    )
    assert asked("60 neutrophils 1.2", "60 neutrophils 4.0")[0] == (
        f"Two different results are on record for my neutrophils on {on(60)}: which one is right?"
    )


def test_severity_decides_and_what_stands_goes_before_what_is_past() -> None:
    lines = (*SELECTIVE, "50 neutrophils 1.2", "60 neutrophils 3.0", "60 igg 4.5")
    assert codes(*lines)[:2] == ["infection_risk", "late_onset_neutropenia"]


def test_low_neutrophils_weeks_after_an_infusion_are_asked_about_later_too() -> None:
    lines = (*SELECTIVE, "60 neutrophils 1.2", "75 neutrophils 3.0")
    assert asked(*lines, as_of=100)[0] == (
        f"My neutrophils (1.2 x10⁹/L) were low on {on(60)}, 6 weeks after the infusion, and 3.0 x10⁹/L at the next "
        "draw: should they be counted some weeks after each infusion?"
    )


def test_another_low_count_that_is_past_is_not() -> None:
    assert "platelets" not in " ".join(asked(*SELECTIVE, "60 platelets 60", "75 platelets 200", as_of=100))


def test_a_low_count_without_a_later_one_is_asked_about_as_before() -> None:
    (question,) = [one for one in asked(*SELECTIVE, "60 platelets 40", as_of=400) if "platelets" in one]
    assert question == f"My platelets (40 x10⁹/L) were low on {on(60)}: should the count be repeated?"


@pytest.mark.parametrize(
    ("lines", "question"),
    [
        ((BASELINE, "60 wbc 6.0"), "My B cells have not been measured since the treatment began: should the test for "
         "them (CD19) be done?"),
        ((BASELINE, "60 wbc 6.0", "60 cd20 0"), "Only CD20 was measured, which the drug hides from the test: should "
         "CD19 be measured instead?"),
        (("60 wbc 6.0", "60 cd19 2"), "Is there an old blood count of mine from before the first infusion, to compare "
         "with?"),
        ((BASELINE,), "When is my first blood count after the infusion, and is CD19 (the test for B cells) part of "
         "it?"),
    ],
)  # fmt: skip
def test_what_would_settle_the_pattern_is_asked_for(lines: tuple[str, ...], question: str) -> None:
    assert (asked(*lines)[0], codes(*lines)[0]) == (question, None)


def test_it_stands_behind_what_calls_and_before_the_rest() -> None:
    assert codes(BASELINE, "60 wbc 6.0", "60 platelets 40")[:3] == ["thrombocytopenia", None, "next_infusion"]


def test_without_an_infusion_there_is_nothing_to_ask() -> None:
    assert asked("60 wbc 6.0", infused=()) == []


def test_after_the_treatment_nobody_asks_about_the_next_infusion() -> None:
    dataset = assemble(
        at(*SELECTIVE, "60 neutrophils 1.2", "75 neutrophils 3.0"),
        infusions(*SPLIT),
        on(100),
        happened("80 stopped"),
    )
    (patient,) = build_report(Analysis(dataset, "before", CATALOG), {}).patients
    told = " ".join(question.text for question in questions_of(patient))
    assert "next infusion" not in told
    assert "each infusion" not in told
    assert "until my B cells are back" in told


def test_a_drug_that_is_injected_is_given_in_doses() -> None:
    doses = tuple(f"{on(day)} 20 ofatumumab" for day in (0, 7, 14, 28, 56))
    assert "When is my next dose planned?" in asked(*SELECTIVE, infused=doses)


_COUNTS = st.sampled_from(
    ["wbc 0.9", "wbc 3.1", "wbc 6.0", "wbc 35", "neutrophils 0.4", "neutrophils 1.2", "neutrophils 4", "igg 4.2",
     "igm 0.2", "platelets 15", "platelets 60", "hemoglobin 12.7", "hemoglobin 75", "hemoglobin 127", "cd19 2",
     "cd19 80", "lymphocytes 0.3", "lymphocytes 1.5", "cd4 150", "cd20 0"]
)  # fmt: skip
_LINES = st.lists(
    st.tuples(st.sampled_from([-5, 1, 20, 60, 61, 120, 200, 300]), _COUNTS).map(lambda pair: f"{pair[0]} {pair[1]}"),
    max_size=14,
)


@settings(max_examples=examples(150))
@given(lines=_LINES, as_of=st.sampled_from([70, 130, 310, 700]))
def test_whoever_it_is(lines: list[str], as_of: int) -> None:
    patient = report_of(*lines, as_of=as_of)
    questions = questions_of(patient)
    texts = [question.text for question in questions]
    assert len(texts) <= MOST_QUESTIONS
    assert len(set(texts)) == len(texts)
    assert all("{" not in text and text.endswith("?") and "  " not in text for text in texts)
    flags = {flag.code: flag for flag in patient.flags}
    assert all(question.flag is None or question.flag.code in flags for question in questions)
    assert not any(question.flag and question.flag.severity == Severity.EXPECTED for question in questions)
    urgent = [flag for flag in patient.flags if flag.current and flag.severity == Severity.URGENT]
    told = [text for text in texts if text.startswith(NOW)]
    assert bool(told) == bool(urgent)
    assert texts[: len(told)] == told
    for flag in urgent:  # none is left out
        assert flag.result is not None
        name = flag.result.analyte.name
        assert any(name in text and flag.result.collected_at in text for text in told)
