"""The flags of one patient as lines: those of results and those of the patient."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import pandas as pd

from wbc_tracker.catalog import Catalog, Severity
from wbc_tracker.patient.messages import Row, flag_message, patient_flag_message, result_words
from wbc_tracker.patient.model import FlagLine
from wbc_tracker.patient.records import Record
from wbc_tracker.wording import date_words


def row_flag_lines(
    frame: pd.DataFrame,
    rows: list[Row],
    found: list[list[tuple[str, str]]],
    is_current: npt.NDArray[np.bool_],
    catalog: Catalog,
) -> list[tuple[int, FlagLine]]:
    """Return (row, flag) of the annotated rows of one patient, most severe first, then latest.

    `found` are code and severity of each row's flags; `is_current` says on which rows they stand.
    """
    following = _following_rows(frame)
    lines = []
    told = [(at, *entry) for at, entries in enumerate(found) for entry in entries]
    for at, code, severity in told:
        flag = catalog.flags[code]
        row, after = rows[at], following[at]
        next_value = "" if after < 0 else _next_value_words(rows[after], catalog)
        line = FlagLine(
            code=flag.code,
            severity=severity,
            current=bool(is_current[at]),
            title=flag.title,
            message=flag_message(flag.code, row, catalog),
            next_step=flag.next_step,
            analyte=row["analyte"],
            value_words=result_words(row, catalog),
            collected_at=row["collected_at"],
            next_value=next_value,
            statements=list(flag.statements),
            sources=[catalog.sources[source].text for source in flag.sources],
        )
        lines.append((at, line))
    codes = list(catalog.flags)
    lines.sort(key=lambda told: codes.index(told[1].code))
    lines.sort(key=lambda told: told[1].collected_at or "", reverse=True)
    lines.sort(key=lambda told: Severity.of(told[1].severity), reverse=True)
    return lines


def patient_flag_lines(said: list[Record], catalog: Catalog) -> list[FlagLine]:
    """Return the flags of one patient, from the rows of `evaluate_patient_flags`; they name no
    result.
    """
    return [
        FlagLine(
            code=record["code"],
            severity=record["severity"],
            current=record["current"],
            title=catalog.flags[record["code"]].title,
            message=patient_flag_message(record, catalog),
            next_step=catalog.flags[record["code"]].next_step,
            analyte=None,
            value_words="",
            collected_at=None,
            next_value="",
            statements=list(catalog.flags[record["code"]].statements),
            sources=[
                catalog.sources[source].text for source in catalog.flags[record["code"]].sources
            ],
        )
        for record in said
    ]


def in_order(of_rows: list[FlagLine], of_patient: list[FlagLine]) -> list[FlagLine]:
    """Join both, most severe first; what is said of the patient stands behind the results of its
    severity.
    """
    return sorted(
        [*of_rows, *of_patient], key=lambda line: Severity.of(line.severity), reverse=True
    )


def _following_rows(frame: pd.DataFrame) -> npt.NDArray[np.int64]:
    """Return the place of the next result of each row's analyte, -1 without one."""
    order = np.lexsort((np.arange(len(frame)), frame["_second"], frame["_day"], frame["_analyte"]))
    analyte = frame["_analyte"].to_numpy()[order]
    following = np.full(len(frame), -1)
    follows = analyte[1:] == analyte[:-1]
    following[order[:-1][follows]] = order[1:][follows]
    return following


def _next_value_words(row: Row, catalog: Catalog) -> str:
    return f"{result_words(row, catalog)} on {date_words(row['collected_at'])}"
