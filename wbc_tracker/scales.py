"""The unit in which the values of one analyte are told: the canonical one, or that of the patient's
latest printed result.

Everything is computed in canonical units; only what is told of it is put into another.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Literal

import pandas as pd

from wbc_tracker.catalog import Analyte, Catalog
from wbc_tracker.intake.column.units import find_unit
from wbc_tracker.wording import number_words, spoken_unit, unit_words

#: `reported`: the units of each patient's latest printed results; `si`: the canonical ones.
Units = Literal["reported", "si"]
#: What is not printed itself is worked out from white cells, and told as they are.
_WHITE_CELLS = "wbc"
#: So many more decimals tell on which side of a cut a value lies.
_MORE_DECIMALS = 4
#: Decimals of a number that was divided by a factor: what lies behind them is not the number's.
_EXACT = 9
#: Larger numbers would be told in powers of ten.
_MOST_BY_G = 100_000


@dataclass(frozen=True)
class Scale:
    """How the values of one analyte are told.

    Attributes:
        analyte: whose. unit: UCUM code of the unit that is told. factor: canonical = told * factor.
    """

    analyte: Analyte
    unit: str
    factor: float = 1.0

    @classmethod
    def canonical(cls, analyte: Analyte) -> Scale:
        """Return the scale of the unit in which everything is computed."""
        return cls(analyte, analyte.unit)

    @cached_property
    def unit_words(self) -> str:
        """The unit as people write it."""
        return unit_words(self.unit)

    @cached_property
    def spoken_unit(self) -> str:
        """The unit as one says it."""
        return spoken_unit(self.unit)

    @cached_property
    def decimals(self) -> int:
        """How many decimals are usual in this unit."""
        return max(0, self.analyte.decimals + round(math.log10(self.factor)))

    def told(self, value: float) -> float:
        """Return a canonical value in the unit that is told."""
        return value if self.factor == 1 else value / self.factor

    def number(self, value: float, step: float = 0) -> str:
        """Return a canonical value with the decimals that `step` was printed with, else with the
        usual ones.
        """
        return number_words(self.told(value), self.told(step), self.decimals)

    def value(self, value: float, comparator: str = "", step: float = 0) -> str:
        """Return comparator and canonical value: `<1`, `6.1`; never rounded to the other side of a
        figure that decides.
        """
        told, number = self.number(value, step), round(self.told(value), _EXACT)
        decimals = len(told.partition(".")[2])
        for more in range(decimals + 1, decimals + 1 + _MORE_DECIMALS):
            if all((float(told) < cut) == (number < cut) for cut in self._cuts):
                break
            told = f"{number:.{more}f}"
        return f"{comparator}{told}"

    @cached_property
    def _cuts(self) -> tuple[float, ...]:
        return tuple(round(self.told(cut), _EXACT) for cut in self.analyte.cuts)

    def figure(self, value: float) -> str:
        """Return a canonical figure that nobody measured, with its unit: `0.5 x10⁹/L`."""
        return f"{self.plain(value)} {self.unit_words}".strip()

    def plain(self, value: float) -> str:
        """Return a canonical value with the decimals that it has, not those of a print; of endless
        ones two more than usual.
        """
        number = round(self.told(value), self.decimals + 2)
        return f"{number:g}" if abs(number) < _MOST_BY_G else f"{number:.0f}"

    def limits(self, low: float | None, high: float | None) -> str:
        """Return a canonical interval: `4.0-11.0`, `from 4.0`, `up to 11.0`; empty without any."""
        if low is None or high is None:
            if low is not None:
                return f"from {self.number(low)}"
            return "" if high is None else f"up to {self.number(high)}"
        return f"{self.number(low)}-{self.number(high)}"


class Scales:
    """The scales of every patient and analyte."""

    def __init__(self, catalog: Catalog, chosen: Mapping[tuple[str, str], Scale]) -> None:
        self._canonical = {one.id: Scale.canonical(one) for one in catalog.analytes.values()}
        self._chosen = chosen

    @classmethod
    def chosen(cls, units: Units, results: pd.DataFrame, catalog: Catalog) -> Scales:
        """Return those of `reported` or of `si` units; results as for `reported`."""
        return cls.si(catalog) if units == "si" else cls.reported(results, catalog)

    @classmethod
    def si(cls, catalog: Catalog) -> Scales:
        """Return the canonical ones, for everybody."""
        return cls(catalog, {})

    @classmethod
    def reported(cls, results: pd.DataFrame, catalog: Catalog) -> Scales:
        """Return for each patient the units of the latest printed results.

        A count that was never printed, only worked out, is told in the unit of white cells if it
        can be. A unit that is not printed, or not known, is the canonical one.

        Args:
            results: annotated, with `patient_id`, `analyte`, `collected_at`, `reported_unit`.
            catalog: the units.
        """
        names = ["patient_id", "analyte", "reported_unit"]
        unit = results["reported_unit"]
        printed = results.loc[unit.notna() & (unit != ""), [*names, "collected_at"]]
        printed = printed.assign(reported_unit=printed["reported_unit"].astype("str"))
        # Of two units at one time one is taken whatever the order of the rows.
        latest = printed.sort_values(["collected_at", "reported_unit"])
        latest = latest.drop_duplicates(names[:2], keep="last")[names]
        texts = latest[names[1:]].drop_duplicates()
        known = {
            (name, text): _scale(text, catalog.analytes[name], catalog)
            for name, text in texts.itertuples(index=False)
        }
        chosen = {
            (patient, name): known[name, text]
            for patient, name, text in latest.itertuples(index=False)
        }
        white = catalog.analytes[_WHITE_CELLS]
        for (patient, name), scale in list(chosen.items()):
            if name == _WHITE_CELLS:
                for other in catalog.analytes.values():
                    if other.family == white.family:
                        like = Scale(other, scale.unit, scale.factor)
                        chosen.setdefault((patient, other.id), like)
        return cls(catalog, chosen)

    def of(self, patient_id: str, analyte: str) -> Scale:
        """Return the scale of one analyte of one patient."""
        return self._chosen.get((patient_id, analyte)) or self._canonical[analyte]


def _scale(text: str, analyte: Analyte, catalog: Catalog) -> Scale:
    """Return the scale of a unit as it was printed."""
    unit = find_unit(text, analyte, catalog)
    if unit is None:
        return Scale.canonical(analyte)
    return Scale(analyte, unit, catalog.families[analyte.family].factors[unit])
