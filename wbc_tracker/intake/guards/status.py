"""The state of a result: withdrawn, corrected, final, preliminary; and verdicts, which are none."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cache
from typing import NamedTuple

import numpy as np
import pyarrow as pa

from wbc_tracker.arrays import Mask
from wbc_tracker.catalog.columns import has_phrase, header_words, load_columns
from wbc_tracker.catalog.fold import fold_words
from wbc_tracker.intake.column.telling import judge, telling, whole_pattern, words_pattern
from wbc_tracker.intake.column.texts import TextColumn
from wbc_tracker.intake.guards.fluid import LONGEST_LABEL

#: A text that is the state of no result.
UNKNOWN = "?"
#: Which state stands where two columns tell different ones.
_STRONGEST = ("", "final", "preliminary", "corrected", UNKNOWN, "withdrawn")
#: Of the codes of one letter, those that make a column one of states.
_PROVING = frozenset("fp")
#: Words of a header of dates (`Deleted at`, `Date cancelled`).
_OF_DATES = frozenset(("at", "on", "date", "time", "datetime", "am", "le", "el", "il", "op", "den"))


class Answer(NamedTuple):
    """The state that a column tells of rows by one answer: `yes`, `no`, or `filled`."""

    state: str
    given: str


@cache
def _states_pattern() -> str:
    """Return a pattern for texts that may tell a state, folded."""
    words = load_columns()
    return f"{words_pattern(words.status_phrases)}|{whole_pattern(words.status)}"


@dataclass(frozen=True)
class StatusEvidence:
    """What the cells of one column say, each answer over its distinct texts.

    Attributes:
        states: the states that words tell, codes aside. has_phrase: a longer cell tells one.
        letters: cells of one letter. verdicts: a cell is a verdict. others: a cell is none of this.
        is_answer: every cell says yes or no. is_several: two cells differ.
    """

    states: frozenset[str] = frozenset()
    has_phrase: bool = False
    letters: frozenset[str] = frozenset()
    verdicts: bool = False
    others: bool = False
    is_answer: bool = True
    is_several: bool = False


def gather(texts: TextColumn) -> StatusEvidence:
    """Return what the cells of a column say."""
    words = load_columns()
    states: set[str] = set()
    letters: set[str] = set()
    phrase = verdicts = others = False
    cells = telling(texts, _states_pattern())
    for text in cells:
        if len(text) > LONGEST_LABEL:
            others = True
            continue
        folded = header_words(text)
        if folded in words.status:
            states.add(words.status[folded])
        elif len(text) == 1 and text.isalpha():
            letters.add(fold_words(text))
        elif fold_words(text) in words.verdicts:
            verdicts = True
        else:
            others = True
            phrase = phrase or has_phrase(folded, words.status_phrases)
    is_answer = all(fold_words(text) in words.yes_no for text in cells)
    return StatusEvidence(
        frozenset(states), phrase, frozenset(letters), verdicts, others, is_answer, len(cells) > 1
    )


def merge(first: StatusEvidence, second: StatusEvidence) -> StatusEvidence:
    """Return the evidence of two blocks."""
    return StatusEvidence(
        first.states | second.states,
        first.has_phrase or second.has_phrase,
        first.letters | second.letters,
        first.verdicts or second.verdicts,
        first.others or second.others,
        first.is_answer and second.is_answer,
        first.is_several or second.is_several,
    )


def is_status_header(header: str) -> bool:
    """Tell whether a header says that its cells tell states."""
    return has_phrase(header_words(header), load_columns().status_headers)


def answer_of_header(header: str, evidence: StatusEvidence, *, is_dated: bool) -> Answer | None:
    """Return what a header tells of rows by their answer: `Cancelled` where it says yes, `Valid`
    where it says no, `Deleted at` where a date stands; None where it tells nothing.

    `is_dated`: all its cells are dates.
    """
    words, folded = load_columns(), header_words(header)
    if is_dated:
        bare = " ".join(word for word in folded.split() if word not in _OF_DATES)
        is_taken_back = bare != folded and words.status.get(bare) == "withdrawn"
        return Answer("withdrawn", "filled") if is_taken_back else None
    if not evidence.is_answer or folded in words.unclear_standing:
        return None
    if folded in words.standing_headers:
        return Answer("withdrawn", "no")
    state = words.status.get(folded.removeprefix("is "), "")
    return Answer(state, "yes") if state else None


def may_not_stand(header: str, evidence: StatusEvidence) -> bool:
    """Tell whether answers under a header (`Active`) may say that some results do not stand."""
    return evidence.is_answer and header_words(header) in load_columns().unclear_standing


def tells_states(header: str, evidence: StatusEvidence) -> bool:
    """Tell whether a column tells the state of results.

    One cell that is a word of a state, or a longer one that holds one, suffices. Codes of one
    letter may be marks or a sex: they suffice under a header that says so, or where all are codes
    and one of them is F or P beside another.
    """
    if evidence.states or evidence.has_phrase:
        return True
    codes = set(load_columns().status_codes)
    if not evidence.letters & codes:
        return False
    if is_status_header(header):
        return not evidence.verdicts and evidence.letters <= codes
    only_letters = not (evidence.verdicts or evidence.others)
    proved = evidence.letters & _PROVING and len(evidence.letters & codes) > 1
    return bool(only_letters and proved and "m" not in evidence.letters)


def speaks_against(header: str, evidence: StatusEvidence) -> bool:
    """Tell whether states are more than words that a group may bear, too (`Active`, `Final`): the
    header says what they are, or one takes a result back or mends it.
    """
    is_strong = bool(evidence.states & {"withdrawn", "corrected"})
    return is_status_header(header) or is_strong or evidence.has_phrase


def may_withdraw(header: str, evidence: StatusEvidence) -> bool:
    """Tell whether a column holds nothing but codes that, as states, would withdraw or correct a
    result, and no proof that they are states.
    """
    words = load_columns()
    weighty = {code for code, state in words.status_codes.items() if state in _STRONGEST[3:]}
    alone = not (evidence.verdicts or evidence.others or evidence.states)
    return bool(
        alone
        and evidence.letters
        and evidence.letters <= weighty
        and not tells_states(header, evidence)
    )


def are_verdicts(evidence: StatusEvidence) -> bool:
    """Tell whether every cell judges a value: a mark of the laboratory, not a state."""
    marks = load_columns().verdicts
    return not (evidence.states or evidence.others) and (
        (evidence.verdicts and evidence.letters <= marks)
        or bool(evidence.letters and evidence.letters <= marks and evidence.letters & {"h", "l"})
    )


def state_of(text: str) -> str:
    """Return the state that a cell tells: "" where it is empty, UNKNOWN where it is none."""
    words = load_columns()
    if not text:
        return ""
    return words.status.get(header_words(text)) or words.status_codes.get(fold_words(text), UNKNOWN)


def states_of(texts: TextColumn, *, lenient: bool = False) -> TextColumn:
    """Return the state that each cell tells; of a lenient column (remarks, marks) only known words
    count, codes and everything else say nothing.
    """
    words = load_columns().status
    if lenient:
        told = judge(texts.words, _states_pattern(), lambda t: words.get(header_words(t), ""), "")
        return TextColumn(texts.codes, pa.array(told, pa.string()))
    told = [state_of(text) for text in texts.words.to_pylist()]
    return TextColumn(texts.codes, pa.array(told, pa.string()))


def states_of_marks(texts: TextColumn) -> TextColumn:
    """Return the state that each mark of a laboratory tells; words about one among others are a
    state that is not known.
    """
    words = load_columns()

    def state(text: str) -> str:
        folded = header_words(text)
        is_about = takes_back(text)
        return words.status.get(folded, "") or (UNKNOWN if is_about else "")

    told = judge(texts.words, _states_pattern(), state, "")
    return TextColumn(texts.codes, pa.array(told, pa.string()))


def takes_back(text: str) -> bool:
    """Tell whether a text holds words of a result that was taken back."""
    words = load_columns()
    phrases = (phrase for phrase in words.status_phrases if words.status.get(phrase) == "withdrawn")
    return has_phrase(header_words(text), phrases)


def taken_back(texts: TextColumn) -> Mask:
    """Return which cells hold words of a result that was taken back, and say more than that."""
    status = load_columns().status
    said = judge(
        texts.words,
        _states_pattern(),
        lambda text: takes_back(text) and header_words(text) not in status,
        otherwise=False,
    )
    return texts.spread(np.array(said, dtype=bool))


def states_by_answer(texts: TextColumn, answer: Answer) -> TextColumn:
    """Return a state where a cell gives the answer that tells it."""
    answers = load_columns().yes_no
    told = [
        answer.state
        if (text if answer.given == "filled" else answers.get(fold_words(text)) == answer.given)
        else ""
        for text in texts.words.to_pylist()
    ]
    return TextColumn(texts.codes, pa.array(told, pa.string()))


def strongest(columns: Sequence[TextColumn], rows: int) -> TextColumn:
    """Return the state of each row from several columns: the one that says more against it."""
    if not columns:
        return TextColumn.constant("", rows)
    rank = {state: place for place, state in enumerate(_STRONGEST)}
    ranks = [
        column.spread(np.array([rank[w] for w in column.words.to_pylist()], np.int8))
        for column in columns
    ]
    return TextColumn(np.maximum.reduce(ranks).astype(np.int32), pa.array(_STRONGEST))


def any_state(texts: Iterable[str]) -> bool:
    """Tell whether one of some texts is a word of a state."""
    return any(header_words(text) in load_columns().status for text in texts)
