"""The journal as a file for somebody else to verify, and the check of such a file."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from aupkeep.app.context import AppContext
from aupkeep.app.proof.signed_log import journal_keys, signed_leaves, size_of
from aupkeep.evidence import checkpoint
from aupkeep.evidence import export as exporting
from aupkeep.evidence.verify import LogLeaf, LogVerdict

__all__ = ["ExportedJournal", "LogVerdict", "export_journal", "export_lines", "verify_export"]


@dataclass(frozen=True, slots=True)
class ExportedJournal:
    """A file with the journal: how many entries and checkpoints it holds."""

    file: str
    entries: int
    checkpoints: int


def verify_export(
    path: Path, keys: Sequence[str] = (), checkpoint_file: Path | None = None
) -> LogVerdict:
    """Check an export by `keys` (C2SP) and by the checkpoints of a file that was kept elsewhere.

    Without keys its own are believed, which shows it whole but not whose it is. Raises `Unreadable`
    for a key that is none and a file without a checkpoint.
    """
    texts = (
        exporting.read_checkpoints(checkpoint_file.read_text("utf-8", "replace"))
        if checkpoint_file
        else []
    )
    trusted = [checkpoint.read_key(key) for key in keys]
    with path.open("rb") as lines:
        return exporting.check_export(lines, checkpoints=texts, public_keys=trusted)


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

    texts = checkpoints.stored()
    leaves: Iterable[LogLeaf] = signed_leaves(max((size_of(text) for text in texts), default=0))
    origin = context.settings.provider.origin
    yield from exporting.export_lines(leaves, texts, journal_keys(context.home), origin)
