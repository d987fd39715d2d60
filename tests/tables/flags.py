"""Which rows carry a flag, as short texts. The first infusion is on day 0; days are those of `tables.labs.on`."""

from __future__ import annotations

import pandas as pd

from tables.labs import annotated, table
from wbc_tracker.flags import derive_flags, evaluate_flags


def with_flags(
    labs: pd.DataFrame, *infused: str, same_day: str = "before", events: tuple[str, ...] = ()
) -> pd.DataFrame:
    return derive_flags(annotated(labs, *infused, same_day=same_day, events=events))


def codes(labs: pd.DataFrame, *infused: str) -> list[list[str]]:
    """The codes of each row, in the order in which they stand there."""
    return [(flags or "").split(";") if flags else [] for flags in table(with_flags(labs, *infused), "flags")]


def flagged(
    code: str, labs: pd.DataFrame, *infused: str, same_day: str = "before", events: tuple[str, ...] = ()
) -> list[str]:
    """The rows that carry a flag, as `ANALYTE VALUE`, in their order."""
    frame = with_flags(labs, *infused, same_day=same_day, events=events)
    carries = [code in (flags or "").split(";") for flags in table(frame, "flags")]
    rows = table(frame[carries], "analyte", "comparator", "value")
    return [f"{analyte} {comparator or ''}{value:g}" for analyte, comparator, value in rows]


def severities(code: str, labs: pd.DataFrame, *infused: str, events: tuple[str, ...] = ()) -> list[str]:
    """The severity of a flag on each row that carries it."""
    found = evaluate_flags(annotated(labs, *infused, events=events))
    return found.loc[found["code"] == code, "severity"].tolist()
