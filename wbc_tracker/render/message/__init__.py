"""Plain text to paste into a message to the clinic."""
