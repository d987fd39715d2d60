"""The table of flags beside the catalogue: generated from it, committed, and compared by a test.

To write it anew after a wanted change of the catalogue: python tests/readme_flags.py
"""

from __future__ import annotations

from pathlib import Path

from wbc_tracker.catalog import Catalog, load_catalog
from wbc_tracker.explanation import severity_words, sources_of, threshold_words

RULES = Path(__file__).parent.parent / "wbc_tracker" / "catalog" / "RULES.md"
BEGIN, END = "<!-- flags: begin -->\n\n", "\n\n<!-- flags: end -->"


def flag_table(catalog: Catalog) -> str:
    """Return the flags with rule, thresholds and sources as Markdown; below the table all sources of the catalogue."""
    numbers: dict[str, int] = {}
    lines = ["| flag | severity | rule | thresholds | sources |", "|---|---|---|---|---|"]
    for flag in catalog.flags.values():
        sources = [numbers.setdefault(source, len(numbers) + 1) for source in sources_of(flag, catalog)]
        thresholds = "; ".join(words.partition(": ")[0] if flag.analyte is None else words
                               for words, _ in threshold_words(flag, catalog))  # fmt: skip
        cells = (f"`{flag.code}`", severity_words(flag), flag.rule, thresholds, ", ".join(map(str, sources)))
        lines.append(f"| {' | '.join(cells)} |")
    told = [catalog.sources[source] for source in numbers]
    others = [source for id, source in catalog.sources.items() if id not in numbers]
    return "\n".join(
        [
            *lines,
            "",
            *(f"{n}. {source.text} ({source.certainty})" for n, source in enumerate(told, 1)),
            "",
            "## Sources of drugs, intervals, variation and units",
            "",
            *(f"- {source.text} ({source.certainty})" for source in others),
        ]
    )


def committed_table() -> str:
    """Return what stands between the two markers."""
    _, _, rest = RULES.read_text(encoding="utf-8").partition(BEGIN)
    return rest.partition(END)[0]


def write_table() -> None:
    """Put what the catalogue says between the two markers."""
    before, _, rest = RULES.read_text(encoding="utf-8").partition(BEGIN)
    after = rest.partition(END)[2]
    RULES.write_text(f"{before}{BEGIN}{flag_table(load_catalog())}{END}{after}", encoding="utf-8")


if __name__ == "__main__":
    write_table()
