"""The journal as one file that proves itself: JSON Lines, described in `docs/journal.md`.

The first line is `{"checkpoints":[…],"format":"aupkeep-journal/1","keys":[…],"origin":"…"}`, each
further line one entry, `{"erased":false,"index":0,"leaf":"…","payload":{…},"salt":"…"}`. Every line
is canonical (`model.facts.canonical`) and ends in a newline, so that no byte can change unseen.
"""

import base64
import json
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from aupkeep.evidence.checkpoint import read_key, show_key
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
    return JournalExport(
        origin=head["origin"],
        checkpoints=tuple(head["checkpoints"]),
        keys=tuple(read_key(text) for text in head["keys"]),
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
    found = NOTE.findall(plain)
    if not found:
        raise Unreadable("checkpoints: expected some, found none in the file")
    return found


def check_export(
    lines: Iterable[bytes], *, checkpoints: Sequence[str] = (), public_keys: Keys = ()
) -> LogVerdict:
    """The verdict over an export, with checkpoints and keys kept apart from it where given.

    Without `public_keys` the file's own keys are believed, which proves that the file is whole but
    not whose it is. With them, a key in the file that is not among them is an error.
    """
    try:
        found = read_export(lines)
    except Unreadable as error:
        return LogVerdict(ok=False, entries=0, first_bad=0, reason=str(error))
    trusted = {show_key(name, key) for name, key in public_keys}
    for name, key in found.keys if trusted else ():
        if show_key(name, key) not in trusted:
            reason = f"export: expected a trusted key, found {show_key(name, key)}"
            return LogVerdict(ok=False, entries=0, first_bad=0, reason=reason)
    together = (*found.checkpoints, *checkpoints)
    return check(found.leaves, together, public_keys or found.keys, origin=found.origin)


def _leaf(line: bytes) -> LogLeaf:
    """Read one entry's line. Raises `Unreadable`."""
    found = _line(line, BODY)
    index, salt, payload = found["index"], found["salt"], found["payload"]
    right = (
        type(index) is int
        and isinstance(found["leaf"], str)
        and isinstance(salt, str | None)
        and isinstance(payload, dict | None)
        and isinstance(found["erased"], bool)
    )
    if not right:
        raise Unreadable(f"export: expected an entry, found {line[:60]!r}")
    return LogLeaf(
        number=index,
        leaf=_decode(found["leaf"]),
        salt=None if salt is None else _decode(salt),
        payload=payload,
        erased=found["erased"],
    )


def _line(line: bytes, fields: frozenset[str]) -> dict[str, Any]:
    """Read one canonical line with exactly these fields. Raises `Unreadable`."""
    try:
        found = json.loads(line)
        exact = canonical(found) + b"\n" == line
    except (ValueError, RecursionError) as error:
        raise Unreadable(f"export: expected a line of JSON, found {line[:60]!r}") from error
    if not exact or not isinstance(found, dict) or found.keys() != fields:
        raise Unreadable(f"export: expected a canonical line of {sorted(fields)}")
    return found


def _decode(text: str) -> bytes:
    """Base64 in its one canonical form. Raises `Unreadable`."""
    try:
        raw = base64.b64decode(text, validate=True)
    except ValueError as error:
        raise Unreadable(f"export: expected base64, found {text[:60]!r}") from error
    if base64.b64encode(raw).decode() != text:
        raise Unreadable(f"export: expected canonical base64, found {text[:60]!r}")
    return raw
