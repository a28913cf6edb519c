"""What was written to whom, and how far it came."""

from collections.abc import Iterator
from typing import Any

import click

from aupkeep.cli.acting import open_desk, sees_reporters
from aupkeep.cli.output import listing, output, pairs, show
from aupkeep.model.as_json import as_json

WORDS = {"kind": "ntc.kind", "state": "ntc.state"}
STATES = click.Choice(["waiting", "gathered", "sent", "held", "unmailed", "failed", "bounced"])


@click.group()
def notice() -> None:
    """Notices to customers, reporters and staff: list them, show one as it was sent."""


@notice.command("list")
@click.option("--state", type=STATES, help="How far they came; held: listen mode was on.")
@click.option("--customer", default="", help="About cases of this customer.")
@click.option("--case", default="", help="About this case, by its reference.")
@click.option("--limit", type=click.IntRange(1, 1000), default=50, show_default=True)
@click.option("--after", help="Behind the notice with this id.")
@output
def list_(
    state: str | None, customer: str, case: str, *, limit: int, after: str | None, form: str
) -> None:
    """List notices, the newest first."""
    context = open_desk()
    shows = sees_reporters(context)
    from aupkeep.app.pages.notices.load import notice_records

    records = notice_records(state or "", customer, case, limit=limit, after=after, reporters=shows)
    head = ["id", "kind", "recipient", "case", "state", "made_at", "why"]
    show(form, records, lambda: listing(head, records, "No notice.", WORDS))


@notice.command("show")
@click.argument("notice_id", metavar="NOTICE")
@output
def show_(notice_id: str, form: str) -> None:
    """Show one NOTICE with its text; links stand without their secret part."""
    context = open_desk()
    shows = sees_reporters(context)
    from aupkeep.app.pages.notices.load import notice_details

    details = notice_details(notice_id, reporters=shows)
    show(form, details, lambda: _details(as_json(details)))


def _details(details: dict[str, Any]) -> Iterator[str]:
    """The notice, then its text, for a person; tries are named while it still waits."""
    tries = ("attempts", "given_up")
    said = {name: value for name, value in details["notice"].items() if value or name not in tries}
    yield from pairs(said, WORDS)
    yield ""
    yield from (details["text"] or "Not shown to your role.").splitlines()
