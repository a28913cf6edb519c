"""Whether what a relay says of senders is believed: its name and its address are both needed."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import timedelta

from aupkeep.app.context import AppContext
from aupkeep.app.pages.doctor.records import DoctorCheck, some_of
from aupkeep.app.receiving.fair_queue import boundary_of
from aupkeep.intake.auth.trust_boundary import is_relay
from aupkeep.model.counted import counted
from aupkeep.model.errors import Broken, Missing
from aupkeep.model.raw import MAIL_CHANNELS, Channel, Raw
from aupkeep.store import raws, reports

WEEK = timedelta(days=7)
LOOKED_INTO = 5  # mails whose bytes are read for it
MAILS = 50  # the newest, of which it is looked whether senders can be proven
HEAD = 65_536  # bytes in which a mail's own header stands
RESULTS = re.compile(
    rb"^Authentication-Results:\s*([A-Za-z0-9.-]+)\s*[;\s]", re.IGNORECASE | re.MULTILINE
)
UNSET = "no relay is named whose results are believed: each mail stays an allegation (E0)"


@dataclass(frozen=True, slots=True, kw_only=True)
class RelayTrust:
    """What the settings believe, and what came in a week.

    `names` and `relays` are the settings', `signs_as` how the newest mail's relay signs its
    results, `strangers` the addresses that hand mail over and are none of the relays, `unproven`
    counts the mails whose sender is not proven, of `mails`. `direct`: senders' own servers connect
    to us, and we check them ourselves.
    """

    names: tuple[str, ...] = ()
    relays: tuple[str, ...] = ()
    direct: bool = False
    signs_as: str = ""
    strangers: tuple[str, ...] = ()
    mails: int = 0
    unproven: int = 0


def relay_trust(context: AppContext) -> RelayTrust:
    """As it stands, without the reports of each mail: two cheap questions."""
    mail = context.settings.mail
    recent = raws.newest(MAIL_CHANNELS, MAILS, context.now() - WEEK)
    signed = map(_signs_as, recent[:LOOKED_INTO])
    return RelayTrust(
        names=mail.authserv_ids,
        relays=mail.trusted_relays,
        direct=mail.smtp_port != 0 and not mail.trusted_relays,
        signs_as="" if mail.authserv_ids else next(filter(None, signed), ""),
        strangers=_strangers(context, recent),
        mails=len(recent),
    )


def counted_trust(context: AppContext) -> RelayTrust:
    """The same, with how many senders of the week are not proven."""
    trust = relay_trust(context)
    recent = raws.newest(MAIL_CHANNELS, MAILS, context.now() - WEEK)
    read = [report for raw in recent for report in reports.by_raw(raw.id)]
    unproven = [report for report in read if not report.reading.authentication.authenticated]
    return replace(trust, mails=len(read), unproven=len(unproven))


def trust_check(trust: RelayTrust) -> DoctorCheck:
    """Unset names, or a relay that hands mail over and is not named, leave each mail at E0."""
    many = ""
    if trust.mails and trust.unproven:
        many = f"; {trust.unproven} of {counted(trust.mails, 'mail')} in a week not proven"
    if trust.names and not trust.strangers:
        text = f"authserv_ids: {', '.join(trust.names)}"
        return DoctorCheck(check="authserv-ids", ok=True, found=text)
    if trust.names:
        text = "not in trusted_relays, so its results are not believed (E0)"
        text += f"{some_of(trust.strangers)}{many}"
        values = " ".join((*trust.relays, *trust.strangers))
        remedy = f"aupkeep settings set mail.trusted_relays {values}"
        return DoctorCheck(check="authserv-ids", ok=False, found=text, remedy=remedy)
    if trust.direct:
        return DoctorCheck(check="authserv-ids", ok=True, found="authserv_ids: unset")
    text = UNSET + many + (f"; the relay signs as {trust.signs_as}" if trust.signs_as else "")
    remedy = f"aupkeep settings set mail.authserv_ids {trust.signs_as or 'MX.YOUR-DOMAIN'}"
    return DoctorCheck(check="authserv-ids", ok=False, found=text, remedy=remedy)


def _strangers(context: AppContext, recent: Sequence[Raw]) -> tuple[str, ...]:
    """Peers that sign with a name of ours, are no relay of ours, and so count for nothing."""
    ours = {name.lower() for name in context.settings.mail.authserv_ids}
    aside = [raw for raw in recent if _hands_on(raw) and not _held(context, raw)]
    signed = [raw for raw in aside[:LOOKED_INTO] if _signs_as(raw).lower() in ours]
    return tuple(sorted({str(raw.peer) for raw in signed}))


def _hands_on(raw: Raw) -> bool:
    """Whether it came from a machine that is not its sender's own server."""
    by_smtp = raw.channel is Channel.SMTP and is_relay(raw.peer)
    return raw.peer is not None and (by_smtp or raw.channel is Channel.LMTP)


def _held(context: AppContext, raw: Raw) -> bool:
    return boundary_of(context, raw.peer).holds(raw.peer)


def _signs_as(raw: Raw) -> str:
    """How the relay before us signs its results: the topmost such header of a mail."""
    try:
        head = raws.read(raw.digest)[:HEAD].partition(b"\r\n\r\n")[0]
    except (Missing, Broken):
        return ""
    match = RESULTS.search(head)
    return match[1].decode() if match else ""
