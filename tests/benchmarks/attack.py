"""Attack the program: kill it, flip bits of its store, let imports race, fill its disk; nothing may be lost or lied.

    python tests/benchmarks/attack.py [--seed 1] [--kills 1000] [--flips 300] [--only kills|flips|racers|disks]

Prints what was tried, how it ended and every failure; exits with 1 if there is one. Never a test of the suite: it
takes about half an hour on two cores. It needs fork, and the disks need somebody who may mount.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
from pathlib import Path

from attacks import disks, flips, kills, racers
from attacks.findings import Findings
from attacks.program import Program

PARTS = ("kills", "flips", "racers", "disks")


def main() -> None:
    """Attack as was asked for; exit with 1 if anything failed."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--kills", type=int, default=1000)
    parser.add_argument("--flips", type=int, default=300)
    parser.add_argument("--only", choices=PARTS)
    parser.add_argument("--name", default="", help="kill only works with this in their name")
    parser.add_argument("--inside", action="store_true", help=argparse.SUPPRESS)
    chosen = parser.parse_args()
    findings = Findings()
    try:
        went_well = _attack(chosen, findings)
    finally:
        print(findings.table())  # also of what was tried until an interrupt
    sys.exit(1 if findings.failures or not went_well else 0)


def _attack(chosen: argparse.Namespace, findings: Findings) -> bool:
    """Do what was chosen; return whether what was done in another process went well."""
    went_well = True
    with tempfile.TemporaryDirectory(prefix="wbc-attack-") as name:
        folder = Path(name)
        program = Program(folder / "streams")
        if chosen.only in (None, "kills"):
            kills.attack(program, folder, chosen.kills, chosen.seed, findings, chosen.name)
        if chosen.only in (None, "flips"):
            flips.attack(program, folder, chosen.flips, chosen.seed, findings)
        if chosen.only in (None, "racers"):
            racers.attack(program, folder, chosen.seed, findings)
        if chosen.inside:
            disks.attack_inside(program, folder, chosen.seed, findings)
        elif chosen.only in (None, "disks"):
            went_well = disks.attack(folder, chosen.seed, findings)
    return went_well


if __name__ == "__main__":
    main()
