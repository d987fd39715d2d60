"""Write the invented clinic panel: clinic_labs.csv and clinic_infusions.csv.

Nobody in these files exists. Forty made-up patients, clinic-01 to clinic-40, are followed up to 2026-11-23.
What is special about each stands in `wbc_tracker/invented/stories.py`, the model of a blood count beside it.

Only `random()` of the standard generator is used, seeded once per patient: the files come out the same on
every machine, and a changed story leaves the other patients as they were.
"""

from __future__ import annotations

import argparse
import csv
from collections.abc import Iterable
from dataclasses import astuple
from pathlib import Path

from wbc_tracker.invented.laboratories import LABORATORIES
from wbc_tracker.invented.patients import SEED, InventedPatient, invent_patient
from wbc_tracker.invented.stories import STORIES

LAB_HEADER = "patient_id collected_at analyte value unit ref_low ref_high"
INFUSION_HEADER = "patient_id infused_on drug dose_mg"


def lab_rows(patient: InventedPatient) -> Iterable[tuple[str, ...]]:
    """Yield the results of a patient as their laboratory prints them."""
    for result in patient.results:
        test = LABORATORIES[patient.story.lab][result.analyte]
        printed = test.as_printed(result.value)
        yield result.patient_id, result.drawn_on, test.name, printed, test.unit, test.ref_low, test.ref_high


def write_csv(path: Path, header: str, rows: Iterable[tuple[object, ...]]) -> None:
    """Write the rows as UTF-8 with LF line ends."""
    with path.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file, lineterminator="\n").writerows([header.split(), *rows])


def main() -> None:
    """Write both files into the folder of this script, or into --output-dir."""
    parser = argparse.ArgumentParser(description="Write the invented clinic panel.")
    parser.add_argument("--output-dir", type=Path, default=Path(__file__).parent)
    folder: Path = parser.parse_args().output_dir
    folder.mkdir(parents=True, exist_ok=True)
    patients = [invent_patient(f"clinic-{n:02d}", story, SEED + n) for n, story in enumerate(STORIES, start=1)]
    write_csv(folder / "clinic_labs.csv", LAB_HEADER, (row for each in patients for row in lab_rows(each)))
    doses = [astuple(dose) for patient in patients for dose in patient.doses]
    write_csv(folder / "clinic_infusions.csv", INFUSION_HEADER, doses)


if __name__ == "__main__":
    main()
