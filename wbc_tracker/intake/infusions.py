"""Infusion files in, one row an infusion out, with the same care as lab files."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from wbc_tracker import schema
from wbc_tracker.arrays import Mask, Whole
from wbc_tracker.catalog import Catalog, load_catalog
from wbc_tracker.catalog.fold import fold_name
from wbc_tracker.catalog.naming import drug_table
from wbc_tracker.intake.column.texts import TextColumn, to_mask
from wbc_tracker.intake.column.values import parse_values
from wbc_tracker.intake.dated_rows import (
    DatedKind,
    DatedReading,
    DatedRows,
    Problems,
    read_dated_rows,
)
from wbc_tracker.intake.options import ReadingOptions
from wbc_tracker.intake.table.table import TextTable, read_bytes

#: The drug of an infusion file without a drug column or cell.
DEFAULT_DRUG = "ocrelizumab"


@dataclass(frozen=True, kw_only=True)
class InfusionReading(DatedReading):
    """What one infusion file says.

    Attributes:
        infusions: schema.INFUSION_COLUMNS, at most one a patient and date, in the order of the
            file. Those that contradict an earlier one are rejects.
        lines: the line of each infusion in the file.
    """

    infusions: pd.DataFrame
    lines: list[int]
    layout: str = "infusions"

    @property
    def rows(self) -> pd.DataFrame:
        """The infusions."""
        return self.infusions


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
    kind = _infusion_kind(catalog)
    chosen = {role: name for role, name in options.columns.items() if role in kind.roles}
    rows = read_dated_rows(raw, file, kind, chosen, options, catalog)
    frame, problems = _understand(rows, options, catalog)
    repeats, conflicts, first = _compare(frame, problems.is_good)
    for at in np.flatnonzero(conflicts).tolist():
        words = _conflict_words(frame, at, int(first[at]), rows.table)
        problems.codes[at], problems.details[at] = "infusion_conflict", words
    kept = problems.is_good & ~repeats
    return InfusionReading(
        file=file,
        infusions=frame[kept].reset_index(drop=True),
        lines=rows.table.source_row[kept].tolist(),
        rejects=rows.rejects(problems, {}),
        read=rows.read,
        duplicates=int((repeats & ~conflicts).sum()),
        names_patients=rows.names_patients,
        warnings=rows.warnings(),
    )


def _infusion_kind(catalog: Catalog) -> DatedKind:
    """Return what infusion files are; drug, dose or "infusion" prove one that looks like labs."""
    of_any_table = {"", *(fold_name(text) for text in catalog.words.roles["collected_at"])}
    return DatedKind(
        noun="infusion",
        roles=catalog.words.infusion_roles,
        date="infused_on",
        needed=frozenset(("infused_on",)),
        looked_for="the date of the infusion, patient, drug and dose",
        example="infused_on",
        proves=lambda headers: (
            not headers.keys().isdisjoint(("drug", "dose_mg"))
            or headers.get("infused_on", "") not in of_any_table
        ),
    )


def _understand(
    rows: DatedRows, options: ReadingOptions, catalog: Catalog
) -> tuple[pd.DataFrame, Problems]:
    """Return the rows as a frame, and their problems."""
    date, patient = rows.column("infused_on"), rows.column("patient_id", options.patient)
    drug, dose = rows.column("drug"), rows.column("dose_mg")
    dates = rows.dates(options, catalog)
    drugs = [
        drug_table(catalog).get(fold_name(name)) if name else DEFAULT_DRUG
        for name in drug.words.to_pylist()
    ]
    numbers = pc.replace_substring_regex(dose.words, r"\s*(?i:mg)\.?$", "")
    doses = parse_values(numbers, options.decimal, rows.where("dose_mg"), catalog)
    given = ~to_mask(pc.is_in(pc.utf8_lower(numbers), value_set=pa.array(catalog.words.no_range)))
    bad_dose = given & (
        ~(doses.number > 0) | doses.negative | (doses.comparator != "") | (doses.unit != "")
    )
    problems = Problems.none(rows.table.rows)
    problems.note("dose_unreadable", dose.spread(bad_dose), dose)
    is_unknown = np.array([known is None for known in drugs], dtype=bool)
    problems.note("drug_unknown", drug.spread(is_unknown), drug)
    rows.note_places(problems, dates, patient)
    drug_ids = TextColumn(drug.codes, pa.array([known or "" for known in drugs], pa.string()))
    moments = TextColumn(date.codes, pc.fill_null(dates.iso, ""))
    frame = pd.DataFrame(
        {
            "patient_id": patient.categories().astype("str"),
            "infused_on": moments.categories().astype("str"),
            "drug": drug_ids.categories().astype("str"),
            "dose_mg": dose.spread(doses.number),
        },
        columns=schema.names(schema.INFUSION_COLUMNS),
    )
    return frame, problems


def _compare(frame: pd.DataFrame, usable: Mask) -> tuple[Mask, Mask, Whole]:
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
