"""What report, export, chart and cohort do first: check what was typed, read, tell what to know."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

import typer

from wbc_tracker.cli.line.overwriting import refuse_overwriting
from wbc_tracker.cli.options import Day, Shown, Sources
from wbc_tracker.cli.output import collected_remarks, remark
from wbc_tracker.cli.reading import Reading, refuse_unknown_headers
from wbc_tracker.cli.sources import load_dataset
from wbc_tracker.errors import UsageError

if TYPE_CHECKING:
    import pandas as pd

    from wbc_tracker.analysis import Analysis
    from wbc_tracker.catalog import Catalog
    from wbc_tracker.dataset import Dataset
    from wbc_tracker.intake import ReadingOptions
    from wbc_tracker.scales import Scales, Units
    from wbc_tracker.selection import Selection


@dataclass(frozen=True)
class Call:
    """What one command works on.

    Attributes:
        context: of the command; it knows the store.
        sources: where the dataset comes from. dataset: what is known on the day.
        rejected: rows of the files that could not be read.
        same_day: `before` or `after`. selection: what of it is shown.
        catalog: rules, figures and words.
        remarks: the lines that were told about the data already.
        units: in which values are told, `reported` or `si`.
        names: patient -> name, for the screen.
        inputs: further files that are read.
    """

    context: typer.Context
    sources: Sources
    dataset: Dataset
    rejected: int
    same_day: str
    selection: Selection
    catalog: Catalog
    remarks: tuple[str, ...] = ()
    units: Units = "reported"
    names: Mapping[str, str] = field(default_factory=dict)
    inputs: tuple[Path, ...] = ()

    def annotate(self) -> pd.DataFrame:
        """Return the annotated results with their flags, and keep nothing of them."""
        return self.dataset.annotate(self.same_day, self.catalog)

    @cached_property
    def analysis(self) -> Analysis:
        """What follows from the dataset; it keeps what it has computed."""
        from wbc_tracker.analysis import Analysis

        return Analysis(self.dataset, self.same_day, self.catalog)

    @cached_property
    def shown(self) -> list[int] | None:
        """Places of the annotated results that are shown, None for all."""
        return self.selection.places(self.analysis.unflagged)

    @cached_property
    def scales(self) -> Scales:
        """In which units the values of each patient and analyte are told."""
        from wbc_tracker.scales import Scales

        return Scales.chosen(self.units, self.analysis.unflagged, self.catalog)

    @property
    def is_of_store(self) -> bool:
        """Whether it works on the store, not on files."""
        return not self.sources.labs

    @property
    def settings(self) -> dict[str, object]:
        """What was asked for, as plain data."""
        chosen = {"same_day": self.same_day, "patient": self.sources.patient}
        return {**chosen, **self.selection.as_settings()}

    @property
    def exit_code(self) -> int:
        """0 when every row of the files is accounted for."""
        return 1 if self.rejected else 0


def _only_patient(dataset: Dataset, sources: Sources) -> str:
    """Return whose sex `--sex` tells.

    Raises:
        UsageError: it could be that of several people.
    """
    if sources.patient is not None:
        return sources.patient
    if len(dataset.patients) > 1:
        raise UsageError(
            f"--sex: there are {len(dataset.patients)} patients; it tells the sex of one.",
            "Choose one with --patient ID.",
        )
    return dataset.patients[0] if dataset.patients else ""


def _with_sexes(dataset: Dataset) -> Dataset:
    """Return the dataset with the known sexes as a covariate."""
    from wbc_tracker.intake.groups import SEX, with_sexes

    results = with_sexes(dataset.results, dataset.sexes)
    return replace(dataset, results=results, groups={SEX: dict(dataset.sexes)})


def _check_covariates(names: Sequence[str], sources: Sources) -> None:
    """Refuse those that the store does not keep.

    Raises:
        UsageError: the store, which keeps none but the sex, is to be read.
    """
    from wbc_tracker.intake.groups import SEX

    if not sources.labs and (unkept := [name for name in names if name != SEX]):
        raise UsageError(
            f"The store keeps no covariates but the sex: there is no {unkept[0]!r}.",
            "Read them from files: --labs FILE.",
        )


def unshown_words(names: Sequence[str]) -> list[str]:
    """Say that covariates are not shown, and where they are."""
    shown = ", ".join(map(repr, names))
    words = f"Not shown here: {shown}. Covariates stand in `export`, `cohort --by` groups."
    return [words] if names else []


def check_line(
    context: typer.Context,
    sources: Sources,
    shown: Shown,
    day: Day,
    reading: Reading,
    output: Path | None,
    inputs: Sequence[Path] = (),
    covariates: Sequence[str] | None = None,
    catalog: Catalog | None = None,
) -> tuple[ReadingOptions, Catalog, Selection]:
    """Check what was typed, and return how files are read, the catalogue and what is shown.

    Raises:
        UsageError: see `prepare`, which takes the same.
    """
    options = reading.options(
        day.date,
        sources.patient,
        reject_future=False,
        files=len(sources.files),
        covariates=covariates or (),
    )
    _check_covariates(options.covariates, sources)
    refuse_unknown_headers(options, sources.files)
    catalog = day.catalog if catalog is None else catalog
    selection = shown.selection(catalog)
    refuse_overwriting(context, output, [*sources.files, *inputs, *(day.rules or ())])
    return options, catalog, selection


def prepare(
    context: typer.Context,
    sources: Sources,
    shown: Shown,
    day: Day,
    reading: Reading,
    output: Path | None,
    inputs: Sequence[Path] = (),
    covariates: Sequence[str] | None = None,
    catalog: Catalog | None = None,
) -> Call:
    """Check what was typed, load the dataset and tell its warnings.

    Args:
        context, sources, shown, day, reading: of the command.
        output: the file that will be written; None is standard output.
        inputs: other files that are read.
        covariates: headers of columns that the command needs beside those that are mapped; None
            where it shows none.
        catalog: of the call, where it is not that of all files of rules together.

    Raises:
        UsageError: a date, name or option is wrong, or the output is the store or an input.
    """
    options, catalog, selection = check_line(
        context, sources, shown, day, reading, output, inputs, covariates, catalog
    )
    if covariates is None:
        for words in unshown_words(options.covariates):
            remark(words)
    with collected_remarks() as told:
        dataset, rejected = load_dataset(context, sources, options)
    if sources.patient is not None and not sources.labs and dataset.patients:
        # Who was renamed is called otherwise in what is told.
        sources = replace(sources, patient=dataset.patients[0])
    if sources.sex is not None:
        dataset = replace(dataset, sexes={_only_patient(dataset, sources): sources.sex.value})
    if options.covariates and not sources.labs:
        dataset = _with_sexes(dataset)
    return Call(
        context,
        sources,
        dataset,
        rejected,
        day.same_day.value,
        selection,
        catalog,
        tuple(told),
        inputs=(*inputs, *(day.rules or ())),
    )
