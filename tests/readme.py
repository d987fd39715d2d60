"""The README's shell commands and the output it shows beneath them."""

from __future__ import annotations

import re
import sys
from pathlib import Path

README = Path(__file__).parent.parent / "README.md"
_BLOCK = re.compile(r"^```(\w+)\n(.*?)^```$", re.MULTILINE | re.DOTALL)


def blocks() -> list[tuple[str, str]]:
    """Return (language, text) of every fenced block."""
    return _BLOCK.findall(README.read_text(encoding="utf-8"))


def setup_commands() -> list[str]:
    """Return the shell commands of the first two `sh` blocks: install and run, install for tests and test."""
    return [text.strip() for language, text in blocks() if language == "sh"][:2]


def shown() -> list[tuple[str, str]]:
    """Return (command, output) of every `console` block: a line that starts with `$ `, then what it prints."""
    pairs = []
    for language, text in blocks():
        if language == "console":
            command, _, output = text.removeprefix("$ ").partition("\n")
            pairs.append((command, output))
    return pairs


if __name__ == "__main__":
    sys.stdout.write(setup_commands()[int(sys.argv[1])] + "\n")
