"""What `export --pseudonymize` writes: annotated results to be shared."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Literal

import pandas as pd

from wbc_tracker import schema
from wbc_tracker.catalog import Catalog, load_catalog
from wbc_tracker.catalog.cdisc import load_cdisc
from wbc_tracker.errors import UsageError
from wbc_tracker.notebook.written import (
    about_words,
    made_by,
    with_format,
    with_own_columns,
    write_table,
)
from wbc_tracker.schema import Column
from wbc_tracker.selection import Selection
from wbc_tracker.sharing.cdisc import in_cdisc_names
from wbc_tracker.sharing.cdisc_columns import cdisc_columns
from wbc_tracker.sharing.columns import shared_columns
from wbc_tracker.sharing.key import make_key, read_key
from wbc_tracker.sharing.pseudonyms import pseudonymize
from wbc_tracker.sharing.remaining import shared_words


def write_pseudonymized(
    annotated: pd.DataFrame,
    path: Path | str,
    key_file: Path | str,
    *,
    dates: Literal["days", "shifted"] = "days",
    names: Literal["cdisc"] | None = None,
    first_ids: Mapping[str, str] | None = None,
    same_day: str = "before",
    catalog: Catalog | None = None,
) -> list[str]:
    """Write annotated results to be shared, as `export --pseudonymize` does: random ids in place of
    patients, no dates, printed texts and file names.

    Args:
        annotated: a frame that `annotate` returned, with all results of each patient. Columns of
            your own stand behind as they are: leave out those that name anybody.
        path: as of `write_export`.
        key_file: makes the ids; made if it is missing, the same one gives the same ids. It is never
            shared.
        dates: `days`: since the first infusion; or `shifted`: moved back for each patient.
        names: `cdisc`: the names of CDISC ADaM, without the first drug.
        first_ids: of a store, `store.patients.first_ids()`: who was renamed keeps the id.
        same_day, catalog: as given to `annotate`.

    Returns:
        Sentences to read before it is sent: what became of dates, and what still identifies.

    Raises:
        UsageError: as of `write_export`; the key file is none, or others can read it. FrameError: a
            column is missing. OutputError: a file cannot be written.
    """
    path, key_place, catalog = with_format(path), Path(key_file), catalog or load_catalog()
    if dates not in ("days", "shifted"):
        raise UsageError(f"dates is {dates!r}.", "It is 'days' or 'shifted'.")
    if key_place.resolve() == path.resolve():
        raise UsageError("The key and the results cannot be one file.", "Name another.")
    annotated, columns = with_own_columns(annotated)
    own = columns[len(schema.EXPORT_COLUMNS) :]
    key = read_key(key_place) or make_key(key_place)
    people = annotated["patient_id"].astype("str").unique().tolist()
    shared = pseudonymize(annotated, key, dates, None, first_ids or {}, own)
    frame, columns = shared.frame, shared_columns(dates, own)
    if names is not None:
        frame, columns = _in_cdisc_names(frame, columns, names, catalog)
    chosen = {"same_day": same_day, **Selection().as_settings()}
    settings = {**chosen, "pseudonymized_dates": dates, "names": names}
    made = made_by(catalog, settings, "", []).as_data(is_shared=True)
    write_table(frame, path, columns, made, about_words("", same_day, catalog))
    return shared_words(shared, dates, key_place, people, [])


def _in_cdisc_names(
    frame: pd.DataFrame, columns: Sequence[Column], names: str, catalog: Catalog
) -> tuple[pd.DataFrame, Sequence[Column]]:
    """Return shared rows and their columns in CDISC's names; nobody's first drug is looked up.

    Raises:
        UsageError: other names are asked for, or a column of the caller's own bears one of them.
    """
    if names != "cdisc":
        raise UsageError(f"There are no names {names!r}.", "names is 'cdisc', or left out.")
    cdisc = load_cdisc().without("first_drug")
    known = {*schema.names(shared_columns("days")), *schema.names(shared_columns("shifted"))}
    cdisc.refuse_taken(column.name for column in columns if column.name not in known)
    named = in_cdisc_names(frame, columns, {}, cdisc, catalog)
    return named, cdisc_columns(columns, cdisc, catalog)
