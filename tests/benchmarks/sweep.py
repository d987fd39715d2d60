"""Read damaged and enormous files through the real command line and print what became of each.

    python tests/benchmarks/sweep.py [--only heavy|damaged] [--scale 1.0] [--name PART]

Each heavy file is read by a process of its own, the damaged ones of tests/reading in batches. A file fails the sweep
if it gives a traceback, takes over 20 s or 1 GB, ends with another exit code than 0 to 3, or is refused in more than a
few lines. Never a test: it takes minutes and some GB of disk.
"""

from __future__ import annotations

import argparse
import gzip
import json
import os
import random
import subprocess
import sys
import tempfile
import threading
from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parents[2]
sys.path[:0] = [str(ROOT / "tests"), str(ROOT)]

AS_OF = "2026-11-23"
TRACKER = [sys.executable, "-c", "from wbc_tracker.cli import main; main()"]
MOST_SECONDS, MOST_MB, MOST_LINES, LONGEST_LINE = 20, 1024, 6, 1000
#: A batch reads many files; it may take this long.
BATCH_FILES, BATCH_SECONDS = 60, 60
MB = 1_000_000
HEADER = b"collected_at,analyte,value,unit,ref_range\n"
ROW = b"2026-01-10,WBC,6.1,10^9/L,4.0-11.0\n"


@dataclass(frozen=True)
class Outcome:
    """What one process did: exit code (None: stopped), seconds, peak memory, and what it said."""

    code: int | None
    seconds: float
    peak_mb: float
    out: bytes
    err: str

    def faults(self, most_seconds: float = MOST_SECONDS) -> list[str]:
        """Return what breaks the promise."""
        lines = self.err.splitlines()
        checks = {
            f"over {most_seconds} s": self.code is None or self.seconds > most_seconds,
            f"over {MOST_MB} MB": self.peak_mb > MOST_MB,
            f"exit code {self.code}": self.code not in (None, 0, 1, 2, 3),
            "a traceback": "Traceback" in self.err,
            f"{len(lines)} lines": self.code in (2, 3) and len(lines) > MOST_LINES,
            "a very long line": any(len(line) > LONGEST_LINE for line in lines),
            "no message": self.code in (2, 3) and not lines,
        }
        return [fault for fault, holds in checks.items() if holds]


def run(arguments: Sequence[str], folder: Path, most_seconds: float) -> Outcome:
    """Run the program once; it is stopped shortly after its time is over."""
    environment = {**os.environ, "PYTHONPATH": str(ROOT), "WBC_TRACKER_DB": str(folder / "store.sqlite")}
    said, complained = folder / "out.txt", folder / "err.txt"
    start = os.times().elapsed
    with said.open("wb") as out, complained.open("wb") as err:
        child = subprocess.Popen([*TRACKER, *arguments], stdout=out, stderr=err, env=environment)
        timer = threading.Timer(most_seconds + 2, child.kill)
        timer.start()
        _, status, usage = os.wait4(child.pid, 0)
        timer.cancel()
    code = os.waitstatus_to_exitcode(status)
    child.returncode = code
    return Outcome(
        None if code < 0 else code,
        os.times().elapsed - start,
        usage.ru_maxrss / 1024,
        said.read_bytes(),
        complained.read_text(encoding="utf-8", errors="replace"),
    )


