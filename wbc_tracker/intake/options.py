"""What the user settles about a file: the options of reading."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from wbc_tracker.errors import AmbiguousFileError, Option
from wbc_tracker.schema import DEFAULT_PATIENT

if TYPE_CHECKING:
    import pandas as pd

    from wbc_tracker.catalog.profiles import Profile

#: Each of these settles what a comma and a point mean.
DECIMAL_MARKS: Sequence[Option] = (("--decimal", "."), ("--decimal", ","))


def mapped(header: str, *roles: str) -> list[Option]:
    """Return the options each of which says that a column plays one of these roles."""
    return [("--map", f"{role}={header}") for role in roles]


@dataclass(frozen=True)
class ReadingOptions:
    """How to read a file where its own evidence does not suffice.

    Attributes:
        as_of: ISO date of the report; results after it are rejected or left out.
        today: ISO date; a two-digit year is the latest one not after it. By default `as_of`.
        patient: the patient of a file that has no patient column.
        is_patient_named: the user named the patient, so an unknown column cannot be about several;
            true of every other patient than the usual one.
        only_patient: a file whose patient column names others is refused.
        columns: role -> header, for headers the catalogue does not know.
        covariates: headers of columns of a lab file that are carried along beside its results.
        is_one_of_several: several files are read: a header that one of them lacks may stand in
            another.
        own_profiles: the user's own profiles by name; a file that fits one is read with it.
        set_aside: headers of columns that change nothing, as the user says.
        units: analyte id -> unit, for results printed without one.
        date_order: `ymd`, `dmy` or `mdy`.
        decimal: `.` or `,`.
        layout: `long`, `wide`, `flowsheet` or `fhir`.
        encoding: a codec name. delimiter: one character. sheet: the sheet of a workbook.
        has_header: False for a file whose columns have no names; they are then `column 1`, `column
            2` and so on.
        named_profile: the profile that the user named.
        profile: the profile that these options were completed with; "" without one. With it come
            `names` (folded printed name or code -> analyte id), `ignore` (folded headers about
            something else), `instead` (folded header -> role, read where another column is empty),
            `no_result` (texts that mean there is no result), and
            `usual_date_order` and `usual_decimal`, for a column that proves none.
        explain: tell how every test was understood.
        reject_future: reject results after `as_of`; otherwise they are kept for the caller to leave
            out.
    """

    as_of: str
    today: str | None = None
    patient: str = DEFAULT_PATIENT
    is_patient_named: bool = False
    only_patient: bool = False
    columns: Mapping[str, str] = field(default_factory=dict)
    covariates: tuple[str, ...] = ()
    is_one_of_several: bool = False
    own_profiles: Mapping[str, Profile] = field(default_factory=dict)
    set_aside: tuple[str, ...] = ()
    units: Mapping[str, str] = field(default_factory=dict)
    date_order: str | None = None
    decimal: str | None = None
    layout: str | None = None
    encoding: str | None = None
    delimiter: str | None = None
    sheet: str | None = None
    has_header: bool = True
    named_profile: Profile | None = None
    profile: str = ""
    names: Mapping[str, str] = field(default_factory=dict)
    ignore: frozenset[str] = frozenset()
    instead: Mapping[str, str] = field(default_factory=dict)
    no_result: tuple[str, ...] = ()
    usual_date_order: str | None = None
    usual_decimal: str | None = None
    explain: bool = False
    reject_future: bool = True

    def __post_init__(self) -> None:
        if self.patient != DEFAULT_PATIENT:
            object.__setattr__(self, "is_patient_named", True)


#: Of a file read without options: no day is after this one, and no clock is asked.
#: Dates end at 9999, and a booking may lie years ahead of it.
UNDATED = ReadingOptions(as_of="9990-12-31", reject_future=False)
#: Counted back from that day, a year of two digits lies in its last hundred years.
_FIRST_SHORT = "9890"


def refuse_short_years(days: pd.Series, file: str) -> None:
    """Refuse days of a file that was read as of UNDATED and has years of two digits.

    Which century is meant follows from the day of reading alone, which only the caller knows.

    Raises:
        AmbiguousFileError: telling what to give.
    """
    short = [day for day in days.dropna().astype("str").unique() if day >= _FIRST_SHORT]
    if short:
        raise AmbiguousFileError(
            f"{file} has years of two digits, whose century depends on the day of reading.",
            'Give that day: ReadingOptions(as_of="2026-11-23").',
            code="short_years",
        )
