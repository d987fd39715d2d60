"""Evaluate all row flags: the severity of each flag on each row,
as a table or as the `flags` column.
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pandas as pd

from wbc_tracker.arrays import Mask, Small, Whole
from wbc_tracker.catalog import Catalog, Flag, Severity, load_catalog
from wbc_tracker.flags.facts import Facts, collect_facts
from wbc_tracker.flags.rules import OTHER_SEVERITY, RULES

#: More than this a key of the machine does not hold.
_MOST = 2**63 - 1


def evaluate_flags(annotated: pd.DataFrame, catalog: Catalog | None = None) -> pd.DataFrame:
    """Return every flag of every row. Those of the patient come from `evaluate_patient_flags`.

    Args:
        annotated: a frame that `annotate` returned.
        catalog: rules and severities; by default the program's own.

    Returns:
        One row a flag: `row` (place in the annotated frame), `code`, `severity`; sorted by row,
        then most severe first.
    """
    catalog = catalog or load_catalog()
    table = list_flags(rank_flags(collect_facts(annotated, catalog), catalog))
    words = np.array(["", *(severity.word for severity in Severity)], dtype=object)
    return table[["row", "code"]].assign(severity=words[table["rank"].to_numpy()])


def list_flags(ranks: Mapping[str, Small], among: Mask | None = None) -> pd.DataFrame:
    """Return `row`, `code` and `rank` (a Severity) of every flag, from what `rank_flags` found.

    Sorted as by `evaluate_flags`; `among` tells the flags of these rows alone.
    """
    parts = []
    for code, rank in ranks.items():
        rows = np.flatnonzero(rank if among is None else among & (rank > 0))
        parts.append(pd.DataFrame({"row": rows, "code": code, "rank": rank[rows]}))
    table = pd.concat(parts, ignore_index=True)
    table["order"] = table["code"].map({code: place for place, code in enumerate(ranks)})
    table = table.sort_values(
        ["row", "rank", "order"], ascending=[True, False, True], ignore_index=True
    )
    return table[["row", "code", "rank"]]


def derive_flags(annotated: pd.DataFrame, catalog: Catalog | None = None) -> pd.DataFrame:
    """Fill the column `flags`: codes joined by `;`, most severe first,
    then in the catalogue's order.
    """
    catalog = catalog or load_catalog()
    return fill_flags(annotated, rank_flags(collect_facts(annotated, catalog), catalog))


def fill_flags(annotated: pd.DataFrame, found: Mapping[str, Small]) -> pd.DataFrame:
    """Fill the column `flags` from what `rank_flags` found; the rest as `derive_flags`."""
    ranks = {code: rank for code, rank in found.items() if rank.any()}
    number, size = _number_combinations(list(ranks.values()), len(annotated))
    example = np.zeros(size, dtype=np.int64)
    example[number] = np.arange(len(number))
    words = [_joined({code: int(rank[row]) for code, rank in ranks.items()}) for row in example]
    categories = sorted(set(words) - {""})
    places = {word: place for place, word in enumerate(categories)}
    place = np.array([places.get(word, -1) for word in words], dtype=np.int64)
    texts = pd.Categorical.from_codes(place[number], categories=pd.Index(categories, dtype="str"))
    return annotated.assign(flags=texts)


def _number_combinations(ranks: list[Small], size: int) -> tuple[Whole, int]:
    """Number the combinations of severities that rows have; also return how many there are.

    Combinations are written as numbers with a digit a flag. Where these grow too large for the
    machine, those that occur are numbered anew before the next digit.
    """
    key, values = np.zeros(size, dtype=np.int64), 1
    for rank in ranks:
        base = int(rank.max()) + 1
        if values * base > _MOST:
            key, values = _renumber(key)
        key, values = key * base + rank, values * base
    return _renumber(key)


def _renumber(key: Whole) -> tuple[Whole, int]:
    number, distinct = pd.factorize(key)
    return np.asarray(number, dtype=np.int64), len(distinct)


def _joined(ranks: Mapping[str, int]) -> str:
    """Join the codes of one row, most severe first, then in the order given."""
    return ";".join(code for code in sorted(ranks, key=lambda code: -ranks[code]) if ranks[code])


def rank_flags(facts: Facts, catalog: Catalog) -> dict[str, Small]:
    """Return code -> severity rank of each row (0: not flagged), in the catalogue's order."""
    return {
        code: _rank(facts, flag) for code, flag in catalog.flags.items() if not flag.is_of_patient
    }


def _rank(facts: Facts, flag: Flag) -> Small:
    if flag.analyte is not None:
        ranks_of = {int(grade): int(each) for grade, each in flag.severity_by_grade.items()}
        # Grades 0 to 4, and in the last place "no grade", which the facts hold as -1.
        ranks = np.array([*(ranks_of.get(grade, 0) for grade in range(5)), 0], dtype=np.int8)[
            facts.grade
        ]
        return np.where(facts.is_analyte(flag.analyte), ranks, 0).astype(np.int8)
    ranks = RULES[flag.code](facts).astype(np.int8) * np.int8(flag.severity)
    if flag.other_severity is not None and ranks.any():
        other = OTHER_SEVERITY[flag.code](facts)
        ranks[other & (ranks > 0)] = flag.other_severity
    return ranks
