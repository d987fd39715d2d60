"""How it looks: a folder a format, a file a subject."""
