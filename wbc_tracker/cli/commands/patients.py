"""`patients list | remove | restore | rename | merge`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from wbc_tracker.cli.clock import now
from wbc_tracker.cli.entries import make_sure
from wbc_tracker.cli.line import completion
from wbc_tracker.cli.line.grammar import Commands
from wbc_tracker.cli.line.typed import command_line
from wbc_tracker.cli.mended.entries import tell_joined
from wbc_tracker.cli.options import Yes
from wbc_tracker.cli.output import remark, show, tell
from wbc_tracker.cli.sources import open_store
from wbc_tracker.wording import count_words, visible

if TYPE_CHECKING:
    from wbc_tracker.store import PatientRecord

app = Commands(help="Who is in the store; rename, merge or erase one.")
Patient = Annotated[
    str,
    typer.Argument(
        metavar="ID",
        help="The patient.",
        show_default=False,
        autocompletion=completion.patients,
    ),
]
Old = Annotated[
    str,
    typer.Argument(
        metavar="OLD",
        help="Who has another id.",
        show_default=False,
        autocompletion=completion.patients,
    ),
]


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
        formerly = f" (also {', '.join(record.formerly)})" if record.formerly else ""
        lines.append(visible(f"{record.patient_id}{formerly}: {'; '.join(counts)}"))
    if lines:
        show("\n".join(lines))


@app.command("remove")
def remove(
    context: typer.Context,
    patient_id: Patient,
    yes: Yes = False,
) -> None:
    """Erase one patient, whole and for good. What files name under the id later is kept out."""
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
    restore = command_line(context, "patients", "restore", record.patient_id)
    remark(
        f"Files that name {record.patient_id!r} are kept out from now on. To let them in: {restore}"
    )
    for copy in kept:
        remark(
            f"Not erased from {copy}, which `store restore` kept: delete it if it is not needed."
        )


@app.command("restore")
def restore(context: typer.Context, patient_id: Patient) -> None:
    """Take in again what files name under an erased id; what was erased does not come back."""
    with open_store(context) as store:
        store.patients.let_in(patient_id)
    tell(
        visible(f"What files name under {patient_id!r} is taken in again. Nothing erased is back.")
    )


@app.command("rename")
def rename(
    context: typer.Context,
    old: Old,
    new: Annotated[str, typer.Argument(metavar="NEW", help="The new id.", show_default=False)],
) -> None:
    """Give a patient another id; what files name under the old one goes to the new one."""
    with open_store(context) as store:
        joined = store.patients.rename(old, new, now())
    tell_joined(context, f"Renamed {old!r} to {new!r}", joined)


@app.command("merge")
def merge(
    context: typer.Context,
    old: Old,
    new: Annotated[
        str,
        typer.Argument(
            metavar="INTO",
            help="Who that is.",
            show_default=False,
            autocompletion=completion.patients,
        ),
    ],
) -> None:
    """Make two ids one patient, under the second; later files of the first go there too."""
    with open_store(context) as store:
        joined = store.patients.merge(old, new, now())
    tell_joined(context, f"Merged {old!r} into {new!r}", joined)


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
