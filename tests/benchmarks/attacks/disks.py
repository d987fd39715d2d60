"""Fill the disk at every stage of the work: all of it is there or nothing, and the words agree."""

from __future__ import annotations

import random
import shutil
import subprocess
import sys
from pathlib import Path

from attacks.findings import Findings
from attacks.kills import Course, course_of, disagreements, make_starts
from attacks.program import Ended, Program
from attacks.stores import copied
from attacks.works import OUT, WORKS, Work

_TRIALS = 8
_INSIDE = "--inside"
_MOUNTED = ["unshare", "--mount", "--map-root-user"]
_PAGE = 4096


def attack(folder: Path, seed: int, findings: Findings) -> bool:
    """Start this attack again where it may mount; return whether it went well, or nobody may."""
    if not shutil.which("unshare") or not _may_mount(folder):
        findings.skip("disks", "nobody may mount small disks here")
        return True
    script = Path(__file__).parents[1] / "attack.py"
    line = [*_MOUNTED, sys.executable, str(script), "--only", "disks", _INSIDE, "--seed", str(seed)]
    return subprocess.run(line, check=False).returncode == 0


def _may_mount(folder: Path) -> bool:
    place = folder / "small"
    place.mkdir(exist_ok=True)
    line = [*_MOUNTED, "mount", "-t", "tmpfs", "-o", "size=64k", "tmpfs", str(place)]
    return subprocess.run(line, check=False, capture_output=True).returncode == 0


def attack_inside(program: Program, folder: Path, seed: int, findings: Findings) -> None:
    """Let each work run into a disk that is full sooner or later."""
    rng = random.Random(seed)
    starts = make_starts(program, folder / "starts", seed)
    for work in WORKS:
        course = course_of(program, work, starts[work.start], folder)
        needed = _most_bytes(program, work, course, folder)
        for trial in range(_TRIALS):
            # Most works need little: more of the disks are small than large.
            free = int(needed * ((trial + rng.random()) / _TRIALS) ** 3)
            _fill_once(program, work, course, folder, free, findings)


def _bytes_of(folder: Path) -> int:
    sizes = (path.stat().st_size for path in folder.rglob("*") if path.is_file())
    return sum((size // _PAGE + 1) * _PAGE for size in sizes)


def _most_bytes(program: Program, work: Work, course: Course, folder: Path) -> int:
    """Return how many bytes more than at its start a work needs at most: what it leaves, and copies of the store."""
    trial = copied(course.start, folder / "trial")
    before = _bytes_of(trial)
    program.run(trial, *work.words)
    copies = 4 if work.words[0] == "store" else 1
    return max(2 * abs(_bytes_of(trial) - before), copies * (trial / "store.db").stat().st_size)


def _fill_once(program: Program, work: Work, course: Course, folder: Path, free: int, findings: Findings) -> None:
    place = folder / "disk"
    place.mkdir(exist_ok=True)
    size = _bytes_of(course.start) + free + 2 * _PAGE
    subprocess.run(["mount", "-t", "tmpfs", "-o", f"size={size}", "tmpfs", str(place)], check=True)
    try:
        trial = copied(course.start, place / "trial")
        ended = program.run(trial, *work.words)
        # Even who only looks needs room for what lies beside a store in use.
        subprocess.run(["mount", "-o", f"remount,size={10 * size}", str(place)], check=True)
        failures = _failures(program, work, course, trial, ended)
        again = program.run(trial, *work.words)
        if again.code not in ((0, 1) if work.repeats or ended.code == 3 else (0, 1, 2)):
            failures.append(f"with room again: {again.words}")
        if work.start != "empty" and program.run(trial, "store", "check").code:
            failures.append("with room again the store is not sound")
    finally:
        subprocess.run(["umount", str(place)], check=True)
    told = [f"{failure} ({free} bytes free; {ended.words})" for failure in failures]
    findings.note("disks", work.name, "did not fit" if ended.code == 3 else "fitted", told)


def _failures(program: Program, work: Work, course: Course, trial: Path, ended: Ended) -> list[str]:
    found = []
    if ended.code not in (0, 1, 3) or "Traceback" in ended.err:
        found.append("an exit code or traceback that nobody may see")
    if ended.code == 3 and "full" not in ended.err and "No space" not in ended.err:
        found.append("it does not say that the disk is full")
    parts = [path.name for each in (trial, trial / OUT) for path in each.iterdir() if path.name.endswith(".part")]
    if parts:
        found.append(f"parts are left: {parts}")
    state = work.state(trial)
    if state in course.states:
        reached, last = course.states.index(state), len(course.states) - 1
        found += disagreements(reached, last, ended)
        if ended.code == 3 and reached:
            found.append(f"nothing was done, it says, and {reached} of {last} are there")
    elif not work.between and work.start != "empty":
        found.append("the state is neither that before nor that after")
    return found
