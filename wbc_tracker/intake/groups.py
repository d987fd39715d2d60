"""What columns that were carried along (sex, centre, arm) tell of each patient."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from wbc_tracker.arrays import distinct_texts
from wbc_tracker.errors import UsageError
from wbc_tracker.intake.guards.covariates import SEX
from wbc_tracker.intake.labs import LabReading
from wbc_tracker.near import did_you_mean
from wbc_tracker.wording import count_words

#: What stands for a patient whose rows tell different things.
SEVERAL = "several values"
__all__ = [
    "SEVERAL", "SEX", "GroupTally", "Groups", "find_groups", "groups_of", "groups_of_rows",
    "refuse_missing", "sexes_of", "tally_groups", "texts_of", "warn_of_groups", "with_sexes",
]  # fmt: skip

#: So many people, each with a value of their own, are told apart by it.
_FEWEST_APART = 5

#: Name of a covariate -> patient -> what is told of them.
Groups = Mapping[str, Mapping[str, str]]


def find_groups(labs: Sequence[LabReading]) -> dict[str, dict[str, str]]:
    """Return what the rows of all files tell of each patient, repeated results included.

    Raises:
        UsageError: no file has a column of that name.
    """
    names = refuse_missing(labs)
    return groups_of_rows([reading.results for reading in labs], names)


def refuse_missing(labs: Sequence[LabReading]) -> list[str]:
    """Return the names of all covariates.

    Raises:
        UsageError: no file has a column of such a name.
    """
    names = list(dict.fromkeys(name for reading in labs for name in reading.covariates))
    for name in names:
        if not any(reading.covariates.get(name) for reading in labs):
            raise UsageError(
                f"None of the lab files has a column {name!r} to carry along.",
                "Write it as it stands in the file.",
            )
    return names


def groups_of_rows(
    results: Sequence[pd.DataFrame], names: Iterable[str]
) -> dict[str, dict[str, str]]:
    """Return what the rows of some frames tell of each patient, by the name of their column."""
    return {name: _told(results, name) for name in names}


def _told(frames: Sequence[pd.DataFrame], name: str) -> dict[str, str]:
    """Return patient -> the one text that their rows tell, or SEVERAL."""
    found: dict[str, str] = {}
    for frame in frames:
        patient, people = distinct_texts(frame["patient_id"])
        said, words = distinct_texts(frame[name])
        told = (said >= 0) & (np.array([*map(bool, words), False], dtype=bool)[said])
        pairs = np.unique(np.stack([patient[told], said[told]]), axis=1)
        for who, what in pairs.T.tolist():
            text = words[what]
            found[people[who]] = text if found.get(people[who], text) == text else SEVERAL
    return found


def texts_of(
    name: str, patients: Sequence[str], groups: Groups, sexes: Mapping[str, str]
) -> pd.Series:
    """Return patient -> what a covariate tells of them, "" where nothing does.

    Args:
        name: of the covariate. patients: in the order of the answer.
        groups: what is told. sexes: patient -> `f` or `m`, for `sex` where no column has that name.

    Raises:
        UsageError: there is no such covariate.
    """
    if name not in groups and name != SEX:
        raise UsageError(
            f"There is no covariate {name!r}.{did_you_mean(name, (*groups, SEX))}",
            "Name the column of the lab files with --map covariate=HEADER.",
        )
    told = groups.get(name, sexes)
    texts = [told.get(patient, "") for patient in patients]
    return pd.Series(texts, index=pd.Index(list(patients), dtype="str"), dtype="str", name=name)


def groups_of(patient: str, groups: Groups) -> dict[str, dict[str, str]]:
    """Return what is told of one patient."""
    return {
        name: {who: text for who, text in told.items() if who == patient}
        for name, told in groups.items()
    }


@dataclass(frozen=True)
class GroupTally:
    """What a covariate tells of how many patients.

    Attributes:
        told: of how many it tells something. several: of how many several things.
        apart: the texts of the others, None where two have the same.
    """

    told: int
    several: int
    apart: frozenset[str] | None

    @classmethod
    def of(cls, told: Mapping[str, str]) -> GroupTally:
        """Count what is told of some patients."""
        texts = [text for text in told.values() if text != SEVERAL]
        apart = frozenset(texts)
        several = len(told) - len(texts)
        return cls(len(told), several, apart if len(apart) == len(texts) else None)

    @classmethod
    def sum(cls, tallies: Sequence[GroupTally]) -> GroupTally:
        """Count all patients, each of whom is in one tally."""
        texts = [tally.apart for tally in tallies if tally.apart is not None]
        apart = frozenset().union(*texts) if len(texts) == len(tallies) else None
        if apart is not None and len(apart) < sum(map(len, texts)):
            apart = None
        told, several = sum(t.told for t in tallies), sum(t.several for t in tallies)
        return cls(told, several, apart)


def tally_groups(groups: Groups) -> dict[str, GroupTally]:
    """Count what each covariate tells."""
    return {name: GroupTally.of(told) for name, told in groups.items()}


def warn_of_groups(tallies: Mapping[str, GroupTally], people: int) -> list[str]:
    """Return sentences about covariates that are not one a patient, or are another in each.

    Args:
        tallies: what each tells. people: how many there are.
    """
    warnings = []
    for name, tally in tallies.items():
        if tally.several:
            whose = "patient has" if tally.several == 1 else "patients have"
            warnings.append(
                f"{name!r}: {tally.several} {whose} several values in their rows; as a group they "
                f"are {SEVERAL!r}."
            )
        silent = people - tally.told
        if silent:
            warnings.append(
                f"{name!r}: nothing is told of {count_words(silent, 'patient', 'patients')}."
            )
        if tally.apart is not None and _FEWEST_APART <= len(tally.apart) == people:
            warnings.append(
                f"{name!r}: each of the {people} patients has a value of their own, so it tells "
                "who they are."
            )
    return warnings


def sexes_of(files: Iterable[Mapping[str, str]]) -> dict[str, str]:
    """Return patient -> `f` or `m`, of those of whom all files that tell it say the same."""
    told: dict[str, set[str]] = {}
    for sexes in files:
        for patient, sex in sexes.items():
            told.setdefault(patient, set()).add(sex)
    return {patient: said.pop() for patient, said in told.items() if len(said) == 1}


def with_sexes(results: pd.DataFrame, sexes: Mapping[str, str]) -> pd.DataFrame:
    """Return results with the known sex of each row's patient as a covariate, `sex`."""
    codes, people = distinct_texts(results["patient_id"])
    told = np.array([sexes.get(str(who), "") for who in people], dtype=object)
    return results.assign(**{SEX: pd.Categorical(told[codes] if len(told) else [])})
