"""examples/api.md: the public names as tables, made of their signatures and docstrings."""

from __future__ import annotations

import inspect
import re
from typing import Any, get_overloads

from readme import ROOT

import wbc_tracker

PAGE = ROOT / "examples" / "api.md"
_GROUPS = {
    "Read files": [
        "read_labs", "read_infusions", "read_events", "ReadingOptions", "LabReading", "InfusionReading", "EventReading",
    ],
    "What is known on a day": ["from_readings", "assemble", "convert_units", "Store", "read_store", "Dataset"],
    "What follows": [
        "annotate", "evaluate_flags", "evaluate_patient_flags", "summarize_trends", "summarize_courses",
        "summarize_panel",
    ],
    "The cohort": ["CohortSettings", "summarize_cohort", "list_times", "render_cohort", "Cohort"],
    "Reports and pictures": [
        "build_report", "Report", "render_text", "render_markdown", "render_html", "render_json", "render_svg",
    ],
    "Files": ["write_export", "write_pseudonymized"],
    "Own rules": ["load_catalog", "Catalog"],
    "Errors": ["WbcTrackerError", "FrameError"],
}  # fmt: skip
_HEAD = """\
# The public names

What `import wbc_tracker` gives a notebook or a program: the same functions that the commands call. Nothing in it
prints, reads the clock or changes what it is given; all is told as of a day that you name. [The
notebook](notebook.ipynb) shows most of them at work, [`pipeline.py`](pipeline.py) the shortest way.

    files -> read_labs, read_infusions, read_events -> from_readings -> dataset
    frames ------------------------------------------> assemble -----^   |
    a store -----------------------------------------> read_store ---^   +-> annotate -> write_export
                                                                         +-> evaluate_flags, summarize_trends ...
                                                                         +-> summarize_cohort -> render_cohort
                                                                         +-> build_report -> render_text ...

Tables are frames of pandas. Values are in the canonical units of the catalogue, dates are ISO texts. A message of an
error says what to do; where it names an option of the command line, `--date-order dmy`, that is a field of
`ReadingOptions`, `date_order="dmy"`. `wbc-tracker explain --columns` says what each column means.
Every error that is raised on purpose is a `WbcTrackerError`; the kinds named below live in `wbc_tracker.errors`.
"""
_SECTION = re.compile(r"^(Args|Returns|Raises|Attributes):$", re.MULTILINE)
#: Begins an entry: `name: ` or `one, other: `.
_ENTRY = re.compile(r"\w+(, \w+)*: ")
#: A literal block.
_EXAMPLE = re.compile(r"::\n\n((?: {4}.*\n?)+)")


def api_page() -> str:
    """Return the page."""
    parts = [_HEAD]
    for heading, names in _GROUPS.items():
        rows = [_row(name) for name in names]
        parts.append(f"\n## {heading}\n\n| name | does | takes | errors |\n|---|---|---|---|\n{''.join(rows)}")
    return "".join(parts)


def told_names() -> list[str]:
    """Return the names that have a row, in the order of the page."""
    return [name for names in _GROUPS.values() for name in names]


def write_page() -> None:
    """Write the page anew."""
    PAGE.write_text(api_page(), encoding="utf-8")


def _row(name: str) -> str:
    """Return a name's row: what the docstring says, in the columns."""
    value = getattr(wbc_tracker, name)
    told = _sections(inspect.getdoc(value) or "")
    if inspect.isclass(value) and hasattr(value, "of"):
        made = _sections(inspect.getdoc(value.of) or "")
        told = {**made, "": f"{told['']} {made['']}"}
    calls = "<br>".join(f"`{call}`" for call in _calls(name, value))
    does = " ".join(part for part in (told[""], told.get("Returns", "")) if part)
    cells = calls, does, told.get("Args", told.get("Attributes", "")), told.get("Raises", "")
    return f"| {' | '.join(cell.replace('|', chr(92) + '|') for cell in cells)} |\n"


def _calls(name: str, value: Any) -> list[str]:
    """Return how it is called; of a class whose instances are made elsewhere its name alone."""
    if inspect.isclass(value):
        maker = getattr(value, "of", None)
        if name == "Store":
            return ["Store(path)"]
        return [name] if maker is None else [f"{name}.of{_signature(maker)}"]
    return [f"{name}{_signature(each)}{_result(each)}" for each in get_overloads(value) or [value]]


def _signature(function: Any) -> str:
    """Return the parameters with their defaults, without their types."""
    signature = inspect.signature(function)
    plain = [one.replace(annotation=inspect.Parameter.empty) for one in signature.parameters.values()]
    return str(signature.replace(parameters=plain, return_annotation=inspect.Signature.empty))


def _result(function: Any) -> str:
    made = inspect.signature(function).return_annotation
    return "" if made in (None, "None") else f" -> {str(made).removeprefix('pd.')}"


def _sections(text: str) -> dict[str, str]:
    """Return the sections of a docstring, each on one line; "" is what stands before them."""
    summary, *parts = _SECTION.split(_EXAMPLE.sub(_quoted, text))
    named = {name: _entries(part) for name, part in zip(parts[::2], parts[1::2], strict=True)}
    return {"": " ".join(summary.split()), **named}


def _quoted(example: re.Match[str]) -> str:
    return f": `{' '.join(example[1].split())}`\n"


def _entries(section: str) -> str:
    """Return what a section says, each of its entries on a line of its own in the cell."""
    lines = inspect.cleandoc(f"\n{section}").splitlines()
    entries: list[str] = []
    for line in lines:
        if line.startswith(" ") or not entries or not _ENTRY.match(line):
            entries[-1:] = [f"{entries[-1] if entries else ''} {line.strip()}".strip()]
        else:
            entries.append(line.strip())
    return "<br>".join(entries)
