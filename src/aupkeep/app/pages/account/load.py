"""Fills a person's own page."""

from datetime import timedelta
from urllib.parse import urlsplit

from aupkeep.app.access.sessions import live_sessions
from aupkeep.app.access.staff import needs_passkey, person_of
from aupkeep.app.access.webauthn import request_options
from aupkeep.app.context import AppContext
from aupkeep.app.pages.account.page import AccountPage
from aupkeep.app.pages.account.passkeys import list_passkeys, offered
from aupkeep.app.pages.layout.load import page_header
from aupkeep.app.pages.layout.page import Person
from aupkeep.config.passkeys import passkey_ground
from aupkeep.model.roles import StaffAct

RECENT = timedelta(minutes=15)  # a session that may change passkeys


def account_page(
    context: AppContext, person: Person, *, session: str, host: str, browser: str
) -> AccountPage:
    """The page for a session at a host, in a browser with that secret."""
    sessions = live_sessions(context, person.id)
    begun = next((held.since for held in sessions if held.session == session), None)
    recent = begun is not None and context.now() - begun <= RECENT
    hindrance = passkey_hindrance(context, host)
    return AccountPage(
        header=page_header(context, person),
        passkeys=tuple(list_passkeys(person.id)),
        sessions=tuple(sessions),
        this_session=session,
        options=offered(context, person.id, browser) if recent and not hindrance else "",
        hindrance=hindrance,
        required=needs_passkey(context, person_of(person.id)),
        recent=recent,
        leaves=person.may(StaffAct.UNDO) and not person.enrols,
    )


def passkey_hindrance(context: AppContext, host: str) -> str:
    """Why no passkey works on a page at this host, as the place where one does; "" where it does.

    The place is an origin, or "-" where this install has none.
    """
    ground = passkey_ground(context.settings.provider.url)
    if ground is None:
        return "-"
    return "" if urlsplit(ground[1]).netloc == host.lower() else ground[1]


def sign_in_options(context: AppContext, host: str, browser: str) -> str:
    """What the browser is asked to sign in by a passkey, as JSON; "" where none can work."""
    return "" if passkey_hindrance(context, host) else request_options(context, browser)
