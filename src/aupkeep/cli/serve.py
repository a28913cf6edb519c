"""The processes as commands."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import click

from aupkeep.app.context import open_context
from aupkeep.cli.agent_key import agent_key
from aupkeep.cli.output import output, show
from aupkeep.config.home import find_home
from aupkeep.config.keys import is_separated
from aupkeep.config.settings import load
from aupkeep.model.errors import DriverRefused

PARTS = ("web", "worker", "mailin", "agent", "flowd")
APART = "The signing keys are a signer's of its own; its user starts it: aupkeep signer"
TOGETHER = "Everything runs as one user, who has every key; aupkeep setup systemd keeps them apart."


@click.command()
@click.option("--without", multiple=True, type=click.Choice(PARTS), help="Leave this part out.")
@output
def up(without: tuple[str, ...], form: str) -> None:
    """Run everything on this machine until interrupted; parts may be left out."""
    from aupkeep.daemon import up as daemon
    from aupkeep.daemon.agent import needs_ender
    from aupkeep.daemon.logs import set_up_logging

    names = [name for name in PARTS if name not in without]
    if not set(names) - {"flowd"}:
        raise click.UsageError("--without leaves nothing to run")
    set_up_logging(form)
    context = open_context()
    if not context.settings.flows.listen_addresses:
        names = [name for name in names if name != "flowd"]  # nobody said where to listen
    started = {"url": context.settings.provider.url, "parts": names}
    apart = is_separated(context.home, "journal")
    web_at = context.settings.web
    served = f"{web_at.host}:{web_at.port}" if "web" in names else ""
    behind = f", served on {served}" if served and served not in str(started["url"]) else ""
    pages = f"Pages at {started['url']}{behind} (sign in: aupkeep staff link ADDRESS)"
    show(form, started, lambda: [pages, APART if apart else TOGETHER])
    commands: dict[str, Sequence[str]] = {name: [name, "-o", form] for name in names}
    if "agent" in commands and needs_ender():
        commands["ender"] = ["agent", "--ends", "-o", form]
    daemon.run(commands)


@click.command()
@click.option("--worker", is_flag=True, hidden=True)  # one of [web] workers
@output
def web(form: str, *, worker: bool) -> None:
    """Serve the pages and the API."""
    from aupkeep.daemon.logs import set_up_logging

    set_up_logging(form)
    context = open_context()
    from aupkeep.daemon import web as daemon
    from aupkeep.site.wsgi import application

    daemon.run(context, application, () if worker else ("web", "--worker", "-o", form))


@click.command()
@output
def worker(form: str) -> None:
    """Run the outbox, the clocks and the reconciling."""
    from aupkeep.daemon.logs import set_up_logging

    set_up_logging(form)
    context = open_context()
    from aupkeep.daemon import worker as daemon

    daemon.run(context)


@click.command()
@output
def mailin(form: str) -> None:
    """Take mail by LMTP, SMTP, Maildir and IMAP; 250 is said once the bytes are durable."""
    from aupkeep.daemon.logs import set_up_logging

    set_up_logging(form)
    context = open_context()
    from aupkeep.daemon import mailin as daemon

    daemon.run(context)


@click.command()
@output
def flowd(form: str) -> None:
    """Hear routers' flow exports, watch them, tell the desk; [flows] says where to listen."""
    from aupkeep.daemon import flowd as daemon
    from aupkeep.daemon.logs import set_up_logging

    set_up_logging(form)
    home = find_home()
    daemon.run(home, load(home))


@click.group(invoke_without_command=True)
@click.option("--target", help="Which desired state is ours; default all that --name carries.")
@click.option("--name", default="", help="Our name in [[enforcement.targets]] agent.")
@click.option("--driver", help="How it is carried out: record, nftables; default from the target.")
@click.option("--server", default="", help="Fetch the state from this server, https://…")
@click.option(
    "--token-file",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="A file that holds a token with the scope agent, with --server.",
)
@click.option(
    "--key", "keys", multiple=True, help="A public key to believe; see: aupkeep keys list."
)
@click.option("--once", is_flag=True, help="One step, shown; exit 9 when it refused anything.")
@click.option(
    "--ends", is_flag=True, help="Only take back what is past its end where the agent is dead."
)
@click.option("--undo", "action", help="Lift this action here and now, then end.")
@click.option("--reason", default="", help="Why, with --undo.")
@output
@click.pass_context
def agent(  # noqa: PLR0913 - one name an option
    ctx: click.Context,
    target: str | None,
    driver: str | None,
    server: str,
    token_file: Path | None,
    keys: tuple[str, ...],
    *,
    name: str,
    once: bool,
    ends: bool,
    action: str | None,
    reason: str,
    form: str,
) -> int:
    """Carry out a signed desired state on this machine; needs no database."""
    if ctx.invoked_subcommand is not None:
        return 0
    from aupkeep.daemon import agent as daemon
    from aupkeep.daemon.logs import set_up_logging

    if action is not None and not reason.strip():
        raise click.UsageError("--undo needs --reason")
    if server and (token_file is None or not keys):
        raise click.UsageError("--server needs --token-file and --key")
    set_up_logging(form)
    configs = daemon.local_configs(target, driver, name)
    if server and token_file is not None:
        token = token_file.read_text("utf-8").strip()
        configs = [daemon.remote_config(config, server, token, keys) for config in configs]
    if ends:
        daemon.run_ends(configs, keys)
        return 0
    if len(configs) > 1 and (server or once or action is not None):
        names = ", ".join(config.target for config in configs)
        raise click.UsageError(f"--server, --once and --undo need --target, one of {names}")
    if not once and action is None:
        daemon.run(configs)
        return 0
    if action is not None:
        daemon.undo(configs[0], action, reason)
        click.echo(f"{action} is lifted here and will not come back by itself.")
        return 0
    return _shown_step(daemon.once(configs[0]), form)


def _shown_step(result: dict[str, Any], form: str) -> int:
    """Show what one step did; the exit code."""
    show(form, result)
    return DriverRefused.exit_code if result["controller"] or result["refused"] else 0


agent.add_command(agent_key)


@click.command()
@click.argument("target", required=False)
@click.option("--hold", is_flag=True, hidden=True)  # ExaBGP's own process
@output
def bgp(target: str | None, form: str, *, hold: bool) -> None:
    """Hold the routes of TARGET and tell BGP peers of them, by ExaBGP; needs no database."""
    del form  # what it writes is the log of ExaBGP, which it becomes
    from aupkeep.daemon import bgp as daemon

    (daemon.hold if hold else daemon.run)(target)
