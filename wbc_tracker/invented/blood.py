"""What a tube of blood holds: the one model of a blood count behind every invented person.

White cells are neutrophils, lymphocytes and the rest; lymphocytes are B cells and the others (T
and NK cells). Each part is the set point of its person, times what is left of it on that day, times
chance. B cells go with the first dose and come back when doses stop. Percentages, subsets and
totals follow from the parts, so that they add up as in a tube.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt

Numbers = npt.NDArray[np.float64]
#: An entry a tube, or one figure for all.
Figures = Numbers | float

#: Days after a dose from which B cells come back, and how many /uL a day (our choice: about 80 /uL
#: a year after the last dose).
RETURN_FROM_DAY, RETURN_PER_DAY = 185, 0.45
#: Parts that are analytes of their own and belong to no other.
_ALONE = ("hemoglobin", "platelets", "igg", "iga", "igm")


@dataclass(frozen=True)
class Tubes:
    """What is true of each tube before it is looked into.

    Attributes:
        level: part -> set point of its person: `neutrophils`, `t_cells` and `rest` in 10*9/L,
            `b_cells` in /uL, and of `hemoglobin`, `platelets`, `igg`, `iga`, `igm` any, in their
            canonical unit.
        factor: part -> chance, a factor around 1.
        since_dose: days since the latest dose, NaN before the first.
        left: part -> share of the set point that is left on that day; 1 where nothing is said.
        depletes: whether the drug takes the B cells away. residue: those it leaves, /uL.
        subsets: `cd3`, `cd4`, `cd8` -> their share of the T and NK cells.
        forced: analyte -> value that stands whatever chance says, NaN where it does not.
    """

    level: Mapping[str, Figures]
    factor: Mapping[str, Numbers]
    since_dose: Numbers
    left: Mapping[str, Figures] = field(default_factory=dict)
    depletes: bool = True
    residue: Figures = 0.0
    subsets: Mapping[str, Figures] = field(default_factory=dict)
    forced: Mapping[str, Numbers] = field(default_factory=dict)


def measure(tubes: Tubes) -> dict[str, Numbers]:
    """Return the true value of each analyte in each tube, in its canonical unit."""
    part = {
        name: level * tubes.left.get(name, 1.0) * tubes.factor[name]
        for name, level in tubes.level.items()
        if name != "b_cells"
    }
    b_cells = _b_cells(tubes)
    found = {name: part[name] for name in _ALONE if name in part}
    found |= {"neutrophils": part["neutrophils"], "lymphocytes": part["t_cells"] + b_cells / 1000}
    for analyte, forced in tubes.forced.items():
        found[analyte] = np.where(np.isnan(forced), found[analyte], forced)
    neutrophils, lymphocytes = found["neutrophils"], found["lymphocytes"]
    white_cells = neutrophils + lymphocytes + part["rest"]
    others = lymphocytes * 1000 - b_cells
    return {
        **found,
        "wbc": white_cells,
        "neutrophils_pct": 100 * neutrophils / white_cells,
        "lymphocytes_pct": 100 * lymphocytes / white_cells,
        "cd19": b_cells,
        "cd19_pct": b_cells / lymphocytes / 10,
        **{subset: others * share for subset, share in tubes.subsets.items()},
    }


def _b_cells(tubes: Tubes) -> Numbers:
    """Return B cells, /uL: as ever before treatment; then those that came back, and the residue."""
    level = tubes.level["b_cells"] * np.ones_like(tubes.since_dose)
    is_depleted = ~np.isnan(tubes.since_dose) & tubes.depletes
    back = np.maximum(0, tubes.since_dose - RETURN_FROM_DAY) * RETURN_PER_DAY
    there = np.where(is_depleted, np.minimum(level, back), level)
    return there * tubes.factor["b_cells"] + np.where(is_depleted, tubes.residue, 0.0)
