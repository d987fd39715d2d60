"""A panel of several patients from a few lines each. Day 0 is 2024-01-01; the panel is told on day 200 by default."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import pandas as pd

from tables.labs import CATALOG, at, cohort, dated, infusions, on
from wbc_tracker.analysis import Analysis
from wbc_tracker.dataset import Dataset, assemble
from wbc_tracker.panel.build import build_panel
from wbc_tracker.panel.facts import PanelFacts, collect_panel_facts
from wbc_tracker.panel.filter import PanelFilter
from wbc_tracker.panel.model import PANEL_ANALYTES, Panel, PanelLine

#: Patient -> results (lines as in `tables.labs.at`), and patient -> infusions `DAY DOSE [DRUG]`.
Lines = Mapping[str, Sequence[str]]
EVERYONE = PanelFilter()


def dataset_of(results: Lines, infused: Lines, as_of: int) -> Dataset:
    doses = [infusions(*map(dated, lines), who=who) for who, lines in infused.items()]
    given = pd.concat([infusions(), *doses], ignore_index=True) if doses else infusions()
    return assemble(cohort(**{who: at(*lines) for who, lines in results.items()}), given, on(as_of))


def facts_of(results: Lines, infused: Lines | None = None, as_of: int = 200, same_day: str = "before") -> PanelFacts:
    dataset = dataset_of(results, infused or {}, as_of)
    analytes = (*PANEL_ANALYTES, "cd19_pct")
    return collect_panel_facts(Analysis(dataset, same_day, CATALOG), analytes)


def panel_of(results: Lines, infused: Lines | None = None, as_of: int = 200, filters: PanelFilter = EVERYONE) -> Panel:
    return build_panel(facts_of(results, infused, as_of), filters, CATALOG)


def line_of(*lines: str, infused: Sequence[str] = (), as_of: int = 200) -> PanelLine:
    """The line of one patient."""
    (line,) = panel_of({"me": lines}, {"me": infused} if infused else {}, as_of).lines
    return line


def chosen(filters: PanelFilter, results: Lines, infused: Lines | None = None, as_of: int = 200) -> list[str]:
    """Who is shown, in the order of the panel."""
    return [line.patient_id for line in panel_of(results, infused, as_of, filters).lines]
