"""Ask the program about people in whom nothing happens but the loss of B cells, and about people who really lose cells.

    python tests/benchmarks/simulate.py [--people 2000] [--quick]

Prints how often the first sentence says `differs` and how often a flag to discuss stands, at a visit and ever, and
how many true declines are told. These figures are the source of the thresholds that are our choice. Never a test of
the suite: it takes minutes. The people are those of `wbc_tracker/invented/populations.py`, the report is the one that
`report` shows.
"""

from __future__ import annotations

import argparse
import io
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.csv as pacsv

from wbc_tracker.analysis import Analysis
from wbc_tracker.catalog import load_catalog
from wbc_tracker.dataset import from_readings
from wbc_tracker.intake import ReadingOptions, read_infusion_bytes, read_lab_bytes
from wbc_tracker.invented.populations import ONE_DRAW, TWO_DRAWS, People, World, invent
from wbc_tracker.patient.build import build_report
from wbc_tracker.patient.model import PatientReport

CATALOG = load_catalog()


@dataclass(frozen=True)
class Visit:
    """What was told at one visit: patient -> code of the pattern, and the codes of serious flags that stand."""

    codes: dict[str, str]
    flags: dict[str, set[str]]
    verdicts: dict[str, dict[str, str]]


def reports(people: People, as_of: str) -> Iterator[PatientReport]:
    """Yield the report of everybody as it was on a day."""
    options = ReadingOptions(as_of=as_of, today=as_of)
    known = people.labs.filter(pc.less_equal(people.labs["collected_at"], as_of))
    labs = read_lab_bytes(_bytes(known), "labs.csv", options, CATALOG)
    infusions = read_infusion_bytes(_bytes(people.infusions), "infusions.csv", options, CATALOG)
    dataset = from_readings([labs], [infusions], as_of)
    yield from build_report(Analysis(dataset, "before", CATALOG), {}).patients


def _bytes(table: pa.Table) -> bytes:
    stream = io.BytesIO()
    pacsv.write_csv(table, stream)
    return stream.getvalue()


def visit(people: People, as_of: str) -> Visit:
    """Tell what everybody reads on a day."""
    codes, flags, verdicts = {}, {}, {}
    for patient in reports(people, as_of):
        codes[patient.patient_id] = patient.pattern.code
        flags[patient.patient_id] = {flag.code for flag in patient.flags if flag.current and flag.calls}
        verdicts[patient.patient_id] = {trend.analyte.id: trend.verdict for trend in patient.trends}
    return Visit(codes, flags, verdicts)


def share(count: int, of: int) -> str:
    return f"{100 * count / of:5.1f} %" if of else "    -"


def without_change(name: str, world: World, *, at_each_visit: bool) -> None:
    """Print the false alarms of people who lose nothing but B cells."""
    people = invent(world)
    visits = people.visits if at_each_visit else people.visits[-1:]
    seen = [visit(people, day) for day in visits]
    for label, chosen in (
        ("all", set(people.women)),
        ("women", {who for who, is_woman in people.women.items() if is_woman}),
        ("men", {who for who, is_woman in people.women.items() if not is_woman}),
    ):
        differs = [{who for who in chosen if told.codes[who] == "differs"} for told in seen]
        serious = [{who for who in chosen if told.flags[who]} for told in seen]
        visits_told = len(chosen) * len(seen)
        last = seen[-1]
        print(
            f"{name:34} {label:6} n {len(chosen):5}  differs: a visit {share(sum(map(len, differs)), visits_told)}, "
            f"last {share(len(differs[-1]), len(chosen))}, ever {share(len(set().union(*differs)), len(chosen))};  "
            f"discuss or urgent: last {share(len(serious[-1]), len(chosen))}, "
            f"ever {share(len(set().union(*serious)), len(chosen))};  codes at last "
            f"{dict(Counter(last.codes[who] for who in chosen).most_common())}"
        )
    print(
        f"{'':34} flags at last: {dict(Counter(f for flags in seen[-1].flags.values() for f in flags).most_common())}"
    )


def with_decline(name: str, world: World, analytes: Sequence[str]) -> None:
    """Print how many true declines are told at the last visit."""
    people = invent(world)
    told = visit(people, people.visits[-1])
    for label, chosen in (
        ("all", set(people.women)),
        ("women", {who for who, is_woman in people.women.items() if is_woman}),
        ("men", {who for who, is_woman in people.women.items() if not is_woman}),
    ):
        falling = {who for who in chosen if any(told.verdicts[who].get(name) == "falling" for name in analytes)}
        either = falling | {who for who in chosen if "gradual_decline" in told.flags[who]}
        stable = {who for who in chosen if any(told.verdicts[who].get(name) == "stable" for name in analytes)}
        print(
            f"{name:34} {label:6} n {len(chosen):5}  falling {share(len(falling), len(chosen))}, or gradual_decline "
            f"{share(len(either), len(chosen))}, called stable {share(len(stable), len(chosen))}, differs "
            f"{share(sum(told.codes[who] == 'differs' for who in chosen), len(chosen))}"
        )


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--people", type=int, default=2000)
    parser.add_argument("--quick", action="store_true", help="the last visit only")
    given = parser.parse_args()
    each = not given.quick
    base = World(people=given.people)
    without_change("20 draws, B share 10 %", base, at_each_visit=each)
    without_change("7 draws", replace(base, draws=7, days=ONE_DRAW, seed=2), at_each_visit=False)
    without_change("B share 15 %", replace(base, b_share=0.15, seed=3), at_each_visit=False)
    without_change("another laboratory each draw (5 %)", replace(base, laboratory=0.05, seed=4), at_each_visit=False)
    white = dict.fromkeys(("neutrophils", "t_cells", "rest"), 0.3)
    for draws, days in ((13, TWO_DRAWS), (7, ONE_DRAW)):
        lost = replace(base, draws=draws, days=days, seed=5)
        all_white = ("wbc", "neutrophils", "lymphocytes")
        with_decline(f"all white cells -30 %, {draws} draws", replace(lost, decline=white), all_white)
        with_decline(f"neutrophils -30 %, {draws} draws", replace(lost, decline={"neutrophils": 0.3}), ("neutrophils",))
        with_decline(f"T and NK cells -30 %, {draws} draws", replace(lost, decline={"t_cells": 0.3}), ("lymphocytes",))
        with_decline(f"IgG -30 %, {draws} draws", replace(lost, decline={"igg": 0.3}), ("igg",))


if __name__ == "__main__":
    main()
