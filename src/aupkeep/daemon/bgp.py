"""ExaBGP as a process: this one becomes it, so that whoever supervises us supervises it."""

import os

from aupkeep.app.enforcing.bgp_run import hold_routes, prepare_exabgp
from aupkeep.config.home import find_home

__all__ = ["hold", "run"]


def run(target: str | None) -> None:
    """Become ExaBGP for one target. Raises `Invalid`, `Unavailable`."""
    program = prepare_exabgp(find_home(), target)
    os.execve(program.words[0], program.words, program.environment)  # noqa: S606 - no shell


def hold(target: str | None) -> None:
    """Hold the routes of one target; ExaBGP starts this."""
    hold_routes(find_home(), target)
