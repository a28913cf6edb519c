"""What waits for a person: the list, one item with its text, and taking it out."""

from collections.abc import Iterator
from typing import Any

import click

from aupkeep.cli.acting import AS, open_desk_as, open_desk_for
from aupkeep.cli.output import listing, output, pairs, show
from aupkeep.model.as_json import as_json
from aupkeep.model.roles import StaffAct

REASON = click.option("--reason", default="", help="Of one kind: unread, reply, bounce, holder, …")
LIMIT = click.option("--limit", type=click.IntRange(1, 1000), default=50, show_default=True)
AFTER = click.option("--after", help="Behind the report with this id.")


@click.group(invoke_without_command=True)
@REASON
@LIMIT
@AFTER
@output
@click.pass_context
def inbox(called: click.Context, reason: str, limit: int, after: str | None, form: str) -> None:
    """List what waits for a person, with its reason."""
    if not called.invoked_subcommand:
        _list(reason, limit, after, form)


@inbox.command("list")
@REASON
@LIMIT
@AFTER
@output
def list_(reason: str, limit: int, after: str | None, form: str) -> None:
    """List what waits for a person, with its reason."""
    _list(reason, limit, after, form)


def _list(reason: str, limit: int, after: str | None, form: str) -> None:
    context, _ = open_desk_for(StaffAct.SEE_REPORTERS)
    from aupkeep.app.reading.inbox import list_inbox

    items = list_inbox(context, reason=reason, limit=limit, after=after)
    head = ["report", "at", "reporter", "title", "reason"]
    show(form, items, lambda: listing(head, items, "The inbox is empty."))


@inbox.command("show")
@click.argument("report")
@output
def show_(report: str, form: str) -> None:
    """Show one REPORT: why it waits, what was read in it, and its text."""
    context, _ = open_desk_for(StaffAct.SEE_REPORTERS)
    from aupkeep.app.reading.inbox import show_inbox

    item = show_inbox(context, report)
    show(form, item, lambda: _item(as_json(item)))


def _item(item: dict[str, Any]) -> Iterator[str]:
    """The item, its claims and its text, for a person."""
    yield from pairs({k: v for k, v in item.items() if not isinstance(v, list)})
    head = ["kind", "role", "address", "port", "url", "domain", "account", "at"]
    yield from (["", *listing(head, item["findings"], "")] if item["findings"] else [])
    for text in item["text"]:
        yield ""
        yield from text.splitlines()


@inbox.command()
@click.argument("report")
@click.option("--reason", required=True, help="What you did, or why nothing is needed.")
@AS
@output
def done(report: str, reason: str, named: tuple[str, ...], form: str) -> None:
    """Take REPORT out of the inbox; it stays in the raw store."""
    if not reason.strip():
        raise click.UsageError("--reason: expected why, found nothing")
    context, person = open_desk_as(named)
    from aupkeep.app.reading.read import inbox_done

    inbox_done(context, report, person, reason)
    show(form, {"report": report, "done": True, "by": person})


@inbox.command()
@click.argument("report")
@AS
@output
def read(report: str, named: tuple[str, ...], form: str) -> None:
    """Read all of REPORT: only its first rows were read, or its letter was not certain to report.

    With this command you say that it is a report: its evidence counts as any other.
    """
    context, person = open_desk_as(named)
    from aupkeep.app.read_whole import read_whole_here

    result = {
        "report": report,
        "cases": read_whole_here(context, report, person=person),
        "by": person,
    }
    show(form, result)
