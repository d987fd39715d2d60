"""Infusion files in, one row an infusion out, with the same care as lab files."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from wbc_tracker import schema
from wbc_tracker.catalog import Catalog, load_catalog
from wbc_tracker.catalog.fold import fold_name
from wbc_tracker.catalog.naming import drug_table
from wbc_tracker.errors import UnreadableFileError
from wbc_tracker.intake.dates import DATE_PROBLEMS, parse_dates
from wbc_tracker.intake.layout import assign_roles
from wbc_tracker.intake.masks import Mask
from wbc_tracker.intake.options import ReadingOptions
from wbc_tracker.intake.problems import make_rejects, no_rejects
from wbc_tracker.intake.table import TextTable, read_bytes, read_table
from wbc_tracker.intake.values import parse_values

#: The drug of an infusion file without a drug column or cell.
DEFAULT_DRUG = "ocrelizumab"


@dataclass(frozen=True)
class InfusionReading:
    """What one infusion file says. `read = len(infusions) + duplicates + len(rejects)` always holds.

    Attributes:
        infusions: schema.INFUSION_COLUMNS, at most one a patient and date, in the order of the file.
        lines: the line of each infusion in the file.
        rejects: rows that could not be read or contradict an earlier one.
        names_patients: the file has a patient column.
    """

    file: str
    infusions: pd.DataFrame
    lines: list[int]
    rejects: pd.DataFrame
    read: int
    duplicates: int
    names_patients: bool
    warnings: list[str] = field(default_factory=list)


def read_infusions(path: Path | str, options: ReadingOptions, catalog: Catalog | None = None) -> InfusionReading:
    """Read one infusion file from disk; see `read_infusion_bytes`."""
    return read_infusion_bytes(read_bytes(Path(path)), Path(path).name, options, catalog)


def read_infusion_bytes(
    raw: bytes, file: str, options: ReadingOptions, catalog: Catalog | None = None
) -> InfusionReading:
    """Read the bytes of one infusion file: a row an infusion, with a date and perhaps drug and dose in mg.

    Raises:
        UnreadableFileError: not a text table, or without a date column.
        AmbiguousFileError: the date order or the decimal mark is not proved.
    """
    catalog = catalog or load_catalog()
    table = read_table(raw, file, options)
    chosen = {role: name for role, name in options.columns.items() if role in catalog.words.infusion_roles}
    roles = assign_roles(table.header, catalog.words.infusion_roles, chosen, file)
    if "infused_on" not in roles:
        raise UnreadableFileError(
            f"{file} has no recognised columns. Looked for the date of the infusion, patient, drug and dose.",
            f"Its first line reads: {' | '.join(table.header)[:200]}. Name columns with --map infused_on=HEADER.",
            code="no_columns",
        )
    frame, problems, raw_cells = _read_rows(table, roles, options, catalog)
    repeats, conflicts, first = _compare(frame, np.array([not problem for problem, _ in problems], dtype=bool))
    for at in np.flatnonzero(conflicts).tolist():
        problems[at] = ("infusion_conflict", _conflict_words(frame, at, int(first[at]), table))
    kept = np.array([not problem for problem, _ in problems], dtype=bool) & ~repeats
    rejects = [_ragged(table, roles)]
    rejects += [
        make_rejects(
            file,
            code,
            lines=table.source_row[at : at + 1],
            column=[table.header[roles["infused_on"]]],
            raw=[raw_cells[at]],
            name=["infusion"],
            detail=[detail],
        )
        for at, (code, detail) in enumerate(problems)
        if code
    ]
    return InfusionReading(
        file=file,
        infusions=frame[kept].reset_index(drop=True),
        lines=table.source_row[kept].tolist(),
        rejects=pd.concat([part for part in rejects if len(part)] or [no_rejects()], ignore_index=True),
        read=table.rows + len(table.ragged),
        duplicates=int((repeats & ~conflicts).sum()),
        names_patients="patient_id" in roles,
    )


def _read_rows(
    table: TextTable, roles: dict[str, int], options: ReadingOptions, catalog: Catalog
) -> tuple[pd.DataFrame, list[tuple[str, str]], list[str]]:
    """Return the rows as a frame, the problem of each ("" = none) with its words, and the rows as printed."""

    def text(role: str, default: str) -> pa.Array:
        return table.columns[roles[role]] if role in roles else pa.repeat(pa.scalar(default), table.rows)

    where = f"{table.file}, column {table.header[roles['infused_on']]!r}"
    printed_dates = text("infused_on", "")
    dates = parse_dates(printed_dates, options.date_order, options.as_of, where)
    patient = text("patient_id", options.patient)
    drugs = [
        drug_table(catalog).get(fold_name(name)) if name else DEFAULT_DRUG for name in text("drug", "").to_pylist()
    ]
    doses = pc.replace_substring_regex(text("dose_mg", ""), r"\s*(?i:mg)\.?$", "")
    dose_where = f"{table.file}, column {table.header[roles['dose_mg']]!r}" if "dose_mg" in roles else where
    dose = parse_values(doses, options.decimal, dose_where, catalog)
    bad_dose = (np.isnan(dose.number) & ~dose.no_result) | dose.negative | (dose.comparator != "")
    problems = []
    for i, (date, drug, person) in enumerate(zip(printed_dates.to_pylist(), drugs, patient.to_pylist(), strict=True)):
        if not person:
            problems.append(("patient_missing", ""))
        elif dates.problem[i]:
            problems.append((DATE_PROBLEMS[dates.problem[i]], date))
        elif drug is None:
            problems.append(("drug_unknown", text("drug", "")[i].as_py()))
        elif bad_dose[i]:
            problems.append(("dose_unreadable", doses[i].as_py()))
        else:
            problems.append(("", ""))
    frame = pd.DataFrame(
        {
            "patient_id": patient.to_pandas(),
            "infused_on": dates.iso.to_pandas(),
            "drug": pd.Series(drugs, dtype="str"),
            "dose_mg": dose.number,
        },
        columns=schema.names(schema.INFUSION_COLUMNS),
    )
    cells = zip(*(column.to_pylist() for column in table.columns), strict=True)
    return frame, problems, [table.delimiter.join(row) for row in cells]


def _compare(frame: pd.DataFrame, usable: Mask) -> tuple[Mask, Mask, npt.NDArray[np.int64]]:
    """Find second infusions of a patient on one date: which repeat the first, which contradict it, and the first."""
    key = frame.assign(date=frame["infused_on"].str.slice(0, 10))[["patient_id", "date"]]
    position = pd.Series(np.arange(len(frame)))[usable]
    first = position.groupby([key["patient_id"][usable], key["date"][usable]]).transform("first")
    firsts = np.arange(len(frame))
    firsts[np.flatnonzero(usable)] = first.to_numpy()
    later = firsts < np.arange(len(frame))
    head = frame.iloc[firsts].reset_index(drop=True)
    same = (head["drug"] == frame["drug"]) & (head["infused_on"] == frame["infused_on"])
    same &= (head["dose_mg"] == frame["dose_mg"]) | (head["dose_mg"].isna() & frame["dose_mg"].isna())
    return later, later & ~same.to_numpy(dtype=bool), firsts


def _conflict_words(frame: pd.DataFrame, at: int, first: int, table: TextTable) -> str:
    given, before = frame.iloc[at], frame.iloc[first]
    return (
        f"{given['drug']} {given['dose_mg']:g} mg on {given['infused_on']} contradicts "
        f"{before['drug']} {before['dose_mg']:g} mg on line {table.source_row[first]}"
    ).replace("nan mg", "without a dose")


def _ragged(table: TextTable, roles: dict[str, int]) -> pd.DataFrame:
    return make_rejects(
        table.file,
        "row_shape",
        lines=np.array([line for line, _ in table.ragged], dtype=np.int64),
        column=[table.header[roles["infused_on"]]] * len(table.ragged),
        raw=[table.delimiter.join(cells) for _, cells in table.ragged],
        name=["infusion"] * len(table.ragged),
        detail=[f"{len(cells)} cells, the header {len(table.header)}" for _, cells in table.ragged],
    )
