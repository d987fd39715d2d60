"""Which patients of a panel are asked for, and the words for it.

Several filters narrow one another.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from wbc_tracker.arrays import Mask
from wbc_tracker.catalog import Catalog, Severity
from wbc_tracker.catalog.naming import choose_analyte
from wbc_tracker.errors import UsageError
from wbc_tracker.near import did_you_mean
from wbc_tracker.wording import count_words

if TYPE_CHECKING:
    from wbc_tracker.panel.facts import PanelFacts

_SEVERITY_WORDS = {
    "urgent": "a current urgent flag",
    "discuss": "a current flag to discuss or an urgent one",
    "info": "a current flag of the severity info, discuss or urgent",
    "expected": "any current flag",
}


#: Between the code of a flag and an analyte of which it must stand.
_OF = ":"


@dataclass(frozen=True)
class PanelFilter:
    """What is asked of each patient; without anything everyone is chosen.

    Attributes:
        flags: codes, any of which must be current, on a latest result or of the patient; with
            `:analyte` behind on a result of that one.
        severity: the worst current flag must have this severity or a worse one. What is told of
            everyone (the due date, the time for vaccines) does not count here.
        overdue: the planned date of the next infusion is past and none is recorded or booked.
        labs_due: the next infusion is near and a recent blood count or IgG is missing.
        new: a current flag is new or worse than before an import, see `News`.
    """

    flags: tuple[str, ...] = ()
    severity: str | None = None
    overdue: bool = False
    labs_due: bool = False
    new: bool = False

    @classmethod
    def of(
        cls,
        flags: Sequence[str] | None,
        severity: str | None,
        overdue: bool,
        labs_due: bool,
        catalog: Catalog,
        *,
        new: bool = False,
    ) -> PanelFilter:
        """Check the codes.

        Raises:
            UsageError: a flag or an analyte that the catalogue does not know; close names are told.
        """
        known = dict.fromkeys(_checked(text, catalog) for text in flags or ())
        return cls(tuple(known), severity, overdue, labs_due, new)

    def __bool__(self) -> bool:
        """Tell whether anything is asked for."""
        return bool(self._options)

    @property
    def _options(self) -> dict[str, str]:
        """What is asked for -> the option as it is typed."""
        told = {
            "flags": " ".join(f"--flag {flag}" for flag in self.flags),
            "severity": f"--severity {self.severity}" if self.severity else "",
            "overdue": "--overdue" if self.overdue else "",
            "labs_due": "--labs-due" if self.labs_due else "",
            "new": "--new" if self.new else "",
        }
        return {name: option for name, option in told.items() if option}

    def refuse_one_patient(self, patient: str | None) -> None:
        """Refuse filters beside a patient who was chosen by name.

        Raises:
            UsageError: naming the options.
        """
        if self and patient is not None:
            raise UsageError(
                "--flag, --severity, --overdue, --labs-due and --new choose among several "
                "patients; --patient names one.",
                "Leave one of them out.",
            )

    def mask(self, facts: PanelFacts) -> Mask:
        """Return which patients are chosen."""
        chosen = np.ones(len(facts.patients), dtype=bool)
        for fits in self._masks(facts).values():
            chosen &= fits
        return chosen

    def _masks(self, facts: PanelFacts) -> dict[str, Mask]:
        """Return what is asked for -> who fits."""
        fits: dict[str, Callable[[], Mask]] = {
            "flags": lambda: self._carriers(facts),
            "severity": lambda: facts.worst_ranks() >= Severity.of(self.severity or "expected"),
            "overdue": lambda: facts.is_overdue,
            "labs_due": lambda: facts.labs_are_due,
            "new": lambda: facts.has_news,
        }
        return {name: np.asarray(fits[name]()) for name in self._options}

    def _carriers(self, facts: PanelFacts) -> Mask:
        standing = facts.standing
        fits = np.zeros(len(standing), dtype=bool)
        for flag in self.flags:
            code, _, analyte = flag.partition(_OF)
            has_it = (standing["code"] == code).to_numpy(dtype=bool)
            of_it = standing["analyte"].to_numpy() == facts.place_of(analyte) if analyte else True
            fits |= has_it & of_it
        return np.isin(np.arange(len(facts.patients)), standing["person"].to_numpy()[fits])

    def choose(self, facts: PanelFacts) -> list[str]:
        """Return the ids of the chosen patients, in the order of the dataset."""
        return [str(patient) for patient in facts.patients[self.mask(facts)]]

    def words(self, catalog: Catalog, since: str | None = None) -> tuple[str, ...]:
        """Return a clause for each filter, to stand behind "who"; `since`: what is new since."""
        clauses = []
        if self.flags:
            clauses.append(f"have the current flag {' or '.join(map(_flag_words, self.flags))}")
        if self.severity is not None:
            clauses.append(f"have {_SEVERITY_WORDS[self.severity]}")
        if self.overdue:
            clauses.append(
                "are past the planned date of the next infusion, with none recorded or booked"
            )
        if self.labs_due:
            within, recent = (
                f"{catalog.figure(name):g}" for name in ("labs_due_within_days", "labs_recent_days")
            )
            clauses.append(
                f"have the next infusion within {within} days and no blood count or no IgG of the "
                f"last {recent} days"
            )
        if self.new:
            clauses.append(
                "have a current flag that is new, or worse than before"
                if since is None
                else f"have a current flag that is new, or worse than before the imports of {since}"
            )
        return tuple(clauses)

    def notes(self, facts: PanelFacts) -> tuple[str, ...]:
        """Name filters that leave nobody out, and those whom one leaves out although one might look
        for them.
        """
        of_news = facts.news.notes if facts.news is not None and self.new else ()
        return (*of_news, *self._without_effect(facts), *self._left_out(facts))

    def _without_effect(self, facts: PanelFacts) -> list[str]:
        masks = self._masks(facts)
        chosen = self.mask(facts)
        if len(chosen) < 2 or not chosen.any():
            return []
        idle = []
        for name in masks:
            others = [fits for other, fits in masks.items() if other != name]
            without = np.logical_and.reduce([np.ones(len(chosen), dtype=bool), *others])
            if np.array_equal(without, chosen):
                idle.append(self._options[name])
        beside = "Beside the other filters " if len(masks) > 1 else ""
        return [f"{beside}{option} leaves nobody out." for option in idle]

    def _left_out(self, facts: PanelFacts) -> list[str]:
        if not self.labs_due or self.overdue:
            return []
        late = int((facts.is_overdue & (facts.needs_count | facts.needs_igg)).sum())
        often = int(
            (facts.is_near & facts.is_continuous & (facts.needs_count | facts.needs_igg)).sum()
        )
        notes = []
        if late:
            are = "is" if late == 1 else "are"
            notes.append(
                f"{count_words(late, 'patient', 'patients')} without recent labs whose infusion is "
                f"overdue {are} not among these: see --overdue."
            )
        if often:
            are = "is" if often == 1 else "are"
            told = count_words(often, "patient", "patients")
            notes.append(
                f"{told} on a drug given every few weeks {are} not judged here: see the date of "
                "the last count."
            )
        return notes

    def as_settings(self, since: str | None = None) -> dict[str, object]:
        """Return the choice as plain data; `since`: the import before which is compared."""
        return {
            "flags": list(self.flags),
            "severity": self.severity,
            "overdue": self.overdue,
            "labs_due": self.labs_due,
            "new": self.new,
            "new_since": since,
        }


def _checked(text: str, catalog: Catalog) -> str:
    """Return a code, or a code and an analyte by its id.

    Raises:
        UsageError: one of them is not known, or the flag is of no result.
    """
    code, colon, name = text.partition(_OF)
    if code not in catalog.flags:
        meant = did_you_mean(code, catalog.flags)
        raise UsageError(
            f"--flag: there is no {code!r}.{meant}", "`wbc-tracker explain` lists all."
        )
    if not colon:
        return code
    if catalog.flags[code].is_of_patient:
        raise UsageError(
            f"--flag: {code} is a flag of the patient, of no analyte.", f"Write --flag {code}."
        )
    return f"{code}{_OF}{choose_analyte(name, catalog, '--flag')}"


def _flag_words(flag: str) -> str:
    code, _, analyte = flag.partition(_OF)
    return f"{code} of {analyte}" if analyte else code
