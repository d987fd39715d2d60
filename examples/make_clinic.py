"""Write the invented clinic panel: clinic_labs.csv and clinic_infusions.csv.

Nobody in these files exists. Forty made-up patients, clinic-01 to clinic-40, are followed up to 2026-11-23.
What is special about each stands in `STORIES`; everything else comes from a small model of a blood count:
white cells = neutrophils + lymphocytes + the rest, lymphocytes = B cells + the others. B cells vanish after
the first dose and come back when doses stop, immunoglobulins fall slowly, every value wobbles a little.

Only `random()` of the standard generator is used, seeded once per patient: the files come out the same on
every machine, and a changed story leaves the other patients as they were.
"""

from __future__ import annotations

import argparse
import csv
import math
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import chain
from pathlib import Path
from random import Random

AS_OF = date(2026, 11, 23)
SEED = 20261123
RETURN_FROM_DAY, RETURN_PER_DAY = 185, 0.45  # B cells after the last dose: first day, cells/uL per day
LAB_HEADER = "patient_id collected_at analyte value unit ref_low ref_high"
INFUSION_HEADER = "patient_id infused_on drug dose_mg"

Draw = tuple[date, bool]  # its day, and whether the panel is the full one
Row = tuple[str, ...]
Values = dict[str, float]  # analyte: value in 10^9/L, /uL, g/L or %

# drug: the parts of the first course as (day, mg), the days between courses, the mg of every later dose
REGIMENS = {
    "ocrelizumab": (((0, 300), (14, 300)), 168, 600),
    "ocrelizumab_sc": (((0, 920),), 168, 920),
    "rituximab": (((0, 1000), (14, 1000)), 182, 500),
    "ofatumumab": (((0, 20), (7, 20), (14, 20)), 28, 20),
    "ublituximab": (((0, 150), (14, 450)), 168, 450),
}


@dataclass(frozen=True)
class LabTest:
    """How a laboratory prints an analyte; `factor` converts from 10^9/L, /uL, g/L or %."""

    name: str
    unit: str
    ref_low: str
    ref_high: str
    decimals: int = 0
    factor: float = 1.0

    def cells(self, value: float) -> Row:
        """Return name, value, unit and interval as printed; B cells below the last digit as a limit."""
        limit = 10.0**-self.decimals
        below = self.name.startswith("CD19") and value < limit
        printed = f"{limit if below else value * self.factor:.{self.decimals}f}"
        return self.name, f"<{printed}" if below else printed, self.unit, self.ref_low, self.ref_high


SI_LAB = {
    "wbc": LabTest("WBC", "10^9/L", "4.0", "11.0", 1),
    "neutrophils": LabTest("Neutrophils", "10^9/L", "2.0", "7.5", 2),
    "lymphocytes": LabTest("Lymphocytes", "10^9/L", "1.0", "4.0", 2),
    "neutrophils_pct": LabTest("Neutrophils %", "%", "40", "80", 1),
    "lymphocytes_pct": LabTest("Lymphocytes %", "%", "20", "40", 1),
    "hemoglobin": LabTest("Hemoglobin", "g/L", "115", "165"),
    "platelets": LabTest("Platelets", "10^9/L", "150", "400"),
    "cd19": LabTest("CD19", "/uL", "100", "500"),
    "cd19_pct": LabTest("CD19 %", "%", "6", "19", 1),
    "cd3": LabTest("CD3", "/uL", "700", "2100"),
    "cd4": LabTest("CD4", "/uL", "300", "1400"),
    "cd8": LabTest("CD8", "/uL", "200", "900"),
    "igg": LabTest("IgG", "g/L", "6.0", "16.0", 1),
    "iga": LabTest("IgA", "g/L", "0.80", "4.00", 2),
    "igm": LabTest("IgM", "g/L", "0.50", "2.00", 2),
}
US_LAB = SI_LAB | {
    "wbc": LabTest("WBC", "K/uL", "4.0", "10.5", 1),
    "neutrophils": LabTest("Neutrophils", "K/uL", "1.80", "7.70", 2),
    "lymphocytes": LabTest("Lymphocytes", "K/uL", "1.00", "4.80", 2),
    "hemoglobin": LabTest("Hemoglobin", "g/dL", "11.7", "16.5", 1, 0.1),
    "platelets": LabTest("Platelets", "K/uL", "150", "400"),
    "igg": LabTest("IgG", "mg/dL", "600", "1640", 0, 100),
    "iga": LabTest("IgA", "mg/dL", "70", "400", 0, 100),
    "igm": LabTest("IgM", "mg/dL", "50", "300", 0, 100),
}
US_CELLS_LAB = US_LAB | {
    "wbc": LabTest("WBC", "10^3/uL", "3.8", "10.8", 1),
    "neutrophils": LabTest("Neutrophils", "cells/uL", "1500", "7800", 0, 1000),
    "lymphocytes": LabTest("Lymphocytes", "cells/uL", "850", "3900", 0, 1000),
    "platelets": LabTest("Platelets", "10^3/uL", "140", "400"),
}
LABS = {"si": SI_LAB, "us": US_LAB, "us_cells": US_CELLS_LAB}


