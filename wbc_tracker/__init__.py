"""Blood counts on anti-CD20 therapy, shown against the infusions.

The data flow one way, and what stands later imports what stands earlier, never the reverse:

    file -> table -> columns of texts -> results and rejects -> dataset -> analysis ->
    patient | panel | cohort -> render

How to find a room:

- What does the field know? `catalog`: TOML with sources, and every sentence about a patient.
- How is a file read? `intake`: `file` (bytes), `column` (what one column of texts says), `table`
  (which column is what), `result` (cells to results).
- Where is it kept? `store`: one SQLite file, a collection for each kind of row.
- What follows from it? `annotation`, `trends`, `flags`; all of it at once, for all: `analysis`.
  `dataset` is what is known on a day.
- Of whom is it told? `patient`, `panel` (a clinic), `cohort` (a group): `model` is what is said,
  `build` how it is found, the others are the sentences.
- How does it look? `render/FORMAT/SUBJECT`, and `charts`.
- What goes to others? `sharing`: ids from a key, and what still identifies; the names of CDISC;
  what an export was made with.
- Where do invented patients come from? `invented`: one model of blood, for the examples, `demo`,
  the simulation and the benchmarks.
- What if the files are larger than the memory? `scale`: the same functions, in blocks of whole
  patients.
- What is called from a notebook? `notebook`, behind the public names.
- What did the user type? `cli/commands/COMMAND`. Only `cli` prints, and only it reads the clock.

In one line: who holds a number lives before `analysis`; who holds a sentence lives in a subject;
who holds a space, a tag or a colour lives in `render`.

Words of the machinery:

- *TextColumn*: one column of a file as its distinct texts, and which row has which.
- *role*: what a column is for (`value`, `unit`); *mapping*: what every column and test was taken
  for, as the user is told it.
- *reject*: a known test that could not be read, as a row with line, cell, reason and hint. What is
  wrong with a cell is a value; what is wrong with a file or a call is an error.
- *Reading*: what a file says. *FileOutcome*: what became of it in the store.
- *frame*: a pandas table with the columns of `schema`. `derive_*` takes one and gives one back with
  more columns; those that begin with an underscore are its own.
- *Facts*: what rules look at, one array a question, one entry a row.
- *standing*: where somebody stands on a day: course, last infusion, next one.
- *series*: the results of one patient and analyte in time. *course*: the time from one dose (or two
  halves of it) to the next.
- *ResultLine*, *FlagLine* and other lines: what one line of a report says, as plain data.
- *BetweenDraws*: what happened between two draws: an infusion, a run of them alike, or an event.
- *Said*: one sentence of a flag, for all patients of whom it holds, with its figures.
- *Analysis*: everything that follows from a dataset, each part computed once, when it is asked for.
- *Call*: what a command works on: the dataset, what of it is shown, the analysis.
- *selection*: which annotated rows are shown; *filter*: which patients.
- `_words`: ends the name of a function that returns text for a person; `_line`, `_lines`: text for
  one place.

The names below are the public Python API, the same pipeline; each is loaded when it is first used.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from wbc_tracker.catalog import Catalog
    from wbc_tracker.cohort import Cohort, CohortSettings
    from wbc_tracker.dataset import Dataset
    from wbc_tracker.errors import FrameError, WbcTrackerError
    from wbc_tracker.intake import (
        EventReading,
        InfusionReading,
        LabReading,
        ReadingOptions,
        read_events,
        read_infusions,
        read_labs,
    )
    from wbc_tracker.notebook.cohorts import list_times, render_cohort, summarize_cohort
    from wbc_tracker.notebook.datasets import assemble, from_readings, read_store
    from wbc_tracker.notebook.derived import (
        annotate,
        evaluate_flags,
        evaluate_patient_flags,
        summarize_courses,
        summarize_panel,
        summarize_trends,
    )
    from wbc_tracker.notebook.rules import load_catalog
    from wbc_tracker.notebook.shared import write_pseudonymized
    from wbc_tracker.notebook.told import build_report, render_html, render_svg, render_text
    from wbc_tracker.notebook.units import convert_units
    from wbc_tracker.notebook.written import write_export
    from wbc_tracker.patient.model import Report
    from wbc_tracker.render.json.patient import render_json
    from wbc_tracker.render.markdown.patient import render_markdown
    from wbc_tracker.store import Store

__version__ = "0.1.0"

__all__ = [
    "Catalog",
    "Cohort",
    "CohortSettings",
    "Dataset",
    "EventReading",
    "FrameError",
    "InfusionReading",
    "LabReading",
    "ReadingOptions",
    "Report",
    "Store",
    "WbcTrackerError",
    "__version__",
    "annotate",
    "assemble",
    "build_report",
    "convert_units",
    "evaluate_flags",
    "evaluate_patient_flags",
    "from_readings",
    "list_times",
    "load_catalog",
    "read_events",
    "read_infusions",
    "read_labs",
    "read_store",
    "render_cohort",
    "render_html",
    "render_json",
    "render_markdown",
    "render_svg",
    "render_text",
    "summarize_cohort",
    "summarize_courses",
    "summarize_panel",
    "summarize_trends",
    "write_export",
    "write_pseudonymized",
]

_HOMES = {
    "Catalog": "catalog",
    "Cohort": "cohort",
    "CohortSettings": "cohort",
    "Dataset": "dataset",
    "EventReading": "intake",
    "FrameError": "errors",
    "InfusionReading": "intake",
    "LabReading": "intake",
    "ReadingOptions": "intake",
    "Report": "patient.model",
    "Store": "store",
    "WbcTrackerError": "errors",
    "annotate": "notebook.derived",
    "assemble": "notebook.datasets",
    "build_report": "notebook.told",
    "convert_units": "notebook.units",
    "evaluate_flags": "notebook.derived",
    "evaluate_patient_flags": "notebook.derived",
    "from_readings": "notebook.datasets",
    "list_times": "notebook.cohorts",
    "load_catalog": "notebook.rules",
    "read_events": "intake",
    "read_infusions": "intake",
    "read_labs": "intake",
    "read_store": "notebook.datasets",
    "render_cohort": "notebook.cohorts",
    "render_html": "notebook.told",
    "render_json": "render.json.patient",
    "render_markdown": "render.markdown.patient",
    "render_svg": "notebook.told",
    "render_text": "notebook.told",
    "summarize_cohort": "notebook.cohorts",
    "summarize_courses": "notebook.derived",
    "summarize_panel": "notebook.derived",
    "summarize_trends": "notebook.derived",
    "write_export": "notebook.written",
    "write_pseudonymized": "notebook.shared",
}


def __getattr__(name: str) -> Any:
    """Load a public name from the module that holds it."""
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f"{__name__}.{_HOMES[name]}"), name)
