"""A word that is nearly known is asked about; `help` and `version` are commands; Tab completes what there is."""

from __future__ import annotations

import csv
import io

import pytest
from tables.pasted import pasted
from tables.runs import run_alone

from wbc_tracker import __version__
from wbc_tracker.near import nearest


@pytest.mark.parametrize(
    ("words", "meant"),
    [
        ("repot", "'report'"),
        ("vresion", "'version'"),
        ("infusions list", "'infusion'"),
        ("infusion ad", "'add'"),
        ("report --lab a.csv", "'--labs'"),
        ("report --as-off 2024-01-01", "'--as-of'"),
        ("infusion add 2024-01-10 --dosis 600", "'--dose'"),
        ("explain neutropena", "'neutropenia'"),
        ("explain Labs-Due", "'labs_due'"),
        ("report --flag lymphopenai", "'lymphopenia'"),
        ("report --analyte wcb", "'wbc'"),
        ("report --analyte lymphocites", "'lymphocytes'"),
        ("result list --analyte wcb", "'wbc'"),
        ("import a.csv --unit cd91=/uL", "'cd19'"),
        ("import a.csv --unit cd19=/ul/", "'/uL'"),
        ("import a.csv --map valu=Result", "'value'"),
        ("import a.csv --profile myhcart", "'mychart'"),
        ("profiles show myhcart", "'mychart'"),
        ("infusion add 2024-01-10 --drug Ocrevis", "'ocrelizumab'"),
        ("event add 2024-01-10 vacination", "'vaccination'"),
        ("report --patient katarina", "'katharina'"),
        ("patients remove katarina --yes", "'katharina'"),
    ],
)
def test_did_you_mean(wbc, file, words, meant):
    file("a.csv", "2024-01-02 WBC 6.5")
    wbc("infusion", "add", "2024-01-05", "--patient", "katharina")
    done = wbc(*words.split())
    assert done.code == 2
    assert f"Did you mean {meant}?" in done.err
    assert done.out == ""


def test_what_is_like_nothing_is_not_guessed_at(wbc):
    assert "Did you mean" not in wbc("explode").err
    assert "Did you mean" not in wbc("explain", "xyzzy").err


@pytest.mark.parametrize("word", ["=cmd", "[red]x", "\x1b[31mred", "<script>"])
def test_a_hostile_word_stays_text(wbc, word):
    done = wbc(word)
    assert done.code == 2
    assert "\x1b" not in done.err
    assert wbc("report", word).code == 2


@pytest.mark.parametrize(("word", "meant"), [("wbcs", "wbc"), ("White blood cells", "wbc"), ("Leukozyten", "wbc"),
                                             ("CD19", "cd19"), ("IgG", "igg"), ("Hb", "hemoglobin")])  # fmt: skip
def test_a_test_is_named_as_in_files(wbc, file, word, meant):
    wbc("import", file("a.csv", "2024-01-02,WBC,6.5,10^9/L", "2024-01-02,CD19,211,/uL", "2024-01-02,IgG,10,g/L",
                       "2024-01-02,Hb,140,g/L", header="date,test,result,unit"))  # fmt: skip
    shown = csv.DictReader(io.StringIO(wbc("export", "-", "--analyte", word).out))
    assert [row["analyte"] for row in shown] == [meant]


def test_a_name_of_a_count_and_a_percentage_is_not_chosen_for_the_user(wbc):
    done = wbc("report", "--analyte", "Lymphs")
    assert done.code == 2
    assert "'Lymphs' may be lymphocytes or lymphocytes_pct." in done.err


@pytest.mark.parametrize(("word", "line"), [
    ("html", ["report", "--format", "html", "--output", "visit.html"]),
    ("json", ["report", "--format", "json"]),
    ("labs.csv", ["report", "--labs", "labs.csv"]),
])  # fmt: skip
def test_report_says_what_to_type(wbc, file, word, line):
    file("labs.csv", "2024-01-02 WBC 6.5")
    wbc("import", "labs.csv")
    done = wbc("report", word)
    assert (done.code, pasted(done.err)) == (2, [line])
    assert wbc(*line).code == 0