@dataclass(frozen=True)
class Story:
    """One invented patient; what is left out is usual: dosed on schedule, depleted, followed up to now."""

    start: str = ""  # the first dose; empty: not yet treated
    drug: str = "ocrelizumab"
    lab: str = "si"
    percent_only: bool = False  # the differential is printed in percent only
    depletes: bool = True
    tests_b_cells: bool = True
    delay: tuple[int, int] = (0, 0)  # (course, days it was given later than planned)
    last_dose_by: str = "2026-11-23"
    booked: str = ""
    draws_from: str = "2000-01-01"
    draws_to: str = "2026-11-23"
    igg: tuple[float, float] = (0.0, 0.0)  # g/L before treatment and share lost per year; zeros: usual
    forced: tuple[str, int, tuple[float, ...]] = ("", 0, ())  # (analyte, from nth last draw on, values)
    conflict: tuple[str, int] = ("", 0)  # (analyte, the draw that prints it twice, with two values)


STORIES = (
    Story("2019-03-11"),  # 01 to 10: as described
    Story("2019-10-07", lab="us"),
    Story("2020-02-03", percent_only=True),
    Story("2024-09-16", "ocrelizumab_sc"),
    Story("2020-09-14", lab="us_cells"),
    Story("2019-05-20", "rituximab"),
    Story("2021-01-18"),
    Story("2022-04-04", "ofatumumab", "us"),
    Story("2021-06-07", lab="us", percent_only=True),
    Story("2024-02-12", "ublituximab", "us_cells"),
    Story("2024-05-13", depletes=False),  # 11, 12: B cells never went away
    Story("2023-09-04", "rituximab", "us", depletes=False),
    Story("2021-03-08", delay=(5, 84)),  # 13 to 15: an extended interval, in which B cells came back
    Story("2020-06-15", lab="us", delay=(8, 70)),
    Story("2021-11-08", "rituximab", delay=(6, 91)),
    Story("2020-10-12", last_dose_by="2025-06-30"),  # 16, 17: interrupted
    Story("2021-09-06", lab="us_cells", last_dose_by="2025-01-31"),
    Story("2022-01-10", last_dose_by="2026-04-30"),  # 18, 19: overdue
    Story("2023-10-02", "ublituximab", last_dose_by="2026-03-31"),
    Story("2022-05-02", forced=("neutrophils", 6, (0.9,))),  # 20: late-onset neutropenia, past
    Story("2023-05-15", forced=("neutrophils", 1, (0.4,))),  # 21: and present
    Story("2021-08-16", forced=("lymphocytes", 3, (0.92, 0.78, 0.71))),  # 22 to 24: lymphopenia
    Story("2023-05-08", "ofatumumab", "us_cells", forced=("lymphocytes", 2, (0.75, 0.62))),
    Story("2020-02-17", forced=("lymphocytes", 2, (0.58, 0.41))),
    Story("2020-11-02", igg=(7.5, 0.05)),  # 25 to 27: low IgG
    Story("2020-03-16", "rituximab", "us", igg=(7.7, 0.055)),
    Story("2020-08-10", igg=(8.0, 0.09)),
    Story("2022-06-27", forced=("platelets", 2, (92, 68))),  # 28: thrombocytopenia
    Story("2021-02-08", lab="us", forced=("hemoglobin", 2, (101, 92))),  # 29: anemia
    Story("2023-11-06", forced=("neutrophils", 1, (30.2,))),  # 30: critical white count (high)
    Story("2022-02-14", tests_b_cells=False),  # 31, 32: CD19 never measured
    Story("2023-06-19", lab="us", tests_b_cells=False, percent_only=True),
    Story("2019-09-02", draws_from="2020-11-01"),  # 33, 34: no result from before treatment
    Story("2025-01-13", "ocrelizumab_sc", "us_cells", draws_from="2025-03-01"),
    Story(draws_from="2026-01-12"),  # 35: not yet treated
    Story("2022-05-09", booked="2026-12-09"),  # 36: the next infusion is booked
    Story("2021-10-11", draws_to="2026-04-30"),  # 37, 38: latest count more than 26 weeks old
    Story("2023-03-13", "ocrelizumab_sc", "us", draws_to="2026-03-20"),
    Story("2024-11-04", conflict=("wbc", 4)),  # 39, 40: two values at one draw
    Story("2025-06-02", "ofatumumab", conflict=("neutrophils", 4)),
)


