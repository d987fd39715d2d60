"""Flip single bits in the file of a store: whatever is read then is as before, or refused."""

from __future__ import annotations

import random
from pathlib import Path

from attacks.findings import Findings
from attacks.program import AS_OF, Ended, Program
from attacks.stores import copied, fill, write_inputs

READERS = [
    ["report", "--as-of", AS_OF],
    ["report", "--patient", "demo-03", "--full", "--as-of", AS_OF],
    ["export", "-", "--as-of", AS_OF],
    ["result", "list"],
    ["result", "list", "--removed"],
    ["infusion", "list"],
    ["event", "list"],
    ["imports", "list"],
    ["imports", "rejects", "1"],
    ["patients", "list"],
    ["store", "check"],
]


def attack(program: Program, folder: Path, flips: int, seed: int, findings: Findings) -> None:
    """Flip so many bits, one at a time, and read all that can be read."""
    rng = random.Random(seed)
    start = folder / "flips"
    write_inputs(start, seed)
    fill(program, start)
    whole = (start / "store.db").read_bytes()
    expected = program.all_of(copied(start, folder / "trial"), READERS)
    for ended in expected:
        assert ended.code == 0, ended.words
    for _ in range(flips):
        place, bit = rng.randrange(len(whole)), rng.randrange(8)
        trial = copied(start, folder / "trial")
        content = bytearray(whole)
        content[place] ^= 1 << bit
        (trial / "store.db").write_bytes(content)
        found = program.all_of(trial, READERS)
        for words, before, now in zip(READERS, expected, found, strict=True):
            failures = [f"bit {bit} of byte {place}: {failure}" for failure in _failures(before, now)]
            findings.note("flips", " ".join(words[:2]), "refused" if now.code else "as before", failures)


def _failures(before: Ended, now: Ended) -> list[str]:
    """Return what is wrong with what is read from a store with a flipped bit."""
    found = []
    if now.code not in (0, 3) or "Traceback" in now.err:
        found.append(f"neither read nor refused: {now.words}")
    if now.code == 3 and not (now.err.strip() and before.out.startswith(now.out)):
        found.append(f"refused without a word, or with other data: {now.words}")
    if now.code == 0 and now.out != before.out:
        lines = zip(before.out.splitlines(), now.out.splitlines(), strict=False)
        other = next((pair for pair in lines if pair[0] != pair[1]), ("", "more or fewer lines"))
        found.append(f"other data: {other[1][:120]!r} for {other[0][:120]!r}")
    return found
