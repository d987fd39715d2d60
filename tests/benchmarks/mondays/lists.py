"""Every list of the program held against the truth; a difference is a sentence."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from datetime import timedelta
from functools import partial

from mondays.people import TODAY
from mondays.program import Program
from mondays.truth import Truth

Truths = Mapping[str, Truth]
_LOW_IGG = "low_immunoglobulin:igg"


def _has_flag(flag: str, one: Truth) -> bool:
    return flag in one.flags(one.results)


#: Options of a worklist -> who belongs there.
WORKLISTS: dict[tuple[str, ...], Callable[[Truth], bool]] = {
    ("--overdue",): lambda one: one.is_overdue,
    ("--labs-due",): lambda one: bool(one.labs_due),
    ("--new",): lambda one: one.is_new,
    **{
        ("--flag", flag): partial(_has_flag, flag)
        for flag in (_LOW_IGG, "late_onset_neutropenia", "critical_value", "b_cells_not_depleted")
    },
    ("--overdue", "--flag", _LOW_IGG): lambda one: one.is_overdue and _has_flag(_LOW_IGG, one),
}
_DOSES = ("last_dose", "second_last_dose", "third_last_dose")
_ANALYTES = ("wbc", "neutrophils", "lymphocytes", "cd19", "igg")


def compare_worklists(program: Program, truths: Truths) -> Iterable[str]:
    """Yield what is wrong with each worklist, as CSV and as JSON."""
    for options, belongs in WORKLISTS.items():
        wanted, name = {who for who, one in truths.items() if belongs(one)}, " ".join(options)
        yield from _compare_sets(name, wanted, set(program.lines(*options, told=f"report {name}")))
        told = program.json("report", *options, "--as-of", str(program.day))
        yield from _compare_sets(f"{name} as JSON", wanted, {one["patient_id"] for one in told["patients"]})


def compare_lines(program: Program, truths: Truths) -> Iterable[str]:
    """Yield each cell of the panel that is wrong."""
    lines = program.lines(told="report: the panel")
    yield from _compare_sets("the panel", set(truths), set(lines))
    for who in sorted(set(lines) & set(truths)):
        for column, wanted in _wanted(truths[who]).items():
            if lines[who][column] != wanted:
                yield f"the panel, {who}, {column}: {lines[who][column]!r}, in truth {wanted!r}"


def _wanted(one: Truth) -> dict[str, str]:
    """Return the cells of a patient's line."""
    last, to_next = one.last_dose, one.days_to_next
    cells = {
        "drug": one.drug if last else "",
        "last_infusion_on": str(last or ""),
        "days_since_infusion": str((TODAY - last).days) if last else "",
        "next_infusion_on": "" if to_next is None else str(TODAY + timedelta(to_next)),
        "days_to_next_infusion": "" if to_next is None else str(to_next),
        "next_infusion_kind": "" if to_next is None else "recorded" if one.booked else "planned",
        "overdue": "yes" if one.is_overdue else "no",
        "labs_due": one.labs_due,
        "ended_by": one.ended_by,
        "last_count_on": str(max(each.day for each in one.results if each.analyte == "wbc")),
    }
    for analyte in _ANALYTES:
        latest = one.latest(analyte)
        cells[f"{analyte}_on"] = str(latest.day) if latest else ""
        cells[analyte] = f"{latest.number:g}" if latest else ""
        cells[f"{analyte}_comparator"] = latest.comparator if latest else ""
    return cells | _doses_wanted(one)


def _doses_wanted(one: Truth) -> dict[str, str]:
    """Return the cells of the last doses."""
    cells = {}
    for place, name in enumerate(_DOSES):
        found = one.doses_before[place : place + 1]
        on, interval, cd19 = found[0] if found else ("", None, None)
        cells[f"{name}_on"], cells[f"{name}_interval_days"] = str(on), "" if interval is None else str(interval)
        before = f"cd19_before_{name}"
        cells[before], cells[f"{before}_comparator"] = (f"{cd19.number:g}", cd19.comparator) if cd19 else ("", "")
        cells[f"{before}_on"] = str(cd19.day) if cd19 else ""
    return cells


