"""How many examples a slow property tries, in proportion to the profile of Hypothesis (tests/conftest.py)."""

from __future__ import annotations

from hypothesis import settings

#: The profile under which a property would try as many as it names.
_WHOLE = 200


def examples(usual: int) -> int:
    """Return half of `usual` under the profile of CI, a tenth under `quick`, never under 5; under `search`, which
    looks for new ones, 2.5 times as many.
    """
    return max(min(usual, 5), usual * settings.default.max_examples // _WHOLE)
