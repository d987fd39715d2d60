"""The curves of `cohort` a second time, by lifelines: every step, limit and median, from the data that it writes.

Of small samples the suite does the same with a table that survival_table.py made. lifelines does not go with the pandas
of this program, so it is run in an environment of its own:

    wbc-tracker cohort --labs ... --infusions ... --by sex --times times.csv --output cohort.json
    python -m venv lifelines-env && lifelines-env/bin/pip install lifelines
    lifelines-env/bin/python tests/benchmarks/survival.py times.csv cohort.json
"""

from __future__ import annotations

import json
import math
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pandas as pd
from lifelines import KaplanMeierFitter
from lifelines.utils import median_survival_times

CLOSE = 1e-9


def main(times_path: str, cohort_path: str) -> int:
    """Compare all curves, of all and of each group; return how many figures differ."""
    times = pd.read_csv(times_path, dtype={"patient_id": str, "group": str})
    document = json.loads(Path(cohort_path).read_text(encoding="utf-8"))
    compared = differ = 0
    for name, part in [("", document), *((one["group"], one) for one in document["groups"])]:
        rows = times if not name else times[times["group"] == name]
        for curve in part["times"]:
            for what, ours, theirs in _figures(rows, curve):
                compared += 1
                same = ours == theirs or (None not in (ours, theirs) and math.isclose(ours, theirs, abs_tol=CLOSE))
                if not same:
                    differ += 1
                    print(name, curve["origin"], curve["event"], curve["onset"], what, ours, theirs)
    print(f"{compared} figures compared, {differ} differ")
    return differ


def _figures(rows: pd.DataFrame, curve: dict[str, Any]) -> Iterator[tuple[str, float | None, float | None]]:
    chosen = rows[(rows["origin"] == curve["origin"]) & (rows["event"] == curve["event"])]
    if curve["onset"] != "all":
        chosen = chosen[chosen["onset"] == curve["onset"]]
    yield "units", curve["units"], len(chosen)
    yield "patients", curve["patients"], chosen["patient_id"].nunique()
    for status in ("not at risk", "not observed"):
        yield status, curve[status.replace(" ", "_")], int((chosen["status"] == status).sum())
    seen = chosen[chosen["status"].isin(["event", "censored"])]
    yield "events", curve["events"], int((seen["status"] == "event").sum())
    yield "censored", curve["censored"], int((seen["status"] == "censored").sum())
    if seen.empty:
        return
    # lifelines has no entry before day 0: all who are at risk from the infusion on have none.
    late = seen["entry_days"] > 0
    fitter = KaplanMeierFitter()
    entry = seen["entry_days"] if late.any() else None
    fitter.fit(seen["days"], seen["status"] == "event", entry=entry)
    shares = fitter.survival_function_["KM_estimate"]
    limits = fitter.confidence_interval_
    for step in curve["steps"]:
        day = step["day"]
        if not step["events"]:
            continue
        yield f"without on day {day}", step["without"], float(shares[day])
        if step["low"] is not None:
            yield f"low on day {day}", step["low"], float(limits.iloc[:, 0][day])
            yield f"high on day {day}", step["high"], float(limits.iloc[:, 1][day])
        table = fitter.event_table.loc[day]
        # Its numbers at risk hold those who come on the very day, who are not at risk on it.
        yield f"at risk on day {day}", step["at_risk"], int(table["at_risk"] - table["entrance"])
        yield f"events on day {day}", step["events"], int(table["observed"])
    median = fitter.median_survival_time_
    halves = {step["day"] for step in curve["steps"] if math.isclose(step["without"], 0.5)}
    # Exactly half is half: lifelines goes on to the next day where its product came out a hair above.
    if curve["median_days"] not in halves:
        yield "median", curve["median_days"], None if math.isinf(median) else int(median)
    low, high = (float(end) for end in median_survival_times(limits).iloc[0])
    yield "median low", curve["median_low"], None if math.isinf(low) else int(low)
    # Where nobody is left without the event, the limits are not defined; lifelines says 0.
    if curve["median_high"] is not None:
        yield "median high", curve["median_high"], None if math.isinf(high) else int(high)


if __name__ == "__main__":
    sys.exit(bool(main(*sys.argv[1:3])))
