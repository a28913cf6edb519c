"""Witnesses: who cosigns our journal's checkpoints, and whose we cosign."""

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, TextIO

import click

from aupkeep.cli.acting import open_desk_for
from aupkeep.cli.output import output, show, table
from aupkeep.config.home import Home
from aupkeep.model.roles import StaffAct

if TYPE_CHECKING:
    from aupkeep.app.witnesses.standing import ShownWitnesses

AGAIN = "Start `aupkeep up` again to use it."
OURS = ["witness", "size", "at", "waits since", "why", "dispute"]
THEIRS = ["log", "size", "at", "dispute", "paused"]


@click.group()
def witness() -> None:
    """Other installs that cosign our journal, and logs that we cosign."""


@witness.command("show")
@output
def show_all(form: str) -> None:
    """Show how each stands, and what another provider needs to witness us."""
    context, _ = open_desk_for(StaffAct.JOURNAL)
    from aupkeep.app.witnesses.standing import shown_witnesses

    shown = shown_witnesses(context)
    show(form, shown, lambda: _words(shown))


def _words(shown: "ShownWitnesses") -> Iterator[str]:
    """What a terminal shows."""
    yield "For the other provider, who cosigns our journal:"
    yield f"  aupkeep witness add-log {shown.origin} {shown.log_key}"
    yield "For the other provider, whose journal we cosign:"
    yield f"  aupkeep witness add {shown.url} {shown.key}"
    yield ""
    rows = [
        (row.witness, row.size, row.at, row.waits_since, row.why, row.dispute)
        for row in shown.witnesses
    ]
    yield from table(OURS, rows, "Nobody cosigns our journal: aupkeep witness add URL KEY")
    yield f"Quorum: {shown.quorum or 'none'}"
    logs = [(row.log, row.size, row.at, row.dispute, row.paused) for row in shown.logs]
    yield from table(THEIRS, logs, "We cosign no other log: aupkeep witness add-log ORIGIN KEY")


@witness.command("add")
@click.argument("url")
@click.argument("key")
@output
def add(url: str, key: str, form: str) -> None:
    """Have our checkpoints cosigned at URL by the witness with the verifier key KEY."""
    context, by = open_desk_for(StaffAct.SETTINGS)
    from aupkeep.app.witnesses.acts import add_witness

    file = add_witness(context, url, key, by=by)
    result = {"witness": url, "key": key, "file": str(file)}
    show(form, result, lambda: [f"It stands in {file}. {AGAIN}"])


@witness.command("add-log")
@click.argument("origin")
@click.argument("key")
@output
def add_log(origin: str, key: str, form: str) -> None:
    """Cosign the checkpoints of the log ORIGIN that its verifier key KEY signed."""
    context, by = open_desk_for(StaffAct.SETTINGS)
    from aupkeep.app.witnesses import acts

    file = acts.add_log(context, origin, key, by=by)
    result = {"log": origin, "key": key, "file": str(file)}
    show(form, result, lambda: [f"It stands in {file}. {AGAIN}"])


@witness.command("remove")
@click.argument("word", metavar="URL|NAME|KEY|ORIGIN")
@output
def remove(word: str, form: str) -> None:
    """Ask this witness, or answer this log, no more."""
    context, by = open_desk_for(StaffAct.SETTINGS)
    from aupkeep.app.witnesses import acts

    file = acts.remove(context, word, by=by)
    show(form, {"removed": word, "file": str(file)}, lambda: [f"{word} is out of {file}. {AGAIN}"])


@witness.command("forget")
@click.argument("origin")
@click.option("--reasons", required=True, help="What its provider says happened to it.")
@click.option(
    "--own", envvar="AUPKEEP_SIGNER", type=click.Path(file_okay=False, path_type=Path),
    help="The signer's own folder, where a signer holds the key.",
)  # fmt: skip
@output
def forget(origin: str, reasons: str, own: Path | None, form: str) -> None:
    """Forget what we cosigned of a log that was restored; its next checkpoint counts as first."""
    context, by = open_desk_for(StaffAct.SETTINGS)
    from aupkeep.app.witnesses.acts import forget_log

    forget_log(context, origin, reasons, Home(own.absolute()) if own else None, by=by)
    show(form, {"log": origin, "forgotten": True})


@witness.command("resume")
@click.argument("origin")
@click.option("--size", type=click.IntRange(0), help="What its provider says that we cosigned.")
@click.option(
    "--checkpoint", type=click.File(encoding="utf-8", errors="replace"),
    help="The newest that we cosigned, as its provider's `witness show -o json` has it.",
)  # fmt: skip
@click.option("--reasons", required=True, help="How you know where it stood.")
@click.option(
    "--own", envvar="AUPKEEP_SIGNER", type=click.Path(file_okay=False, path_type=Path),
    help="The signer's own folder, where a signer holds the key.",
)  # fmt: skip
@output
def resume(
    origin: str,
    size: int | None,
    checkpoint: TextIO | None,
    reasons: str,
    own: Path | None,
    form: str,
) -> None:
    """After a restore or a move: cosign the log ORIGIN again, from where it stood."""
    if (size is None) == (checkpoint is None):
        raise click.UsageError("expected --size N or --checkpoint FILE, found both or neither")
    context, by = open_desk_for(StaffAct.SETTINGS)
    from aupkeep.app.witnesses.resume import resume_log

    shown = checkpoint.read() if checkpoint is not None else size or 0
    signer = Home(own.absolute()) if own else None
    last = resume_log(context, origin, shown, reasons, signer, by=by)
    show(form, {"log": origin, "size": last.size, "resumed": last.resumed_at})


@witness.command("ask")
@output
def ask(form: str) -> None:
    """Have our newest checkpoint cosigned now, as the worker does by itself."""
    context, _ = open_desk_for(StaffAct.JOURNAL)
    from aupkeep.app.witnesses.push import WitnessNetwork, push_due
    from aupkeep.app.witnesses.standing import shown_witnesses

    push_due(context, WitnessNetwork(), early=True)
    shown = shown_witnesses(context)
    show(form, shown, lambda: _words(shown))
