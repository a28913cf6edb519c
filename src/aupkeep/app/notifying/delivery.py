"""Delivery of a notice by the mail relay: sent, tried again later, or given up."""

import dataclasses

from aupkeep.app.context import AppContext
from aupkeep.app.journal import entry, record, record_changes
from aupkeep.app.notifying.digest import sent_within
from aupkeep.app.notifying.failures import mark_undelivered
from aupkeep.app.notifying.notices import RELAY, blanked, notice_withheld, sender_of
from aupkeep.model.actor import SYSTEM
from aupkeep.model.entry import EntryType
from aupkeep.model.errors import Missing
from aupkeep.model.notice import LISTENING, Notice, NoticeKind
from aupkeep.model.raw import MAIL_CHANNELS
from aupkeep.notify.channels.smtp import Delivered, NotDelivered, Relay, Tls, greet, send
from aupkeep.notify.mail import as_it_came, compose, envelope_from
from aupkeep.store import notices, outbox, raws
from aupkeep.store.outbox import Lease

UNHEARD = f"{RELAY} no answer:"  # and one where nobody answered
_taken: dict[str, Delivered] = {}  # by the relay, and not written down: the storage did not take it


def send_notice(context: AppContext, notice_id: str, lease: Lease) -> None:
    """Send one notice; a temporary failure raises `OSError`, so that the outbox tries again."""
    notice = notices.get(notice_id)
    if notice is None:
        raise Missing(f"notice: expected a known one, found {notice_id!r}")
    if notice.sent_at is not None or notice.failure is not None:
        outbox.done(lease, context.now())
        return
    if notice_withheld(context, notice):  # since the words were made
        give_up(context, notice_id, LISTENING, lease)
        return
    mail, sender = context.settings.mail, sender_of(context, notice.brand)
    name = context.settings.brands.of(notice.brand).sender_name or mail.sender_name
    message = _message(notice, sender, name)
    relay = relay_of(context)
    back = envelope_from(notice, sender, tagged=mail.return_tags)
    result = _taken.get(notice.id) or send(message, back, notice.recipient, relay)
    if isinstance(result, NotDelivered) and result.temporary:
        raise OSError(f"{UNHEARD if result.unheard else RELAY} {result.reason}")
    if isinstance(result, NotDelivered):
        give_up(context, notice_id, result.reason, lease)
        return
    _taken[notice.id] = result
    payload = {"notice": notice.id, "kind": notice.kind.value, "encrypted": result.encrypted}
    new_entry = entry(context, EntryType.NOTICE_SENT, SYSTEM, payload, case=notice.case)
    now = context.now()
    sent = dataclasses.replace(blanked(notice), sent_at=now)
    more = sent_within(context, notice, now)
    record(context, [new_entry, *more.entries], rows=[sent, *more.rows], done=lease)
    del _taken[notice.id]


def _message(notice: Notice, sender: str, name: str) -> bytes:
    """The mail; what is handed over goes along as it came. Raises `Missing` where it is erased."""
    if notice.kind is not NoticeKind.TICKET:
        return compose(notice, sender=sender, sender_name=name)
    raw = raws.get(str(notice.facts["raw"]))
    original = raws.read(raw.digest) if raw else b""
    if notice.facts["form"] == "original" and raw and raw.channel in MAIL_CHANNELS:
        return as_it_came(notice, original, sender)
    return compose(notice, sender=sender, sender_name=name, original=original)


def retry_unheard(context: AppContext) -> int:
    """Send at once what waits only because the relay was away, now that it answers."""
    now = context.now()
    if not outbox.waits_for("mail", UNHEARD, now).exists() or not relay_answers(context):
        return 0
    return outbox.hurry("mail", UNHEARD, now)


def relay_of(context: AppContext) -> Relay:
    """The relay that the settings name."""
    mail = context.settings.mail
    return Relay(
        host=mail.relay_host,
        port=mail.relay_port,
        tls=Tls.REQUIRED if mail.relay_starttls else Tls.OFFERED,
    )


def relay_trouble(context: AppContext) -> str:
    """What the relay answers to a greeting, "" when it would take mail now."""
    return greet(relay_of(context))


def relay_answers(context: AppContext) -> bool:
    """Whether the relay would take mail now."""
    return not relay_trouble(context)


def give_up(context: AppContext, notice_id: str, why: str, lease: Lease) -> None:
    """Record that a notice reached nobody; its case shows it. Raises `Missing`."""
    notice = notices.get(notice_id)
    if notice is None:
        raise Missing(f"notice: expected a known one, found {notice_id!r}")
    record_changes(context, mark_undelivered(context, notice, why), done=lease)
