"""The pattern's code for one patient on one day: the first of the five that holds (design, section 4)."""

from __future__ import annotations

from datetime import timedelta

from reference.b_cells import STATES, fell_90_percent, is_b_cells, is_cd19, is_depleted, own_state
from reference.baselines import rule_baseline, series_of, state_of, usual_before
from reference.courses import ending_of, is_continuous
from reference.model import Event, Infusion, Row, day_of, days_between, in_steroid_window, on_treatment
from reference.rules import COUNTS, Patient, change_of_t_and_nk_cells, counted_change, is_broad_fall
from reference.trends import trend_of

WEEKS_26 = 182


def patient_of(rows: list[Row], events: list[Event], as_of: str) -> Patient:
    happened = [event for event in events if days_between(event.happened_on, as_of) >= 0]
    return Patient(rows, happened, {name for name in COUNTS if trend_of(name, rows).verdict == "falling"})


def counted_changes(rows: list[Row], events: list[Event], *, as_of: str) -> list[tuple[str | None, str | None]]:
    """What the rules count of each row, and on lymphocytes of T and NK cells."""
    patient = patient_of(rows, events, as_of)
    return [
        (
            counted_change(row, patient),
            change_of_t_and_nk_cells(row, patient) if row.result.analyte == "lymphocytes" else None,
        )
        for row in rows
    ]


def broad_falls(rows: list[Row], events: list[Event], *, as_of: str) -> list[Row]:
    """The rows of one patient that show that more than the B cells fell."""
    patient = patient_of(rows, events, as_of)
    return [row for row in rows if row.result.analyte in COUNTS and is_broad_fall(row, patient)]


def pattern_code(rows: list[Row], infusions: list[Infusion], events: list[Event], *, as_of: str) -> str:
    """The code of one patient, whose annotated results up to that day, infusions and events these are."""
    patient = patient_of(rows, events, as_of)
    given = [infusion for infusion in infusions if days_between(infusion.infused_on, as_of) >= 0]
    booked = [infusion for infusion in infusions if 0 > days_between(infusion.infused_on, as_of) >= -400]
    ending = ending_of(patient.events, given, booked)
    if ending and ending.kind != "left":
        return "after_treatment"
    day = b_cell_day(patient)
    counts = judged_counts(patient, day, as_of)
    broad = [[is_broad_fall(row, patient) for row in rivals] for rivals in counts.values()]
    if any(all(each) for each in broad):
        return "differs"
    if not given or not day or any(any(each) for each in broad):
        return "not_assessable"
    before = [row for row in rows if is_cd19(row.result) and row["phase"] == "pre_treatment"]
    state = state_of(day[0], rows, patient.events)
    if state is None or rivals_decide(state, day, patient) or any(is_depleted(row, rows) for row in before):
        return "not_assessable"
    if not knows_white_cells_before(patient) or "wbc" not in counts or counts["wbc"][0].result.comparator:
        return "not_assessable"
    if not counts["wbc"][0]["ref_flag"]:  # no interval that could be read: unknown is not normal
        return "not_assessable"
    return code_by_b_cells(state, day, patient)


def b_cell_day(patient: Patient) -> list[Row]:
    """The B-cell results of the latest day on treatment with a CD19, or a CD20 that proves B cells.

    B cells that are there less than 14 days after an infusion prove nothing: such a day is passed over.
    """
    tells = [row for row in patient.rows if is_b_cells(row.result) and on_treatment(row)]
    tells = [row for row in tells if is_cd19(row.result) or state_alone(row, patient) is not None]
    tells = [row for row in tells if not is_too_early(row, patient)]
    latest = max((day_of(row.result.collected_at) for row in tells), default=None)
    return [row for row in tells if day_of(row.result.collected_at) == latest]


def is_too_early(row: Row, patient: Patient) -> bool:
    state = state_of(row, patient.rows, patient.events)
    return state in ("few", "present") and row["days_since_infusion"] < 14


def judged_counts(patient: Patient, b_cells: list[Row], as_of: str) -> dict[str, list[Row]]:
    """Each count's latest results outside the steroid window, with rivals.

    They are at most 26 weeks older than the day of the report, or than the B-cell draw. Without a B-cell draw a record
    that ends before that is judged by its end.
    """
    taken = [row for row in patient.rows if row.result.analyte in COUNTS and row["course"] >= 1]
    since = day_of(as_of)
    if b_cells:
        since = min(since, day_of(b_cells[0].result.collected_at))
    since -= timedelta(days=WEEKS_26)
    latest = max((day_of(row.result.collected_at) for row in taken), default=since)
    if not b_cells and latest < since:
        since = latest - timedelta(days=WEEKS_26)
    counts = {}
    for name in COUNTS:
        usable = [row for row in series_of(taken, name) if not in_steroid_window(row)]
        if usable:
            at = usable[-1].result.collected_at
            if day_of(at) >= since:
                counts[name] = [row for row in usable if row.result.collected_at == at]
    return counts


def knows_white_cells_before(patient: Patient) -> bool:
    """A WBC from before treatment that is neither high nor drawn after a steroid, an infection or another drug?"""
    base = rule_baseline("wbc", patient.rows, patient.events)
    if base is None or base.kind != "pre_treatment" or base.row["ref_flag"] == "high":
        return False
    return not {"after_steroid", "after_infection", "after_other_drug"} & set(base.notes)


def rivals_decide(state: str, day: list[Row], patient: Patient) -> bool:
    """Does the state of the day rest on nothing but values of draws of which another value means another state?

    A derived count says no more than its percentage.
    """
    deciding = [row for row in day if state_alone(row, patient) == STATES.index(state)]
    printed = [row for row in deciding if not row.result.derivation] or deciding
    return all(has_rival_state(row, day, patient) for row in printed)


def has_rival_state(row: Row, day: list[Row], patient: Patient) -> bool:
    draw = (row.result.analyte, row.result.collected_at)
    rivals = [other for other in day if (other.result.analyte, other.result.collected_at) == draw]
    return any(state_alone(rival, patient) != state_alone(row, patient) for rival in rivals)


def state_alone(row: Row, patient: Patient) -> int | None:
    return own_state(row.result, usual_before(row.result, patient.rows, patient.events))


def code_by_b_cells(state: str, day: list[Row], patient: Patient) -> str:
    """The codes that rest on the B-cell state of the latest day, given that nothing fell broadly."""
    row = day[0]
    was_depleted = any(
        other["depletion"] == "depleted" and days_between(other.result.collected_at, row.result.collected_at) > 0
        for other in patient.rows
    )
    long_phase = row["phase"] in ("extended", "interrupted")
    late = row["days_since_infusion"] >= 56 if is_continuous(row["drug"]) else row["day_of_course"] >= 140
    if state == "depleted":
        return "as_described"
    if long_phase or (was_depleted and late):
        return "returning"
    if state == "few" and (was_depleted or fell_by_90_percent(day, patient)):
        return "as_described"
    return "differs"


def fell_by_90_percent(day: list[Row], patient: Patient) -> bool:
    """Does a CD19 of the day that shows a state lie at least 90 % below a usual one from before treatment?"""
    known = [row.result for row in day if state_alone(row, patient) is not None]
    return any(fell_90_percent(each, usual_before(each, patient.rows, patient.events)) for each in known)
