"""Questions for the visit: at most five, made of the flags and of what the pattern leaves open.

The words stand in flags.toml and pattern.toml; here they are chosen and get their figures.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from string import Formatter

from wbc_tracker.catalog import Flag, Severity
from wbc_tracker.patient.flag_blocks import FlagBlock, count_id_of, gather_blocks
from wbc_tracker.patient.messages import result_words
from wbc_tracker.patient.model import FlagLine, PatientReport
from wbc_tracker.patient.result_lines import ResultLine
from wbc_tracker.wording import date_words, days_words

HEADING = "Questions for the visit"
MOST_QUESTIONS = 5
#: Where one of these is on a result, it is asked about instead of what the number would mean.
_DOUBTS = ("unit_suspect", "conflicting_result", "differential_mismatch")
#: It stands on B cells too, but what is low are other cells.
_BESIDE_B_CELLS = "infection_risk"


@dataclass(frozen=True)
class Question:
    """One question; `flag` is what it comes from, None where the pattern leaves something open."""

    text: str
    flag: Flag | None = None


@dataclass(frozen=True)
class _Asked:
    """A question before it is put into words.

    Attributes:
        flag: what it comes from. text: with placeholders. lines: the flags that it is about.
    """

    flag: Flag
    text: str
    lines: tuple[FlagLine, ...]

    @property
    def subjects(self) -> set[str]:
        """The counts that it asks about; of a flag of the patient none."""
        return {count_id_of(line) for line in self.lines} - {""}

    @property
    def kind(self) -> tuple[str, str]:
        """What makes two of them one: the same text about results of one time of collection."""
        return self.text, (self.lines[0].collected_at or "") if self.lines else ""


def questions_of(patient: PatientReport) -> list[Question]:
    """Return what to ask, most important first; about one count or one thing only once.

    First what stands and calls for something, most severe first; then what would settle a pattern
    that cannot be judged; then what called for something earlier and has a question of its own for
    that, or has had no later value; then what else stands.
    """
    telling = [line for line in patient.flags if line.severity > Severity.EXPECTED]
    blocks = gather_blocks([line for line in telling if line.current])
    calling = [_asked_now(block, telling) for block in blocks if block.calls]
    standing = [_asked_now(block, telling) for block in blocks if not block.calls]
    past = gather_blocks([line for line in telling if not line.current and line.calls])
    has_ended = patient.standing.ended_on is not None
    earlier = [_asked_later(block, has_ended=has_ended) for block in past]
    asked = _told_once([*calling, *earlier, *standing])
    first = {one.kind for one in calling}
    questions = [_question(one) for one in asked if one.kind in first]
    questions += [Question(patient.pattern.question)] if patient.pattern.question else []
    questions += [_question(one) for one in asked if one.kind not in first]
    return questions[:MOST_QUESTIONS]


def _asked_now(block: FlagBlock, telling: Sequence[FlagLine]) -> _Asked:
    """Ask about what stands: its most severe flag, of several as severe the most particular."""
    asking = [line for line in block.flags if line.severity == block.severity][-1].flag
    found = block.leader.result
    on_it = [line.flag for line in telling if found and line.result is found]
    asking = next((flag for flag in on_it if flag.code in _DOUBTS), asking)
    texts = asking.question
    text = texts.urgent if block.severity == Severity.URGENT else texts.text
    return _Asked(asking, text or block.leader.question, _lines_of(block, asking))


def _asked_later(block: FlagBlock, *, has_ended: bool) -> _Asked:
    """Ask about what no longer stands: as before where nothing is newer, else of what remains while
    treatment goes on.
    """
    if block.leader.following is None:
        flag = block.flags[-1].flag
        return _Asked(flag, flag.question.text, _lines_of(block, flag))
    remaining = [line.flag for line in block.flags if line.flag.question.past]
    flag = remaining[-1] if remaining else block.leader.flag
    return _Asked(flag, "" if has_ended else flag.question.past, _lines_of(block, flag))


def _lines_of(block: FlagBlock, asking: Flag) -> tuple[FlagLine, ...]:
    """Return what a block asks about; a flag of other cells asks nothing about B cells."""
    lines = (block.leader, *block.others)
    if asking.code != _BESIDE_B_CELLS:
        return lines
    return tuple(line for line in lines if line.result and not line.result.analyte.is_b_cells)


def _told_once(asked: Sequence[_Asked]) -> list[_Asked]:
    """Return what is left if nothing is asked about a second time; the same question about several
    counts of one draw becomes one.
    """
    kept: dict[tuple[str, str], _Asked] = {}
    subjects: set[str] = set()
    for one in asked:
        new = tuple(line for line in one.lines if count_id_of(line) not in subjects)
        if not one.text or not new:
            continue
        subjects |= one.subjects
        same = kept.get(one.kind)
        if same is None:
            kept[one.kind] = replace(one, lines=new)
        elif one.subjects:
            kept[one.kind] = replace(same, lines=(*same.lines, *new))
    return list(kept.values())


def _question(asked: _Asked) -> Question:
    """Put a question into words; that of a flag of the patient has its figures already."""
    results = [line.result for line in asked.lines if line.result is not None]
    if not results:
        return Question(asked.text, asked.flag)
    following = asked.lines[0].following
    words = {
        name: _PARTS[name](results, following)
        for _, name, _, _ in Formatter().parse(asked.text)
        if name
    }
    return Question(asked.text.format_map(words), asked.flag)


def _names(results: Sequence[ResultLine]) -> list[str]:
    return list(dict.fromkeys(result.analyte.name for result in results))


def _joined(words: Sequence[str]) -> str:
    return " and ".join(filter(None, (", ".join(words[:-1]), words[-1])))


def _is_many(results: Sequence[ResultLine]) -> bool:
    names = _names(results)
    return len(names) > 1 or names[0].split(" in percent")[0].endswith("s")


def _counts_words(results: Sequence[ResultLine]) -> str:
    """Return `neutrophils were 0.80 10^9/L and platelets 60 10^9/L`."""
    were = "were" if _is_many(results[:1]) else "was"
    first, *others = results
    told = [f"{first.analyte.name} {were} {result_words(first)}"]
    return _joined([*told, *(f"{one.analyte.name} {result_words(one)}" for one in others)])


def _found_words(results: Sequence[ResultLine]) -> str:
    """Return `white cells (3.1 10^9/L) and neutrophils (1.20 10^9/L)`."""
    return _joined([f"{one.analyte.name} ({result_words(one)})" for one in results])


def _span_words(results: Sequence[ResultLine]) -> str:
    return days_words(results[0].days_since_infusion or 0)


def _noun(results: Sequence[ResultLine]) -> str:
    drug = results[0].drug
    return drug.noun if drug else "infusion"


#: Placeholder of a question -> what fills it, from the results and the value behind the first.
_PARTS: dict[str, Callable[[Sequence[ResultLine], ResultLine | None], str]] = {
    "counts": lambda results, _: _counts_words(results),
    "names": lambda results, _: _joined(_names(results)),
    "found": lambda results, _: _found_words(results),
    "values": lambda results, _: result_words(results[0]),
    "were": lambda results, _: "were" if _is_many(results) else "was",
    "have": lambda results, _: "have" if _is_many(results) else "has",
    "date": lambda results, _: date_words(results[0].collected_at)[:10],
    "span": lambda results, _: _span_words(results),
    "noun": lambda results, _: _noun(results),
    "previous": lambda results, _: results[0].scale.plain(results[0].previous_value or 0),
    "next": lambda _, following: result_words(following) if following else "",
}
