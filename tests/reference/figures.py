"""The figures of the rules, copied from the design and the facts by hand."""

from __future__ import annotations

# fmt: off
#: Generic adult reference intervals, canonical units (facts, section 5).
INTERVALS = {
    "wbc": (4.0, 11.0), "neutrophils": (2.0, 7.5), "lymphocytes": (1.0, 4.0), "monocytes": (0.2, 1.0),
    "eosinophils": (0.0, 0.5), "basophils": (0.0, 0.1), "platelets": (150.0, 400.0),
    "cd3": (700.0, 2100.0), "cd4": (300.0, 1400.0), "cd8": (200.0, 900.0), "cd19": (100.0, 500.0),
    "neutrophils_pct": (40.0, 80.0), "lymphocytes_pct": (20.0, 40.0), "cd19_pct": (6.0, 19.0),
    "igg": (5.65, 16.0), "iga": (0.70, 4.0), "igm": (0.40, 2.0),
}
#: CTCAE v5.0 decreases: (grade, cut), most severe first; grade 1 is the lower limit (facts, section 4).
#: CD4 stands here in /uL; hemoglobin has no numeric grade 4.
CTCAE_CUTS = {
    "wbc": [(4, 1.0), (3, 2.0), (2, 3.0)],
    "neutrophils": [(4, 0.5), (3, 1.0), (2, 1.5)],
    "lymphocytes": [(4, 0.2), (3, 0.5), (2, 0.8)],
    "cd4": [(4, 50.0), (3, 200.0), (2, 500.0)],
    "platelets": [(4, 25.0), (3, 50.0), (2, 75.0)],
    "hemoglobin": [(3, 80.0), (2, 100.0)],
}
#: Biological variation: (CVI %, study CVA %; 0: none), the larger sex (facts, section 7); of T cells "under 10".
VARIATION = {
    "wbc": (12.82, 1.49), "neutrophils": (20.09, 1.88), "lymphocytes": (9.81, 2.40),
    "monocytes": (15.33, 4.95), "eosinophils": (14.83, 11.01), "basophils": (11.36, 16.65),
    "platelets": (7.22, 1.80), "hemoglobin": (2.74, 0.58), "hematocrit": (2.82, 0.63), "rbc": (2.77, 0.66),
    "igg": (10.1, 0.0), "cd3": (10, 0.0), "cd4": (10, 0.0), "cd8": (10, 0.0),
}
#: The figure of IgG is a total: the analysis is in it.
TOTAL_VARIATION = {"igg"}
#: Usual days between doses (design, section 2).
SPACING = {"ocrelizumab": 168, "ocrelizumab_sc": 168, "ublituximab": 168, "rituximab": 182, "ofatumumab": 28}
#: Drugs that start with a smaller dose: (its mg, days until the second part, mg of that) (facts, section 1).
FIRST_DOSE_SPLIT = {"ocrelizumab": (300.0, 14, 300.0), "ublituximab": (150.0, 14, 450.0)}
#: Days of the first doses of a drug, from the first one on (facts, section 1).
LOADING = {"ofatumumab": (0, 7, 14, 28)}
#: Drugs that a steroid is given before (design, section 7: not ofatumumab).
WITH_STEROID = {"ocrelizumab", "ocrelizumab_sc", "ublituximab", "rituximab"}
#: Notes of `other_drug` that name a drug of MS, and whether it changes counts for months; others name none.
MS_DRUGS = {
    "natalizumab": True, "Tysabri": True, "fingolimod": True, "Gilenya": True, "cladribine": True,
    "alemtuzumab": True, "Kesimpta": True, "Ocrevus": True, "rituximab": True,
    "glatiramer acetate": False, "Copaxone": False,
}
#: Fitted change in percent over the span that is worth telling (design, section 6).
SMALLEST_CHANGE = {
    "neutrophils": 25, "wbc": 20, "lymphocytes": 20, "platelets": 20, "cd3": 20, "cd4": 20, "cd8": 20,
    "igg": 15, "iga": 15, "igm": 15, "hemoglobin": 10,
}
# fmt: on
