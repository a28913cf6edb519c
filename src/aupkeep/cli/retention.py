"""What is due for erasure, erasing it, and legal holds."""

from collections.abc import Iterator
from typing import TYPE_CHECKING

import click

from aupkeep.cli.acting import AS, open_desk, open_desk_as
from aupkeep.cli.output import listing, output, show, table
from aupkeep.model.hold import HoldScope
from aupkeep.model.moments import parse_day

if TYPE_CHECKING:
    from aupkeep.app.retention.table import ShownTable

HEAD = ["hold", "scope", "name", "until", "by", "reasons"]
REASONS = click.option("--reasons", required=True, help="Why; stands in the journal.")


@click.group()
def retention() -> None:
    """How long what is kept: the policy's table, what is due, legal holds."""


@retention.command("show")
@click.argument("name", required=False, metavar="[CASE|REPORT|RAW]")
@output
def show_table(name: str | None, form: str) -> None:
    """Show the table of the policy in force, what is due now, and what keeps more than that.

    With a case's reference, or the id of a report or a raw: when that is erased, and what keeps it.
    """
    context = open_desk()
    if name is not None:
        from aupkeep.app.retention.clock import clock_of

        clock = clock_of(context, name)
        show(form, clock, lambda: [clock.words])
        return
    from aupkeep.app.retention.table import shown_table

    shown = shown_table(context)
    show(form, shown, lambda: _words(shown))


def _words(shown: "ShownTable") -> Iterator[str]:
    """What a terminal shows."""
    head = ["kind", "kept", "due now", "oldest", "over its period and kept"]
    rows = [
        (
            row.kind,
            "for ever" if row.days is None else f"{row.days} days after {row.after}",
            row.due,
            row.oldest and f"{row.oldest:%Y-%m-%d}",
            [f"{count} ({why})" for why, count in row.kept.items()],
        )
        for row in shown.rows
    ]
    yield from table(head, rows, "")
    if all(row.days is None for row in shown.rows):
        yield "The policy in force has no retention table: everything is kept."
    who = "The worker erases what is due, every hour some of it." if shown.automatic else (
        "Nothing is erased by itself: aupkeep retention run --yes --reasons …"
    )  # fmt: skip
    yield who
    yield "Not covered by any row:"
    yield from (f"  {line}" for line in shown.not_covered)


@retention.command("run")
@click.option("--yes", is_flag=True, help="Erase. Without it, only say what would be erased.")
@click.option("--reasons", default="", help="Why now; stands in the journal. Needed with --yes.")
@AS
@output
def run(
    yes: bool,  # noqa: FBT001 - click passes flags so
    reasons: str,
    named: tuple[str, ...],
    form: str,
) -> None:
    """Erase what is due, for good. Without --yes nothing is changed."""
    context, person = open_desk_as(named)
    if not yes:
        from aupkeep.app.retention.table import shown_table

        shown = shown_table(context)
        show(form, shown, lambda: [*_words(shown), "Nothing was erased: --yes erases what is due."])
        return
    from aupkeep.app.retention.run import erase_due_by
    from aupkeep.daemon.logs import log_beside_results

    log_beside_results()
    show(form, erase_due_by(context, person, reasons))


@retention.group("hold")
def hold() -> None:
    """Legal holds: what they name is not erased while they are live."""


@hold.command("list")
@output
def list_all(form: str) -> None:
    """Show the live holds, the oldest first."""
    context = open_desk()
    from aupkeep.app.retention.holds import list_holds

    holds = list_holds(context)
    show(form, holds, lambda: listing(HEAD, holds, "No hold is live."))


@hold.command("add")
@click.argument("reference", required=False, metavar="[CASE]")
@click.option("--customer", help="Instead of CASE: every case of this customer, later ones too.")
@click.option("--until", required=True, help="RFC 3339 or a day, within two years.")
@AS
@REASONS
@output
def add(
    reference: str | None,
    *,
    customer: str | None,
    until: str,
    named: tuple[str, ...],
    reasons: str,
    form: str,
) -> None:
    """Keep CASE, or all cases of a customer, from being erased until a time."""
    if (reference is None) == (customer is None):
        raise click.UsageError("expected CASE, or --customer")
    context, person = open_desk_as(named)
    from aupkeep.app.retention.holds import add_hold

    scope = HoldScope.CASE if customer is None else HoldScope.CUSTOMER
    name, ends = customer or reference or "", parse_day(until, "until")
    show(form, add_hold(context, scope, name, ends, person=person, reasons=reasons))


@hold.command("end")
@click.argument("number", metavar="HOLD")
@AS
@REASONS
@output
def end(number: str, *, named: tuple[str, ...], reasons: str, form: str) -> None:
    """End HOLD now."""
    context, person = open_desk_as(named)
    from aupkeep.app.retention.holds import end_hold

    show(form, end_hold(context, number, person=person, reasons=reasons))
