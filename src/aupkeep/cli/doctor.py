"""What is not set up, with the command that fixes each."""

import click

from aupkeep.cli.acting import open_desk
from aupkeep.cli.output import output, show, table

TO_MEND = 12  # the exit code where a check does not hold


@click.command()
@output
def doctor(form: str) -> int:
    """Say what is not set up or waits for it, each with the one command that fixes it.

    Exit 12 where a check does not hold.
    """
    from aupkeep.app.context import prepare_home

    prepare_home()
    from aupkeep.app.notifying.delivery import relay_trouble
    from aupkeep.app.pages.doctor.examine import examine

    checks = examine(open_desk, relay_trouble)
    rows = [("ok" if x.ok else "MEND", x.check, x.found, x.remedy) for x in checks]
    show(form, checks, lambda: table(["", "check", "found", "remedy"], rows, ""))
    return 0 if all(check.ok for check in checks) else TO_MEND
