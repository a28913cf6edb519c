"""The journal as one file that proves itself: JSON Lines, described in `docs/journal.md`.

The first line is `{"checkpoints":[…],"format":"aupkeep-journal/1","keys":[…],"origin":"…"}`, each
further line one entry, `{"erased":false,"index":0,"leaf":"…","payload":{…},"salt":"…"}`. Every line
is canonical (`model.facts.canonical`) and ends in a newline, so that no byte of an entry can change
unseen. Of the first line lines of signers that the reader does not know can.
"""

import base64
import json
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any

from aupkeep.evidence.checkpoint import decode_base64, key_id, parse, read_key, show_key
from aupkeep.evidence.cosignature import COSIGNER, Cosigner, cosignatures_hold
from aupkeep.evidence.verify import Keys, LogLeaf, LogVerdict, check
from aupkeep.model.errors import Unreadable
from aupkeep.model.facts import canonical

FORMAT = "aupkeep-journal/1"
NOTE = re.compile(r".*?\n\n(?:\u2014 [^\n]*\n)+", re.DOTALL)  # one signed note of many
HEAD = frozenset({"checkpoints", "format", "keys", "origin"})
BODY = frozenset({"erased", "index", "leaf", "payload", "salt"})


@dataclass(frozen=True, slots=True, kw_only=True)
class JournalExport:
    """An export as read: `leaves` may be walked once and raises `Unreadable` at a broken line."""

    origin: str
    checkpoints: tuple[str, ...]
    keys: Keys
    leaves: Iterator[LogLeaf]


def export_lines(
    leaves: Iterable[LogLeaf], checkpoints: Sequence[str], public_keys: Keys, origin: str
) -> Iterator[bytes]:
    """The lines of an export, each with its newline; `leaves` in the order of their index."""
    keys = [show_key(name, key) for name, key in public_keys]
    head = {"format": FORMAT, "origin": origin, "keys": keys, "checkpoints": list(checkpoints)}
    yield canonical(head) + b"\n"
    for leaf in leaves:
        yield (
            canonical(
                {
                    "index": leaf.number,
                    "leaf": base64.b64encode(leaf.leaf).decode(),
                    "salt": None if leaf.salt is None else base64.b64encode(leaf.salt).decode(),
                    "payload": leaf.payload,
                    "erased": leaf.erased,
                }
            )
            + b"\n"
        )


def read_export(lines: Iterable[bytes]) -> JournalExport:
    """Read an export line by line. Raises `Unreadable` when the first line is not one."""
    rest = iter(lines)
    head = _line(next(rest, b""), HEAD)
    texts = (head["checkpoints"], head["keys"])
    listed = all(isinstance(text, list) and all(isinstance(t, str) for t in text) for text in texts)
    if head["format"] != FORMAT or not isinstance(head["origin"], str) or not listed:
        raise Unreadable(f"export: expected format {FORMAT}, found {head['format']!r:.60}")
    keys = tuple(read_key(text) for text in head["keys"])
    shown = [show_key(*key) for key in keys]
    if not keys or shown != head["keys"] or len({*shown}) < len(shown):
        raise Unreadable("export: expected at least one key, each once and in its one form")
    return JournalExport(
        origin=head["origin"],
        checkpoints=tuple(head["checkpoints"]),
        keys=keys,
        leaves=(_leaf(line) for line in rest),
    )


def read_checkpoints(text: str) -> list[str]:
    """The checkpoints of a file: one after the other, or each as JSON in a line of its own.

    Raises `Unreadable` when there is none in it: kept in vain would look like kept.
    """
    try:
        plain = "".join(map(json.loads, text.splitlines())) if text.startswith('"') else text
    except (ValueError, TypeError) as error:
        raise Unreadable(f"checkpoints: expected one JSON text a line, found {error}") from error
    checkpoints = NOTE.findall(plain)
    if not checkpoints:
        raise Unreadable("checkpoints: expected some, found none in the file")
    return checkpoints


