"""What a page may do (Content Security Policy): run its own scripts, and nothing else."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Iterable

#: Scripts run if their hash is in the policy, so that no text in the page can ever become one.
#: Styles are inline because the charts set their own.
_POLICY = (
    "default-src 'none'; script-src {scripts}; style-src 'unsafe-inline'; img-src data:; "
    "base-uri 'none'; form-action 'none'"
)


def page_policy(scripts: Iterable[str], sources: Iterable[str] = ()) -> str:
    """Return the policy of a page.

    Args:
        scripts: the JavaScript between its script tags, exactly as it stands there.
        sources: from where other scripts may come.
    """
    allowed = [*(f"'sha256-{_hash(script)}'" for script in scripts), *sources]
    return _POLICY.format(scripts=" ".join(allowed) or "'none'")


def _hash(script: str) -> str:
    assert "</script" not in script.lower(), "a script must not end its element"
    return base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()
