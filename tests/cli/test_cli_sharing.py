"""`export --pseudonymize`: nothing of who, when, printed or from which file gets out; what is refused; what is told."""

from __future__ import annotations

import csv
import io
import os
import stat
import zipfile
from datetime import date, timedelta

import pyarrow.parquet as pq
import pytest
from tables.hostile import write
from tables.runs import CLINIC, ON_THE_DAY

from wbc_tracker.sharing.key import Key

KEY = Key(bytes(range(32)))
DAY = date(2023, 2, 6)
#: Who they are; as hostile as ids come.
PEOPLE = [
    "Musterfrau-Erika",
    "=cmd|' /C calc'!A0",
    "<script>alert(1)</script>",
    "../../etc/passwd",
    "Ünal, Özge",
    "me\u202eX",
]
FILES = {"labs": "Erika_geb_1975.csv", "infusions": "Tagesklinik Huber.csv", "events": "Ereignisse-Erika.csv"}
#: What only the inputs say, beside ids, dates and file names.
PRINTED = [
    "Leukozyten",
    "Dr. Huber",
    "K/uL",
    "3.71-11.13",
    "HH-mark",
    "Innsbruck",
    "Blasenentzuendung",
    "09:13",
    "0913",
]
DATES = {"days": ["--dates", "days"], "unasked": [], "shifted": ["--dates", "shifted"]}


def on(days: int) -> str:
    return str(DAY + timedelta(days=days))


@pytest.fixture
def inputs(tmp_path):
    """Six people, each with draws and infusions of their own in 2023; the third has no infusion."""
    labs = [["Pat-Nr", "collected_at", "analyte", "value", "unit", "ref_range", "abnormal_flag", "comment"]]
    doses, events = [["patient_id", "infused_on", "drug", "dose_mg"]], [["patient_id", "happened_on", "kind", "note"]]
    for number, who in enumerate(PEOPLE):
        for draw in range(4):
            when = f"{on(11 * number + 60 * draw)}T09:13"
            rest = ["K/uL", "3.71-11.13", "HH-mark", "Dr. Huber, Innsbruck"]
            labs += [[who, when, "Leukozyten", f"6.{draw}{number + 1}", *rest]]
            labs += [[who, when, "Thrombozyten", f"21{draw}", *rest]]
        doses += [[who, f"{on(11 * number + 17)}T09:13", "ocrelizumab", 300]] * (number != 2)
        events += [[who, on(11 * number + 50), "infection", f"Blasenentz. {on(1)} Innsbruck, {who}"]]
    tables = {"labs": labs, "infusions": doses, "events": events}
    (tmp_path / "my.key").write_text(KEY.text())
    (tmp_path / "my.key").chmod(0o600)
    return {what: write(tmp_path / FILES[what], rows) for what, rows in tables.items()}


def read(inputs) -> list[str]:
    words = [f"--{what}={path}" for what, path in inputs.items()]
    return [*words, "--map", "patient_id=Pat-Nr", "--as-of", "2023-12-31"]


def secrets() -> list[bytes]:
    """Everything that must not get out, in each form in which it might."""
    dates = [DAY + timedelta(days=n) for n in range(366 - DAY.timetuple().tm_yday)]
    spelled = [form.format(day) for day in dates for form in ("{:%Y-%m-%d}", "{:%Y%m%d}", "{:%d.%m.%Y}", "{:%d/%m/%Y}")]
    ids = [
        part for who in PEOPLE for part in (who, who.replace("\u202e", "\\u202e"), who[:7]) if part != "me\u202eX"[:7]
    ]
    names = [*FILES.values(), *(name.split(".")[0] for name in FILES.values()), "Erika", "my.key"]
    return [text.encode() for text in (*spelled, *ids, *names, *PRINTED, "2023", KEY.secret.hex(), "labs", "T09")]


def kept_in(content: bytes) -> list[bytes]:
    return [secret for secret in secrets() if secret in content]


def rows(text: str) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(text)))


@pytest.mark.parametrize("dates", DATES.values(), ids=DATES)
def test_no_id_date_printed_text_or_file_gets_out(wbc, inputs, tmp_path, dates):
    done = wbc("export", "-", *read(inputs), "--pseudonymize", "my.key", *dates)
    assert (done.code, len(rows(done.out))) == (0, 48)
    assert kept_in(done.out_bytes) == []
    assert wbc("export", "p.parquet", *read(inputs), "--pseudonymize", "my.key", *dates).code == 0
    assert kept_in((tmp_path / "p.parquet").read_bytes()) == []
    stored = pq.read_table(tmp_path / "p.parquet", read_dictionary=done.out.split("\n")[0].split(","))
    words = [str(column.combine_chunks().dictionary.to_pylist()) for column in stored.columns
             if hasattr(column.type, "value_type")]  # fmt: skip
    assert kept_in("".join(words).encode()) == []
    assert kept_in(repr((stored.schema.metadata, stored.to_pylist())).encode()) == []


