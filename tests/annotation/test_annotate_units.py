"""The same results printed in two units are the same results."""

from __future__ import annotations

import pandas as pd
from hypothesis import given, settings
from hypothesis import strategies as st
from tables.labs import infusions, on
from tables.trials import examples

from wbc_tracker import schema
from wbc_tracker.annotation import annotate
from wbc_tracker.flags import derive_flags
from wbc_tracker.intake import ReadingOptions, read_lab_bytes

#: Analyte -> (unit, decimals, unit, decimals) of one number of smallest steps: 6100 is 6.100 x 10^9/L, 6100 /uL.
PRINTED = {
    "wbc": ("10*9/L", 3, "/uL", 0),
    "neutrophils": ("10*3/uL", 3, "/uL", 0),
    "lymphocytes": ("10*9/L", 3, "10*6/L", 0),
    "platelets": ("10*9/L", 0, "/uL", -3),
    "cd19": ("/uL", 0, "10*9/L", 3),
    "cd4": ("/uL", 0, "10*3/uL", 3),
    "igg": ("g/L", 2, "mg/dL", 0),
    "hemoglobin": ("g/L", 0, "g/dL", 1),
    "hematocrit": ("%", 1, "L/L", 3),
    "rbc": ("10*12/L", 2, "10*6/uL", 2),
}
STEPS = {"wbc": (200, 14000), "neutrophils": (100, 9000), "lymphocytes": (50, 4500), "platelets": (5, 1200),
         "cd19": (0, 300), "cd4": (20, 1500), "igg": (100, 2000), "hemoglobin": (40, 220), "hematocrit": (60, 700),
         "rbc": (50, 700)}  # fmt: skip
CANONICAL = [name for name in schema.names(schema.EXPORT_COLUMNS) if not name.startswith("reported_")]

cells = st.sampled_from(list(PRINTED)).flatmap(
    lambda analyte: st.tuples(
        st.integers(-40, 400),
        st.just(analyte),
        st.sampled_from(["", "", "", "<", ">="]),
        st.integers(*STEPS[analyte]),
        st.sampled_from(["none", "both", "low"]),
    )
)


def printed(steps: int, decimals: int) -> str:
    return f"{steps / 10**decimals:.{decimals}f}" if decimals > 0 else str(steps * 10**-decimals)


def read(results: list[tuple[int, str, str, int, str]], which: int) -> pd.DataFrame:
    """Write the results as a lab file in one of the two units, and read it."""
    lines = ["collected_at,analyte,value,unit,ref_low,ref_high"]
    for day, analyte, sign, steps, interval in results:
        unit, decimals = PRINTED[analyte][2 * which : 2 * which + 2]
        low, high = (printed(sum(STEPS[analyte]) * part // 6, decimals) for part in (1, 4))
        low, high = {"none": ("", ""), "both": (low, high), "low": (low, "")}[interval]
        lines.append(f"{on(day)},{analyte},{sign}{printed(steps, decimals)},{unit},{low},{high}")
    reading = read_lab_bytes("\n".join(lines).encode(), "labs.csv", ReadingOptions(as_of=on(500), decimal="."))
    assert len(reading.results) == len(results), reading.rejects
    return reading.results


@settings(max_examples=examples(12))
@given(st.lists(cells, min_size=1, max_size=10))
def test_the_unit_of_the_file_changes_nothing_canonical(results: list[tuple[int, str, str, int, str]]) -> None:
    doses = infusions(f"{on(0)} 300", f"{on(14)} 300", f"{on(168)} 600")
    first, second = (
        derive_flags(annotate(read(results, which), doses, as_of=on(500)))[CANONICAL].astype(object) for which in (0, 1)
    )
    pd.testing.assert_frame_equal(first, second, check_exact=True)


def test_the_two_prints_of_one_result() -> None:
    results = [(5, "wbc", "", 6100, "none"), (5, "igg", "<", 745, "none"), (5, "platelets", "", 212, "none")]
    assert read(results, 0)["reported_value"].tolist() == ["6.100", "<7.45", "212"]
    assert read(results, 1)["reported_value"].tolist() == ["6100", "<745", "212000"]
    assert read(results, 1)["value"].tolist() == [6.1, 7.45, 212]
