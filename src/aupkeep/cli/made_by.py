"""The options that name the versions by which measures were made."""

from collections.abc import Callable
from typing import Any

import click

OPTIONS = {
    "rule": "Made by this rule.",
    "policy": "Under this policy version, its hash or the beginning of it.",
    "detector": "On the word of this detector, NAME or NAME/VERSION.",
    "attribution": "With the holder found by this version of attribution.",
    "driver": "Carried by this driver.",
}


def MADE_BY(command: Callable[..., Any]) -> Callable[..., Any]:  # noqa: N802 - as click's own
    """The five options, in the order of their list."""
    for name, text in reversed(OPTIONS.items()):
        command = click.option(f"--{name}", help=text)(command)
    return command
