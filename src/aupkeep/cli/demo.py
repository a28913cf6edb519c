"""`aupkeep demo`: the whole road on this machine in a minute, then the console to look around."""

import contextlib
import tempfile
import time
from pathlib import Path
from typing import TYPE_CHECKING

import click

from aupkeep.cli.output import output, show

if TYPE_CHECKING:
    from aupkeep.lab.world import LabWorld

PARTLY = 3  # the exit code of what was done in part


@click.command()
@click.option("--serve/--no-serve", default=True, help="Serve the console afterwards.")
@click.option(
    "--folder",
    type=click.Path(file_okay=False, path_type=Path),
    help="Where the demo lives; default a fresh temporary folder.",
)
@output
def demo(serve: bool, folder: Path | None, form: str) -> None:  # noqa: FBT001 - click passes flags so
    """Show the whole road with real parts: attack, report, case, block, answer, undo, proof.

    Where the machine allows no namespaces, measures are recorded only; it says what was not done
    and exits with 3.
    """
    from aupkeep.lab.scenario import not_done, run_all
    from aupkeep.lab.world import LabWorld

    started = time.monotonic()
    steps: list[dict[str, object]] = []
    place = folder or Path(tempfile.mkdtemp(prefix="aupkeep-demo-"))

    def say(title: str, detail: str) -> None:
        seconds = round(time.monotonic() - started, 1)
        steps.append({"title": title, "detail": detail, "seconds": seconds})
        if form == "text":
            mark = click.style("ok", fg="green")
            click.echo(f"  {mark} {seconds:5.1f} s  {click.style(title, bold=True)}: {detail}")

    if form == "text":
        click.echo("Aupkeep's road, walked once with real parts:\n")
    with LabWorld.open(place) as world:
        if form == "text":
            click.echo(_where(world.why_recorded))
        run_all(world, say)
        took = round(time.monotonic() - started, 1)
        left = not_done(world)
        result = {"ok": not left, "seconds": took, "steps": steps, "not_done": list(left)}
        show(form, result, lambda: _end(took, left))
        if serve:
            _serve(world, form)
    if left:
        click.get_current_context().exit(PARTLY)


def _where(why: str | None) -> str:
    if why is None:
        return "The router, two tenants and an internet are network namespaces of this machine.\n"
    return f"No namespaces here ({why}):\nmeasures are recorded, not enforced.\n"


def _end(took: float, left: tuple[str, ...]) -> list[str]:
    if not left:
        return ["", f"Every step held, in {took} s."]
    said = f"What could be done here was done, in {took} s. Not done on this machine:"
    return ["", said, *(f"  - {line}" for line in left)]


def _serve(world: "LabWorld", form: str) -> None:
    """Leave everything running until it is interrupted, with a sign-in link for the console."""
    from aupkeep.lab.scenario import PEOPLE

    link = world.command("staff", "link", PEOPLE[0])["link"]
    if form == "text":
        click.echo(f"\nThe console: {click.style(link, underline=True)}")
        click.echo(f"The link signs you in once, as {PEOPLE[1]}. State: {world.home}")
        click.echo("Ctrl-C ends the demo.")
    with contextlib.suppress(KeyboardInterrupt):
        while True:
            time.sleep(1)
