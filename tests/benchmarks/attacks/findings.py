"""What an attack found: how often each thing was tried, how it ended, and every failure."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Sequence


class Findings:
    """Counts what was tried, prints failures as they come and the table at the end."""

    def __init__(self) -> None:
        self._endings: dict[tuple[str, str], Counter[str]] = defaultdict(Counter)
        self.failures = 0

    def note(self, part: str, what: str, ending: str, failures: Sequence[str] = ()) -> None:
        """Note one trial: what was attacked, how it ended, and what is wrong with that."""
        self._endings[part, what][ending] += 1
        self.failures += len(failures)
        for failure in failures:
            print(f"FAILURE {part}, {what}: {failure}", flush=True)

    def skip(self, part: str, why: str) -> None:
        print(f"{part}: skipped, {why}", flush=True)

    def table(self) -> str:
        lines = [f"{'part':<8}{'what':<44}{'trials':>7}  how they ended"]
        for (part, what), endings in self._endings.items():
            told = ", ".join(f"{count} {ending}" for ending, count in sorted(endings.items()))
            lines.append(f"{part:<8}{what:<44}{endings.total():>7}  {told}")
        total = Counter(part for (part, _), endings in self._endings.items() for _ in range(endings.total()))
        counts = ", ".join(f"{count} {part}" for part, count in total.items())
        return "\n".join([*lines, f"{counts or 'nothing'} tried, {self.failures} failures"])
