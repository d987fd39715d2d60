"""Mendings against a slow second implementation: who owns which result, replayed from the beginning.

The model keeps what files said and the mendings that stand, and derives everything from them: whose a print is, is
found by walking the mendings in their order. The store changes its rows at each step instead. Both must tell the same.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from hypothesis import given, settings
from hypothesis import strategies as st
from tables.store import NO_REJECTS, NOON, import_info, infusion, lab_table, store_in_memory
from tables.trials import examples

from wbc_tracker.errors import UsageError
from wbc_tracker.store import Store

IDS, TESTS = ["ann", "bob", "081", "81"], ["2024-01-01 6.1", "2024-01-01 5", "2024-02-01 6.1", "2024-03-01 7"]
DATES = ["2024-01-05", "2024-07-05"]


@dataclass
class Model:
    """Entries by number: files as lists of (id, test) and of (id, date, dose), mendings as what they did."""

    files: dict[int, list[tuple[str, str]]] = field(default_factory=dict)
    doses: dict[int, list[tuple[str, str, float | None]]] = field(default_factory=dict)
    mendings: dict[int, tuple] = field(default_factory=dict)
    #: (id it was filed under, test, entry that removed it, entry that ended that)
    removals: list[list] = field(default_factory=list)

    def owner(self, filed: str, test: str | None = None) -> str:
        for _, (verb, *what) in sorted(self.mendings.items()):
            if (verb == "join" and filed == what[0]) or (verb == "move" and (filed, test) in what[0]):
                filed = what[1]
        return filed

    def prints(self) -> dict[tuple[str, str], list[tuple[int, int, str]]]:
        """Row -> which import printed it, where in its file and under which id; first the earliest."""
        found: dict = {}
        for number, lines in self.files.items():
            for place, (filed, test) in enumerate(lines):
                found.setdefault((self.owner(filed, test), test), []).append((number, place, filed))
        return {row: sorted(prints) for row, prints in found.items()}

    def removed(self) -> set[tuple[str, str]]:
        return {(self.owner(filed, test), test) for filed, test, _, ended in self.removals if ended is None}

    def shown(self) -> list[str]:
        rows = {row: prints for row, prints in self.prints().items() if row not in self.removed()}
        return [f"{who} {test} file{rows[who, test][0][0]}" for who, test in sorted(rows, key=rows.get)]

    def infusions(self) -> list[str]:
        found: dict[tuple[str, str], list] = {}
        for lines in self.doses.values():
            for filed, date, dose in lines:
                found.setdefault((self.owner(filed), date), []).append(dose)
        known = {key: max((d for d in doses if d is not None), default=None) for key, doses in found.items()}
        return [f"{who} {date} {dose}" for (who, date), dose in sorted(known.items())]

    def people(self) -> set[str]:
        return {who for who, _ in self.prints()} | {line.split()[0] for line in self.infusions()}

    def undo(self, number: int) -> None:
        self.files.pop(number, None)
        self.doses.pop(number, None)
        self.mendings.pop(number, None)
        self.removals = [[f, t, by, None if end == number else end] for f, t, by, end in self.removals if by != number]
        rows = set(self.prints())
        self.removals = [each for each in self.removals if (self.owner(each[0], each[1]), each[1]) in rows]


def told(store: Store) -> list[str]:
    frame = store.results.load()
    columns = zip(frame["patient_id"], frame["collected_at"], frame["value"], frame["reported_analyte"], strict=True)
    return [f"{who} {at} {value:g} {printed[5:-1]}" for who, at, value, printed in columns]


def given_doses(store: Store) -> list[str]:
    return [f"{i.patient_id} {i.infused_on} {i.dose_mg}" for i in store.infusions.list()]


def everything(store: Store) -> tuple:
    return told(store), given_doses(store), store.patients.list(), store.results.list(which="removed")


class Walk:
    """One store and its model, changed in step."""

    def __init__(self, store: Store) -> None:
        self.store, self.model, self.last = store, Model(), 0

    def step(self, kind: str, draw) -> int | None:
        """Do one thing to both; return its entry, None where the store refuses it."""
        store, model = self.store, self.model
        rows = [row for row in model.prints() if row not in model.removed()]
        who, other = draw(st.sampled_from(IDS)), draw(st.sampled_from(IDS))
        if kind == "file":
            lines = draw(
                st.lists(st.tuples(st.sampled_from(IDS), st.sampled_from(TESTS)), min_size=1, max_size=6, unique=True)
            )
            table = lab_table(*[f"{filed} wbc {test}" for filed, test in lines], lab=f"file{self.last + 1}")
            entry = store.results.add(table, NO_REJECTS, import_info()).import_id
            model.files[entry] = lines
        elif kind in ("doses", "hand"):
            dose, date = draw(st.sampled_from([None, 600.0])), draw(st.sampled_from(DATES))
            one = infusion(date, dose, who=who)
            if kind == "doses":
                entry = store.infusions.add_file([one], NO_REJECTS, import_info()).import_id
            else:
                entry = store.infusions.add_by_hand([one], import_info()).import_id
            if entry is not None:
                model.doses[entry] = [(who, date, dose)]
        elif kind in ("rename", "merge"):
            verb = store.patients.rename if kind == "rename" else store.patients.merge
            people = sorted(model.people())
            if people:
                who = draw(st.sampled_from(people))
                others = [each for each in people if each != who] or ["nobody"]
                other = draw(st.sampled_from(others if kind == "merge" else [*IDS, "zoe"]))
            entry = verb(who, other, NOON).entry
            model.mendings[entry] = ("join", who, other)
        elif kind == "restore":
            if not model.removed():
                return None
            row = draw(st.sampled_from(sorted(model.removed())))
            entry = store.results.restore_all([self.number(row, "removed")], NOON).entry
            for each in model.removals:
                if each[3] is None and (model.owner(each[0], each[1]), each[1]) == row:
                    each[3] = entry
        else:
            if not rows:
                return None
            chosen = draw(st.lists(st.sampled_from(sorted(rows)), min_size=1, max_size=2, unique=True))
            numbers = [self.number(row, "visible") for row in chosen]
            if kind == "remove":
                entry = store.results.remove_all(numbers, NOON).entry
                filed = [(f, row[1]) for row in chosen for _, _, f in model.prints()[row]]
                model.removals += [[f, test, entry, None] for f, test in dict.fromkeys(filed)]
            else:
                into = model.owner(other)
                entry = store.results.move(numbers, other, NOON).entry
                model.mendings[entry] = ("move", set(chosen), into)
        return entry

    def number(self, row: tuple[str, str], which: str) -> int:
        who, test = row
        (found,) = [r.id for r in self.store.results.list(who, which=which) if f"{r.collected_at} {r.value:g}" == test]
        return found

    def check(self) -> None:
        assert told(self.store) == self.model.shown()
        assert given_doses(self.store) == self.model.infusions()
        assert {p.patient_id for p in self.store.patients.list()} == self.model.people()


KINDS = [
    "file",
    "file",
    "doses",
    "hand",
    "rename",
    "merge",
    "merge",
    "move",
    "move",
    "remove",
    "restore",
    "undo",
    "undo",
]


@settings(max_examples=examples(60))
@given(st.data())
def test_the_store_tells_what_follows_from_the_files_and_the_mendings_that_stand(data):
    draw = data.draw
    with store_in_memory() as store:
        walk = Walk(store)
        walk.last = walk.step("file", draw)
        before: dict[int, tuple] = {}
        for kind in draw(st.lists(st.sampled_from(KINDS), min_size=4, max_size=12)):
            entries = [record.id for record in store.imports.list()]
            state = everything(store)
            try:
                if kind == "undo" and entries:
                    number = draw(st.sampled_from([*entries, entries[-1]]))
                    store.imports.undo(number)
                    walk.model.undo(number)
                    if number == entries[-1] and number in before:
                        assert everything(store) == before[number]
                    before.clear()
                elif kind != "undo":
                    entry = walk.step(kind, draw)
                    if entry is not None:
                        walk.last, before[entry] = entry, state
            except UsageError:
                if kind == "undo" and number == entries[-1]:
                    raise
                unchanged = state
            else:
                unchanged = everything(store)
            assert everything(store) == unchanged
            walk.check()
        assert store.check().problems == ()
        again = [lines for lines in walk.model.files.values() if lines]
        for lines in again:
            table = lab_table(*[f"{filed} wbc {test}" for filed, test in lines])
            assert store.results.add(table, NO_REJECTS, import_info()).added == 0
