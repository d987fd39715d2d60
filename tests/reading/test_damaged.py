"""Hundreds of damaged files: read right, refused in a few lines with exit code 2 or 3, or read with the rest told.

`damages` makes the files. What is read of one must be what the clean file says of that patient, day and test. What
cannot be seen is a number cut short at the very end of a file, or at the end of a line by a stray line end: then a
warning must name the line, and the cells of the line below must be rejected.
"""

from __future__ import annotations

import pytest
from tables.reading.clean_files import CLEAN
from tables.reading.damages import KINDS, Damage, damages_of

from wbc_tracker.errors import WbcTrackerError
from wbc_tracker.intake import LabReading, read_lab_bytes

#: What a refusal may take on a terminal: lines, and characters of a line.
FEW_LINES, A_LONG_LINE = 4, 700
ALL = {name: list(damages_of(clean)) for name, clean in CLEAN.items()}
LEAST = 300


def canonical(reading: LabReading) -> dict[tuple[str, str, str, str, str], int]:
    """Return what was read, as `writers.Result.canonical` tells it, with its line."""
    return {
        (
            row["patient_id"],
            row["collected_at"],
            row["analyte"],
            f"{row['value']:.12g}",
            row["comparator"] if isinstance(row["comparator"], str) else "",
        ): row["source_row"]
        for row in reading.results.to_dict("records")
    }


def wrong(damage: Damage) -> str:
    """Say what is wrong with what became of a damaged file; "" if nothing is."""
    try:
        reading = read_lab_bytes(damage.raw, "labs.csv", damage.options)
    except WbcTrackerError as refusal:
        lines = [*refusal.message.splitlines(), *refusal.hint.splitlines()]
        if refusal.exit_code not in (2, 3) or not refusal.message:
            return f"exit code {refusal.exit_code}, message {refusal.message!r}"
        if len(lines) > FEW_LINES or max(map(len, lines)) > A_LONG_LINE:
            return f"a refusal of {len(lines)} lines, the longest of {max(map(len, lines))} characters"
        return ""
    counted = len(reading.results) + reading.no_result + sum(reading.ignored.values()) + len(reading.rejects)
    if reading.read != counted:
        return f"{reading.read} cells read, {counted} accounted for"
    found = canonical(reading)
    new = sorted(set(found) - damage.clean.truth)
    if damage.may_rename_patient:
        people = {result.patient for result in damage.clean.results}
        new = [key for key in new if key[0] in people or key[1:] not in {true[1:] for true in damage.clean.truth}]
    if damage.may_end_short and len(new) == 1 and found[new[0]] == max(found.values()):
        told = [warning for warning in reading.warnings if f"line {found[new[0]]}" in warning.lower()]
        return "" if told else f"no warning that the last line may be cut: {new}"
    if damage.may_break_a_line and len(new) == 1:
        line = found[new[0]]
        told = reading.rejects[reading.rejects["source_row"] == line + 1]
        warned = any(f"the last value of line {line}." in warning for warning in reading.warnings)
        new = [] if warned and list(told["code"].unique()) == ["row_shape"] else new
    return f"silently different: {new}" if new else ""


def test_there_are_enough_different_files():
    files = {damage.raw for damages in ALL.values() for damage in damages}
    assert len(files) >= LEAST
    assert len(CLEAN) >= 12


@pytest.mark.parametrize("name", CLEAN)
def test_the_clean_file_reads_right(name):
    clean = CLEAN[name]
    reading = read_lab_bytes(clean.raw, "labs.csv", clean.options)
    assert (list(reading.rejects["code"]), reading.ignored) == ([], {})
    assert set(canonical(reading)) == clean.truth


@pytest.mark.parametrize("kind", [*KINDS, "encodings"])
@pytest.mark.parametrize("name", CLEAN)
def test_a_damaged_file_never_lies(name, kind):
    chosen = [d for d in ALL[name] if d.kind == kind or (kind == "encodings" and d.kind not in KINDS)]
    said = [f"{damage.kind}: {problem}\n{damage.raw[:600]!r}" for damage in chosen if (problem := wrong(damage))]
    assert said == []


def test_what_is_no_table_is_refused():
    """Archives, web pages, documents, pictures and noise: never a reading."""
    read = []
    for damage in (d for damages in ALL.values() for d in damages if d.kind == "no table at all"):
        try:
            reading = read_lab_bytes(damage.raw, "labs.csv", damage.options)
        except WbcTrackerError:
            continue
        read.append((damage.clean.name, damage.raw[:60], len(reading.results)))
    assert read == []


@pytest.mark.parametrize("name", CLEAN)
def test_two_tables_in_one_file_are_refused(name):
    for damage in (d for d in ALL[name] if d.kind == "another table below"):
        with pytest.raises(WbcTrackerError) as refused:
            read_lab_bytes(damage.raw, "labs.csv", damage.options)
        assert "line" in refused.value.message


@pytest.mark.parametrize("name", CLEAN)
def test_a_repeated_header_is_skipped_and_told(name):
    """The values stay right, nothing is rejected for it, and the line is named."""
    for damage in (d for d in ALL[name] if d.kind == "header again"):
        reading = read_lab_bytes(damage.raw, "labs.csv", damage.options)
        assert set(canonical(reading)) == damage.clean.truth
        assert any("header" in warning for warning in reading.warnings)
