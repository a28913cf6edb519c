"""Receiving a raw: bytes durable first, then one entry, one row and the effect "read"."""

import hashlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, fields, replace
from datetime import datetime
from typing import Protocol

from aupkeep.app.context import AppContext
from aupkeep.app.journal import change_for, entry, journal_of
from aupkeep.app.process_wake_up import wake_up
from aupkeep.app.receiving.channel_site import channel_site
from aupkeep.app.receiving.fair_queue import QueuePlace, queue_place
from aupkeep.model.actor import SYSTEM
from aupkeep.model.entry import LARGE_FLOW, Effect, Entry, EntryType
from aupkeep.model.errors import Conflict, Invalid
from aupkeep.model.idempotency_key import IdempotencyKey
from aupkeep.model.raw import Channel, Raw
from aupkeep.store import idempotency_keys, mailboxes, raws, refresh
from aupkeep.store.journal import Change
from aupkeep.store.mailboxes import MailboxMark
from aupkeep.store.writer import Writer

LONGEST_KEY = 200  # characters
LARGE = 1 << 20  # bytes; reading more has a thread of the worker's own


@dataclass(frozen=True, slots=True, kw_only=True)
class RawEnvelope:
    """How bytes arrived: the connecting peer, HELO, sender and recipients; None where none.

    `received_at` is for what another install received before; None = now.
    """

    channel: Channel
    media_type: str = "message/rfc822"
    peer: str | None = None
    helo: str | None = None
    sender: str | None = None
    recipients: tuple[str, ...] = ()
    key: str | None = None
    token: str | None = None
    site: str | None = None
    received_at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ReceivedRaw:
    """`repeated` is True when these bytes, or this key, were accepted before."""

    raw: str
    digest: str
    repeated: bool


class AcceptRaw(Protocol):
    """Accepts bytes as `receive` does; `mark` is written with them, or alone for a repeat."""

    def __call__(
        self, data: bytes, envelope: RawEnvelope, mark: MailboxMark | None = None, /
    ) -> ReceivedRaw:
        """Raises as `receive` does, and `Conflict` for a mark whose lease is lost."""


def receive(context: AppContext, data: bytes, envelope: RawEnvelope) -> ReceivedRaw:
    """Accept bytes: when this returns they are durable, and they will be read (invariant 12).

    The same bytes, or the same Idempotency-Key, are one report without time limit. Raises
    `Conflict` for a key used before with other bytes and `Unavailable` when the storage cannot
    take them: then nothing was accepted. Raises `Invalid` for a key that is none.
    """
    return _accept(
        context, data, envelope, lambda change: journal_of(context.home).commit([change])
    )


@contextmanager
def accepting(context: AppContext) -> Iterator[AcceptRaw]:
    """`receive` for many threads at once, with group commit."""
    writers = [Writer(journal_of(context.home))]

    def write(change: Change) -> None:
        if not writers[0].accepting:  # the storage failed before; what is on disk is what counts
            writers[0] = Writer(journal_of(context.home))
        writers[0].submit(change).result()  # wait until it is durable

    try:
        yield lambda data, envelope, mark=None: _accept(context, data, envelope, write, mark)
    finally:
        writers[0].close()


def _accept(
    context: AppContext,
    data: bytes,
    envelope: RawEnvelope,
    write: Callable[[Change], object],
    mark: MailboxMark | None = None,
) -> ReceivedRaw:
    """Keep the bytes and write the change; of two equal ones at once one is the repeat."""
    check_key(envelope.key)
    refresh()
    digest = hashlib.sha256(data).hexdigest()
    _check_known_key(digest, envelope.key)
    known = raws.known(digest, envelope.key)
    if known is not None:
        if known.digest == digest:
            raws.mend(data)
        _remember_key(context, known, envelope.key, write)
        if mark is not None:
            mailboxes.keep(mark)
        return ReceivedRaw(raw=known.id, digest=digest, repeated=True)
    raws.keep(data)
    raw = raw_of(context, data, envelope)
    change = change_for(
        received_entry(context, raw),
        rows=[raw],
        effects=[read_effect(context, raw, queue_place(context, raw, data))],
    )
    try:
        write(replace(change, mark=mark))
    except Conflict:
        other = raws.known(digest, envelope.key)
        if other is None:
            raise
        if mark is not None:
            mailboxes.keep(mark)
        return ReceivedRaw(raw=other.id, digest=digest, repeated=True)
    wake_up(context.home)
    return ReceivedRaw(raw=raw.id, digest=digest, repeated=False)


