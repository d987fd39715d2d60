"""Print ratios of times, each pair in turn on this machine, medians: commands to others, trends to annotation.

    python tests/benchmarks/run.py [--runs 5] [--large] [--only startup|report|panel|export|trends|cohort|page|pages]

Never a test: times depend on the machine; only ratios taken in one run mean anything.
"""

from __future__ import annotations

import argparse
import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from generate import PANEL, generate, generate_one_person

AS_OF = "2026-11-23"
TRACKER = [sys.executable, "-c", "from wbc_tracker.cli import main; main()"]
READ_AND_WRITE = """
import sys, pyarrow.csv as csv
table = csv.read_csv(sys.argv[1], convert_options=csv.ConvertOptions({options}))
csv.write_csv(table, sys.argv[2])
"""
AS_TEXT = "column_types=dict.fromkeys(open(sys.argv[1]).readline().strip().split(','), __import__('pyarrow').string())"


@dataclass(frozen=True)
class Cost:
    """What one run of a command cost: wall and processor seconds, peak memory in MB."""

    wall: float
    processor: float
    peak_mb: float


def measure(command: Sequence[str], environment: dict[str, str]) -> Cost:
    """Run a command once, its output thrown away."""
    start = os.times().elapsed
    child = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, env=environment)
    _, status, usage = os.wait4(child.pid, 0)
    child.returncode = os.waitstatus_to_exitcode(status)
    if child.returncode:
        raise SystemExit(f"{' '.join(command[:6])} ended with {child.returncode}")
    return Cost(os.times().elapsed - start, usage.ru_utime + usage.ru_stime, usage.ru_maxrss / 1024)


def compare(name: str, ours: Sequence[str], other: Sequence[str], runs: int, environment: dict[str, str]) -> None:
    """Print our command's median cost and the median of the pairwise ratios to the other's."""
    pairs = []
    for number in range(runs + 1):
        pair = measure(ours, environment), measure(other, environment)
        if number:  # the first pair only warms the caches
            pairs.append(pair)
    wall = statistics.median(a.wall / b.wall for a, b in pairs)
    processor = statistics.median(a.processor / b.processor for a, b in pairs)
    own = statistics.median(a.wall for a, _ in pairs), max(a.peak_mb for a, _ in pairs)
    theirs = statistics.median(b.wall for _, b in pairs), max(b.peak_mb for _, b in pairs)
    print(
        f"{name}: {wall:.2f} x (processor {processor:.2f} x); {own[0]:.2f} s, {own[1]:.0f} MB"
        f" against {theirs[0]:.2f} s, {theirs[1]:.0f} MB",
        flush=True,
    )


def main() -> None:
    """Measure what was asked for."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--runs", type=int, default=5)
    parser.add_argument("--large", action="store_true", help="also 10 million results")
    parser.add_argument("--only", choices=["startup", "report", "panel", "export", "trends", "cohort", "page", "pages"])
    chosen = parser.parse_args()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        environment = {**os.environ, "WBC_TRACKER_DB": str(folder / "store.sqlite")}
        if chosen.only in (None, "startup"):
            _startup(chosen.runs, environment)
        if chosen.only in (None, "report"):
            _report(folder, chosen.runs, environment)
        if chosen.only in (None, "panel"):
            _panel(folder, chosen.runs, environment)
        if chosen.only in (None, "export"):
            for results in (1_000_000, 10_000_000) if chosen.large else (1_000_000,):
                _export(folder, results, chosen.runs, environment)
        if chosen.only in (None, "trends"):
            _trends(folder, chosen.runs)
        if chosen.only in (None, "page"):
            _page(folder, chosen.runs, environment)
        if chosen.only in (None, "pages"):
            _pages(folder, environment)
        if chosen.only in (None, "cohort"):
            for results in (1_000_000, 8_000_000) if chosen.large else (1_000_000,):
                _cohort(folder, results, chosen.runs, environment)


def _startup(runs: int, environment: dict[str, str]) -> None:
    bare = [sys.executable, "-c", "import typer, rich.console"]
    for words in (["--help"], ["--version"], ["infusion", "list"]):
        compare(f"{' '.join(words)} / import typer, rich.console", [*TRACKER, *words], bare, runs, environment)


def _report(folder: Path, runs: int, environment: dict[str, str]) -> None:
    labs, infusions = generate_one_person(folder / "one")
    bare = [sys.executable, "-c", "import pandas, typer, rich.table"]
    files = ["--labs", str(labs), "--infusions", str(infusions), "--as-of", AS_OF]
    compare(
        "report of ten years / import pandas, typer, rich.table", [*TRACKER, "report", *files], bare, runs, environment
    )


def _panel(folder: Path, runs: int, environment: dict[str, str], patients: int = 10_000, draws: int = 20) -> None:
    """The clinic panel of many patients, and a choice of them, against the export of the same results.

    In the middle of the years that are generated most are on treatment and many labs are due.
    """
    labs, infusions = generate(folder / "panel", patients * draws * len(PANEL), patients)
    files = ["--labs", str(labs), "--infusions", str(infusions), "--as-of", "2020-06-01"]
    other = [*TRACKER, "export", str(folder / "panel.csv"), *files]
    for words in ([], ["--labs-due"]):
        name = " ".join(["panel", *words])
        compare(
            f"{name} of {patients:,} patients / export", [*TRACKER, "report", *files, *words], other, runs, environment
        )


def _page(folder: Path, runs: int, environment: dict[str, str]) -> None:
    """The HTML report against the chart as a still picture; both read and annotate the same files."""
    labs, infusions = generate_one_person(folder / "page")
    page = folder / "page.html"
    files = ["--labs", str(labs), "--infusions", str(infusions), "--as-of", AS_OF]
    ours = [*TRACKER, "report", *files, "--format", "html", "--output", str(page)]
    other = [*TRACKER, "chart", str(folder / "page.svg"), *files]
    compare("HTML report of ten years / chart as SVG", ours, other, runs, environment)
    print(f"HTML report of ten years: {page.stat().st_size / 1e6:.2f} MB", flush=True)


def _pages(folder: Path, environment: dict[str, str], patients: int = 500, draws: int = 20) -> None:
    """The folder of a clinic once, against its panel as one page: what the patients' own pages cost."""
    labs, infusions = generate(folder / "pages", patients * draws * len(PANEL), patients)
    files = ["--labs", str(labs), "--infusions", str(infusions), "--as-of", AS_OF, "--format", "html", "--output"]
    whole = measure([*TRACKER, "report", *files, f"{folder / 'clinic'}/"], environment)
    alone = measure([*TRACKER, "report", *files, str(folder / "clinic.html")], environment)
    written = list((folder / "clinic").iterdir())
    megabytes = sum(path.stat().st_size for path in written) / 1e6
    print(
        f"folder of {patients} patients / panel alone: {whole.wall / alone.wall:.0f} x; {whole.wall:.1f} s (processor "
        f"{whole.processor:.1f} s) against {alone.wall:.1f} s; {len(written)} files, {megabytes:.0f} MB",
        flush=True,
    )


