"""Keep what a file needed as a profile of the user's own, for the next file of its kind."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from wbc_tracker.cli.line.places import profiles_folder
from wbc_tracker.cli.reading import Reading
from wbc_tracker.errors import UsageError
from wbc_tracker.near import did_you_mean

if TYPE_CHECKING:
    from wbc_tracker.intake import FileReading


def keeper(name: str, reading: Reading, files: Sequence[Path]) -> Callable[[FileReading], str]:
    """Return what keeps the options of a call once its file is read, and tells so.

    Raises:
        UsageError: the name is no plain name or taken, there are several files, or nothing to keep.
    """
    from wbc_tracker.catalog.profiles import check_name

    path = check_name(name, profiles_folder(), "--save-profile")
    if len(files) > 1:
        raise UsageError("--save-profile keeps what one file needed.", "Name one file.")
    if reading.profile:
        raise UsageError("--save-profile keeps options, no profile.", "Leave out --profile.")
    if path.exists():
        raise UsageError(
            f"There is a profile {name!r} already.",
            f"Take another name, or remove it: wbc-tracker profiles remove {name}.",
        )
    options = reading.options("", None)
    kept = {
        "ignore": list(options.set_aside),
        "date_order": options.date_order,
        "decimal": options.decimal,
        "columns": dict(options.columns),
        "units": dict(options.units),
    }
    if not any(kept.values()):
        raise UsageError(
            "There is nothing to keep in a profile.",
            "It keeps --map, --unit, --date-order, --decimal and --ignore.",
        )

    def keep(read: FileReading) -> str:
        from wbc_tracker.catalog.profiles import profile_text
        from wbc_tracker.files import make_private_folder, write_whole

        headers = list(dict.fromkeys(c.header for c in read.columns if c.header))
        make_private_folder(path.parent)
        with write_whole(path) as stream:
            stream.write(profile_text(f"Kept from {read.file}", headers, kept).encode())
        return (
            f"Kept as the profile {name!r}: files with these headers are read so from now on. "
            f"See wbc-tracker profiles show {name}."
        )

    return keep


def forget(name: str) -> None:
    """Remove a profile of the user's own.

    Raises:
        UsageError: there is none of that name.
    """
    from wbc_tracker.catalog.profiles import check_name, load_profiles

    folder = profiles_folder()
    path = check_name(name, folder, "profiles remove")
    if not path.is_file():
        own = sorted(other.stem for other in folder.glob("*.toml"))
        what = "is built in" if name in load_profiles() else "does not exist"
        raise UsageError(
            f"The profile {name!r} {what}.{did_you_mean(name, own)}",
            f"Your own are {', '.join(own)}." if own else "There are none of your own.",
        )
    path.unlink()
