"""Thresholds from a week of observation: what it proposes, and a person's word on it."""

import click

from aupkeep.cli.show import output, pairs, show, table

HEAD = ["detector", "threshold", "now", "by", "proposes"]
PERSON = click.option("--as", "person", required=True, help="Who decides.")
REASONS = click.option("--reasons", required=True, help="Why; it stands in the journal.")


@click.group(invoke_without_command=True)
@output
@click.pass_context
def baseline(ctx: click.Context, form: str) -> None:
    """Show what seven days of flows propose; nothing changes before a person accepts it."""
    if ctx.invoked_subcommand is not None:
        return
    from aupkeep.app.desk import open_desk

    desk = open_desk()
    from aupkeep.app.telemetry.baseline import baseline as proposals

    found = proposals(desk)
    rows = [[one[name] for name in HEAD] for one in found]
    show(form, found, lambda: table(HEAD, rows, "Nothing is measured."))


@baseline.command()
@click.argument("detector")
@click.argument("threshold")
@click.argument("value", type=float)
@PERSON
@REASONS
@output
def accept(
    detector: str, threshold: str, value: float, *, person: str, reasons: str, form: str
) -> None:
    """Let THRESHOLD of DETECTOR be VALUE, above the policy pack's; the collector takes it over."""
    from aupkeep.app.desk import open_desk

    desk = open_desk()
    from aupkeep.app.telemetry.orders import named
    from aupkeep.app.telemetry.thresholds import accept as take

    one = take(desk, named(detector), threshold, value, person=person, reasons=reasons)
    told = {
        "detector": one.detector,
        "threshold": one.threshold,
        "value": one.value,
        "by": one.words,
    }
    show(form, told, lambda: pairs(told))


@baseline.command()
@click.argument("detector")
@click.argument("threshold")
@PERSON
@REASONS
@output
def withdraw(detector: str, threshold: str, *, person: str, reasons: str, form: str) -> None:
    """Let the policy pack's figure, or the default, count again."""
    from aupkeep.app.desk import open_desk

    desk = open_desk()
    from aupkeep.app.telemetry.thresholds import withdraw as give_up

    one = give_up(desk, detector, threshold, person=person, reasons=reasons)
    told = {"detector": one.detector, "threshold": one.threshold, "value": one.value, "by": person}
    show(form, told, lambda: pairs(told))
