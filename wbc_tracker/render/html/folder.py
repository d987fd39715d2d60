"""The pages of many patients, a page each, to lie in one folder.

Each is made from the rows of its patient alone, so that several processes can share the work; what
comes out does not depend on how many there are, nor does its order.
"""

from __future__ import annotations

import gc
import signal
from collections import deque
from collections.abc import Generator, Iterator, Sequence
from concurrent.futures import Future, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from dataclasses import dataclass
from multiprocessing import get_context

import numpy as np

from wbc_tracker.analysis import Analysis, Portion
from wbc_tracker.panel.series import collect_panel_series
from wbc_tracker.patient.build import build_report
from wbc_tracker.patient.provenance import sources_of
from wbc_tracker.render.html.names import BUNDLE, INDEX
from wbc_tracker.render.html.patient import InFolder, render_patient_page
from wbc_tracker.scales import Scales, Units

#: So many patients are handed to a process at once, and so many portions for each process wait
#: ahead.
_PORTION, _AHEAD = 10, 2


@dataclass(frozen=True)
class FolderOptions:
    """What is the same for every page.

    Attributes:
        settings: the options it was made with, for the record. analytes: which the charts show, see
            `patient_chart`.
        left_out: sentences about what was not used of the files. units: in which values are told.
    """

    settings: dict[str, object]
    analytes: tuple[str, ...] = ()
    left_out: tuple[str, ...] = ()
    units: Units = "reported"


#: A portion, and the places in it of the rows to show; None for all.
_Task = tuple[Portion, list[int] | None, FolderOptions]


def patient_pages(
    analysis: Analysis,
    patients: Sequence[str],
    options: FolderOptions,
    shown: Sequence[int] | None = None,
    workers: int = 1,
) -> Generator[tuple[str, str]]:
    """Yield each patient with the patient's page, in the order of `patients`; closing it ends the
    processes.

    Args:
        analysis: of everybody.
        patients: whose pages are wanted. options: what is the same for all of them.
        shown: places of the annotated rows to show; all by default.
        workers: processes; with one, or where none can be started, this one does everything.
    """
    tasks = _tasks(analysis, patients, options, shown)
    if workers < 2 or len(patients) <= _PORTION:
        for task in tasks:
            yield from _render(task)
        return
    pool = ProcessPoolExecutor(
        workers, mp_context=get_context("spawn"), initializer=_prepare_process
    )
    waiting: deque[tuple[_Task, Future[list[tuple[str, str]]] | None]] = deque()
    try:
        for task in tasks:
            waiting.append((task, _handed(pool, task)))
            if len(waiting) > workers * _AHEAD:
                yield from _result(*waiting.popleft())
        while waiting:
            yield from _result(*waiting.popleft())
    finally:
        pool.shutdown(wait=True, cancel_futures=True)


def _handed(pool: ProcessPoolExecutor, task: _Task) -> Future[list[tuple[str, str]]] | None:
    """Hand a portion to a process; None where there is none any more."""
    try:
        return pool.submit(_render, task)
    except (BrokenProcessPool, OSError):
        return None


def _result(task: _Task, future: Future[list[tuple[str, str]]] | None) -> list[tuple[str, str]]:
    """Return the pages of a portion; this process makes them where the other was lost."""
    try:
        return _render(task) if future is None else future.result()
    except BrokenProcessPool:
        return _render(task)


def _prepare_process() -> None:
    """Leave an interrupt from the keyboard to the process that has started this one,
    and seldom look for cycles.
    """
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    gc.set_threshold(100_000)  # a fifth of the time went into looking; a page leaves few


def _tasks(
    analysis: Analysis,
    patients: Sequence[str],
    options: FolderOptions,
    shown: Sequence[int] | None,
) -> Iterator[_Task]:
    is_shown = np.ones(len(analysis.annotated), dtype=bool)
    if shown is not None:
        is_shown = np.isin(np.arange(len(is_shown)), list(shown))
    for portion in analysis.portions(patients, _PORTION):
        own = None if shown is None else np.flatnonzero(is_shown[portion.rows]).tolist()
        yield portion, own, options


def _render(task: _Task) -> list[tuple[str, str]]:
    portion, shown, options = task
    analysis, dataset = portion.resume(), portion.dataset
    scales = Scales.chosen(options.units, analysis.unflagged, analysis.catalog)
    report = build_report(analysis, options.settings, shown, scales=scales)
    pictures = collect_panel_series(analysis, dataset.patients, None, scales)
    pages = []
    for patient, drawn in zip(report.patients, pictures.strands, strict=True):
        own = dataset.of_patient(patient.patient_id)
        sources = sources_of(own.results)
        left_out = [*own.warnings, *options.left_out]
        beside = InFolder(BUNDLE, INDEX, drawn, pictures.legend)
        page = render_patient_page(report, patient, sources, left_out, options.analytes, beside)
        pages.append((patient.patient_id, page))
    return pages
