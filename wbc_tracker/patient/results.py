"""The draws of one patient."""

from __future__ import annotations

import numpy as np
import pandas as pd

from wbc_tracker.catalog import Catalog
from wbc_tracker.patient.messages import Row
from wbc_tracker.patient.model import Draw, ResultLine
from wbc_tracker.wording import value_words


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
    return [
        _draw(collected_at, places, rows, worst, catalog)
        for collected_at, places in grouped.items()
    ]


def _draw(
    collected_at: str, places: list[int], rows: list[Row], worst: dict[int, str], catalog: Catalog
) -> Draw:
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
        words=value_words(
            row["analyte"], row["value"], row["comparator"] or "", row["value_step"] or 0, catalog
        ),
        ref_low=row["ref_low"],
        ref_high=row["ref_high"],
        ref_flag=row["ref_flag"],
        derivation=row["derivation"],
        percent_change=row["percent_change"],
        beyond_rcv=row["beyond_rcv"],
        ctcae_v5_grade=row["ctcae_v5_grade"],
        is_baseline=row["_baseline_row"],
        worst_flag=worst,
        ref_source=row["ref_source"],
        flags=[code for code in (row["flags"] or "").split(";") if code],
    )
