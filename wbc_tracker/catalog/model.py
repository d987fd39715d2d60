"""What the catalogue holds, as types. The data stand in the TOML files beside this module."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cached_property
from typing import Literal

from wbc_tracker.catalog.build import DERIVED
from wbc_tracker.catalog.events import Events
from wbc_tracker.catalog.infusion_lists import InfusionLists
from wbc_tracker.catalog.languages import Spellings, Words
from wbc_tracker.catalog.own_rules import AppliedRules, DepletionRule
from wbc_tracker.catalog.questions import FlagQuestion
from wbc_tracker.catalog.severity import Severity
from wbc_tracker.catalog.situations import Insertion, Situation

Certainty = Literal["HIGH", "MEDIUM", "OUR CHOICE", "YOUR CHOICE"]
AnalyteKind = Literal["blood_count", "b_cells", "t_cells", "antibodies", ""]


@dataclass(frozen=True)
class Head:
    """The head of the catalogue: its version, its grading, the line that closes every report."""

    version: str
    grading_name: str
    disclaimer: str


@dataclass(frozen=True)
class Source:
    """Where a figure comes from, and how sure we are that it says so."""

    id: str
    text: str
    certainty: Certainty


@dataclass(frozen=True)
class Unit:
    """A unit by its UCUM code; how laboratories print it stands in the languages."""

    code: str


@dataclass(frozen=True)
class UnitFamily:
    """Units that convert into one another for a kind of analyte.

    `factors` maps a UCUM code to the number by which a value in that unit is multiplied to get the
    canonical unit. In a `unitless` family a result without a unit is complete. `rare` units are
    read where they are printed, but never inferred.
    """

    id: str
    canonical: str
    factors: dict[str, float]
    unitless: bool = False
    rare: tuple[str, ...] = ()


@dataclass(frozen=True)
class Interval:
    """A generic adult reference interval in the canonical unit."""

    low: float
    high: float
    source: str


@dataclass(frozen=True)
class Share:
    """How a percentage becomes an absolute count: `absolute = denominator x percent x factor`."""

    absolute: str
    denominator: str
    factor: float


@dataclass(frozen=True)
class Analyte:
    """One thing that is measured; its printed names stand in the languages.

    `limits` is what a cell can hold at all (not a clinical threshold); `infer` the range of a
    column's median from which a missing unit may be inferred; `interval_span` two figures, of which
    the upper limit of every adult interval lies above the first and its lower limit below the
    second: one beyond them is printed in another unit. `of_serum`: measured in serum or
    plasma, not in whole blood. `kind`: the group whose rules and words it shares. `steroid`: what a
    steroid does to it for a while. `unit_steps`: the factors between two of its units that are
    suspect from one result to the next.

    The loader finds out, for whoever tells of a result without the whole catalogue: `unit`, the
    canonical one; `cuts`, the figures that decide about it (grades, telephone limits, depletion,
    late onset); `depleted_below`, the figure below which B cells count as depleted; `count_kind`,
    the kind of the count that it tells of.
    """

    id: str
    name: str
    short: str
    family: str
    loinc: str
    limits: tuple[float, ...]
    decimals: int
    other_loinc: tuple[str, ...] = ()
    infer: tuple[float, ...] = ()
    interval_span: tuple[float, ...] = ()
    interval: Interval | None = None
    share: Share | None = None
    of_serum: bool = False
    kind: AnalyteKind = ""
    steroid: Literal["", "raises", "lowers"] = ""
    unit_steps: tuple[float, ...] = ()
    unit: str = field(default="", metadata=DERIVED)
    cuts: tuple[float, ...] = field(default=(), metadata=DERIVED)
    depleted_below: float | None = field(default=None, metadata=DERIVED)
    count_kind: AnalyteKind = field(default="", metadata=DERIVED)

    @property
    def is_percent(self) -> bool:
        """Whether it is a percentage of other cells."""
        return self.share is not None

    @property
    def count_id(self) -> str:
        """The id of the count that it tells of: of a percentage the absolute one, else its own."""
        return self.share.absolute if self.share else self.id

    @property
    def is_blood_count(self) -> bool:
        """Whether a result of it is a blood count: white cells, neutrophils or lymphocytes."""
        return self.kind == "blood_count"

    @property
    def is_b_cells(self) -> bool:
        """Whether it counts B cells: what tells is whether they are gone, not an interval."""
        return self.kind == "b_cells"


#: Factor from what was written to what was meant, and how it was written.
_SLIPS_OF_DOSES = (
    (1000.0, "written in grams"),
    (0.1, "with a zero too many"),
    (10.0, "with a zero too few"),
    (0.001, "written in micrograms"),
)


@dataclass(frozen=True)
class Drug:
    """An anti-CD20 drug and its usual interval between courses, in days.

    `usual_doses_mg` are those of the label or of practice, `dose_limits_mg` what a cell can hold at
    all, `packages` their strengths in mg and mL, `routes` the ways it is given.
    `first_dose_split_mg` and `second_dose_mg` are the halves of a first dose that is given in two
    parts. `loading_days`: days of the first doses, counted from the very first, where they lie
    closer together than the later ones. `premedication`: what is given with it and shifts counts.
    `has_label_minimum`: the two published minimum intervals of thresholds.toml are of this drug.
    `is_continuous`: it is given every few weeks, at shorter intervals than the threshold
    `continuous_interval_below_days`; the loader finds it out.
    """

    id: str
    name: str
    interval_days: int
    synonyms: tuple[str, ...]
    source: str
    usual_doses_mg: tuple[float, ...]
    dose_limits_mg: tuple[float, ...]
    packages: tuple[tuple[float, ...], ...]
    routes: tuple[Literal["intravenous", "subcutaneous"], ...]
    first_dose_split_mg: float | None = None
    first_dose_split_days: int | None = None
    second_dose_mg: float | None = None
    loading_days: tuple[int, ...] = ()
    premedication: str = ""
    has_label_minimum: bool = False
    is_continuous: bool = field(default=False, metadata=DERIVED)

    @property
    def noun(self) -> str:
        """What one time of giving it is called: an infusion, or a dose where it is injected."""
        return "dose" if self.routes[:1] == ("subcutaneous",) else "infusion"

    def doubt_dose(self, dose_mg: float) -> str:
        """Return why a dose cannot be one of the drug and what it probably is, or ""."""
        low, high = self.dose_limits_mg
        if low <= dose_mg <= high:
            return ""
        return f"{dose_mg:g} mg of {self.name} cannot be right; {self._guess(dose_mg)}"

    def _guess(self, dose_mg: float) -> str:
        for factor, words in _SLIPS_OF_DOSES:
            for usual in self.usual_doses_mg:
                if math.isclose(dose_mg * factor, usual, rel_tol=1e-5):
                    return f"it is probably {usual:g} mg {words}"
        return f"usual are {' or '.join(f'{dose:g}' for dose in self.usual_doses_mg)} mg"


@dataclass(frozen=True)
class Grading:
    """CTCAE cuts of a decrease, in the canonical unit: below which grade 2, 3 (and 4) begins."""

    analyte: str
    term: str
    meddra: str
    cuts: tuple[float, ...]
    source: str


@dataclass(frozen=True)
class Variation:
    """Within-person (CVI) and analytical (CVA) variation in percent.

    `is_total`: the figure holds the analysis too, so none is added. `cvi_men`: that of men, where
    the sexes differ; `cvi` is then that of women, the larger one, and `note` says so where the sex
    is not known.
    """

    analyte: str
    cvi: float
    source: str
    note: str = ""
    cvi_men: float | None = None
    cva: float | None = None
    is_total: bool = False


@dataclass(frozen=True)
class SmallestChange:
    """The smallest change of a series that is worth telling, in percent, up or down."""

    analyte: str
    percent: float
    source: str


@dataclass(frozen=True)
class CriticalLimit:
    """Limits beyond which many laboratories telephone, in the canonical unit."""

    analyte: str
    source: str
    below: float | None = None
    above: float | None = None


@dataclass(frozen=True)
class Threshold:
    """One named figure that a rule uses."""

    id: str
    value: float
    unit: str
    meaning: str
    source: str


@dataclass(frozen=True)
class Statement:
    """One statement of the source document, in our words."""

    id: str
    text: str


@dataclass(frozen=True)
class Flag:
    """What a flag is called, how severe it is and what it teaches.

    A flag of a result has a `message`, the sentence about it, with the placeholders that
    `patient/messages.py` fills. A flag of the patient has `situations` instead: a sentence for
    each, filled there too.

    `severity_by_grade` maps CTCAE grade 1-4 to a severity where that depends on the grade of
    `analyte`, `next_step_by_grade` to a step of its own. `clause` says the same in a few words,
    behind another flag of the same result. `other_severity` is that of the rows that `other_when`
    tells of. `of_draw`: it holds for the whole draw, and is told once. `generic_limits`: analytes
    whose generic lower limit the rule uses where the laboratory gives none. `routine`: situations
    told of everyone in turn, of which nobody stands out; nor by a flag of a result up to
    `quiet_up_to`. `first_in_panel`: it needs somebody, and goes first.
    """

    code: str
    severity: Severity
    title: str
    rule: str
    means_not: str
    next_step: str
    next_step_by_grade: dict[str, str] = field(default_factory=dict)
    message: str = ""
    clause: str = ""
    situations: dict[str, str] = field(default_factory=dict)
    statements: tuple[str, ...] = ()
    thresholds: tuple[str, ...] = ()
    sources: tuple[str, ...] = ()
    analyte: str | None = None
    severity_by_grade: dict[str, Severity] = field(default_factory=dict)
    other_severity: Severity | None = None
    other_when: str = ""
    of_draw: bool = False
    generic_limits: tuple[str, ...] = ()
    routine: tuple[str, ...] = ()
    quiet_up_to: Severity | None = None
    first_in_panel: bool = False
    question: FlagQuestion = field(default_factory=FlagQuestion)

    @property
    def is_of_patient(self) -> bool:
        """Whether it is said of the patient, not of a result."""
        return bool(self.situations)

    def step_of(self, grade: int | None) -> str:
        """Return what people usually do next, of a result of a CTCAE grade."""
        return self.next_step_by_grade.get(str(grade), self.next_step)


@dataclass(frozen=True)
class Problem:
    """What can be wrong with one cell: a stable code, a sentence and what to do next."""

    code: str
    message: str
    hint: str


@dataclass(frozen=True, eq=False)
class Catalog:
    """Everything the program knows about the field, with its sources. Built by `load_catalog`.

    Compared and hashed by identity, so that tables derived from it can be kept with it. The
    spellings of the languages, and the words of infusion lists, are read when they are first asked
    for: only reading a lab or infusion file needs them. `own_rules`: see `catalog_with_rules`.
    """

    version: str
    grading_name: str
    disclaimer: str
    sources: dict[str, Source]
    units: dict[str, Unit]
    families: dict[str, UnitFamily]
    analytes: dict[str, Analyte]
    drugs: dict[str, Drug]
    gradings: dict[str, Grading]
    variations: dict[str, Variation]
    smallest_changes: dict[str, SmallestChange]
    critical_limits: dict[str, CriticalLimit]
    thresholds: dict[str, Threshold]
    statements: dict[str, Statement]
    flags: dict[str, Flag]
    severity_words: dict[Severity, str]
    pattern: dict[str, Situation]
    insertions: dict[str, Insertion]
    problems: dict[str, Problem]
    events: Events
    read_spellings: Callable[[], Spellings]
    read_lists: Callable[[], InfusionLists]
    depletion: DepletionRule = field(default_factory=DepletionRule)
    own_rules: tuple[AppliedRules, ...] = ()

    @cached_property
    def spellings(self) -> Spellings:
        """How names and units are printed, in all languages together."""
        return self.read_spellings()

    @cached_property
    def lists(self) -> InfusionLists:
        """What stands in infusion lists beside the drugs."""
        return self.read_lists()

    @property
    def roles_of_files(self) -> dict[str, None]:
        """Roles that a column can play in a file of any kind, in order."""
        given = (*self.words.infusion_roles, "status")
        return dict.fromkeys((*self.words.roles, *given, *self.events.roles))

    @property
    def words(self) -> Words:
        """Words in lab files that are not names or units, in all languages together."""
        return self.spellings.words

    def of_kind(self, kind: AnalyteKind) -> tuple[str, ...]:
        """Return the ids of the analytes of a kind, in the catalogue's order."""
        return tuple(name for name, analyte in self.analytes.items() if analyte.kind == kind)

    def canonical_unit(self, analyte: str) -> str:
        """Return the UCUM code of the analyte's canonical unit."""
        return self.families[self.analytes[analyte].family].canonical

    def insert(self, code: str, **figures: object) -> str:
        """Return the words of an insertion, filled with figures."""
        return self.insertions[code].text.format_map(figures)

    def figure(self, threshold: str) -> float:
        """Return the value of a named threshold."""
        return self.thresholds[threshold].value