@pytest.mark.parametrize("dates", DATES.values(), ids=DATES)
def test_nothing_of_it_is_anywhere_in_a_workbook(wbc, inputs, tmp_path, dates):
    assert wbc("export", "p.xlsx", *read(inputs), "--pseudonymize", "my.key", *dates).code == 0
    with zipfile.ZipFile(tmp_path / "p.xlsx") as book:
        content = b"\n".join([name.encode() + book.read(name) for name in book.namelist()])
    serials = [f">{(DAY - date(1899, 12, 30)).days + day}<".encode() for day in range(300)]
    words = [
        secret for secret in kept_in(content) if secret not in (b"labs", b"2023")
    ]  # of the meanings and the format
    assert (words, [serial for serial in serials if serial in content]) == ([], [])
    assert b"collected_" in content


def test_the_export_as_usual_holds_what_this_one_leaves_out(wbc, inputs):
    """The proof that the words above would be found."""
    told = kept_in(wbc("export", "-", *read(inputs)).out_bytes)
    assert {b"Leukozyten", b"K/uL", b"3.71-11.13", b"HH-mark", b"2023", b"Erika_geb_1975.csv", b"../../etc/passwd"} <= {
        *told
    }


def test_the_store_gives_the_same_as_the_files_whatever_was_imported_first(wbc, inputs, tmp_path):
    asked = ("--pseudonymize", "my.key", "--as-of", "2023-12-31")
    from_files = wbc("export", "-", *read(inputs), *asked[:2]).out
    whole = (tmp_path / FILES["labs"]).read_text().splitlines()
    parts = {"b.csv": [whole[0], *whole[:20:-1]], "a.csv": [whole[0], *whole[1:21]]}
    for name, lines in parts.items():
        (tmp_path / name).write_text("\n".join(lines) + "\n")
        assert wbc("import", name, "--map", "patient_id=Pat-Nr").code == 0
    assert wbc("infusion", "import", inputs["infusions"]).code == 0
    assert wbc("event", "import", inputs["events"]).code == 0
    done = wbc("export", "-", *asked)
    assert done.out == from_files
    assert kept_in(done.out_bytes) == []
    one = wbc("export", "-", *asked, "--patient", PEOPLE[3], "--analyte", "wbc", "--since", on(90))
    own = [row for row in rows(from_files) if (row["patient_id"], row["analyte"]) == (KEY.id_of(PEOPLE[3]), "wbc")]
    assert rows(one.out) == [row for row in own if int(row["collected_day"]) >= 90 - 50]


def test_days_are_those_of_the_calendar(wbc, inputs):
    told = rows(wbc("export", "-", *read(inputs), "--pseudonymize", "my.key", "--analyte", "wbc").out)
    for number, who in enumerate(PEOPLE):
        own = [row for row in told if row["patient_id"] == KEY.id_of(who)]
        begins, zero = (0, "first_draw") if number == 2 else (17, "first_infusion")
        assert [(int(row["collected_day"]), row["day_zero"]) for row in own] == [
            (60 * draw - begins, zero) for draw in range(4)
        ]
        assert [row["value"] for row in own] == [f"6.{draw}{number + 1}" for draw in range(4)]
        assert [row["events"] for row in own] == ["", f"infection@{50 - begins}", "", ""]


def test_shifted_dates_keep_the_intervals_of_a_patient_and_no_other(wbc, inputs):
    told = rows(
        wbc("export", "-", *read(inputs), "--pseudonymize", "my.key", "--dates", "shifted", "--analyte", "wbc").out
    )
    moved = {}
    for number, who in enumerate(PEOPLE):
        own = [date.fromisoformat(row["collected_at"]) for row in told if row["patient_id"] == KEY.id_of(who)]
        assert [(day - own[0]).days for day in own] == [0, 60, 120, 180]
        moved[who] = (own[0] - DAY).days - 11 * number
    assert max(moved.values()) < -365
    assert len(set(moved.values())) == len(PEOPLE)


def test_a_key_is_made_and_told_and_gives_the_same_ids_again(wbc, inputs, tmp_path):
    first, second = (wbc("export", "-", *read(inputs), "--pseudonymize", "new.key") for _ in range(2))
    assert "A new key was made: new.key." in first.err
    assert "new key" not in second.err
    assert first.out == second.out
    other = wbc("export", "-", *read(inputs), "--pseudonymize", "other.key")
    assert {row["patient_id"] for row in rows(other.out)}.isdisjoint(row["patient_id"] for row in rows(first.out))
    if os.name == "posix":
        assert stat.S_IMODE((tmp_path / "new.key").stat().st_mode) == 0o600
    assert not [path for path in tmp_path.iterdir() if "part" in path.name]


