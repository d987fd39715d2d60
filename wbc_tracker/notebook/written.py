"""What the command `export` writes, in each of its formats and names."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from importlib.metadata import version
from pathlib import Path
from typing import Literal

import pandas as pd
from pandas.api import types

from wbc_tracker import schema
from wbc_tracker.annotation.keys import further_columns
from wbc_tracker.catalog import Catalog, load_catalog
from wbc_tracker.dataset import Dataset
from wbc_tracker.errors import UsageError
from wbc_tracker.explanation import own_rules_words
from wbc_tracker.files import write_whole
from wbc_tracker.notebook.frames import require_columns
from wbc_tracker.patient.provenance import rule_words
from wbc_tracker.render.csv.results import write_csv
from wbc_tracker.render.json.rules import rules_json
from wbc_tracker.render.jsonl.results import write_jsonl
from wbc_tracker.render.parquet.results import write_parquet
from wbc_tracker.schema import Column
from wbc_tracker.selection import Selection
from wbc_tracker.sharing.made_with import Input, MadeWith

_ENDINGS = (".csv", ".jsonl", ".ndjson", ".parquet", ".xlsx")


def write_export(
    annotated: pd.DataFrame,
    path: Path | str,
    *,
    dataset: Dataset | None = None,
    names: Literal["cdisc"] | None = None,
    same_day: str = "before",
    catalog: Catalog | None = None,
) -> None:
    """Write annotated results, all or some of them, as `export` does; the ending is the format.

    The file is there whole or not at all; one of that name is replaced.

    Args:
        annotated: rows of a frame that `annotate` returned; columns of your own stand behind.
        path: ends in `.csv`, `.parquet` (dates as dates), `.xlsx` or `.jsonl` (`.ndjson`).
        dataset: what was annotated; it tells a Parquet file and a workbook the day and the files,
            and is needed for `names`.
        names: `cdisc`: the names and words of CDISC ADaM.
        same_day, catalog: as given to `annotate`.

    Raises:
        UsageError: another ending, CDISC's names without the dataset or beside a column of your own
            of one of these names, or more rows than a sheet holds. FrameError: a column is missing.
        OutputError: the file cannot be written.
    """
    path, catalog = with_format(path), catalog or load_catalog()
    annotated, columns = with_own_columns(annotated)
    if names is not None:
        annotated, columns = _in_cdisc_names(annotated, columns, dataset, names, catalog)
    made = None if dataset is None else _made_with(dataset, names, same_day, catalog)
    write_table(annotated, path, columns, made, _about(dataset, same_day, catalog))


def with_format(path: Path | str) -> Path:
    """Return a path whose ending tells the format.

    Raises:
        UsageError: it does not, or what writes that format is not installed.
    """
    path = Path(path)
    if path.suffix.lower() not in _ENDINGS:
        told = ", ".join(_ENDINGS)
        raise UsageError(f"{path.name!r} does not tell the format: it should end in {told}.")
    if path.suffix.lower() == ".xlsx":
        from wbc_tracker.render.xlsx.book import require_workbooks

        require_workbooks()
    return path


def write_table(
    annotated: pd.DataFrame,
    path: Path,
    columns: Sequence[Column],
    made: Mapping[str, object] | None,
    about: Sequence[str],
) -> None:
    """Write rows with these columns to a path of `with_format`.

    Args:
        made: what they were made with, for Parquet. about: the same in sentences, for a workbook.

    Raises:
        UsageError: they are more than a sheet holds. OutputError: the file cannot be written.
    """
    ending = path.suffix.lower()
    if ending == ".xlsx":
        from wbc_tracker.render.xlsx.book import refuse_too_many

        refuse_too_many(len(annotated))
    with write_whole(path) as stream:
        if ending == ".csv":
            write_csv(annotated, stream, columns)
        elif ending == ".parquet":
            write_parquet(annotated, stream, columns, made)
        elif ending == ".xlsx":
            from wbc_tracker.render.xlsx.results import write_workbook

            write_workbook(annotated, stream, about, columns)
        else:
            write_jsonl(annotated, stream, columns)


def with_own_columns(annotated: pd.DataFrame) -> tuple[pd.DataFrame, Sequence[Column]]:
    """Return the frame whose own columns are numbers or texts, and all columns that are written.

    Raises:
        FrameError: a column of the export is missing.
    """
    require_columns(annotated, schema.names(schema.EXPORT_COLUMNS), "annotated results")
    columns = [*schema.EXPORT_COLUMNS]
    for name in further_columns(annotated):
        column, own = schema.covariate_column(name), annotated[name]
        if types.is_integer_dtype(own):
            columns.append(replace(column, type="integer"))
        elif types.is_float_dtype(own):
            columns.append(replace(column, type="number"))
        else:
            columns.append(column)
            annotated = annotated.assign(**{name: own.astype("str").astype("category")})
    return annotated, columns


def _in_cdisc_names(
    annotated: pd.DataFrame,
    columns: Sequence[Column],
    dataset: Dataset | None,
    names: str,
    catalog: Catalog,
) -> tuple[pd.DataFrame, Sequence[Column]]:
    """Return the rows and their columns in CDISC's names.

    Raises:
        UsageError: other names are asked for, the dataset is not given, or a column of the caller's
            own bears one of them.
    """
    from wbc_tracker.catalog.cdisc import load_cdisc
    from wbc_tracker.sharing.cdisc import first_drugs, in_cdisc_names
    from wbc_tracker.sharing.cdisc_columns import cdisc_columns

    if names != "cdisc":
        raise UsageError(f"There are no names {names!r}.", "names is 'cdisc', or left out.")
    if dataset is None:
        raise UsageError(
            "The names of CDISC need the dataset: TRT01A is the drug of the first infusion.",
            "write_export(annotated, path, dataset=dataset, names='cdisc').",
        )
    cdisc = load_cdisc()
    cdisc.refuse_taken(further_columns(annotated))
    drugs = first_drugs(dataset.infusions, dataset.as_of)
    named = in_cdisc_names(annotated, columns, drugs, cdisc, catalog)
    return named, cdisc_columns(columns, cdisc, catalog)


def _made_with(
    dataset: Dataset, names: str | None, same_day: str, catalog: Catalog
) -> dict[str, object]:
    files = dataset.results["source_file"].dropna().astype("str").unique().tolist()
    settings = {"same_day": same_day, "patient": None, **Selection().as_settings()}
    settings = {**settings, "pseudonymized_dates": None, "names": names}
    inputs = [Input("labs", file, None) for file in files]
    return made_by(catalog, settings, dataset.as_of, inputs).as_data(is_shared=False)


def made_by(
    catalog: Catalog, settings: Mapping[str, object], as_of: str, inputs: Sequence[Input]
) -> MadeWith:
    """Return what results were made with."""
    return MadeWith(
        version=version("wbc-tracker"),
        catalogue_version=catalog.version,
        grading=catalog.grading_name,
        as_of=as_of,
        settings=settings,
        rules=[dict(own) for own in rules_json(catalog.own_rules)],
        inputs=inputs,
        disclaimer=catalog.disclaimer,
    )


def _about(dataset: Dataset | None, same_day: str, catalog: Catalog) -> list[str]:
    """Say what the results were made with; the day is the dataset's."""
    return about_words("" if dataset is None else dataset.as_of, same_day, catalog)


def about_words(day: str, same_day: str, catalog: Catalog) -> list[str]:
    """Say on a sheet of a workbook what the results were made with; without a day nothing of it."""
    own = own_rules_words(catalog.own_rules)
    told = rule_words(day, catalog.grading_name, catalog.version, same_day, own)
    return [*(told if day else told[1:]), catalog.disclaimer]
