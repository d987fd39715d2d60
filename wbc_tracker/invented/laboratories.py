"""How laboratories print: names, units, intervals and decimals of each analyte."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import pyarrow as pa

from wbc_tracker.invented.blood import Numbers


@dataclass(frozen=True)
class LabTest:
    """How a laboratory prints an analyte.

    Attributes:
        factor: from the canonical unit to the printed one.
        has_limit: a value below the last digit is printed as a limit (`<1`).
    """

    name: str
    unit: str
    ref_low: str
    ref_high: str
    decimals: int = 0
    factor: float = 1.0
    has_limit: bool = False

    @property
    def limit(self) -> str:
        """The least number that can be printed above zero."""
        return f"{10.0**-self.decimals:.{self.decimals}f}"

    def as_printed(self, value: float) -> str:
        """Return a canonical value as printed, with its comparator."""
        printed = value * self.factor
        is_below = self.has_limit and printed < 10.0**-self.decimals
        return f"<{self.limit}" if is_below else _told(f"{printed:.{self.decimals}f}")

    def all_as_printed(self, values: Numbers) -> pa.Array:
        """Return canonical values as printed; for a million of them at once.

        As a meter shows them they are rounded first: what rounds to zero is below the limit.
        """
        rounded = np.round(values * self.factor, self.decimals)
        whole = np.rint(rounded * 10**self.decimals).astype(np.int64)
        digits, codes = np.unique(whole, return_inverse=True)
        texts = [f"{number / 10**self.decimals:.{self.decimals}f}" for number in digits.tolist()]
        if self.has_limit:
            texts = [f"<{self.limit}" if not float(text) else text for text in texts]
        return pa.array([_told(text) for text in texts]).take(pa.array(codes))


Laboratory = Mapping[str, LabTest]


def _told(text: str) -> str:
    """Return a number that is not taken for a missing one: 998 instead of 999."""
    return f"{text[:-1]}8" if len(text) > 2 and set(text) == {"9"} else text


SI_LAB: Laboratory = {
    "wbc": LabTest("WBC", "10^9/L", "4.0", "11.0", 1),
    "neutrophils": LabTest("Neutrophils", "10^9/L", "2.0", "7.5", 2),
    "lymphocytes": LabTest("Lymphocytes", "10^9/L", "1.0", "4.0", 2),
    "neutrophils_pct": LabTest("Neutrophils %", "%", "40", "80", 1),
    "lymphocytes_pct": LabTest("Lymphocytes %", "%", "20", "40", 1),
    "hemoglobin": LabTest("Hemoglobin", "g/L", "115", "165"),
    "platelets": LabTest("Platelets", "10^9/L", "150", "400"),
    "cd19": LabTest("CD19", "/uL", "100", "500", has_limit=True),
    "cd19_pct": LabTest("CD19 %", "%", "6", "19", 1, has_limit=True),
    "cd3": LabTest("CD3", "/uL", "700", "2100"),
    "cd4": LabTest("CD4", "/uL", "300", "1400"),
    "cd8": LabTest("CD8", "/uL", "200", "900"),
    "igg": LabTest("IgG", "g/L", "6.0", "16.0", 1),
    "iga": LabTest("IgA", "g/L", "0.80", "4.00", 2),
    "igm": LabTest("IgM", "g/L", "0.50", "2.00", 2),
}
US_LAB: Laboratory = {
    **SI_LAB,
    "wbc": LabTest("WBC", "K/uL", "4.0", "10.5", 1),
    "neutrophils": LabTest("Neutrophils", "K/uL", "1.80", "7.70", 2),
    "lymphocytes": LabTest("Lymphocytes", "K/uL", "1.00", "4.80", 2),
    "hemoglobin": LabTest("Hemoglobin", "g/dL", "11.7", "16.5", 1, 0.1),
    "platelets": LabTest("Platelets", "K/uL", "150", "400"),
    "igg": LabTest("IgG", "mg/dL", "600", "1640", 0, 100),
    "iga": LabTest("IgA", "mg/dL", "70", "400", 0, 100),
    "igm": LabTest("IgM", "mg/dL", "50", "300", 0, 100),
}
US_CELLS_LAB: Laboratory = {
    **US_LAB,
    "wbc": LabTest("WBC", "10^3/uL", "3.8", "10.8", 1),
    "neutrophils": LabTest("Neutrophils", "cells/uL", "1500", "7800", 0, 1000),
    "lymphocytes": LabTest("Lymphocytes", "cells/uL", "850", "3900", 0, 1000),
    "platelets": LabTest("Platelets", "10^3/uL", "140", "400"),
}
GERMAN_LAB: Laboratory = {
    "wbc": LabTest("Leukozyten", "G/l", "4.0", "10.0", 1),
    "neutrophils": LabTest("Neutrophile Granulozyten", "G/l", "1.80", "7.70", 2),
    "lymphocytes": LabTest("Lymphozyten", "G/l", "1.00", "4.80", 2),
    "neutrophils_pct": LabTest("Neutrophile Granulozyten", "%", "40", "80", 1),
    "lymphocytes_pct": LabTest("Lymphozyten", "%", "20", "40", 1),
    "hemoglobin": LabTest("Hämoglobin", "g/dl", "11.7", "16.5", 1, 0.1),
    "platelets": LabTest("Thrombozyten", "Tsd./µl", "150", "400"),
    "cd19": LabTest("B-Lymphozyten", "/µl", "100", "500", has_limit=True),
    "cd19_pct": LabTest("B-Lymphozyten", "%", "6", "19", 1, has_limit=True),
    "cd3": LabTest("CD3", "/µl", "700", "2100"),
    "cd4": LabTest("CD4", "/µl", "300", "1400"),
    "cd8": LabTest("CD8", "/µl", "200", "900"),
    "igg": LabTest("IgG", "mg/dl", "600", "1600", 0, 100),
    "iga": LabTest("IgA", "mg/dl", "80", "400", 0, 100),
    "igm": LabTest("IgM", "mg/dl", "50", "200", 0, 100),
}
#: A registry: the names and units of the program itself.
REGISTRY_LAB: Laboratory = {
    "wbc": LabTest("wbc", "10*9/L", "4.0", "11.0", 1),
    "neutrophils": LabTest("neutrophils", "10*9/L", "2.0", "7.5", 2),
    "lymphocytes": LabTest("lymphocytes", "10*9/L", "1.0", "4.0", 2),
    "platelets": LabTest("platelets", "10*9/L", "150.0", "400.0"),
    "hemoglobin": LabTest("hemoglobin", "g/L", "120.0", "160.0"),
    "cd19": LabTest("cd19", "/uL", "100.0", "500.0", has_limit=True),
    "cd4": LabTest("cd4", "/uL", "300.0", "1400.0"),
    "igg": LabTest("igg", "g/L", "6.0", "16.0", 1),
}
LABORATORIES = {"si": SI_LAB, "us": US_LAB, "us_cells": US_CELLS_LAB, "registry": REGISTRY_LAB}
