"""What narrows a list of cases: the same options wherever one is asked for."""

from collections.abc import Callable
from typing import Any, TypeVar

import click

C = TypeVar("C", bound=Callable[..., Any])

FILTERS = (
    click.option("--address", help="With a claim about this address, or one in this prefix."),
    click.option("--customer", help="Of this customer."),
    click.option("--age", help="Opened at least so long ago: 45m, 12h, 3d, 2w."),
    click.option("--clause", help="Under this clause."),
    click.option("--kind", help="Of this kind, such as messaging/spam."),
    click.option("--evidence", help="With this evidence: E0 to E5."),
    click.option(
        "--assignee", help="Of this person, `me` (whoever looks) or `nobody` (who is here)."
    ),
    click.option("--proposal", type=click.Choice(["yes", "no"]), help="A rule proposed a measure."),
    click.option("--source", help="Claimed by this source, such as mail:cert.example."),
    click.option("--site", help="About a machine at this site."),
    click.option("--sort", type=click.Choice(["urgency", "oldest", "newest", "changed"])),
)


def case_filters(command: C) -> C:
    """Give a command the options, in their order."""
    for option in reversed(FILTERS):
        command = option(command)
    return command
