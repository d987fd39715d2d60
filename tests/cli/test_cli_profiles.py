"""`profiles list | show`: built-in and own profiles, and broken ones that hide nobody."""

from __future__ import annotations

import pytest

from wbc_tracker.catalog.profiles import load_profiles
from wbc_tracker.cli.commands.profiles import profiles_folder


@pytest.fixture
def own():
    """Write a profile into the user's folder."""

    def write(name: str, content: str):
        profiles_folder().mkdir(parents=True, exist_ok=True)
        path = profiles_folder() / name
        path.write_text(content, encoding="utf-8")
        return path

    return write


def test_the_folder_lies_in_the_users_configuration(tmp_path):
    assert profiles_folder().is_relative_to(tmp_path)
    assert profiles_folder().parts[-2:] == ("wbc-tracker", "profiles")


def test_list_names_every_built_in_profile_and_the_folder(wbc):
    done = wbc("profiles", "list")
    assert (done.code, done.err) == (0, "")
    assert [line.split()[0] for line in done.lines[:-1]] == sorted(load_profiles())
    assert all(line.endswith("built in") for line in done.lines[:-1])
    assert done.lines[-1] == f"Own profiles are files NAME.toml in {profiles_folder()}"
    assert not profiles_folder().exists()  # looking makes no folders


def test_list_tells_own_profiles_from_built_in_ones(wbc, own):
    own("clinic.toml", 'title = "My clinic"\n[columns]\nvalue = "Result"')
    own("quest.toml", 'title = "Quest, as I type it"\n[columns]\nvalue = "Result"')
    lines = {line.split()[0]: line.split(maxsplit=1)[1] for line in wbc("profiles", "list").lines}
    assert lines["clinic"].split("  ")[0] == "My clinic"
    assert lines["clinic"].endswith(" own")
    assert lines["quest"].startswith("Quest, as I type it")
    assert lines["quest"].endswith("own, in place of the built-in one")


def test_list_with_a_broken_file_lists_the_others_and_names_it(wbc, own):
    own("quest.toml", "[columns]\nfoo = 'x'")
    done = wbc("profiles", "list")
    assert done.code == 1
    # The built-in one of that name is not listed in its place: `--profile quest` would not use it.
    assert [line.split()[0] for line in done.lines[:-1]] == sorted(set(load_profiles()) - {"quest"})
    assert done.err.startswith("quest.toml: columns: there is no role 'foo'. This profile is left out.\nRoles are ")


def test_show_tells_the_mapping_and_what_to_type(wbc):
    done = wbc("profiles", "show", "nhs-record")
    assert (done.code, done.err) == (0, "")
    assert done.lines[0] == "nhs-record (built in): NHS record export (GP record, no header line)"
    assert "  collected_at  column 1" in done.lines
    assert "  value         column 3" in done.lines
    assert "  date-order  dmy" in done.lines
    assert "No header line is expected: name the profile with --profile" in done.lines
    assert done.lines[-1] == "wbc-tracker import FILE --profile nhs-record"
    assert max(len(line) for line in done.lines) <= 100


def test_show_lists_codes_by_what_they_mean(wbc):
    lines = wbc("profiles", "show", "mimic").lines
    assert "  wbc                        51300, 51301" in lines
    assert "  has none of  stay_id, icustay_id" in lines


@pytest.mark.parametrize("id", sorted(load_profiles()))
def test_every_profile_can_be_shown(wbc, id):
    done = wbc("profiles", "show", id)
    shown = " ".join(done.out.split())
    assert done.code == 0
    assert load_profiles()[id].description in shown
    assert load_profiles()[id].source in shown
    assert all(header in shown for header in load_profiles()[id].columns.values())


def test_show_of_an_own_profile_needs_no_title(wbc, own):
    own("clinic.toml", '[columns]\nvalue = "Res\\u001b[31mult"\n[units]\nwbc = "10^9/L"')
    done = wbc("profiles", "show", "clinic")
    assert done.lines[0] == "clinic (own): clinic"
    assert "  value  Res\\x1b[31mult" in done.lines  # nothing from a file reaches the terminal as a command
    assert "  wbc  10*9/L" in done.lines
    assert "A file is never recognised by itself: name the profile with --profile" in done.lines


def test_show_of_an_own_profile_in_place_of_a_built_in_one_says_so(wbc, own):
    own("quest.toml", '[columns]\nvalue = "Result"')
    assert wbc("profiles", "show", "quest").lines[0] == "quest (own, in place of the built-in one): quest"


def test_show_of_an_unknown_profile_lists_the_known_ones(wbc):
    done = wbc("profiles", "show", "quset")
    assert (done.code, done.out) == (2, "")
    assert done.err.startswith("There is no profile 'quset'. Did you mean 'quest'?\nKnown are generic, german-lab, ")


def test_show_takes_no_path(wbc):
    done = wbc("profiles", "show", "../quest")
    assert (done.code, done.out) == (2, "")
    assert "is not a name" in done.err


def test_the_help_says_that_ones_own_come_first(wbc):
    assert "Your own file NAME.toml comes before a built-in profile" in " ".join(wbc("profiles", "--help").out.split())
