"""As markdown, to paste into a message."""
