"""`explain`: what the flags, the columns and the JSON of the report mean."""

from __future__ import annotations

import textwrap
from enum import StrEnum
from typing import TYPE_CHECKING, Annotated

import typer

from wbc_tracker.cli.line import completion
from wbc_tracker.cli.line.own_rules import RuleFiles, catalog_with, read_rules_of
from wbc_tracker.cli.output import show
from wbc_tracker.cli.sharing.pseudonymize import SharedDates
from wbc_tracker.cli.written.names import NameSet, cdisc_for
from wbc_tracker.errors import UsageError
from wbc_tracker.near import did_you_mean
from wbc_tracker.wording import visible

if TYPE_CHECKING:
    from wbc_tracker.catalog import Catalog

_WIDTH = 88


class ColumnFormat(StrEnum):
    """How columns are explained."""

    TEXT = "text"
    JSON = "json"


def explain(
    flag: Annotated[
        str | None,
        typer.Argument(
            help="Code of a flag, or D1 to D10; without one all are listed.",
            autocompletion=completion.explained,
        ),
    ] = None,
    columns: Annotated[
        bool, typer.Option("--columns", help="Explain the columns of the export.")
    ] = False,
    dates: Annotated[
        SharedDates | None,
        typer.Option(
            "--dates",
            help="With --columns: those of export --pseudonymize with days or shifted dates.",
        ),
    ] = None,
    names: Annotated[
        NameSet | None,
        typer.Option("--names", help="With --columns: those of export --names cdisc."),
    ] = None,
    column_format: Annotated[
        ColumnFormat,
        typer.Option(
            "--format",
            help="With --columns: text, or JSON (a table schema; of CDISC a dictionary).",
        ),
    ] = ColumnFormat.TEXT,
    rules: RuleFiles = None,
    json_schema: Annotated[
        bool, typer.Option("--json-schema", help="Print the JSON Schema of report --format json.")
    ] = False,
) -> None:
    """Explain a flag (rule, thresholds, sources, what it does not mean), what the document says,
    the columns, or the JSON of the report.
    """
    if rules and (columns or json_schema):
        raise UsageError("--rules changes what flags mean.", "Name a flag, or leave it out.")
    catalog = catalog_with(read_rules_of(rules))
    if json_schema:
        from wbc_tracker.render.json.schema import report_schema

        show(report_schema(catalog))
        return
    if columns:
        _explain_columns(dates, names, column_format, catalog)
        return
    if dates is not None or names is not None:
        option = "--names" if dates is None else "--dates"
        raise UsageError(f"{option} chooses among columns.", "Add --columns.")
    if column_format is not ColumnFormat.TEXT:
        raise UsageError("--format is of columns.", "Add --columns.")
    from wbc_tracker.explanation import explain_flag, explain_statement, list_flags

    if flag is not None and flag.upper() in catalog.statements:
        for line in explain_statement(flag.upper(), catalog):
            show(_wrap(line))
        return
    if flag is not None and flag not in catalog.flags:
        meant = did_you_mean(flag, (*catalog.flags, *catalog.statements))
        raise UsageError(
            f"There is no flag {visible(flag)!r}.{meant}", f"Known are {', '.join(catalog.flags)}."
        )
    for line in explain_flag(flag, catalog) if flag else list_flags(catalog):
        show(_wrap(line))


def _explain_columns(
    dates: SharedDates | None, names: NameSet | None, form: ColumnFormat, catalog: Catalog
) -> None:
    from wbc_tracker.explanation import with_words
    from wbc_tracker.render.json.columns import json_text, table_schema, variable_dictionary
    from wbc_tracker.schema import EXPORT_COLUMNS
    from wbc_tracker.sharing.cdisc_columns import cdisc_columns, described
    from wbc_tracker.sharing.columns import shared_columns

    columns = shared_columns(dates.value) if dates else EXPORT_COLUMNS
    if names is not None:
        cdisc = cdisc_for((), is_shared=dates is not None)
        if form is ColumnFormat.JSON:
            told = described(columns, cdisc, catalog)
            show(json_text(variable_dictionary(cdisc.dataset, told)))
            return
        columns = cdisc_columns(columns, cdisc, catalog)
    if form is ColumnFormat.JSON:
        show(json_text(table_schema(with_words(columns, catalog))))
        return
    for column in columns:
        kind = f"{column.type}, {column.unit}" if column.unit else column.type
        show(_wrap(f"{column.name} ({kind}): {column.meaning}"))


def _wrap(text: str) -> str:
    indent = " " * (len(text) - len(text.lstrip()) + 2)
    return textwrap.fill(
        text, _WIDTH, subsequent_indent=indent, break_long_words=False, break_on_hyphens=False
    )
