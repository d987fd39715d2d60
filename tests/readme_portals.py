"""The page of portals in examples/: made from the profiles of the catalogue, and compared by a test.

To write it anew after a wanted change of a profile: python tests/readme_refresh.py
"""

from __future__ import annotations

from pathlib import Path

from wbc_tracker.catalog.profiles import Profile, load_profiles

PORTALS = Path(__file__).parent.parent / "examples" / "portals.md"
BEGIN, END = "<!-- profiles: begin -->\n\n", "\n\n<!-- profiles: end -->"

#: What one gets there -> what that means for whoever wants a table.
GIVES = {
    "CSV": "a CSV file",
    "page": "a page, no CSV: you copy its table",
    "PDF": "a PDF, no CSV: you copy its table",
    "paper": "paper: you type a table",
    "database": "a table of a research database",
}
#: Role -> what stands in its column; roles of one meaning are told once.
HOLDS = {
    "patient_id": "the patient",
    "collected_at": "date of the draw",
    "analyte": "test",
    "loinc": "LOINC code",
    "value": "value",
    "comparator": "comparator",
    "unit": "unit",
    "ref_low": "laboratory's interval",
    "ref_high": "laboratory's interval",
    "ref_range": "laboratory's interval",
    "abnormal_flag": "mark (high, low)",
    "specimen": "specimen",
    "collected_time": "time of the draw",
    "accession": "number of the sample",
    "status": "status of the result",
}
ORDERS = {"dmy": "day first", "mdy": "month first", "ymd": "year first"}


def portal_pages() -> str:
    """Return the table of all profiles, then each one: how to get the file, what it holds, what to mind."""
    order = list(GIVES)
    profiles = sorted(load_profiles().values(), key=lambda one: (order.index(one.gives or ""), one.id))
    head = ["| profile | what it gives you | known by itself | says whose | interval | dates that prove nothing |"]
    table = "\n".join([*head, "|---|---|---|---|---|---|", *(_row(one) for one in profiles)])
    return "\n\n".join([table, *(_page(one) for one in profiles)])


def _row(profile: Profile) -> str:
    """Return what such a file tells and does not tell, as a row of the table."""
    cells = (
        f"[{profile.id}](#{profile.id})",
        GIVES[profile.gives or ""],
        "yes" if profile.headers else f"no: `--profile {profile.id}`",
        _yes("patient_id" in profile.columns),
        _yes(bool({"ref_low", "ref_high", "ref_range"} & set(profile.columns))),
        ORDERS[profile.date_order] if profile.date_order else "refused",
    )
    return f"| {' | '.join(cells)} |"


def _yes(true: bool) -> str:
    return "yes" if true else "no"


def _page(profile: Profile) -> str:
    """Return the part of one profile."""
    holds = ", ".join(dict.fromkeys(HOLDS[role] for role in profile.columns))
    headers = ", ".join(f"`{header}`" for header in profile.columns.values())
    lines = [f"- In it: {holds}.", f"- Its headers: {headers}." if profile.has_header else "- No header line."]
    lines += [f"- {profile.limits}"] if profile.limits else []
    return "\n".join([f"### {profile.id}", "", f"**{profile.title}.** {profile.description}", "", *lines])


def committed_pages() -> str:
    """Return what stands between the two markers."""
    _, _, rest = PORTALS.read_text(encoding="utf-8").partition(BEGIN)
    return rest.partition(END)[0]


def write_pages() -> None:
    """Put what the catalogue says between the two markers."""
    before, _, rest = PORTALS.read_text(encoding="utf-8").partition(BEGIN)
    PORTALS.write_text(f"{before}{BEGIN}{portal_pages()}{END}{rest.partition(END)[2]}", encoding="utf-8")
