"""What a report says about one patient, as plain data that every renderer takes.

It holds the catalogue's own objects, so that nobody who tells it needs the catalogue.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import NamedTuple

from wbc_tracker.catalog import Analyte, Drug, EventKind, Flag, Severity
from wbc_tracker.catalog.own_rules import AppliedRules
from wbc_tracker.explanation import Explained, own_rules_words
from wbc_tracker.patient.result_lines import Draw, ResultLine
from wbc_tracker.patient.trend_lines import TrendLine


class EvidenceLine(NamedTuple):
    """One line of numbers that the sentences rest on; `when` is empty where it is as above."""

    when: str
    what: str


@dataclass(frozen=True)
class PatternSentence:
    """One sentence of the pattern; `is_urgent` of what has to be done at once. `names_flags`: it
    only names what the list of flags tells.
    """

    words: str
    is_urgent: bool = False
    names_flags: bool = False


@dataclass(frozen=True)
class Pattern:
    """The contrast of this patient, in words.

    `code` is `as_described`, `returning`, `differs`, `not_assessable` or `after_treatment`.

    `results` and `evidence` are the numbers it rests on. `question` asks what would settle it.
    `urgent` is the flag that is told first, with its step; `broad` the results that are named
    because they differ.
    """

    code: str
    told: list[PatternSentence]
    collected_at: str | None = None
    evidence: list[EvidenceLine] = field(default_factory=list)
    results: list[ResultLine] = field(default_factory=list)
    question: str = ""
    urgent: FlagLine | None = None
    broad: tuple[ResultLine, ...] = ()

    @property
    def sentences(self) -> list[str]:
        """The sentences alone."""
        return [sentence.words for sentence in self.told]

    @property
    def sentence(self) -> str:
        """All sentences in one."""
        return " ".join(self.sentences)


@dataclass(frozen=True)
class Standing:
    """Where the patient stands on the day of the report; None before the first infusion.

    `ended_by`: `stopped`, `other_drug`, or `left` (followed elsewhere); None while treatment goes
    on. `ending` says so, `nothing_due` only what that means.
    """

    drug: Drug | None = None
    course: int = 0
    course_since: str | None = None
    last_infusion_on: str | None = None
    days_since_infusion: int | None = None
    next_on: str | None = None
    next_kind: str | None = None
    days_to_next: int | None = None
    ended_on: str | None = None
    ended_by: str | None = None
    ending: str = ""
    nothing_due: str = ""


@dataclass(frozen=True)
class InfusionLine:
    """One infusion: `course` is 0 for a booking; `is_named` where the drug is not that of the one
    before, or the first of several.
    """

    infused_on: str
    drug: Drug
    dose_mg: float | None
    course: int
    is_named: bool = False


@dataclass(frozen=True)
class EventLine:
    """One event; `id` is None if read from a file, `remark` empty if there is nothing to say."""

    id: int | None
    happened_on: str
    kind: EventKind
    note: str
    remark: str
    is_planned: bool = False

    @property
    def name(self) -> str:
        """What happened, with the note in the user's own words."""
        title = f"{self.kind.title}{', planned' if self.is_planned else ''}"
        return f"{title}: {self.note}" if self.note else title


@dataclass(slots=True)  # as a result line
class FlagLine:
    """One flag, told in a sentence: on one result, or of the patient.

    Attributes:
        current: whether it stands. result: what it is said of, None for a flag of the patient.
        following: the next result of the same analyte.
        sources: the texts of its sources. clause: the same in a few words, for behind another flag
            of the result; question: of a flag of the patient. Empty where there are none.
    """

    flag: Flag
    severity: Severity
    current: bool
    message: str
    sources: tuple[str, ...]
    result: ResultLine | None = None
    following: ResultLine | None = None
    clause: str = ""
    question: str = ""

    @property
    def code(self) -> str:
        """The code of the flag."""
        return self.flag.code

    @property
    def collected_at(self) -> str | None:
        """When the result was drawn."""
        return self.result.collected_at if self.result else None

    @property
    def calls(self) -> bool:
        """Whether it calls for something."""
        return self.severity >= Severity.DISCUSS

    @property
    def next_step(self) -> str:
        """What people usually do next; of a graded result the step of its grade."""
        return self.flag.step_of(self.result.ctcae_v5_grade if self.result else None)

    @property
    def tags(self) -> list[str]:
        """The code of the flag and the statements it teaches."""
        return [self.flag.code, *self.flag.statements]


@dataclass(frozen=True)
class PatientReport:
    """Everything the report says of one patient; `is_filtered`: not every result is shown.

    `numbers`: sentences about the latest B cells and white cells, for behind the pattern.
    """

    patient_id: str
    pattern: Pattern
    standing: Standing
    infusions: list[InfusionLine]
    draws: list[Draw]
    trends: list[TrendLine]
    flags: list[FlagLine]
    is_filtered: bool = False
    events: list[EventLine] = field(default_factory=list)
    numbers: list[str] = field(default_factory=list)

    @property
    def drug_words(self) -> str:
        """The drugs that were given, in their order; empty before the first."""
        given = [infusion.drug.name for infusion in self.infusions if infusion.course]
        changes = [name for at, name in enumerate(given) if not at or name != given[at - 1]]
        return ", then ".join(changes)


@dataclass(frozen=True)
class Report:
    """The report of one or many patients with the settings it was made with.

    `analytes` are those that were asked for, none for all; `title` heads it, beside the id.
    """

    as_of: str
    catalogue_version: str
    grading: str
    disclaimer: str
    settings: dict[str, object]
    patients: list[PatientReport]
    explained: Explained
    analytes: tuple[Analyte, ...] = ()
    title: str | None = None
    own_rules: tuple[AppliedRules, ...] = ()

    @property
    def own_words(self) -> list[str]:
        """What rules of one's own change, a sentence for each file of them."""
        return own_rules_words(self.own_rules)
