"""Fourteen clean lab files of different layouts, languages and encodings, and what each of them says."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from datetime import datetime
from decimal import Decimal
from itertools import cycle

from tables.reading.writers import Form, Result, options_for, write
from wbc_tracker.intake import ReadingOptions

_VALUES = {
    "p1": {
        "2025-03-14": {"wbc": "6.41", "lymphocytes": "1.83", "cd19": "212", "hemoglobin": "137", "igg": "9.81"},
        "2025-09-17": {"wbc": "5.72", "lymphocytes": "1.37", "cd19": "<3", "igg": "9.13"},
        "2026-03-18": {"wbc": "5.93", "lymphocytes": "1.29", "cd19": "14", "hemoglobin": "129", "igg": "8.74"},
    },
    "p2": {
        "2025-04-15": {"wbc": "7.28", "lymphocytes": "2.14", "cd19": "187", "hemoglobin": "142"},
        "2025-10-22": {"wbc": "4.67", "lymphocytes": "0.94", "cd19": "<3", "hemoglobin": "138", "igg": "7.67"},
    },
}


def _results(*patients: str) -> tuple[Result, ...]:
    """Return the results of these patients; of p1 alone under the name `me`, which a file need not print."""
    return tuple(
        Result(
            patient="me" if patients == ("p1",) else patient,
            at=datetime.fromisoformat(day),
            is_timed=False,
            analyte=analyte,
            value=Decimal(text.removeprefix("<")),
            comparator="<" if text.startswith("<") else "",
        )
        for patient in patients
        for day, values in _VALUES[patient].items()
        for analyte, text in values.items()
    )


@dataclass(frozen=True)
class Clean:
    """A clean file, what it says, and the options that it needs; the notes, if any, fill a last column in turn."""

    name: str
    results: tuple[Result, ...]
    form: Form
    notes: tuple[str, ...] = ()

    @property
    def raw(self) -> bytes:
        raw = write(self.results, self.form)
        if not self.notes:
            return raw
        header, *lines = raw.decode(self.form.encoding).splitlines()
        noted = [f"{line}{self.form.delimiter}{note}" for line, note in zip(lines, cycle(self.notes), strict=False)]
        below = f"{header}{self.form.delimiter}note"
        return self.form.line_end.join([below, *noted, ""]).encode(self.form.encoding)

    @property
    def options(self) -> ReadingOptions:
        return options_for(self.results, self.form)

    @property
    def truth(self) -> set[tuple[str, str, str, str, str]]:
        return {result.canonical for result in self.results}


_GERMAN = Form("de", decimal=",", delimiter=";", date_form="dmy with dots")
_NOTES = ("", '"well, rested"', "ok", '"two\nlines"')
_ONE, _BOTH = _results("p1"), _results("p1", "p2")
CLEAN = {
    name: Clean(name, results, form, _NOTES if name == "long_with_notes" else ())
    for name, results, form in (
        ("long", _BOTH, Form()),
        ("long_unit_in_cell", _ONE, Form(unit_place="cell", quote_all=True, line_end="\r\n")),
        ("long_unit_in_range", _BOTH, Form(unit_place="range", delimiter="|", unit_choice=1)),
        ("long_german", _BOTH, replace(_GERMAN, encoding="cp1252")),
        ("long_spanish_utf16", _ONE, Form("es", decimal=",", delimiter="\t", encoding="utf-16")),
        ("long_with_preamble", _BOTH, Form("it", decimal=",", delimiter=";", encoding="latin-1", preamble=True)),
        ("long_with_notes", _BOTH, Form()),
        ("long_small_units", _BOTH, Form(unit_choice=7, date_form="month name")),
        ("wide", _BOTH, Form(layout="wide", unit_place="header")),
        ("wide_french", _BOTH, Form("fr", "wide", "header", decimal=",", delimiter=";", date_form="dmy with slashes")),
        ("wide_unit_row", _ONE, Form(layout="wide", unit_place="row", unit_choice=1)),
        ("wide_unit_columns", _BOTH, Form(layout="wide", unit_place="column", unit_choice=2)),
        ("flowsheet", _ONE, Form(layout="flowsheet", unit_place="column")),
        ("flowsheet_german", _ONE, replace(_GERMAN, layout="flowsheet", unit_place="header")),
    )
}  # fmt: skip


_LINE = re.compile(r'(?:"[^"]*"|[^"\r\n])*(?:\r\n|\r|\n)|(?:"[^"]*"|[^"\r\n])+\Z')


def text_of(clean: Clean) -> str:
    return clean.raw.decode(clean.form.encoding)


def lines_of(clean: Clean) -> list[str]:
    """Return its lines; one that goes on inside quotation marks is one."""
    return _LINE.findall(text_of(clean))


def encoded(clean: Clean, lines: list[str]) -> bytes:
    return "".join(lines).encode(clean.form.encoding, "replace")