def between(rng: Random, low: float, high: float) -> float:
    """Return a number spread evenly from low to high."""
    return low + (high - low) * rng.random()


def wobble(rng: Random, cv: float) -> float:
    """Return a factor around 1: Box-Muller normal, this coefficient of variation, cut at two of them."""
    z = math.sqrt(-2 * math.log(1 - rng.random())) * math.cos(2 * math.pi * rng.random())
    return 1 + cv * max(-2.0, min(2.0, z))


def working_day(start: date, days: float) -> date:
    """Return the day so many days after start, a weekend moved to Monday."""
    day = start + timedelta(days=math.floor(days))
    return day + timedelta(days=max(0, 7 - day.weekday()) if day.weekday() >= 5 else 0)


def plan_courses(story: Story, rng: Random) -> list[date]:
    """Return the first day of each course, a few days off schedule as in life."""
    courses: list[date] = []
    _, interval_days, _ = REGIMENS[story.drug]
    due = date.fromisoformat(story.start or "9999-01-01")
    while due <= date.fromisoformat(story.last_dose_by):
        courses.append(due)
        delay_days = story.delay[1] if story.delay[0] == len(courses) + 1 else 0
        slack_days = between(rng, -interval_days / 40, interval_days / 40)
        due = working_day(due, interval_days + delay_days + slack_days)
    return courses


def plan_doses(story: Story, courses: list[date]) -> list[tuple[date, int]]:
    """Return every dose as (day, mg), a booked one last."""
    parts, _, dose_mg = REGIMENS[story.drug]
    first_course = [(courses[0] + timedelta(days=days), mg) for days, mg in parts] if courses else []
    booked = [date.fromisoformat(story.booked)] if story.booked else []
    return first_course + [(day, dose_mg) for day in [*courses[1:], *booked]]


def plan_draws(story: Story, courses: list[date], rng: Random) -> list[Draw]:
    """Return the draws: before treatment, early, mid-course and (the full panel) before the next dose."""
    first, last = date.fromisoformat(story.draws_from), date.fromisoformat(story.draws_to)
    if not courses:
        return [(working_day(first, days), True) for days in range(0, (last - first).days, 95)]
    draws = [(working_day(courses[0], days), days < 0) for days in (-110, -14, 11)]
    visits = courses[::6] if story.drug == "ofatumumab" else courses  # monthly doses: about every 24 weeks
    planned = visits[-1] + timedelta(days=168)
    for begin, end in zip(visits, [*visits[1:], planned if planned > AS_OF else AS_OF], strict=True):
        middle = range(84, (end - begin).days - 50, 98)
        draws += [(working_day(begin, days + between(rng, -7, 8)), False) for days in middle]
        draws.append((working_day(end, between(rng, -18, -10)), True))
    return [(day, full) for day, full in draws if first <= day <= last]


def make_b_cells(level: float, story: Story, since_dose: int | None, rng: Random) -> float:
    """Return CD19 cells/uL so many days after the last dose (None: before the first)."""
    if since_dose is None or not story.depletes:
        return level * wobble(rng, 0.08)
    back = max(0, since_dose - RETURN_FROM_DAY) * RETURN_PER_DAY
    return min(level, back) * wobble(rng, 0.08) + 2.6 * rng.random() ** 2


