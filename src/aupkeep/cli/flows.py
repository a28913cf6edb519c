"""What the traffic shows. Each command lives in a module of its own, loaded when it is called."""

import click

from aupkeep.cli.group import Lazy

COMMANDS: dict[str, tuple[str, str]] = {
    "decode": ("flow_decode:decode", "Read files of exports and show the flows they tell."),
    "replay": ("flow_replay:replay", "Try the detectors on captures or exports that were kept."),
}


class Flows(Lazy):
    """The commands below `aupkeep flows`."""

    table = COMMANDS


@click.group(cls=Flows)
def flows() -> None:
    """Read what routers export of their traffic, follow it, explain what was seen."""
