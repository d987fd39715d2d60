"""How many examples a slow property tries, in proportion to the profile of Hypothesis (tests/conftest.py)."""

from __future__ import annotations

from hypothesis import settings

#: What the profile `repeatable` tries.
_USUAL = 100


def examples(usual: int) -> int:
    """Return `usual` under the profile of CI, a fifth under `quick` (never under 5), five times under `search`."""
    return max(min(usual, 5), usual * settings.default.max_examples // _USUAL)
