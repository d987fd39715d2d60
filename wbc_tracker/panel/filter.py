"""Which patients of a panel are asked for, and the words for it.

Several filters narrow one another.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from wbc_tracker.arrays import Mask
from wbc_tracker.catalog import Catalog, Severity
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


@dataclass(frozen=True)
class PanelFilter:
    """What is asked of each patient; without anything everyone is chosen.

    Attributes:
        flags: codes, any of which must be current, on a latest result or of the patient.
        severity: the worst current flag must have this severity or a worse one. What is told of
            everyone (the due date, the time for vaccines) does not count here.
        overdue: the planned date of the next infusion is past and none is recorded or booked.
        labs_due: the next infusion is near and a recent blood count or IgG is missing.
    """

    flags: tuple[str, ...] = ()
    severity: str | None = None
    overdue: bool = False
    labs_due: bool = False

    @classmethod
    def of(
        cls,
        flags: Sequence[str] | None,
        severity: str | None,
        overdue: bool,
        labs_due: bool,
        catalog: Catalog,
    ) -> PanelFilter:
        """Check the codes.

        Raises:
            UsageError: a flag that the catalogue does not know; close names are told.
        """
        for code in flags or ():
            if code not in catalog.flags:
                meant = did_you_mean(code, catalog.flags)
                raise UsageError(
                    f"--flag: there is no {code!r}.{meant}", "`wbc-tracker explain` lists all."
                )
        return cls(tuple(dict.fromkeys(flags or ())), severity, overdue, labs_due)

    def __bool__(self) -> bool:
        """Tell whether anything is asked for."""
        return bool(self.flags or self.severity or self.overdue or self.labs_due)

    def refuse_one_patient(self, patient: str | None) -> None:
        """Refuse filters beside a patient who was chosen by name.

        Raises:
            UsageError: naming the options.
        """
        if self and patient is not None:
            raise UsageError(
                "--flag, --severity, --overdue and --labs-due choose among several patients; "
                "--patient names one.",
                "Leave one of them out.",
            )

    def mask(self, facts: PanelFacts) -> Mask:
        """Return which patients are chosen."""
        chosen = np.ones(len(facts.patients), dtype=bool)
        if self.flags:
            carriers = facts.flags["person"][facts.flags["code"].isin(list(self.flags))]
            chosen &= np.isin(np.arange(len(chosen)), carriers)
        if self.severity is not None:
            chosen &= facts.worst_ranks() >= Severity.of(self.severity)
        if self.overdue:
            chosen &= facts.is_overdue
        if self.labs_due:
            chosen &= facts.labs_are_due
        return chosen

    def choose(self, facts: PanelFacts) -> list[str]:
        """Return the ids of the chosen patients, in the order of the dataset."""
        return [str(patient) for patient in facts.patients[self.mask(facts)]]

    def words(self, catalog: Catalog) -> tuple[str, ...]:
        """Return a clause for each filter, to stand behind "who"."""
        clauses = []
        if self.flags:
            clauses.append(f"have the current flag {' or '.join(self.flags)}")
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
        return tuple(clauses)

    def notes(self, facts: PanelFacts) -> tuple[str, ...]:
        """Name those whom a filter leaves out although one might look for them."""
        if not self.labs_due or self.overdue:
            return ()
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
        return tuple(notes)

    def as_settings(self) -> dict[str, object]:
        """Return the choice as plain data."""
        return {
            "flags": list(self.flags),
            "severity": self.severity,
            "overdue": self.overdue,
            "labs_due": self.labs_due,
        }
