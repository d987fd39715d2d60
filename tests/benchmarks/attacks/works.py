"""What is attacked: one line of WORKS for each command that writes. A new command is a new line."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from attacks.program import AS_OF
from attacks.stores import state_of

OUT = "out"


def _store(folder: Path) -> str:
    return state_of(folder / "store.db")


def _file(name: str) -> Callable[[Path], str]:
    """The state of a work that writes a file, and leaves the store as it is."""

    def state(folder: Path) -> str:
        path = folder / OUT / name
        content = path.read_bytes() if path.exists() else None
        return f"{_store(folder)} {hash(content)}"

    return state


@dataclass(frozen=True)
class Work:
    """A command line, the folder it starts in, and the states it may leave.

    Attributes:
        steps: lines whose end is a state of its own, in their order: the last is the work itself.
            An import of three files is three steps, for it may stop between two.
        start: `filled`, `empty` or `old`: the folder it begins in.
        state: what is compared. repeats: whether doing it once more is no mistake.
        between: whether states between the steps (of migrations) need not be known.
        erased: a text that is nowhere in the store's files when it is over.
    """

    name: str
    words: list[str]
    start: str = "filled"
    state: Callable[[Path], str] = _store
    steps: list[list[str]] = field(default_factory=list)
    repeats: bool = True
    between: bool = False
    erased: str = ""

    @property
    def lines(self) -> list[list[str]]:
        return self.steps or [self.words]


_LABS = ["labs-omop.csv", "labs-percent.tsv", "labs-fhir.ndjson"]
_TO_COME = "labs-fhir.ndjson"


def _import(*files: str) -> list[str]:
    return ["import", *files, "--as-of", AS_OF]


WORKS = [
    Work("import of a file", _import(_TO_COME)),
    Work("import into no store yet", _import(_TO_COME), start="empty"),
    Work("import of three files", _import(*_LABS), steps=[_import(*_LABS[: n + 1]) for n in range(3)]),
    Work("import of the same file", _import("labs-german.csv")),
    Work("infusion import", ["infusion", "import", "more_infusions.csv"]),
    Work("infusion add", ["infusion", "add", "2017-03-01", "2017-09-01", "--patient", "demo-01"]),
    Work("result add", ["result", "add", "2024-03-02", "WBC=6.1 10^9/L", "--patient", "demo-01"]),
    Work("imports undo", ["imports", "undo", "2"], repeats=False),
    Work("patients remove", ["patients", "remove", "demo-01", "--yes"], repeats=False, erased="demo-01"),
    Work("patients rename", ["patients", "rename", "demo-01", "newly-01"], repeats=False),
    Work("patients merge", ["patients", "merge", "demo-01", "demo-11"], repeats=False),
    Work("result move", ["result", "move", "1", "2", "4", "--to", "demo-09", "--yes"], repeats=False),
    Work("migration of an old store", ["patients", "list"], start="old", between=True),
    Work("export to a file", ["export", f"{OUT}/results.csv", "--as-of", AS_OF], state=_file("results.csv")),
    Work("report to a page", ["report", "--patient", "demo-02", "--output", f"{OUT}/page.html", "--as-of", AS_OF],
         state=_file("page.html")),
    Work("store backup", ["store", "backup", f"{OUT}/backup.db"], state=_file("backup.db")),
    Work("store restore", ["store", "restore", "earlier.db", "--yes"]),
]  # fmt: skip
