"""`patients list | remove`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from wbc_tracker.cli.entries import make_sure
from wbc_tracker.cli.line import completion
from wbc_tracker.cli.line.grammar import Commands
from wbc_tracker.cli.options import Yes
from wbc_tracker.cli.output import remark, show, tell
from wbc_tracker.cli.sources import open_store
from wbc_tracker.wording import count_words, visible

if TYPE_CHECKING:
    from wbc_tracker.store import PatientRecord

app = Commands(help="Who is in the store; erase one.")


@app.command("list")
def list_patients(context: typer.Context) -> None:
    """List the patients."""
    with open_store(context) as store:
        records = store.patients.list()
    if not records:
        show("The store is empty. Start with: wbc-tracker import FILE")
    lines = []
    for record in records:
        span = (
            f", {record.first_at[:10]} to {record.latest_at[:10]}"
            if record.first_at and record.latest_at
            else ""
        )
        counts = [
            f"{count_words(record.results, 'result', 'results')}{span}",
            *_other_counts(record),
        ]
        lines.append(visible(f"{record.patient_id}: {'; '.join(counts)}"))
    if lines:
        show("\n".join(lines))


@app.command("remove")
def remove(
    context: typer.Context,
    patient_id: Annotated[
        str,
        typer.Argument(
            metavar="ID",
            help="The patient.",
            show_default=False,
            autocompletion=completion.patients,
        ),
    ],
    yes: Yes = False,
) -> None:
    """Erase one patient, whole and for good."""
    make_sure(
        f"Erase everything about {patient_id}? This cannot be undone.",
        yes=yes,
        refusal="Erasing cannot be undone, and nobody can be asked here.",
        hint="Add --yes to do it.",
    )
    with open_store(context) as store:
        record = store.patients.erase(patient_id)
        kept = store.kept_copies()
    counts = [count_words(record.results, "result", "results"), *_other_counts(record)]
    tell(visible(f"Erased {record.patient_id}: {', '.join(counts[:-1])} and {counts[-1]}."))
    for copy in kept:
        remark(
            f"Not erased from {copy}, which `store restore` kept: delete it if it is not needed."
        )


def _other_counts(record: PatientRecord) -> list[str]:
    """Return the counts beside the results; events, superseded and removed results only where
    there are some.
    """
    counts = [count_words(record.infusions, "infusion", "infusions")]
    counts += [count_words(record.events, "event", "events")] if record.events else []
    if record.superseded:
        counts.append(count_words(record.superseded, "superseded result", "superseded results"))
    if record.removed:
        counts.append(count_words(record.removed, "removed result", "removed results"))
    return counts
