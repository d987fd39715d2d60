"""`profiles list | show | remove`: the exports that are known, and the user's own."""

from __future__ import annotations

import textwrap
from collections.abc import Iterable
from typing import TYPE_CHECKING

import typer

from wbc_tracker.cli.keeping import forget
from wbc_tracker.cli.line.grammar import Commands
from wbc_tracker.cli.line.places import profiles_folder
from wbc_tracker.cli.options import ProfileName
from wbc_tracker.cli.output import complain, show, tell
from wbc_tracker.wording import visible

if TYPE_CHECKING:
    from wbc_tracker.catalog.profiles import Profile

_WIDTH = 88
_REFUSED = 1

app = Commands(
    help="Known exports and how their columns are read. Your own file NAME.toml comes before a "
    "built-in profile."
)


@app.command("list")
def list_profiles() -> None:
    """List the profiles, built in and your own."""
    from wbc_tracker.catalog import load_catalog
    from wbc_tracker.catalog.profiles import load_profiles, read_own_profiles

    folder = profiles_folder()
    built_in = load_profiles()
    own, broken = read_own_profiles(folder, load_catalog())
    told = {id: profile for id, profile in sorted({**built_in, **own}.items()) if id not in broken}
    rows = [
        (profile.id, profile.title, profile.gives or "", _origin(profile.id, built_in, own))
        for profile in told.values()
    ]
    for line in _aligned(rows):
        show(line)
    show(f"Own profiles are files NAME.toml in {visible(str(folder))}")
    for error in broken.values():
        complain(f"{error.message} This profile is left out.", error.hint)
    raise typer.Exit(_REFUSED if broken else 0)


def _origin(id: str, built_in: Iterable[str], own: Iterable[str]) -> str:
    if id not in own:
        return "built in"
    return "own, in place of the built-in one" if id in built_in else "own"


@app.command("show")
def show_profile(
    name: ProfileName,
) -> None:
    """Show what a profile is for and how it reads a file."""
    from wbc_tracker.catalog import load_catalog
    from wbc_tracker.catalog.profiles import choose_profile, load_profiles

    folder = profiles_folder()
    profile = choose_profile(name, folder, load_catalog())
    own = [name] if (folder / f"{name}.toml").is_file() else []
    show(
        visible(
            f"{profile.id} ({_origin(profile.id, load_profiles(), own)}): "
            f"{profile.title or profile.id}"
        )
    )
    for text in filter(None, (profile.description, profile.limits)):
        show(textwrap.fill(visible(text), _WIDTH, initial_indent="  ", subsequent_indent="  "))
    for heading, rows in _sections(profile):
        show(f"\n{heading}")
        for line in _aligned(rows):
            show(f"  {line}")
    if profile.source:
        show(
            "\n"
            + textwrap.fill(f"Source: {visible(profile.source)}", _WIDTH, subsequent_indent="  ")
        )
    show(f"\nwbc-tracker import FILE --profile {visible(profile.id)}")


@app.command("remove")
def remove_profile(
    name: ProfileName,
) -> None:
    """Remove a profile of your own; a built-in one of the same name counts again."""
    forget(name)
    tell(f"Removed the profile {visible(name)}.")


def _sections(profile: Profile) -> list[tuple[str, list[tuple[str, ...]]]]:
    """Return the parts of a profile that say something, each with its rows."""
    by_meaning: dict[str, list[str]] = {}
    for printed, id in profile.names.items():
        by_meaning.setdefault(id, []).append(printed)
    recognised = [
        ("has all of", ", ".join(profile.headers)),
        ("has none of", ", ".join(profile.lacks)),
    ]
    settled = [
        (option, text)
        for option in ("layout", "date_order", "decimal", "delimiter", "encoding")
        if (text := getattr(profile, option))
    ]
    parts: list[tuple[str, list[tuple[str, ...]]]] = [
        ("Columns (role, header)", list(profile.columns.items())),
        ("Columns read where those are empty", list(profile.instead.items())),
        ("Columns left out", [(", ".join(profile.ignore),)]),
        (
            "Tests (analyte, as printed)",
            [(id, ", ".join(texts)) for id, texts in by_meaning.items()],
        ),
        ("Units where none is printed", list(profile.units.items())),
        ("No result, beside the usual words", [(", ".join(profile.no_result),)]),
        (
            "Settled, unless you say otherwise",
            [(option.replace("_", "-"), text) for option, text in settled],
        ),
    ]
    if profile.headers:
        parts.append(("A file is recognised by itself when its header line", [*recognised]))
    else:
        reason = (
            "No header line is expected"
            if not profile.has_header
            else "A file is never recognised by itself"
        )
        parts.append((f"{reason}: name the profile with --profile", []))
    kept = [(heading, [row for row in rows if any(row[-1:])]) for heading, rows in parts]
    return [(heading, rows) for heading, rows in kept if rows or "--profile" in heading]


def _aligned(rows: Iterable[tuple[str, ...]]) -> list[str]:
    """Return rows as lines whose columns stand below each other."""
    told = [tuple(visible(cell) for cell in row) for row in rows]
    widths = [max(len(cell) for cell in column) for column in zip(*told, strict=True)]
    return [
        "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip()
        for row in told
    ]
