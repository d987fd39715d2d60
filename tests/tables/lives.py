"""Random patients in whom all that the rules speak of happens often: doses, draws and events that hang together.

Everything is drawn from one `random.Random`, patient after patient, so that a seed names the same people for ever.
"""

from __future__ import annotations

import math
import random
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import date, timedelta

import pandas as pd
from reference import Event, Infusion, Result

from tables.labs import CATALOG
from wbc_tracker import schema

#: The latest day that anybody reports on.
LAST_DAY = date(2026, 6, 30)
DRUGS = ("ocrelizumab",) * 4 + ("ocrelizumab_sc", "ublituximab", "rituximab", "ofatumumab", "ofatumumab")
PARTS = {"ocrelizumab": (300.0, 300.0, 600.0), "ublituximab": (150.0, 450.0, 450.0)}
#: Days between doses that straddle the rules: the second half, 20, 24 and 28 weeks, a year.
GAPS = (139, 140, 150, 168, 168, 168, 182, 196, 197, 210, 260, 364, 400)
MONTHLY = (28, 28, 28, 29, 30, 55, 56, 57, 83, 84, 120)
NOTES = ("natalizumab", "Gilenya", "cladribine", "glatiramer acetate", "", "vitamin D")
INTERVALS = {"wbc": (4.0, 11.0), "neutrophils": (1.8, 7.5), "lymphocytes": (0.9, 4.0), "cd19": (100.0, 500.0),
             "igg": (6.0, 16.0), "hemoglobin": (120.0, 160.0), "cd4": (400.0, 1500.0)}  # fmt: skip
STEPS = {"wbc": 0.1, "neutrophils": 0.1, "lymphocytes": 0.01, "cd19": 1.0, "igg": 0.1, "hemoglobin": 1.0, "cd4": 1.0}


@dataclass
class Life:
    """One patient; the traits stay, the rest is chance of the day."""

    patient: str
    results: list[Result] = field(default_factory=list)
    infusions: list[Infusion] = field(default_factory=list)
    events: list[Event] = field(default_factory=list)


def lives(seed: int, number: int) -> list[Life]:
    """So many random patients, p0, p1 ..."""
    rng = random.Random(seed)
    return [_life(rng, f"p{place}") for place in range(number)]


def result_frame(results: Sequence[Result]) -> pd.DataFrame:
    """The results as reading yields them."""
    columns = schema.names(schema.RESULT_COLUMNS)
    texts = [column.name for column in schema.RESULT_COLUMNS if column.type == "text"]
    told = {name: [getattr(result, name, None) for result in results] for name in columns}
    frame = pd.DataFrame(told, columns=columns)
    unit = {name: CATALOG.canonical_unit(name) for name in {result.analyte for result in results}}
    frame["unit"] = [unit[result.analyte] for result in results]
    frame["source_file"], frame["unit_inferred"] = "labs.csv", False
    frame["source_row"] = range(2, len(frame) + 2)
    numbers = dict.fromkeys(("value", "ref_low", "ref_high", "value_step"), "float64")
    return frame.astype(dict.fromkeys(texts, "str") | numbers)


def infusion_frame(infusions: Sequence[Infusion]) -> pd.DataFrame:
    frame = pd.DataFrame(infusions, columns=schema.names(schema.INFUSION_COLUMNS))
    return frame.astype({"patient_id": "str", "infused_on": "str", "drug": "str", "dose_mg": "float64"})


def event_frame(events: Sequence[Event]) -> pd.DataFrame:
    rows = [(n, e.patient_id, e.happened_on, e.kind, e.note) for n, e in enumerate(events, start=1)]
    frame = pd.DataFrame(rows, columns=schema.names(schema.EVENT_COLUMNS))
    return frame.astype({"id": "int64", "patient_id": "str", "happened_on": "str", "kind": "str", "note": "str"})


def _life(rng: random.Random, patient: str) -> Life:
    life = Life(patient)
    first = LAST_DAY - timedelta(days=rng.randrange(-15, 1500))
    if rng.random() < 0.92:
        life.infusions = _doses(rng, patient, first)
    given = [date.fromisoformat(each.infused_on[:10]) for each in life.infusions]
    days = sorted({*_days_before(rng, first), *_days_after(rng, given or [first])})
    _Body(rng, life, given).draw([day for day in days if day <= LAST_DAY])
    _happen(rng, life, first, given or [first], days)
    return life


