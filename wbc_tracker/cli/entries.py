"""Entries by hand: whose they are, which drug they name, and a question where one may not be meant.

Without a terminal there is nobody to ask, and what would be asked is refused unless `--yes` is
given.
"""

from __future__ import annotations

import sys
from collections.abc import Sequence
from typing import TYPE_CHECKING

import typer

from wbc_tracker.cli.clock import check_moment
from wbc_tracker.cli.output import remark
from wbc_tracker.errors import Option, UsageError
from wbc_tracker.near import ids_like, meant_words, nearest
from wbc_tracker.wording import count_words, visible

if TYPE_CHECKING:
    from wbc_tracker.store import Store


def make_sure(
    question: str,
    *,
    yes: bool,
    refusal: str,
    hint: str,
    settled_by: Sequence[Option] = (),
) -> None:
    """Go on if the user says so, now or with `--yes`.

    Args:
        question: what is asked on a terminal. yes: the answer is given already.
        refusal, hint: what is said where nobody can be asked. settled_by: options of which one
            may have been meant instead; `--yes` is typed by whoever knows, and not pasted.

    Raises:
        UsageError: nobody can be asked.
        typer.Abort: the answer is no.
    """
    if yes:
        return
    if not (sys.stdin and sys.stdin.isatty()):
        raise UsageError(refusal, hint, settled_by=settled_by)
    typer.confirm(visible(question), abort=True, err=True)


def patient_for(store: Store, chosen: str | None, *, yes: bool) -> str:
    """Return whose an entry by hand is: the chosen one, else `me`, unless the store knows only
    other people. Before an entry makes a second person, the user is asked.

    Args:
        store: who is known. chosen: with `--patient`. yes: a new person is meant.

    Raises:
        UsageError: it does, or nobody can be asked; what belongs to one person must not make
            another.
    """
    from wbc_tracker.schema import DEFAULT_PATIENT

    known = store.patients.ids()
    if chosen is not None:
        chosen = whose(store, chosen)
        if chosen not in known:
            _refuse_erased(store, chosen)
        if known and chosen not in known:
            near = ids_like(chosen, known)
            meant = meant_words(near)
            make_sure(
                f"There is no patient {chosen!r} yet.{meant} Add {chosen!r} as a new one?",
                yes=yes,
                refusal=f"There is no patient {chosen!r} in the store.{meant}",
                hint="Add --yes if this is a new patient.",
                settled_by=[("--patient", name) for name in near],
            )
        return chosen
    if (renamed := whose(store, None)) in known:
        return renamed
    _refuse_erased(store, DEFAULT_PATIENT)
    if known:
        told = known[0] if len(known) == 1 else f"{len(known)} people"
        raise UsageError(
            f"Whose is this? The store holds {told}, and nobody called {DEFAULT_PATIENT!r}.",
            f"Say so with --patient, e.g. --patient {known[0]}.",
            settled_by=[("--patient", known[0])] if len(known) == 1 else (),
        )
    return DEFAULT_PATIENT


def whose(store: Store, chosen: str | None) -> str:
    """Return the patient of an id, else `me`, as called now, and say so where that is another
    name.
    """
    from wbc_tracker.schema import DEFAULT_PATIENT

    asked = DEFAULT_PATIENT if chosen is None else chosen
    now = store.patients.current(asked)
    if now != asked:
        remark(visible(f"{asked!r} is called {now!r} now."))
    return now


def _refuse_erased(store: Store, patient: str) -> None:
    """Refuse an entry of somebody who was erased.

    Raises:
        UsageError: naming what lets him in again.
    """
    if store.patients.are_erased([patient]):
        raise UsageError(
            f"The patient {patient!r} was erased, and nothing of that id is taken in.",
            "If it shall be taken in again:",
            commands=[("patients", "restore", patient)],
        )


