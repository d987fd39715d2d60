"""The columns that hold values, and the columns beside each that speak about its values only."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from wbc_tracker.catalog import Catalog
from wbc_tracker.catalog.columns import header_words
from wbc_tracker.catalog.fold import fold_name
from wbc_tracker.intake.options import ReadingOptions
from wbc_tracker.intake.table.head import TableHead
from wbc_tracker.intake.table.headers import PER_RESULT, HeaderWords, TestHeader, read_test_header

#: Roles of a column that is named after one test.
PER_TEST = (*PER_RESULT, "status", "collected_at")
_OF = frozenset(
    ("of", "de", "der", "des", "du", "della", "do", "da", "af", "av", "van", "for", "the")
)
_UNIT_IN_BRACKETS = re.compile(r"^.*?[(\[]([^()\[\]]*)[)\]]\s*$", re.DOTALL)
_NUMBERED = re.compile(r"^(.*?)[\s_.]*[0-9]$")
_NO_COLUMNS: Mapping[str, int] = {}


@dataclass(frozen=True)
class ValueColumn:
    """A column of values.

    Attributes:
        index: its place. header: its header.
        name: the printed test in a wide file. date: the printed date in a flowsheet. Both ""
            elsewhere.
        unit: the unit in the header, or "". interval: the interval under the header, or "".
        beside: role -> column, for what speaks about this column's values only.
    """

    index: int
    header: str
    name: str = ""
    date: str = ""
    unit: str = ""
    interval: str = ""
    beside: Mapping[str, int] = field(default_factory=lambda: _NO_COLUMNS)


def test_columns(
    head: TableHead, taken: set[int], options: ReadingOptions, catalog: Catalog
) -> list[ValueColumn]:
    """Return the columns of tests in a wide file, each with the columns beside it (`WBC unit`, or
    `unit` to its right).

    Args:
        head: the header. taken: columns that play another part.
        options: names of a profile. catalog: names and units.
    """
    found: list[ValueColumn] = []
    for index, text in enumerate(head.header):
        if index in taken or not text or fold_name(text) in options.ignore:
            continue
        named = options.names.get(fold_name(text))
        test = _not_a_date_or_state(read_test_header(text, catalog), catalog)
        interval = head.intervals[index] if head.intervals else ""
        if named or test:
            name, unit = (text, "") if named or test is None else (test.name, test.unit)
            found.append(ValueColumn(index, text, name=name, unit=unit, interval=interval))
    return _with_values_and_beside(head, found, catalog)


def _with_values_and_beside(
    head: TableHead, found: list[ValueColumn], catalog: Catalog
) -> list[ValueColumn]:
    """Attach to each test the columns named after it (`WBC range`),
    and the unnamed ones right behind it.
    """
    spelled = {
        fold_name(text): role for role in (*PER_TEST, "value") for text in _spellings(role, catalog)
    }
    taken = {column.index for column in found}
    beside: dict[int, dict[str, int]] = {column.index: {} for column in found}
    by_name = {fold_name(column.name): column.index for column in found}
    values: list[ValueColumn] = []
    owner = -1
    repeated = _repeated_roles(head.header, spelled)
    for index, text in enumerate(head.header):
        if index in taken:
            owner = index
            continue
        name, role = _split_role(fold_name(text), spelled)
        if role == "value" and name and read_test_header(name, catalog) and name not in by_name:
            values.append(ValueColumn(index, text, name=_printed_name(text, name)))
            beside[index], by_name[name], owner = {}, index, index
        elif name in by_name and role in PER_RESULT:
            beside[by_name[name]].setdefault(role, index)
        elif own := _own_date_or_state(text, by_name, spelled):
            beside[own[0]].setdefault(own[1], index)
            owner = own[0]
        elif not name and role in repeated and owner >= 0 and role not in beside[owner]:
            beside[owner][role] = index
        elif role not in repeated:
            owner = -1
    columns = sorted([*found, *values], key=lambda column: column.index)
    return [replace(column, beside=beside[column.index]) for column in columns]


def _spellings(role: str, catalog: Catalog) -> tuple[str, ...]:
    return (role, *catalog.words.roles[role])


def _split_role(folded: str, spelled: Mapping[str, str]) -> tuple[str, str]:
    """Return the name and the role of a folded header such as `wbc unit`; ("",
    role) for the bare role.
    """
    if folded in spelled:
        return "", spelled[folded]
    words = folded.split()
    for length in (1, 2, 3):
        end = " ".join(words[-length:])
        if len(words) > length and end in spelled:
            return " ".join(words[:-length]), spelled[end]
    return folded, ""


def _not_a_date_or_state(test: TestHeader | None, catalog: Catalog) -> TestHeader | None:
    """Return the test that a header names, or None where its brackets hold no unit but a word for a
    date or a state: `CD19 (collected)`.
    """
    words = {fold_name(t) for role in ("collected_at", "status") for t in _spellings(role, catalog)}
    return None if test and fold_name(test.unit) in words else test


def _own_date_or_state(
    text: str, by_name: Mapping[str, int], spelled: Mapping[str, str]
) -> tuple[int, str] | None:
    """Return the column of a test and `collected_at` or `status`, where a header names both: `CD19
    date`, `Date of CD19`, `CD19Date`.
    """
    for folded in (fold_name(text), header_words(text)):
        words = folded.split()
        for cut in range(1, len(words)):
            for end, name in ((words[cut:], words[:cut]), (words[:cut], words[cut:])):
                role = spelled.get(" ".join(end), "")
                while name and name[0] in _OF:
                    name = name[1:]
                found = by_name.get(" ".join(name))
                if role in ("collected_at", "status") and found is not None:
                    return found, role
    return None


def _printed_name(text: str, folded: str) -> str:
    """Return the beginning of a header that folds to a name: `White cells` of `White
    cells_result`.
    """
    cuts = [match.start() for match in re.finditer(r"[\s_.,:;-]+", text)]
    return next((text[:cut] for cut in reversed(cuts) if fold_name(text[:cut]) == folded), folded)


def _repeated_roles(header: list[str], spelled: Mapping[str, str]) -> set[str]:
    """Return the per-result roles that several columns bear: then each belongs to the test on its
    left.
    """
    roles = [spelled.get(fold_name(text), "") for text in header]
    return {role for role in roles if role in PER_RESULT and roles.count(role) > 1}


def values_of_long(
    header: list[str], candidates: Mapping[str, list[int]], words: HeaderWords
) -> list[ValueColumn]:
    """Return the columns of values of a long file.

    Usually one. Several are accepted where each has a unit of its own, in its header or in the unit
    column right behind it: percent and absolute count on one line. A header that is nothing but a
    unit is such a column, too. Where several could be the value and have none, all candidates stay
    and the roles are refused.
    """
    plain = candidates.get("value", [])
    grouped = _grouped(header, plain, candidates.get("unit", []), words)
    if len(grouped) > 1:
        return grouped
    if len(plain) == 1:
        return [ValueColumn(plain[0], header[plain[0]], unit=_own_unit(header[plain[0]], words))]
    if plain:
        return []
    numbered = [i for i, text in enumerate(header) if _value_with_unit(text, words)]
    bare = numbered or [i for i, text in enumerate(header) if text and words.is_unit(text)]
    return [ValueColumn(i, header[i], unit=_own_unit(header[i], words) or header[i]) for i in bare]


def _grouped(
    header: list[str], plain: list[int], units: list[int], words: HeaderWords
) -> list[ValueColumn]:
    """Return several value columns, or nothing where one of them has no unit of its own."""
    marked = [i for i, text in enumerate(header) if words.role_of(_bare(text, words)) == "value"]
    unit_columns = {
        *units,
        *(i for i, text in enumerate(header) if words.role_of(_bare(text, words)) == "unit"),
    }
    found = []
    for index in sorted(
        {*plain, *marked, *(i for i, t in enumerate(header) if _value_with_unit(t, words))}
    ):
        unit = _own_unit(header[index], words)
        if unit:
            found.append(ValueColumn(index, header[index], unit=unit))
        elif index + 1 in unit_columns:
            found.append(ValueColumn(index, header[index], beside={"unit": index + 1}))
        else:
            return []
    return found


def _bare(text: str, words: HeaderWords) -> str:
    """Return a header without a number at its end and without words for count or percentage."""
    match = _NUMBERED.match(text)
    return words.without_marks(match[1] if match else text)


def _own_unit(text: str, words: HeaderWords) -> str:
    match = _UNIT_IN_BRACKETS.match(text)
    return match[1].strip() if match and words.is_unit(match[1].strip()) else ""


def _value_with_unit(text: str, words: HeaderWords) -> bool:
    """Tell whether a header is a word for the value with a unit, such as `Result (%)`."""
    match = re.match(r"^(.*?)\s*[(\[]", text)
    return bool(match and words.role_of(match[1]) == "value" and _own_unit(text, words))
