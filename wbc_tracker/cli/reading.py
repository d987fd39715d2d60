"""How files are read where their own evidence does not suffice: the options, what they become."""

# No `from __future__ import annotations`: as texts they would be compiled at every start.

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from wbc_tracker.cli.clock import today
from wbc_tracker.cli.line import completion
from wbc_tracker.cli.line.places import profiles_folder
from wbc_tracker.errors import UsageError
from wbc_tracker.near import did_you_mean

if TYPE_CHECKING:
    from wbc_tracker.catalog.profiles import Profile
    from wbc_tracker.intake import ReadingOptions

_READ = "How to read files"
_FORM = "ROLE=HEADER"
_NOT_KEPT = "The store keeps no covariates."
_WHERE_CARRIED = (
    "Name them where files are read: wbc-tracker export OUTPUT --labs FILE --map covariate=HEADER"
)
_DELIMITERS = {"comma": ",", "semicolon": ";", "tab": "\t", "\\t": "\t", "pipe": "|"}


class DateOrder(StrEnum):
    """Order of an all-numeric date."""

    YMD = "ymd"
    DMY = "dmy"
    MDY = "mdy"


class DecimalMark(StrEnum):
    """Decimal mark of the numbers."""

    POINT = "."
    COMMA = ","


class LayoutName(StrEnum):
    """Layout of a lab file."""

    LONG = "long"
    WIDE = "wide"
    FLOWSHEET = "flowsheet"
    FHIR = "fhir"


@dataclass(frozen=True)
class Reading:
    """What the user settles about files."""

    columns: Annotated[
        list[str] | None,
        typer.Option(
            "--map",
            metavar="ROLE=HEADER",
            help="Name the column of a role; repeatable. covariate=HEADER carries a column along "
            "(sex, centre, arm), with --labs.",
            rich_help_panel=_READ,
        ),
    ] = None
    units: Annotated[
        list[str] | None,
        typer.Option(
            "--unit",
            metavar="ANALYTE=UNIT",
            autocompletion=completion.units,
            help="Unit where none is printed; repeatable.",
            rich_help_panel=_READ,
        ),
    ] = None
    date_order: Annotated[
        DateOrder | None,
        typer.Option("--date-order", help="Order of all-numeric dates.", rich_help_panel=_READ),
    ] = None
    decimal: Annotated[
        DecimalMark | None, typer.Option("--decimal", help="Decimal mark.", rich_help_panel=_READ)
    ] = None
    layout: Annotated[
        LayoutName | None,
        typer.Option(
            "--layout",
            help="A row a result, a row a draw, or a column a date.",
            rich_help_panel=_READ,
        ),
    ] = None
    encoding: Annotated[
        str | None,
        typer.Option(help="Encoding of the text, e.g. windows-1252.", rich_help_panel=_READ),
    ] = None
    delimiter: Annotated[
        str | None,
        typer.Option(help="One character, or comma, semicolon, tab, pipe.", rich_help_panel=_READ),
    ] = None
    sheet: Annotated[
        str | None,
        typer.Option(
            "--sheet", metavar="NAME", help="Sheet of an Excel workbook.", rich_help_panel=_READ
        ),
    ] = None
    ignore: Annotated[
        list[str] | None,
        typer.Option(
            "--ignore",
            metavar="HEADER",
            help="This column changes nothing; repeatable.",
            rich_help_panel=_READ,
        ),
    ] = None
    profile: Annotated[
        str | None,
        typer.Option(
            "--profile",
            metavar="NAME",
            autocompletion=completion.profiles,
            help="Read the columns as this profile says; `profiles list` names them, your own ones "
            "first.",
            rich_help_panel=_READ,
        ),
    ] = None

    @property
    def covariates(self) -> list[str]:
        """The headers of `--map covariate=HEADER`.

        Raises:
            UsageError: `--map` is not of its form.
        """
        carried = [text for text in self.columns or () if _names_covariate(text)]
        return [name for text in carried for name in _pairs([text], "--map", _FORM).values()]

    def options(
        self,
        as_of: str,
        patient: str | None,
        *,
        reject_future: bool = True,
        only_patient: bool = False,
        explain: bool = False,
        files: int = 1,
        covariates: Sequence[str] | None = None,
    ) -> "ReadingOptions":
        """Return the options of reading.

        Args:
            as_of: ISO date. patient: as chosen, if so.
            reject_future: reject later results instead of leaving them out.
            only_patient: a file that names others than the chosen patient is refused.
            explain: tell how every test was understood.
            files: how many are read; of several, not each needs the headers that are named.
            covariates: headers that are carried along beside those of `--map covariate=HEADER`;
                None where the store is filled, which keeps none.

        Raises:
            UsageError: `--map` or `--unit` is not of its form, or there is no such profile.
        """
        from wbc_tracker.intake import ReadingOptions
        from wbc_tracker.schema import DEFAULT_PATIENT

        mapped = [text for text in self.columns or () if not _names_covariate(text)]
        named = self.covariates
        if named and covariates is None:
            raise UsageError(_NOT_KEPT, _WHERE_CARRIED)
        delimiter = self.delimiter or None
        return ReadingOptions(
            as_of=as_of,
            today=today(),
            patient=patient or DEFAULT_PATIENT,
            is_patient_named=bool(patient),
            only_patient=only_patient and bool(patient),
            columns=_pairs(mapped, "--map", _FORM),
            covariates=tuple(dict.fromkeys((*named, *(covariates or ())))),
            units=_pairs(self.units, "--unit", "ANALYTE=UNIT"),
            date_order=_word(self.date_order),
            decimal=_word(self.decimal),
            layout=_word(self.layout),
            encoding=self.encoding or None,
            delimiter=_DELIMITERS.get(delimiter, delimiter) if delimiter else None,
            sheet=self.sheet or None,
            named_profile=_named_profile(self.profile or None),
            explain=explain,
            is_one_of_several=files > 1,
            set_aside=tuple(self.ignore or ()),
            own_profiles=_own_profiles(),
            reject_future=reject_future,
        )


