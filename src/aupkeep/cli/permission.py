"""Who may do what others may not: a research scanner, a load test."""

import click

from aupkeep.app.context import open_context
from aupkeep.cli.output import output, pairs, show, table

HEAD = ["kind", "until", "by", "reasons"]
PERSON = click.option("--as", "person", required=True, help="Who decides.")
REASONS = click.option("--reasons", required=True, help="What shows it; stands in the journal.")


@click.group()
def permission() -> None:
    """Permissions: no rule acts on permitted conduct of that resource while one is live."""


@permission.command("list")
@click.argument("resource")
@output
def list_all(resource: str, form: str) -> None:
    """Show what RESOURCE (customer/resource) may do."""
    open_context()
    from aupkeep.app.permissions import permissions

    customer, _, name = resource.partition("/")
    found = [{key: getattr(one, key) for key in HEAD} for one in permissions(customer, name)]
    rows = [list(one.values()) for one in found]
    show(form, found, lambda: table(HEAD, rows, "Nothing more than others may."))


@permission.command("add")
@click.argument("resource")
@click.argument("kind")
@click.option("--until", required=True, help="RFC 3339, within a year.")
@PERSON
@REASONS
@output
def add(resource: str, kind: str, *, until: str, person: str, reasons: str, form: str) -> None:
    """Let RESOURCE (customer/resource) do KIND, such as connection/port_scan, until a time."""
    from aupkeep.model.moments import parse_moment

    context = open_context()
    from aupkeep.app.permissions import grant

    ends = parse_moment(until, "until")
    told = grant(context, resource, kind, ends, person=person, reasons=reasons)
    show(form, told, lambda: pairs(told))


@permission.command("remove")
@click.argument("resource")
@click.argument("kind")
@PERSON
@REASONS
@output
def remove(resource: str, kind: str, *, person: str, reasons: str, form: str) -> None:
    """End a permission now."""
    context = open_context()
    from aupkeep.app.permissions import revoke

    told = revoke(context, resource, kind, person=person, reasons=reasons)
    show(form, told, lambda: pairs(told))