def heavy_files(scale: float) -> dict[str, Callable[[], Iterator[bytes]]]:
    """Return name -> the parts of a file that is too long, too wide or no table at all."""
    hundred = max(int(100 * scale), 1)

    def many(part: bytes, megabytes: int, before: bytes = b"", behind: bytes = b"") -> Callable[[], Iterator[bytes]]:
        block = part * (MB // len(part))

        def parts() -> Iterator[bytes]:
            yield before
            yield from (block for _ in range(megabytes))
            yield behind

        return parts

    def cell(text: bytes, place: int) -> Callable[[], Iterator[bytes]]:
        """Put a text into one cell of the second row, quoted."""
        cells = ROW.rstrip(b"\n").split(b",")
        cells[place] = b'"' + text + b'"'
        return lambda: iter([HEADER, ROW, b",".join(cells) + b"\n", ROW])

    def noise() -> Iterator[bytes]:
        chance = random.Random(1)
        yield from (chance.randbytes(MB) for _ in range(hundred))

    value, interval, date, name, unit = 2, 4, 0, 1, 3
    million = int(MB * scale)
    return {
        "a line of 100 MB": many(b"a", hundred),
        "a line of 100 MB below a header": many(b"a", hundred, HEADER + ROW),
        "a row of 100 MB of cells": many(b"1,", hundred, HEADER + ROW, b"\n"),
        "a header of 100 MB": many(b"WBC,", hundred, b"collected_at,", b"\n" + ROW),
        "a million headers": lambda: iter([b"date," + b",".join(b"x%d" % i for i in range(million)) + b"\n", ROW]),
        "100 MB of quotation marks": many(b'"', hundred),
        "100 MB of quotation marks below a header": many(b'"', hundred, HEADER + ROW),
        "100 MB of quoted cells": many(b'"1",', hundred, HEADER + ROW, b"\n"),
        "a cell of 100 MB that never closes": many(b"two words\n", hundred, HEADER + ROW + b'2026-01-11,"'),
        "100 MB of commas": many(b",", hundred, HEADER + ROW),
        "100 MB of line ends": many(b"\n", hundred, HEADER + ROW, ROW),
        "100 MB of carriage returns": many(b"\r", hundred, HEADER + ROW, ROW),
        "100 MB of blanks": many(b" ", hundred),
        "100 MB of rows of another length": many(b"2026-01-10,WBC\n", hundred, HEADER + ROW),
        "300 MB of zeros": many(b"\0", 3 * hundred),
        "300 MB of zeros below a header": many(b"\0", 3 * hundred, HEADER + ROW),
        "300 MB of the digit 0": many(b"0", 3 * hundred),
        "100 MB of noise": noise,
        "100 MB of a web page": many(b"<tr><td>WBC</td><td>6.1</td></tr>\n", hundred, b"<html><body><table>\n"),
        "100 MB of JSON": many(b'["WBC", 6.1],\n', hundred, b"[\n"),
        "100 MB of UTF-16 without its mark": many("WBC,6.1\n".encode("utf-16-le"), hundred),
        "a gzip that unpacks to 300 MB": lambda: iter([gzip.compress(b"\0" * (3 * hundred * MB), mtime=0)]),
        "50 headers again": lambda: iter([HEADER + ROW] * 50),
        "a million headers again": many(HEADER + ROW, hundred),
        "a value of 60 000 digits": cell(b"9" * 60_000, value),
        "a value of a million digits": cell(b"9" * million, value),
        "a value of a million marks": cell(b"1," * million, value),
        "a value of groups": cell(b"1 234" + b" 567" * million, value),
        "a value of a million signs": cell(b"<" * million + b"1", value),
        "an interval of 60 000 digits": cell(b"9" * 60_000, interval),
        "an interval of a million digits": cell(b"9" * million, interval),
        "an interval of a million dashes": cell(b"4" + b" -" * million, interval),
        "an interval of a million blanks": cell(b"4" + b" " * million + b"x", interval),
        "a date of a million digits": cell(b"1" * million, date),
        "a date of a million dashes": cell(b"1-" * million, date),
        "a date of a million letters": cell(b"1 " + b"Jan" * million, date),
        "a name of a million letters": cell(b"WBC" * million, name),
        "a name of a million brackets": cell(b"WBC " + b"(" * million, name),
        "a header of a million brackets": lambda: iter([b"date,WBC " + b"(" * million + b"\n2026-01-10,6.1\n"]),
        "a header of a million blanks": lambda: iter([b"date,WBC" + b" " * million + b"x\n2026-01-10,6.1\n"]),
        "a unit of a million powers": cell(b"10^" * million, unit),
        "a unit of a million zeros": cell(b"10^" + b"0" * million + b"/L", unit),
    }


def sweep_heavy(folder: Path, scale: float, part: str) -> int:
    """Read each heavy file in a process of its own; return how many broke the promise."""
    broken = 0
    print(f"{'file':<46}{'MB':>6}{'s':>7}{'peak MB':>9}{'exit':>6}  what was said")
    for name, parts in heavy_files(scale).items():
        if part not in name:
            continue
        path = folder / "labs.csv"
        with path.open("wb") as target:
            target.writelines(parts())
        done = run(["export", "-", "--labs", str(path), "--as-of", AS_OF], folder, MOST_SECONDS)
        faults = done.faults()
        broken += bool(faults)
        said = f"NOT: {', '.join(faults)}. " if faults else ""
        first = (done.err.splitlines() or [f"{max(done.out.count(10) - 1, 0)} results"])[0]
        size = path.stat().st_size / MB
        exit_code = "-" if done.code is None else done.code
        print(
            f"{name:<46}{size:>6.0f}{done.seconds:>7.1f}{done.peak_mb:>9.0f}{exit_code:>6}  {said}{first[:90]}",
            flush=True,
        )
    return broken


def sweep_damaged(folder: Path) -> int:
    """Import the damaged files of tests/reading in batches of equal options; return how many broke the promise."""
    from tables.reading.clean_files import CLEAN
    from tables.reading.damages import damages_of

    batches: dict[tuple[str, ...], list[tuple[str, Path]]] = defaultdict(list)
    for clean in CLEAN.values():
        for number, damage in enumerate(damages_of(clean)):
            path = folder / f"{clean.name}_{number}.csv"
            path.write_bytes(damage.raw)
            given = {"--date-order": damage.options.date_order, "--encoding": damage.options.encoding}
            options = tuple(word for name, text in given.items() if text for word in (name, text))
            batches[options].append((f"{clean.name}: {damage.kind}", path))
    total = broken = 0
    for options, files in batches.items():
        for start in range(0, len(files), BATCH_FILES):
            batch = files[start : start + BATCH_FILES]
            said = ["import", *map(str, (path for _, path in batch)), "--format", "json", "--dry-run", "--as-of", AS_OF]
            done = run([*said, *options], folder, BATCH_SECONDS)
            total += len(batch)
            broken += _judge_batch(batch, done)
    print(f"{total} damaged files, {broken} broke the promise")
    return broken


def _judge_batch(batch: Sequence[tuple[str, Path]], done: Outcome) -> int:
    """Print the faults of a batch and of each of its files; return how many files they concern."""
    # Each refused file has a message of its own, so the lines are judged for each file.
    faults = [fault for fault in done.faults(BATCH_SECONDS) if not fault.endswith(" lines")]
    print(
        f"{len(batch):>4} files{done.seconds:>7.1f} s{done.peak_mb:>7.0f} MB  exit {done.code}  {'; '.join(faults)}",
        flush=True,
    )
    if faults:
        return len(batch)
    broken = 0
    for (name, path), told in zip(batch, json.loads(done.out)["files"], strict=True):
        error = told["error"] or {"message": "", "hint": ""}
        lines = f"{error['message']}\n{error['hint']}".strip().splitlines()
        counted = sum(told[key] for key in ("added", "duplicates", "no_result", "ignored", "rejected"))
        if told["file"] != path.name or len(lines) > MOST_LINES or told["read"] != counted:
            print(f"     NOT: {name}: {told['read']} read, {counted} accounted for; {' '.join(lines)[:200]}")
            broken += 1
    return broken


def main() -> None:
    """Sweep what was asked for; exit with 1 if a file broke the promise."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--only", choices=["heavy", "damaged"])
    parser.add_argument("--scale", type=float, default=1.0, help="size of the heavy files, 1 is the full one")
    parser.add_argument("--name", default="", help="only heavy files with this in their name")
    chosen = parser.parse_args()
    broken = 0
    with tempfile.TemporaryDirectory() as name:
        if chosen.only in (None, "damaged"):
            broken += sweep_damaged(Path(name))
        if chosen.only in (None, "heavy"):
            broken += sweep_heavy(Path(name), chosen.scale, chosen.name)
    sys.exit(1 if broken else 0)


if __name__ == "__main__":
    main()
