"""The pages of many patients, a page each, to lie in one folder.

Each is made from the rows of its patient alone, so that several processes can share the work; what
comes out does not depend on how many there are, nor does its order.
"""

from __future__ import annotations

import gc
import signal
from collections import deque
from collections.abc import Generator, Iterator, Mapping, Sequence
from concurrent.futures import Future, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from dataclasses import dataclass, field, replace
from multiprocessing import get_context

import numpy as np
import pandas as pd

from wbc_tracker.catalog import load_catalog
from wbc_tracker.dataset import Dataset
from wbc_tracker.panel.series import collect_panel_series
from wbc_tracker.patient.build import build_report
from wbc_tracker.patient.provenance import sources_of
from wbc_tracker.render.html.names import BUNDLE, INDEX
from wbc_tracker.render.html.patient import InFolder, render_patient_page

#: So many patients are handed to a process at once, and so many portions for each process wait
#: ahead.
_PORTION, _AHEAD = 10, 2


@dataclass(frozen=True)
class FolderOptions:
    """What is the same for every page.

    Attributes:
        settings: the options it was made with, for the record. analytes: which the charts show, see
            `patient_chart`.
        left_out: sentences about what was not used of any file. left_out_of: the same of one file.
    """

    settings: dict[str, object]
    analytes: tuple[str, ...] = ()
    left_out: tuple[str, ...] = ()
    left_out_of: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class _Portion:
    """Some patients, with everything that is known of them and of nobody else; `shown` as of
    `build_report`.
    """

    dataset: Dataset
    annotated: pd.DataFrame
    shown: list[int] | None
    options: FolderOptions


def patient_pages(
    dataset: Dataset,
    annotated: pd.DataFrame,
    patients: Sequence[str],
    options: FolderOptions,
    shown: Sequence[int] | None = None,
    workers: int = 1,
) -> Generator[tuple[str, str]]:
    """Yield each patient with the patient's page, in the order of `patients`; closing it ends the
    processes.

    Args:
        dataset: results, infusions and events of everybody. annotated: its annotated results, with
            flags.
        patients: whose pages are wanted. options: what is the same for all of them.
        shown: places of the annotated rows to show; all by default.
        workers: processes; with one, or where none can be started, this one does everything.
    """
    portions = _portions(dataset, annotated, patients, options, shown)
    if workers < 2 or len(patients) <= _PORTION:
        for portion in portions:
            yield from _render(portion)
        return
    pool = ProcessPoolExecutor(
        workers, mp_context=get_context("spawn"), initializer=_prepare_process
    )
    waiting: deque[tuple[_Portion, Future[list[tuple[str, str]]] | None]] = deque()
    try:
        for portion in portions:
            waiting.append((portion, _handed(pool, portion)))
            if len(waiting) > workers * _AHEAD:
                yield from _result(*waiting.popleft())
        while waiting:
            yield from _result(*waiting.popleft())
    finally:
        pool.shutdown(wait=True, cancel_futures=True)


def _handed(pool: ProcessPoolExecutor, portion: _Portion) -> Future[list[tuple[str, str]]] | None:
    """Hand a portion to a process; None where there is none any more."""
    try:
        return pool.submit(_render, portion)
    except (BrokenProcessPool, OSError):
        return None


def _result(
    portion: _Portion, future: Future[list[tuple[str, str]]] | None
) -> list[tuple[str, str]]:
    """Return the pages of a portion; this process makes them where the other was lost."""
    try:
        return _render(portion) if future is None else future.result()
    except BrokenProcessPool:
        return _render(portion)


def _prepare_process() -> None:
    """Leave an interrupt from the keyboard to the process that has started this one,
    and seldom look for cycles.
    """
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    gc.set_threshold(100_000)  # a fifth of the time went into looking; a page leaves few


def _portions(
    dataset: Dataset,
    annotated: pd.DataFrame,
    patients: Sequence[str],
    options: FolderOptions,
    shown: Sequence[int] | None,
) -> Iterator[_Portion]:
    frames = (dataset.results, dataset.infusions, dataset.events, annotated)
    places = [frame.groupby("patient_id", sort=False, observed=True).indices for frame in frames]
    is_shown = np.ones(len(annotated), dtype=bool)
    if shown is not None:
        is_shown = np.isin(np.arange(len(annotated)), list(shown))
    for start in range(0, len(patients), _PORTION):
        chosen = patients[start : start + _PORTION]
        rows = [np.concatenate([at.get(name, _NOWHERE) for name in chosen]) for at in places]
        results, infusions, events, own = (
            frame.iloc[at].reset_index(drop=True) for frame, at in zip(frames, rows, strict=True)
        )
        yield _Portion(
            dataset=replace(
                dataset,
                results=results,
                infusions=infusions,
                events=events,
                patients=list(chosen),
                later={name: dataset.later.get(name, 0) for name in chosen},
                strangers={},  # ids of other people
                strange_events={},
            ),
            annotated=own,
            shown=None if shown is None else np.flatnonzero(is_shown[rows[-1]]).tolist(),
            options=options,
        )


_NOWHERE = np.array([], dtype=np.int64)


def _render(portion: _Portion) -> list[tuple[str, str]]:
    catalog, dataset, options = load_catalog(), portion.dataset, portion.options
    report = build_report(dataset, portion.annotated, options.settings, catalog, portion.shown)
    strands = collect_panel_series(dataset, portion.annotated, dataset.patients, catalog, None)
    pages = []
    for patient, drawn in zip(report.patients, strands, strict=True):
        own = dataset.of_patient(patient.patient_id)
        sources = sources_of(own.results)
        left_out = [*own.warnings, *options.left_out]
        left_out += [
            options.left_out_of[source.file]
            for source in sources
            if source.file in options.left_out_of
        ]
        beside = InFolder(BUNDLE, INDEX, drawn)
        page = render_patient_page(
            report, patient, catalog, sources, left_out, options.analytes, beside
        )
        pages.append((patient.patient_id, page))
    return pages
