"""Flags as blocks: one abnormal count is told once, however many rules it meets."""

from __future__ import annotations

from dataclasses import dataclass, field

from wbc_tracker.catalog import Severity
from wbc_tracker.patient.model import FlagLine
from wbc_tracker.wording import with_capital


@dataclass
class FlagBlock:
    """What is told in one go.

    Attributes:
        leader: the flag whose message stands first. followers: other flags of the same result, told
            in a few words behind it. others: the leader's flag on other results of the draw.
    """

    leader: FlagLine
    followers: list[FlagLine] = field(default_factory=list)
    others: list[FlagLine] = field(default_factory=list)

    @property
    def flags(self) -> list[FlagLine]:
        """The leader, then its followers."""
        return [self.leader, *self.followers]

    @property
    def severity(self) -> Severity:
        """That of the most severe of them."""
        return max(flag.severity for flag in self.flags)

    @property
    def calls(self) -> bool:
        """Whether it calls for something."""
        return self.severity >= Severity.DISCUSS

    @property
    def words(self) -> str:
        """The message of the leader, with what the followers add."""
        told = "; ".join(flag.clause for flag in self.followers)
        if not told:
            return self.leader.message
        return f"{self.leader.message} {with_capital(told)}."

    @property
    def next_step(self) -> str:
        """The one step: that of the most severe, of several as severe that of the leader."""
        return max(self.flags, key=lambda flag: flag.severity).next_step

    @property
    def tags(self) -> list[str]:
        """The codes of all of them, then the statements that they teach."""
        codes = [flag.code for flag in self.flags]
        taught = [statement for flag in self.flags for statement in flag.flag.statements]
        return list(dict.fromkeys([*codes, *taught]))


def subject_of(flag: FlagLine) -> str:
    """Return what a flag is about on its draw: an analyte, count or percentage,
    or nothing but the draw.
    """
    return "" if flag.result is None or flag.flag.of_draw else flag.result.analyte.count_id


def count_id_of(flag: FlagLine) -> str:
    """Return the count that the result of a flag tells of, empty without a result."""
    return flag.result.analyte.count_id if flag.result else ""


def gather_blocks(flags: list[FlagLine]) -> list[FlagBlock]:
    """Return flags as blocks, in the order in which their first flag stands.

    A flag is told once a draw: on the count where the percentage has it too, and what holds for the
    draw once. What is said of the patient is always told. Flags of one result that have a few words
    for it follow the one that leads: a graded one before others, and what holds for the draw last.
    """
    blocks = _once_a_draw(flags)
    led: dict[tuple[str, str], FlagBlock] = {}
    for block in sorted(blocks, key=_leads):  # stable: severe ones first among equals
        if block.leader.result and subject_of(block.leader):
            led.setdefault((count_id_of(block.leader), _draw_of(block.leader)), block)
    told = []
    for block in blocks:
        keys = [(count_id_of(flag), _draw_of(flag)) for flag in (block.leader, *block.others)]
        lead = next((led[key] for key in keys if key in led and led[key] is not block), None)
        if lead is None or not block.leader.clause:
            told.append(block)
            continue
        cells = count_id_of(lead.leader)
        of_it = (flag for flag in (block.leader, *block.others) if count_id_of(flag) == cells)
        lead.followers.append(next(of_it))
    return sorted(told, key=lambda block: -block.severity)


def _leads(block: FlagBlock) -> tuple[bool, bool]:
    return (not block.leader.flag.analyte, block.leader.flag.of_draw)


def _draw_of(flag: FlagLine) -> str:
    return flag.collected_at or ""


def _once_a_draw(flags: list[FlagLine]) -> list[FlagBlock]:
    told: dict[tuple[str, ...], FlagBlock] = {}
    for flag in flags:
        key = (flag.code, flag.collected_at or flag.message, subject_of(flag))
        block = told.setdefault(key, FlagBlock(flag))
        named = [count_id_of(other) for other in (block.leader, *block.others)]
        if flag is not block.leader and count_id_of(flag) not in named:
            block.others.append(flag)
    return list(told.values())
