"""The message for the clinic: three lines that a person would send."""

from __future__ import annotations

import re

from hypothesis import given, settings
from hypothesis import strategies as st
from tables.labs import CATALOG, SPLIT, on
from tables.patients import SELECTIVE, report_of
from tables.trials import examples

from wbc_tracker.patient.visit.message import MOST_CHARACTERS, message_lines

DUE = (
    f"Next infusion by the usual 24-week schedule due about {on(168)}, in 14 weeks. Next blood count: before the "
    f"infusion of {on(168)}; the last was 10 days ago."
)


def message(*lines: str, infused: tuple[str, ...] = SPLIT, as_of: int = 70) -> list[str]:
    return message_lines(report_of(*lines, infused=infused, as_of=as_of), on(as_of), CATALOG)


def test_what_stands_what_is_due_and_the_first_question() -> None:
    assert message(*SELECTIVE, "60 igm 0.2") == [
        f"As of {on(70)}: B cells are depleted; white cells are about where they were. CD19 B cells 2 /µL, white cells "
        f"6.0 x10⁹/L on {on(60)}.",
        DUE,
        f"Question: My immunoglobulin M (0.2 g/L) was low on {on(60)}: should this be measured again?",
    ]


def test_values_of_different_days_each_with_its_own() -> None:
    told = message("-5 wbc 6.4", "55 wbc 6.0", "60 cd19 2")[0]
    assert told.endswith(f"CD19 B cells 2 /µL on {on(60)}, white cells 6.0 x10⁹/L on {on(55)}.")


def test_a_value_that_the_sentence_names_is_not_named_again() -> None:
    told = message("-5 wbc 6.4", "60 wbc 6.0", "60 cd19 80")[0]
    assert told.count("80 /µL") == 1
    assert told.endswith(f"White cells 6.0 x10⁹/L on {on(60)}.")
    assert message("60 wbc 6.0")[0].endswith(f"State of {on(60)}.")


def test_what_is_urgent_comes_first_with_its_step() -> None:
    first, _, question = message(*SELECTIVE, "60 neutrophils 0.4", "60 platelets 15")
    assert first == (
        f"As of {on(70)}: Urgent: neutrophils 0.4 x10⁹/L on {on(60)}, platelets 15 x10⁹/L on {on(60)}. Contact your "
        "care team now; with fever or feeling ill, seek emergency care."
    )
    assert question == "Question: What has to be done now?"


def test_a_doubt_stands_beside_the_urgent_number() -> None:
    assert "127: check the unit first." in message("10 hemoglobin 127", "60 hemoglobin 12.7")[0]
    rivals = message("60 neutrophils 0.4", "60 neutrophils 4.0")[0]
    assert "Another value is on record for the same draw." in rivals


def test_a_broad_fall_is_told_without_grades() -> None:
    first = message(*SELECTIVE, "65 wbc 2.9", "65 neutrophils 1.2")[0]
    assert first.startswith(
        f"As of {on(70)}: White cells (2.9 x10⁹/L on {on(65)}) and neutrophils (1.2 x10⁹/L on {on(65)}) were low. "
        "This differs from the picture described for this kind of drug."
    )


def test_without_any_infusion() -> None:
    first, due = message("60 wbc 6.0", infused=())
    assert first.endswith("no infusion is recorded.")
    assert due == "Nothing is due next, as far as is on record here."


_COUNTS = st.sampled_from(
    ["wbc 0.9", "wbc 3.1", "wbc 6.0", "wbc 35", "neutrophils 0.4", "neutrophils 1.2", "neutrophils 4", "igg 4.2",
     "platelets 15", "hemoglobin 12.7", "hemoglobin 75", "hemoglobin 127", "cd19 2", "cd19 80", "cd19 <20", "cd19 10",
     "lymphocytes 0.3", "lymphocytes 0.9", "cd4 150", "cd20 0", "cd20 80"]
)  # fmt: skip
_LINES = st.lists(
    st.tuples(st.sampled_from([-5, 1, 20, 60, 61, 120, 200, 300]), _COUNTS).map(lambda pair: f"{pair[0]} {pair[1]}"),
    min_size=1,
    max_size=14,
)


@settings(max_examples=examples(150))
@given(lines=_LINES, as_of=st.sampled_from([70, 130, 310, 700]), infused=st.sampled_from([SPLIT, SPLIT, ()]))
def test_whoever_it_is(lines: list[str], as_of: int, infused: tuple[str, ...]) -> None:
    told = message(*lines, infused=infused, as_of=as_of)
    whole = "\n".join(told)
    assert len(told) in (2, 3)
    assert len(whole) <= MOST_CHARACTERS + 100
    assert re.findall(r"\b(D\d+|CTCAE|grade|RCV|course)\b|[{}_`]|  ", whole) == []
    assert told[0].startswith(f"As of {on(as_of)}: ")
