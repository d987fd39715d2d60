"""Populations and patients: the same for the same seed, and as they are said to be."""

from __future__ import annotations

import subprocess
import sys

import numpy as np
import pyarrow.compute as pc
import pytest
from tables.runs import EXAMPLES

from wbc_tracker.catalog import load_drugs
from wbc_tracker.invented.laboratories import SI_LAB, US_CELLS_LAB, US_LAB, LabTest
from wbc_tracker.invented.patients import invent_patient
from wbc_tracker.invented.populations import ONE_DRAW, People, World, invent, invent_registry
from wbc_tracker.invented.regimens import Regimen, regimen_of
from wbc_tracker.invented.stories import STORIES, Story


def values(people: People, analyte: str) -> np.ndarray:
    """Return the values of an analyte, a row a person; a limit as 0."""
    chosen = people.labs.filter(pc.equal(people.labs["analyte"], analyte))
    texts = ["0" if text.startswith("<") else text for text in chosen["value"].to_pylist()]
    return np.array(texts, dtype=float).reshape(len(people.women), -1)


@pytest.mark.parametrize(
    ("drug", "regimen"),
    [
        ("ocrelizumab", Regimen(((0, 300), (14, 300)), 168, 600)),
        ("ocrelizumab_sc", Regimen(((0, 920),), 168, 920)),
        ("rituximab", Regimen(((0, 1000), (14, 1000)), 182, 500)),
        ("ofatumumab", Regimen(((0, 20), (7, 20), (14, 20)), 28, 20)),
        ("ublituximab", Regimen(((0, 150), (14, 450)), 168, 450)),
    ],
)
def test_a_drug_is_given_as_it_is_in_life(drug, regimen):
    assert regimen_of(load_drugs()[drug]) == regimen


class TestPopulations:
    def test_the_same_seed_gives_the_same_people(self):
        world = World(people=5, draws=3)
        assert invent(world).labs.equals(invent(world).labs)
        assert not invent(world).labs.equals(invent(World(people=5, draws=3, seed=2)).labs)

    def test_draws_and_doses_stand_on_their_days(self):
        people = invent(World(people=2, draws=3))
        assert people.labs["collected_at"].unique().to_pylist() == [
            "2019-12-16",  # 21 days before the first dose
            "2020-03-23",
            "2020-06-08",
            "2020-09-07",
        ]
        assert people.visits == ["2020-03-23", "2020-06-08", "2020-09-07"]
        given = people.infusions.to_pylist()
        doses = [(dose["infused_on"], dose["dose_mg"]) for dose in given if dose["patient_id"] == "p00001"]
        assert doses == [("2020-01-06", 300), ("2020-01-20", 300), ("2020-06-22", 600)]

    def test_only_b_cells_change(self):
        people = invent(World(people=4000, draws=4, days=ONE_DRAW))
        b_cells, others = values(people, "cd19"), values(people, "neutrophils")
        assert (b_cells[:, 0] > 0).all()
        assert (b_cells[:, 1:] == 0).all()
        assert np.median(others, axis=0) == pytest.approx([3.7] * 5, rel=0.03)

    @pytest.mark.parametrize(("women", "cv"), [(1.0, 0.2018), (0.0, 0.1175)])
    def test_neutrophils_vary_in_a_person_as_published(self, women, cv):
        """20.09 and 11.6 % within, 1.88 % of measuring; the spread of the logarithm of the quotient."""
        found = values(invent(World(people=4000, draws=1, women=women)), "neutrophils")
        spread = np.std(np.log(found[:, 1] / found[:, 0])) / np.sqrt(2)
        assert np.sqrt(np.expm1(spread**2)) == pytest.approx(cv, rel=0.05)

    def test_a_decline_is_lost_evenly_over_its_years(self):
        world = World(people=4000, draws=7, days=ONE_DRAW, decline={"igg": 0.3})
        found = np.median(values(invent(world), "igg"), axis=0)
        assert found[4] / found[0] == pytest.approx(1 - 0.3 * (3 * 168 + 154) / (3 * 365), abs=0.01)
        assert found[7] / found[0] == pytest.approx(0.7, abs=0.01)

    def test_another_laboratory_moves_all_counts_of_a_draw(self):
        people = invent(World(people=4000, draws=1, laboratory=0.3))
        moved = [np.log(values(people, name)[:, 1] / values(people, name)[:, 0]) for name in ("wbc", "igg")]
        assert np.corrcoef(*moved)[0, 1] > 0.8

    def test_a_registry_has_as_many_results_as_are_asked_for(self):
        people = invent_registry(1001, World(people=30, analytes=("wbc", "cd19", "platelets", "hemoglobin")))
        assert people.labs.num_rows == 1001
        assert len(people.women) == 30
        assert set(people.infusions["patient_id"].unique().to_pylist()) == set(people.women)
        first = people.labs.to_pylist()[:4]
        assert [(row["analyte"], row["unit"]) for row in first] == [
            ("wbc", "10*9/L"), ("cd19", "/uL"), ("platelets", "10*9/L"), ("hemoglobin", "g/L"),
        ]  # fmt: skip

    def test_in_a_registry_the_draw_before_the_first_dose_has_b_cells(self):
        people = invent_registry(1000, World(people=100, analytes=("wbc", "cd19")))
        cells = values(people, "cd19")
        assert (cells[:, 0] > 10).all()
        assert (cells[:, 1] == 0).all()


