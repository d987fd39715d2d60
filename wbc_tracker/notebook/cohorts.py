"""What the command `cohort` does: the research table, its data and its pictures."""

from __future__ import annotations

from importlib.metadata import version
from typing import Literal

import pandas as pd

from wbc_tracker.analysis import Analysis
from wbc_tracker.catalog import Catalog
from wbc_tracker.cohort import (
    Cohort,
    CohortParts,
    CohortSettings,
    extract_cohort,
    group_parts,
    join_parts,
    summarize_joined,
)
from wbc_tracker.cohort import list_times as list_all_times
from wbc_tracker.dataset import Dataset
from wbc_tracker.errors import UsageError
from wbc_tracker.notebook.derived import analyze

CohortForm = Literal["table", "csv", "json", "svg", "html"]


def summarize_cohort(
    dataset: Dataset, settings: CohortSettings | None = None, *, catalog: Catalog | None = None
) -> Cohort:
    """Summarise what a group of treated patients shows: the research table.

    Args:
        dataset: from `from_readings` or `assemble`.
        settings: what is asked for, from `CohortSettings.of(as_of="2026-11-23", by="drug")` and the
            like; by default everything, as of the day of the dataset. Groups by a covariate of the
            dataset need only its name: `by="centre"`.
        catalog: rules and figures, from `load_catalog`; by default the program's own.

    Returns:
        Medians by window, depletion, time to events, shifts and intervals, each with its
        denominator; `render_cohort` makes a text of it. Patients without an infusion by the day are
        counted as on record and left out.

    Raises:
        FrameError: not a dataset. UsageError: settings of another day, or groups by a column that
            there is not.
    """
    parts, settings, analysis = _extract(dataset, settings, catalog)
    return summarize_joined(parts, settings, analysis.catalog)


def list_times(
    dataset: Dataset, settings: CohortSettings | None = None, *, catalog: Catalog | None = None
) -> pd.DataFrame:
    """List the time-to-event data, for a survival analysis of your own.

    Args:
        dataset, settings, catalog: as of `summarize_cohort`; `origins` of the settings tells from
            which infusions time is counted.

    Returns:
        One row a patient or course and event (`depleted`, `reappeared`), times in days: `status`,
        `entry_days` (at risk from then on), `days`, and the bounds `after_days` and `by_days` of
        the interval in which the event came. The columns are those of `cohort --times`.

    Raises:
        FrameError, UsageError: as of `summarize_cohort`; small counts are to be hidden, which a row
            a patient cannot be.
    """
    if settings is not None and settings.suppress_below:
        raise UsageError(
            "A row a patient cannot be hidden by suppress_below.", "Leave it out of the settings."
        )
    parts, settings, analysis = _extract(dataset, settings, catalog)
    return list_all_times(parts, settings, analysis.catalog)


def _extract(
    dataset: Dataset, settings: CohortSettings | None, catalog: Catalog | None
) -> tuple[CohortParts, CohortSettings, Analysis]:
    same_day = "before" if settings is None else settings.same_day
    analysis = analyze(dataset, same_day, catalog)
    catalog = analysis.catalog
    settings = settings or CohortSettings.of(catalog, as_of=dataset.as_of)
    if settings.as_of != dataset.as_of:
        raise UsageError(
            f"The settings are as of {settings.as_of}, the dataset as of {dataset.as_of}.",
            "CohortSettings.of(as_of=dataset.as_of, ...).",
        )
    groups = None
    if settings.by not in ("", "drug"):
        told = dataset.covariate_of_patients(settings.by)
        groups = dict(zip(told.index, told, strict=True))
    parts = join_parts(
        [extract_cohort(analysis.unflagged, analysis.courses, dataset.patients, settings, catalog)]
    )
    return group_parts(parts, settings, groups), settings, analysis


def render_cohort(
    cohort: Cohort,
    form: CohortForm = "table",
    *,
    width: int = 100,
    theme: Literal["light", "dark", "print"] = "light",
) -> str:
    """Return the research table as text: what `cohort --format` writes.

    Args:
        cohort: from `summarize_cohort`.
        form: `table`, `csv` (a row a figure), `json`, or pictures: `svg`, or `html` with the
            figures as tables below; `pip install "wbc-tracker[html]"` draws.
        width: of the table, in letters. theme: colours of the pictures.

    Raises:
        UsageError: there is nothing to draw, or what draws is not installed.
    """
    program = version("wbc-tracker")
    if form == "csv":
        from wbc_tracker.render.csv.cohort import render_cohort_csv

        return render_cohort_csv(cohort, program)
    if form == "json":
        from wbc_tracker.render.json.cohort import render_cohort_json

        return render_cohort_json(cohort, program)
    if form == "table":
        from wbc_tracker.render.terminal.cohort import render_cohort as lines_of

        return "\n".join(line.plain for line in lines_of(cohort, width, program))
    if form not in ("svg", "html"):
        raise UsageError(f"There is no form {form!r}.", "It is table, csv, json, svg or html.")

    from wbc_tracker.charts import require_renderer
    from wbc_tracker.render.html.cohort import render_cohort_page, render_cohort_svg

    require_renderer()
    drawn = (
        render_cohort_svg(cohort, theme)
        if form == "svg"
        else render_cohort_page(cohort, program, theme)
    )
    if drawn is None:
        raise UsageError("Nobody has a result after an infusion to draw.", "Ask for a table.")
    return drawn
