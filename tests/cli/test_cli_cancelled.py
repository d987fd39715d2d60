"""An infusion that is recorded here, be it a booking, and that a later list calls not given: it is told."""

from __future__ import annotations

import pytest

HEADER = "MRN,Appointment,Medication,Status"


@pytest.fixture
def recorded(wbc, file):
    """One of a and one of b."""
    rows = ["a,2024-02-19,OCREVUS 600 mg IV,Given", "b,2024-02-09,OCREVUS 600 mg IV,Given"]
    done = wbc("infusion", "import", file("unit1.csv", *rows, header=HEADER))
    assert done.code == 0, done.err
    return wbc


def test_it_is_named_with_the_command_that_removes_it(recorded, file):
    done = recorded("infusion", "import", file("unit2.csv", "a,2024-02-19,Ocrevus 600 mg,Cancelled", header=HEADER))
    assert done.code == 0, done.err
    told = "Not given by this list, but recorded here: 2024-02-19 of 'a'. If none took place: "
    assert told + "wbc-tracker infusion remove 2024-02-19 --patient a" in " ".join(done.out.split())
    assert recorded("infusion", "remove", "2024-02-19", "--patient", "a").code == 0
    again = recorded("infusion", "import", file("unit2.csv", "a,2024-02-19,Ocrevus 600 mg,Cancelled", header=HEADER))
    assert "Not given by this list" not in again.out


@pytest.mark.parametrize(
    "row",
    [
        "a,2024-02-19,OCREVUS 600 mg IV,Given",  # it took place
        "a,2024-02-18,OCREVUS 600 mg IV,Cancelled",  # of another day
        "b,2024-02-19,OCREVUS 600 mg IV,Cancelled",  # of somebody else
        "b,2024-02-09,Methylprednisolone 100 mg IV,Cancelled",  # no infusion of the drug
    ],
)
def test_what_contradicts_nothing_is_not_told(recorded, file, row):
    done = recorded("infusion", "import", file("unit2.csv", row, header=HEADER))
    assert "Not given by this list" not in done.out


def test_given_and_cancelled_on_one_day_in_one_list_is_given(recorded, file):
    rows = ["a,2024-02-19,OCREVUS 600 mg IV,Cancelled", "a,2024-02-19,OCREVUS 600 mg IV,Given"]
    done = recorded("infusion", "import", file("unit2.csv", *rows, header=HEADER))
    assert "Not given by this list" not in done.out
