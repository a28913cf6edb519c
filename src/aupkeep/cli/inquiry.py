"""What people ask us: the short queue, one with its words, its answer."""

import sys
from collections.abc import Iterator
from typing import Any

import click

from aupkeep.cli.acting import AS, open_desk, open_desk_as, sees_reporters
from aupkeep.cli.output import listing, output, pairs, show
from aupkeep.model.as_json import as_json
from aupkeep.model.moments import parse_day

WORDS = {"state": "inq.state"}
STATES = click.Choice(["open", "answered", "closed"])


@click.group()
def inquiry() -> None:
    """Inquiries: mails that ask and accuse nobody."""


@inquiry.command("list")
@click.option("--state", type=STATES, default="open", show_default=True)
@click.option("--limit", type=click.IntRange(1, 1000), default=50, show_default=True)
@click.option("--after", help="Behind the inquiry with this id.")
@output
def list_(state: str, *, limit: int, after: str | None, form: str) -> None:
    """List inquiries: of the open ones what is pressing first, then the soonest day named."""
    shows = sees_reporters(open_desk())
    from aupkeep.app.pages.inquiries.load import inquiry_records

    records = inquiry_records(state, limit=limit, after=after, reporters=shows)
    head = ["reference", "pressing", "needed_by", "asked_at", "asker", "title", "done_by"]
    show(form, records, lambda: listing(head, records, "Nobody asks.", WORDS))


@inquiry.command("show")
@click.argument("name", metavar="INQUIRY")
@output
def show_(name: str, form: str) -> None:
    """Show one INQUIRY, by its reference or id, with its words and its answer."""
    context = open_desk()
    shows = sees_reporters(context)
    from aupkeep.app.pages.inquiries.load import inquiry_details

    details = inquiry_details(context, name, reporters=shows)
    show(form, details, lambda: _details(as_json(details)))


@inquiry.command()
@click.argument("name", metavar="INQUIRY")
@click.option("--text", required=True, help="The answer; - reads it from standard input.")
@click.option("--language", type=click.Choice(["en", "nb"]), help="Of the words around it.")
@AS
@output
def answer(
    name: str, *, text: str, language: str | None, named: tuple[str, ...], form: str
) -> None:
    """Answer who asked, by mail."""
    context, person = open_desk_as(named)
    from aupkeep.app.deciding.inquiries import answer_inquiry

    words = sys.stdin.read() if text == "-" else text
    show(form, answer_inquiry(context, name, words, person=person, language=language or ""))


@inquiry.command()
@click.argument("name", metavar="INQUIRY")
@click.option("--reason", required=True, help="Why; it stands in the journal.")
@click.option("--inbox", is_flag=True, help="It is a report: it stands in the inbox from now on.")
@AS
@output
def close(name: str, *, reason: str, inbox: bool, named: tuple[str, ...], form: str) -> None:
    """Close one without an answer."""
    context, person = open_desk_as(named)
    from aupkeep.app.deciding.inquiries import close_inquiry

    show(form, close_inquiry(context, name, reason, person=person, inbox=inbox))


@inquiry.command()
@click.argument("name", metavar="INQUIRY")
@click.argument("resource")
@click.argument("kind")
@click.option("--until", required=True, help="RFC 3339 or a day, within a year.")
@click.option("--reasons", required=True, help="What shows it; stands in the journal.")
@AS
@output
def grant(
    name: str,
    resource: str,
    kind: str,
    *,
    until: str,
    reasons: str,
    named: tuple[str, ...],
    form: str,
) -> None:
    """Grant a permission with it: let RESOURCE (customer/resource) do KIND until a time."""
    context, person = open_desk_as(named)
    from aupkeep.app.deciding.inquiries import permit_inquiry

    ends = parse_day(until, "until")
    show(form, permit_inquiry(context, name, resource, kind, ends, person=person, reasons=reasons))


def _details(details: dict[str, Any]) -> Iterator[str]:
    """The inquiry, its words and its answer, for a person."""
    yield from pairs(details["inquiry"], WORDS)
    for name in ("text", "answer"):
        if details[name]:
            yield ""
            yield name
            yield from details[name].splitlines()
