"""One set of results, written in any accepted form, reads as the same canonical results.

`writers` writes; what is read must equal what was to be written: patient, time, analyte, value in the canonical
unit (12 significant digits) and comparator.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from decimal import Decimal

import pytest
from hypothesis import Phase, assume, given, settings
from hypothesis import strategies as st
from tables.reading.forms_of_life import LANGUAGES
from tables.reading.writers import (
    DATE_FORMS,
    UNIT_PLACES,
    Form,
    Result,
    analytes_of,
    draws_of,
    options_for,
    unit_of,
    write,
)
from tables.trials import examples

from wbc_tracker.intake import read_lab_bytes

#: Analyte -> smallest and largest value and its step, in the canonical unit.
SENSIBLE = {
    "wbc": ("1.5", "19.9", "0.1"),
    "neutrophils": ("0.40", "12.00", "0.01"),
    "lymphocytes": ("0.30", "4.90", "0.01"),
    "lymphocytes_pct": ("4.0", "71.0", "0.1"),
    "cd19": ("1", "599", "1"),
    "cd19_pct": ("0.1", "24.0", "0.1"),
    "hemoglobin": ("71", "179", "1"),
    "platelets": ("30", "599", "1"),
    "igg": ("2.00", "17.50", "0.01"),
}
MAY_BE_CENSORED = ("cd19", "cd19_pct", "igg")
#: Without the phase that explains a failure: it reads some thousand files more.
PHASES = (Phase.generate, Phase.shrink)
EPOCH = datetime(2015, 1, 1)  # noqa: DTZ001  # a wall-clock time, as laboratories print it
DAYS = 4300


@st.composite
def result_sets(draw, patients=("me",)):
    """Draw a few results of one or two patients on a few days; at least two days and two analytes."""
    analytes = draw(st.lists(st.sampled_from(list(SENSIBLE)), min_size=2, max_size=5, unique=True))
    results = []
    for patient in patients:
        days = draw(st.lists(st.integers(0, DAYS), min_size=2, max_size=4, unique=True))
        is_timed = draw(st.booleans())
        for day in sorted(days):
            at = EPOCH + timedelta(days=day, minutes=draw(st.integers(1, 1439)) if is_timed else 0)
            results += [draw(one_result(patient, at, is_timed, a)) for a in analytes if draw(st.integers(0, 5))]
    assume(len(draws_of(results)) >= 2)
    assume(len(analytes_of(results)) >= 2)
    return results


@st.composite
def one_result(draw, patient, at, is_timed, analyte):
    low, high, step = (Decimal(text) for text in SENSIBLE[analyte])
    value = low + step * draw(st.integers(0, int((high - low) / step)))
    signs = ["", "", "", "<", "<=", ">", ">="] if analyte in MAY_BE_CENSORED else [""]
    return Result(patient, at, is_timed, analyte, value, draw(st.sampled_from(signs)))


@st.composite
def forms(draw, language, layout):
    places = [place for place in UNIT_PLACES[layout] if language == "en" or (layout, place) != ("wide", "column")]
    month_first = [name for name in DATE_FORMS if language == "en" or not name.startswith("mdy")]
    return Form(
        language=language,
        layout=layout,
        unit_place=draw(st.sampled_from(places)),
        unit_choice=draw(st.integers(0, 20)),
        name_choice=draw(st.integers(0, 5)),
        decimal=draw(st.sampled_from([".", ","])),
        grouping=draw(st.booleans()),
        date_form=draw(st.sampled_from(month_first)),
        encoding=draw(st.sampled_from(["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "cp1252", "latin-1"])),
        delimiter=draw(st.sampled_from([",", ";", "\t", "|"])),
        line_end=draw(st.sampled_from(["\n", "\r\n", "\r"])),
        quote_all=draw(st.booleans()),
        preamble=draw(st.booleans()),
        final_line_end=draw(st.booleans()),
        blank=draw(st.sampled_from(["", "--"])),
        comparator_space=draw(st.sampled_from(["", " "])),
    )


def canonical(reading) -> list[tuple[str, str, str, str, str]]:
    """Return what was read, as `Result.canonical` tells it."""
    return sorted(
        (
            row["patient_id"],
            row["collected_at"],
            row["analyte"],
            f"{row['value']:.12g}",
            row["comparator"] if isinstance(row["comparator"], str) else "",
        )
        for row in reading.results.to_dict("records")
    )


def check(results, form):
    raw = write(results, form)
    reading = read_lab_bytes(raw, "labs.csv", options_for(results, form))
    assert (list(reading.rejects["code"]), reading.ignored) == ([], {}), raw
    assert canonical(reading) == sorted(result.canonical for result in results), raw


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("layout", ["long", "wide"])
@settings(max_examples=examples(12), phases=PHASES)
@given(data=st.data())
def test_results_of_one_or_two_patients(language, layout, data):
    patients = data.draw(st.sampled_from([("me",), ("p1", "p2"), ("007",)]))
    check(data.draw(result_sets(patients)), data.draw(forms(language, layout)))


@pytest.mark.parametrize("language", LANGUAGES)
@settings(max_examples=examples(12), phases=PHASES)
@given(data=st.data())
def test_a_flowsheet_of_one_patient(language, data):
    check(data.draw(result_sets()), data.draw(forms(language, "flowsheet")))


@settings(max_examples=examples(40), phases=PHASES)
@given(data=st.data())
def test_any_two_forms_read_the_same(data):
    """The promise itself: two files of the same results in different forms give the same canonical values."""
    results = data.draw(result_sets())
    read = []
    for _ in range(2):
        layout = data.draw(st.sampled_from(sorted(UNIT_PLACES)))
        form = data.draw(forms(data.draw(st.sampled_from(LANGUAGES)), layout))
        read.append(canonical(read_lab_bytes(write(results, form), "labs.csv", options_for(results, form))))
    assert read[0] == read[1]


@given(st.data())
def test_the_writer_prints_the_same_amount_in_every_unit(data):
    """The test's own arithmetic: printed number times factor is the canonical value, exactly."""
    analyte = data.draw(st.sampled_from(list(SENSIBLE)))
    form = Form(language=data.draw(st.sampled_from(LANGUAGES)), unit_choice=data.draw(st.integers(0, 20)))
    result = data.draw(one_result("me", EPOCH, False, analyte))
    _, factor = unit_of(analyte, form)
    assert (result.value / factor) * factor == result.value
