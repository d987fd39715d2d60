"""Rules of one's own reach every command, are told in every output, and hide nothing silently."""

import csv
import json

import pytest
from tables.runs import CLINIC, ON_THE_DAY, ONE

HEADER = "patient_id,collected_at,analyte,value,unit"


@pytest.fixture
def rules(tmp_path):
    """Write a file of rules and return the option that names it."""

    def write(text, name="own.toml"):
        (tmp_path / name).write_text(text)
        return ["--rules", tmp_path / name]

    return write


@pytest.fixture
def people(tmp_path):
    """Return the options that name somebody with CD19 at and around a cut of 20 after an infusion."""
    counts = {"2025-03-01": "19", "2025-03-08": "20", "2025-03-15": "21"}
    rows = [f"A,{day},CD19,{count},/uL" for day, count in counts.items()]
    rows += ["A,2025-03-22,CD19 %,0.5,%", "A,2025-01-10,CD19,200,/uL", "A,2025-03-01,WBC,6,10*9/L"]
    (tmp_path / "labs.csv").write_text("\n".join([HEADER, *rows]) + "\n")
    (tmp_path / "infusions.csv").write_text("patient_id,infused_on\nA,2025-02-01\n")
    return ["--labs", tmp_path / "labs.csv", "--infusions", tmp_path / "infusions.csv", "--as-of", "2025-04-01"]


def states(wbc, people, *words):
    """Return the B-cell state of each day after the infusion, as exported."""
    done = wbc("export", "-", *people, *words, "--since", "2025-03-01")
    assert done.code == 0
    header, *rows = [line.split(",") for line in done.out.splitlines()]
    cells = [dict(zip(header, row, strict=True)) for row in rows]
    return [row["depletion"] for row in cells if row["analyte"].startswith("cd19")]


CUT = 'name = "twenty"\n[thresholds]\ndepleted_below_count = 20\n'


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", ["few", "few", "few", "depleted"]),
        (CUT, ["depleted", "few", "few", "depleted"]),
        (CUT + "[depletion]\nstrict = false\n", ["depleted", "depleted", "few", "depleted"]),
        (CUT + '[depletion]\nuses = "count"\n', ["depleted", "few", "few", ""]),
        ('[depletion]\nuses = "percent"\n', ["", "", "", "depleted"]),
    ],
)
def test_a_cut_is_taken_as_it_is_defined(wbc, people, rules, text, expected):
    assert states(wbc, people, *rules(text)) == expected


def test_the_cohort_counts_what_the_export_says(wbc, people, rules):
    for strict, ever in (("true", 1), ("false", 1)):
        words = rules(f"{CUT}[depletion]\nstrict = {strict}\n", f"{strict}.toml")
        told = wbc("cohort", *people, *words, "--format", "json").json
        assert told["depletion"]["ever"]["count"] == ever
        assert told["settings"]["is_inclusive"] is (strict == "false")
        assert (told["catalogue_version"], told["settings"]["depleted_below_count"]) == ("2.0+twenty", 20)
    only = rules('[thresholds]\ndepleted_below_count = 19\n[depletion]\nuses = "count"\n', "nineteen.toml")
    assert wbc("cohort", *people, *only, "--format", "json").json["depletion"]["ever"]["count"] == 0
    assert states(wbc, people, *only) == ["few", "few", "few", ""]


def test_definitions_stand_side_by_side(wbc, rules):
    words = [*rules(CUT, "a.toml"), *rules('name = "share"\n[depletion]\nuses = "percent"\n', "b.toml")]
    done = wbc("cohort", *CLINIC, *ON_THE_DAY, *words)
    assert done.out.count("cohort of 39 treated patients") == 2
    assert "B cells depleted (CD19 < 20 /µL, or < 1 % of lymphocytes)" in done.out
    assert "B cells depleted (CD19 < 1 % of lymphocytes)" in done.out
    told = wbc("cohort", *CLINIC, *ON_THE_DAY, *words, "--format", "json").json["cohorts"]
    assert [each["catalogue_version"] for each in told] == ["2.0+twenty", "2.0+share"]
    alone = [wbc("cohort", *CLINIC, *ON_THE_DAY, *words[at : at + 2], "--format", "json").json for at in (0, 2)]
    assert told == alone


