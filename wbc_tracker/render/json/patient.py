"""The report as JSON: numbers are numbers, what is absent is null."""

from __future__ import annotations

import json
from functools import cache, lru_cache
from json.encoder import encode_basestring
from typing import cast

from wbc_tracker.panel.counts import ClinicCounts
from wbc_tracker.patient.model import FlagLine, PatientReport, Report, Standing
from wbc_tracker.patient.questions import questions_of
from wbc_tracker.patient.result_lines import Draw, ResultLine
from wbc_tracker.patient.trend_lines import CourseLine, TrendLine
from wbc_tracker.render.json.clinic_contract import BCellCountsJson, ClinicJson, IggCountsJson
from wbc_tracker.render.json.contract import (
    CourseJson,
    DrawJson,
    EventJson,
    FlagJson,
    InfusionJson,
    NextInfusionJson,
    PatientJson,
    PatternJson,
    QuestionJson,
    ReportJson,
    ResultJson,
    SettingsJson,
    TrendJson,
)
from wbc_tracker.render.json.rules import rules_json
from wbc_tracker.wording import visible_json

#: What is written on lines of its own.
_NESTING = frozenset((dict, list))


def render_json(report: Report, counts: ClinicCounts | None = None) -> str:
    """Return the report as one JSON document, indented, with non-ASCII text as it is; `counts`: of
    the patients, where several were asked for.
    """
    document = ReportJson(
        as_of=report.as_of,
        catalogue_version=report.catalogue_version,
        grading=report.grading,
        settings=cast(SettingsJson, report.settings),  # plain options, put together by the command
        rules=rules_json(report.own_rules),
        disclaimer=report.disclaimer,
        clinic=None if counts is None else _clinic(counts),
        patients=[_patient(patient) for patient in report.patients],
    )
    return dump_json(document)


def _clinic(counts: ClinicCounts) -> ClinicJson:
    return ClinicJson(
        on_treatment=counts.on_treatment,
        b_cells=BCellCountsJson(
            depleted=counts.depleted,
            few=counts.few,
            present=counts.present,
            unknown=counts.b_cells_unknown,
        ),
        igg=IggCountsJson(
            very_low=counts.igg_very_low,
            low=counts.igg_low,
            not_low=counts.igg_not_low,
            unknown=counts.igg_unknown,
        ),
        overdue=counts.overdue,
        labs_due=counts.labs_due,
        ended=counts.apart,
    )


def dump_json(document: object) -> str:
    """Return JSON, indented, in which every character that does not print is escaped."""
    parts: list[str] = []
    _write(document, 0, parts)
    text = "".join(parts)
    if text.replace("\n", "").isprintable():
        return text
    return visible_json(text)


def _write(value: object, level: int, parts: list[str]) -> None:
    """Add a value as `json.dumps` indents it by two, in parts that are joined once.

    That is written in Python and slow; what holds no further object or list, which is nearly
    everything, goes through the fast writer at once.
    """
    if isinstance(value, str):
        parts.append(encode_basestring(value))
        return
    if not isinstance(value, dict | list) or not value:
        parts.append(_writer(level).encode(value))
        return
    if isinstance(value, list) and isinstance(value[0], str):
        parts.append(_texts(tuple(value), level))
        return
    inner, outer = f"\n{'  ' * (level + 1)}", f"\n{'  ' * level}"
    inside = value.values() if isinstance(value, dict) else value
    if _NESTING.isdisjoint(map(type, inside)):
        flat = _writer(level).encode(value)
        parts += (flat[0], inner, flat[1:-1], outer, flat[-1])
        return
    before, between = inner, f",{inner}"
    if isinstance(value, dict):
        parts.append("{")
        for key, one in value.items():
            parts += (before, _name(key), ": ")
            before = between
            _write(one, level + 1, parts)
        parts += (outer, "}")
        return
    parts.append("[")
    for one in value:
        parts.append(before)
        before = between
        _write(one, level + 1, parts)
    parts += (outer, "]")


@lru_cache(maxsize=4096)
def _texts(texts: tuple[str, ...], level: int) -> str:
    """Return a list of texts; sources and codes are told again and again."""
    inner = f"\n{'  ' * (level + 1)}"
    return f"[{inner}{f',{inner}'.join(map(encode_basestring, texts))}\n{'  ' * level}]"


