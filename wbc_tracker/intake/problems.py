"""What can be wrong with one cell: a stable code, a sentence and what to do. Rejects are values, not errors."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd
from wbc_tracker import schema


@dataclass(frozen=True)
class Problem:
    """A kind of problem. `message` and `hint` may use {raw}, {name} and {detail}."""

    code: str
    message: str
    hint: str


#: In the order in which they are looked for; a cell is rejected for the first that applies.
PROBLEMS: tuple[Problem, ...] = (
    Problem("row_shape", "The row has {detail}.", "A decimal comma without quotation marks or a cut-off line does this; mend the row."),
    Problem("patient_missing", "The row names no patient.", "Fill in the patient column."),
    Problem("name_ambiguous", "{name!r} may be a count or a percentage.", "Print the unit, or settle it with --unit, e.g. --unit {detail}."),
    Problem("name_conflict", "The name {name!r} and the LOINC code mean different tests: {detail}.", "Correct the one that is wrong."),
    Problem("date_missing", "The result has no date of collection.", "Fill in the date the blood was drawn."),
    Problem("date_unreadable", "{detail!r} is not a date that can be read.", "Write dates as 2025-03-01."),
    Problem("date_serial", "{detail!r} looks like a spreadsheet's serial number, not a date.", "Format the column as a date (2025-03-01) and export again."),
    Problem("date_before_1900", "{detail!r} lies before 1900.", "Correct the date."),
    Problem("date_future", "{detail!r} lies in the future.", "Correct the date, or move the day the report looks at with --as-of."),
    Problem("value_not_a_number", "{raw!r} is not a number.", "Write a plain number such as 6.1, or <1 for below a limit."),
    Problem("value_negative", "{raw!r} is negative; a count cannot be.", "Correct the value."),
    Problem("unit_missing", "No unit is printed for {name!r}.", "Name it with --unit {detail}."),
    Problem("unit_unknown", "The unit {detail} is not known for {name!r}.", "Correct it, or leave the cell empty and name the unit with --unit."),
    Problem("unit_conflict", "--unit says {detail} for {name!r}.", "Leave out --unit for this test, or correct the file."),
    Problem("value_implausible", "{raw!r} cannot be right for {name!r}: {detail}.", "Check value and unit on the laboratory's report."),
    Problem("infusion_conflict", "{detail}.", "Keep the right one and remove the other."),
    Problem("drug_unknown", "The drug {detail!r} is not known.", "Known are ocrelizumab, ocrelizumab_sc, ublituximab, rituximab and ofatumumab."),
    Problem("dose_unreadable", "The dose {detail!r} is not a number of milligrams.", "Write it as 300, or leave it empty."),
)  # fmt: skip

_BY_CODE = {problem.code: problem for problem in PROBLEMS}


def make_rejects(
    file: str,
    code: str,
    *,
    lines: npt.NDArray[np.int64],
    column: Sequence[str],
    raw: Sequence[str],
    name: Sequence[str],
    detail: Sequence[str],
) -> pd.DataFrame:
    """Return rejects (schema.REJECT_COLUMNS) of one code, one row a cell; all sequences of equal length."""
    problem = _BY_CODE[code]
    words = [{"raw": r, "name": n, "detail": d} for r, n, d in zip(raw, name, detail, strict=True)]
    return pd.DataFrame(
        {
            "source_file": file,
            "source_row": np.asarray(lines, dtype=np.int64),
            "column": list(column),
            "code": code,
            "message": [problem.message.format(**word) for word in words],
            "hint": [problem.hint.format(**word) for word in words],
            "raw": list(raw),
        },
        columns=schema.names(schema.REJECT_COLUMNS),
    )


def no_rejects() -> pd.DataFrame:
    """Return an empty frame of rejects."""
    return make_rejects("", "row_shape", lines=np.empty(0, np.int64), column=[], raw=[], name=[], detail=[])
