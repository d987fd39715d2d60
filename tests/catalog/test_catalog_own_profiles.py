"""Profiles of one's own: what they may say, what is wrong with one, and which comes first."""

from __future__ import annotations

import pytest

from wbc_tracker.catalog import load_catalog
from wbc_tracker.catalog.profiles import (
    Profile,
    choose_profile,
    load_profiles,
    read_own_profiles,
    read_profile,
)
from wbc_tracker.errors import UsageError

CATALOG = load_catalog()
PROFILES = load_profiles()


@pytest.fixture
def own(tmp_path):
    """Write a profile of one's own."""

    def write(content: str | bytes, name: str = "clinic.toml"):
        path = tmp_path / name
        path.write_bytes(content.encode() if isinstance(content, str) else content)
        return path

    return write


def test_a_profile_of_ones_own_needs_only_its_columns(own):
    profile = read_profile(own('[columns]\ncollected_at = "Taken"\nvalue = "Result"\n'), CATALOG)
    assert profile == Profile("clinic", {"collected_at": "Taken", "value": "Result"})


def test_everything_may_be_settled_and_units_become_codes(own):
    profile = read_profile(
        own(
            '\ufefftitle = "Clinic"\nheaders = ["Taken"]\nlacks = ["Ward"]\nignore = ["Room"]\nno_result = ["nil"]\n'
            'date_order = "dmy"\ndecimal = ","\ndelimiter = "\\t"\nencoding = "latin-1"\nlayout = "wide"\n'
            '[columns]\ncollected_at = "Taken"\n[names]\n"B-Ly" = "cd19"\n[units]\nwbc = "x10E3/µL"\nigg = "g/l"\n'
        ),
        CATALOG,
    )
    assert profile.units == {"wbc": "10*3/uL", "igg": "g/L"}
    assert profile.names == {"B-Ly": "cd19"}
    assert (profile.date_order, profile.decimal, profile.delimiter, profile.layout) == ("dmy", ",", "\t", "wide")


@pytest.mark.parametrize(
    ("content", "message", "accepted"),
    [
        ('colums = "x"', "clinic.toml: there is no key 'colums'.", "columns"),
        ('id = "x"\n[columns]', "clinic.toml: there is no key 'id'.", "columns"),
        ('[columns]\ndate = "Taken"', "clinic.toml: columns: there is no role 'date'.", "collected_at"),
        ('[columns]\nvalue = ""', "clinic.toml: columns: value has no header.", "Leave the line out"),
        (
            '[columns]\nvalue = "Result"\nunit = "RESULT"',
            "clinic.toml: columns: 'RESULT' would be both value and unit.",
            "Keep one",
        ),
        ('ignore = ["A"]\n[columns]\nvalue = "a"', "clinic.toml: ignore: 'a' is also the value.", "Take it out"),
        (
            'headers = ["A"]\nlacks = ["a"]\n[columns]\nvalue = "B"',
            "clinic.toml: headers and lacks both name 'A': no file could fit.",
            "Keep one",
        ),
        (
            'has_header = false\n[columns]\nvalue = "Result"',
            "clinic.toml: columns: 'Result' cannot be a header, because has_header is false.",
            '"column 1"',
        ),
        (
            'has_header = false\nheaders = ["A"]\n[columns]\nvalue = "column 2"',
            "clinic.toml: a file without a header line cannot be recognised.",
            "Leave out headers",
        ),
        (
            '[columns]\n[names]\nLeukos = "leukocytes"',
            "clinic.toml: names: 'Leukos' means 'leukocytes', which is no analyte.",
            "wbc, neutrophils",
        ),
        (
            '[columns]\n[names]\n"B cells" = "cd19"\n"B-CELLS" = "cd20"',
            "clinic.toml: names: 'B-CELLS' means both cd19 and cd20.",
            "Keep one",
        ),
        ('[columns]\n[units]\nleukos = "%"', "clinic.toml: units: 'leukos' is no analyte.", "wbc"),
        ('[columns]\n[units]\nwbc = "mg/dL"', "clinic.toml: units: 'mg/dL' is no unit of wbc.", "10*9/L"),
        ('layout = "tall"\n[columns]', "clinic.toml: layout: 'tall' is not one of the choices.", "flowsheet"),
        ('date_order = "DMY"\n[columns]', "clinic.toml: date_order: 'DMY' is not one of the choices.", "dmy"),
        ('decimal = "point"\n[columns]', "clinic.toml: decimal: 'point' is not one of the choices.", "., ,"),
        ('delimiter = "tab"\n[columns]', "clinic.toml: delimiter: 'tab' cannot cut cells.", r'"\t"'),
        ('encoding = "ansi-1252"\n[columns]', "clinic.toml: encoding: 'ansi-1252' is not known.", "windows-1252"),
        ('headers = "Date"\n[columns]', "clinic.toml: headers: 'Date' does not fit.", "profiles show generic"),
        ("[columns]\nvalue = 3", "clinic.toml: columns.value: 3 does not fit.", "profiles show generic"),
        ('title = "x"', "clinic.toml: the key columns is missing.", "profiles show generic"),
    ],
)
def test_what_is_wrong_with_a_profile_is_named_with_what_is_accepted(own, content, message, accepted):
    with pytest.raises(UsageError) as refused:
        read_profile(own(content), CATALOG)
    assert refused.value.message == message
    assert accepted in refused.value.hint


