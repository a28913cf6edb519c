"""Whose turn it is to be read: the flow and the lane of what was just received."""

from aupkeep.app.context import AppContext
from aupkeep.app.reporters.sources import cached_lane, source_key
from aupkeep.intake.auth.trust_boundary import TrustBoundary
from aupkeep.intake.fair_lane import flow_of
from aupkeep.model.raw import Channel, Raw
from aupkeep.model.source import Lane
from aupkeep.store import sources


def flow_and_lane(context: AppContext, raw: Raw, data: bytes) -> tuple[str, Lane]:
    """The flow a raw's reading belongs to, and its lane.

    Only what is proven at receipt, by a token or our own relay, can be in a lane of its own; for
    all others the sender is not known yet, and their turns are everybody's.
    """
    if raw.channel is Channel.FEED:
        return raw.sender or "feed", Lane.NORMAL
    if raw.channel is Channel.DETECTOR:  # an attack is running: it waits behind no mail
        return raw.sender or "detector", Lane.FAST
    flow = f"api:{raw.token}" if raw.token else flow_of(data, raw.peer, boundary_of(context))
    if not flow.startswith(("api:", "mail:")) or flow.startswith("mail:?"):
        return flow or raw.channel.value, Lane.NORMAL
    known = sources.by_key(source_key(context, flow, None))
    return flow, cached_lane(context, known) if known else Lane.NORMAL


def boundary_of(context: AppContext) -> TrustBoundary:
    """Whose word about senders is believed."""
    mail = context.settings.mail
    return TrustBoundary(
        relays=mail.trusted_relays, names=mail.authserv_ids, sealers=mail.arc_sealers
    )
