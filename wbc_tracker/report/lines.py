"""The draws and the trend lines of one patient."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import pandas as pd

from wbc_tracker.annotate.baseline import rcv_limits
from wbc_tracker.catalog import Catalog
from wbc_tracker.flags.facts import DEPLETED, UNKNOWN
from wbc_tracker.report.messages import Row
from wbc_tracker.report.model import Draw, ResultLine, TrendLine
from wbc_tracker.trends import summarize_trends
from wbc_tracker.wording import number_words, percent_words, value_words

_DEPLETION_ANALYTES = ("cd19", "cd19_pct")


def draws_of(
    frame: pd.DataFrame, rows: list[Row], shown: set[int], worst: dict[int, str], catalog: Catalog
) -> list[Draw]:
    """Return the draws of one patient in time order; every shown result stands in one of them.

    `worst` is the severity of the most severe flag of a row.
    """
    order = np.lexsort((frame["_analyte"], frame["_second"], frame["_day"])).tolist()
    grouped: dict[str, list[int]] = {}
    for at in (at for at in order if at in shown):
        grouped.setdefault(rows[at]["collected_at"], []).append(at)
    return [_draw(collected_at, places, rows, worst, catalog) for collected_at, places in grouped.items()]


def _draw(collected_at: str, places: list[int], rows: list[Row], worst: dict[int, str], catalog: Catalog) -> Draw:
    first = rows[places[0]]
    codes = [code for at in places for code in (rows[at]["flags"] or "").split(";") if code]
    order = list(catalog.flags)
    return Draw(
        collected_at=collected_at,
        course=first["course"],
        days_since_infusion=first["days_since_infusion"],
        study_day=first["study_day"],
        phase=first["phase"],
        results=[_result(rows[at], worst.get(at), catalog) for at in places],
        flags=sorted(set(codes), key=order.index),
    )


def _result(row: Row, worst: str | None, catalog: Catalog) -> ResultLine:
    return ResultLine(
        analyte=row["analyte"],
        value=row["value"],
        comparator=row["comparator"],
        unit=row["unit"],
        words=value_words(row["analyte"], row["value"], row["comparator"] or "", row["value_step"] or 0, catalog),
        ref_low=row["ref_low"],
        ref_high=row["ref_high"],
        ref_flag=row["ref_flag"],
        derivation=row["derivation"],
        percent_change=row["percent_change"],
        beyond_rcv=row["beyond_rcv"],
        ctcae_v5_grade=row["ctcae_v5_grade"],
        is_baseline=row["_baseline_row"],
        worst_flag=worst,
    )


def trends_of(
    frame: pd.DataFrame, rows: list[Row], shown: set[int], day_state: npt.NDArray[np.int64], catalog: Catalog
) -> list[TrendLine]:
    """Return one line over all results of each analyte that is shown, in the order of the catalogue."""
    analytes = {rows[i]["analyte"] for i in shown}
    instants = list(zip(frame["_day"], frame["_second"], strict=True))
    lines = []
    for summary in summarize_trends(frame, catalog).to_dict("records"):
        if summary["analyte"] not in analytes:
            continue
        at = [i for i, row in enumerate(rows) if row["analyte"] == summary["analyte"]]
        at.sort(key=lambda i: instants[i])
        last = rows[at[-1]]
        analyte = catalog.analytes[str(summary["analyte"])]
        baseline = last["baseline_value"]
        states = day_state[at] if analyte.id in _DEPLETION_ANALYTES else np.array([], dtype=np.int64)
        lines.append(
            TrendLine(
                analyte=analyte.id,
                n=len(at),
                first_at=rows[at[0]]["collected_at"],
                latest_at=last["collected_at"],
                latest=last["value"],
                latest_comparator=last["comparator"],
                latest_ref_flag=last["ref_flag"],
                latest_limits=(last["ref_low"], last["ref_high"]),
                latest_words=value_words(
                    analyte.id, last["value"], last["comparator"] or "", last["value_step"] or 0, catalog
                ),
                baseline=baseline,
                baseline_words=None if baseline is None else number_words(baseline, 0, analyte.decimals),
                baseline_kind=last["baseline_kind"],
                percent_change=last["percent_change"],
                beyond_rcv=last["beyond_rcv"],
                verdict=_verdict(last, states, [rows[i]["course"] > 0 for i in at], catalog),
                series=[rows[i]["value"] for i in at],
            )
        )
    return lines


def _verdict(last: Row, states: npt.NDArray[np.int64], treated: list[bool], catalog: Catalog) -> str:
    """Say how the latest result stands to the baseline; for B cells whether they are depleted."""
    if len(states):
        judged = zip(states, treated, strict=True)
        known = [state for state, on_treatment in judged if on_treatment and state != UNKNOWN]
        if known:
            depleted = sum(state == DEPLETED for state in known)
            now = "depleted" if known[-1] == DEPLETED else "present"
            return f"{now} (depleted on {depleted} of {len(known)} draws)"
        return "no result on treatment" if not any(treated) else "not assessable on treatment"
    limits = rcv_limits(catalog).get(last["analyte"])
    if limits is None:
        return "not assessable: no published variation"
    span = f"({percent_words(limits[0])} to {percent_words(limits[1])})"
    if last["baseline_value"] is None:
        return "not assessable: no baseline"
    if last["_baseline_row"]:
        return "is the baseline"
    if last["beyond_rcv"] is None:
        return "not assessable"
    within = "within usual variation"
    told = {"no": within, "fall": "FALL beyond usual variation", "rise": "rise beyond usual variation"}
    return f"{told[last['beyond_rcv']]} {span}"
