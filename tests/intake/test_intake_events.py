"""Event files: one row an event, read with the same care as lab and infusion files."""

from __future__ import annotations

import pytest
from tables.intake import delimited

from wbc_tracker import schema
from wbc_tracker.catalog import load_catalog
from wbc_tracker.errors import WbcTrackerError
from wbc_tracker.intake import ReadingOptions, read_event_bytes

TODAY = "2025-06-01"
HEADER = ("patient_id", "happened_on", "kind", "note")
CATALOG = load_catalog()


def read(table: str, **options):
    lines = "\n".join(line.strip() for line in table.strip().splitlines()) + "\n"
    return read_event_bytes(lines.encode(), "e.csv", ReadingOptions(**{"as_of": TODAY} | options))


def told(table: str, **options) -> list[str]:
    rows = read(table, **options).events.to_dict("records")
    return [f"{row['patient_id']} {row['happened_on']} {row['kind']}: {row['note']}" for row in rows]


def one(patient="me", date="2025-01-15", kind="relapse", note="", **options) -> str:
    """Say what becomes of a file with one event: `2025-01-15 relapse: `, the problem, or the refusal."""
    table = delimited(HEADER, (patient, date, kind, note))
    try:
        reading = read(table, **options)
    except WbcTrackerError as refusal:
        return f"refused: {refusal.code}"
    if len(reading.rejects):
        return f"rejected: {reading.rejects['code'].iloc[0]}"
    return told(table, **options)[0].split(" ", 1)[1]


def test_a_canonical_file():
    table = """
        patient_id,happened_on,kind,note
        Ann,2025-01-15,vaccination,flu
        Ann,2025-01-29T09:30,Infection,
        Bob,2024-12-31,flu shot,"left arm, sore"
        """
    assert told(table) == [
        "Ann 2025-01-15 vaccination: flu",
        "Ann 2025-01-29 infection: ",
        "Bob 2024-12-31 vaccination: flu shot: left arm, sore",
    ]
    reading = read(table)
    assert list(reading.events.columns) == schema.names(schema.EVENT_COLUMNS)
    assert (reading.read, reading.duplicates, reading.names_patients) == (3, 0, True)


def test_the_least_that_is_needed_and_the_patient_by_option():
    table = "Date,Event\n2025-01-15,relapse\n"
    assert told(table) == ["me 2025-01-15 relapse: "]
    assert told(table, patient="Ann") == ["Ann 2025-01-15 relapse: "]
    assert not read(table).names_patients


@pytest.mark.parametrize(
    ("word", "kind", "note"),
    [
        ("VACCINE", "vaccination", ""),
        ("Immunisation", "vaccination", ""),
        ("Impfung", "vaccination", ""),
        ("covid booster", "vaccination", "covid booster"),
        ("infections", "infection", ""),
        ("UTI", "infection", "UTI"),
        ("MS attack", "relapse", ""),
        ("poussée", "relapse", ""),
        ("Steroid course", "steroid", ""),
        ("Stoßtherapie", "steroid", ""),
        ("IV methylprednisolone", "steroid", "IV methylprednisolone"),
        ("other", "other", ""),
        ("Surgery", "other", "Surgery"),
    ],
)
def test_the_words_people_use_and_what_they_say_beyond_the_kind_is_kept(word, kind, note):
    assert one(kind=word) == f"2025-01-15 {kind}: {note}"


@pytest.mark.parametrize("word", ["flu", "covid", "shot", "checkup", "relapse?!x", "1"])
def test_a_word_that_may_mean_two_kinds_or_none_is_rejected(word):
    assert one(kind=word) == "rejected: event_unknown"


@pytest.mark.parametrize(
    ("cells", "becomes"),
    [
        ({"date": ""}, "rejected: date_missing"),
        ({"date": "yesterday"}, "rejected: date_unreadable"),
        ({"date": "45672"}, "rejected: date_serial"),
        ({"date": "1025-01-15"}, "rejected: date_before_1900"),
        ({"patient": ""}, "rejected: patient_missing"),
        ({"kind": ""}, "rejected: event_unknown"),
        ({"date": "15/01/2025"}, "2025-01-15 relapse: "),
        ({"date": "03/04/2025"}, "refused: date_order_ambiguous"),
        ({"date": "03/04/2025", "date_order": "dmy"}, "2025-04-03 relapse: "),
    ],
)
def test_what_becomes_of_a_row(cells, becomes):
    assert one(**cells) == becomes


