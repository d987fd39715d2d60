"""What an export was made with: versions, settings, rules and the inputs with their hashes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

#: Settings that tell who is in it, or when.
_IDENTIFYING = ("patient", "since", "until", "reading")


@dataclass(frozen=True)
class Input:
    """One file that was read, now or into the store. `sha256` is None where it could be read only
    once, as a pipe.
    """

    role: str
    file: str
    sha256: str | None


@dataclass(frozen=True)
class MadeWith:
    """What an export was made with.

    Attributes:
        version: of the program. catalogue_version, grading: of the rules that come with it.
        as_of: ISO date. settings: what was asked for, as plain data.
        rules: what the user's own rules say, a set of them each as plain data.
        inputs: the files. disclaimer: what every output ends with.
    """

    version: str
    catalogue_version: str
    grading: str
    as_of: str
    settings: Mapping[str, object]
    rules: Sequence[Mapping[str, object]]
    inputs: Sequence[Input]
    disclaimer: str

    def as_data(self, *, is_shared: bool) -> dict[str, object]:
        """Return it as plain data; of results that are shared without names and dates nothing that
        tells whose they are or when: no inputs, no day, no patient, no span, no headers.
        """
        settings = dict(self.settings)
        told: dict[str, object] = {
            "program": "wbc-tracker",
            "version": self.version,
            "catalogue_version": self.catalogue_version,
            "grading": self.grading,
        }
        if is_shared:
            settings = {key: each for key, each in settings.items() if key not in _IDENTIFYING}
        else:
            told["as_of"] = self.as_of
        hidden = {"file"} if is_shared else set()
        rules = [{key: own[key] for key in own if key not in hidden} for own in self.rules]
        told |= {"settings": settings, "rules": rules}
        if not is_shared:
            told["inputs"] = [vars(each) for each in self.inputs]
        return {**told, "disclaimer": self.disclaimer}
