"""Work that its workers died over: shown, and given back."""

import click

from aupkeep.cli.acting import open_desk, open_desk_for
from aupkeep.cli.output import listing, output, show
from aupkeep.model.roles import StaffAct


@click.group()
def outbox() -> None:
    """Show work that was given up, e.g. because a worker died over it each time; have it tried."""


@outbox.command("list")
@click.option("--limit", type=click.IntRange(1, 1000), default=100, show_default=True)
@output
def list_(limit: int, form: str) -> None:
    """List the dead letters, the newest first; `needed` are those that must still be done."""
    open_desk()
    from aupkeep.app.dead_letters import list_dead

    letters = list_dead(limit)
    head = ["effect", "kind", "needed", "attempts", "at", "error"]
    show(form, letters, lambda: listing(head, letters, "No work was given up."))


@outbox.command("replay")
@click.argument("effect")
@output
def replay(effect: str, form: str) -> None:
    """Give the dead letter EFFECT all its tries again; the worker takes it within seconds."""
    context, by = open_desk_for(StaffAct.SETTINGS)
    from aupkeep.app import dead_letters

    dead_letters.replay(context, effect, by=by)
    show(form, {"effect": effect, "replayed": True})
