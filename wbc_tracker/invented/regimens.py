"""How a drug is given: days, doses and intervals, from the catalogue where it has them."""

from __future__ import annotations

from dataclasses import dataclass

from wbc_tracker.catalog import Drug

#: What the catalogue does not say of a drug: the doses as (day, mg) that it begins with, and the mg
#: of the later ones. In MS rituximab is usually begun with two grams (sources.toml:
#: rituximab-practice).
_PRACTICE = {"rituximab": (((0, 1000.0), (14, 1000.0)), 500.0)}


@dataclass(frozen=True)
class Regimen:
    """The doses of a drug.

    Attributes:
        first: the doses of the first course as (day, mg).
        interval_days: between courses. later_mg: the dose of each later course.
    """

    first: tuple[tuple[int, float], ...]
    interval_days: int
    later_mg: float


def regimen_of(drug: Drug) -> Regimen:
    """Return how a drug is usually given."""
    usual = drug.usual_doses_mg[-1]
    first: tuple[tuple[int, float], ...] = ((0, usual),)
    if drug.id in _PRACTICE:
        first, usual = _PRACTICE[drug.id]
    elif drug.first_dose_split_mg and drug.first_dose_split_days:
        half = drug.second_dose_mg or drug.first_dose_split_mg
        first = ((0, drug.first_dose_split_mg), (drug.first_dose_split_days, half))
    elif drug.loading_days:
        first = tuple((day, usual) for day in drug.loading_days if day < drug.interval_days)
    return Regimen(first, drug.interval_days, usual)