def test_a_mistake_in_the_toml_names_the_line(own):
    with pytest.raises(UsageError, match=r"^clinic.toml is not valid TOML: .*line 3"):
        read_profile(own('title = "x"\n[columns]\nvalue = Result\n'), CATALOG)


def test_text_in_another_encoding_is_refused(own):
    with pytest.raises(UsageError, match="is not UTF-8 text"):
        read_profile(own('title = "Blutwerte für"'.encode("latin-1")), CATALOG)


def test_ones_own_file_comes_before_a_built_in_profile(own, tmp_path):
    own('[columns]\nvalue = "Ours"', "labcorp.toml")
    assert choose_profile("labcorp", tmp_path, CATALOG).columns == {"value": "Ours"}
    assert choose_profile("quest", tmp_path, CATALOG) == PROFILES["quest"]


def test_a_broken_own_file_does_not_fall_back_on_the_built_in_one(own, tmp_path):
    own("columns", "labcorp.toml")
    with pytest.raises(UsageError, match="not valid TOML"):
        choose_profile("labcorp", tmp_path, CATALOG)


def test_an_unknown_profile_is_refused_listing_the_known_ones(own, tmp_path):
    own("[columns]", "my clinic.toml")
    with pytest.raises(UsageError) as refused:
        choose_profile("labcorb", tmp_path, CATALOG)
    assert refused.value.message == "There is no profile 'labcorb'. Did you mean 'labcorp'?"
    assert "labcorp, mimic, my clinic, mychart" in refused.value.hint
    assert choose_profile("my clinic", tmp_path, CATALOG).id == "my clinic"


@pytest.mark.parametrize(
    "name", ["../x", "a/b", "a\\b", "..", ".hidden", "", "/etc/passwd", "a..b", "C:x", "x\0", "x\n"]
)
def test_a_name_is_no_path(own, tmp_path, name):
    own("[columns]", "x.toml")
    with pytest.raises(UsageError, match=r"^--profile: .* is not a name\. "):
        choose_profile(name, tmp_path / "profiles", CATALOG)


def test_one_broken_file_does_not_hide_the_others(own, tmp_path):
    own('[columns]\nvalue = "Result"', "good.toml")
    own("[columns", "bad.toml")
    own("nothing", "notes.txt")
    profiles, problems = read_own_profiles(tmp_path, CATALOG)
    assert list(profiles) == ["good"]
    assert list(problems) == ["bad"]
    assert problems["bad"].message.startswith("bad.toml is not valid TOML")


def test_a_folder_that_is_not_there_holds_nothing(tmp_path):
    assert read_own_profiles(tmp_path / "none", CATALOG) == ({}, {})
    assert choose_profile("generic", tmp_path / "none", CATALOG) == PROFILES["generic"]
