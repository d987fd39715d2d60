"""What a pseudonymised export still tells, and how its dates are to be read: the program's own
doings, said to whoever makes it.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import pandas as pd

from wbc_tracker.schema import DEFAULT_PATIENT
from wbc_tracker.sharing.columns import SharedDates
from wbc_tracker.sharing.pseudonyms import Pseudonymized
from wbc_tracker.wording import count_words

#: Our choice, and a usual one of registries: what fewer people have points to them.
_FEW = 5
_MOST_TOLD = 4


def shared_words(
    shared: Pseudonymized,
    dates: SharedDates,
    key: Path,
    people: Sequence[str],
    remarks: Sequence[str],
) -> list[str]:
    """Return what is told of a pseudonymised export: its dates, and what still identifies.

    Args:
        shared: what is exported. dates: what became of them. key: its file.
        people: everybody in the data, by their own ids. remarks: what was told before.
    """
    lines = [_dates_words(shared, dates), *_remaining_words(shared, dates, key)]
    if DEFAULT_PATIENT in people:
        lines.append(
            f"The patient {DEFAULT_PATIENT!r} has one id with this key, whoever it is: for the "
            "store of another person take another key file."
        )
    if remarks:
        lines.append("The first lines above may name patients and dates: do not send them along.")
    return lines


def _dates_words(shared: Pseudonymized, dates: SharedDates) -> str:
    """Return what became of dates."""
    if dates == "shifted":
        return (
            "All dates of a patient were moved back by the same number of days, one to ten years; "
            "times of the day are left out."
        )
    told = "Dates became days since the first infusion (--dates days)"
    if shared.without_infusion:
        people = count_words(shared.without_infusion, "patient", "patients")
        told += f"; of {people} without an infusion, since the first draw (see day_zero)"
    return f"{told}."


def _remaining_words(shared: Pseudonymized, dates: SharedDates, key: Path) -> list[str]:
    """Return what still identifies people, in two or three sentences."""
    between = (
        "dates, which place a treatment that goes on in time,"
        if dates == "shifted"
        else "the days between draws and infusions"
    )
    told = (
        f"Without names, but not anonymous: exact values and {between} can be compared with "
        "records that name people"
    )
    if shared.patients == 1:
        told += ", and there is only one patient in it"
    elif shared.patients < _FEW:
        told += f", and there are only {shared.patients} patients in it"
    elif rare := _rare(shared.frame):
        named = [f"{word}: {count_words(n, 'patient', 'patients')}" for word, n in rare.items()]
        more = f", and {len(named) - _MOST_TOLD} more" if len(named) > _MOST_TOLD else ""
        told += f", and so can what few of them have ({', '.join(named[:_MOST_TOLD])}{more})"
    return [
        f"{told}. Share it as health data.",
        *_covariate_words(shared),
        f"Whoever has {key} can tell whose an id is: keep it, and apart from what you share.",
    ]


def _covariate_words(shared: Pseudonymized) -> list[str]:
    """Return what covariates may still tell; they stand as they are."""
    if not shared.covariates:
        return []
    frame = shared.frame
    told = f"Kept as in the file: {', '.join(map(repr, shared.covariates))}"
    people = frame.groupby(list(shared.covariates), observed=True, dropna=False)["patient_id"]
    few = int((people.nunique() < _FEW).sum())
    if few and shared.patients >= _FEW:
        groups = count_words(few, "group has", "groups have")
        told += f"; {groups} fewer than {_FEW} patients, whom that may point to"
    return [f"{told}. Check that they name nobody."]


def _rare(frame: pd.DataFrame) -> dict[str, int]:
    """Return the drugs and kinds of events that few people have, with how many."""
    having: dict[str, set[str]] = {}
    pairs = (frame[["patient_id", name]].drop_duplicates() for name in ("drug", "events"))
    for pair in pairs:
        for patient, text in pair.dropna().astype("str").to_numpy().tolist():
            for part in filter(None, text.split(";")):
                having.setdefault(part.split("@")[0], set()).add(patient)
    counts = {word: len(people) for word, people in sorted(having.items())}
    return {word: count for word, count in counts.items() if count < _FEW}
