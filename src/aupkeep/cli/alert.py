"""Alerts to who is on call: list them, acknowledge one, try the channels."""

import click

from aupkeep.cli.acting import AS, acting, open_desk
from aupkeep.cli.output import listing, output, show


@click.group()
def alert() -> None:
    """Alerts to who is on call: list, acknowledge, test."""


@alert.command("list")
@click.option("--limit", type=click.IntRange(1, 500), default=50, show_default=True)
@output
def list_(limit: int, form: str) -> None:
    """List alerts, the newest first, with who acknowledged each."""
    open_desk()
    from aupkeep.app.notifying.alerts import list_alerts

    known = list_alerts(limit)
    head = ["id", "severity", "what", "raised_at", "acknowledged_by"]
    show(form, known, lambda: listing(head, known, "No alert."))


@alert.command("channels")
@output
def channels_(form: str) -> None:
    """List the channels beside mail, with their options."""
    open_desk()
    from aupkeep.app.notifying.alerts import channels

    rows = [{"name": x.name, "title": x.title, "options": x.options} for x in channels().values()]
    show(form, rows, lambda: listing(["name", "title", "options"], rows, ""))


@alert.command("ack")
@click.argument("alert_id", metavar="ALERT")
@AS
@output
def ack(alert_id: str, named: tuple[str, ...], form: str) -> None:
    """Say that you look at ALERT: nobody further is called."""
    context = open_desk()
    from aupkeep.app.notifying.alerts import acknowledge

    show(form, acknowledge(context, alert_id, acting(context, named)))


@alert.command("test")
@AS
@output
def test(named: tuple[str, ...], form: str) -> None:
    """Raise an alert that says it is a test, to every step of [[alerts.to]]."""
    context = open_desk()
    from aupkeep.app.notifying.alerts import raise_test

    show(form, raise_test(context, acting(context, named)))
