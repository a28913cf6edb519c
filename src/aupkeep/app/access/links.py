"""Links in mail: made once, stored hashed, opened many times or used once."""

import base64
import hashlib
import hmac
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta
from typing import TypeVar

from aupkeep.app.context import AppContext
from aupkeep.config.keys import secrets_for
from aupkeep.model.errors import Gone, Missing
from aupkeep.model.link import Link, LinkKind
from aupkeep.store import cases, customers, notices
from aupkeep.store import links as stored

TOKEN_BYTES = 24
TOKEN_LENGTH = 32  # of these in base64, which ends without a sign of equality
Found = TypeVar("Found")
CASE_LIFE = timedelta(days=183)  # a read link lives for the case and six months


def make_link(
    context: AppContext,
    kind: LinkKind,
    party: str,
    *,
    case: str | None = None,
    report: str | None = None,
    life: timedelta = CASE_LIFE,
    single_use: bool = False,
    made_by: str | None = None,
) -> tuple[str, Link]:
    """A fresh token and the link to store; the token itself is never stored.

    `made_by` is who sees the token, where it is made for somebody else.
    """
    token = fresh_token(context)
    now = context.now()
    link = Link(
        id=context.new_id(),
        kind=kind,
        digest=digest_of(context, token),
        case=case,
        report=report,
        party=party,
        made_at=now,
        expires_at=now + life,
        single_use=single_use,
        made_by=made_by,
    )
    return token, link


def bound_to(context: AppContext, token: str, link: Link, browser: str) -> Link:
    """The link, whose token opens nothing without the secret of the browser that asked for it."""
    return replace(link, digest=digest_of(context, token, browser))


def fresh_token(context: AppContext) -> str:
    """A random token that fits into an address."""
    return base64.urlsafe_b64encode(context.noise(TOKEN_BYTES)).decode().rstrip("=")


def digest_of(context: AppContext, token: str, browser: str = "") -> str:
    """HMAC-SHA-256 of a token under the newest token key: a stolen database opens no page."""
    return _digests(context, token, browser)[0]


def _digests(context: AppContext, token: str, browser: str) -> list[str]:
    """The digests of a token under each key of the home, the newest first."""
    words = f"{token} {browser}" if browser else token  # no token has a space
    return [
        hmac.new(secret, words.encode(), hashlib.sha256).hexdigest()
        for secret in reversed(secrets_for(context.home, "tokens"))
    ]


def by_token(
    context: AppContext, find: Callable[[str], Found | None], token: str, browser: str = ""
) -> Found | None:
    """What `find` has under the digest of a token, by whichever key of the home it was stored."""
    rows = map(find, _digests(context, token, browser))
    return next((row for row in rows if row is not None), None)


def find_link(context: AppContext, token: str, kind: LinkKind, browser: str = "") -> Link:
    """The live link of a token. Raises `Missing` for an unknown one, `Gone` for one that ended."""
    link = by_token(context, stored.by_digest, token)
    if link is None and browser:
        link = by_token(context, stored.by_digest, token, browser)
    if link is None and kind is LinkKind.CUSTOMER:
        link = _unmailed_page(context, token)
    if link is None or link.kind is not kind:
        raise Missing("this link is unknown; look whether the address was copied whole")
    if not _alive(link, context.now()):
        raise Gone("this link was used, revoked or is too old; ask for a new one")
    return link


def token_beside(token: str, reference: str) -> str:
    """The token of another page of the same customer's: what was told there was not mailed.

    It opens as long as the link that it is made of, and is stored nowhere.
    """
    return f"{token[:TOKEN_LENGTH]}-{reference}"


def _unmailed_page(context: AppContext, token: str) -> Link | None:
    """The customer's link behind `token_beside`, for the case that is named.

    Only a case of the same customer of which nothing was mailed to whom the link was sent, while
    they are a contact of the customer still.
    """
    own, mark, reference = token[:TOKEN_LENGTH], token[TOKEN_LENGTH:][:1], token[TOKEN_LENGTH + 1 :]
    link = by_token(context, stored.by_digest, own) if mark == "-" else None
    case = cases.by_reference(reference) if link else None
    if link is None or case is None or case.id not in unmailed_cases(link):
        return None
    return replace(link, case=case.id)


def unmailed_cases(link: Link) -> dict[str, str]:
    """The cases with a page that this customer's link opens beside its own: title by case."""
    case = cases.get(link.case or "")
    customer = customers.get(case.customer) if case else None
    known = customer.contacts if customer else ()
    if case is None or all(contact.address != link.party for contact in known):
        return {}
    unmailed = notices.unmailed_to(link.party, case.customer)
    return {notice.case: notice.title for notice in reversed(unmailed) if notice.case}


def _alive(link: Link, now: datetime) -> bool:
    return link.revoked_at is None and link.used_at is None and now < link.expires_at
