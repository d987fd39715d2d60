"""What an import says beside its counts: what stays removed, what was replaced, who is new."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd

from wbc_tracker.intake import FileReading, InfusionReading
from wbc_tracker.intake.rejects import make_rejects
from wbc_tracker.near import id_core
from wbc_tracker.schema import DEFAULT_PATIENT
from wbc_tracker.store import Counts, Infusion, Redirected, Store
from wbc_tracker.wording import count_words, typed_words

_MOST_NAMED = 5


def outcome_notes(nouns: tuple[str, str], counts: Counts, ids: Sequence[str]) -> list[str]:
    """Return sentences about what an import did, none where it only added or repeated.

    Args:
        nouns: what its rows are, one and several.
        counts: what it did.
        ids: the patients of the store, with those of this import.
    """
    return [
        *_removed(nouns, counts.removed),
        *_superseded(counts),
        *_filled(counts.filled),
        *_edited(counts.edited),
        *_redirected(nouns, counts.redirected),
        *_new_patients(counts.new_patients),
        *_alike(counts.new_patients, ids),
    ]


def still_recorded(reading: FileReading, store: Store) -> list[str]:
    """Say which infusions the store holds that a file calls not given, as when a booking was
    cancelled: nothing is removed by itself.
    """
    if not isinstance(reading, InfusionReading) or not reading.not_given:
        return []
    patients = store.patients
    called = {who: patients.current(who) for who in {who for who, _, _ in reading.not_given}}
    named = {(called[who], day, drug) for who, day, drug in reading.not_given}
    found = [
        (one.patient_id, day)
        for one in store.infusions.list()
        if (one.patient_id, day := one.infused_on[: len("2025-03-01")], one.drug) in named
    ]
    if not found:
        return []
    told = "; ".join(f"{day} of {who!r}" for who, day in found[:_MOST_NAMED])
    more = f" (and {len(found) - _MOST_NAMED} more)" if len(found) > _MOST_NAMED else ""
    who, day = found[0]
    remove = typed_words(["wbc-tracker", "infusion", "remove", day, "--patient", who])
    return [
        f"Not given by this list, but recorded here: {told}{more}. If none took place: {remove}"
    ]


def _removed(nouns: tuple[str, str], removed: int) -> list[str]:
    """Say that a file holds again what the user has removed: it neither comes back nor vanishes
    unsaid.
    """
    if not removed:
        return []
    one, several = nouns
    told = count_words(
        removed,
        f"{one} of it was removed by you and stays",
        f"{several} of it were removed by you and stay",
    )
    return [f"{told} removed: see `wbc-tracker {one} list --removed`."]


def _superseded(counts: Counts) -> list[str]:
    told = [
        count_words(
            counts.withdrawn,
            "value is withdrawn by the laboratory in it",
            "values are withdrawn by the laboratory in it",
        ),
        count_words(
            counts.superseded,
            "added result is replaced or withdrawn by the laboratory and not shown",
            "added results are replaced or withdrawn by the laboratory and not shown",
        ),
        count_words(
            counts.replaced,
            "result of an earlier import is replaced or withdrawn by it and not shown any more",
            "results of earlier imports are replaced or withdrawn by it and not shown any more",
        ),
    ]
    numbers = (counts.withdrawn, counts.superseded, counts.replaced)
    said = [words for words, number in zip(told, numbers, strict=True) if number]
    return [f"{'; '.join(said)}: see `wbc-tracker result list --superseded`."] if said else []


def _filled(filled: int) -> list[str]:
    if not filled:
        return []
    words = count_words(
        filled, "dose that was not known is filled in", "doses that were not known are filled in"
    )
    return [f"{words}."]


def _edited(edited: int) -> list[str]:
    if not edited:
        return []
    words = count_words(
        edited,
        "infusion of it was edited by you and stays",
        "infusions of it were edited by you and stay",
    )
    return [f"{words} as you set it."]


def _redirected(nouns: tuple[str, str], redirected: Sequence[Redirected]) -> list[str]:
    """Say which rows went to another patient than the file names, and which did not and should be
    looked at.
    """
    told = [_still_counts(one) for one in redirected if one.why == "still_counts"]
    redirected = [one for one in redirected if one.why != "still_counts"]
    for one in redirected[:_MOST_NAMED]:
        rows = count_words(one.rows, *nouns)
        if one.why == "renamed":
            went = "goes" if one.rows == 1 else "go"
            told.append(
                f"{one.filed_under!r} is called {one.patient_id!r} now: {rows} of it {went} there."
            )
        else:
            was = (
                "was moved by you and belongs" if one.rows == 1 else "were moved by you and belong"
            )
            told.append(f"{rows} of {one.filed_under!r} {was} to {one.patient_id!r}.")
    more = sum(one.rows for one in redirected[_MOST_NAMED:])
    ids = len(redirected) - _MOST_NAMED
    if more:
        told.append(f"So {count_words(more, *nouns)} of {count_words(ids, 'more id', 'more ids')}.")
    return told


def _still_counts(one: Redirected) -> str:
    takes = "1 row takes" if one.rows == 1 else f"{one.rows} rows take"
    listed = typed_words(["wbc-tracker", "result", "list", "--patient", one.patient_id])
    return (
        f"{takes} back results of {one.filed_under!r}, without naming a value, that you have moved "
        f"to {one.patient_id!r}: there they still count. Look at them with `{listed}`, and remove "
        "what is wrong with `wbc-tracker result remove`."
    )


def _new_patients(new: Sequence[str]) -> list[str]:
    """Count who is new, so that a mistyped id is seen; nobody needs to be told of oneself."""
    if not new or list(new) == [DEFAULT_PATIENT]:
        return []
    more = f" and {len(new) - _MOST_NAMED} more" if len(new) > _MOST_NAMED else ""
    named = ", ".join(new[:_MOST_NAMED])
    return [f"{count_words(len(new), 'new patient', 'new patients')}: {named}{more}."]


def _alike(new: Sequence[str], ids: Sequence[str]) -> list[str]:
    """Name new ids that differ from another one by zeros in front, by case or by spaces only."""
    by_core: dict[str, list[str]] = {}
    for patient_id in ids:
        by_core.setdefault(id_core(patient_id), []).append(patient_id)
    groups = [sorted(by_core[core]) for core in dict.fromkeys(map(id_core, new)) if core in by_core]
    pairs = [group for group in groups if len(group) > 1]
    if not pairs:
        return []
    told = "; ".join(" and ".join(map(repr, group)) for group in pairs[:_MOST_NAMED])
    more = f" (and {len(pairs) - _MOST_NAMED} more)" if len(pairs) > _MOST_NAMED else ""
    # Programs that take an id for a number lose its zeros: the longer one is right.
    shorter, longer = sorted(pairs[0][:2], key=len)
    merge = typed_words(["wbc-tracker", "patients", "merge", shorter, longer])
    return [
        f"Nearly the same id: {told}{more}. They are kept apart; if they are one person: {merge}"
    ]


def conflict_rejects(
    reading: InfusionReading, conflicts: list[tuple[int, Infusion, Infusion]]
) -> pd.DataFrame:
    """Return infusions of a file that contradict the store as rejects, schema.REJECT_COLUMNS."""
    size = len(conflicts)
    return make_rejects(
        reading.file,
        "infusion_conflict",
        lines=pd.array([reading.lines[at] for at, _, _ in conflicts], dtype="int64").to_numpy(),
        column=["infused_on"] * size,
        raw=[f"{given.infused_on} {given.drug} {given.dose_mg}" for _, given, _ in conflicts],
        name=["infusion"] * size,
        detail=[_contradiction(given, existing) for _, given, existing in conflicts],
    )


def _contradiction(given: Infusion, existing: Infusion) -> str:
    return (
        f"{given.drug} {_dose(given)} on {given.infused_on} contradicts {existing.drug} "
        f"{_dose(existing)} on {existing.infused_on}, which is recorded"
    )


def _dose(infusion: Infusion) -> str:
    return "without a dose" if infusion.dose_mg is None else f"{infusion.dose_mg:g} mg"