def test_their_main_figures_stand_on_top(wbc, rules):
    words = [*rules(CUT, "a.toml"), *rules('name = "share"\n[depletion]\nuses = "percent"\n', "b.toml")]
    call = ("cohort", *CLINIC, *ON_THE_DAY, *words)
    told = wbc(*call, "--format", "json").json
    for main, table in zip(told["comparison"], told["cohorts"], strict=True):
        curves = {one["event"]: one["median_days"] for one in table["times"][:8] if one["onset"] == "all"}
        assert main["rules"] == table["catalogue_version"].removeprefix("2.0+")
        assert main["treated"] == table["patients"]["treated"]
        assert main["ever_depleted"] == table["depletion"]["ever"]
        assert main["seen_again"] == table["reappearance"]["seen"]
        assert (main["since"], main["median_days_to_depletion"]) == ("first", curves["depleted"])
        assert main["median_days_until_seen_again"] == curves["reappeared"]
    first, _, *rows = wbc(*call).lines
    assert first == "Main figures under each set of rules; the whole table of each follows"
    share = told["comparison"][1]["ever_depleted"]
    assert rows[1].split()[:6] == [
        "share",
        "39",
        *f"{share['count']} of {share['assessable']}".split(),
        f"({share['percent']}",
    ]
    assert rows[3] == "share: depleted is CD19 < 1 % of lymphocytes."
    table = list(csv.DictReader(wbc(*call, "--format", "csv").lines))
    assert [(row["section"], row["row"]) for row in table[:10]] == [("comparison", "twenty")] * 5 + [
        ("comparison", "share")
    ] * 5
    alone = wbc("cohort", *CLINIC, *ON_THE_DAY, *words[2:], "--format", "csv").lines
    assert [{**row, "rules": "share"} for row in csv.DictReader(alone)] == [
        row for row in table[10:] if row["rules"] == "share"
    ]


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        (["--format", "html"], "as text, CSV or JSON"),
        (["--times", "times.csv"], "without --times"),
        (["--suppress-below", "5"], "small counts could be worked out"),
    ],
)
def test_what_several_definitions_cannot_tell_is_refused(wbc, rules, typed, said):
    words = [*rules(CUT, "a.toml"), *rules('name = "share"\n', "b.toml")]
    done = wbc("cohort", *CLINIC, *ON_THE_DAY, *words, *typed)
    assert done.code == 2
    assert said in " ".join(done.err.split())


def test_two_of_one_name_cannot_be_told_apart(wbc, rules):
    done = wbc("cohort", *CLINIC, *ON_THE_DAY, *rules(CUT, "a.toml"), *rules(CUT, "b.toml"))
    assert done.code == 2
    assert "two files have the name 'twenty'" in done.err


def test_files_that_contradict_each_other_are_named(wbc, rules):
    other = rules('name = "fifteen"\n[thresholds]\ndepleted_below_count = 15\n', "b.toml")
    done = wbc("report", *ONE, *ON_THE_DAY, *rules(CUT, "a.toml"), *other)
    assert done.code == 2
    said = "a.toml and b.toml contradict each other: thresholds.depleted_below_count is 20 in one and 15 in the other."
    assert said in " ".join(done.err.split())


@pytest.mark.parametrize(
    ("text", "cuts"),
    [
        ("", "depleted below 10 /µL, depleted below percent 1;"),
        ('[depletion]\nuses = "percent"\n', "weeks; depleted below percent 1; early"),
        ('[depletion]\nuses = "count"\nstrict = false\n', "weeks; depleted at or below 10 /µL; early"),
    ],
)
def test_the_settings_tell_the_cuts_that_are_used(wbc, rules, text, cuts):
    assert cuts in " ".join(wbc("cohort", *CLINIC, *ON_THE_DAY, *rules(text)).out.split())


def test_what_the_table_is_asked_for_comes_from_the_file_unless_it_is_typed(wbc, rules):
    words = rules('[cohort]\nwindows = [0, 24]\nanalytes = ["igg"]\nsince = "last"\n')
    told = wbc("cohort", *CLINIC, *ON_THE_DAY, *words, "--format", "json").json["settings"]
    assert (told["window_weeks"], told["analytes"], told["since"]) == ([0, 24], ["igg"], ["last"])
    typed = ["--windows", "0,12", "--analyte", "wbc", "--since", "first"]
    told = wbc("cohort", *CLINIC, *ON_THE_DAY, *words, *typed, "--format", "json").json["settings"]
    assert (told["window_weeks"], told["analytes"], told["since"]) == ([0, 12], ["wbc"], ["first"])