def _named_profile(name: str | None) -> "Profile | None":
    """Return the profile of `--profile NAME`.

    Raises:
        UsageError: there is none of that name, or the user's own file is wrong.
    """
    if name is None:
        return None
    from wbc_tracker.catalog import load_catalog
    from wbc_tracker.catalog.profiles import choose_profile

    return choose_profile(name, profiles_folder(), load_catalog())


def _own_profiles() -> "dict[str, Profile]":
    """Return the user's own profiles that can be read; `profiles list` tells of the others."""
    folder = profiles_folder()
    if not folder.is_dir():
        return {}
    from wbc_tracker.catalog import load_catalog
    from wbc_tracker.catalog.profiles import read_own_profiles

    return read_own_profiles(folder, load_catalog())[0]


def refuse_unknown_headers(options: "ReadingOptions", paths: Sequence[Path]) -> None:
    """Refuse a header that is named with `--map` or `--ignore` and stands in none of several files,
    and a role that no file can have.

    Raises:
        UsageError: naming it.
    """
    if not options.is_one_of_several:
        return
    from wbc_tracker.catalog import load_catalog
    from wbc_tracker.catalog.fold import fold_name
    from wbc_tracker.intake.table.shape import headers_of

    roles = load_catalog().roles_of_files
    if unknown := [role for role in options.columns if role not in roles]:
        raise UsageError(
            f"--map: there is no role {unknown[0]!r}.{did_you_mean(unknown[0], roles)}",
            f"Roles are {', '.join(roles)}.",
        )
    named = {fold_name(name): name for name in (*options.columns.values(), *options.set_aside)}
    if not named or Path("-") in paths:
        return
    there = {fold_name(name) for path in paths for name in headers_of(path, options)}
    if missing := [name for folded, name in named.items() if folded not in there]:
        raise UsageError(
            f"None of the files has a column {missing[0]!r}.", "Write it as it stands in the file."
        )


def _names_covariate(text: str) -> bool:
    """Tell whether `ROLE=HEADER` names a column that is carried along; there may be several."""
    return text.partition("=")[0].strip() == "covariate"


def _word(choice: StrEnum | None) -> str | None:
    return None if choice is None else str(choice)


def _pairs(texts: Sequence[str] | None, option: str, form: str) -> dict[str, str]:
    pairs = {}
    for text in texts or []:
        name, equals, value = text.partition("=")
        if not (equals and name.strip() and value.strip()):
            raise UsageError(f"{option}: {text!r} is not of the form {form}.")
        pairs[name.strip()] = value.strip()
    return pairs
