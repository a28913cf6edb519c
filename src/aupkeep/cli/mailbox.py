"""Mailboxes at other servers that are read by IMAP: how they stand, and one read now."""

import click

from aupkeep.cli.acting import open_desk, open_desk_for
from aupkeep.cli.output import listing, output, show
from aupkeep.model.errors import Unavailable
from aupkeep.model.roles import StaffAct

HEAD = ["mailbox", "host", "user", "folder", "sign_in", "seen", "taken", "skipped", "problem"]
NONE = "No mailbox: a table [[mail.mailboxes]] in aupkeep.toml; see docs/intake.md"


@click.group()
def mailbox() -> None:
    """List mailboxes that are read by IMAP; read one now."""


@mailbox.command("list")
@output
def list_(form: str) -> None:
    """List the mailboxes of the settings, and how each stands."""
    context = open_desk()
    from aupkeep.app.receiving.mailbox_reader import list_mailboxes

    rows = list_mailboxes(context)
    show(form, rows, lambda: listing(HEAD, rows, NONE))


@mailbox.command()
@click.argument("name", required=False)
@output
def read(name: str | None, form: str) -> int:
    """Read mailbox NAME, or all, now; also one whose credentials were refused before.

    Exit 8 where one could not be read.
    """
    context, by = open_desk_for(StaffAct.SETTINGS)
    from aupkeep.app.receiving.mailbox_reader import read_now

    done = read_now(context, name, by=by)
    head = ["name", "uid", "taken", "repeated", "skipped", "problem"]
    show(form, done, lambda: listing(head, done, NONE))
    return Unavailable.exit_code if any(state.problem for state in done) else 0