def drug_for(text: str, dose: float | None) -> str:
    """Return the drug of a name and, of ocrelizumab, of the one dose that is given under the skin.

    Raises:
        UsageError: it is not known, or the dose cannot be one of it.
    """
    from wbc_tracker.catalog import load_drugs
    from wbc_tracker.catalog.fold import fold_name

    drugs = load_drugs()
    known = {
        fold_name(name): drug.id
        for drug in drugs.values()
        for name in (drug.id, drug.name, *drug.synonyms)
    }
    if fold_name(text) not in known:
        ids = {name: drug.id for drug in drugs.values() for name in (drug.id, *drug.synonyms)}
        meant = dict.fromkeys(ids[name] for name in nearest(text, ids))
        raise UsageError(
            f"The drug {text!r} is not known.{meant_words(meant)}",
            f"Known are {', '.join(drugs)} and their brand names.",
        )
    drug = drugs[known[fold_name(text)]]
    under_skin = drugs["ocrelizumab_sc"]
    if drug.id == "ocrelizumab" and dose in under_skin.usual_doses_mg:
        remark(f"{dose:g} mg: taken for {under_skin.name}.")
        return under_skin.id
    if doubt := "" if dose is None else drug.doubt_dose(dose):
        raise UsageError(f"{doubt}.", "Correct --dose, or leave it out.")
    return drug.id


def question_unit(doubt: str, *, yes: bool) -> None:
    """Ask whether a value is in the unit it is given in.

    Raises:
        UsageError: nobody can be asked.
    """
    make_sure(
        f"{doubt} Add it all the same?",
        yes=yes,
        refusal=doubt,
        hint="Check the unit; add --yes if it is right. Nothing was added.",
    )


def question_drug(note: str, *, yes: bool) -> None:
    """Ask which drug it was where the note of another drug names none: only a drug that is known
    ends the treatment.

    Raises:
        UsageError: nobody can be asked.
    """
    from wbc_tracker.catalog import load_catalog
    from wbc_tracker.catalog.naming import find_ms_drug

    if find_ms_drug(note, load_catalog()) is None:
        make_sure(
            "Which drug? No drug of MS that is known is named, so treatment is not taken as ended. "
            "Record it all the same?",
            yes=yes,
            refusal="Which drug? The note names no drug of MS that is known, so treatment would "
            "not be taken as ended.",
            hint="Name it, e.g. --note natalizumab; add --yes if it is none of MS.",
        )


def question_booking(days: Sequence[str], today: str, *, yes: bool) -> None:
    """Ask whether infusions far ahead are booked: a slip of the year looks so.

    Raises:
        UsageError: nobody can be asked.
    """
    from wbc_tracker.catalog.infusion_lists import latest_booking

    far = [day for day in days if day > latest_booking(today)]
    if far:
        lie, them = ("is", "it") if len(far) == 1 else ("are", "they")
        told = f"{' and '.join(far)} {lie} more than two years ahead."
        make_sure(
            f"{told} {lie.capitalize()} {them} booked?",
            yes=yes,
            refusal=told,
            hint=f"Correct the date, or add --yes if {them} {lie} booked.",
        )


def moments_of(texts: Sequence[str]) -> list[str]:
    """Return dates typed together, as `clock.check_moment` does.

    Raises:
        UsageError: one is no date, or two of them are of one day; every one that is wrong is named.
    """
    moments: list[str] = []
    problems: list[UsageError] = []
    for text in texts:
        try:
            moments.append(check_moment(text))
        except UsageError as problem:
            problems.append(problem)
    days = [moment[:10] for moment in moments]
    twice = [day for day in dict.fromkeys(days) if days.count(day) > 1]
    problems += [UsageError(f"{day} stands there twice.", "Name each date once.") for day in twice]
    if not problems:
        return moments
    if len(texts) == 1:
        raise problems[0]
    raise UsageError(
        f"Nothing was recorded: {count_words(len(problems), 'date', 'dates')} of {len(texts)} "
        f"{'is' if len(problems) == 1 else 'are'} wrong.",
        details=[f"{problem.message} {problem.hint}" for problem in problems],
    )
