"""Every figure of `cohort --format json` a second time: from what `cohort_people` knows, in plain loops.

Written from what the documents say, as that is.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from itertools import pairwise
from statistics import median
from typing import Any

from tables.cohort_people import ANALYTES, CTCAE, GRADES, MONTHLY, REFERENCE, Person, Result
from tables.slow_statistics import kaplan_meier

EDGES = (0, 4, 12, 24, 36, 48, 72, 96, 144, 192, 240, 288, 336, 384, 432, 480)
USUAL_DAYS = {"ocrelizumab": 168, "ocrelizumab_sc": 168, "ublituximab": 168, "rituximab": 182}
ONSETS = ("incident", "prevalent", "not told")


def percent(count: int, whole: int) -> float | None:
    return math.floor(1000 * count / whole + 0.5) / 10 if whole else None


def share(answers: Sequence[bool | None], missing: int) -> dict[str, Any]:
    known = [one for one in answers if one is not None]
    return {
        "count": sum(known),
        "assessable": len(known),
        "missing": missing,
        "percent": percent(sum(known), len(known)),
    }


def quartiles(results: Sequence[tuple[str, float]]) -> dict[str, Any]:
    """Type 7. Of limits: between the quartile of the lowest and that of the highest values that they allow."""
    lowest = sorted((0.0 if sign == "<" else value, sign == ">") for sign, value in results)
    highest = sorted((math.inf if sign == ">" else value, sign != "<") for sign, value in results)
    told: dict[str, Any] = {}
    for name, quarter in (("q1", 0.25), ("median", 0.5), ("q3", 0.75)):
        told[name] = None
        if not results:
            continue
        place = quarter * (len(results) - 1)
        left, rest = math.floor(place), place - math.floor(place)
        ends = [one[left : left + (2 if rest else 1)] for one in (lowest, highest)]
        low, high = (
            end[0][0] if len(end) == 1 or end[0][0] == end[-1][0] else end[0][0] * (1 - rest) + end[-1][0] * rest
            for end in ends
        )
        above, below = any(is_open for _, is_open in ends[0]), not all(closed for _, closed in ends[1])
        if low == high and not above and not below:
            told[name] = {"value": low, "comparator": None}
        elif math.isfinite(high):
            told[name] = {"value": high, "comparator": "<" if below else "<="}
        elif low > 0:
            told[name] = {"value": low, "comparator": ">" if above else ">="}
    return told


def tables_of(people: Sequence[Person], present: set[str]) -> dict[str, Any]:
    """Everything that the document tells of all, or of a group. `present`: analytes of which anybody has results."""
    treated = [one for one in people if one.given]
    analytes = [name for name in ANALYTES if name in present]
    judged = [name for name in analytes if name != "cd19"]
    return {
        "patients": {
            "on_record": len(people),
            "untreated": len(people) - len(treated),
            "treated": len(treated),
            "with_results": sum(bool(one.later) for one in treated),
        },
        "windows": [windows(treated, which, analytes) for which in ("first", "last")],
        "depletion": depletion(treated),
        "reappearance": reappearance(treated),
        "shifts": [
            *(shift("reference", name, treated) for name in judged),
            *(shift("ctcae", name, treated) for name in judged if name in CTCAE),
        ],
        "intervals": intervals(treated),
        "onsets": {name: sum(one.onset == name for one in treated) for name in ONSETS},
        "times": [
            times(treated, origin, event, onset)
            for origin in ("first", "last")
            for event in ("depleted", "reappeared")
            for onset in ("all", *ONSETS)
        ],
    }


def windows(treated: Sequence[Person], which: str, analytes: Sequence[str]) -> dict[str, Any]:
    def values(found: dict[str, list[Result | None]], reached: int) -> list[dict[str, Any]]:
        told = []
        for name, each in found.items():
            known = [(one.sign, one.value) for one in each if one]
            counts = {"n": len(known), "missing": reached - len(known)}
            told.append({"analyte": name, "unit": ANALYTES[name], **counts, **quartiles(known)})
        return told

    rows: list[dict[str, Any]] = []
    if which == "first":
        found: dict[str, list[Result | None]] = {name: [one.baseline(name) for one in treated] for name in analytes}
        weeks = {"window": "baseline", "from_week": None, "to_week": None, "treated_that_long": len(treated)}
        rows.append({**weeks, "values": values(found, len(treated)), "b_cells": None})
    for start, end in pairwise(EDGES):
        span = 7 * start, 7 * end
        reached = sum(one.reached(which, span[0]) for one in treated)
        found = {name: [one.value(name, which, *span) for one in treated] for name in analytes}
        nearest = [(one, one.nearest(which, *span, one.judged)) for one in treated]
        told = [one.judged[day] == "depleted" for one, day in nearest if day is not None]
        drawn = sum(one.nearest(which, *span, [each.day for each in one.later]) is not None for one in treated)
        counted = {"depleted": sum(told), "assessable": len(told), "drawn": drawn}
        rows.append(
            {
                "window": f"{start} to <{end}",
                "from_week": start,
                "to_week": end,
                "treated_that_long": reached,
                "values": values(found, reached),
                "b_cells": {**counted, "percent": percent(sum(told), len(told))},
            }
        )
    outside = [
        sum(one.counts(which, each.day) and one.since(which, each.day) >= 7 * EDGES[-1] for each in one.later)
        for one in treated
    ]
    return {
        "since": which,
        "results_outside": sum(outside),
        "patients_outside": sum(map(bool, outside)),
        "rows": rows,
    }


def depletion(treated: Sequence[Person]) -> dict[str, Any]:
    early: list[bool | None] = []
    sustained: list[bool | None] = []
    mostly: list[bool | None] = []
    ever: list[bool | None] = []
    for one in treated:
        day = one.nearest("first", 70, 113, one.judged)
        early.append(None if day is None else one.judged[day] == "depleted")
        gone = [state == "depleted" for day, state in one.judged.items() if one.since("first", day) >= 14]
        sustained.append(all(gone) if gone else None)
        mostly.append(5 * sum(gone) >= 4 * len(gone) if gone else None)
        ever.append("depleted" in one.judged.values() if one.judged else None)
    told = {}
    for name, answers, opens in (("early", early, 70), ("sustained", sustained, 14), ("mostly", mostly, 14)):
        reached = sum(one.reached("first", opens) for one in treated)
        told[name] = share(answers, reached - len(answers) + answers.count(None))
    return {**told, "ever": share(ever, ever.count(None))}


def reappearance(treated: Sequence[Person]) -> dict[str, Any]:
    seen: list[bool | None] = []
    firsts, lasts, waits, untested = [], [], [], 0
    for one in treated:
        gone = [day for day, state in one.judged.items() if state == "depleted"]
        if not gone:
            continue
        later = [day for day in one.judged if day > gone[0]]
        back = [day for day in later if one.judged[day] == "present"][:1]
        seen.append(bool(back))
        untested += not later
        waits.append((-1, (back or later or gone)[0 if back else -1] - gone[0], bool(back)))
        firsts += [("", float(one.since("first", day))) for day in back]
        lasts += [("", float(one.since("last", day))) for day in back]
    half = [row[0] for row in kaplan_meier(waits) if row[3] <= 0.5 + 1e-12] if waits else []
    return {
        "seen": share(seen, untested),
        "not_seen": seen.count(False),
        "days_since_first_infusion": quartiles(firsts),
        "days_since_last_infusion": quartiles(lasts),
        "kaplan_meier_median_days": half[0] if half else None,
    }


def shift(kind: str, analyte: str, treated: Sequence[Person]) -> dict[str, Any]:
    names, attribute, worst_from = (REFERENCE, "standing", 3) if kind == "reference" else (GRADES, "grade", 4)
    counts = [[0] * len(names) for _ in names]
    no_baseline = no_later = partly = came = better = 0
    for one in treated:
        baseline = one.baseline(analyte)
        later = [getattr(each, attribute) for each in one.later if each.analyte == analyte]
        if baseline is None:
            no_baseline += 1
        elif not later:
            no_later += 1
        else:
            before, worst = getattr(baseline, attribute), max(later)
            counts[before][worst] += 1
            partly += worst > 0 and 0 in later
            if 0 < before < worst_from and worst > 0:
                better, came = better + 1, came + (worst >= worst_from)
    told = {"count": came, "assessable": better, "percent": percent(came, better)}
    return {
        "kind": kind,
        "analyte": analyte,
        "states": list(names),
        "counts": counts,
        "treated": len(treated),
        "no_baseline": no_baseline,
        "no_later": no_later,
        "partly_assessable": partly,
        "newly_worst": {
            "state": "low" if kind == "reference" else "grade 3 or 4",
            **told,
            "missing": sum(map(sum, counts)) - better,
        },
    }


def intervals(treated: Sequence[Person]) -> dict[str, Any]:
    bands: dict[str, tuple[str, list[tuple[Person, bool | None]]]] = {
        "below_minimum": ("under 140 days", []),
        "below_older_minimum": ("140 to 151 days", []),
        "standard": ("standard: 152 days to under usual + 28", []),
        "extended": ("extended: usual + 28 to 363 days", []),
        "interrupted": ("interrupted: 364 days or more", []),
    }
    continuous = 0
    for one in treated:
        for course, following in pairwise(one.courses):
            if MONTHLY in (course[0][1], following[0][1]):
                continuous += 1
                continue
            start, end = course[0][0], following[0][0]
            if end - start < 140:
                band = "below_minimum"
            elif end - start < 152:
                band = "below_older_minimum"
            elif end - start >= 364:
                band = "interrupted"
            else:
                band = "extended" if end - start >= USUAL_DAYS[course[0][1]] + 28 else "standard"
            tested = [day for day in one.judged if start < day <= end]
            known = bool(tested) and end - tested[-1] <= 56
            bands[band][1].append((one, one.judged[tested[-1]] == "depleted" if known else None))
    told = [
        {
            "band": name,
            "words": words,
            "intervals": len(found),
            "patients": len({id(one) for one, _ in found}),
            "depleted_before_next": share([state for _, state in found], [state for _, state in found].count(None)),
        }
        for name, (words, found) in bands.items()
    ]
    return {"bands": told, "open": len(treated), "continuous": continuous}


def times(treated: Sequence[Person], origin: str, event: str, onset: str) -> dict[str, Any]:
    who = [one for one in treated if onset in ("all", one.onset)]
    found = [each for one in who for each in one.outcomes(origin, event)]
    statuses = [each["status"] for each in found]
    observed = [each for each in found if "stop" in each]
    gaps = [
        each["stop"] - each["after"] for each in observed if each["status"] == "events" and each["after"] is not None
    ]
    told: dict[str, Any] = {
        "origin": origin,
        "event": event,
        "onset": onset,
        "counts": "patients" if origin == "first" else "courses",
        "units": len(found),
        "patients": sum(bool(one.outcomes(origin, event)) for one in who),
        "observed": len(observed),
        **{name: statuses.count(name) for name in ("events", "censored", "not_at_risk", "not_observed")},
        "median_gap_days": median(gaps) if gaps else None,
        "median_days": None,
        "median_low": None,
        "median_high": None,
        "at_weeks": [],
        "steps": [],
    }
    if not observed:
        return told
    them = [(each["entry"], each["stop"], each["status"] == "events") for each in observed]
    steps = [dict(zip(("day", "at_risk", "events", *SHARES), row, strict=True)) for row in kaplan_meier(them)]
    for step, end in zip(steps, [*(one["day"] for one in steps[1:]), math.inf], strict=True):
        step["censored"] = sum(not seen and step["day"] <= stop < end for _, stop, seen in them)
        step["entered"] = sum(step["day"] <= entry < end for entry, _, _ in them)
    for name, column in (("median_days", "without"), ("median_low", "low"), ("median_high", "high")):
        for step in reversed(steps):
            # Where nobody is left the lower limit is reached too; an upper one there is not.
            limit = 0.0 if column == "low" and step["without"] <= 1e-12 else step[column]
            if limit <= 0.5 + 1e-12:
                told[name] = step["day"]
    for week in EDGES[1:]:
        if 7 * week <= max(stop for _, stop, _ in them):
            last = [step for step in steps if step["day"] <= 7 * week][-1]
            at_risk = sum(entry < 7 * week <= stop for entry, stop, _ in them)
            told["at_weeks"].append({"week": week, "at_risk": at_risk, **{name: last[name] for name in SHARES}})
    return {**told, "steps": steps}


SHARES = ("without", "low", "high")
