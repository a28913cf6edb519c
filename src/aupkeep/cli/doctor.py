"""What is not set up, with the command that mends each."""

import click

from aupkeep.cli.acting import open_desk
from aupkeep.cli.output import output, show, table


@click.command()
@output
def doctor(form: str) -> None:
    """Say what is not set up or waits for it, each with the one command that mends it."""
    context = open_desk()
    from aupkeep.app.notifying.delivery import relay_trouble
    from aupkeep.app.pages.doctor.load import doctor as examine

    checks = examine(context, relay_trouble)
    rows = [("ok" if x.ok else "MEND", x.check, x.found, x.remedy) for x in checks]
    show(form, checks, lambda: table(["", "check", "found", "remedy"], rows, ""))
