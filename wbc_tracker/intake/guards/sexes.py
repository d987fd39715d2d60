"""The sex of each patient, as a column of a lab file tells it: usual variation depends on it."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pandas as pd

from wbc_tracker.catalog.columns import load_columns
from wbc_tracker.catalog.fold import fold_words
from wbc_tracker.intake.guards.person import tells_sexes
from wbc_tracker.intake.options import ReadingOptions
from wbc_tracker.intake.table.table import TextTable

_KNOWN = ("f", "m")


def tell_sexes(
    table: TextTable, roles: Mapping[str, int], options: ReadingOptions
) -> dict[str, str]:
    """Return patient -> `f` or `m`, of those of whom the columns headed as a sex say one alone.

    Args:
        table: the file as text. roles: what its columns play; without a patient among them the
            column speaks of the one patient of the file.
        options: whose that is.
    """
    found: dict[str, set[str]] = {}
    for place, header in enumerate(table.header):
        if place in roles.values() or not tells_sexes(header):
            continue
        texts = table.columns[place]
        says = [load_columns().sexes.get(fold_words(text), "") for text in texts.words.to_pylist()]
        said = texts.spread(np.array([*says], dtype=object))
        if "patient_id" in roles:
            ids = table.ids(roles["patient_id"])
            who = ids.spread(np.array(ids.words.to_pylist(), dtype=object))
        else:
            who = np.full(len(said), options.patient, dtype=object)
        pairs = pd.DataFrame({"who": who, "said": said}).drop_duplicates()
        for patient, sex in pairs[pairs["said"].isin(_KNOWN)].itertuples(index=False):
            found.setdefault(str(patient), set()).add(sex)
    return {patient: sexes.pop() for patient, sexes in found.items() if len(sexes) == 1}
