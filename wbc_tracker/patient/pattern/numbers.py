"""The numbers behind the first answer of the short report: of B cells, and of white cells."""

from __future__ import annotations

from collections.abc import Mapping

from wbc_tracker.annotation.unusual import LOW
from wbc_tracker.catalog import Catalog
from wbc_tracker.patient.messages import base_words, interval_words, result_words, steroid_day_words
from wbc_tracker.patient.model import Pattern
from wbc_tracker.patient.result_lines import ResultLine
from wbc_tracker.patient.trend_lines import TrendLine
from wbc_tracker.patient.trends import AnalyteSeries
from wbc_tracker.wording import changed_words, date_words, with_capital

#: The B cells that are told, the first of them that was measured; and the count.
_B_CELLS, _WHITE_CELLS = ("cd19", "cd19_pct"), "wbc"
_NO_TREND = {"unclear": "short_trend_unclear", "not enough data": "short_trend_few"}


def number_sentences(
    pattern: Pattern,
    series: Mapping[str, AnalyteSeries],
    trends: Mapping[str, TrendLine],
    catalog: Catalog,
) -> list[str]:
    """Return a sentence about the latest B-cell result, unless the pattern has named it, and one
    about the latest white cell count.

    Args:
        pattern: what has been said already.
        series, trends: by id of the analyte, of all results of the patient.
        catalog: the sentences.
    """
    told = []
    measured = next((name for name in _B_CELLS if name in series), None)
    if measured:
        told.append(_b_cells(series[measured].results[-1], pattern, catalog))
    if _WHITE_CELLS in series:
        latest = series[_WHITE_CELLS].results[-1]
        told.append(_white_cells(latest, trends[_WHITE_CELLS], pattern, catalog))
    return [words for words in told if words]


def _b_cells(latest: ResultLine, pattern: Pattern, catalog: Catalog) -> str:
    named = f"{latest.analyte.short} {result_words(latest)}"
    if any(named in sentence for sentence in pattern.sentences):
        return ""
    base, before = latest.against, ""
    is_usual = latest.baseline_kind == "pre_treatment" and not base.note & ~LOW
    if base.value is not None and is_usual and not latest.is_baseline:
        value = latest.scale.number(base.value)
        before = catalog.insert("short_before", value=value)
    return catalog.insert(
        "short_b_cells",
        Name=with_capital(latest.analyte.name),
        value=result_words(latest),
        on=_on(latest, pattern, catalog),
        before=before,
    )


def _white_cells(latest: ResultLine, trend: TrendLine, pattern: Pattern, catalog: Catalog) -> str:
    name, shows = with_capital(latest.analyte.name), _trend(trend, catalog)
    if any(result_words(latest) in sentence for sentence in pattern.sentences):
        return catalog.insert("short_trend_alone", Name=name, trend=shows) if shows else ""
    interval = interval_words(latest)
    whose = catalog.insert(f"short_{latest.ref_source}", interval=interval) if interval else ""
    return catalog.insert(
        "short_count",
        Name=name,
        value=result_words(latest),
        on=_on(latest, pattern, catalog),
        stands=catalog.insert("short_stands", whose=whose) if whose else "",
        changed=_changed(latest, catalog),
        trend=f"; {shows}" if shows else "",
        steroid=_steroid(latest, catalog),
    )


def _changed(latest: ResultLine, catalog: Catalog) -> str:
    change = latest.against.percent_change
    if change is None or latest.is_baseline:
        return ""
    base = base_words(latest, catalog)
    if not round(change):
        return catalog.insert("short_same", base=base)
    return catalog.insert("short_changed", changed=changed_words(change), base=base)


def _steroid(latest: ResultLine, catalog: Catalog) -> str:
    """Say so where a steroid has just raised the count: the pattern leaves it out."""
    if not latest.is_after_steroid or latest.ref_flag == "low":
        return ""
    return catalog.insert("steroid_raises", day=steroid_day_words(latest))


def _trend(trend: TrendLine, catalog: Catalog) -> str:
    if trend.verdict in _NO_TREND:
        is_early = trend.verdict == "not enough data" and not trend.n_used
        return "" if is_early else catalog.insert(_NO_TREND[trend.verdict])
    if trend.verdict == "not assessable":
        return ""
    return catalog.insert("short_trend", verdict=trend.verdict)


def _on(result: ResultLine, pattern: Pattern, catalog: Catalog) -> str:
    """Name the day of a result, where it is not the day of the state that is told."""
    day = date_words(result.collected_at)[:10]
    is_told = pattern.collected_at is not None and pattern.collected_at[:10] == day
    return "" if is_told else catalog.insert("short_on", day=day)
