"""What the commands `report` and `chart` do: a report, as text, page or picture."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal

from wbc_tracker.catalog import Catalog
from wbc_tracker.catalog.naming import choose_analyte
from wbc_tracker.dataset import Dataset
from wbc_tracker.errors import UsageError
from wbc_tracker.near import did_you_mean
from wbc_tracker.notebook.derived import analyze
from wbc_tracker.patient.build import build_report as build_patients
from wbc_tracker.patient.model import PatientReport, Report
from wbc_tracker.scales import Scales
from wbc_tracker.selection import Selection

#: What stands in a short text in place of what to type for the whole.
_WHOLE = "render_text(report, patient, full=True)"


def build_report(
    dataset: Dataset,
    patients: Sequence[str] | None = None,
    *,
    units: Literal["si", "reported"] = "si",
    same_day: str = "before",
    catalog: Catalog | None = None,
) -> Report:
    """Build the report of every patient of a dataset, or of some, as `report` tells it.

    `render_json` makes a text of all; `render_text`, `render_markdown`, `render_html` and
    `render_svg` of one of its `patients`.

    Args:
        dataset: from `from_readings` or `assemble`. patients: whose; everybody's by default.
        units: `si`, the canonical ones, or `reported`: of each patient's latest printed results.
        same_day, catalog: as of `annotate`.

    Raises:
        UsageError: a patient who is not in the dataset. FrameError: not a dataset.
    """
    analysis = analyze(dataset, same_day, catalog)
    if unknown := sorted(set(patients or ()) - set(dataset.patients)):
        near = did_you_mean(unknown[0], dataset.patients)
        raise UsageError(f"There is no patient {unknown[0]!r} in the dataset.{near}")
    patient = patients[0] if patients and len(patients) == 1 else None
    everything = Selection().as_settings()
    settings: dict[str, object] = {"same_day": same_day, "patient": patient, **everything}
    scales = Scales.chosen(units, analysis.unflagged, analysis.catalog)
    return build_patients(analysis, settings, patients=patients, scales=scales)


def render_text(
    report: Report, patient: PatientReport, *, full: bool = False, width: int = 100
) -> str:
    """Return one patient's report as plain text, as a terminal shows it.

    Args:
        report: from `build_report`. patient: one of its `patients`.
        full: with every draw, slope and code; else what fits on a screen.
        width: in letters.
    """
    from wbc_tracker.render.terminal.patient import render_patient
    from wbc_tracker.render.terminal.short import render_short

    lines = (
        render_patient(report, patient, width)
        if full
        else render_short(report, patient, width, _WHOLE)
    )
    return "\n".join(line.plain for line in lines)


def render_html(report: Report, patient: PatientReport, dataset: Dataset | None = None) -> str:
    """Return one patient's report as a web page, complete without the network.

    Args:
        report: from `build_report`. patient: one of its `patients`.
        dataset: that it was built of, to tell which files were read and what was left out.

    Raises:
        UsageError: what draws is not installed: `pip install "wbc-tracker[html]"`.
    """
    from wbc_tracker.patient.provenance import sources_of
    from wbc_tracker.render.html import render_patient_page

    files = [] if dataset is None else sources_of(dataset.of_patient(patient.patient_id).results)
    left_out = [] if dataset is None else dataset.warnings
    return render_patient_page(report, patient, files, left_out)


def render_svg(
    report: Report,
    patient: PatientReport,
    analytes: Sequence[str] = (),
    *,
    time: Literal["calendar", "course"] = "calendar",
    theme: Literal["light", "dark", "print"] = "light",
    width: int = 760,
) -> str:
    """Return one patient's results against the infusions as a picture, SVG.

    Args:
        report: from `build_report`. patient: one of its `patients`.
        analytes: which; by default B cells, white cells and immunoglobulins.
        time: by date, or by weeks since the last infusion with the courses laid over.
        theme: colours. width: of the panels in pixels.

    Raises:
        UsageError: nothing is left to draw, an analyte is not known, or what draws is not
            installed: `pip install "wbc-tracker[html]"`.
    """
    from wbc_tracker.catalog import load_catalog
    from wbc_tracker.charts import patient_chart, require_renderer
    from wbc_tracker.charts import render_svg as draw

    require_renderer()
    chosen = [choose_analyte(name, load_catalog(), "analytes") for name in analytes]
    spec = patient_chart(report, patient, time=time, theme=theme, width=width, analytes=chosen)
    if spec is None:
        raise UsageError("No result is left to draw.")
    return draw(spec)
