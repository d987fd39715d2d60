"""Invented patients get the answer that was written down before the program was asked."""

from __future__ import annotations

import pytest
from tables.scenarios import EXPECTED, inputs_of, patient_of

#: What the answers may name, so that a misspelt key does not pass unread.
KEYS = frozenset(
    ("patient", "as_of", "code", "says", "never", "current", "absent", "calm", "tells", "untold", "next_on", "why")
)


@pytest.fixture
def told(wbc):
    """The report of an invented patient: as JSON, and as the markdown and the messages that a person reads."""

    def run(name: str) -> tuple[dict, str]:
        page = wbc("report", *inputs_of(name), "--as-of", EXPECTED[name]["as_of"], "--format", "markdown")
        assert page.code in {0, 1}, page.err
        return patient_of(name, wbc), f"{page.out}\n{page.err}"

    return run


@pytest.mark.parametrize("name", EXPECTED)
def test_is_told_what_is_true(name, told):
    wanted = EXPECTED[name]
    assert set(wanted) <= KEYS
    patient, page = told(name)
    pattern = patient["pattern"]
    assert pattern["code"] == wanted.get("code", pattern["code"]), pattern["sentence"]
    sentence, whole = " ".join(pattern["sentence"].split()).lower(), " ".join(page.split()).lower()
    assert [words for words in wanted.get("says", []) if words.lower() not in sentence] == [], sentence
    assert [words for words in wanted.get("never", []) if words.lower() in sentence] == [], sentence
    assert [words for words in wanted.get("tells", []) if words.lower() not in whole] == []
    assert [words for words in wanted.get("untold", []) if words.lower() in whole] == []
    current = [f"{flag['code']}:{flag['severity']}" for flag in patient["flags"] if flag["current"]]
    standing = {*current, *(each.split(":")[0] for each in current)}
    assert set(wanted.get("current", [])) - standing == set()
    assert set(wanted.get("absent", [])) & standing == set()
    if wanted.get("calm"):
        assert [each for each in current if each.endswith((":discuss", ":urgent"))] == []
    if "next_on" in wanted:
        assert patient["next_infusion"]["on"] == wanted["next_on"]
    _never_says_both_that_something_differs_and_that_there_is_nothing_to_discuss(patient, page)


def _never_says_both_that_something_differs_and_that_there_is_nothing_to_discuss(patient, page):
    nothing = "Nothing here needs a special talk" in page
    assert not (nothing and patient["pattern"]["code"] == "differs")
    called = [f["code"] for f in patient["flags"] if f["current"] and f["severity"] in ("discuss", "urgent")]
    assert not (nothing and called)