@pytest.mark.parametrize(
    ("test", "value", "printed"),
    [
        (SI_LAB["wbc"], 6.14, "6.1"),
        (SI_LAB["cd19"], 0.4, "<1"),
        (SI_LAB["cd19_pct"], 0.04, "<0.1"),
        (SI_LAB["cd19"], 201.4, "201"),
        (SI_LAB["cd4"], 999.2, "998"),
        (US_LAB["igg"], 9.876, "988"),
        (US_LAB["hemoglobin"], 135, "13.5"),
        (US_CELLS_LAB["neutrophils"], 3.456, "3456"),
    ],
)
def test_a_laboratory_prints_its_units_decimals_and_limits(test: LabTest, value, printed):
    assert test.as_printed(value) == printed
    assert test.all_as_printed(np.array([value, value])).to_pylist() == [printed, printed]


class TestPatients:
    def test_the_same_seed_gives_the_same_person(self):
        story = Story("2024-01-15")
        assert invent_patient("a", story, 1) == invent_patient("a", story, 1)
        assert invent_patient("a", story, 1).results != invent_patient("a", story, 2).results

    def test_the_doses_of_a_first_course_and_a_booking(self):
        story = Story("2026-01-12", booked="2027-01-04")
        (first, second, *_, booked) = invent_patient("a", story, 1).doses
        assert [(first.infused_on, first.dose_mg), (second.infused_on, second.dose_mg)] == [
            ("2026-01-12", 300),
            ("2026-01-26", 300),
        ]
        assert (booked.infused_on, booked.dose_mg) == ("2027-01-04", 600)

    def test_blood_is_drawn_on_working_days_and_never_after_the_day_of_the_story(self):
        days = {result.drawn_on for story in STORIES for result in invent_patient("a", story, 7).results}
        assert max(days) <= "2026-11-23"
        assert all(np.is_busday(day) for day in days)

    def test_a_forced_value_stands_at_its_draw(self):
        patient = invent_patient("a", Story("2023-05-15", forced=("neutrophils", 1, (0.4,))), 1)
        found = [result.value for result in patient.results if result.analyte == "neutrophils"]
        assert found[-1] == 0.4
        assert min(found[:-1]) > 2

    def test_two_values_at_one_draw(self):
        patient = invent_patient("a", Story("2024-11-04", conflict=("wbc", 4)), 1)
        days = [result.drawn_on for result in patient.results if result.analyte == "wbc"]
        assert len(days) == len(set(days)) + 1


def test_the_files_of_the_example_come_out_byte_for_byte(tmp_path):
    script = str(EXAMPLES / "make_clinic.py")
    subprocess.run([sys.executable, "-W", "error", script, "--output-dir", str(tmp_path)], check=True)
    for name in ("clinic_labs.csv", "clinic_infusions.csv"):
        assert (tmp_path / name).read_bytes() == (EXAMPLES / name).read_bytes()
