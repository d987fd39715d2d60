"""Blood counts on anti-CD20 therapy, shown against the infusions."""

__version__ = "0.1.0"
