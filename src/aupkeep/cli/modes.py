"""The freeze switch, which works with the database down, and the listen mode."""

import click

from aupkeep.cli.acting import AS, acting, open_desk
from aupkeep.cli.output import output, pairs, show


@click.command()
@click.option("--reason", required=True, help="Why; it stands on every page until the thaw.")
@AS
@output
def freeze(reason: str, named: tuple[str, ...], form: str) -> None:
    """Stop all new or widened automatic measures on every machine this one reaches."""
    from aupkeep.app.enforcing.freeze import freeze as stop

    result = stop(reason, lambda: _switcher(named))
    show(form, result, lambda: pairs(result))


@click.command()
@click.option("--reason", required=True, help="Why it is safe again.")
@AS
@output
def thaw(reason: str, named: tuple[str, ...], form: str) -> None:
    """Let automatic measures start again."""
    from aupkeep.app.enforcing.freeze import thaw as start

    result = start(reason, _switcher(named))
    show(form, result, lambda: pairs(result))


@click.command()
@click.argument("mode", type=click.Choice(["on", "off"]))
@click.option("--reason", required=True, help="Why; it stands in the journal.")
@AS
@output
def listen(mode: str, reason: str, named: tuple[str, ...], form: str) -> None:
    """Turn listen mode on or off: while it is on, nothing leaves, no mail and no measure."""
    context = open_desk()
    person = acting(context, named)
    from aupkeep.app.enforcing.listen import set_listening

    result = set_listening(context, wanted=mode == "on", reason=reason, person=person)
    if result.warning:
        click.echo(f"warning: {result.warning}", err=True)
    show(form, result, lambda: pairs(result))


def _switcher(named: tuple[str, ...]) -> str:
    """Who turns the switch; while the database does not answer, this machine's user."""
    from aupkeep.config.unix_user import unix_user
    from aupkeep.model.errors import Unavailable

    try:
        return acting(open_desk(), named)
    except Unavailable:
        return unix_user()
