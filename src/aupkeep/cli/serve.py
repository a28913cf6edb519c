"""The processes as commands."""

import click

from aupkeep.cli.show import output


@click.command()
@click.option("--without", multiple=True, type=click.Choice(["web", "worker", "mailin", "agent"]))
@output
def up(without: tuple[str, ...], form: str) -> None:
    """Run everything on this machine until interrupted; parts may be left out."""
    from aupkeep.app.desk import open_desk
    from aupkeep.daemon import up as daemon
    from aupkeep.daemon.talk import talk

    talk(form)
    desk = open_desk()
    names = [name for name in ("web", "worker", "mailin", "agent") if name not in without]
    click.echo(f"Pages at {desk.settings.provider.url} (sign in: aupkeep staff link ADDRESS)")
    daemon.run({name: [name, "-o", form] for name in names})


@click.command()
@output
def web(form: str) -> None:
    """Serve the pages and the API."""
    from aupkeep.app.desk import open_desk
    from aupkeep.daemon import web as daemon
    from aupkeep.daemon.talk import talk

    talk(form)
    daemon.run(open_desk())


@click.command()
@output
def worker(form: str) -> None:
    """Run the outbox, the clocks and the reconciling."""
    from aupkeep.app.desk import open_desk
    from aupkeep.daemon.talk import talk

    talk(form)
    desk = open_desk()
    from aupkeep.daemon import worker as daemon

    daemon.run(desk)


@click.command()
@output
def mailin(form: str) -> None:
    """Take mail by LMTP, SMTP and Maildir; 250 is said once the bytes are durable."""
    from aupkeep.app.desk import open_desk
    from aupkeep.daemon.talk import talk

    talk(form)
    desk = open_desk()
    from aupkeep.daemon import mailin as daemon

    daemon.run(desk)
