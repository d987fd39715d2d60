"""Shared by all tests: properties are repeatable.

Hypothesis tries the same examples in every run, so that a run says something about the change and not about
its luck. `HYPOTHESIS_PROFILE=quick python -m pytest` tries few of them, for the inner loop; `search` looks for
new ones.
"""

import os

from hypothesis import settings

settings.register_profile("repeatable", derandomize=True, deadline=None)
settings.register_profile("quick", derandomize=True, deadline=None, max_examples=20)
settings.register_profile("search", deadline=None, max_examples=500)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "repeatable"))
