"""The freeze switch, which works with the database down, and the listen mode."""

import click

from aupkeep.app.context import open_context
from aupkeep.cli.output import output, pairs, show


@click.command()
@click.option("--reason", required=True, help="Why; it stands on every page until the thaw.")
@click.option("--as", "person", default="console", show_default=True, help="Who.")
@output
def freeze(reason: str, person: str, form: str) -> None:
    """Stop all new or widened automatic measures on every machine this one reaches."""
    from aupkeep.app.enforcing.freeze import freeze as stop

    result = stop(reason, person)
    show(form, result, lambda: pairs(result))


@click.command()
@click.option("--reason", required=True, help="Why it is safe again.")
@click.option("--as", "person", default="console", show_default=True, help="Who.")
@output
def thaw(reason: str, person: str, form: str) -> None:
    """Let automatic measures start again."""
    from aupkeep.app.enforcing.freeze import thaw as start

    result = start(reason, person)
    show(form, result, lambda: pairs(result))


@click.command()
@click.argument("mode", type=click.Choice(["on", "off"]))
@click.option("--reason", required=True, help="Why; it stands in the journal.")
@click.option("--as", "person", default="console", show_default=True, help="Who.")
@output
def listen(mode: str, reason: str, person: str, form: str) -> None:
    """Turn listen mode on or off: while it is on, nothing leaves, no mail and no measure."""
    context = open_context()
    from aupkeep.app.enforcing.listen import set_listening

    result = set_listening(context, wanted=mode == "on", reason=reason, person=person)
    show(form, result, lambda: pairs(result))