def check_export(
    lines: Iterable[bytes],
    *,
    checkpoints: Sequence[str] = (),
    public_keys: Keys = (),
    cosigners: Sequence[Cosigner] = (),
    quorum: int = 0,
) -> LogVerdict:
    """The verdict over an export, with checkpoints and keys kept apart from it where given.

    Without `public_keys` the file's own keys are believed, which proves that the file is whole but
    not whose it is. With them, a key in the file that is not among them is an error. So is a
    signature of one of the `cosigners` that does not hold, and fewer than `quorum` of them.
    """
    try:
        journal = read_export(lines)
    except Unreadable as error:
        return LogVerdict(ok=False, entries=0, first_bad=0, reason=str(error))
    trusted = {show_key(name, key) for name, key in public_keys}
    for name, key in journal.keys if trusted else ():
        if show_key(name, key) not in trusted:
            reason = f"export: expected a trusted key, found {show_key(name, key)}"
            return LogVerdict(ok=False, entries=0, first_bad=0, reason=reason)
    together = (*journal.checkpoints, *checkpoints)
    if not together:
        reason = "export: expected at least one checkpoint, found none; nothing shows it whole"
        return LogVerdict(ok=False, entries=0, first_bad=0, reason=reason)
    verdict = check(journal.leaves, together, public_keys or journal.keys, origin=journal.origin)
    return _witnessed(verdict, together, cosigners, quorum) if verdict.ok else verdict


def _witnessed(
    verdict: LogVerdict, texts: Iterable[str], cosigners: Sequence[Cosigner], quorum: int
) -> LogVerdict:
    """The verdict with the size that each witness cosigned, of a log whose checkpoints hold."""
    sizes = {cosigner.show(): 0 for cosigner in cosigners}
    notes = [parse(text) for text in texts]
    for cosigner in cosigners:
        wanted = (cosigner.name, key_id(cosigner.name, cosigner.key, COSIGNER))
        for note in notes:
            if wanted not in [(name, given) for name, given, _ in note.signatures]:
                continue
            if not cosignatures_hold(note, cosigner):
                why = (
                    f"checkpoint {note.size}: expected a cosignature of {cosigner.name} that holds"
                )
                return replace(verdict, ok=False, first_bad=max(note.size - 1, 0), reason=why)
            sizes[cosigner.show()] = max(sizes[cosigner.show()], note.size)
    count = sum(size > 0 for size in sizes.values())
    if count < quorum:
        why = f"export: expected {quorum} of these witnesses to have cosigned it, found {count}"
        return replace(verdict, ok=False, first_bad=0, reason=why, witnesses=sizes)
    return replace(verdict, witnesses=sizes)


def _leaf(line: bytes) -> LogLeaf:
    """Read one entry's line. Raises `Unreadable`."""
    entry = _line(line, BODY)
    index, salt, payload = entry["index"], entry["salt"], entry["payload"]
    right = (
        type(index) is int
        and isinstance(entry["leaf"], str)
        and isinstance(salt, str | None)
        and isinstance(payload, dict | None)
        and isinstance(entry["erased"], bool)
    )
    if not right:
        raise Unreadable(f"export: expected an entry, found {line[:60]!r}")
    return LogLeaf(
        number=index,
        leaf=decode_base64(entry["leaf"], "export: expected base64"),
        salt=None if salt is None else decode_base64(salt, "export: expected base64"),
        payload=payload,
        erased=entry["erased"],
    )


def _line(line: bytes, fields: frozenset[str]) -> dict[str, Any]:
    """Read one canonical line with exactly these fields. Raises `Unreadable`."""
    try:
        row = json.loads(line)
        exact = canonical(row) + b"\n" == line
    except (ValueError, RecursionError) as error:
        raise Unreadable(f"export: expected a line of JSON, found {line[:60]!r}") from error
    if not exact or not isinstance(row, dict) or row.keys() != fields:
        raise Unreadable(f"export: expected a canonical line of {sorted(fields)}")
    return row
