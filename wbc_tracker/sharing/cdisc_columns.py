"""The columns of an export in the names of CDISC: what each holds and means."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from wbc_tracker.catalog import Catalog
from wbc_tracker.catalog.cdisc import Cdisc, Variable
from wbc_tracker.schema import DAY, MOMENT, Column

_TIMES = {"date": DAY, "datetime": MOMENT}


def cdisc_columns(columns: Sequence[Column], cdisc: Cdisc, catalog: Catalog) -> tuple[Column, ...]:
    """Return the columns of the export in CDISC's names; those that no variable is made of, as
    covariates, stay as they are behind.
    """
    told = described(columns, cdisc, catalog)
    used = {name for variable, _ in told for name in variable.source}
    rest = (column for column in columns if column.name not in used)
    return (*(column for _, column in told), *rest)


def described(
    columns: Sequence[Column], cdisc: Cdisc, catalog: Catalog
) -> list[tuple[Variable, Column]]:
    """Return each variable that can be made of some columns, with the column that it is."""
    units = {column.name: column.unit for column in columns}
    variables = cdisc.variables_from(units)
    return [(variable, _column(variable, units, cdisc, catalog)) for variable in variables]


def _column(variable: Variable, units: Mapping[str, str], cdisc: Cdisc, catalog: Catalog) -> Column:
    label, told = f"{variable.label}.", variable.derivation
    is_text = variable.type in ("text", *_TIMES)
    unit = _TIMES.get(variable.type, "" if is_text else units[variable.source[0]])
    return Column(
        variable.name,
        "text" if is_text else "integer" if variable.type == "integer" else "number",
        unit.replace("the column `unit`", "the column `AVALU`").replace("UCUM", ""),
        f"{label} {told}".rstrip(),
        words=code_words(variable, cdisc, catalog),
        label=variable.label,
    )


def code_words(variable: Variable, cdisc: Cdisc, catalog: Catalog) -> tuple[str, ...]:
    """Return all words that can stand in a variable; none where that is open."""
    lists: dict[str, Sequence[str]] = {
        "PARAMCD": [code for code, _ in cdisc.parameters.values()],
        "PARAM": list(parameter_names(cdisc, catalog).values()),
        "AVALU": sorted({analyte.unit for analyte in catalog.analytes.values()}),
        "TRT01A": list(catalog.drugs),
        "TRTA": list(catalog.drugs),
        "ATOXDSCL": [grading.term for grading in catalog.gradings.values()],
    }
    return tuple(dict.fromkeys(variable.words.values())) or tuple(lists.get(variable.name, ()))


def parameter_names(cdisc: Cdisc, catalog: Catalog) -> dict[str, str]:
    """Return analyte -> name of its parameter with the unit, `Leukocytes (10*9/L)`."""
    units = {name: catalog.analytes[name].unit for name in cdisc.parameters}
    return {
        name: told if units[name] == "1" else f"{told} ({units[name]})"
        for name, (_, told) in cdisc.parameters.items()
    }
