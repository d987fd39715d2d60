"""What lifelines says of small samples: the table that tests/cohort/test_cohort_survival.py holds the curves against.

lifelines does not go with the pandas of this program, so it is run in an environment of its own:

    python -m venv lifelines-env && lifelines-env/bin/pip install lifelines "pandas<3"
    lifelines-env/bin/python tests/benchmarks/survival_table.py tests/fixtures/lifelines.json
"""

from __future__ import annotations

import json
import math
import random
import sys
from pathlib import Path
from typing import Any

import lifelines
from lifelines.utils import median_survival_times

#: Remission in weeks under 6-mercaptopurine (Freireich and others, Blood 1963), in every textbook of survival.
LEUKEMIA = "6 6 6 6+ 7 9+ 10 10+ 11+ 13 16 17+ 19+ 20+ 22 23 25+ 32+ 32+ 34+ 35+"
#: The share comes to exactly a half, and stays there for a while.
HALVES = ("1 2", "1 2 3 4", "3 5 5+ 8 8 9+", "2 4 6+ 8 9 12", "1 1 2 3 3 4 6 9 9 9", "4 6 7 8 9 10 11 12 13 14")


def main(place: str) -> None:
    """Write the table."""
    chance = random.Random(20261127)
    cases = [_read(text) for text in (LEUKEMIA, *HALVES)]
    for number in range(36):
        people = []
        for _ in range(chance.randint(2, 40)):
            stop = chance.randint(2, 30)
            entry = chance.randint(1, stop - 1) if number % 3 == 2 and chance.random() < 0.4 else 0
            people.append((entry, stop, chance.random() < 0.6))
        cases.append(people)
    told = [_case(people) for people in cases if any(seen for _, _, seen in people)]
    lines = ",\n".join(json.dumps(one) for one in told)
    head = json.dumps({"made_by": f"lifelines {lifelines.__version__}, tests/benchmarks/survival_table.py"})
    Path(place).write_text(f'{head[:-1]}, "cases": [\n{lines}\n]}}\n', encoding="utf-8")


def _read(text: str) -> list[tuple[int, int, bool]]:
    return [(0, int(one.rstrip("+")), not one.endswith("+")) for one in text.split()]


def _case(people: list[tuple[int, int, bool]]) -> dict[str, Any]:
    entry, stop, seen = (list(column) for column in zip(*people, strict=True))
    fitter = lifelines.KaplanMeierFitter()
    fitter.fit(stop, seen, entry=entry if any(entry) else None)
    days = sorted({day for day, came in zip(stop, seen, strict=True) if came})
    limits = fitter.confidence_interval_
    low, high = (float(end) for end in median_survival_times(limits).iloc[0])
    table = fitter.event_table
    return {
        "entry": entry,
        "stop": stop,
        "seen": [int(came) for came in seen],
        "day": days,
        # Its numbers at risk hold those who come on the very day, who are not at risk on it.
        "at_risk": [int(table.loc[day, "at_risk"] - table.loc[day, "entrance"]) for day in days],
        "events": [int(table.loc[day, "observed"]) for day in days],
        "without": [float(fitter.survival_function_["KM_estimate"][day]) for day in days],
        "low": [float(limits.iloc[:, 0][day]) for day in days],
        "high": [float(limits.iloc[:, 1][day]) for day in days],
        "median": _finite(fitter.median_survival_time_),
        "median_low": _finite(low),
        "median_high": _finite(high),
    }


def _finite(day: float) -> int | None:
    return None if math.isinf(day) else int(day)


if __name__ == "__main__":
    main(sys.argv[1])
