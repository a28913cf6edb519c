"""The place of a received raw in the fair queue: its flow and its lane."""

from typing import NamedTuple

from aupkeep.app.context import AppContext
from aupkeep.app.reporters.sources import cached_lane, source_key
from aupkeep.intake.auth.trust_boundary import TrustBoundary
from aupkeep.intake.queue_flow import flow_of
from aupkeep.model.origin import OriginChannel, parse_origin
from aupkeep.model.raw import Channel, Raw
from aupkeep.model.source import Lane
from aupkeep.store import sources


class QueuePlace(NamedTuple):
    """A flow and its lane: one flow delays only itself, a faster lane is served more often."""

    flow: str = ""
    lane: Lane = Lane.NORMAL


NO_FLOW = QueuePlace()
UNHURRIED = 256 << 10  # bytes; a larger mail of who is not proven is read after the others


def queue_place(context: AppContext, raw: Raw, data: bytes) -> QueuePlace:
    """The place of a raw's reading.

    Only a sender proven at receipt, by a token or our own relay, has a lane of its own. The sender
    of all other raws is not known yet; their flow is that of the connecting network.
    """
    if raw.channel is Channel.FEED:
        return QueuePlace(raw.sender or "feed", Lane.NORMAL)
    if raw.channel is Channel.DETECTOR:  # an attack is running: it waits behind no mail
        return QueuePlace(raw.sender or "detector", Lane.FAST)
    flow = (
        f"api:{raw.token}" if raw.token else flow_of(data, raw.peer, boundary_of(context, raw.peer))
    )
    origin = parse_origin(flow)
    if origin.channel not in (OriginChannel.API, OriginChannel.MAIL) or not origin.proven:
        return QueuePlace(
            flow or raw.channel.value, Lane.SLOW if raw.size > UNHURRIED else Lane.NORMAL
        )
    known = sources.by_key(source_key(context, origin, None))
    return QueuePlace(flow, cached_lane(context, known) if known else Lane.NORMAL)


def boundary_of(context: AppContext, peer: str | None = None) -> TrustBoundary:
    """The relays, names and sealers whose word is believed about senders of mail from a peer.

    A mailbox is believed by the names that its own table states: what its server writes counts
    nowhere else, and what a relay of ours writes counts not there.
    """
    mail = context.settings.mail
    mailbox = next((box for box in mail.mailboxes if box.door == peer and box.authserv_ids), None)
    if mailbox is not None:
        return TrustBoundary(
            mailbox=mailbox.door, names=mailbox.authserv_ids, sealers=mail.arc_sealers
        )
    return TrustBoundary(
        relays=mail.trusted_relays, names=mail.authserv_ids, sealers=mail.arc_sealers
    )
