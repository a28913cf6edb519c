"""The person behind a session, and the one-time link that opens one."""

import re
from collections.abc import Callable
from datetime import timedelta

from aupkeep.app.access.links import bound_to, fresh_token, make_link
from aupkeep.app.access.oidc.session import begin_vouched, still_vouched
from aupkeep.app.access.oidc.sign_in import ComeBack, come_back
from aupkeep.app.access.sessions import LINK, OIDC, PASSKEY
from aupkeep.app.access.staff import SIGN_IN_LIFE, is_local, needs_passkey, sign_in
from aupkeep.app.change_set import ChangeSet
from aupkeep.app.context import AppContext
from aupkeep.app.journal import entry, record_changes
from aupkeep.app.notifying.notices import add_notice, language_of, make_notice, provider_facts
from aupkeep.app.pages.layout.page import Person
from aupkeep.app.pages.notice_form.page import Caller
from aupkeep.app.pages.sign_in import after_answer
from aupkeep.app.receiving.rate_limits import admit_sign_in, peer_of
from aupkeep.model.actor import SYSTEM
from aupkeep.model.entry import EntryType
from aupkeep.model.link import LinkKind
from aupkeep.model.notice import NoticeKind, Party
from aupkeep.notify.auto_response import within_limit
from aupkeep.store import notices, passkeys, staff

SECRET = re.compile(r"[\w-]{32}")
LINKS = 5  # sent to one address while the first may still be used


def active_person(
    context: AppContext, user: str, maker: str | None = None, by: str = LINK, key: str = ""
) -> Person | None:
    """The person with this user name, None when they may no longer come in.

    `maker` made the link that opened the session, or the passkey's; `by` is which way it was. One
    that the issuer opened goes on while the issuer says so; `key` is its cookie.
    """
    if by == OIDC and not still_vouched(context, key):
        return None
    person = staff.by_address(user)
    if person is None or not person.active or not (by == OIDC or is_local(context, person)):
        return None
    enrols = by not in {PASSKEY, OIDC} and needs_passkey(context, person)
    if enrols and passkeys.live(person.id):
        return None
    return Person(
        id=person.address, name=person.name, maker=maker, enrols=enrols, roles=person.held_roles,
        language=language_of(person.language),
    )  # fmt: skip


def use_sign_in_link(context: AppContext, token: str, browser: str = "") -> Person:
    """Use a one-time link up. Raises `Missing` for an unknown one, `Gone` for a used or old one."""
    person, maker = sign_in(context, token, browser)
    return Person(id=person.address, name=person.name, maker=maker)


def use_issuer(
    context: AppContext, brought: ComeBack, caller: Caller, browser: str,
    begin: Callable[[Person], str],
) -> None:  # fmt: skip
    """Sign in whom the issuer vouches for; `begin` opens their session and gives its cookie.

    Raises as `come_back`, and `TooMany` for a network that tried often.
    """
    proxies = context.settings.web.proxies
    admit_sign_in(context, peer_of(caller.connected, caller.forwarded, proxies))
    person, tokens = come_back(context, brought, browser)
    begin_vouched(context, begin(Person(id=person.address, name=person.name)), person, tokens)


def ask_for_link(context: AppContext, address: str, caller: Caller, browser: str) -> str:
    """Have a link mailed after the answer; the secret of the browser, a new one where it has none.

    Neither the answer nor its time depends on whose the address is. Raises `TooMany` for a network
    that asked often.
    """
    peer = peer_of(caller.connected, caller.forwarded, context.settings.web.proxies)
    admit_sign_in(context, peer)
    secret = browser if SECRET.fullmatch(browser) else fresh_token(context)
    after_answer.do_later(lambda: send_sign_in_link(context, address, secret))
    return secret


def send_sign_in_link(context: AppContext, address: str, browser: str = "") -> None:
    """Mail a one-time link if the address is a person's, at most `LINKS` in its lifetime."""
    person = staff.by_address(address)
    if person is None or not person.active or not is_local(context, person):
        return
    now = context.now()
    recent = [notice.made_at for notice in notices.recent_to(person.address, now - SIGN_IN_LIFE)]
    if not within_limit(recent, now, limit=LINKS, window=SIGN_IN_LIFE + timedelta(seconds=1)):
        return
    token, link = make_link(
        context, LinkKind.SIGN_IN, person.address, life=SIGN_IN_LIFE, single_use=True
    )
    link = bound_to(context, token, link, browser) if browser else link
    facts = provider_facts(context) | {
        "link": f"{context.settings.provider.url}/sign-in/{token}/",
        "until": link.expires_at,
    }
    to = (Party.STAFF, person.address, language_of(person.language))
    changes = ChangeSet(rows=[link])
    changes.entries.append(
        entry(context, EntryType.LINK_MADE, SYSTEM, {"link": link.id, "staff": person.id})
    )
    add_notice(context, make_notice(context, NoticeKind.SIGN_IN, to, facts), changes)
    record_changes(context, changes)
