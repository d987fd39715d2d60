"""Results with random ids and without dates: what a user says of them, and the key file."""

# No `from __future__ import annotations`: as texts they would be compiled at every start.

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

import typer

from wbc_tracker.cli.line.overwriting import refuse_overwriting
from wbc_tracker.cli.line.places import names_standard_output
from wbc_tracker.cli.options import Sources
from wbc_tracker.cli.output import remark
from wbc_tracker.errors import UsageError

if TYPE_CHECKING:
    import pandas as pd

    from wbc_tracker.schema import Column
    from wbc_tracker.sharing.key import Key
    from wbc_tracker.sharing.pseudonyms import Pseudonymized

_SHARE = "To share it"


class SharedDates(StrEnum):
    """What becomes of dates where results are shared."""

    DAYS = "days"
    SHIFTED = "shifted"


@dataclass(frozen=True)
class Sharing:
    """How results are made fit to be shared."""

    key_file: Annotated[
        Path | None,
        typer.Option(
            "--pseudonymize",
            metavar="KEYFILE",
            help="Random ids in place of patients, no dates, printed texts and file names. The key "
            "file is made if it is missing; the same one gives the same ids.",
            rich_help_panel=_SHARE,
        ),
    ] = None
    chosen_dates: Annotated[
        SharedDates | None,
        typer.Option(
            "--dates",
            help="With --pseudonymize: days since the first infusion (the default), or dates that "
            "are shifted for each patient.",
            rich_help_panel=_SHARE,
        ),
    ] = None

    @property
    def dates(self) -> Literal["days", "shifted"]:
        """What becomes of dates: real ones are never shared unasked."""
        return "shifted" if self.chosen_dates is SharedDates.SHIFTED else "days"


def key_of(context: typer.Context, sharing: Sharing, sources: Sources) -> "Key | None":
    """Return the key of a pseudonymised export; None for any other, and where it is yet to be made.

    Raises:
        UsageError: the key has no place of its own, or `--dates` stands alone.
    """
    path = sharing.key_file
    if path is None:
        if sharing.chosen_dates is not None:
            raise UsageError(
                "--dates says what becomes of dates with --pseudonymize.",
                "Add --pseudonymize KEYFILE, or leave out --dates.",
            )
        return None
    if names_standard_output(path):
        raise UsageError("A key is kept in a file.", "Name one: --pseudonymize my.key")
    refuse_overwriting(context, path, sources.files)
    from wbc_tracker.sharing.key import read_key

    return read_key(path)


def shared_by(
    annotated: "pd.DataFrame",
    places: list[int] | None,
    sharing: Sharing,
    key: "Key | None",
    first_ids: Mapping[str, str],
    covariates: "Sequence[Column]" = (),
) -> "Pseudonymized":
    """Return results fit to be shared; the key is made, and told, if there is none.

    Who was renamed keeps the id that follows from the first one.
    """
    from wbc_tracker.sharing.key import make_key
    from wbc_tracker.sharing.pseudonyms import pseudonymize

    assert sharing.key_file is not None
    if key is None:
        key = make_key(sharing.key_file)
        remark(f"A new key was made: {sharing.key_file}. Use it again, and ids stay the same.")
    return pseudonymize(annotated, key, sharing.dates, places, first_ids, covariates)
