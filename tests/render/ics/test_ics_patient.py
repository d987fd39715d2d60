"""The calendar file, read back line by line as RFC 5545 has it."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tables.labs import CATALOG, SPLIT, on
from tables.patients import SELECTIVE, report_of, reported
from tables.trials import examples

from wbc_tracker.patient.visit.due import DueDay, due_days
from wbc_tracker.render.ics.patient import render_ics

PATIENT = report_of(*SELECTIVE)
REPORT = reported(PATIENT, on(70))
DAY = DueDay("infusion", on(168), is_booked=False, title="a day", words="words")


def unfolded(text: str) -> list[str]:
    """Section 3.1: lines end with CR LF; one that begins with a space goes on with the line before."""
    assert text.endswith("\r\n")
    assert "\n" not in text.replace("\r\n", "")
    assert "\r" not in text.replace("\r\n", "")
    assert max(len(line.encode()) for line in text.split("\r\n")) <= 75
    return text.replace("\r\n ", "").removesuffix("\r\n").split("\r\n")


def unescaped(text: str) -> str:
    """Section 3.3.11."""
    told, rest = "", iter(text)
    for character in rest:
        if character == "\\":
            character = next(rest)
            assert character in "\\;,n"
            character = "\n" if character == "n" else character
        else:
            assert character not in ";,"
        told += character
    return told


def events(text: str) -> list[dict[str, str]]:
    """The days of a file, name with parameters -> value; nothing stands in one twice."""
    lines = unfolded(text)
    assert (lines[0], lines[-1]) == ("BEGIN:VCALENDAR", "END:VCALENDAR")
    found: list[dict[str, str]] = []
    for line in lines:
        name, _, value = line.partition(":")
        if line == "BEGIN:VEVENT":
            found.append({})
        elif found and name != "END":
            assert name not in found[-1]
            found[-1][name] = value
    assert lines.count("BEGIN:VEVENT") == lines.count("END:VEVENT") == len(found)
    return found


def rendered(*days: DueDay) -> str:
    return render_ics(REPORT, PATIENT, days, "0.1.0")


def test_the_whole_file() -> None:
    """Day 0 is 2024-01-01; the next infusion by the usual schedule is 168 days later."""
    count, infusion = events(rendered(*due_days(PATIENT, on(70), CATALOG)))
    uids = [one.pop("UID") for one in (count, infusion)]
    assert len(set(uids)) == 2
    head = unfolded(rendered(DAY))[:4]
    assert head == ["BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//wbc-tracker//0.1.0//EN", "CALSCALE:GREGORIAN"]
    assert infusion == {
        "DTSTAMP": "20240311T000000Z",
        "SEQUENCE": "19793",
        "DTSTART;VALUE=DATE": "20240617",
        "DTEND;VALUE=DATE": "20240618",
        "SUMMARY": "Infusion due about now",
        "DESCRIPTION": r"About 2024-06-17\, by the usual schedule\; your care team's date counts. As known on "
        r"2024-03-11. Educational information\, not medical advice.",
        "STATUS": "TENTATIVE",
        "TRANSP": "TRANSPARENT",
        "CLASS": "PRIVATE",
    }
    assert (count["DTSTART;VALUE=DATE"], count["SUMMARY"]) == ("20240520", "Blood count before the next infusion")


def test_what_is_booked_is_confirmed_and_nothing_alarms() -> None:
    (told,) = events(rendered(replace(DAY, is_booked=True)))
    assert told["STATUS"] == "CONFIRMED"
    assert "ALARM" not in rendered(DAY)


def test_a_day_at_the_end_of_a_year() -> None:
    (told,) = events(rendered(replace(DAY, on="2027-12-31")))
    assert (told["DTSTART;VALUE=DATE"], told["DTEND;VALUE=DATE"]) == ("20271231", "20280101")


def uid(who: str = "me", kind: str = "infusion", last: str = on(14), as_of: str = on(70), day: str = on(168)) -> str:
    standing = replace(PATIENT.standing, last_infusion_on=last)
    patient = replace(PATIENT, patient_id=who, standing=standing)
    told = DueDay(kind, day, is_booked=False, title="a day", words="words")  # type: ignore[arg-type]
    return events(render_ics(reported(patient, as_of), patient, [told], "0.1.0"))[0]["UID"]


def test_a_day_keeps_its_id_when_it_moves_and_when_it_is_told_again() -> None:
    assert uid() == uid(as_of=on(90)) == uid(day=on(175))
    told = [render_ics(reported(PATIENT, on(day)), PATIENT, [DAY], "0.1.0") for day in (70, 90)]
    first, second = (int(events(text)[0]["SEQUENCE"]) for text in told)
    assert second == first + 20


@pytest.mark.parametrize("other", [{"who": "you"}, {"kind": "count"}, {"last": on(168)}])
def test_another_person_kind_or_course_is_another_day(other: dict[str, str]) -> None:
    assert uid(**other) != uid()


def test_nothing_in_the_id_tells_whose_it_is_or_of_what() -> None:
    assert set(uid(who="anna@example.org")) <= set("0123456789abcdef")
    anna = replace(PATIENT, patient_id="Anna Example")
    assert "Anna" not in render_ics(reported(anna, on(70)), anna, due_days(anna, on(70), CATALOG), "0.1.0")


@settings(max_examples=examples(200))
@given(title=st.text(st.characters(exclude_categories=["Cc", "Cs"])), words=st.text(
    st.characters(exclude_categories=["Cs", "Cc"], include_characters="\n"), max_size=300))  # fmt: skip
def test_any_text_comes_back_from_a_file_whose_lines_are_short(title: str, words: str) -> None:
    (told,) = events(rendered(replace(DAY, title=title, words=words)))
    assert unescaped(told["SUMMARY"]) == title
    assert unescaped(told["DESCRIPTION"]) == f"{words} Educational information, not medical advice."


def test_the_days_of_several_are_all_there() -> None:
    assert len(events(rendered(*due_days(report_of(*SELECTIVE, infused=SPLIT), on(70), CATALOG)))) == 2
