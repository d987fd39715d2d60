"""`annotate`: the derivations, one after the other."""

from __future__ import annotations

from collections.abc import Callable, Mapping

import numpy as np
import pandas as pd

from wbc_tracker import schema
from wbc_tracker.annotation.b_cells import derive_depletion, find_states
from wbc_tracker.annotation.baseline import derive_changes
from wbc_tracker.annotation.courses import Courses, find_courses
from wbc_tracker.annotation.differential import derive_absolutes
from wbc_tracker.annotation.events import derive_events
from wbc_tracker.annotation.happenings import Happenings, read_happenings
from wbc_tracker.annotation.keys import (
    complete_results,
    derive_keys,
    further_columns,
    patient_index,
)
from wbc_tracker.annotation.reference import derive_grade, derive_reference
from wbc_tracker.annotation.t_cells import derive_t_and_nk_cells
from wbc_tracker.annotation.timeline import derive_timeline
from wbc_tracker.arrays import day_of
from wbc_tracker.catalog import Catalog, load_catalog
from wbc_tracker.errors import FrameError


def annotate(
    results: pd.DataFrame,
    infusions: pd.DataFrame,
    events: pd.DataFrame | None = None,
    *,
    as_of: str,
    same_day: str = "before",
    catalog: Catalog | None = None,
    sexes: Mapping[str, str] | None = None,
) -> pd.DataFrame:
    """Annotate each result relative to the infusions.

    Pure and vectorised: the input frames are not changed, and nothing loops over rows, groups or
    patients.

    Args:
        results: tidy results in canonical units; `patient_id`, `collected_at`, `analyte` and
            `value` are required, the other columns of schema.RESULT_COLUMNS may be missing.
        infusions: schema.INFUSION_COLUMNS, at most one a patient and date.
        events: schema.EVENT_COLUMNS, of which `id` and `note` may be missing; none by default.
        as_of: ISO date; infusions after it are bookings (the next infusion, and nothing else),
            events after it have not happened.
        same_day: whether a draw on an infusion's date counts as taken `before` or `after` it, where
            not both carry a time.
        catalog: rules and figures; by default the program's own.
        sexes: patient -> `f` or `m`, for usual variation; of who is not named the larger figure
            stands.

    Returns:
        One row a result in input order, each derived absolute count behind its percent result, with
        schema.EXPORT_COLUMNS (`flags` still empty) and the working columns, whose names begin
        with an underscore. The index is fresh.

    Raises:
        FrameError: a required column is missing, or a date, analyte, drug or kind is not in the
            expected form.
    """
    catalog = catalog or load_catalog()
    if missing := [
        name for name in schema.names(schema.INFUSION_COLUMNS) if name not in infusions.columns
    ]:
        raise FrameError(f"The infusions lack the column {', '.join(missing)}.")
    as_of_day = day_of(as_of)

    def find(patients: pd.Index, happenings: Happenings) -> Courses:
        return find_courses(infusions, patients, as_of_day, catalog, happenings)

    return _derive(results, None, find, events, as_of_day, same_day, catalog, sexes or {})


def annotate_between(
    results: pd.DataFrame,
    courses: Courses,
    patients: pd.Index,
    events: pd.DataFrame,
    *,
    as_of_day: int,
    same_day: str,
    catalog: Catalog,
    sexes: Mapping[str, str],
) -> pd.DataFrame:
    """Annotate results relative to courses that are found already; the rest as of `annotate`.

    Args:
        results, events: as of `annotate`. courses: over the index `patients`, which holds everybody
            who has results, and of which `_patient` will be the places.
        as_of_day: days since 1970-01-01, with which the courses were found.
        same_day, catalog, sexes: as of `annotate`.
    """
    return _derive(
        results, patients, lambda *_: courses, events, as_of_day, same_day, catalog, sexes
    )


def _derive(
    results: pd.DataFrame,
    patients: pd.Index | None,
    find: Callable[[pd.Index, Happenings], Courses],
    events: pd.DataFrame | None,
    as_of_day: int,
    same_day: str,
    catalog: Catalog,
    sexes: Mapping[str, str],
) -> pd.DataFrame:
    """Derive all columns; of many results no frame but the latest is held, neither by the caller.

    `patients` is the index of patients, by default of those who have results; `find` their courses.
    """
    frame = complete_results(results, catalog)
    further = further_columns(results)
    patients = patient_index(frame) if patients is None else patients
    happenings = read_happenings(events, patients, as_of_day, catalog)
    courses = find(patients, happenings)
    frame = derive_keys(frame, patients, catalog, sexes)
    frame = derive_absolutes(frame, catalog)
    frame = derive_timeline(frame, courses, catalog, same_day)
    frame = derive_reference(frame, catalog)
    frame = derive_grade(frame, catalog)
    frame = derive_changes(frame, happenings, catalog)
    frame = derive_depletion(frame, find_states(frame, catalog), catalog)
    frame = derive_t_and_nk_cells(frame, catalog).drop(columns="_rule_base")
    frame = frame.assign(
        catalogue_version=_constant(catalog.version, len(frame)),
        flags=_constant(None, len(frame)),
        events=_constant(None, len(frame)),
    )
    if len(happenings.day):
        frame = derive_events(frame, happenings, catalog)
    hidden = [name for name in frame.columns if name.startswith("_")]
    shown = schema.names(schema.EXPORT_COLUMNS)
    return frame[[*shown, "unit_inferred", "value_step", *further, *hidden]]


def drop_private_columns(frame: pd.DataFrame) -> pd.DataFrame:
    """Return an annotated frame without the columns that only derivations read."""
    return frame[[name for name in frame if not str(name).startswith("_")]]


def _constant(word: str | None, size: int) -> pd.Categorical:
    categories = pd.Index([word] if word is not None else [], dtype="str")
    return pd.Categorical.from_codes(
        np.full(size, 0 if word is not None else -1, dtype=np.int8), categories=categories
    )
