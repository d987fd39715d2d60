"""Kill the program in the middle of its work: afterwards all of it is there or nothing."""

from __future__ import annotations

import random
import re
import shutil
import signal
import threading
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from attacks.findings import Findings
from attacks.program import AS_OF, Ended, Process, Program
from attacks.stores import copied, enlarge_old, fill, write_inputs
from attacks.works import OUT, WORKS, Work

#: One signal in so many is another than SIGKILL; one trial in so many runs the real command.
_GENTLE = [signal.SIGTERM, signal.SIGINT, signal.SIGHUP]
_GENTLE_SHARE, _REAL_SHARE = 0.25, 0.04
_INTERRUPTED = {130, 143, 129}
_PART = re.compile(r"\.wbc-tracker.*\.part|.*\.part")
_TOLD = re.compile(r"^\S+ \(\S+\): \d+ read", re.MULTILINE)
_SMALLEST_S = 0.005
#: So often a work is timed undisturbed; the middle one counts.
_TIMED = 3


@dataclass(frozen=True)
class Course:
    """How a work goes when nobody disturbs it.

    Attributes:
        start: the folder it begins in. states: before it, and after each of its steps.
        seconds: how long it takes, forked and through the real command.
        begins: after how long the first byte in the folder changes, forked.
    """

    start: Path
    states: list[str]
    seconds: float
    real_seconds: float
    begins: float


def attack(program: Program, folder: Path, kills: int, seed: int, findings: Findings, name: str = "") -> None:
    """Kill so many processes, at random moments of all works (with that in their name) in turn."""
    works = [work for work in WORKS if name in work.name]
    rng = random.Random(seed)
    starts = make_starts(program, folder / "starts", seed)
    courses = {work.name: course_of(program, work, starts[work.start], folder) for work in works}
    for number in range(kills):
        work = works[number % len(works)]
        _kill_once(program, work, courses[work.name], folder / "trial", rng, findings)


def make_starts(program: Program, folder: Path, seed: int) -> dict[str, Path]:
    """Make the folders in which works begin."""
    empty, filled, old = (folder / name for name in ("empty", "filled", "old"))
    write_inputs(empty, seed)
    (empty / OUT).mkdir()
    rows = (empty / "infusions.csv").read_text().splitlines()
    more = [rows[0], *(row.replace("demo-", "more-") for row in rows[1:])]
    (empty / "more_infusions.csv").write_text("\n".join(more) + "\n")
    copied(empty, filled)
    fill(program, filled)
    for words in (
        ["store", "backup", "earlier.db"],
        ["export", f"{OUT}/results.csv", "--analyte", "wbc", "--as-of", AS_OF],
        ["report", "--patient", "demo-01", "--output", f"{OUT}/page.html", "--as-of", AS_OF],
        ["store", "backup", f"{OUT}/backup.db"],
        ["import", "labs-wide.csv", "--as-of", AS_OF],
    ):
        ended = program.run(filled, *words)
        assert ended.code in (0, 1), ended.words
    copied(empty, old)
    fixtures = Path(__file__).parents[2] / "store"
    shutil.copy(fixtures / "store_v2.sqlite", old / "store.db")
    enlarge_old(old / "store.db")
    return {"empty": empty, "filled": filled, "old": old}