def test_every_output_tells_them(wbc, rules, tmp_path):
    words = [*ONE, *ON_THE_DAY, *rules(CUT)]
    own = "Own rules twenty: depleted_below_count 20 /µL in place of 10."
    for form in ("table", "markdown"):
        assert own in " ".join(wbc("report", *words, "--format", form).out.replace("\\", "").split())
    (told,) = wbc("report", *words, "--format", "json").json["rules"]
    assert (told["name"], len(told["sha256"])) == ("twenty", 64)
    assert [(c["name"], c["value"], c["usual"]) for c in told["changes"]] == [("depleted_below_count", 20, 10)]
    assert own in " ".join(wbc("cohort", *words).out.split())
    done = wbc("export", tmp_path / "e.csv", *words, "--meta")
    assert own in done.err
    assert json.loads((tmp_path / "e.csv.meta.json").read_text())["rules"][0]["name"] == "twenty"
    assert ",2.0+twenty," in (tmp_path / "e.csv").read_text()
    assert "in place of 10" in " ".join(wbc("explain", "b_cells_depleted", *words[-2:]).out.split())


def test_workers_know_the_rules(wbc, people, rules, tmp_path):
    words = [*people, *rules(CUT)]
    assert wbc("export", tmp_path / "a.csv", *words).code == 0
    assert wbc("export", tmp_path / "b.csv", *words, "--workers", 1).code == 0
    assert (tmp_path / "a.csv").read_bytes() == (tmp_path / "b.csv").read_bytes()
    assert wbc("export", f"{tmp_path}/parts/", *words).code == 0
    told = json.loads((tmp_path / "parts" / "_manifest.json").read_text())
    assert [each["name"] for each in told["rules"]] == ["twenty"]


def test_what_may_hide_an_urgent_flag_is_told(wbc, rules):
    words = rules("[critical_limits]\nneutrophils = { below = 0.3 }\n")
    told = " ".join(wbc("report", *ONE, *ON_THE_DAY, *words).out.split())
    assert "critical_neutrophils_below 0.3" in told
    assert "This can hide an urgent flag (critical_neutrophils_below)." in told


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("[thresholds]\ndepleted_below_cout = 5\n", "Did you mean 'depleted_below_count'?"),
        ("[treshholds]\n", "there is no 'treshholds'"),
        ("[thresholds]\ndepleted_below_count = '5'\n", "must be a number"),
        ("[thresholds]\ndepleted_below_count = 50\n", "must not be above few_below_count"),
        ("[thresholds]\ndepleted_below_count = -1\n", "it must be above 0"),
        ("[depletion]\nuses = 'all'\n", 'uses must be "both", "count" or "percent"'),
        ("name = '[red]x'\n", "is no name for rules"),
        ("depleted_below_count = \n", "it is no TOML"),
        ("\x00", "it is no TOML"),
        ("#" * 100_001, "no file of rules"),
        ("[cohort]\nwindows = [24, 0]\n", "no rising list of whole weeks"),
    ],
)
def test_what_is_no_file_of_rules_is_one_sentence(wbc, rules, text, said):
    done = wbc("cohort", *ONE, *ON_THE_DAY, *rules(text))
    assert done.code in (2, 3)
    assert said in " ".join(done.err.split())
    assert done.out == ""


def test_two_files_may_not_contradict_each_other_where_they_are_one(wbc, rules):
    words = [*rules(CUT, "a.toml"), *rules(CUT.replace("twenty", "ten").replace("20", "9"), "b.toml")]
    done = wbc("report", *ONE, *ON_THE_DAY, *words)
    assert (done.code, "contradict each other" in done.err) == (2, True)


def test_an_output_never_hits_the_rules(wbc, rules, tmp_path):
    words = rules(CUT)
    before = words[1].read_bytes()
    for command in (["export", words[1]], ["cohort", "--output", words[1], "--format", "csv"]):
        assert wbc(*command, *ONE, *ON_THE_DAY, *words).code == 2
    (tmp_path / "link.csv").symlink_to(words[1])
    assert wbc("export", "link.csv", *ONE, *ON_THE_DAY, *words).code == 2
    assert words[1].read_bytes() == before
