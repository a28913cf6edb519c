"""History of another system, taken in once."""

import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import click

from aupkeep.cli.acting import open_desk_for
from aupkeep.cli.output import output, show
from aupkeep.model.counted import counted
from aupkeep.model.errors import Unreadable
from aupkeep.model.roles import StaffAct

if TYPE_CHECKING:
    from aupkeep.app.history_import import HistoryImport

FILES = click.argument(
    "paths", nargs=-1, required=True, type=click.Path(exists=True, dir_okay=False, path_type=Path)
)
FOLDERS = click.argument(
    "paths", nargs=-1, required=True, type=click.Path(exists=True, file_okay=False, path_type=Path)
)


@click.group("import")
def import_() -> None:
    """Take in what another system kept, as closed cases: no clock, notice, rule or strike.

    Customers and assignments come first: who held an address then is asked of them. Twice is once.
    """


@import_.command("mbox")
@FILES
@output
def mbox(paths: tuple[Path, ...], form: str) -> int:
    """Take in the mails of mbox PATHS, each as of when it came."""
    return _take("mbox", paths, form)


@import_.command("maildir")
@FOLDERS
@output
def maildir(paths: tuple[Path, ...], form: str) -> int:
    """Take in the mails of Maildirs; none is moved or marked as seen."""
    return _take("maildir", paths, form)


@import_.command("jsonl")
@FILES
@output
def jsonl(paths: tuple[Path, ...], form: str) -> int:
    """Take in tickets, a JSON object a line: docs/history.md names the fields."""
    return _take("jsonl", paths, form)


def _take(kind: str, paths: tuple[Path, ...], form: str) -> int:
    """Take it in, and say so; something that was refused is told by the exit code too."""
    context, by = open_desk_for(StaffAct.SETTINGS)
    from aupkeep.app.history_import import import_history

    done = import_history(context, kind, paths, by=by, progress=_progress())
    show(form, done, lambda: _lines(done))
    return Unreadable.exit_code if done.rejected else 0


def _progress() -> "Callable[[HistoryImport], None]":
    """One line on a person's terminal, written over; nothing elsewhere."""
    if not sys.stderr.isatty():
        return lambda _done: None
    return lambda done: click.echo(
        f"\r{done.seen} seen, {done.new} new, {counted(done.cases, 'case')} ", nl=False, err=True
    )


def _lines(done: "HistoryImport") -> Iterator[str]:
    yield (
        f"{done.seen} seen: {done.new} new, {done.repeated} were here before, "
        f"{done.rejected} refused."
    )
    yield f"{counted(done.cases, 'closed case')}. Without a claim that can be read: {done.unread},"
    yield f"{done.unheld} name no address that a known customer held then."
    for refused in done.refused:
        yield f"{refused.name}: {refused.reason}"
