"""Write anew what the documents show: python tests/readme_refresh.py

The table of flags and sources, the pages of portals and of public names, what the notebook shows, and below each
command of the `console` blocks what it prints. Read the difference before you commit it: what stands there was wanted,
or is a mistake.
"""

from __future__ import annotations

import re
import sys
import tempfile
from pathlib import Path

import notebook_cells
import readme_api
import readme_flags
import readme_portals
from readme import STORIES, Story, cut_steps


def refresh_blocks(document: Path) -> bool:
    """Run the commands of a document and write what they print below them; tell whether that changed it."""
    before = document.read_text(encoding="utf-8")
    with tempfile.TemporaryDirectory() as folder:
        story = Story(Path(folder))

        def printed(block: re.Match[str]) -> str:
            told = (f"$ {step.command}\n{story.run(step.command, step.day)[0]}" for step in cut_steps(block))
            return f"```console\n{''.join(told)}```"

        after = re.sub(r"^```(console)\n(.*?)^```$", printed, before, flags=re.MULTILINE | re.DOTALL)
    document.write_text(after, encoding="utf-8")
    return after != before


if __name__ == "__main__":
    readme_api.write_page()
    readme_flags.write_table()
    readme_portals.write_pages()
    with tempfile.TemporaryDirectory() as folder:
        if notebook_cells.write_outputs(Path(folder)):
            sys.stdout.write("notebook.ipynb has changed.\n")
    for document in STORIES:
        if document.exists() and refresh_blocks(document):
            sys.stdout.write(f"{document.name} has changed.\n")