def make_values(story: Story, draws: list[Draw], doses: list[date], rng: Random) -> Iterator[Values]:
    """Yield the values of each draw; the parts always add up, forced values included."""
    usual = {"neutrophils": (between(rng, 3.2, 4.6), 0.075), "hemoglobin": (between(rng, 124, 150), 0.015)}
    usual |= {"platelets": (between(rng, 200, 310), 0.05), "iga": (between(rng, 1.5, 2.8), 0.03)}
    others, t_and_nk, b_level = between(rng, 0.45, 0.7), between(rng, 1.55, 2.1), between(rng, 130, 230)
    cd4, cd8 = between(rng, 0.5, 0.58), between(rng, 0.26, 0.32)
    igg, igm = (between(rng, 9.8, 12.0), between(rng, 0.02, 0.032)), between(rng, 0.95, 1.5)
    igg, yearly_decline = story.igg if story.igg[0] else igg, between(rng, 0.0, 0.018)
    analyte, ago, forced = story.forced
    for index, (day, _) in enumerate(draws):
        since = [(day - dose).days for dose in doses if dose <= day]
        years = since[0] / 365.25 if since else 0.0
        b_cells = make_b_cells(b_level, story, since[-1] if since else None, rng)
        drawn = {name: level * wobble(rng, cv) for name, (level, cv) in usual.items()}
        drawn["neutrophils"] *= 1 - yearly_decline * years
        drawn["lymphocytes"] = t_and_nk * (1 - 0.006 * years) * wobble(rng, 0.045) + b_cells / 1000
        drawn["igg"] = igg[0] * (1 - igg[1]) ** years * wobble(rng, 0.025)
        drawn["igm"] = igm * 0.95**years * wobble(rng, 0.04)
        if 0 <= (nth := index - len(draws) + ago) < len(forced):
            drawn[analyte] = forced[nth]
        wbc = drawn["neutrophils"] + drawn["lymphocytes"] + others * wobble(rng, 0.08)
        rest = drawn["lymphocytes"] * 1000 - b_cells
        drawn |= {f"{part}_pct": 100 * drawn[part] / wbc for part in ("neutrophils", "lymphocytes")}
        drawn |= {"cd19": b_cells, "cd19_pct": b_cells / drawn["lymphocytes"] / 10}
        yield drawn | {"wbc": wbc, "cd3": rest * (cd4 + cd8 + 0.03), "cd4": rest * cd4, "cd8": rest * cd8}


def choose_panel(story: Story, index: int, full: bool, rng: Random) -> list[str]:
    """Return the analytes of a draw: always a blood count, the rest as clinics order it."""
    suffix = "_pct" if story.percent_only else ""
    panel = ["wbc", f"neutrophils{suffix}", f"lymphocytes{suffix}", "hemoglobin", "platelets"]
    if story.tests_b_cells and (rng.random() < 0.75 or full):
        panel += ["cd19", "cd19_pct"]
        panel += ["cd3", "cd4", "cd8"] if full and index % 4 < 2 else []
    return panel + (["igg", "iga", "igm"] if full else [])


def make_patient(number: int, story: Story) -> tuple[list[Row], list[Row]]:
    """Return the lab rows and the infusion rows of one patient."""
    patient_id, rng = f"clinic-{number:02d}", Random(SEED + number)
    courses = plan_courses(story, rng)
    doses = plan_doses(story, courses)
    days = [day for day, _ in doses]
    draws = plan_draws(story, courses, rng)
    lab_rows: list[Row] = []
    for index, values in enumerate(make_values(story, draws, days, rng)):
        day, full = draws[index]
        for analyte in choose_panel(story, index, full, rng):
            for factor in (1.0, 1.06) if story.conflict == (analyte, index) else (1.0,):
                printed = LABS[story.lab][analyte].cells(values[analyte] * factor)
                lab_rows.append((patient_id, str(day), *printed))
    return lab_rows, [(patient_id, str(day), story.drug, str(mg)) for day, mg in doses]


def write_csv(path: Path, header: str, patients: Iterable[list[Row]]) -> None:
    """Write the rows of all patients as UTF-8 with LF line ends."""
    with path.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file, lineterminator="\n").writerows([header.split(), *chain.from_iterable(patients)])


def main() -> None:
    """Write both files into the folder of this script, or into --output-dir."""
    parser = argparse.ArgumentParser(description="Write the invented clinic panel.")
    parser.add_argument("--output-dir", type=Path, default=Path(__file__).parent)
    folder: Path = parser.parse_args().output_dir
    folder.mkdir(parents=True, exist_ok=True)
    labs, infusions = zip(*map(make_patient, range(1, len(STORIES) + 1), STORIES), strict=True)
    write_csv(folder / "clinic_labs.csv", LAB_HEADER, labs)
    write_csv(folder / "clinic_infusions.csv", INFUSION_HEADER, infusions)


if __name__ == "__main__":
    main()
