"""The seal of a backup: its digest is an entry of the journal, under a checkpoint that was signed.

Whoever changes one byte of a member, of the table of contents or of the seal would have to sign a
checkpoint with the journal's key. It works the same where a signer process holds that key, which
signs nothing but the log.
"""

import base64
from contextlib import closing
from itertools import islice
from threading import Event

from aupkeep.app.context import AppContext
from aupkeep.evidence.checkpoint import parse, show_key
from aupkeep.evidence.merkle import Frontier
from aupkeep.evidence.seal import Seal, check_seal, read_seal
from aupkeep.evidence.verify import Keys
from aupkeep.model.actor import Actor
from aupkeep.model.entry import EntryType
from aupkeep.model.errors import Invalid, Unavailable, Unreadable

WAIT, TRIES = 0.25, 120  # seconds between looks, and how many: a signer process signs in a second
LARGEST = 64 << 20  # bytes of a seal: the leaves that came while the copy was made


def sealed(context: AppContext, frontier: str, digest: str, *, by: Actor) -> Seal:
    """Write the entry that names a manifest's digest; proven behind the copy with this tree.

    Raises `Unavailable` where nobody signs.
    """
    from aupkeep.app.journal import entry, record  # restore reads this module before Django's
    from aupkeep.store import log

    words = {"act": "backup-made", "manifest": digest}
    made = entry(context, EntryType.INSTALL_COPIED, by, words)
    record(context, made)
    (number,) = log.numbers_of([made.id])
    text = _signed_over(number)
    start = _tree(frontier).size
    with closing(log.leaves(start)) as stored:
        leaves = list(islice(stored, parse(text).size - start))
    own = next(leaf for leaf in leaves if leaf.number == number)
    if own.salt is None or own.payload is None:
        raise Unavailable("backup: expected its entry whole, found it erased")
    return Seal(
        leaves=tuple(leaf.leaf for leaf in leaves),
        checkpoint=text,
        salt=own.salt,
        payload=own.payload,
    )


def _signed_over(number: int) -> str:
    """The first checkpoint over an entry; a signer process may need a moment for it."""
    from aupkeep.store import checkpoints

    for _ in range(TRIES):
        text = checkpoints.next_after(number, 0)
        if text is not None:
            return text
        Event().wait(WAIT)
    raise Unavailable("backup: expected a signed checkpoint over it, found none; does it sign?")


def proven_key(data: bytes, frontier: str, digest: str, keys: Keys, origin: str) -> str:
    """The verifier key that sealed a manifest of this digest. Raises `Invalid`, `Unreadable`."""
    if len(data) > LARGEST:
        raise Unreadable(f"seal: expected at most {LARGEST} bytes, found {len(data)}")
    seal = read_seal(data)
    kind = EntryType.INSTALL_COPIED.value
    name, key = check_seal(seal, _tree(frontier), keys, kind, origin)
    if seal.payload.get("manifest") != digest:
        raise Invalid("seal: expected the digest of this manifest, found another's")
    return show_key(name, key)


def _tree(frontier: str) -> Frontier:
    """A tree as a manifest has it. Raises `Unreadable`."""
    try:
        data = base64.b64decode(frontier, validate=True)
    except ValueError as error:
        raise Unreadable(f"manifest: expected a tree in base64, found {frontier[:60]!r}") from error
    return Frontier.from_bytes(data) if data else Frontier()