def _doses(rng: random.Random, patient: str, first: date) -> list[Infusion]:
    drug, day, doses = rng.choice(DRUGS), first, []
    small, second, whole = PARTS.get(drug, (20.0 if drug == "ofatumumab" else 1000.0,) * 3)
    number = rng.choice((1, 2, 2, 3, 4, 5, 6)) + (4 if drug == "ofatumumab" else 0)
    is_split = rng.random() < 0.8
    for place in range(number):
        mg = whole if place > 1 or not is_split else (small, second)[place]
        clock = "T10:00:00" if rng.random() < 0.2 else ""
        doses.append(Infusion(patient, day.isoformat() + clock, drug, None if rng.random() < 0.05 else mg))
        if drug == "ofatumumab":
            gap = (7, 7, 14)[place] if place < 3 and rng.random() < 0.9 else rng.choice(MONTHLY)
        elif place == 0 and drug in PARTS and is_split:
            gap = rng.choice((14, 14, 14, 14, 15, 21, 22, 28, 56, 57, 168))
        else:
            gap = rng.choice(GAPS)
            if rng.random() < 0.05:
                drug = rng.choice(DRUGS)
                small, second, whole = PARTS.get(drug, (20.0 if drug == "ofatumumab" else 1000.0,) * 3)
        day += timedelta(days=gap)
    return doses


def _days_before(rng: random.Random, first: date) -> list[date]:
    choices = (0, 1, 3, 7, 14, 30, 60, 120, 200, 350, 364, 366, 500, 800)
    days = (first - timedelta(days=rng.choice(choices)) for _ in range(rng.choice((0, 1, 1, 2, 2, 2, 3, 3))))
    return list(dict.fromkeys(days))


def _days_after(rng: random.Random, given: list[date]) -> list[date]:
    known = [day for day in given if day <= LAST_DAY] or given[:1]
    choices = (0, 1, 2, 3, 9, 13, 14, 15, 30, 60, 84, 90, 110, 130, 139, 140, 141, 155, 167, 180, 195, 240, 370, 600)
    far = [rng.choice(known) + timedelta(days=rng.choice(choices)) for _ in range(rng.choice((1, 2, 4, 6, 9, 13)))]
    recent = [known[-1] + timedelta(days=rng.choice(choices[:18]))] if rng.random() < 0.5 else []
    return list(dict.fromkeys(far + recent))


def _happen(rng: random.Random, life: Life, first: date, given: list[date], days: list[date]) -> None:
    def add(kind: str, day: date, note: str = "") -> None:
        life.events.append(Event(life.patient, day.isoformat(), kind, note))

    drawn = days or [first]
    for kind in ("steroid", "infection"):
        for _ in range(rng.choice((0, 0, 0, 0, 0, 1, 2))):
            near = rng.choice([*drawn[:3], rng.choice(drawn)])
            add(kind, near - timedelta(days=rng.choice((-1, 0, 1, 5, 20, 21, 22))))
    if rng.random() < 0.15:
        add("other_drug", first - timedelta(days=rng.choice((1, 30, 200, 340, 365, 366, 500))), rng.choice(NOTES))
    if rng.random() < 0.2:
        known = [day for day in given if day <= LAST_DAY] or given
        kind = rng.choice(("stopped", "stopped", "other_drug", "left"))
        last = rng.choice((known[-1], known[-1], rng.choice(known)))
        note = rng.choice(NOTES) if kind == "other_drug" else ""
        add(kind, last + timedelta(days=rng.choice((-3, 0, 1, 20, 90, 250))), note)
        if rng.random() < 0.2:
            add("stopped", known[-1] + timedelta(days=300))
    if rng.random() < 0.1:
        add(rng.choice(("vaccination", "relapse", "other")), rng.choice(drawn))


