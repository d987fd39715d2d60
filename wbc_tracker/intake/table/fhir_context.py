"""What a FHIR file says around its Observations: which of their versions stands, in which report
or panel they are, what they were measured in, and what they refer to.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from wbc_tracker.intake.column.wrapping import unwrap
from wbc_tracker.intake.file.fhir_json import Placed, Resource

#: States of a report that hold for every result in it, whatever that one says of itself.
WITHDRAWN = ("entered-in-error", "cancelled")


def text_of(value: object) -> str:
    """Return a text, "" for what is none."""
    return unwrap(value) if isinstance(value, str) else ""


def list_of(value: object) -> list[Any]:
    """Return a list, of one where the value is none."""
    return value if isinstance(value, list) else [] if value is None else [value]


def codings_of(concept: object) -> list[Resource]:
    """Return the codes of a concept."""
    codings = list_of(concept.get("coding")) if isinstance(concept, dict) else []
    return [coding for coding in codings if isinstance(coding, dict)]


def texts_of(concept: object) -> list[str]:
    """Return the words of a concept: its own text, then those of its codes."""
    texts = [text_of(concept.get("text"))] if isinstance(concept, dict) else []
    texts += [text_of(c.get("display")) or text_of(c.get("code")) for c in codings_of(concept)]
    return [text for text in texts if text]


@dataclass
class Context:
    """What surrounds the Observations of one file.

    Attributes:
        found: every Observation, in the order of the file. observations: those that stand.
        outdated: how many earlier versions of them, and deleted ones, were left out.
        people: how many Patients the file holds.
    """

    resources: list[Placed]
    found: list[Placed] = field(default_factory=list)
    observations: list[Placed] = field(default_factory=list)
    outdated: int = 0
    people: int = 0
    _by_reference: dict[str, Resource] = field(default_factory=dict)
    _panels: dict[str, list[Resource]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.found = [p for p in self.resources if _kind(p.resource) == "Observation"]
        self.observations = _standing(self.found, {p.deleted for p in self.resources if p.deleted})
        self.outdated = len(self.found) - len(self.observations)
        self.people = len(
            {p.resource.get("id") for p in self.resources if _kind(p.resource) == "Patient"}
        )
        for placed in self.resources:
            if placed.within is None:
                for name in filter(None, (_reference_of(placed.resource), placed.url)):
                    self._by_reference.setdefault(name, placed.resource)
        for placed in self.resources:
            own = placed.resource
            members = "result" if _kind(own) == "DiagnosticReport" else "hasMember"
            for item in list_of(own.get(members)):
                member = text_of(item.get("reference")) if isinstance(item, dict) else ""
                if member:
                    self._panels.setdefault(_last(member), []).append(own)

    def find(self, reference: str, within: Resource) -> Resource:
        """Return the resource a reference means, {} for one that is not in the file."""
        if reference.startswith("#"):
            inside = (item for item in list_of(within.get("contained")) if isinstance(item, dict))
            return next((item for item in inside if item.get("id") == reference[1:]), {})
        found = self._by_reference.get(reference) or self._by_reference.get(_last(reference))
        return found or {}

    def panels_of(self, placed: Placed) -> list[Resource]:
        """Return the reports and panels that an Observation is part of."""
        own = _reference_of(placed.resource)
        if placed.within is not None:
            return [placed.within]
        names = dict.fromkeys(filter(None, (own, _last(placed.url))))
        return [panel for name in names for panel in self._panels.get(name, ())]


def panel_words(own: Resource, panels: list[Resource]) -> Iterator[str]:
    """Yield what the categories, the codes and the panels of an Observation say in words."""
    for resource in (own, *panels):
        for key in ("category", "code"):
            for concept in list_of(resource.get(key)):
                yield from texts_of(concept)


def is_withdrawn(panels: list[Resource]) -> str:
    """Return the state that a withdrawn report gives its results, else ""."""
    reports = (panel for panel in panels if _kind(panel) == "DiagnosticReport")
    states = (text_of(report.get("status")) for report in reports)
    return next((state for state in states if state in WITHDRAWN), "")


def _standing(found: list[Placed], deleted: set[str]) -> list[Placed]:
    """Return the Observations without earlier versions of the same one, and without deleted ones.

    The same one has its id and its patient. What tells no version is kept beside the others.
    """
    newest: dict[tuple[str, str], tuple[float, float]] = {}
    versions = [_version(placed) for placed in found]
    for placed, version in zip(found, versions, strict=True):
        key = _identity(placed.resource)
        if version:
            newest[key] = max(newest.get(key, version), version)
    return [
        placed
        for placed, version in zip(found, versions, strict=True)
        if (version is None or version == newest[_identity(placed.resource)])
        and not (placed.within is None and _reference_of(placed.resource) in deleted)
    ]


def _identity(resource: Resource) -> tuple[str, str]:
    return _reference_of(resource), str(resource.get("subject"))


def _version(placed: Placed) -> tuple[float, float] | None:
    """Return the number of a version and when it was written, None where nothing tells it."""
    meta = placed.resource.get("meta")
    if placed.within is not None or not isinstance(meta, dict) or not placed.resource.get("id"):
        return None
    number, moment = text_of(meta.get("versionId")), _seconds(text_of(meta.get("lastUpdated")))
    version = float(number) if number.isdecimal() else 0.0, moment
    return version if any(version) else None


def _seconds(moment: str) -> float:
    """Return a moment as seconds, 0 where it is none."""
    try:
        found = datetime.fromisoformat(moment)
    except ValueError:
        return 0.0
    return (found if found.tzinfo else found.replace(tzinfo=UTC)).timestamp()


def _kind(resource: Resource) -> str:
    return text_of(resource.get("resourceType"))


def _reference_of(resource: Resource) -> str:
    """Return `Type/id`, "" for a resource without an id."""
    own = text_of(resource.get("id"))
    return f"{_kind(resource)}/{own}" if own else ""


def _last(reference: str) -> str:
    """Return `Type/id` of an address, without a version behind it."""
    return "/".join(reference.partition("/_history/")[0].split("/")[-2:])
