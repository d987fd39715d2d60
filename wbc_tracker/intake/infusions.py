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
from wbc_tracker.intake.column.dates import DATE_PROBLEMS, parse_dates
from wbc_tracker.intake.column.texts import Mask, TextColumn, to_mask
from wbc_tracker.intake.column.values import parse_values
from wbc_tracker.intake.options import ReadingOptions
from wbc_tracker.intake.rejects import make_rejects, stack_rejects
from wbc_tracker.intake.table.headers import HeaderWords, infusion_words
from wbc_tracker.intake.table.layout import looks_like_labs
from wbc_tracker.intake.table.roles import assign_roles, refuse_unclear_patients
from wbc_tracker.intake.table.second_table import drop_repeated_headers
from wbc_tracker.intake.table.table import TextTable, read_bytes, read_table

Words = npt.NDArray[np.object_]

#: The drug of an infusion file without a drug column or cell.
DEFAULT_DRUG = "ocrelizumab"


@dataclass(frozen=True)
class InfusionReading:
    """What one infusion file says. `read = len(infusions) + duplicates + len(rejects)` always
    holds.

    Attributes:
        infusions: schema.INFUSION_COLUMNS, at most one a patient and date, in the order of the
            file.
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


def read_infusions(
    path: Path | str, options: ReadingOptions, catalog: Catalog | None = None
) -> InfusionReading:
    """Read one infusion file from disk; see `read_infusion_bytes`."""
    return read_infusion_bytes(read_bytes(Path(path)), Path(path).name, options, catalog)


def read_infusion_bytes(
    raw: bytes, file: str, options: ReadingOptions, catalog: Catalog | None = None
) -> InfusionReading:
    """Read the bytes of one infusion file: a row an infusion, with a date and perhaps drug and
    dose in mg.

    Raises:
        UnreadableFileError: not a text table, or without a date column.
        AmbiguousFileError: the date order or the decimal mark is not proved.
    """
    catalog = catalog or load_catalog()
    words = infusion_words(options, catalog)
    table = read_table(raw, file, options, words)
    chosen = {
        role: name for role, name in options.columns.items() if role in catalog.words.infusion_roles
    }
    roles = assign_roles(table.header, catalog.words.infusion_roles, chosen, file)
    _refuse_lab_file(table, roles, catalog, words)
    refuse_unclear_patients(table, roles, set(roles.values()), options, catalog)
    if "infused_on" not in roles:
        raise UnreadableFileError(
            f"{file} has no recognised columns. Looked for the date of the infusion, patient, drug "
            "and dose.",
            f"Its first line reads: {' | '.join(table.header)[:200]}. Name columns with --map "
            "infused_on=HEADER.",
            code="no_columns",
        )
    table, _ = drop_repeated_headers(table, {roles["infused_on"]}, words, words.dates)
    frame, problem, detail = _read_rows(table, roles, options, catalog)
    repeats, conflicts, first = _compare(frame, problem == "")
    for at in np.flatnonzero(conflicts).tolist():
        problem[at], detail[at] = (
            "infusion_conflict",
            _conflict_words(frame, at, int(first[at]), table),
        )
    rejected = np.flatnonzero(problem != "").tolist()
    kept = (problem == "") & ~repeats
    header = table.header[roles["infused_on"]]
    rejects = [_ragged(table, roles)]
    rejects += [
        make_rejects(
            file,
            problem[at],
            lines=table.source_row[at : at + 1],
            column=[header],
            raw=[table.delimiter.join(column[at] for column in table.columns)],
            name=["infusion"],
            detail=[detail[at]],
        )
        for at in rejected
    ]
    return InfusionReading(
        file=file,
        infusions=frame[kept].reset_index(drop=True),
        lines=table.source_row[kept].tolist(),
        rejects=stack_rejects(rejects),
        read=table.rows + len(table.ragged),
        duplicates=int((repeats & ~conflicts).sum()),
        names_patients="patient_id" in roles,
        warnings=_warnings(table, roles),
    )


def _refuse_lab_file(
    table: TextTable, roles: dict[str, int], catalog: Catalog, words: HeaderWords
) -> None:
    """Refuse a lab file: every blood draw in it would become an infusion. Drug, dose or "infusion"
    prove otherwise.

    Raises:
        UnreadableFileError: the headers are those of lab results.
    """
    dated = fold_name(table.header[roles["infused_on"]]) if "infused_on" in roles else ""
    of_any_table = {fold_name(text) for text in catalog.words.roles["collected_at"]}
    of_infusions = {"drug", "dose_mg"} & set(roles) or (dated and dated not in of_any_table)
    if looks_like_labs(table.header, catalog, words) and not of_infusions:
        raise UnreadableFileError(
            f"{table.file} holds lab results, not infusions.",
            "Read it with `wbc-tracker import` or --labs.",
            code="wrong_file",
        )


def _warnings(table: TextTable, roles: dict[str, int]) -> list[str]:
    unused = [name for i, name in enumerate(table.header) if name and i not in roles.values()]
    return [f"Columns not used: {', '.join(unused)}."] if unused else []


def _read_rows(
    table: TextTable, roles: dict[str, int], options: ReadingOptions, catalog: Catalog
) -> tuple[pd.DataFrame, Words, Words]:
    """Return the rows as a frame, and per row its problem ("" where there is none) with the words
    for it.
    """

    def column(role: str, default: str) -> TextColumn:
        return (
            table.columns[roles[role]]
            if role in roles
            else TextColumn.constant(default, table.rows)
        )

    def where(role: str) -> str:
        return (
            f"{table.file}, column {table.header[roles[role]]!r}" if role in roles else table.file
        )

    date, patient, drug, dose = (
        column(role, default)
        for role, default in (
            ("infused_on", ""),
            ("patient_id", options.patient),
            ("drug", ""),
            ("dose_mg", ""),
        )
    )
    today = options.today or options.as_of
    dates = parse_dates(date.words, options.date_order, today, where("infused_on"), catalog)
    drugs = [
        drug_table(catalog).get(fold_name(name)) if name else DEFAULT_DRUG
        for name in drug.words.to_pylist()
    ]
    numbers = pc.replace_substring_regex(dose.words, r"\s*(?i:mg)\.?$", "")
    doses = parse_values(numbers, options.decimal, where("dose_mg"), catalog)
    given = ~to_mask(pc.is_in(pc.utf8_lower(numbers), value_set=pa.array(catalog.words.no_range)))
    bad_dose = given & (
        ~(doses.number > 0) | doses.negative | (doses.comparator != "") | (doses.unit != "")
    )
    problem, detail = np.full(table.rows, "", dtype=object), np.full(table.rows, "", dtype=object)
    found = {
        "dose_unreadable": (dose, dose.spread(bad_dose)),
        "drug_unknown": (
            drug,
            drug.spread(np.array([known is None for known in drugs], dtype=bool)),
        ),
        **{
            code: (date, date.spread(dates.problem == i))
            for i, code in enumerate(DATE_PROBLEMS)
            if code
        },
        "patient_missing": (patient, patient.is_blank()),
    }
    for code, (texts, holds) in found.items():
        problem[holds] = code
        for at in np.flatnonzero(holds).tolist():
            detail[at] = texts[at]
    drug_ids = TextColumn(drug.codes, pa.array([known or "" for known in drugs], pa.string()))
    frame = pd.DataFrame(
        {
            "patient_id": patient.categories().astype("str"),
            "infused_on": TextColumn(date.codes, pc.fill_null(dates.iso, ""))
            .categories()
            .astype("str"),
            "drug": drug_ids.categories().astype("str"),
            "dose_mg": dose.spread(doses.number),
        },
        columns=schema.names(schema.INFUSION_COLUMNS),
    )
    return frame, problem, detail


def _compare(frame: pd.DataFrame, usable: Mask) -> tuple[Mask, Mask, npt.NDArray[np.int64]]:
    """Find second infusions of a patient on one date: which repeat the first, which contradict it,
    and the first.
    """
    key = frame.assign(date=frame["infused_on"].str.slice(0, 10))[["patient_id", "date"]]
    position = pd.Series(np.arange(len(frame)))[usable]
    first = position.groupby([key["patient_id"][usable], key["date"][usable]]).transform("first")
    firsts = np.arange(len(frame))
    firsts[np.flatnonzero(usable)] = first.to_numpy()
    later = firsts < np.arange(len(frame))
    head = frame.iloc[firsts].reset_index(drop=True)
    same = (head["drug"] == frame["drug"]) & (head["infused_on"] == frame["infused_on"])
    same &= (head["dose_mg"] == frame["dose_mg"]) | (
        head["dose_mg"].isna() & frame["dose_mg"].isna()
    )
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
