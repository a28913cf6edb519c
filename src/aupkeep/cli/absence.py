"""Absences of the desk's people: list, set, end."""

import click

from aupkeep.cli.acting import AS, open_desk, open_desk_as
from aupkeep.cli.output import listing, output, show


@click.group()
def absence() -> None:
    """Who of the desk is away: no case, appeal or mail on call waits for them."""


@absence.command("list")
@output
def list_all(form: str) -> None:
    """List who is away now or will be."""
    context = open_desk()
    from aupkeep.app.access.absences import list_absences

    absences = list_absences(context)
    head = ["person", "name", "first", "last", "now", "absence"]
    show(form, absences, lambda: listing(head, absences, "Nobody is away."))


@absence.command("set")
@click.argument("address", required=False, default="")
@click.option("--from", "first", required=True, metavar="DAY", help="The first day: 2026-12-24.")
@click.option("--to", "last", required=True, metavar="DAY", help="The last day.")
@AS
@output
def set_(address: str, *, first: str, last: str, named: tuple[str, ...], form: str) -> None:
    """Say that ADDRESS is away, both days included; without it yourself."""
    context, person = open_desk_as(named)
    from aupkeep.app.access.absences import set_absence

    show(form, set_absence(context, address or person, first, last, person=person))


@absence.command("end")
@click.argument("name", required=False, default="")
@AS
@output
def end(name: str, *, named: tuple[str, ...], form: str) -> None:
    """Take an absence back: NAME is its id or whose it is; without it your own."""
    context, person = open_desk_as(named)
    from aupkeep.app.access.absences import end_absence

    show(form, end_absence(context, name or person, person=person))