def _export(folder: Path, results: int, runs: int, environment: dict[str, str]) -> None:
    labs, infusions = generate(folder / str(results), results, results // 20)
    out, again = folder / "annotated.csv", folder / "again.csv"
    ours = [*TRACKER, "export", str(out), "--labs", str(labs), "--infusions", str(infusions), "--as-of", AS_OF]
    measure(ours, environment)
    for words, options in (("typed", ""), ("as text", AS_TEXT)):
        other = [sys.executable, "-c", READ_AND_WRITE.replace("{options}", options), str(out), str(again)]
        compare(f"export of {results:,} results / pyarrow alone, {words}", ours, other, runs, environment)


def _trends(folder: Path, runs: int, patients: int = 50_000, draws: int = 10) -> None:
    """Compare the tables of trends and courses with the annotation they are made from, in this process."""
    from wbc_tracker.annotation import annotate
    from wbc_tracker.intake import ReadingOptions, read_infusions, read_labs
    from wbc_tracker.trends import summarize_courses, summarize_trends

    labs, infusions = generate(folder / "trends", patients * draws * len(PANEL), patients)
    options = ReadingOptions(as_of=AS_OF)
    results, doses = read_labs(labs, options).results, read_infusions(infusions, options).infusions
    annotated = annotate(results, doses, as_of=AS_OF)
    steps: dict[str, Callable[[], Any]] = {
        "annotate": lambda: annotate(results, doses, as_of=AS_OF),
        "trends": lambda: summarize_trends(annotated),
        "courses": lambda: summarize_courses(annotated, doses, as_of=AS_OF),
    }
    rounds = [{name: _seconds(step) for name, step in steps.items()} for _ in range(runs)]
    series = f"{patients:,} patients x {len(PANEL)} analytes x {draws} draws"
    for name in ("trends", "courses"):
        ratio = statistics.median(once[name] / once["annotate"] for once in rounds)
        own, theirs = (statistics.median(once[step] for once in rounds) for step in (name, "annotate"))
        print(f"{name} of {series} / annotate: {ratio:.2f} x; {own:.2f} s against {theirs:.2f} s", flush=True)


def _seconds(step: Callable[[], Any]) -> float:
    start = time.perf_counter()
    step()
    return time.perf_counter() - start


def _cohort(folder: Path, results: int, runs: int, environment: dict[str, str]) -> None:
    """The research table against the export of the same results: both read and annotate them.

    8 million results are 50 000 patients with 20 draws of 8 analytes.
    """
    patients = results // 160
    labs, infusions = generate(folder / f"cohort-{results}", results, patients)
    files = ["--labs", str(labs), "--infusions", str(infusions), "--as-of", AS_OF]
    ours = [*TRACKER, "cohort", *files]
    other = [*TRACKER, "export", str(folder / "cohort.csv"), *files]
    compare(f"cohort of {patients:,} patients, {results:,} results / export", ours, other, runs, environment)


if __name__ == "__main__":
    main()
