"""What a cohort counts of each patient: of large lab files in blocks, by several workers."""

from __future__ import annotations

import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

import typer

from wbc_tracker.cli.counting import Counting
from wbc_tracker.cli.large.blocks import annotate_in_blocks, refusal_of
from wbc_tracker.cli.large.workers import Workers
from wbc_tracker.cli.options import Day, Shown, Sources
from wbc_tracker.cli.prepare import check_line, prepare, unshown_words
from wbc_tracker.cli.progress import begin
from wbc_tracker.cli.reading import Reading
from wbc_tracker.errors import UsageError
from wbc_tracker.wording import count_words

if TYPE_CHECKING:
    from wbc_tracker.catalog import Catalog
    from wbc_tracker.cohort import CohortParts, CohortSettings
    from wbc_tracker.intake.blocks.plan import NotForBlocks


@dataclass(frozen=True)
class Counted:
    """What the research table needs.

    Attributes:
        parts: of all patients. groups: patient -> group, where groups are asked for.
        is_empty: there is nobody. exit_code: 0 when every row of the files is accounted for.
    """

    parts: CohortParts
    groups: Mapping[str, str] | None
    is_empty: bool
    exit_code: int


def count_patients(
    context: typer.Context,
    sources: Sources,
    shown: Shown,
    day: Day,
    reading: Reading,
    output: Path | None,
    workers: Workers,
    counting: Counting,
    definitions: Sequence[tuple[Catalog, CohortSettings]],
) -> list[Counted]:
    """Read what is named, tell its warnings, and count what the research table of each definition
    needs.

    Raises:
        UsageError: what was typed is wrong. OutputError: a disk is full.
        WorkerError: a worker was stopped, or there is none.
    """
    workers.check(sources)
    line = context, sources, shown, day, reading, output
    counted = _count_in_blocks(*line, workers, counting, definitions)
    if counted is not None:
        return counted
    if workers.is_cluster:
        raise _no_cluster()

    from wbc_tracker.cohort import extract_cohort, join_parts

    first = definitions[0][0]
    call = prepare(*line, covariates=counting.covariates, catalog=first)
    dataset = call.dataset
    begin(f"looking at {count_words(len(dataset.patients), 'patient', 'patients')}")
    groups = counting.groups(dataset)
    found = []
    for catalog, settings in definitions:
        analysis = replace(call, catalog=catalog).analysis
        unflagged, courses = analysis.unflagged, analysis.courses
        parts = extract_cohort(unflagged, courses, dataset.patients, settings, catalog)
        found.append(Counted(join_parts([parts]), groups, not dataset.patients, call.exit_code))
    return found


def _count_in_blocks(
    context: typer.Context,
    sources: Sources,
    shown: Shown,
    day: Day,
    reading: Reading,
    output: Path | None,
    workers: Workers,
    counting: Counting,
    definitions: Sequence[tuple[Catalog, CohortSettings]],
) -> list[Counted] | None:
    """Count what the research table of each definition needs, and tell of the files what one
    process would tell.

    Returns:
        What is counted; None where the files are to be read whole, and nothing is told yet.

    Raises:
        UsageError: what was typed is wrong. OutputError: a disk is full.
        WorkerError: a worker was stopped, or there is none.
    """
    if not workers.are_for(sources):
        return None
    first = definitions[0][0]
    options, _, _ = check_line(
        context, sources, shown, day, reading, output, (), counting.covariates, first
    )

    from wbc_tracker.cohort import join_parts
    from wbc_tracker.scale.cohorts import CohortSink

    beside = Path(tempfile.gettempdir()) if output is None else output.resolve().parent
    asked = [(catalog if day.rules else None, settings) for catalog, settings in definitions]
    found = annotate_in_blocks(
        context,
        sources,
        workers,
        options,
        workers.temp or beside,
        lambda _: CohortSink(asked, counting.covariate),
        told_first=unshown_words(options.covariates) if counting.covariates is None else (),
        no_blocks=_refuse if workers.is_cluster else None,
    )
    if found is None:
        return None
    code = 1 if any(len(each.rejects) for each in found.readings) else 0
    divided = [list(parts) for parts in zip(*found.made, strict=True)]
    found.made.clear()
    return [_counted(join_parts(parts), counting, code) for parts in divided]


def _refuse(problem: NotForBlocks) -> None:
    raise refusal_of(problem, _no_cluster())


def _no_cluster() -> UsageError:
    return UsageError(
        "These files cannot be read in blocks: that needs text or Parquet with a column of "
        "patients, one record a line, and neither --patient nor --sex.",
        "Leave out --engine, which reads them whole.",
    )


def _counted(parts: CohortParts, counting: Counting, exit_code: int) -> Counted:
    """Return what was counted, with the group of each patient, where the blocks tell it."""
    groups = None
    if counting.covariate is not None:
        people = parts.people
        groups = counting.groups_told(people.set_index("patient_id")["covariate"])
        parts = replace(parts, people=people.drop(columns="covariate"))
    return Counted(parts, groups, is_empty=False, exit_code=exit_code)
