"""Who may do what others may not: a research scanner, a load test."""

from typing import TYPE_CHECKING

import click

from aupkeep.cli.acting import AS, acting, open_desk
from aupkeep.cli.output import listing, output, pairs, show

if TYPE_CHECKING:
    from aupkeep.model.permission import Permission

HEAD = ["resource", "kind", "until", "by", "reasons"]
REASONS = click.option("--reasons", required=True, help="What shows it; stands in the journal.")


@click.group()
def permission() -> None:
    """Permissions: no rule acts on permitted conduct of that resource while one is live."""


@permission.command("list")
@click.argument("resource", required=False)
@output
def list_all(resource: str | None, form: str) -> None:
    """Show what RESOURCE (customer/resource) may do; without one, what is live and whose."""
    context = open_desk()
    from aupkeep.app.deciding.permissions import live_permissions, permissions_of

    permissions = live_permissions(context) if resource is None else permissions_of(resource)
    values = [_shown(permission) for permission in permissions]
    show(form, values, lambda: listing(HEAD, values, "Nothing more than others may."))


@permission.command("add")
@click.argument("resource")
@click.argument("kind")
@click.option("--until", required=True, help="RFC 3339, within a year.")
@AS
@REASONS
@output
def add(
    resource: str, kind: str, *, until: str, named: tuple[str, ...], reasons: str, form: str
) -> None:
    """Let RESOURCE (customer/resource) do KIND, such as connection/port_scan, until a time."""
    from aupkeep.model.moments import parse_moment

    context = open_desk()
    person = acting(context, named)
    from aupkeep.app.deciding.permissions import grant

    ends = parse_moment(until, "until")
    granted = _shown(grant(context, resource, kind, ends, person=person, reasons=reasons))
    show(form, granted, lambda: pairs(granted))


@permission.command("remove")
@click.argument("resource")
@click.argument("kind")
@AS
@REASONS
@output
def remove(resource: str, kind: str, *, named: tuple[str, ...], reasons: str, form: str) -> None:
    """End a permission now."""
    context = open_desk()
    person = acting(context, named)
    from aupkeep.app.deciding.permissions import revoke

    gone = revoke(context, resource, kind, person=person, reasons=reasons)
    revoked = {"resource": resource, "kind": gone.kind, "by": gone.revoked_by}
    show(form, revoked, lambda: pairs(revoked))


def _shown(permission: "Permission") -> dict[str, object]:
    """A permission with its holder as the commands take it."""
    return {
        "resource": f"{permission.customer}/{permission.resource}",
        "kind": permission.kind,
        "until": permission.until,
        "by": permission.by,
        "reasons": permission.reasons,
    }