def test_help_and_version_are_commands(wbc):
    assert wbc("version").out == wbc("--version").out == f"wbc-tracker {__version__}\n"
    assert wbc("help").out == wbc("--help").out
    assert wbc("help", "infusion", "add").out == wbc("infusion", "add", "--help").out
    assert wbc("help", "infusion", "ad").code == 2


def test_explain_tells_a_statement_by_its_id(wbc):
    assert wbc("explain", "D5").out == wbc("explain", "d5").out != ""


def offered(line: str, **settings: str) -> list[str]:
    """Return what bash is offered when Tab is pressed behind a line."""
    words = line.split(" ")
    done = run_alone(_WBC_TRACKER_COMPLETE="complete_bash", COMP_WORDS=line, COMP_CWORD=str(len(words) - 1), **settings)
    assert (done.code, done.err) == (0, ""), line
    return done.out.split()


@pytest.mark.parametrize(
    ("line", "some"),
    [
        ("wbc-tracker exp", {"export", "explain"}),
        ("wbc-tracker explain neu", {"neutropenia"}),
        ("wbc-tracker explain D1", {"D1", "D10"}),
        ("wbc-tracker report --flag lym", {"lymphopenia"}),
        ("wbc-tracker report --analyte ig", {"iga", "igg", "igm"}),
        ("wbc-tracker import a.csv --unit cd19=/", {"cd19=/uL"}),
        ("wbc-tracker import a.csv --unit ig", {"iga=", "igg=", "igm="}),
        ("wbc-tracker import a.csv --profile my", {"mychart"}),
        ("wbc-tracker profiles show my", {"mychart"}),
        ("wbc-tracker infusion add 2024-01-10 --drug ocr", {"ocrelizumab", "ocrelizumab_sc"}),
        ("wbc-tracker event add 2024-01-10 vac", {"vaccination"}),
        ("wbc-tracker report --patient k", {"katharina"}),
        ("wbc-tracker patients remove k", {"katharina"}),
    ],
)
def test_the_shell_completes(wbc, line, some):
    wbc("infusion", "add", "2024-01-05", "--patient", "katharina")
    assert set(offered(line)) >= some


@pytest.mark.parametrize("state", ["missing", "damaged"])
def test_a_store_that_cannot_be_read_completes_nothing_silently(private_home, tmp_path, state):
    store = tmp_path / "s.db"
    if state == "damaged":
        store.write_bytes(b"SQLite format 3\0" + b"x" * 5000)
    assert offered("wbc-tracker report --patient ", WBC_TRACKER_DB=str(store)) == []
    assert offered(f"wbc-tracker --db {store} report --patient ") == []
    assert store.exists() is (state == "damaged")


def test_completing_loads_no_pandas(wbc):
    wbc("infusion", "add", "2024-01-05", "--patient", "katharina")
    script = (
        "import atexit, os, sys\n"
        "def heavy():\n"
        "    if {'pandas', 'numpy', 'pyarrow'} & set(sys.modules):\n"
        "        os._exit(9)\n"
        "atexit.register(heavy)\n"
        "from wbc_tracker.cli import main; main()"
    )
    line = "wbc-tracker report --patient k"
    done = run_alone(script=script, _WBC_TRACKER_COMPLETE="complete_bash", COMP_WORDS=line, COMP_CWORD="3")
    assert (done.code, done.out.split()) == (0, ["katharina"])


class TestNearest:
    @pytest.mark.parametrize(
        ("word", "known", "found"),
        [
            ("wcb", ["rbc", "wbc", "igg"], ["wbc"]),
            ("WBC", ["wbc"], ["wbc"]),
            ("late onset neutropenia", ["neutropenia", "late_onset_neutropenia"], ["late_onset_neutropenia"]),
            ("neutro", ["neutropenia", "leukopenia", "late_onset_neutropenia"],
             ["neutropenia", "late_onset_neutropenia"]),
            ("x", ["wbc", "igg"], []),
            ("", ["wbc"], []),
            ("a" * 10_000, ["wbc"], []),
        ],
    )  # fmt: skip
    def test_the_nearest_first(self, word, known, found):
        assert nearest(word, known) == found
