"""What was received, carried into another install."""

from pathlib import Path

import click

from aupkeep.cli.acting import open_desk_for
from aupkeep.cli.output import output, show
from aupkeep.model.moments import parse_day
from aupkeep.model.roles import StaffAct

FILE = click.Path(dir_okay=False, path_type=Path)
THERE = click.Path(exists=True, dir_okay=False, path_type=Path)
PARTLY = 3  # some of it was not taken in


@click.group()
def raw() -> None:
    """Carry what was received into another install, e.g. of the version before."""


@raw.command("export")
@click.argument("file", type=FILE)
@click.option("--since", required=True, help="RFC 3339 or a day; early, repeats are known.")
@click.option("--to", "recipients", multiple=True, help="Who may open it: age1…, of age-keygen.")
@click.option("--plain", is_flag=True, help="Do not encrypt; it holds personal data.")
@click.option("--replace", is_flag=True, help="Write over a file that is there.")
@output
def export(
    file: Path, since: str, recipients: tuple[str, ...], *, plain: bool, replace: bool, form: str
) -> None:
    """Write what was received since a moment to FILE, and how it came."""
    moment = parse_day(since, "--since")
    context, by = open_desk_for(StaffAct.SETTINGS)
    from aupkeep.app.backup.raws import export_raws

    result = export_raws(
        context, file.absolute(), moment, recipients, plain=plain, by=by, replace=replace
    )
    show(form, result)


@raw.command("import")
@click.argument("file", type=FILE)
@click.option("--identity", type=THERE, help="Secret keys of age, as age-keygen writes them.")
@output
def import_(file: Path, identity: Path | None, form: str) -> int:
    """Receive what FILE holds, as it was received there; what is known already is left."""
    context, by = open_desk_for(StaffAct.SETTINGS)
    from aupkeep.app.backup.raws import import_raws

    result = import_raws(context, file.absolute(), identity, by=by)
    show(form, result)
    return PARTLY if result.refused else 0
