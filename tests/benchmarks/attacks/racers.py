"""Let eight imports race: all of them come through, and the store is as if they had come one after another."""

from __future__ import annotations

import os
import random
import re
from collections.abc import Callable, Sequence
from pathlib import Path

from attacks.findings import Findings
from attacks.program import AS_OF, Ended, Program
from attacks.stores import copied, fill, write_inputs

RACERS = 8
ROUNDS = 16
_FILES = ["labs-long.csv", "labs-portal.csv", "labs-german.csv", "labs-percent.tsv", "labs-cells.csv.gz",
          "labs-omop.csv", "labs-fhir.ndjson", "labs-wide.csv"]  # fmt: skip
_READERS = [["export", "-", "--as-of", AS_OF], ["infusion", "list"], ["event", "list"], ["patients", "list"]]
Lines = Sequence[list[str]]


def _imports(*files: str) -> list[str]:
    return ["import", *files, "--as-of", AS_OF]


def _same(_: random.Random) -> Lines:
    return [_imports("labs-german.csv")] * RACERS


def _different(_: random.Random) -> Lines:
    return [_imports(file) for file in _FILES]


def _all_in_any_order(rng: random.Random) -> Lines:
    return [_imports(*rng.sample(_FILES, 3)) for _ in range(RACERS)]


def _of_all_kinds(_: random.Random) -> Lines:
    entries = [["infusion", "add", f"2017-0{month}-01", "--patient", f"demo-0{month}"] for month in (1, 2)]
    entries += [["event", "add", "2017-03-04", "infection", "--patient", "demo-01"]]
    entries += [["result", "add", "2017-03-04", "WBC=6.1 10^9/L", "--patient", "demo-01"]]
    return [_imports("labs-wide.csv"), _imports("labs-omop.csv"), ["infusion", "import", "infusions.csv"],
            ["event", "import", "events.csv"], *entries]  # fmt: skip


#: What races, whether into a filled store or into none.
RACES: dict[str, tuple[Callable[[random.Random], Lines], bool]] = {
    "the same file": (_same, True),
    "the same file, no store yet": (_same, False),
    "different files": (_different, True),
    "different files, no store yet": (_different, False),
    "several files each": (_all_in_any_order, False),
    "files and entries": (_of_all_kinds, True),
}


def attack(program: Program, folder: Path, seed: int, findings: Findings) -> None:
    """Let all races be run several times."""
    rng = random.Random(seed)
    empty, filled = folder / "nobody", folder / "somebody"
    write_inputs(empty, seed)
    copied(empty, filled)
    fill(program, filled)
    for number in range(ROUNDS):
        name = list(RACES)[number % len(RACES)]
        make, is_filled = RACES[name]
        _race(program, name, make(rng), filled if is_filled else empty, folder, findings)


def _race(program: Program, name: str, lines: Lines, start: Path, folder: Path, findings: Findings) -> None:
    trial = copied(start, folder / "trial")
    ended = _at_once(program, trial, lines)
    racing = program.all_of(trial, [*_READERS, ["store", "check"]])
    calm = copied(start, folder / "calm")
    one_by_one = program.all_of(calm, [*lines, *_READERS, ["store", "check"]])
    alone = one_by_one[: len(lines)]
    failures = [f"{' '.join(words[:3])}: {each.words}" for words, each in zip(lines, ended, strict=True)
                if each.code not in (0, 1) or "Traceback" in each.err]  # fmt: skip
    if sorted(each.code for each in ended) != sorted(each.code for each in alone):
        failures.append("the exit codes are others than one after another")
    if racing[-1].code:
        failures.append(f"the store is not sound: {racing[-1].out}{racing[-1].err}")
    for words, now, then in zip(_READERS, racing, one_by_one[len(lines) :], strict=False):
        if _rows(now) != _rows(then):
            failures.append(f"{' '.join(words)} tells something else than one after another")
    waited = sum("waiting" in each.err for each in ended)
    findings.note(
        "racers", f"{len(lines)} x {name}", f"round, {waited} waited for long" if waited else "round", failures
    )


def _rows(ended: Ended) -> list[str]:
    """Return lines in an order that does not tell who came first, without the numbers that tell it."""
    return sorted(re.sub(r"^ *\d+  ", "", line) for line in ended.out.splitlines())


def _at_once(program: Program, folder: Path, lines: Lines) -> list[Ended]:
    """Start all lines at the same moment, and wait for all."""
    ready, go = os.pipe()

    def wait_for_the_start() -> None:
        os.close(go)
        os.read(ready, 1)

    processes = [program.start(folder, *words, before=wait_for_the_start) for words in lines]
    os.close(ready)
    os.close(go)
    return [process.wait() for process in processes]
