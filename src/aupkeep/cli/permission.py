"""Who may do what others may not: a research scanner, a load test."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

import click

from aupkeep.cli.acting import AS, open_desk, open_desk_as
from aupkeep.cli.output import listing, output, show
from aupkeep.model.moments import parse_day

if TYPE_CHECKING:
    from aupkeep.model.permission import Permission

HEAD = ["resource", "kind", "until", "by", "reasons"]
REASONS = click.option("--reasons", required=True, help="What shows it; stands in the journal.")


@click.group()
def permission() -> None:
    """Permissions: no rule acts on permitted conduct of that resource while one is live."""


@permission.command("list")
@click.argument("resource", required=False)
@click.option("--state", type=click.Choice(["live", "ended"]), default="live", show_default=True)
@click.option("--limit", type=click.IntRange(1, 1000), default=1000, show_default=True)
@click.option("--after", help="Behind the permission with this id.")
@output
def list_all(resource: str | None, state: str, *, limit: int, after: str | None, form: str) -> None:
    """Show what RESOURCE (customer/resource) may do; without one, what is live and whose."""
    context = open_desk()
    from aupkeep.app.deciding.permissions import permissions_of
    from aupkeep.app.pages.permissions.load import permission_records

    values: Sequence[object] = (
        permission_records(context, state, limit=limit, after=after)
        if resource is None
        else [_shown(permission) for permission in permissions_of(resource)]
    )
    show(form, values, lambda: listing(HEAD, values, "Nothing more than others may."))


@permission.command("add")
@click.argument("resource")
@click.argument("kind")
@click.option("--until", required=True, help="RFC 3339 or a day, within a year.")
@AS
@REASONS
@output
def add(
    resource: str, kind: str, *, until: str, named: tuple[str, ...], reasons: str, form: str
) -> None:
    """Let RESOURCE (customer/resource) do KIND, such as connection/port_scan, until a time."""
    context, person = open_desk_as(named)
    from aupkeep.app.deciding.permissions import grant

    ends = parse_day(until, "until")
    show(form, _shown(grant(context, resource, kind, ends, person=person, reasons=reasons)))


@permission.command("remove")
@click.argument("resource")
@click.argument("kind")
@AS
@REASONS
@output
def remove(resource: str, kind: str, *, named: tuple[str, ...], reasons: str, form: str) -> None:
    """End a permission now."""
    context, person = open_desk_as(named)
    from aupkeep.app.deciding.permissions import revoke

    gone = revoke(context, resource, kind, person=person, reasons=reasons)
    show(form, {"resource": resource, "kind": gone.kind, "by": gone.revoked_by})


def _shown(permission: "Permission") -> dict[str, object]:
    """A permission with its holder as the commands take it."""
    return {
        "resource": f"{permission.customer}/{permission.resource}",
        "kind": permission.kind,
        "until": permission.until,
        "by": permission.by,
        "reasons": permission.reasons,
    }