def course_of(program: Program, work: Work, start: Path, folder: Path) -> Course:
    """Do a work undisturbed, to know what it leaves and how long it takes."""
    trial = copied(start, folder / "trial")
    states = [work.state(trial)]
    for words in work.lines:
        trial = copied(start, folder / "trial")
        _expect_success(work, program.run(trial, *words))
        states.append(work.state(trial))
    forked = [_timed(program.start(trial, *work.words), trial) for trial in _copies(start, folder, _TIMED)]
    real = [_timed(program.start_real(trial, *work.words), trial) for trial in _copies(start, folder, 1)]
    begins, seconds = sorted(forked, key=lambda each: each[1])[_TIMED // 2]
    return Course(start, states, seconds, real[0][1], begins)


def _copies(start: Path, folder: Path, count: int) -> Iterator[Path]:
    return (copied(start, folder / "trial") for _ in range(count))


def _expect_success(work: Work, ended: Ended) -> None:
    if ended.code not in (0, 1):
        raise SystemExit(f"{work.name}, undisturbed: {ended.words}")


def _timed(process: Process, folder: Path) -> tuple[float, float]:
    """Return after how long a folder changes, and how long the process takes."""
    start = time.perf_counter()
    before, begins = _stamps(folder), None
    done = threading.Event()

    def watch() -> None:
        nonlocal begins
        while not done.wait(0.001):
            if begins is None and _stamps(folder) != before:
                begins = time.perf_counter() - start

    watcher = threading.Thread(target=watch)
    watcher.start()
    process.wait()
    seconds = time.perf_counter() - start
    done.set()
    watcher.join()
    return begins or 0.0, seconds


def _stamps(folder: Path) -> list[tuple[str, int]]:
    return sorted((path.name, path.stat().st_mtime_ns) for path in (folder, folder / OUT))


def _kill_once(
    program: Program, work: Work, course: Course, folder: Path, rng: random.Random, findings: Findings
) -> None:
    trial = copied(course.start, folder)
    which = rng.choice(_GENTLE) if rng.random() < _GENTLE_SHARE else signal.SIGKILL
    is_real = rng.random() < _REAL_SHARE
    if is_real:
        process, moment = program.start_real(trial, *work.words), rng.uniform(0, course.real_seconds)
    else:
        begins = rng.choice([0.0, course.begins, course.begins])
        process, moment = program.start(trial, *work.words), rng.uniform(begins, course.seconds * 1.05)
    time.sleep(max(moment, _SMALLEST_S))
    process.send(which)
    ended = process.wait()
    what = f"{work.name}{', real command' if is_real else ''}"
    failures = _failures(program, work, course, trial, ended, which)
    told = [f"{failure} ({which.name} after {moment:.3f} s; {ended.words})" for failure in failures]
    findings.note("kills", what, _ending(work, course, trial, ended), told)


def _ending(work: Work, course: Course, trial: Path, ended: Ended) -> str:
    """Return how a killed process ended, in a word."""
    if ended.code < 0:
        return "killed"
    return "interrupted" if ended.code in _INTERRUPTED else "done before"


def _failures(
    program: Program, work: Work, course: Course, trial: Path, ended: Ended, which: signal.Signals
) -> list[str]:
    """Return what is wrong after a kill."""
    found = []
    if ended.code in (2, 3, 4, 98, 99) or ("Traceback" in ended.err and not _is_of_the_start(ended)):
        found.append("an exit code or traceback that nobody may see")
    parts = _parts(trial)
    if parts and which is not signal.SIGKILL and ended.code >= 0:
        found.append(f"parts are left: {parts}")
    if work.start != "old" and (trial / "store.db").exists() and (trial / "store.db").stat().st_size:
        check = program.run(trial, "store", "check")
        if check.code:
            found.append(f"the store is not sound: {check.out}{check.err}")
    state = work.state(trial)
    if state in course.states:
        # A store that was brought up to date holds what it held before.
        is_of_store = OUT not in " ".join(work.words) and not work.between
        found += disagreements(course.states.index(state), len(course.states) - 1, ended, is_of_store=is_of_store)
    elif not work.between and not (work.start == "empty" and _is_without_imports(program, trial)):
        found.append("the state is neither that before nor that after")
    return found + _failures_of_next_run(program, work, course, trial)


def _is_of_the_start(ended: Ended) -> bool:
    """Tell whether an interrupt came while Python itself was loaded, before the program could hear it."""
    return ended.last_sentence == "KeyboardInterrupt" and "wbc_tracker/cli" not in ended.err


def _is_without_imports(program: Program, trial: Path) -> bool:
    """Tell whether a new store was made and nothing added yet."""
    return program.run(trial, "imports", "list").out.startswith("Nothing has been imported.")


def disagreements(reached: int, last: int, ended: Ended, *, is_of_store: bool = False) -> Sequence[str]:
    """Return where what was said is not what was done; equal states count as the earliest."""
    sentence = ended.last_sentence
    stopped = ended.code == 1 and "full" in ended.err
    if ended.code in (0, 1) and reached != last and not stopped:
        return [f"it says it is done, and reached {reached} of {last}"]
    if ended.code < 0 and (told := len(_TOLD.findall(ended.out))) > reached:
        return [f"{told} files were told, and {reached} are there"]
    if ended.code in _INTERRUPTED:
        if not sentence.startswith("Interrupted."):
            return ["the last sentence is not about the interrupt"]
        if "What is told above was done" in sentence and reached != last:
            return [f"what is told was done, it says, and {reached} of {last} are there"]
        if "The store is as it was" in sentence and reached and is_of_store:
            return [f"the store is as it was, it says, and {reached} of {last} are there"]
        if "Nothing was added" in sentence and reached:
            return [f"nothing was added, it says, and {reached} of {last} are there"]
        if (added := re.search(r"Added: (.*?)\.(?: Not added|$)", sentence)) and added[1].count(", ") + 1 != reached:
            return [f"it says what was added, and {reached} of {last} are there"]
    return []


def _failures_of_next_run(program: Program, work: Work, course: Course, trial: Path) -> list[str]:
    """Return what is wrong when the same is typed once more: it completes the work, and sweeps."""
    again = program.run(trial, *work.words)
    found = []
    allowed = (0, 1) if work.repeats else (0, 1, 2)
    if again.code not in allowed or "Traceback" in again.err:
        found.append(f"typed again: {again.words}")
    if work.state(trial) != course.states[-1] and not (work.repeats and work.start != "old" and _grows(work)):
        found.append("typed again it does not get where it should")
    if parts := _parts(trial):
        found.append(f"parts are left after the next run: {parts}")
    if work.erased and any(work.erased.encode() in path.read_bytes() for path in trial.glob("store.db*")):
        found.append(f"bytes of {work.erased} are left after the next run")
    return found


def _grows(work: Work) -> bool:
    """Tell whether doing a work twice leaves one more entry in the history than doing it once."""
    return work.words[0] in ("import", "infusion", "result")


def _parts(trial: Path) -> list[str]:
    return [path.name for place in (trial, trial / OUT) for path in place.iterdir() if _PART.fullmatch(path.name)]
