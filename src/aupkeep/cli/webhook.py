"""Webhooks: programs that are told of what happens to cases."""

import click

from aupkeep.cli.acting import AS, open_desk, open_desk_as
from aupkeep.cli.output import listing, output, show


@click.group()
def webhook() -> None:
    """Programs that are told what happens to cases; docs/webhooks.md says what they get."""


@webhook.command("list")
@output
def list_(form: str) -> None:
    """List the webhooks, with how each stands."""
    open_desk()
    from aupkeep.app.webhooks.standing import list_webhooks

    known = list_webhooks()
    head = ["name", "url", "customer", "state", "told", "why", "next_try"]
    show(form, known, lambda: listing(head, known, "No webhook. See: aupkeep webhook add --help"))


@webhook.command("events")
@output
def events_(form: str) -> None:
    """List the events that a webhook may be told of."""
    open_desk()
    from aupkeep.app.webhooks.events import TO_RESELLERS, names_for

    rows = [{"event": name, "resellers": name in TO_RESELLERS} for name in names_for(None)]
    show(form, rows, lambda: listing(["event", "resellers"], rows, ""))


@webhook.command("add")
@click.argument("name")
@click.argument("url")
@click.option("--event", "events", multiple=True, help="Only this one; repeatable. See: events")
@AS
@output
def add(name: str, url: str, *, events: tuple[str, ...], named: tuple[str, ...], form: str) -> None:
    """Tell URL of what happens from now on; prints the secret that signs."""
    context, person = open_desk_as(named)
    from aupkeep.app.webhooks.acts import add_webhook, desk_owner

    show(form, add_webhook(context, desk_owner(person), name, url, events))


@webhook.command("test")
@click.argument("name")
@AS
@output
def test(name: str, *, named: tuple[str, ...], form: str) -> None:
    """Send the event webhook.test, behind all that waits."""
    context, person = open_desk_as(named)
    from aupkeep.app.webhooks.acts import desk_owner, try_webhook

    show(form, try_webhook(context, desk_owner(person), name))


@webhook.command("roll")
@click.argument("name")
@AS
@output
def roll(name: str, *, named: tuple[str, ...], form: str) -> None:
    """Replace the secret; for a day events are signed with both."""
    context, person = open_desk_as(named)
    from aupkeep.app.webhooks.acts import desk_owner, roll_secret

    show(form, roll_secret(context, desk_owner(person), name))


@webhook.command("resume")
@click.argument("name")
@click.option("--from-now", "skip", is_flag=True, help="Leave out what happened meanwhile.")
@AS
@output
def resume(name: str, *, skip: bool, named: tuple[str, ...], form: str) -> None:
    """Let a stopped or failing webhook go on at once, with what waits."""
    context, person = open_desk_as(named)
    from aupkeep.app.webhooks.acts import desk_owner, resume_webhook

    show(form, resume_webhook(context, desk_owner(person), name, skip=skip))


@webhook.command("redeliver")
@click.argument("name")
@click.option("--since", required=True, metavar="MOMENT", help="Such as 2026-03-01T12:00:00Z.")
@AS
@output
def redeliver_(name: str, *, since: str, named: tuple[str, ...], form: str) -> None:
    """Send again what happened since a moment; the ids are those of the first time."""
    context, person = open_desk_as(named)
    from aupkeep.app.webhooks.acts import desk_owner, redeliver

    show(form, redeliver(context, desk_owner(person), name, since))


@webhook.command("remove")
@click.argument("name")
@AS
@output
def remove(name: str, *, named: tuple[str, ...], form: str) -> None:
    """Tell it nothing more, for ever."""
    context, person = open_desk_as(named)
    from aupkeep.app.webhooks.acts import desk_owner, remove_webhook

    show(form, remove_webhook(context, desk_owner(person), name))
