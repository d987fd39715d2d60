"""The spellings of the world: one TOML file a language, and what they say together."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field

from wbc_tracker.catalog.fold import fold_name, fold_words, spell_out
from wbc_tracker.errors import CatalogError

Texts = tuple[str, ...]


@dataclass(frozen=True)
class Marks:
    """Words beside the name of a test: they say count or percentage, or nothing that matters here.

    `serum` words change nothing beside an analyte that is measured in serum; hemoglobin of plasma
    is another test. `elsewhere` says that another laboratory measured it, `panel` under which title
    it was ordered: neither changes the test. `another` words make another test of a known name
    (`band`, `immature`); beside one of them nobody is told that the name looks like a known one.
    """

    count: Texts = ()
    percent: Texts = ()
    plain: Texts = ()
    serum: Texts = ()
    elsewhere: Texts = ()
    panel: Texts = ()
    another: Texts = ()


@dataclass(frozen=True)
class CellWords:
    """Words in the cells of values, intervals and units.

    `high`, `low` and `other` are marks of the laboratory. `ranges` are the words before and between
    two limits: `["von", "bis"]`. `units` stand in the first cell of a row that holds the units of a
    table.
    """

    no_result: Texts = ()
    no_range: Texts = ()
    high: Texts = ()
    low: Texts = ()
    other: Texts = ()
    ranges: tuple[Texts, ...] = ()
    units: Texts = ()


@dataclass(frozen=True)
class DateWords:
    """Words in dates: months by number, weekdays, ends of ordinals, words between the parts,
    words of a time.
    """

    months: dict[str, Texts] = field(default_factory=dict)
    weekdays: Texts = ()
    ordinals: Texts = ()
    links: Texts = ()
    clock: Texts = ()


@dataclass(frozen=True)
class PersonWords:
    """Words of headers that may name patients, and words that say a header is about something
    else.
    """

    hints: Texts = ()
    exempt: Texts = ()


@dataclass(frozen=True)
class Language:
    """What one file says. `names` mean one analyte; `stems` the count or its percentage alike.

    `date_order` is `dmy` where nobody writes a dotted date with the month first.
    """

    language: str
    date_order: str = ""
    other_fluids: Texts = ()
    names: dict[str, Texts] = field(default_factory=dict)
    stems: dict[str, Texts] = field(default_factory=dict)
    marks: Marks = field(default_factory=Marks)
    units: dict[str, Texts] = field(default_factory=dict)
    cells: CellWords = field(default_factory=CellWords)
    comparators: dict[str, Texts] = field(default_factory=dict)
    dates: DateWords = field(default_factory=DateWords)
    people: PersonWords = field(default_factory=PersonWords)
    roles: dict[str, Texts] = field(default_factory=dict)
    spare_roles: dict[str, Texts] = field(default_factory=dict)
    infusion_roles: dict[str, Texts] = field(default_factory=dict)


@dataclass(frozen=True)
class Words:
    """Words of all languages that are not names or units.

    Headers by role are folded like names by whoever asks; a header of `spare_roles` plays its role
    only where none of `roles` does ("Visit Date" beside "Collection Date" is another date). Patient
    words and fluids are single folded words; `day_first` are the folded headers of dates that only
    languages with the day first have. Everything else is in the form of `fold_words`, beside the
    form that has only lost its case.
    """

    no_result: Texts
    no_range: Texts
    result_marks: Texts
    high_marks: Texts
    low_marks: Texts
    range_words: tuple[Texts, ...]
    unit_row: Texts
    comparators: dict[str, str]
    months: dict[str, int]
    weekdays: Texts
    ordinals: Texts
    date_links: Texts
    clock: Texts
    patient_hints: Texts
    patient_exempt: Texts
    other_fluids: Texts
    day_first: frozenset[str]
    roles: dict[str, Texts]
    spare_roles: dict[str, Texts]
    infusion_roles: dict[str, Texts]


@dataclass(frozen=True)
class Spellings:
    """What all languages say together: names and stems by analyte, spellings by unit,
    marks and words.
    """

    names: dict[str, Texts]
    stems: dict[str, Texts]
    units: dict[str, Texts]
    marks: Marks
    words: Words


def combine(languages: Mapping[str, Language]) -> Spellings:
    """Put the languages together, by file name.

    Raises:
        CatalogError: a word with two meanings, such as a month that is another month elsewhere.
    """
    tongues = list(languages.values())
    return Spellings(
        names=_by_key(t.names for t in tongues),
        stems=_by_key(t.stems for t in tongues),
        units=_by_key(t.units for t in tongues),
        marks=Marks(
            count=_all(tongues, lambda t: t.marks.count, _folded_name),
            percent=_all(tongues, lambda t: t.marks.percent, _folded_name),
            plain=_all(tongues, lambda t: t.marks.plain, _folded_name),
            serum=_all(tongues, lambda t: t.marks.serum, _folded_name),
            elsewhere=_all(tongues, lambda t: t.marks.elsewhere, _folded_name),
            panel=_all(tongues, lambda t: t.marks.panel, _folded_name),
            another=_all(tongues, lambda t: t.marks.another, _folded_name),
        ),
        words=_words(tongues),
    )


def _words(tongues: list[Language]) -> Words:
    high = _all(tongues, lambda t: t.cells.high, _forms)
    low = _all(tongues, lambda t: t.cells.low, _forms)
    pairs = [
        (shape(start), shape(end))
        for tongue in tongues
        for start, end in tongue.cells.ranges
        for shape in (str.casefold, fold_words)
    ]
    return Words(
        no_result=_all(tongues, lambda t: t.cells.no_result, _forms),
        no_range=_all(tongues, lambda t: t.cells.no_range, _forms),
        result_marks=(*high, *low, *_all(tongues, lambda t: t.cells.other, _forms)),
        high_marks=high,
        low_marks=low,
        range_words=tuple(dict.fromkeys(pairs)),
        unit_row=_all(tongues, lambda t: t.cells.units, _forms),
        comparators=_one_meaning(
            (
                (text, sign)
                for t in tongues
                for sign, texts in t.comparators.items()
                for text in texts
            )
        ),
        months=_months(tongues),
        weekdays=_all(tongues, lambda t: t.dates.weekdays, _forms),
        ordinals=_all(tongues, lambda t: t.dates.ordinals, _forms),
        date_links=_all(tongues, lambda t: t.dates.links, _forms),
        clock=_all(tongues, lambda t: t.dates.clock, _forms),
        patient_hints=_all(tongues, lambda t: t.people.hints, _folded_name),
        patient_exempt=_all(tongues, lambda t: t.people.exempt, _folded_name),
        other_fluids=_all(tongues, lambda t: t.other_fluids, _folded_name),
        day_first=_day_first(tongues),
        roles=_by_key(t.roles for t in tongues),
        spare_roles=_by_key(t.spare_roles for t in tongues),
        infusion_roles=_by_key(t.infusion_roles for t in tongues),
    )


def _day_first(tongues: list[Language]) -> frozenset[str]:
    """Return the headers of dates that say in which order their dates are written."""
    headers = {
        order: {
            form
            for tongue in tongues
            if (tongue.date_order == "dmy") == order
            for table in (tongue.roles, tongue.spare_roles)
            for text in table.get("collected_at", ())
            for form in _folded_name(text)
        }
        for order in (True, False)
    }
    return frozenset(headers[True] - headers[False])


def _all(
    tongues: Iterable[Language],
    choose: Callable[[Language], Texts],
    shape: Callable[[str], Iterable[str]],
) -> Texts:
    """Return the shapes of the chosen words of all languages, each once."""
    return tuple(
        dict.fromkeys(form for tongue in tongues for text in choose(tongue) for form in shape(text))
    )


def _forms(text: str) -> list[str]:
    return [text.casefold(), *(fold_words(form) for form in spell_out(text))]


def _folded_name(text: str) -> list[str]:
    return [fold_name(form) for form in spell_out(text)]


def _by_key(tables: Iterable[Mapping[str, Texts]]) -> dict[str, Texts]:
    """Return key -> the texts of all tables, with the forms in which they are typed without
    special letters.
    """
    found: dict[str, dict[str, None]] = {}
    for table in tables:
        for key, texts in table.items():
            found.setdefault(key, {}).update(
                dict.fromkeys(form for text in texts for form in spell_out(text))
            )
    return {key: tuple(texts) for key, texts in found.items()}


def _months(tongues: Iterable[Language]) -> dict[str, int]:
    named = [
        (text, number)
        for t in tongues
        for number, texts in t.dates.months.items()
        for text in texts
    ]
    if wrong := [
        number for _, number in named if number not in {str(month) for month in range(1, 13)}
    ]:
        raise CatalogError(f"languages: there is no month {wrong[0]}.")
    return {text: int(number) for text, number in _one_meaning(named).items()}


def _one_meaning(spelled: Iterable[tuple[str, str]]) -> dict[str, str]:
    """Return every form of the texts with its meaning.

    Raises:
        CatalogError: a form has two meanings.
    """
    meanings: dict[str, str] = {}
    for text, meaning in spelled:
        for form in _forms(text):
            if meanings.setdefault(form, meaning) != meaning:
                raise CatalogError(
                    f"languages: {form!r} would mean both {meanings[form]} and {meaning}."
                )
    return meanings
