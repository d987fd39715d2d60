"""`--names cdisc`: the columns in the names of CDISC."""

# No `from __future__ import annotations`: as texts they would be compiled at every start.

from collections.abc import Iterable, Sequence
from enum import StrEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import pandas as pd

    from wbc_tracker.catalog import Catalog
    from wbc_tracker.catalog.cdisc import Cdisc
    from wbc_tracker.dataset import Dataset
    from wbc_tracker.schema import Column


class NameSet(StrEnum):
    """Whose names the columns bear, where not ours."""

    CDISC = "cdisc"


def cdisc_for(covariates: Iterable[str], *, is_shared: bool) -> "Cdisc":
    """Return CDISC's names.

    Args:
        covariates: names of the user's own columns, which keep theirs.
        is_shared: results are without ids, so that nobody's first drug can be looked up.

    Raises:
        UsageError: a column of the user's own bears one of them.
    """
    from wbc_tracker.catalog.cdisc import load_cdisc

    cdisc = load_cdisc().without("first_drug") if is_shared else load_cdisc()
    cdisc.refuse_taken(covariates)
    return cdisc


def first_drugs_of(dataset: "Dataset") -> dict[str, str]:
    """Return patient -> drug of the first infusion that was given by the day."""
    from wbc_tracker.sharing.cdisc import first_drugs

    return first_drugs(dataset.infusions, dataset.as_of)


def in_names(
    annotated: "pd.DataFrame",
    columns: "Sequence[Column]",
    drugs: "dict[str, str]",
    cdisc: "Cdisc",
    catalog: "Catalog",
) -> "tuple[pd.DataFrame, tuple[Column, ...]]":
    """Return results and their columns in CDISC's names; `drugs`: patient -> first drug."""
    from wbc_tracker.sharing.cdisc import in_cdisc_names
    from wbc_tracker.sharing.cdisc_columns import cdisc_columns

    named = in_cdisc_names(annotated, columns, drugs, cdisc, catalog)
    return named, cdisc_columns(columns, cdisc, catalog)