#: The keys are few, and told again and again.
_name = cache(encode_basestring)


@cache
def _writer(level: int) -> json.JSONEncoder:
    """Return what writes the parts of an object or list one a line, at this depth."""
    separators = (f",\n{'  ' * (level + 1)}", ": ")
    return json.JSONEncoder(ensure_ascii=False, allow_nan=False, separators=separators)


def _patient(patient: PatientReport) -> PatientJson:
    return PatientJson(
        patient_id=patient.patient_id,
        pattern=PatternJson(
            code=patient.pattern.code,
            sentence=patient.pattern.sentence,
            collected_at=patient.pattern.collected_at,
        ),
        infusions=[
            InfusionJson(
                infused_on=infusion.infused_on,
                drug=infusion.drug.id,
                dose_mg=infusion.dose_mg,
                course=infusion.course or None,
            )
            for infusion in patient.infusions
        ],
        next_infusion=_next_infusion(patient.standing),
        events=[
            EventJson(
                id=event.id,
                happened_on=event.happened_on,
                kind=event.kind.id,
                note=event.note or None,
                remark=event.remark or None,
            )
            for event in patient.events
        ],
        draws=[_draw(draw) for draw in patient.draws],
        trends=[_trend(trend) for trend in patient.trends],
        flags=[_flag(flag) for flag in patient.flags],
        questions=[
            QuestionJson(text=one.text, code=one.flag.code if one.flag else None)
            for one in questions_of(patient)
        ],
    )


def _next_infusion(standing: Standing) -> NextInfusionJson | None:
    on, kind, days = standing.next_on, standing.next_kind, standing.days_to_next
    if on is None or kind is None or days is None:
        return None
    return NextInfusionJson(on=on, kind=kind, days=days)


def _draw(draw: Draw) -> DrawJson:
    return DrawJson(
        collected_at=draw.collected_at,
        course=draw.course,
        days_since_infusion=draw.days_since_infusion,
        phase=draw.phase,
        results=[_result(result) for result in draw.results],
        flags=[flag.code for flag in draw.flags],
    )


def _result(result: ResultLine) -> ResultJson:
    return ResultJson(
        analyte=result.analyte.id,
        value=result.value,
        comparator=result.comparator,
        unit=result.unit,
        ref_low=result.ref_low,
        ref_high=result.ref_high,
        ref_source=result.ref_source,
        ref_flag=result.ref_flag,
        derivation=result.derivation,
        baseline_note=result.baseline_note,
        depletion=result.depletion,
        percent_change=result.percent_change,
        beyond_rcv=result.beyond_rcv,
        ctcae_v5_grade=result.ctcae_v5_grade,
    )


def _trend(trend: TrendLine) -> TrendJson:
    return TrendJson(
        analyte=trend.analyte.id,
        n=trend.n,
        first_at=trend.first_at,
        latest_at=trend.latest_at,
        baseline=trend.baseline,
        baseline_kind=trend.baseline_kind,
        latest=trend.latest,
        latest_comparator=trend.latest_comparator,
        percent_change=trend.percent_change,
        beyond_rcv=trend.beyond_rcv,
        beyond_rcv_previous=trend.beyond_rcv_previous,
        verdict=trend.verdict,
        slope_per_year=trend.slope_per_year,
        slope_low=trend.slope_low,
        slope_high=trend.slope_high,
        p_value=trend.p_value,
        n_used=trend.n_used,
        span_days=trend.span_days,
        fitted_change_percent=trend.fitted_change_percent,
        courses=[_course(course) for course in trend.courses],
    )


def _course(course: CourseLine) -> CourseJson:
    return CourseJson(
        course=course.course,
        pre_dose=course.pre_dose,
        pre_dose_comparator=course.pre_dose_comparator,
        nadir=course.nadir,
        nadir_comparator=course.nadir_comparator,
        nadir_day=course.nadir_day,
        last=course.last,
        last_comparator=course.last_comparator,
    )


def _flag(line: FlagLine) -> FlagJson:
    return FlagJson(
        code=line.code,
        severity=line.severity.word,
        current=line.current,
        title=line.flag.title,
        message=line.message,
        analyte=line.result.analyte.id if line.result else None,
        collected_at=line.collected_at,
        statements=list(line.flag.statements),
        sources=list(line.sources),
    )
