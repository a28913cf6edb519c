"""Receiving: bytes durable first, then one entry, one row and the effect "read"."""

import hashlib
from dataclasses import dataclass

from aupkeep.app.desk import Desk
from aupkeep.app.journal import entry, record
from aupkeep.model.actor import SYSTEM
from aupkeep.model.entry import Effect, EntryType
from aupkeep.model.raw import Channel, Raw
from aupkeep.store import raws


@dataclass(frozen=True, slots=True, kw_only=True)
class Envelope:
    """How bytes came: the connecting peer, HELO, sender and recipients; None where none."""

    channel: Channel
    media_type: str = "message/rfc822"
    peer: str | None = None
    helo: str | None = None
    sender: str | None = None
    recipients: tuple[str, ...] = ()
    key: str | None = None
    token: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Receipt:
    """`repeated` is True when these bytes, or this key, were accepted before."""

    raw: str
    digest: str
    repeated: bool


def receive(desk: Desk, data: bytes, envelope: Envelope) -> Receipt:
    """Accept bytes: when this returns they are durable, and they will be read (invariant 12).

    The same bytes by the same token, or the same Idempotency-Key, are one report without time
    limit. Raises `Conflict` for a key used before with other bytes and `Unavailable` when the
    storage cannot take them: then nothing was accepted.
    """
    digest = hashlib.sha256(data).hexdigest()
    known = raws.known(digest, envelope.key)
    if known is not None:
        return Receipt(raw=known.id, digest=digest, repeated=True)
    raws.keep(data)
    raw = Raw(
        id=desk.new_id(),
        digest=digest,
        size=len(data),
        received_at=desk.now(),
        channel=envelope.channel,
        media_type=envelope.media_type,
        peer=envelope.peer,
        helo=envelope.helo,
        sender=envelope.sender,
        recipients=envelope.recipients,
        key=envelope.key,
        token=envelope.token,
    )
    record(
        desk,
        entry(desk, EntryType.RAW_RECEIVED, SYSTEM, _payload(raw)),
        rows=[raw],
        effects=[_read_effect(desk, raw)],
    )
    return Receipt(raw=raw.id, digest=digest, repeated=False)


def _payload(raw: Raw) -> dict[str, object]:
    """What the journal keeps of a receipt: digest and envelope, not the bytes."""
    return {
        "raw": raw.id,
        "digest": raw.digest,
        "size": raw.size,
        "channel": raw.channel.value,
        "peer": raw.peer,
        "sender": raw.sender,
        "key": raw.key,
        "token": raw.token,
    }


def _read_effect(desk: Desk, raw: Raw) -> Effect:
    """The work left to do on a raw: read it."""
    return Effect(
        id=desk.new_id(),
        kind="read",
        key=f"read:{raw.id}",
        payload={"raw": raw.id},
        due_at=raw.received_at,
    )
