"""Tickets: mails that the desk handed over to the provider's ticket system."""

import click

from aupkeep.cli.acting import AS, open_desk_as, open_desk_for
from aupkeep.cli.output import listing, output, show
from aupkeep.model.roles import StaffAct


@click.group()
def ticket() -> None:
    """Mails that were handed over to the ticket system."""


@ticket.command("list")
@click.option("--closed", is_flag=True, help="Those that were closed there.")
@click.option("--limit", type=click.IntRange(1, 1000), default=50, show_default=True)
@output
def list_(limit: int, form: str, *, closed: bool) -> None:
    """List the open ones, the newest first."""
    open_desk_for(StaffAct.SEE_REPORTERS)
    from aupkeep.app.deciding.tickets import list_tickets

    rows = list_tickets(limit, closed=closed)
    head = ["reference", "number", "report", "case", "handed_at", "handed_by", "closed_at", "why"]
    show(form, rows, lambda: listing(head, rows, "None."))


@ticket.command("open")
@click.argument("name")
@click.option("--note", default="", help="Words to whoever works on it there.")
@click.option("--report", default="", help="Which report of a case; the newest without it.")
@AS
@output
def open_(name: str, note: str, report: str, named: tuple[str, ...], form: str) -> None:
    """Hand over NAME: a case by its reference, or a report by its id, with the original mail."""
    context, person = open_desk_as(named)
    from aupkeep.app.deciding.tickets import open_ticket

    show(form, open_ticket(context, name, note, person=person, report=report))


@ticket.command("close")
@click.argument("reference")
@click.option("--reason", required=True, help="What became of it there.")
@AS
@output
def close(reference: str, reason: str, named: tuple[str, ...], form: str) -> None:
    """Say by hand that the ticket system closed REFERENCE."""
    context, person = open_desk_as(named)
    from aupkeep.app.deciding.tickets import close_ticket

    show(form, close_ticket(context, reference, reason, person=person))
