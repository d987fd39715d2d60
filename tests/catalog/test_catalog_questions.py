"""The questions for the visit in the catalogue: one for each flag that has something to ask, and none that advises."""

from __future__ import annotations

import re

import pytest
from tables.broken_catalog import changed_catalog

from wbc_tracker.catalog import Severity, load_catalog
from wbc_tracker.errors import CatalogError

CATALOG = load_catalog()
#: Flags without a question: what is expected, and what only tells under which circumstances a count was taken.
SILENT = {
    *("selective_depletion", "b_cells_depleted", "wbc_stable"),
    *("unit_inferred", "t_cell_shift", "extended_interval", "steroid_window"),
}
QUESTIONS = {
    f"{flag.code} {number}": text
    for flag in CATALOG.flags.values()
    for number, text in enumerate(flag.question.texts, start=1)
} | {situation.code: situation.question for situation in CATALOG.pattern.values() if situation.question}


def test_who_asks_nothing():
    assert {flag.code for flag in CATALOG.flags.values() if not flag.question.texts} == SILENT


@pytest.mark.parametrize("text", QUESTIONS.values(), ids=QUESTIONS)
def test_a_question_is_one(text):
    assert text.endswith("?")
    assert text == text.strip()
    assert re.findall(r"\b(D\d+|CTCAE|grade|RCV|normal|course|baseline|mg)\b|`", text) == []


def test_what_is_urgent_does_not_wait_for_the_visit():
    urgent = {flag.code for flag in CATALOG.flags.values() if flag.question.urgent}
    by_severity = {
        flag.code
        for flag in CATALOG.flags.values()
        if Severity.URGENT in (flag.severity, *flag.severity_by_grade.values())
    }
    # A doubt about a number takes its place, however alarming the number is.
    assert urgent == by_severity | {"conflicting_result", "differential_mismatch", "unit_suspect"}
    for code in urgent:
        assert CATALOG.flags[code].question.urgent.startswith("Ask today, do not wait for the visit: ")


BROKEN = {
    "a figure nobody fills": (
        r"My \{found\} \{were\} low on \{date\}: what may",
        "My {finding} may",
        "a question of anemia has the unknown placeholder finding",
    ),
    "a figure of the wrong kind of flag": (
        r"was last measured on \{on\}: should",
        "was {found}: should",
        "a question of labs_due has the unknown placeholder found",
    ),
    "an unknown kind of question": (r"^question\.past", "question.later", "unknown key later"),
    "not a text": (r'^question\.text = "[^"]*"', "question.text = 1", "1 does not fit"),
    "a situation that is not there": (
        r"^count_first = \"Which",
        'count_last = "Which',
        "about no situation count_last",
    ),
    "one text for all situations": (
        r"^\[flag\.question\.of\]$",
        '[flag.question]\ntext = "When?"\n[flag.question.of]',
        "next_infusion needs a question for each situation",
    ),
    "nothing to ask at once": (r'^question\.urgent = "[^"]*"', "", "critical_value needs an urgent question"),
}


@pytest.mark.parametrize(("there", "instead", "message"), BROKEN.values(), ids=BROKEN)
def test_a_question_that_nobody_can_ask_is_refused(tmp_path, there, instead, message):
    with pytest.raises(CatalogError) as refused:
        changed_catalog(tmp_path, "flags.toml", there, instead)
    assert message in str(refused.value)
