"""What a large export takes: time on the wall and of the processors, and the memory of all its processes together.

    python tests/benchmarks/scale.py FOLDER --workers 2 --rounds 3 [--peer PYTHON SCRIPT] [--any-order]

FOLDER holds `labs.csv` and `infusions.csv` as `generate.py` writes them. The peer is another program with the arguments
LABS INFUSIONS OUT memory, as a comparison on the same machine; the two are measured in turn. Linux only: memory is the
sum of the proportional sets of all processes, looked at four times a second.
"""

from __future__ import annotations

import argparse
import os
import random
import subprocess
import sys
import threading
import time
from pathlib import Path

AS_OF = "2026-11-23"


def family(root: int) -> list[int]:
    """Return a process and all that descend from it."""
    parents = {}
    for entry in Path("/proc").iterdir():
        if entry.name.isdecimal():
            try:
                parents[int(entry.name)] = int((entry / "stat").read_text().rsplit(")", 1)[1].split()[1])
            except OSError:
                continue
    found = [root]
    for one in found:
        found += [child for child, parent in parents.items() if parent == one]
    return found


def proportional(process: int) -> int:
    """Return the memory of a process in kB, what it shares counted in parts."""
    try:
        lines = Path(f"/proc/{process}/smaps_rollup").read_text().splitlines()
    except OSError:
        return 0
    return next((int(line.split()[1]) for line in lines if line.startswith("Pss:")), 0)


def ticks_of(process: int) -> int:
    """Return the time that a process has used, in ticks of the clock; its children have their own."""
    try:
        told = Path(f"/proc/{process}/stat").read_text().rsplit(")", 1)[1].split()
    except OSError:
        return 0
    return int(told[11]) + int(told[12])


def measure(words: list[str]) -> tuple[float, float, float]:
    """Run a command; return seconds on the wall and of the processors, and the peak of its memory in GB."""
    start = time.perf_counter()
    running = subprocess.Popen(words, stderr=subprocess.DEVNULL)
    peak, over = 0, threading.Event()
    ticks: dict[int, int] = {}

    def watch() -> None:
        nonlocal peak
        while not over.wait(0.25):
            found = family(running.pid)
            peak = max(peak, sum(proportional(each) for each in found))
            ticks.update({each: spent for each in found if (spent := ticks_of(each))})

    watcher = threading.Thread(target=watch)
    watcher.start()
    code = running.wait()
    wall = time.perf_counter() - start
    over.set()
    watcher.join()
    assert code == 0, (words, code)
    return wall, sum(ticks.values()) / os.sysconf("SC_CLK_TCK"), peak / 1024**2


def shuffled(labs: Path) -> Path:
    """Write the lines of a file in any order beside it."""
    target = labs.with_name("labs_any_order.csv")
    if not target.exists():
        header, *lines = labs.read_bytes().splitlines(keepends=True)
        random.Random(1).shuffle(lines)
        target.write_bytes(header + b"".join(lines))
    return target


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--workers", nargs="*", default=["2"])
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--peer", nargs=2)
    parser.add_argument("--any-order", action="store_true")
    chosen = parser.parse_args()
    labs, infusions = chosen.folder / "labs.csv", chosen.folder / "infusions.csv"
    labs = shuffled(labs) if chosen.any_order else labs
    program = [sys.executable, "-c", "from wbc_tracker.cli import main; main()", "export"]
    output = chosen.folder / "out.csv"
    beside = ["--labs", str(labs), "--infusions", str(infusions), "--as-of", AS_OF]
    ways = {f"{count} workers": [*program, str(output), *beside, "--workers", count] for count in chosen.workers}
    if chosen.peer:
        ways["peer"] = [*chosen.peer, str(labs), str(infusions), str(output), "memory"]
    for number in range(chosen.rounds):
        for name, words in ways.items():
            wall, processors, memory = measure(words)
            load = os.getloadavg()[0]
            print(f"{number} {name}: {wall:.2f} s, processors {processors:.1f} s, {memory:.2f} GB, load {load:.1f}",
                  flush=True)  # fmt: skip
            output.unlink()


if __name__ == "__main__":
    main()
