"""Which flags stand for whom: of results and of patients, for all at once."""

from __future__ import annotations

import numpy as np
import pandas as pd

from wbc_tracker.analysis import Analysis
from wbc_tracker.arrays import Mask
from wbc_tracker.catalog import Catalog, Severity

#: Of a flag of the patient, which is of no analyte; of a flag without a grade.
NO_ANALYTE, NO_GRADE = -1, -1
_COLUMNS = ["person", "code", "analyte", "rank", "grade", "is_routine"]


def standing_flags(analysis: Analysis, of_rows: pd.DataFrame, labs_are_due: Mask) -> pd.DataFrame:
    """Return every current flag once a person, code and analyte, as the worst of them stands.

    Args:
        analysis: of everybody. of_rows: its current flags of rows, see `list_flags`.
        labs_are_due: whose next tests need somebody now; of others they are told in turn.

    Returns:
        `person`, `code`, `analyte` (a place in the catalogue, NO_ANALYTE of a flag of the patient),
        `rank` (a Severity), `grade` (of codes whose severity depends on it, else NO_GRADE) and
        `is_routine` (told of nearly everyone).
    """
    catalog, facts = analysis.catalog, analysis.facts
    rows, codes = of_rows["row"].to_numpy(), of_rows["code"]
    graded = codes.isin([f.code for f in catalog.flags.values() if f.severity_by_grade]).to_numpy()
    rank = of_rows["rank"].to_numpy(dtype=np.int64)
    told = pd.DataFrame(
        {
            "person": analysis.unflagged["_patient"].to_numpy()[rows],
            "code": codes.to_numpy(),
            "analyte": facts.analyte[rows],
            "rank": rank,
            "grade": np.where(graded, facts.grade[rows], NO_GRADE),
            "is_routine": rank <= codes.map(_quiet_ranks(catalog)).to_numpy(dtype=np.int64),
        }
    )
    said = _said_of_patients(analysis, labs_are_due)
    both = pd.concat([told, said], ignore_index=True)[_COLUMNS]
    both = both.astype({"is_routine": bool, "rank": np.int64, "grade": np.int64})
    order = np.lexsort(
        (-both["grade"], -both["rank"], both["is_routine"], both["analyte"], both["person"])
    )
    each: pd.DataFrame = both.iloc[order].drop_duplicates(
        ["person", "code", "analyte"], ignore_index=True
    )
    return each


def worst_by_code(standing: pd.DataFrame, catalog: Catalog) -> pd.DataFrame:
    """Return the flags once a person and code, of a person the worst first; of several with one
    code the worst, and not the routine one, counts.

    Of one severity those come first that need somebody, then in the catalogue's order.
    """
    flags = list(catalog.flags.values())
    places = {
        flag.code: at + len(flags) * (not flag.first_in_panel) for at, flag in enumerate(flags)
    }
    place = standing["code"].map(places).to_numpy(dtype=np.int64)
    order = np.lexsort((place, -standing["rank"], standing["is_routine"], standing["person"]))
    each: pd.DataFrame = (
        standing[["person", "code", "rank", "is_routine"]]
        .iloc[order]
        .drop_duplicates(["person", "code"], ignore_index=True)
    )
    return each


def _quiet_ranks(catalog: Catalog) -> dict[str, int]:
    """Return code -> up to which severity a flag is told of nearly everyone; 0: never."""
    return {flag.code: int(flag.quiet_up_to or 0) for flag in catalog.flags.values()}


def _said_of_patients(analysis: Analysis, labs_are_due: Mask) -> pd.DataFrame:
    """Return each current flag of a patient."""
    said = analysis.patient_flags
    said = said[said["current"].to_numpy(dtype=bool)]
    routine = {
        f"{flag.code} {situation}"
        for flag in analysis.catalog.flags.values()
        for situation in flag.routine
    }
    person = analysis.patients.get_indexer(pd.Index(said["patient_id"]))
    is_routine = (said["code"] + " " + said["situation"]).isin(routine).to_numpy(dtype=bool)
    is_needed = (said["code"] == "labs_due").to_numpy(dtype=bool) & labs_are_due[person]
    return pd.DataFrame(
        {
            "person": person,
            "code": said["code"].to_numpy(),
            "analyte": np.full(len(said), NO_ANALYTE),
            "rank": said["severity"].map(Severity.of).to_numpy(dtype=np.int64),
            "grade": np.full(len(said), NO_GRADE),
            "is_routine": is_routine & ~is_needed,
        }
    )
