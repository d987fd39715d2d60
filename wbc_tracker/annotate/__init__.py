"""Pure derivations, frames in and frames out; `annotate` composes them."""

from wbc_tracker.annotate.compose import annotate

__all__ = ["annotate"]
