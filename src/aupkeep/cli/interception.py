"""Interceptions: what is diverted, and who looked."""

import click

from aupkeep.cli.acting import AS, acting, open_desk, open_desk_as
from aupkeep.cli.output import listing, output, show
from aupkeep.model.as_json import as_json

HEAD = ["action", "case", "state", "address", "destination", "account", "until", "people"]


@click.group()
def interception() -> None:
    """Traffic in transit that is diverted: for what, until when, who looked. Decided by two."""


@interception.command("list")
@output
def interception_list(form: str) -> None:
    """List every interception, the newest first; counts are shown by `look` alone."""
    context = open_desk()
    from aupkeep.app.enforcing.interceptions import list_interceptions

    rows = list_interceptions(context, acting(context))
    show(form, rows, lambda: listing(HEAD, as_json(rows), "Nothing was ever intercepted."))


@interception.command("look")
@click.argument("action")
@click.option("--reason", required=True, help="Why you look; it stands in the journal.")
@AS
@output
def interception_look(action: str, reason: str, named: tuple[str, ...], form: str) -> None:
    """Look at how many connections, or mails, ACTION diverted; that you looked is written down."""
    context, person = open_desk_as(named)
    from aupkeep.app.enforcing.interceptions import look

    show(form, look(context, action, person=person, reason=reason))
