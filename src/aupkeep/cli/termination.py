"""The end of a service: what is held, and a person's last act about it."""

import click

from aupkeep.cli.acting import AS, open_desk, open_desk_as
from aupkeep.cli.output import listing, output, show


@click.group()
def termination() -> None:
    """Services on hold before their end: list them, show one, end one."""


@termination.command("list")
@output
def termination_list(form: str) -> None:
    """List terminations that stand, and those that ended a service lately."""
    context = open_desk()
    from aupkeep.app.deciding.termination import list_terminations

    rows = list_terminations(context)
    head = ["case", "customer", "resource", "state", "opens", "closes", "told"]
    show(form, rows, lambda: listing(head, rows, "No termination stands."))


@termination.command("show")
@click.argument("reference", metavar="CASE")
@output
def termination_show(reference: str, form: str) -> None:
    """Show the termination of CASE: its dates, its notice, what stands against its end."""
    context = open_desk()
    from aupkeep.app.deciding.termination import show_termination
    from aupkeep.app.deciding.termination_record import termination_lines

    record = show_termination(context, reference)
    show(form, record, lambda: termination_lines(record))


@termination.command("finish")
@click.argument("reference", metavar="CASE")
@click.option("--customer", required=True, help="Whose service it is, typed again.")
@click.option("--reasons", required=True, help="Why, in a sentence the customer will read.")
@AS
@output
def termination_finish(
    reference: str, customer: str, reasons: str, named: tuple[str, ...], form: str
) -> None:
    """End the held service of CASE after its hold; whoever holds it is told."""
    context, person = open_desk_as(named)
    from aupkeep.app.deciding.termination import finish_termination

    result = finish_termination(
        context, reference, customer=customer, reasons=reasons, person=person
    )
    show(form, result)