class _Body:
    """What a laboratory would print of one patient."""

    def __init__(self, rng: random.Random, life: Life, given: list[date]) -> None:
        self.rng, self.life, self.given = rng, life, given
        self.wbc = rng.choice((3.8, 5.5, 6.2, 6.2, 6.5, 7.0, 7.0, 8.5, 11.5))
        self.lymphocytes = rng.choice((0.15, 0.25, 0.3, 0.3, 0.35, 0.6))
        self.share = rng.choice((0.05, 0.10, 0.10, 0.15, 0.25))
        self.decline = rng.choice((0.0, 0.0, 0.0, 0.12, 0.25))  # a year
        self.noise = rng.choice((0.03, 0.1, 0.2))
        self.b_cells = rng.choice(("usual",) * 9 + ("never", "few", "gone before", "slow"))
        self.coarse = rng.choice((None,) * 7 + (5.0, 10.0))
        self.coarse_percent = rng.choice((0.1,) * 5 + (1.0, 0.5))
        self.form = rng.choice(("counts", "counts", "counts", "percent", "both", "few"))
        self.cd19 = rng.choice(("count",) * 6 + ("percent", "both", "both", "either", "either", "none"))
        self.prints = rng.choice((0.0, 0.3, 0.8, 1.0))  # how often an interval is printed
        self.units = rng.choice((("10^9/L",), ("10^9/L", "K/uL"), ("10^9/L", "K/uL"), (None,)))
        self.messy = rng.choice((0.0, 0.0, 0.0, 0.02, 0.1))  # rivals and limits
        self.clock = rng.choice(("", "", "T08:00:00", "mixed"))

    def draw(self, days: list[date]) -> None:
        for day in days:
            clock = self.rng.choice(("", "T07:30:00", "T14:00:00")) if self.clock == "mixed" else self.clock
            self._panel(day, day.isoformat() + clock)

    def _panel(self, day: date, at: str) -> None:
        rng = self.rng
        since = [(day - each).days for each in self.given if each < day]
        years = (since[0] / 365.25) if since else 0.0
        level = math.exp(-self.decline * years) * math.exp(rng.gauss(0, self.noise))
        cells = self.wbc * self.lymphocytes * level  # without B cells
        neutrophils = self.wbc * 0.6 * level * math.exp(rng.gauss(0, self.noise))
        b_cells = self._b_cells(since)
        if rng.random() < 0.08:
            neutrophils *= rng.choice((0.1, 0.3, 0.4, 0.6, 2.5))
        if rng.random() < 0.08:
            cells *= rng.choice((0.1, 0.3, 0.4, 0.6, 2.5))
        if since and since[-1] <= 2:
            cells, neutrophils = cells * 0.5, neutrophils * 1.6
        lymphocytes = cells + b_cells / 1000
        wbc = neutrophils + lymphocytes + 0.5
        self._print("wbc", at, wbc, 0.93 if self.form != "few" else 0.5)
        if self.form in ("counts", "both"):
            self._print("neutrophils", at, neutrophils, 0.85)
            self._print("lymphocytes", at, lymphocytes, 0.85)
        if self.form in ("percent", "both"):
            self._print("neutrophils_pct", at, 100 * neutrophils / wbc, 0.85)
            self._print("lymphocytes_pct", at, 100 * lymphocytes / wbc, 0.85)
        which = rng.choice(("count", "percent")) if self.cd19 == "either" else self.cd19
        at = day.isoformat() + "T09:00:00" if rng.random() < 0.03 else at
        if which in ("count", "both"):
            self._print("cd19", at, b_cells, 0.9)
        if which in ("percent", "both"):
            self._print("cd19_pct", at, min(100 * b_cells / 1000 / lymphocytes, 60), 0.9)
        self._print("cd20", at, 0.0 if since and rng.random() < 0.8 else b_cells, 0.05)
        self._print("igg", at, 7.5 * level, 0.3)
        self._print("hemoglobin", at, 135 * math.exp(rng.gauss(0, 0.05)), 0.15)
        self._print("cd4", at, cells * 500, 0.1)

    def _b_cells(self, since: list[int]) -> float:
        """CD19 per uL on a day."""
        rng = self.rng
        before = 1000 * self.wbc * self.lymphocytes * self.share / (1 - self.share)
        gone, few = rng.choice((0, 1, 3, 8, 9.6)), rng.choice((10, 12, 25, 39))
        back = rng.choice((40, 45, 90, before))
        if self.b_cells == "gone before":
            return gone
        if not since:
            return before if rng.random() < 0.97 else gone
        if self.b_cells == "never":
            return rng.choice((before, back))
        if self.b_cells == "few":
            return rng.choice((few, few, back))
        days = since[-1] if self.b_cells == "usual" else since[-1] + 100
        weights = (85, 10, 5) if days < 140 else (55, 25, 20) if days < 250 else (20, 30, 50)
        return rng.choices((gone, few, back), weights)[0]

    def _print(self, analyte: str, at: str, value: float, chance: float) -> None:
        rng = self.rng
        if rng.random() >= chance:
            return
        step = self.coarse_percent if analyte == "cd19_pct" else STEPS.get(analyte, 0.1)
        step = self.coarse if analyte == "cd19" and self.coarse else step
        value = float(f"{round(value / step) * step:.12g}")
        comparator = None
        if analyte in ("cd19", "cd19_pct") and value < 10 and rng.random() < 0.15:
            comparator = rng.choice(("<", "<", "<="))
            value = rng.choice((1.0, 5.0, 10.0, 20.0, 40.0, 60.0) if analyte == "cd19" else (0.1, 1.0, 2.0, 3.0, 5.0))
        elif rng.random() < self.messy:
            comparator = rng.choice(("<", "<=", ">", ">="))
        low, high, printed = None, None, None
        if analyte in INTERVALS and rng.random() < self.prints:
            low, high = INTERVALS[analyte]
            if rng.random() < 0.1:  # another laboratory
                low, high = rng.choice(((round(low * 1.2, 2), high), (low, None), (None, high)))
            printed = f"{low}-{high}"
            if rng.random() < 0.04:
                low, high, printed = None, None, "see the ages below"
        unit = rng.choice(self.units)
        result = Result(self.life.patient, at, analyte, value, comparator, low, high, unit, printed, step)
        self.life.results.append(result)
        if rng.random() < self.messy:
            other = float(f"{value * rng.choice((0.2, 0.9, 1.1, 3.0)) + step:.12g}")
            self.life.results.append(replace(result, value=other, comparator=None))
