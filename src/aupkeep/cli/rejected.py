"""Rows that could not be read: see them, mend one, have it read again."""

import sys

import click

from aupkeep.cli.acting import AS, open_desk_as, open_desk_for
from aupkeep.cli.output import listing, output, show
from aupkeep.model.roles import StaffAct


@click.group()
def dead() -> None:
    """Show rows that could not be read; mend one, and it goes through its parser again."""


@dead.command("list")
@click.argument("report", required=False)
@click.option("--limit", type=click.IntRange(1, 10_000), default=50, show_default=True)
@output
def list_(report: str | None, limit: int, form: str) -> None:
    """List the rows that wait to be mended, or all rows of REPORT, mended ones too."""
    open_desk_for(StaffAct.SEE_REPORTERS)
    from aupkeep.app.reprocess import list_rejected

    rows = list_rejected(report, limit=limit)
    head = ["report", "number", "file", "row", "reason", "done"]
    show(form, rows, lambda: listing(head, rows, "No row waits."))


@dead.command("show")
@click.argument("report")
@click.argument("number", type=click.IntRange(1))
@output
def show_(report: str, number: int, form: str) -> None:
    """Show row NUMBER of REPORT with its whole text, to be mended and handed in again."""
    open_desk_for(StaffAct.SEE_REPORTERS)
    from aupkeep.app.reprocess import show_rejected

    row = show_rejected(report, number)
    show(form, row)


@dead.command()
@click.argument("report")
@click.argument("number", type=click.IntRange(1))
@click.option("--text", help="What the row should say; without it, standard input is read.")
@AS
@output
def mend(report: str, number: int, text: str | None, named: tuple[str, ...], form: str) -> None:
    """Read row NUMBER of REPORT again as the mended text; refused if it still cannot be read."""
    corrected = sys.stdin.buffer.read().decode("utf-8", "replace") if text is None else text
    context, person = open_desk_as(named)
    from aupkeep.app.reprocess import reprocess_and_consider

    row = reprocess_and_consider(context, report, number, corrected, person=person)
    show(form, row)
