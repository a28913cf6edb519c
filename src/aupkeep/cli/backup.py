"""Backups, restores and moves."""

from pathlib import Path

import click

from aupkeep.cli.acting import open_desk_for
from aupkeep.cli.output import output, show
from aupkeep.config.home import find_home
from aupkeep.model.counted import counted
from aupkeep.model.roles import StaffAct

FILE = click.Path(dir_okay=False, path_type=Path)
THERE = click.Path(exists=True, dir_okay=False, path_type=Path)


@click.command()
@click.argument("file", type=FILE)
@click.option("--to", "recipients", multiple=True, help="Who may open it: age1…, of age-keygen.")
@click.option("--keys", type=FILE, help="Write the private keys here: keep them elsewhere.")
@click.option("--plain", is_flag=True, help="Do not encrypt; it holds personal data.")
@click.option("--replace", is_flag=True, help="Write over files that are there.")
@output
def backup(
    file: Path,
    recipients: tuple[str, ...],
    keys: Path | None,
    *,
    plain: bool,
    replace: bool,
    form: str,
) -> None:
    """Write a backup to FILE while everything runs: database, received bytes, settings, policy."""
    context, by = open_desk_for(StaffAct.SETTINGS)
    from aupkeep.app.backup.backup import back_up

    result = back_up(
        context, file.absolute(), keys, recipients, plain=plain, by=by, replace=replace
    )
    show(form, result)


@click.command()
@click.argument("file", type=THERE)
@click.option("--identity", type=THERE, help="Secret keys of age, as age-keygen writes them.")
@click.option("--keys", type=THERE, help="The file that backup --keys wrote.")
@click.option("--unsealed", is_flag=True, help="Take one of before seals; nothing proves it.")
@output
def restore(
    file: Path, identity: Path | None, keys: Path | None, *, unsealed: bool, form: str
) -> None:
    """Fill this empty home from a backup, on the database of the settings, and verify it."""
    from aupkeep.app.backup.restore import restore as fill

    show(form, fill(find_home(), file.absolute(), keys, identity, unsealed=unsealed))


@click.command()
@click.option("--to", required=True, help="postgresql://…, or sqlite for the file of the home.")
@output
def move(to: str, form: str) -> None:
    """Copy the install into another database and verify it there; stop the processes first."""
    context, by = open_desk_for(StaffAct.SETTINGS)
    from aupkeep.app.backup.move import move as copy

    def progress(what: str, count: int) -> None:
        if form == "text" and count:
            click.echo(f"{what}: {count}", err=True)

    result = copy(context, to, progress, by=by)
    line = f"Put this above the first section of {context.home.settings}: {result.setting}"
    show(
        form,
        result,
        lambda: [f"It holds there: {counted(result.entries, 'entry', 'entries')}.", line],
    )
