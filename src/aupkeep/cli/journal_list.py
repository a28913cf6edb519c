"""The journal read: its entries, one with its proof, how it stands."""

from collections.abc import Iterator
from typing import Any

import click

from aupkeep.cli.acting import open_desk_for, sees_reporters
from aupkeep.cli.output import listing, output, pairs, show
from aupkeep.model.as_json import as_json
from aupkeep.model.roles import StaffAct


@click.group()
def journal() -> None:
    """Read the journal: list entries, show one with its proof, say how it stands."""


@journal.command("list")
@click.option("--type", "kind", default="", help="Of this type, such as decision-made.")
@click.option("--case", default="", help="About this case, by its reference.")
@click.option("--limit", type=click.IntRange(1, 1000), default=50, show_default=True)
@click.option("--before", type=click.IntRange(min=0), help="Older than the entry of this index.")
@output
def list_(kind: str, case: str, *, limit: int, before: int | None, form: str) -> None:
    """List entries, the newest first."""
    context, _ = open_desk_for(StaffAct.JOURNAL)
    shows = sees_reporters(context)
    from aupkeep.app.pages.journal.load import entry_records

    records = entry_records(kind, case, limit=limit, before=before, reporters=shows)
    head = ["index", "at", "said", "who", "case", "content"]
    show(form, records, lambda: listing(head, records, "No entry."))


@journal.command("show")
@click.argument("index", type=click.IntRange(min=0))
@output
def show_(index: int, form: str) -> None:
    """Show the entry of INDEX, with the proof that it is in the journal."""
    context, _ = open_desk_for(StaffAct.JOURNAL)
    shows = sees_reporters(context)
    from aupkeep.app.pages.journal.load import FAR, entry_details

    details = entry_details(context, index, reporters=shows, most=FAR)
    show(form, details, lambda: _details(as_json(details)))


@journal.command("status")
@output
def status(form: str) -> None:
    """Say how far the journal is signed and cosigned, and what the last verification found."""
    context, _ = open_desk_for(StaffAct.JOURNAL)
    from aupkeep.app.pages.journal.load import journal_standing

    show(form, journal_standing(context))


def _details(details: dict[str, Any]) -> Iterator[str]:
    """The entry, what it says, and its proof, for a person."""
    yield from pairs(details["entry"])
    yield ""
    yield from pairs(details["payload"] or {"payload": "not shown to your role, or gone"})
    yield ""
    yield from pairs(details["proof"] or {"proof": details["unproven"]})
