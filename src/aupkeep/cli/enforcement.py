"""What measures would do, before anybody decides them."""

import click

from aupkeep.app.context import open_context
from aupkeep.cli.output import output, show
from aupkeep.model.ladder import Measure
from aupkeep.model.moments import parse_moment


@click.group()
def enforcement() -> None:
    """Measures on the network."""


@enforcement.command("plan")
@click.option("--target-name", "target", help="Which target carries it.")
@click.option("--measure", required=True, type=click.Choice([str(one) for one in Measure]))
@click.option(
    "--subject",
    required=True,
    help="Whom: 192.0.2.1, 192.0.2.1:1025 where shared, or the page or name.",
)
@click.option("--port", type=click.IntRange(0, 65535), help="Destination port for block-port.")
@click.option("--protocol", type=click.Choice(["tcp", "udp", "icmp"]), help="Its protocol.")
@click.option("--destination", help="The one peer for block-destination.")
@click.option("--rate", type=click.IntRange(1), help="Bytes per second for limit-rate.")
@click.option("--until", required=True, help="When it ends, RFC 3339.")
@output
def plan(
    measure: str, subject: str, until: str, *, target: str | None, form: str, **words: object
) -> None:
    """Show what a measure would do and whom it would touch; no system is contacted."""
    ends = parse_moment(until, "--until")
    context = open_context()
    from aupkeep.app.enforcing.plan import plan_measure

    planned = plan_measure(context, Measure(measure), subject, ends, target=target, words=words)

    def text() -> list[str]:
        if planned.refused is not None:
            return [f"Refused: {planned.refused}"]
        lines = []
        for action in planned.actions:
            lines += [f"{action.target} ({action.driver}):", *(f"  {op}" for op in action.ops)]
            lines += [f"  touches {', '.join(action.touches)}", f"  {action.note or ''}".rstrip()]
        return lines

    show(form, planned, text)
