"""A lab on this machine: real attacks, and how long each took to be found, dropped, restored."""

from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar

import click

from aupkeep.cli.output import listing, output, show
from aupkeep.config.home import find_home

CHOICE = ["attack", "says", "measure", "driver", "missing"]  # of a lab that nobody attacked yet
HEAD = ["attack", "finding_s", "drop_s", "restore_s", "others_touched", "driver", "missing"]
F = TypeVar("F", bound=Callable[..., object])


def _folder(command: F) -> F:
    return click.option(
        "--folder",
        type=click.Path(file_okay=False, path_type=Path),
        help="Where the lab lives; default: lab in the home.",
    )(command)


def _place(folder: Path | None) -> Path:
    return (folder or find_home().path / "lab").absolute()


def _show(form: str, rows: list[dict[str, Any]], head: list[str] = HEAD) -> None:
    """The rows; in words, who else was touched is said also where it is nobody."""
    worded = [{**row, "others_touched": _touched(row["others_touched"])} for row in rows]
    show(
        form,
        rows,
        lambda: listing(head, worded, "No lab ran; what an earlier one left is removed."),
    )


def _touched(others: list[str] | None) -> str:
    return "" if others is None else ", ".join(others) or "nothing"


@click.group()
def lab() -> None:
    """Build a small internet in namespaces, attack it, see what happens; touches nothing else."""


@lab.command()
@_folder
@click.option("--exporter", type=click.Choice(["pmacctd", "softflowd"]), default="pmacctd")
@click.option("--seconds", type=click.IntRange(1, 300), default=1, help="The exporter's timeouts.")
@click.option(
    "--sampling", type=click.IntRange(1, 10_000), default=1, help="One packet in so many."
)
@output
def up(folder: Path | None, exporter: str, seconds: int, sampling: int, form: str) -> None:
    """Start a lab that stays until `aupkeep lab down`; lists its attacks."""
    from aupkeep.lab.control import bring_up
    from aupkeep.lab.exporters import ExportRate

    rate = ExportRate(seconds=seconds, sampling=sampling)
    _show(form, bring_up(_place(folder), exporter, rate), CHOICE)


@lab.command()
@click.argument("name")
@_folder
@output
def attack(name: str, folder: Path | None, form: str) -> None:
    """Run the attack NAME: from its first packet to the finding, the drop, and back."""
    from aupkeep.lab.control import ask

    _show(form, ask(_place(folder), do="attack", name=name))


@lab.command("show")
@_folder
@output
def show_rows(folder: Path | None, form: str) -> None:
    """Show each attack with its last run."""
    from aupkeep.lab.control import ask

    _show(form, ask(_place(folder), do="show"))


@lab.command()
@_folder
@output
def down(folder: Path | None, form: str) -> None:
    """End the lab and everything in it; shows what its attacks came to."""
    from aupkeep.lab.control import take_down

    _show(form, take_down(_place(folder)))
