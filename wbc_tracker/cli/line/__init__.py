"""The line that is typed: how its words are taken, and which one to type next."""
