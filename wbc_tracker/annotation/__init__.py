"""Pure derivations, frames in and frames out; `annotate` composes them."""

from wbc_tracker.annotation.compose import annotate

__all__ = ["annotate"]
