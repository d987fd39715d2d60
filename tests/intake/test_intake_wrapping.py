"""What programs wrap around a cell is read through; what a person sees is what counts."""

from __future__ import annotations

import pytest
from tables.intake import one, outcome

from wbc_tracker.intake.column.wrapping import unwrap


@pytest.mark.parametrize(
    ("printed", "seen"),
    [
        ('="6.1"', "6.1"),
        ('="<1"', "<1"),
        ('="say ""hi"""', 'say "hi"'),
        ("'6.1", "6.1"),
        ("'<1", "<1"),
        ("'t Hart", "'t Hart"),
        ("&lt;1", "<1"),
        ("&amp;lt;1", "<1"),
        ("4&ndash;11", "4–11"),
        ("R&D", "R&D"),
        ("Marks & Spencer;", "Marks & Spencer;"),
        ("<b>6.1</b>", "6.1"),
        ("<span class='h'>6.1</span>", "6.1"),
        ("White<br/>cells", "White cells"),
        ("10<sup>9</sup>/L", "10⁹/L"),
        ("6.1<sup>1</sup>", "6.1¹"),
        ("<1", "<1"),
        ("<b1", "<b1"),
        ("\u200b6.1\ufeff", "6.1"),
        ("6\u00ad.1", "6.1"),
        ("=6.1", "=6.1"),
        ("", ""),
    ],
)
def test_a_cell_is_what_a_person_sees(printed, seen):
    assert unwrap(printed) == seen


def test_an_escape_of_an_escape_ends():
    assert unwrap("&amp;amp;amp;amp;lt;1") == "&amp;lt;1"


@pytest.mark.parametrize(
    ("value", "unit", "said"),
    [
        ("'6.1", "10^9/L", "wbc 6.1"),
        ("&lt;5", "10&sup3;/&micro;L", "wbc <5"),
        ("<b>6.1</b>", "10<sup>9</sup>/L", "wbc 6.1"),
        ("6E99999999999999999999", "10^9/L", "rejected: value_not_a_number"),
        ("6E-99999999999999999999", "10^9/L", "rejected: value_not_a_number"),
        ("61E-1", "10^9/L", "wbc 6.1"),
    ],
)
def test_a_wrapped_value_is_read(value, unit, said):
    assert one(value=value, unit=unit) == said


@pytest.mark.parametrize("date", ["01MAR2024", "01MAR2024:08:00:00", "01mar24", "1MAR2024"])
def test_dates_of_statistics_programs(date):
    assert outcome(f"date,test,value,unit\n{date},WBC,6.1,10^9/L\n") == "wbc 6.1"
