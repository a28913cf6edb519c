"""Filing a notice by the public form or its API.

`file_notice` is `receive` with a person at the other end: the bytes are durable, the filing has its
reference, and the mail that asks to confirm the address waits in the outbox, all before the answer.
Nobody looks up the reported address here, so whatever it is the answer is the same and takes the
same time. Who held it is looked up by the worker, later.
"""

import base64
import dataclasses
import hashlib
import hmac
from datetime import timedelta

from aupkeep.app.access.links import CASE_LIFE, TOKEN_BYTES, by_token, digest_of, fresh_token
from aupkeep.app.change_set import ChangeSet
from aupkeep.app.context import AppContext
from aupkeep.app.journal import entry, record
from aupkeep.app.modes import withheld
from aupkeep.app.notifying.notices import add_notice, language_of, make_notice, provider_facts
from aupkeep.app.receiving import rate_limits
from aupkeep.app.receiving.fair_queue import queue_place
from aupkeep.app.receiving.notice_bytes import MEDIA_TYPE, content_of, pack
from aupkeep.app.receiving.notice_draft import FieldError, InvalidNotice, NoticeDraft
from aupkeep.app.receiving.proof_of_work import WorkChallenge, proves, read_challenge
from aupkeep.app.receiving.receive import RawEnvelope, raw_of, read_effect, received_entry
from aupkeep.config.keys import secrets_for
from aupkeep.model.actor import Actor, ActorKind
from aupkeep.model.entry import EntryType
from aupkeep.model.errors import Conflict, Gone, Invalid, Missing, TooMany
from aupkeep.model.filing import Filing
from aupkeep.model.grant import GrantKind
from aupkeep.model.notice import NoticeKind, Party
from aupkeep.model.raw import Channel
from aupkeep.store import filings, raws, refresh

CONFIRM_LIFE = timedelta(days=14)
NO_MAIL = b""  # what is filed has no header to be believed
REPORTER = Actor(kind=ActorKind.REPORTER, id="form")


class TooSoon(TooMany):
    """Raised without a proof of work until the wait is over."""


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class FiledNotice:
    """`token` opens the status page; `repeated` is True when this was filed before."""

    filing: Filing
    token: str
    repeated: bool


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class FilingTicket:
    """What a filing must show: a solved challenge, or the name of an API token.

    `peer` is who asks, `key` an Idempotency-Key. `patient` lets a wait stand for a proof.
    """

    peer: str = ""
    challenge: str = ""
    solution: str = ""
    token: str | None = None
    key: str | None = None
    patient: bool = False


def file_notice(context: AppContext, draft: NoticeDraft, ticket: FilingTicket) -> FiledNotice:
    """Take a notice: when this returns it is durable and will be read.

    The same notice with the same key (for the form: the same challenge) is one filing. Raises
    `Invalid` for a challenge that is none or not solved, `TooMany` with the time to come back,
    `Conflict` for a key or challenge used before for another notice, `InvalidNotice` when an upload
    is gone, and `Unavailable` when the storage cannot take it: then nothing was accepted.
    """
    refresh()
    challenge = None if ticket.token else _paid(context, ticket)
    content, key = content_of(draft), _key(ticket, challenge)
    before = _before(context, key, content)
    if before is not None:
        return before
    bodies = _bodies(draft)
    if challenge is None:
        return _accept(context, draft, ticket, (key, content), bodies)
    rate_limits.admit(context, ticket.peer, draft.email)
    if _used(challenge, ticket):
        before = _before(context, key, content)  # a double click, and the first was quicker
        if before is None:
            raise Conflict("challenge: expected one that was not used, found it used; ask anew")
        return before
    filed = _accept(context, draft, ticket, (key, content), bodies)
    rate_limits.spend(challenge)
    return filed


def _used(challenge: WorkChallenge, ticket: FilingTicket) -> bool:
    """Whether a challenge was used up.

    Without a key of the caller's the filing is stored under the challenge's own, of which there can
    be one: of two at once the second finds the first. With one the challenge is spent beforehand.
    """
    return rate_limits.spent(challenge) if ticket.key is None else not rate_limits.spend(challenge)


def check_form_open(context: AppContext) -> None:
    """Raises `Missing` where the operator takes no notices from people without a token."""
    if not context.settings.notices.open:
        raise Missing("this provider takes no notices by a form; write to its abuse desk")


def _paid(context: AppContext, ticket: FilingTicket) -> WorkChallenge:
    """The challenge, solved or waited out. Raises `Invalid`, `TooMany`."""
    challenge = read_challenge(secrets_for(context.home, "tokens"), ticket.challenge, context.now())
    if proves(challenge, ticket.solution):
        return challenge
    if not ticket.patient:
        raise Invalid(f"solution: expected {challenge.bits} zero bits, found another digest")
    left = challenge.left(context.now())
    if left:
        raise TooSoon(f"expected to wait {challenge.wait} seconds, found {left} left", wait=left)
    return challenge


