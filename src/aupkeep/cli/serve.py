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


@click.command()
@click.option("--target", help="Which desired state is ours; default from aupkeep.toml.")
@click.option(
    "--driver", help="How it is carried out: record, nftables; default from aupkeep.toml."
)
@click.option("--undo", "action", help="Lift this action here and now, then end.")
@click.option("--reason", default="", help="Why, with --undo.")
@output
def agent(
    target: str | None, driver: str | None, action: str | None, reason: str, form: str
) -> None:
    """Carry out a signed desired state on this machine; needs no database."""
    from aupkeep.daemon import agent as daemon
    from aupkeep.daemon.talk import talk

    talk(form)
    post = daemon.post_here(target, driver)
    if action is not None:
        if not reason.strip():
            raise click.UsageError("--undo needs --reason")
        daemon.undo(post, action, reason)
        click.echo(f"{action} is lifted here and will not come back by itself.")
        return
    daemon.run(post)
