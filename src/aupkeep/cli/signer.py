"""The signer process, and the acts of its own user."""

from pathlib import Path

import click

from aupkeep.app.context import open_context
from aupkeep.cli.output import output, show
from aupkeep.config.home import Home

FOLDER = click.Path(file_okay=False, path_type=Path)
HELP = "The signer's own folder, which no other process can read; or $AUPKEEP_SIGNER."
OWN = click.option("--own", envvar="AUPKEEP_SIGNER", required=True, type=FOLDER, help=HELP)


@click.group(invoke_without_command=True)
@click.option("--own", envvar="AUPKEEP_SIGNER", type=FOLDER, help=HELP)
@click.option("--client", "clients", multiple=True, help="A user of this machine who may ask.")
@click.option(
    "--cosign", "cosigned", multiple=True, help="A user who may ask for cosignatures alone."
)
@output
@click.pass_context
def signer(
    ctx: click.Context,
    own: Path | None,
    clients: tuple[str, ...],
    cosigned: tuple[str, ...],
    form: str,
) -> None:
    """Sign checkpoints and desired states; nobody else holds the keys."""
    if ctx.invoked_subcommand is not None:
        return
    if own is None:
        raise click.UsageError("--own names the signer's own folder")
    from aupkeep.daemon.logs import set_up_logging

    set_up_logging(form)
    context = open_context()
    from aupkeep.daemon import signer as daemon

    daemon.run(
        context,
        Home(own.absolute()),
        daemon.users(clients),
        cosigned=daemon.users(cosigned, own=False),
    )


@signer.command("take")
@OWN
@output
def take(own: Path, form: str) -> None:
    """Move the home's signing keys into the signer's folder; stop the other processes first."""
    context = open_context()
    from aupkeep.app.signing.set_up import take_keys

    show(form, {"own": str(own), "signed": take_keys(context, Home(own.absolute()))})


@signer.command("remember")
@OWN
@click.option("--reason", required=True, help="Why: after which restore or move.")
@output
def remember(own: Path, reason: str, form: str) -> None:
    """Let the signer go on from the log as it stands, after a restore or a move."""
    context = open_context()
    from aupkeep.app.signing import set_up

    show(form, {"signed": set_up.remember(context, Home(own.absolute()), reason)})


@signer.command("rotate")
@click.argument("purpose", type=click.Choice(["journal", "desired", "witness"]))
@OWN
@output
def rotate(purpose: str, own: Path, form: str) -> None:
    """Make a new key for PURPOSE; then start the signer again, and give agents the new half."""
    context = open_context()
    from aupkeep.app.signing import set_up

    show(form, {"purpose": purpose, "key": set_up.rotate(context, Home(own.absolute()), purpose)})
