"""Hold every list of the program against the truth of a messy invented clinic, and print how long each step takes.

    python tests/benchmarks/monday.py [--patients 350] [--seed 1] [--keep FOLDER]

Four weekly exports overlap; in two of them Excel has taken the zeros from the ids; results are corrected and
withdrawn; the day unit cancels infusions; treatments end, people leave. The nurse merges, renames, moves, removes and
erases. Whatever a list then says otherwise than the people who were invented is printed, and the exit code is 1.
"""

from __future__ import annotations

import argparse
import shutil
import tempfile
from collections.abc import Sequence
from pathlib import Path

from mondays.files import is_exported, printed_id, write_labs, write_letters, write_registry, write_unit
from mondays.lists import compare_counts, compare_draws, compare_lines, compare_stored, compare_worklists
from mondays.people import MONDAYS, Person, invent_clinic
from mondays.program import Program
from mondays.truth import Truth, tell_truth


def import_week(program: Program, people: Sequence[Person], export: int) -> list[str]:
    """Import what comes in on a Monday; return what is wrong with the numbers that were told."""
    program.day = MONDAYS[export]
    labs, unit, day = program.folder / f"labs{export}.csv", program.folder / f"unit{export}.xlsx", str(MONDAYS[export])
    rows = write_labs(labs, people, export)
    if export == 0:
        for write, kind in ((write_registry, "infusion"), (write_letters, "event")):
            write(program.folder / f"{kind}s.csv", people)
            program.run(kind, "import", f"{kind}s.csv")
    told = program.json(
        "import",
        labs.name,
        "--as-of",
        day,
        told=f"import of the week ({rows} rows)" if export else f"import of the past ({rows} rows)",
    )
    if export >= 2:
        write_unit(unit, people, export)
        program.run("infusion", "import", unit.name, told="import of the day unit's workbook")
    [file] = told["files"]
    parts = [file[name] for name in ("added", "duplicates", "no_result", "ignored", "rejected")]
    exact = (file["read"], sum(parts), file["rejected"]) == (rows, rows, 0)
    return [] if exact else [f"import of {labs.name}: {file['read']} read, {parts}, in truth {rows}"]


def mend(program: Program, people: Sequence[Person]) -> tuple[dict[str, str], dict[str, str], set[str]]:
    """Mend what is wrong before the last export comes; return who was renamed, moved to and erased."""
    renamed, moved, erased = {}, {}, set()
    usual = [person.mrn for person in people if person.fate == "usual"]
    for number, person in enumerate(people):
        mrn, day = person.mrn, str(person.wrong_on)
        if person.fate == "wrong_draw":
            program.run("result", "remove", "--patient", mrn, "--date", day, told="each mending")
        elif person.fate == "misfiled":
            moved[mrn] = usual[number % len(usual)]
            program.run(
                "result", "move", "--patient", mrn, "--date", day, "--to", moved[mrn], "--yes", told="each mending"
            )
        elif person.fate == "renamed":
            renamed[mrn] = f"NEW-{mrn}"
            program.run("patients", "rename", mrn, renamed[mrn], told="each mending")
        elif person.fate == "erased":
            erased.add(mrn)
            program.run("patients", "remove", mrn, "--yes", told="each mending")
    return renamed, moved, erased


def remove_cancelled(program: Program, people: Sequence[Person]) -> list[str]:
    """Remove bookings that the day unit has cancelled since, as the import says; return those it did not name."""
    said, wrong = program.output.get("import of the day unit's workbook", ""), []
    for person in people:
        if person.fate == "booked_then_cancelled":
            [day] = [str(one.day) for one in person.appointments if one.at(2) == "Booked"]
            program.run("infusion", "remove", day, "--patient", person.mrn, told="each mending")
            wrong += (
                []
                if f"{day} of '{person.mrn}'" in " ".join(said.split())
                else [f"{day} of {person.mrn} is cancelled, and not told"]
            )
    return wrong


def merge_split(program: Program, people: Sequence[Person], merged: set[str], export: int, gone: set[str]) -> None:
    """Merge those whom an export without zeros has split in two, once each."""
    for person in people:
        printed = printed_id(person, export)
        is_there = any(is_exported(result.day, export) for result in person.results)
        if printed != person.mrn and is_there and person.mrn not in merged | gone:
            program.run("patients", "merge", printed, person.mrn, told="each mending")
            merged.add(person.mrn)


def write_pages(program: Program, changed: str) -> None:
    """Write the folder twice, one patient changed between, and the panel alone."""
    words = ("report", "--as-of", str(program.day), "--format", "html", "--output", "pages")
    program.run(*words, told="the folder of pages (of 350: at most 20 s)")
    program.run("result", "add", str(program.day), "WBC=6.1", "--unit", "wbc=10*9/L", "--patient", changed, "--yes")
    program.run(*words, told="the folder, one changed (of 350: at most 5 s)")
    program.run("report", "--as-of", str(program.day), "--output", "panel.html", told="the panel as a page")


def work(program: Program, patients: int, seed: int) -> list[str]:
    """Do the four Mondays and return every difference."""
    people, wrong, merged = invent_clinic(patients, seed), [], set[str]()
    for export in (0, 1, 2):
        wrong += import_week(program, people, export)
    merge_split(program, people, merged, 2, set())
    renamed, moved, erased = mend(program, people)
    wrong += import_week(program, people, 3)
    merge_split(program, people, merged, 3, erased | set(renamed))
    wrong += remove_cancelled(program, people)
    truths: dict[str, Truth] = tell_truth(people, renamed, moved, erased)
    wrong += [*compare_lines(program, truths), *compare_worklists(program, truths)]
    wrong += [*compare_draws(program, truths), *compare_counts(program, truths), *compare_stored(program, truths)]
    program.run("store", "check", told="store check")
    write_pages(program, next(iter(truths)))
    return wrong


def main() -> None:
    """Print differences and times."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--patients", type=int, default=350)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--keep", type=Path, help="keep the files and the store in this folder")
    chosen = parser.parse_args()
    folder = chosen.keep or Path(tempfile.mkdtemp())
    folder.mkdir(parents=True, exist_ok=True)
    try:
        program = Program(folder, MONDAYS[0])
        wrong = work(program, chosen.patients, chosen.seed)
    finally:
        if chosen.keep is None:
            shutil.rmtree(folder)
    for what, seconds in program.seconds.items():
        print(f"{seconds:7.2f} s, processor {program.processor[what]:7.2f} s  {what}")
    print(*wrong, f"{len(wrong)} differences of {chosen.patients} patients, seed {chosen.seed}", sep="\n")
    raise SystemExit(bool(wrong))


if __name__ == "__main__":
    main()
