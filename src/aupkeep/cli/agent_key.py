"""The keys by which agents are known to the server: `aupkeep agent key`."""

import click

from aupkeep.cli.acting import open_desk, open_desk_for
from aupkeep.cli.output import listing, output, show
from aupkeep.model.roles import StaffAct

WHY = click.option("--reason", required=True, help="Why; it stands in the journal.")


@click.group("key")
def agent_key() -> None:
    """By which key a target's agent is known; a token alone reports for none that has one."""


@agent_key.command("show")
@click.option("--target", help="Whose agent on this machine; default from aupkeep.toml.")
@output
def agent_key_show(target: str | None, form: str) -> None:
    """Print the public key of the agent on this machine, made where there is none."""
    from aupkeep.daemon import agent as daemon

    show(form, daemon.own_key(target))


@agent_key.command("list")
@output
def agent_key_list(form: str) -> None:
    """List each target's key, who pinned it, whose reports were refused, and who shares it."""
    open_desk()
    from aupkeep.app.enforcing.agent_keys import list_keys

    keys = list_keys()
    head = ["target", "state", "id", "pinned", "by", "refused", "refused_at", "unsigned", "forked"]
    show(form, keys, lambda: listing(head, keys, "No agent has reported to the API yet."))


@agent_key.command("add")
@click.argument("target")
@click.argument("public")
@click.option("--replace", is_flag=True, help="In place of the key that is pinned.")
@WHY
@output
def agent_key_add(target: str, public: str, *, replace: bool, reason: str, form: str) -> None:
    """Pin PUBLIC, as `agent key show` prints it, as the key of TARGET's agent."""
    context, by = open_desk_for(StaffAct.SETTINGS)
    from aupkeep.app.enforcing.agent_keys import add_key

    show(form, add_key(context, target, public, reason=reason, by=by, replace=replace))


@agent_key.command("forget")
@click.argument("target")
@WHY
@output
def agent_key_forget(target: str, reason: str, form: str) -> None:
    """Forget TARGET's key: nobody reports for it until `agent key add` gives another."""
    context, by = open_desk_for(StaffAct.SETTINGS)
    from aupkeep.app.enforcing.agent_keys import forget_key

    show(form, forget_key(context, target, reason=reason, by=by))