def check_key(key: str | None) -> None:
    """Raises `Invalid` for an Idempotency-Key that is empty, too long or holds control codes."""
    if key is not None and not (0 < len(key) <= LONGEST_KEY and key.isprintable()):
        raise Invalid(
            f"Idempotency-Key: expected 1 to {LONGEST_KEY} printable characters, "
            f"found {len(key)}: {key[:40]!r}"
        )


def own_key(key: str, token: str) -> str:
    """The key of one API token, under which its bytes are known: others' are other keys.

    Raises as `check_key`.
    """
    check_key(key)
    return hashlib.sha256(f"{token}\0{key}".encode()).hexdigest()


def _check_known_key(digest: str, key: str | None) -> None:
    """Raises `Conflict` for a key that came with other bytes, also when those were a repeat."""
    before = idempotency_keys.get(_digest_of(key)) if key is not None else None
    if before is not None and before.digest != digest:
        raise Conflict(
            f"Idempotency-Key {key!r}: expected the bytes {before.digest}, found {digest}"
        )


def _remember_key(
    context: AppContext, raw: Raw, key: str | None, write: Callable[[Change], object]
) -> None:
    """Remember a new key of bytes that were received before."""
    if key is None or key == raw.key or idempotency_keys.get(_digest_of(key)):
        return
    kept_key = IdempotencyKey(id=_digest_of(key), digest=raw.digest, at=context.now())
    payload = {"raw": raw.id, "digest": raw.digest, "key": key}
    new_entry = entry(context, EntryType.RAW_REPEATED, SYSTEM, payload)
    try:
        write(change_for(new_entry, rows=[kept_key]))
    except Conflict:  # the key came twice at once: with these bytes it is a repeat
        refresh()
        _check_known_key(raw.digest, key)


def _digest_of(key: str) -> str:
    return hashlib.sha256(key.encode()).hexdigest()


def raw_of(context: AppContext, data: bytes, envelope: RawEnvelope) -> Raw:
    """The record of bytes received now."""
    known = envelope.site or channel_site(
        context, envelope.channel, envelope.sender, envelope.recipients
    )
    at = envelope.received_at or context.now()
    envelope = replace(envelope, site=known, received_at=at)
    return Raw(
        id=context.new_id(),
        digest=hashlib.sha256(data).hexdigest(),
        size=len(data),
        **{item.name: getattr(envelope, item.name) for item in fields(envelope)},
    )


def received_entry(context: AppContext, raw: Raw) -> Entry:
    """What the journal keeps of a receipt: digest and envelope, not the bytes."""
    payload = {
        "raw": raw.id,
        "digest": raw.digest,
        "size": raw.size,
        "channel": raw.channel.value,
        "peer": raw.peer,
        "sender": raw.sender,
        "key": raw.key,
        "token": raw.token,
        "site": raw.site,
    }
    return entry(context, EntryType.RAW_RECEIVED, SYSTEM, payload)


def read_effect(context: AppContext, raw: Raw, place: QueuePlace) -> Effect:
    """The effect that reads a raw, at its place in the fair queue."""
    return Effect(
        id=context.new_id(),
        kind="read",
        key=f"read:{raw.id}",
        payload={"raw": raw.id},
        due_at=raw.received_at,
        flow=f"{LARGE_FLOW}{place.flow}" if raw.size > LARGE else place.flow,
        lane=place.lane,
    )
