"""Dates with the words of all languages: months, weekdays, ordinals and times; explicit forms only."""

from __future__ import annotations

import subprocess
import sys

import pyarrow as pa
import pytest
from tables.intake import CATALOG, dates, each_date, words
from tables.reading.forms_of_life import MONTHS

from wbc_tracker.errors import AmbiguousFileError
from wbc_tracker.intake.column.dates import parse_dates

#: Beside the whole names of ten languages in the other list: what is printed short, declined or in other letters.
MORE_MONTHS = {
    "de short": "Jän|Feb|Mrz|Apr|Mai|Jun|Jul|Aug|Sept|Okt|Nov|Dez",
    "fr short": "janv|févr|mars|avr|mai|juin|juil|aout|sept|oct|nov|déc",
    "it short": "gen|feb|mar|apr|mag|giu|lug|ago|set|ott|nov|dic",
    "fi": "tammikuuta|helmikuuta|maaliskuuta|huhtikuuta|toukokuuta|kesäkuuta|heinäkuuta|elokuuta|syyskuuta|lokakuuta|"
    "marraskuuta|joulukuuta",
    "ru": "января|февраля|марта|апреля|мая|июня|июля|августа|сентября|октября|ноября|декабря",
}
ALL_MONTHS = MONTHS | {language: words(months) for language, months in MORE_MONTHS.items()}


FORMS = ("7 {} 2024", "7. {} 2024", "07-{}-2024", "7 {}. 2024", "7/{}/24", "2024-{}-07")


@pytest.mark.parametrize("months", ALL_MONTHS.values(), ids=ALL_MONTHS)
def test_a_month_of_any_language(months):
    cells = {form.format(m): f"2024-{number:02}-07" for form in FORMS for number, m in enumerate(months, start=1)}
    cells |= {cell.upper(): iso for cell, iso in cells.items()}
    assert each_date(*cells) == cells


DAY = "2025-03-05"
SPOKEN = words(
    "5. März 2025|5.März 2025|5. Maerz 2025|05 mars 2025|5 de marzo de 2025|5 de março de 2025|5. marts 2025|"
    "5 marzo 2025|5. maaliskuuta 2025|"
    "5. den März 2025|Mi, 5. März 2025|Mittwoch, 5. März 2025|mercredi 5 mars 2025|mer. 5 mars 2025|"
    "miércoles, 5 de marzo de 2025|"
    "mercoledì 5 marzo 2025|quarta-feira, 5 de março de 2025|woensdag 5 maart 2025|onsdag den 5. marts 2025|"
    "ke 5. maaliskuuta 2025|"
    "Wednesday, March 5, 2025|Wed Mar 5, 2025|5th of March 2025|March 5th, 2025|5:e mars 2025|5º de marzo de 2025|"
    "2025-Mar-05|"
    "５ March ２０２５|２０２５-０３-０５|2025/3/5|20250305|Mi, 2025-03-05"
)


@pytest.mark.parametrize("cell", SPOKEN)
def test_a_spoken_date(cell):
    assert dates(cell) == [DAY]


def test_the_first_of_a_month_in_french():
    assert dates("1er mars 2025", "1er MARS 2025") == ["2025-03-01", "2025-03-01"]


TIMED = words(
    "5.3.2025 8.20 Uhr|05.03.2025 08:20|05.03.2025, 8:20 Uhr|5.3.2025 um 8:20 Uhr|5. März 2025 um 8.20 Uhr|"
    "05/03/2025 08h20|05/03/2025 à 08h20|"
    "5 mars 2025 à 8 h 20|05/03/2025 a las 8:20|5 marzo 2025 alle ore 8:20|5 de março de 2025 às 08:20|"
    "5 maart 2025 om 8.20 uur|"
    "5. marts 2025 kl. 8.20|5 mars 2025 kl 08:20|5.3.2025 klo 8.20|5/3/2025 8:20 AM|5/3/2025 8:20 a. m.|"
    "Mi, 05.03.2025 08:20"
)


def test_a_time_of_day_in_any_language():
    assert each_date(*TIMED, date_order="dmy") == dict.fromkeys(TIMED, f"{DAY}T08:20:00")


def test_stamps_without_separators():
    stamps = {
        "20250305082000": f"{DAY}T08:20:00", "202503050820": f"{DAY}T08:20:00", "20250305T082000Z": f"{DAY}T08:20:00",
        "20250305082000+0100": f"{DAY}T08:20:00", "2025-03-05T08:20:00Z": f"{DAY}T08:20:00",
        "2025-03-05T08:20:00+02:00": f"{DAY}T08:20:00",
        "20250305256000": "date_unreadable", "20251305082000": "date_unreadable",
    }  # fmt: skip
    assert each_date(*stamps) == stamps


def test_a_weekday_proves_nothing_and_hides_nothing():
    assert dates("Mo, 03.04.2025") == "refused: date_order_ambiguous"
    assert dates("Mo, 03.03.2025", "Do, 13.03.2025") == ["2025-03-03", "2025-03-13"]


def test_mar_is_march_or_a_weekday_before_a_whole_date():
    assert dates("Mar 4, 2025") == ["2025-03-04"]
    assert dates("mar 4 mars 2025", "mar. 04/03/2025", "mar 13/05/2025") == ["2025-03-04", "2025-03-04", "2025-05-13"]


def test_the_refusal_shows_the_cell_as_it_is_printed():
    with pytest.raises(AmbiguousFileError, match=r"'Mo, 03\.04\.2025 8\.20 Uhr' can be 2025-04-03") as refused:
        parse_dates(pa.array(["Mo, 03.04.2025 8.20 Uhr"]), None, "2025-06-30", "here", CATALOG)
    assert "2025-03-04 (month first)" in refused.value.message


def test_what_is_no_explicit_date_is_rejected():
    cells = words(
        "5 jui 2025|5 ma 2025|5 Mai|Mai 2025|März|5 de de marzo 2025|5 Foo 2025|Foo, 05 März 2025|"
        "5. März 2025 8.20|5.3.2025 8.20|"
        "5. März 2025 25.20 Uhr|5. März 2025 8.70 Uhr|5. März 2025 Uhr|５ März|Mo Di 13.03.2025|31. Februar 2025|"
        "heute|٥ mars 2025|2024年3月1日|"
        "kl. 8.20|Quartal 1 2025|5. 2025 März"
    )
    assert each_date(*cells) == dict.fromkeys(cells, "date_unreadable")


def test_two_digit_and_short_numeric_dates_keep_their_rules():
    assert dates("7/2/24", "16/4/24", date_order="dmy") == ["2024-02-07", "2024-04-16"]
    assert dates("16/04/24") == "refused: date_order_ambiguous"


@pytest.mark.parametrize("command", ["--version", "infusion list"])
def test_commands_that_read_no_file_read_no_language(tmp_path, command):
    code = (
        "import sys, pathlib\n"
        "opened = []\n"
        "sys.addaudithook(lambda event, found: opened.append(str(found[0])) if event == 'open' else None)\n"
        "from wbc_tracker.cli import main\n"
        f"sys.argv = ['wbc-tracker', '--db', {str(tmp_path / 'wbc.db')!r}, *{command.split()!r}]\n"
        "try:\n    main()\nexcept SystemExit:\n    pass\n"
        "assert not [path for path in opened if 'languages' in path and path.endswith('.toml')]\n"
    )
    subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, timeout=60)