def compare_draws(program: Program, truths: Truths) -> Iterable[str]:
    """Yield what is wrong with the next draws, as CSV and as a calendar."""
    words = ("report", "--draws", "--as-of", str(program.day))
    rows = program.run(*words, "--format", "csv", told="report --draws").splitlines()[1:]
    cells = [row.split(",") for row in rows]
    wanted = {(who, *one.draw) for who, one in truths.items() if one.draw}
    told = {(who, on, tests, infusion) for _, on, who, tests, infusion, *_ in cells}
    yield from _compare_sets("--draws", {" ".join(each) for each in wanted}, {" ".join(each) for each in told})
    calendar = program.run(*words, "--format", "ics").splitlines()
    days = Counter(line.partition(":")[2] for line in calendar if line.startswith("DTSTART"))
    if days != Counter(each[1].replace("-", "") for each in wanted):
        yield f"--draws as a calendar: {days.total()} days, in truth {len(wanted)}"


def compare_counts(program: Program, truths: Truths) -> Iterable[str]:
    """Yield each count of the clinic that is wrong."""
    told = program.json("report", "--as-of", str(program.day), told="report --format json")["clinic"]
    goes_on = [one for one in truths.values() if one.doses and not one.ended_by]

    def share(kinds: Iterable[str], of: Callable[[Truth], str]) -> dict[str, int]:
        return {kind: sum(of(one) == kind for one in goes_on) for kind in kinds}

    wanted = {
        "on_treatment": len(goes_on),
        "b_cells": share(("depleted", "few", "present", "unknown"), lambda one: one.b_cells),
        "igg": share(("very_low", "low", "not_low", "unknown"), lambda one: one.igg),
        "overdue": sum(one.is_overdue for one in truths.values()),
        "labs_due": sum(bool(one.labs_due) for one in truths.values()),
        "ended": sum(bool(one.ended_by) for one in truths.values()),
    }
    for count, number in wanted.items():
        if told[count] != number:
            yield f"counts, {count}: {told[count]}, in truth {number}"


def compare_stored(program: Program, truths: Truths) -> Iterable[str]:
    """Yield what is wrong with the lists of patients, infusions and results."""
    listed = program.run("patients", "list").splitlines()
    told = {line.partition(":")[0].partition(" (")[0] for line in listed if "result" in line}
    yield from _compare_sets("patients list", set(truths), told)
    doses = {(who, str(one.day), one.drug, one.mg) for who, truth in truths.items() for one in truth.doses}
    doses |= {(who, str(one.booked), one.drug, _mg(one)) for who, one in truths.items() if one.booked}
    rows = program.run("infusion", "list", "--format", "csv").splitlines()[1:]
    yield from _compare_sets(
        "infusion list", {" ".join(dose) for dose in doses}, {row.replace(",", " ") for row in rows}
    )
    results = {f"{who} {one.day} {one.analyte}" for who, truth in truths.items() for one in truth.results}
    cells = [row.split(",") for row in program.run("result", "list", "--format", "csv").splitlines()]
    at = [cells[0].index(name) for name in ("patient_id", "collected_at", "analyte")]
    yield from _compare_sets("result list", results, {" ".join(row[place] for place in at) for row in cells[1:]})


def _mg(one: Truth) -> str:
    return one.doses[-1].mg


def _compare_sets(name: str, wanted: set[str], told: set[str]) -> Iterable[str]:
    for what, extra in (("too many", told - wanted), ("missing", wanted - told)):
        if extra:
            shown = ", ".join(sorted(extra)[:8])
            yield f"{name}: {len(extra)} {what} (of {len(wanted)}): {shown}"
