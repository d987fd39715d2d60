"""What a panel says above and below its lines: who is shown, how many need something, what marks
mean.
"""

from __future__ import annotations

from wbc_tracker.catalog import Severity
from wbc_tracker.panel.draws import DrawList
from wbc_tracker.panel.model import Panel
from wbc_tracker.panel.words import cell_marks
from wbc_tracker.wording import count_words

#: What the columns mean.
_COLUMNS = (
    "day: since the last infusion. next: days to it, booked or by the usual interval. last count: "
    "of white cells, neutrophils or lymphocytes."
)
#: What a mark means, told where it occurs.
_MEANINGS = {
    "+": "+1: one more current flag beside the expected ones.",
    "L": "L: below the interval.",
    "H": "H: above the interval.",
    "!": "!: the result has a flag to discuss or an urgent one.",
    "?": "?: the draw has another value too.",
    "*": "*: B cells drawn before the last infusion.",
    "(": "(31w): weeks old; of a count that is older than the last count, of others beyond {weeks} "
    "weeks.",
}


def headline(panel: Panel) -> str:
    """Return who is shown: `3 of 40 patients`."""
    everyone = count_words(panel.patients, "patient", "patients")
    return f"{len(panel.lines)} of {everyone}" if panel.filter_words else everyone


def apart_words(panel: Panel) -> str:
    """Return the heading of those who stand apart; empty if nobody does."""
    if not panel.apart:
        return ""
    return (
        f"Treatment ended, or followed elsewhere: {count_words(panel.apart, 'patient', 'patients')}"
    )


def filter_sentence(panel: Panel) -> str:
    """Return what was asked for, or that nobody fits; empty without filters."""
    if not panel.filter_words:
        return ""
    who = ", and who ".join(panel.filter_words)
    if panel.lines:
        return f"Shown are those who {who}."
    nobody = (
        "The one patient does not fit"
        if panel.patients == 1
        else f"None of the {panel.patients} patients fits"
    )
    return f"{nobody}; shown would be those who {who}."


def summary_sentence(panel: Panel, *, with_options: bool = True) -> str:
    """Return how many of those shown need something, and the options that show them alone if
    everyone is shown.
    """
    severities = [line.severity for line in panel.lines]
    urgent, discuss = severities.count(Severity.URGENT), severities.count(Severity.DISCUSS)
    overdue, labs = (
        sum(line.is_overdue for line in panel.lines),
        sum(bool(line.labs_due) for line in panel.lines),
    )
    hints = (
        ("", "", "")
        if panel.filter_words or not with_options
        else (" (--severity discuss)", " (--overdue)", " (--labs-due)")
    )
    return (
        f"Worst current flag urgent: {urgent}, to discuss: {discuss}{hints[0]}. "
        f"Next infusion overdue: {overdue}{hints[1]}. Labs due before it: {labs}{hints[2]}."
    )


def counts_sentence(panel: Panel) -> str:
    """Return the clinic in counts: who is on treatment, their B cells, their IgG; and how many
    stand apart. Empty where some are chosen.
    """
    if panel.filter_words or not panel.lines:
        return ""
    told = panel.counts
    weeks, figure = f"{panel.current_weeks:g}", f"{panel.igg_figure:g}"
    sentences = []
    if told.on_treatment:
        sentences = [
            f"On treatment: {told.on_treatment}.",
            f"B cells of the last {weeks} weeks: depleted {told.depleted}, few {told.few}, present "
            f"{told.present}, not known {told.b_cells_unknown}.",
            f"IgG of the last year: below {figure} g/L {told.igg_very_low}, else below its "
            f"interval {told.igg_low}, not below {told.igg_not_low}, not known "
            f"{told.igg_unknown}.",
        ]
    if told.apart:
        sentences.append(f"Treatment ended, or followed elsewhere: {told.apart}.")
    return " ".join(sentences)


def legend_words(panel: Panel, *, with_options: bool = True) -> str:
    """Return what the columns and the marks that occur mean, as one text; and the option that
    shows one patient.
    """
    marks = {
        mark for line in panel.lines for cell in line.cells.values() for mark in cell_marks(cell)
    }
    marks |= {"+"} if any(line.further_flags for line in panel.lines) else set()
    told = [meaning for mark, meaning in _MEANINGS.items() if mark in marks]
    if panel.news_since:
        told.append(
            f"new, worse: a flag that did not stand, or was milder, before the imports of "
            f"{panel.news_since}, judged as of the same day."
        )
    words = " ".join((_COLUMNS, *told, *(("One patient: --patient ID.",) if with_options else ())))
    return words.format(weeks=f"{panel.current_weeks:g}")


def draws_headline(listed: DrawList) -> str:
    """Return what is listed: `12 blood draws of 40 patients`."""
    draws = count_words(len(listed.draws), "blood draw", "blood draws")
    return f"{draws} of {count_words(listed.patients, 'patient', 'patients')}"


def draws_sentences(listed: DrawList) -> list[str]:
    """Return whose draws these are, and who has none although one might look for it."""
    told = []
    if listed.filter_words:
        told.append(f"Of those who {', and who '.join(listed.filter_words)}.")
    told.append(
        "From the day that is told on, the tests are recent enough for the next infusion. Who has "
        "recent tests, a drug given every few weeks, or an ended treatment is not listed."
    )
    if listed.overdue:
        are = "is" if listed.overdue == 1 else "are"
        late = count_words(listed.overdue, "patient", "patients")
        told.append(
            f"{late} whose planned infusion is past {are} not listed; --overdue shows who is past "
            "it by two weeks or more."
        )
    return [*told, *listed.notes, *listed.own_words]
