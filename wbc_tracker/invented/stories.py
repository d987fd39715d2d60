"""What is special about an invented patient, as data; everything else is usual."""

from __future__ import annotations

from dataclasses import dataclass

#: The day on which the stories are told; nothing has happened after it.
AS_OF = "2026-11-23"


@dataclass(frozen=True)
class Story:
    """One patient; what is left out is usual: dosed on schedule, depleted, followed up to now.

    Attributes:
        start: the first dose; empty: not yet treated.
        lab: whose way of printing, a key of `laboratories.LABORATORIES`.
        percent_only: the differential is printed in percent only.
        delay: (course, days it was given later than planned).
        igg: g/L before treatment and share lost per year; zeros: usual.
        forced: (analyte, from the nth last draw on, values).
        conflict: (analyte, the draw that prints it twice, with two values).
        events: (date, kind, note) of what happened besides.
    """

    start: str = ""
    drug: str = "ocrelizumab"
    lab: str = "si"
    percent_only: bool = False
    depletes: bool = True
    tests_b_cells: bool = True
    delay: tuple[int, int] = (0, 0)
    last_dose_by: str = AS_OF
    booked: str = ""
    draws_from: str = "2000-01-01"
    draws_to: str = AS_OF
    igg: tuple[float, float] = (0.0, 0.0)
    forced: tuple[str, int, tuple[float, ...]] = ("", 0, ())
    conflict: tuple[str, int] = ("", 0)
    events: tuple[tuple[str, str, str], ...] = ()


_FLU_VACCINE = ("2025-10-06", "vaccination", "influenza")
_SINUSITIS = ("2026-02-16", "infection", "sinusitis")
_PNEUMONIA = ("2025-11-24", "infection", "pneumonia")
_RELAPSE = ("2024-05-06", "relapse", "")
_STEROID = ("2024-05-08", "steroid", "methylprednisolone for 3 days")
_STOPPED = ("2025-06-02", "stopped", "")
_LEFT = ("2026-04-13", "left", "moved")

#: The person whose report `demo` shows.
PERSON = Story("2023-02-06", events=(_FLU_VACCINE, _SINUSITIS))

#: The clinic of the examples. Events are told by `demo` alone; 17 has stopped there, 38 left.
STORIES = (
    Story("2019-03-11", events=(_FLU_VACCINE, _SINUSITIS)),  # 01 to 10: as described
    Story("2019-10-07", lab="us"),
    Story("2020-02-03", percent_only=True),
    Story("2024-09-16", "ocrelizumab_sc"),
    Story("2020-09-14", lab="us_cells"),
    Story("2019-05-20", "rituximab"),
    Story("2021-01-18", events=(_RELAPSE, _STEROID)),
    Story("2022-04-04", "ofatumumab", "us", events=(_FLU_VACCINE,)),
    Story("2021-06-07", lab="us", percent_only=True),
    Story("2024-02-12", "ublituximab", "us_cells"),
    Story("2024-05-13", depletes=False),  # 11, 12: B cells never went away
    Story("2023-09-04", "rituximab", "us", depletes=False),
    # 13 to 15: an extended interval, in which B cells came back
    Story("2021-03-08", delay=(5, 84)),
    Story("2020-06-15", lab="us", delay=(8, 70)),
    Story("2021-11-08", "rituximab", delay=(6, 91)),
    Story("2020-10-12", last_dose_by="2025-06-30"),  # 16, 17: interrupted
    Story("2021-09-06", lab="us_cells", last_dose_by="2025-01-31", events=(_STOPPED,)),
    Story("2022-01-10", last_dose_by="2026-04-30"),  # 18, 19: overdue
    Story("2023-10-02", "ublituximab", last_dose_by="2026-03-31"),
    Story("2022-05-02", forced=("neutrophils", 6, (0.9,))),  # 20: late-onset neutropenia, past
    Story("2023-05-15", forced=("neutrophils", 1, (0.4,))),  # 21: and present
    Story("2021-08-16", forced=("lymphocytes", 3, (0.92, 0.78, 0.71))),  # 22 to 24: lymphopenia
    Story("2023-05-08", "ofatumumab", "us_cells", forced=("lymphocytes", 2, (0.75, 0.62))),
    Story("2020-02-17", forced=("lymphocytes", 2, (0.58, 0.41))),
    Story("2020-11-02", igg=(7.5, 0.05)),  # 25 to 27: low IgG
    Story("2020-03-16", "rituximab", "us", igg=(7.7, 0.055)),
    Story("2020-08-10", igg=(8.0, 0.09), events=(_PNEUMONIA, _SINUSITIS)),
    Story("2022-06-27", forced=("platelets", 2, (92, 68))),  # 28: thrombocytopenia
    Story("2021-02-08", lab="us", forced=("hemoglobin", 2, (101, 92))),  # 29: anemia
    Story("2023-11-06", forced=("neutrophils", 1, (30.2,))),  # 30: critical white count (high)
    Story("2022-02-14", tests_b_cells=False),  # 31, 32: CD19 never measured
    Story("2023-06-19", lab="us", tests_b_cells=False, percent_only=True),
    Story("2019-09-02", draws_from="2020-11-01"),  # 33, 34: no result from before treatment
    Story("2025-01-13", "ocrelizumab_sc", "us_cells", draws_from="2025-03-01"),
    Story(draws_from="2026-01-12"),  # 35: not yet treated
    Story("2022-05-09", booked="2026-12-09"),  # 36: the next infusion is booked
    Story("2021-10-11", draws_to="2026-04-30"),  # 37, 38: latest count more than 26 weeks old
    Story("2023-03-13", "ocrelizumab_sc", "us", draws_to="2026-03-20", events=(_LEFT,)),
    Story("2024-11-04", conflict=("wbc", 4)),  # 39, 40: two values at one draw
    Story("2025-06-02", "ofatumumab", conflict=("neutrophils", 4)),
)
