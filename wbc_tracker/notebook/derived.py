"""What follows from a dataset, as tables: annotated results, flags, trends, courses, the panel."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, overload

import numpy as np
import pandas as pd

from wbc_tracker import schema
from wbc_tracker.analysis import Analysis
from wbc_tracker.catalog import Catalog, Severity, load_catalog
from wbc_tracker.catalog.naming import choose_analyte
from wbc_tracker.dataset import Dataset
from wbc_tracker.errors import FrameError, UsageError
from wbc_tracker.notebook.datasets import assemble
from wbc_tracker.panel.build import build_panel
from wbc_tracker.panel.doses import last_doses
from wbc_tracker.panel.facts import collect_panel_facts
from wbc_tracker.panel.filter import PanelFilter
from wbc_tracker.panel.model import PANEL_ANALYTES
from wbc_tracker.panel.table import panel_table

_WORDS = np.array(["", *(severity.word for severity in Severity)], dtype=object)
_OF_A_ROW = ["patient_id", "collected_at", "analyte"]


@overload
def annotate(
    results: Dataset, *, same_day: str = "before", catalog: Catalog | None = None
) -> pd.DataFrame: ...
@overload
def annotate(
    results: pd.DataFrame,
    infusions: pd.DataFrame,
    events: pd.DataFrame | None = None,
    *,
    as_of: str,
    same_day: str = "before",
    catalog: Catalog | None = None,
    sexes: Mapping[str, str] | None = None,
) -> pd.DataFrame: ...
def annotate(
    results: Dataset | pd.DataFrame,
    infusions: pd.DataFrame | None = None,
    events: pd.DataFrame | None = None,
    *,
    as_of: str | None = None,
    same_day: str = "before",
    catalog: Catalog | None = None,
    sexes: Mapping[str, str] | None = None,
) -> pd.DataFrame:
    """Annotate each result relative to the infusions: the table that `export` writes.

    `annotate(dataset)`, or `annotate(results, infusions, events, as_of=...)` of frames, which is
    `annotate(assemble(results, infusions, as_of, events))`.

    Args:
        results: a dataset, or a frame as of `assemble`.
        infusions, events, as_of, sexes: as of `assemble`, beside a frame of results only.
        same_day: whether a draw on an infusion's date counts as taken `before` or `after` it, where
            not both carry a time.
        catalog: rules and figures, from `load_catalog`; by default the program's own.

    Returns:
        One row a result in input order, without repeats and without those after the day; each
        derived absolute count stands behind its percent result. The columns are those that
        `wbc-tracker explain --columns` lists, with their units, and behind them columns of your
        own. `flags` holds the codes, most severe first, joined by `;`.

    Raises:
        FrameError, UsageError: as of `assemble`.
    """
    if isinstance(results, Dataset):
        if infusions is not None or events is not None or as_of is not None or sexes is not None:
            raise FrameError("A dataset has its infusions, events, sexes and day in it.")
        dataset = results
    else:
        if infusions is None or as_of is None:
            raise FrameError(
                "Beside a frame of results the infusions and the day are needed.",
                'annotate(results, infusions, as_of="2026-11-23"), or annotate(dataset).',
            )
        dataset = assemble(results, infusions, as_of, events, sexes=sexes)
    _require_same_day(same_day)
    frame = dataset.annotate(same_day, catalog or load_catalog())
    hidden = {*schema.names(schema.RESULT_COLUMNS)} - {*schema.names(schema.EXPORT_COLUMNS)}
    return frame.drop(columns=[name for name in frame if name in hidden])


def analyze(dataset: Dataset, same_day: str, catalog: Catalog | None) -> Analysis:
    """Return what follows from a dataset.

    Raises:
        FrameError: it is no dataset. UsageError: `same_day` is neither `before` nor `after`.
    """
    _require_same_day(same_day)
    if not isinstance(dataset, Dataset):
        raise FrameError(
            f"This is a {type(dataset).__name__}, not a dataset: a table of results alone does not "
            "hold all that rules look at.",
            "Give the dataset that from_readings or assemble returned.",
        )
    return Analysis(dataset, same_day, catalog or load_catalog())


def _require_same_day(same_day: str) -> None:
    if same_day not in ("before", "after"):
        raise UsageError(f"same_day is {same_day!r}.", "It is 'before' or 'after'.")


def evaluate_flags(
    dataset: Dataset, *, same_day: str = "before", catalog: Catalog | None = None
) -> pd.DataFrame:
    """Return every flag of every result.

    Args:
        dataset: from `from_readings` or `assemble`. same_day, catalog: as of `annotate`.

    Returns:
        One row a flag: `row` (place in the frame of `annotate`), `patient_id`, `collected_at`,
        `analyte`, `code`, `severity` (`expected`, `info`, `discuss`, `urgent`) and `current`,
        whether it stands on the day; by row, then most severe first.

    Raises:
        FrameError: not a dataset.
    """
    analysis = analyze(dataset, same_day, catalog)
    flags = analysis.row_flags
    row, rank = (flags[name].to_numpy(dtype=np.int64) for name in ("row", "rank"))
    told = analysis.unflagged[_OF_A_ROW].iloc[row].reset_index(drop=True).astype("str")
    return told.assign(
        row=row, code=flags["code"], severity=_WORDS[rank], current=analysis.stand(row, rank)
    )[["row", *_OF_A_ROW, "code", "severity", "current"]]


def evaluate_patient_flags(
    dataset: Dataset, *, same_day: str = "before", catalog: Catalog | None = None
) -> pd.DataFrame:
    """Return the flags of patients, not of one result: what is due, planned or missing.

    Args:
        dataset, same_day, catalog: as of `evaluate_flags`.

    Returns:
        One row a flag, by patient: `patient_id`, `code`, `severity`, `situation` (which of the
        flag's sentences holds), `current`, and what that sentence tells, empty where it does not:
        `on` and `until` (dates), `days`, `weeks` (the usual interval), `course`.

    Raises:
        FrameError: not a dataset.
    """
    return analyze(dataset, same_day, catalog).patient_flags


def summarize_trends(
    dataset: Dataset, *, same_day: str = "before", catalog: Catalog | None = None
) -> pd.DataFrame:
    """Summarise each analyte of each patient over time.

    Args:
        dataset, same_day, catalog: as of `evaluate_flags`.

    Returns:
        One row a patient and analyte, values in the canonical unit: `patient_id`, `analyte`, `n`,
        `first_at`, the latest result with its baseline and changes, and of the results on
        treatment `n_used` days over `span_days`, `slope_per_year` (Theil-Sen) with its 95 %
        interval `slope_low` to `slope_high`, `p_value` (Mann-Kendall), `fitted_change_percent` and
        `verdict` (`falling`, `stable`, `not enough data` ...); no slope for B cells.

    Raises:
        FrameError: not a dataset.
    """
    return analyze(dataset, same_day, catalog).trends


def summarize_courses(
    dataset: Dataset, *, same_day: str = "before", catalog: Catalog | None = None
) -> pd.DataFrame:
    """Summarise each analyte of each patient in each course, the time from one dose to the next.

    Args:
        dataset, same_day, catalog: as of `evaluate_flags`.

    Returns:
        One row a patient, analyte and course, values in the canonical unit: the pre-dose value, the
        lowest (nadir) with its day since the infusion, and the last.

    Raises:
        FrameError: not a dataset.
    """
    return analyze(dataset, same_day, catalog).course_summaries


def summarize_panel(
    dataset: Dataset,
    analytes: Sequence[str] = (),
    *,
    same_day: str = "before",
    catalog: Catalog | None = None,
) -> pd.DataFrame:
    """Summarise a clinic: one row a patient, as `report --format csv` of several writes it.

    Args:
        dataset, same_day, catalog: as of `evaluate_flags`.
        analytes: whose latest values are told; by default the usual ones.

    Returns:
        One row a patient, worst current flag first: where the patient stands, what is due, and the
        latest values. Dates are ISO texts, values in the canonical unit.

    Raises:
        FrameError: not a dataset. UsageError: an analyte that the catalogue does not know.
    """
    analysis = analyze(dataset, same_day, catalog)
    known = analysis.catalog
    chosen = [choose_analyte(name, known, "analytes") for name in analytes] or PANEL_ANALYTES
    facts = collect_panel_facts(analysis, chosen)
    everybody = PanelFilter()
    doses = last_doses(analysis, everybody.mask(facts))
    columns = panel_table(build_panel(facts, everybody, known, chosen, doses))
    return pd.DataFrame({each.name: _typed(each.cells, each.kind) for each in columns})


def _typed(cells: Sequence[Any], kind: str) -> pd.Series:
    return pd.Series(list(cells), dtype="float64" if kind == "number" else "str")
