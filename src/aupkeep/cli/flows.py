"""What the traffic shows. Each command lives in a module of its own, loaded when it is called."""

import click

from aupkeep.cli.group import LazyGroup

COMMANDS: dict[str, tuple[str, str]] = {
    "decode": ("flow_decode:decode", "Read files of exports and show the flows they tell."),
    "replay": ("flow_replay:replay", "Try the detectors on captures or exports that were kept."),
    "exporters": ("flow_history:exporters", "Who exports: rate, loss, template age, sampling."),
    "hits": ("flow_history:hits", "What the detectors saw lately, observed or told."),
    "show": ("flow_history:show_flows", "The flows from and to an address that are kept."),
    "top": ("flow_history:top", "The largest addresses, peers, ports, exporters."),
    "check": ("flow_history:check", "Compare an outside complaint with our own flow records."),
    "baseline": ("flow_baseline:baseline", "Thresholds that a week of observation proposes."),
    "explain": ("flow_history:explain", "Why a detector spoke: thresholds, rows, sampling."),
}


class FlowCommands(LazyGroup):
    """The commands below `aupkeep flows`."""

    table = COMMANDS


@click.group(cls=FlowCommands)
def flows() -> None:
    """Read what routers export of their traffic, follow it, explain what was seen."""
