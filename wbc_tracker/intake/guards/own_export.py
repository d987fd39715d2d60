"""A file that `export` has written is no lab file: it holds what was calculated, too.

Its derived counts would become results, and the catalogue's intervals the laboratory's.
"""

from __future__ import annotations

from collections.abc import Sequence

from wbc_tracker.errors import UnreadableFileError

#: Columns that no laboratory has, at least not under these names together.
_OURS = frozenset(("ref_source", "derivation", "phase", "baseline_kind", "ctcae_v5_grade"))


def refuse_own_export(file: str, header: Sequence[str]) -> None:
    """Refuse annotated results that this program has written.

    Raises:
        UnreadableFileError: saying what to import in its place.
    """
    if _OURS.issubset(header):
        raise UnreadableFileError(
            f"{file} is an export of this program: counts that it calculated and intervals of its "
            "catalogue stand among what the laboratory printed.",
            "Import the files it was made from. Results go from one store to another with: "
            "wbc-tracker result list --format csv > results.csv",
        )
