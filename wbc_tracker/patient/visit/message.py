"""A message of three lines for the clinic: what stands, what is due next, the first question."""

from __future__ import annotations

from collections.abc import Sequence

from wbc_tracker.catalog import Catalog, Severity
from wbc_tracker.patient.messages import result_words, unit_doubt_words
from wbc_tracker.patient.model import PatientReport
from wbc_tracker.patient.questions import questions_of
from wbc_tracker.patient.result_lines import ResultLine
from wbc_tracker.patient.visit.due import due_words
from wbc_tracker.wording import date_words, with_capital

#: Portals cut longer ones, and nobody reads them.
MOST_CHARACTERS = 500


def message_lines(patient: PatientReport, as_of: str, catalog: Catalog) -> list[str]:
    """Return the lines, without codes; what is least needed goes where they get too long.

    Args:
        patient: with all results, whatever else is shown of them. as_of: ISO date.
        catalog: sentences.
    """
    urgent = _urgent(patient)
    sentence = _urgent_words(patient, urgent, catalog) if urgent else _first(patient, catalog)
    values = "" if urgent else _values_words(patient, sentence, catalog)
    due = due_words(patient, catalog)
    questions = [question.text for question in questions_of(patient)]
    if urgent:
        questions = [catalog.insert("message_urgent_question")]
    asked = [catalog.insert("message_question", question=text) for text in questions[:1]]
    told = catalog.insert("message_sentence", as_of=as_of, sentence=sentence)
    versions = (
        [f"{told}{values}", " ".join(due), *asked],
        [f"{told}{values}", due[0], *asked],
        [told, due[0], *asked],
    )
    fitting = (lines for lines in versions if len("\n".join(lines)) <= MOST_CHARACTERS)
    return next(fitting, versions[-1])


def _urgent(patient: PatientReport) -> list[ResultLine]:
    """Return the results on which an urgent flag stands, a count once."""
    found = {
        flag.result.analyte.count_id: flag.result
        for flag in reversed(patient.flags)
        if flag.result and flag.current and flag.severity == Severity.URGENT
    }
    return list(reversed(found.values()))


def _urgent_words(patient: PatientReport, urgent: Sequence[ResultLine], catalog: Catalog) -> str:
    """Name what is urgent, what casts doubt on it, and the step of the most urgent."""
    step = next(
        flag.next_step for flag in patient.flags if flag.current and flag.result is urgent[0]
    )
    doubt = "".join(unit_doubt_words(result, catalog) for result in urgent)
    if any(result.has_flag("conflicting_result") for result in urgent):
        doubt += catalog.insert("message_rival")
    counts = _counts_words(urgent)
    return catalog.insert("message_urgent", counts=counts, doubt=doubt, step=step)


def _first(patient: PatientReport, catalog: Catalog) -> str:
    """Return the first sentence of the report; of a broad fall without the grades."""
    broad = patient.pattern.broad
    if not broad:
        return patient.pattern.sentences[0]
    counts = " and ".join(
        f"{one.analyte.name} ({result_words(one)} on {_day(one)})" for one in broad
    )
    return with_capital(catalog.insert("message_broad", counts=counts))


def _counts_words(results: Sequence[ResultLine]) -> str:
    """Return `neutrophils 0.40 10^9/L on 2026-10-16`, of several joined by commas."""
    return ", ".join(f"{one.analyte.name} {result_words(one)} on {_day(one)}" for one in results)


def _day(result: ResultLine) -> str:
    return date_words(result.collected_at)[:10]


def _values_words(patient: PatientReport, sentence: str, catalog: Catalog) -> str:
    """Name the values that the sentence rests on and does not name itself, with their day."""
    days: dict[str, list[str]] = {}
    for result in patient.pattern.results:
        if result_words(result) not in sentence:
            told = f"{result.analyte.name} {result_words(result)}"
            days.setdefault(_day(result), []).append(told)
    if days:
        values = ", ".join(f"{', '.join(told)} on {day}" for day, told in days.items())
        return catalog.insert("message_values", values=with_capital(values))
    day = patient.pattern.collected_at
    if day is None or day[:10] in sentence:
        return ""
    return catalog.insert("message_state", date=day[:10])
