"""The journal as a file for somebody else to verify, and the check of such a file."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from aupkeep.app.context import AppContext
from aupkeep.app.proof.signed_log import journal_keys, signed_leaves, size_of
from aupkeep.evidence import checkpoint
from aupkeep.evidence import export as exporting
from aupkeep.evidence.checkpoint import DASH
from aupkeep.evidence.cosignature import read_cosigner
from aupkeep.evidence.verify import LogLeaf, LogVerdict
from aupkeep.model.errors import Invalid
from aupkeep.store.patience import LONG, patience

__all__ = [
    "ExportedJournal",
    "LogVerdict",
    "export_journal",
    "export_lines",
    "refuse_own_file",
    "verify_export",
]


@dataclass(frozen=True, slots=True)
class ExportedJournal:
    """A file with the journal: how many entries and checkpoints it holds."""

    file: str
    entries: int
    checkpoints: int


def verify_export(
    path: Path,
    keys: Sequence[str] = (),
    checkpoint_file: Path | None = None,
    *,
    witnesses: Sequence[str] = (),
    quorum: int = 0,
) -> LogVerdict:
    """Check an export by `keys` (C2SP) and by the checkpoints of a file that was kept elsewhere.

    Without keys its own are believed, which shows it whole but not whose it is. Of `witnesses`, by
    their verifier keys, at least `quorum` must have cosigned some of it. Raises `Unreadable` for a
    key that is none and a file without a checkpoint.
    """
    texts = (
        exporting.read_checkpoints(checkpoint_file.read_text("utf-8", "replace"))
        if checkpoint_file
        else []
    )
    trusted = [checkpoint.read_key(key) for key in keys]
    cosigners = [read_cosigner(key) for key in dict.fromkeys(witnesses)]
    with path.open("rb") as lines:
        return exporting.check_export(
            lines, checkpoints=texts, public_keys=trusted, cosigners=cosigners, quorum=quorum
        )


def refuse_own_file(context: AppContext, path: Path) -> None:
    """Raise `Invalid` for a file of the home, which an export would overwrite."""
    if path.exists() and context.home.holds(path):
        raise Invalid(f"{path}: expected a file outside the home, found one of {context.home.path}")


@patience(LONG)
def export_journal(context: AppContext, path: Path) -> ExportedJournal:
    """Write the journal for somebody else to verify; it holds personal data as it is."""
    from aupkeep.store import checkpoints

    lines = export_lines(context)
    with path.open("wb") as file:
        entries = sum(1 for line in lines if file.write(line)) - 1
    return ExportedJournal(str(path), entries, len(checkpoints.stored()))


def export_lines(context: AppContext) -> Iterator[bytes]:
    """The lines of an export: its head, then each entry that a checkpoint covers."""
    from aupkeep.store import checkpoints

    texts = _with_cosignatures(checkpoints.stored())
    leaves: Iterable[LogLeaf] = signed_leaves(max((size_of(text) for text in texts), default=0))
    origin = context.settings.provider.origin
    yield from exporting.export_lines(leaves, texts, journal_keys(context.home), origin)


def _with_cosignatures(texts: Sequence[str]) -> list[str]:
    """The checkpoints with the lines of witnesses below our own; one that is gone stands last."""
    from aupkeep.store import witnesses

    cosigned: dict[str, str] = dict.fromkeys(texts, "")
    for cosignature in witnesses.cosignatures():
        head, _, tail = cosignature.text.rpartition(DASH)
        cosigned[head] = cosigned.get(head, "") + DASH + tail
    return [text + lines for text, lines in cosigned.items()]
