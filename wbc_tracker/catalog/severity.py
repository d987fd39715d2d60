"""How severe a flag is, in order."""

from __future__ import annotations

from enum import IntEnum


class Severity(IntEnum):
    """How severe a flag is, from least to most: they compare, and 0 is left for "no flag".

    Printed as its word. JSON and data frames hold `word`, for the number means nothing outside.
    """

    EXPECTED = 1
    INFO = 2
    DISCUSS = 3
    URGENT = 4

    @classmethod
    def of(cls, word: str) -> Severity:
        """Return the severity of a word.

        Raises:
            KeyError: there is none of that word.
        """
        return _SEVERITY_OF[word]

    @property
    def word(self) -> str:
        """Its word: `urgent`."""
        return self.name.lower()

    def __str__(self) -> str:
        return self.word

    def __format__(self, spec: str) -> str:
        return format(self.word, spec)


_SEVERITY_OF = {severity.word: severity for severity in Severity}
