"""What the shell offers when Tab is pressed: flags, tests, drugs, kinds of events, patients,
profiles.

It is asked in the middle of typing: what cannot be read offers nothing, and says nothing.
"""

# No `from __future__ import annotations`: Typer looks at the kinds of the arguments at every start.

import os
from collections.abc import Iterable
from pathlib import Path

import typer

Offers = list[tuple[str, str]]
#: Stands for the date of `--new` where none is typed.
LATEST = "latest"


def analytes(incomplete: str) -> Offers:
    """Offer the ids of the tests."""
    from wbc_tracker.catalog import load_catalog

    named = ((each.id, each.name) for each in load_catalog().analytes.values())
    return _beginning_with(incomplete, named)


def units(incomplete: str) -> Offers:
    """Offer `cd19=`, then the units in which that test is known."""
    from wbc_tracker.catalog import load_catalog

    catalog = load_catalog()
    id, equals, _ = incomplete.partition("=")
    if equals and id in catalog.analytes:
        analyte = catalog.analytes[id]
        known = catalog.families[analyte.family].factors
        return _beginning_with(incomplete, ((f"{id}={unit}", analyte.name) for unit in known))
    return [(f"{id}=", name) for id, name in analytes(incomplete)]


def flags(incomplete: str) -> Offers:
    """Offer the codes of the flags."""
    from wbc_tracker.catalog import load_catalog

    titles = ((flag.code, flag.title) for flag in load_catalog().flags.values())
    return _beginning_with(incomplete, titles)


def explained(incomplete: str) -> Offers:
    """Offer what `explain` knows: flags and statements."""
    from wbc_tracker.catalog import load_catalog

    said = ((each.id, each.text) for each in load_catalog().statements.values())
    return [*flags(incomplete), *_beginning_with(incomplete, said)]


def drugs(incomplete: str) -> Offers:
    """Offer the drugs."""
    from wbc_tracker.catalog import load_drugs

    return _beginning_with(incomplete, ((drug.id, drug.name) for drug in load_drugs().values()))


def event_kinds(incomplete: str) -> Offers:
    """Offer the kinds of events."""
    from wbc_tracker.catalog import load_events

    return _beginning_with(incomplete, ((kind, "") for kind in load_events().kinds))


def patients(context: typer.Context, incomplete: str) -> Offers:
    """Offer the patients of the store that the line names."""
    from wbc_tracker.cli.line.places import store_path
    from wbc_tracker.errors import WbcTrackerError
    from wbc_tracker.store import Store

    # While a line is completed, Typer does not look at the environment.
    named = context.find_root().params.get("db") or os.environ.get("WBC_TRACKER_DB")
    context.obj = Path(named) if named else None
    path = store_path(context)
    try:
        if not path.is_file():
            return []
        with Store(path, patience_s=1) as store:
            return _beginning_with(incomplete, ((who, "") for who in store.patients.ids()))
    except (WbcTrackerError, OSError):
        return []


def profiles(incomplete: str) -> Offers:
    """Offer the profiles, built in and the user's own."""
    from wbc_tracker.catalog.profiles import load_profiles
    from wbc_tracker.cli.line.places import profiles_folder

    titles = {id: profile.title for id, profile in load_profiles().items()}
    own = {path.stem: "your own" for path in sorted(profiles_folder().glob("*.toml"))}
    return _beginning_with(incomplete, {**titles, **own}.items())


def _beginning_with(incomplete: str, offers: Iterable[tuple[str, str]]) -> Offers:
    return [(word, help) for word, help in offers if word.startswith(incomplete)]