def test_what_still_identifies_is_told_on_standard_error(wbc, inputs):
    done = wbc("export", "out.csv", *CLINIC, *ON_THE_DAY, "--pseudonymize", "my.key")
    assert done.err.splitlines()[1:] == [
        "8281 annotated results were written to out.csv.",
        "Dates became days since the first infusion (--dates days); of 1 patient without an infusion, since the first "
        "draw (see day_zero).",
        "Without names, but not anonymous: exact values and the days between draws and infusions can be compared with "
        "records that name people, and so can what few of them have (ocrelizumab_sc: 3 patients, ofatumumab: 3 "
        "patients, rituximab: 4 patients, ublituximab: 2 patients). Share it as health data.",
        "Whoever has my.key can tell whose an id is: keep it, and apart from what you share.",
        "The first lines above may name patients and dates: do not send them along.",
    ]


def test_who_is_called_me_is_told_of_the_one_id(wbc, file):
    done = wbc("export", "-", "--labs", file("labs.csv", "2024-01-02 WBC 6.5"), "--pseudonymize", "my.key")
    assert "The patient 'me' has one id with this key, whoever it is" in done.err
    assert "there is only one patient in it" in done.err


def test_an_empty_store_gives_the_header(wbc):
    done = wbc("export", "-", "--pseudonymize", "my.key")
    assert (done.code, done.out.count("\n"), done.out[:25]) == (0, 1, "patient_id,collected_day,")


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (["--dates", "days"], "--dates says what becomes of dates with --pseudonymize."),
        (["--pseudonymize", "-"], "A key is kept in a file."),
        (["--pseudonymize", "."], ". is a folder, no key file."),
        (["--pseudonymize", "out.csv"], "out.csv is one of the files that are read."),
        (["--pseudonymize", "nowhere/my.key"], "There is no folder for the key file nowhere/my.key."),
        (["--pseudonymize", "LABS"], "LABS is one of the files that are read."),
        (["--pseudonymize", "text.csv"], "text.csv is no key file."),
        (["--pseudonymize", "store/wbc.db"], "store/wbc.db is the store."),
        (["--pseudonymize", "store/wbc.db-wal"], "store/wbc.db-wal belongs to the store."),
        (["--pseudonymize", "open.key"], "The key file open.key can be read or changed by others (mode 644)"),
    ],
    ids=lambda words: " ".join(words) if isinstance(words, list) else "",
)
def test_what_cannot_be_a_key_is_refused_before_anything_is_made(wbc, inputs, tmp_path, words, told):
    if "644" in told and os.name != "posix":
        pytest.skip("modes of POSIX")
    labs = inputs["labs"]
    (tmp_path / "open.key").write_text(KEY.text())
    (tmp_path / "open.key").chmod(0o644)
    (tmp_path / "text.csv").write_text("a,b\n")
    before = sorted(tmp_path.rglob("*"))
    done = wbc("export", "out.csv", *read(inputs), *(labs if word == "LABS" else word for word in words))
    assert (done.code, done.out) == (2, "")
    assert done.err.splitlines()[0].startswith(told.replace("LABS", labs))
    assert sorted(tmp_path.rglob("*")) == before


def test_a_damaged_key_is_refused_and_left_as_it_was(wbc, inputs, tmp_path):
    damaged = KEY.text().replace("secret 0", "secret 1")
    (tmp_path / "my.key").write_text(damaged)
    done = wbc("export", "out.csv", *read(inputs), "--pseudonymize", "my.key")
    assert (done.code, done.err.splitlines()[0]) == (
        3, "The key file my.key is damaged; other ids would come from it.",
    )  # fmt: skip
    assert (tmp_path / "my.key").read_text() == damaged
    assert not (tmp_path / "out.csv").exists()


def test_the_key_is_not_written_over(wbc, inputs, tmp_path):
    done = wbc("export", "my.csv", *read(inputs), "--pseudonymize", "my.csv")
    assert done.code == 2
    done = wbc("export", "link.csv", *read(inputs), "--pseudonymize", "my.key")
    assert done.code == 0
    (tmp_path / "link.csv").unlink()
    (tmp_path / "link.csv").symlink_to(tmp_path / "my.key")
    done = wbc("export", "link.csv", *read(inputs), "--pseudonymize", "my.key")
    assert (done.code, (tmp_path / "my.key").read_text()) == (2, KEY.text())


@pytest.mark.parametrize("dates", ["days", "shifted"])
def test_explain_tells_the_columns_of_what_is_shared(wbc, inputs, dates):
    header = wbc("export", "-", *read(inputs), "--pseudonymize", "my.key", "--dates", dates).lines[0]
    told = [line.split(" (")[0] for line in wbc("explain", "--columns", "--dates", dates).lines if line[0] != " "]
    assert told == header.split(",")


def test_dates_of_explain_choose_among_columns(wbc):
    assert wbc("explain", "--dates", "days").code == 2