def _key(ticket: FilingTicket, challenge: WorkChallenge | None) -> str | None:
    """The hash under which a repeat is known; an unsigned caller's key is their own secret."""
    if ticket.key is not None:
        whose = ticket.token or "anyone"
        return hashlib.sha256(f"{whose}\0{ticket.key}".encode()).hexdigest()
    return (
        hashlib.sha256(f"challenge\0{challenge.nonce}".encode()).hexdigest() if challenge else None
    )


def _before(context: AppContext, key: str | None, content: str) -> FiledNotice | None:
    """What was filed under this key. Raises `Conflict` when that was another notice."""
    filing = filings.by_key(key) if key else None
    if filing is None:
        return None
    if filing.content != content:
        raise Conflict("expected the notice that was sent with this key before, found another one")
    return FiledNotice(filing=filing, token=status_token(context, filing.id), repeated=True)


def _bodies(draft: NoticeDraft) -> list[bytes]:
    try:
        return [raws.read(upload.digest) for upload in draft.uploads]
    except Missing as error:
        gone = FieldError(
            "upload", "gone", "the uploaded file", "it was kept for a day and is gone"
        )
        raise InvalidNotice([gone]) from error


def _accept(
    context: AppContext,
    draft: NoticeDraft,
    ticket: FilingTicket,
    known: tuple[str | None, str],
    bodies: list[bytes],
) -> FiledNotice:
    """Bytes first, then raw, filing and mail in one transaction."""
    key, content = known
    data = pack(draft, key or ticket.token or "", bodies)
    raws.keep(data)
    envelope = RawEnvelope(
        channel=Channel.API if ticket.token else Channel.FORM,
        media_type=MEDIA_TYPE,
        peer=(ticket.peer or None) if draft.email else None,  # who may be anonymous, is
        token=ticket.token,
    )
    raw, filing_id = raw_of(context, data, envelope), context.new_id()
    filing = Filing(
        id=filing_id,
        raw=raw.id,
        reference=f"N-{context.new_reference()}",
        matter=draft.matter,
        language=draft.language,
        digest=digest_of(context, status_token(context, filing_id)),
        made_at=context.now(),
        expires_at=context.now() + CASE_LIFE,
        content=content,
        key=key,
        email=draft.email or None,
        token=ticket.token,
    )
    changes = ChangeSet(
        entries=[received_entry(context, raw)],
        effects=[read_effect(context, raw, queue_place(context, raw, NO_MAIL))],
    )
    filing = _asked(context, filing, changes)
    payload = {"filing": filing.id, "raw": raw.id, "matter": draft.matter.value,
            "reference": filing.reference, "mail": filing.confirm is not None}  # fmt: skip
    changes.entries.append(entry(context, EntryType.NOTICE_FILED, REPORTER, payload))
    try:
        rows = [raw, filing, *changes.rows]
        record(context, changes.entries, rows=rows, effects=changes.effects)
    except Conflict:  # of two equal ones that race, one is the repeat of the other
        other = _before(context, key, content) or _twin(context, raw.digest)
        if other is None:
            raise
        return other
    return FiledNotice(filing=filing, token=status_token(context, filing.id), repeated=False)


def _twin(context: AppContext, digest: str) -> FiledNotice | None:
    """The filing whose bytes are exactly these: an API token sent them before, without a key."""
    raw = raws.by_digest(digest)
    filing = filings.by_raw(raw.id) if raw else None
    return (
        FiledNotice(filing=filing, token=status_token(context, filing.id), repeated=True)
        if filing
        else None
    )


def _asked(context: AppContext, filing: Filing, changes: ChangeSet) -> Filing:
    """The filing, with the mail that confirms receipt and asks to confirm (DSA Article 16(4)).

    None goes out without an address, for an API token (its answer is the receipt), in listen mode.
    """
    if filing.email is None or filing.token is not None:
        return filing
    if withheld(context, GrantKind.RECEIPTS):
        return filing
    token = fresh_token(context)
    url = context.settings.provider.url
    facts = provider_facts(context) | {
        "link": f"{url}/r/{status_token(context, filing.id)}/",
        "reference": filing.reference,
        "received_at": filing.made_at,
        "confirm": f"{url}/report/confirm/{token}/",
        "until": filing.made_at + CONFIRM_LIFE,
    }
    to = (Party.REPORTER, filing.email, language_of(filing.language))
    add_notice(context, make_notice(context, NoticeKind.FILED, to, facts), changes)
    return dataclasses.replace(filing, confirm=digest_of(context, token))


def status_token(context: AppContext, filing: str) -> str:
    """The token of a filing's status page, made from its id, so a repeat gets the same one.

    The oldest key makes it, and goes on to when a newer one is there.
    """
    secret = secrets_for(context.home, "tokens")[0]
    digest = hmac.new(secret, b"filing\0" + filing.encode(), hashlib.sha256).digest()
    return base64.urlsafe_b64encode(digest[:TOKEN_BYTES]).decode().rstrip("=")


def filing_of(context: AppContext, token: str) -> Filing | None:
    """The filing whose status page this token opens; None. Raises `Gone` when it is over."""
    filing = by_token(context, filings.by_digest, token)
    if filing is not None and context.now() >= filing.expires_at:
        raise Gone("this link is too old; ask for a new one")
    return filing
