"""Strikes of customers: who has which, and until when it counts."""

import click

from aupkeep.cli.acting import AS, open_desk, open_desk_as
from aupkeep.cli.output import listing, output, show

HEAD = ["id", "customer", "reference", "clause", "cause", "tier", "at", "until", "removed_at"]


@click.group()
def strike() -> None:
    """Strikes: breaches whose cause a person found with the customer; each expires."""


@strike.command("list")
@click.argument("customer", default="")
@click.option("--limit", type=click.IntRange(1, 1000), default=100, show_default=True)
@click.option("--after", help="Behind the strike with this id.")
@output
def list_all(customer: str, *, limit: int, after: str | None, form: str) -> None:
    """List those of CUSTOMER, or all, the newest first; those that count no more too."""
    open_desk()
    from aupkeep.app.deciding.strikes import list_strikes

    strikes = list_strikes(customer, limit=limit, after=after)
    show(form, strikes, lambda: listing(HEAD, strikes, "No strike."))


@strike.command("remove")
@click.argument("strike")
@click.option("--reasons", required=True, help="Why it counts no more; stands in the journal.")
@AS
@output
def remove(strike: str, *, reasons: str, named: tuple[str, ...], form: str) -> None:
    """Remove one that counts."""
    context, person = open_desk_as(named)
    from aupkeep.app.deciding.strikes import remove_strike

    show(form, remove_strike(context, strike, person=person, reasons=reasons))
