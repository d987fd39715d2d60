"""The part of the contract that tells of a clinic: its patients in counts."""

from __future__ import annotations

from typing import Annotated, TypedDict

_NOT_NEGATIVE = {"minimum": 0}
PatientCount = Annotated[int, _NOT_NEGATIVE]


class BCellCountsJson(TypedDict):
    """B cells at the latest draw of the last 26 weeks that tells them, of those on treatment."""

    depleted: PatientCount
    few: PatientCount
    present: PatientCount
    unknown: PatientCount


class IggCountsJson(TypedDict):
    """IgG of the last year, of those on treatment: under 5 g/L, else below its interval, neither,
    or not known.
    """

    very_low: PatientCount
    low: PatientCount
    not_low: PatientCount
    unknown: PatientCount


class ClinicJson(TypedDict):
    """The patients below in counts."""

    on_treatment: PatientCount
    b_cells: BCellCountsJson
    igg: IggCountsJson
    overdue: Annotated[int, "Past the planned date of the next infusion.", _NOT_NEGATIVE]
    labs_due: Annotated[int, "The next infusion is near, and labs are missing.", _NOT_NEGATIVE]
    ended: Annotated[int, "Treatment ended, or followed elsewhere.", _NOT_NEGATIVE]
