"""Prove the journal, export it, look after its keys."""

import sys
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING

import click

from aupkeep.cli.acting import allowed, open_desk, open_desk_for
from aupkeep.cli.output import listing, output, show
from aupkeep.model.actor import SYSTEM
from aupkeep.model.counted import counted
from aupkeep.model.errors import Forbidden, Strange, Unavailable
from aupkeep.model.roles import StaffAct

if TYPE_CHECKING:
    from aupkeep.app.proof.export import LogVerdict
    from aupkeep.app.proof.verify import HomeVerdict

OWN_KEYS = "Signed by the keys that the file itself names; --key says whose it must be."


@click.command()
@click.argument("export", required=False, type=click.Path(exists=True, path_type=Path))
@click.option("--mend", is_flag=True, help="Write missing checkpoints to their file again.")
@click.option(
    "--key", "keys", multiple=True, help="With EXPORT: believe this public key, not the file's own."
)
@click.option(
    "--keep",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="With EXPORT: checkpoints you kept; they show what was cut off since.",
)
@click.option(
    "--witness", "witnesses", multiple=True, help="With EXPORT: a witness that you believe, by key."
)
@click.option(
    "--quorum",
    type=click.IntRange(min=0),
    default=0,
    help="With EXPORT: so many of these must have cosigned it.",
)
@click.option("--offline", is_flag=True, help="Ask no witness; what they said before counts.")
@output
def verify(
    export: Path | None,
    *,
    mend: bool,
    keys: tuple[str, ...],
    keep: Path | None,
    witnesses: tuple[str, ...],
    quorum: int,
    offline: bool,
    form: str,
) -> int:
    """Prove the journal of this home, or an EXPORT of one; exit 10 names the first bad entry."""
    from aupkeep.app.proof.export import verify_export

    if export is None and (keys or keep or witnesses or quorum):
        raise click.UsageError(
            "--key, --keep, --witness and --quorum need an EXPORT; a home has its own"
        )
    if export is None:
        result: HomeVerdict | LogVerdict = _verify_home(mend=mend, ask=not offline)
    else:
        result = verify_export(export, keys, keep, witnesses=witnesses, quorum=quorum)
    bare = export is not None and not keys
    show(form, result, lambda: _verdict(result, bare=bare))
    return 0 if result.ok else 10


def _verify_home(*, mend: bool, ask: bool) -> "HomeVerdict":
    """The verdict on this home, noted with who asked for it.

    Who may not ask hears it where the home does not hold: the row that says so may be what was
    changed. A database that SQLite itself cannot read any more does not hold either.
    """
    from aupkeep.app.context import open_context

    try:
        context = open_context()
    except Unavailable as error:
        from aupkeep.app.proof.verify import unreadable_database

        if verdict := unreadable_database(error):
            return verdict
        raise
    from aupkeep.app.proof.last_verification import verify_and_note
    from aupkeep.app.proof.verify import strange_database, verify_records

    strange = strange_database()
    try:
        by = SYSTEM if strange else allowed(open_desk(), StaffAct.JOURNAL)
    except Strange:  # the row about whoever asks may be what is: it is named below
        by = SYSTEM
    except Forbidden:
        if (verdict := verify_records(context)).ok:
            raise
        return verdict
    return verify_and_note(context, by.id, strange, mend=mend, ask=ask)


def _verdict(result: "HomeVerdict | LogVerdict", *, bare: bool) -> list[str]:
    """What a terminal shows."""
    if not result.ok:
        bad = f"The journal does NOT hold. First bad entry: {result.first_bad}."
        return [bad, f"{result.reason}", f"Entries erased before it: {result.erased}."]
    entries = counted(result.entries, "entry", "entries")
    holds = f"The journal holds: {entries}, each under a signed checkpoint."
    if waiting := getattr(result, "unsigned", 0):
        holds += f" {waiting} more wait for the signer."
    named = ", each named by a later entry with the rule" if result.erased else ""
    erased = f"Entries erased: {result.erased}{named}."
    return [holds, erased, *_cosigned(result), *([OWN_KEYS] if bare else [])]


def _cosigned(result: "HomeVerdict | LogVerdict") -> Iterator[str]:
    """Who cosigned, up to which entry."""
    if isinstance(result.witnesses, Mapping):
        for key, size in result.witnesses.items():
            yield f"Witness {key.partition('+')[0]} cosigned {counted(size, 'entry', 'entries')}."
        return
    for witness in result.witnesses:
        when = f", {witness.at:%Y-%m-%d %H:%M:%S} UTC by its clock" if witness.at else ""
        away = f" It did not now: {witness.why}" if witness.why else ""
        entries = counted(witness.size, "entry", "entries")
        yield f"Witness {witness.witness} cosigned {entries}{when}.{away}"


@click.command()
@click.argument("file", type=click.Path(dir_okay=False, allow_dash=True, path_type=Path))
@output
def export(file: Path, form: str) -> None:
    """Write the journal to FILE (- for standard output), for verifier/verify.py or anybody else.

    It holds who reported, so it takes two people: the first time it waits for a colleague's
    `aupkeep approve`, the second time it writes.
    """
    context, by = open_desk_for(StaffAct.JOURNAL)
    from aupkeep.app.deciding.export_requests import take_journal
    from aupkeep.app.proof.export import export_journal, export_lines, refuse_own_file

    stdout = str(file) == "-"
    if not stdout:
        refuse_own_file(context, file)
    if not stdout and not file.parent.is_dir():
        file.open("wb")  # the refusal names the file, and nothing is asked for or used up
    waits = take_journal(context, by.id, "standard output" if stdout else file.name)
    if waits is not None:
        show(form, waits)
        return
    if stdout:
        for line in export_lines(context):
            sys.stdout.buffer.write(line)
        return
    show(form, export_journal(context, file))


@click.group()
def keys() -> None:
    """The home's signing keys."""


@keys.command("list")
@output
def keys_list(form: str) -> None:
    """List keys by purpose and id; private halves are never shown."""
    context = open_desk()
    from aupkeep.app.proof.keys import list_keys

    keys = list_keys(context)
    head = ["purpose", "id", "signs", "public", "verifier"]
    show(form, keys, lambda: listing(head, keys, ""))


@keys.command("rotate")
@click.argument("purpose", type=click.Choice(["journal", "desired", "witness", "tokens", "django"]))
@output
def keys_rotate(purpose: str, form: str) -> None:
    """Make a new key for PURPOSE; the old one stays for what it signed or keyed."""
    context, by = open_desk_for(StaffAct.SETTINGS)
    from aupkeep.app.proof.keys import rotate_key

    show(form, rotate_key(context, purpose, by=by))