@pytest.mark.parametrize(
    ("kind", "date", "becomes"),
    [
        ("vaccination", "2025-06-02", "2025-06-02 vaccination: "),
        ("steroid", "2025-06-02", "2025-06-02 steroid: "),
        ("infection", "2025-06-02", "rejected: event_future"),
        ("relapse", "2025-06-02", "rejected: event_future"),
        ("infection", "2025-06-01", "2025-06-01 infection: "),
    ],
)
def test_what_can_be_planned_may_lie_in_the_future(kind, date, becomes):
    assert one(kind=kind, date=date) == becomes


def test_a_later_infection_is_kept_where_the_caller_leaves_out_what_lies_ahead():
    assert one(kind="infection", date="2025-06-02", reject_future=False) == "2025-06-02 infection: "


def test_every_row_is_accounted_for_and_a_reject_names_its_line_and_column():
    table = """
        happened_on,kind,note
        2025-01-15,relapse,
        2025-01-15,relapse,
        2025-01-15,relapse,again

        2025-01-16,checkup,
        2025-01-17,relapse
        """
    reading = read(table)
    assert (reading.read, len(reading.events), reading.duplicates) == (5, 2, 1)
    assert reading.rejects[["source_row", "column", "code"]].to_numpy().tolist() == [
        [6, "kind", "event_unknown"],
        [7, "happened_on", "row_shape"],
    ]
    assert reading.rejects["raw"][0] == "2025-01-16,checkup,"
    assert "'checkup' is not known" in reading.rejects["message"][0]


def test_the_hint_names_every_kind():
    hint = CATALOG.problems["event_unknown"].hint
    assert [kind for kind in CATALOG.events.kinds if kind not in hint] == []


@pytest.mark.parametrize(
    ("table", "code"),
    [
        ("collected_at,analyte,value,unit\n2025-01-15,WBC,6.1,K/uL\n", "wrong_file"),
        ("date,WBC,CD19\n2025-01-15,6.1,5\n", "wrong_file"),
        ("infused_on,drug,dose_mg\n2025-01-15,Ocrevus,300\n", "no_columns"),
        ("happened_on,note\n2025-01-15,flu\n", "no_columns"),
        ("happened_on,kind,type\n2025-01-15,relapse,x\n", None),
        ("date,event date,kind\n2025-01-15,2025-01-15,relapse\n", "header_ambiguous"),
        ("hospital id,date,kind\nA,2025-01-15,relapse\nB,2025-01-16,relapse\n", "patient_unclear"),
        ("", "file_empty"),
    ],
)
def test_a_file_of_something_else_is_refused(table, code):
    if code is None:
        assert read(table).warnings == ["Columns not used: type (no bearing on results)."]
        return
    with pytest.raises(WbcTrackerError) as refused:
        read(table)
    assert refused.value.code == code


def test_columns_named_by_the_user():
    table = "Tag,Was\n2025-01-15,Impfung\n"
    assert told(table, columns={"happened_on": "Tag", "kind": "Was"}) == ["me 2025-01-15 vaccination: "]
    with_labs = {"happened_on": "Tag", "kind": "Was", "analyte": "Test", "note": "Absent"}
    assert told(table, columns=with_labs, is_one_of_several=True) != []
    with pytest.raises(WbcTrackerError, match="no role 'kid'"):
        read(table, columns={"happened_on": "Tag", "kid": "Was"})


def test_a_file_with_a_header_alone_has_no_events():
    reading = read("happened_on,kind\n")
    assert (reading.read, len(reading.events), len(reading.rejects)) == (0, 0, 0)
    assert list(reading.events.columns) == schema.names(schema.EVENT_COLUMNS)


def test_another_drug_is_an_event_by_its_name():
    table = "Date,Event,Note\n2022-05-10,Tysabri 300 mg,monthly\n2023-01-02,stopped,\n2024-02-03,moved away,Hamburg\n"
    assert told(table) == [
        "me 2022-05-10 other_drug: natalizumab: monthly", "me 2023-01-02 stopped: ",
        "me 2024-02-03 left: moved away: Hamburg",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("header", "word"), [("Status", "Cancelled"), ("Note", "Did not attend"), ("Comment", "not given")]
)
def test_what_did_not_take_place_is_no_event(header, word):
    table = (
        f"Date,Event,{header}\n2025-01-15,vaccination,{word}\n2025-01-16,vaccination,\n2025-01-17,infection,resolved\n"
    )
    reading = read(table)
    assert [row.split(" ")[1] for row in told(table)] == ["2025-01-16", "2025-01-17"]
    assert (reading.read, reading.ignored) == (3, {f"not given: {word}": 1})
