"""The people, their sessions and links, and the API tokens."""

from collections import Counter

from aupkeep.app.access.absences import list_absences
from aupkeep.app.access.sessions import live_sessions
from aupkeep.app.access.tokens import lives
from aupkeep.app.context import AppContext
from aupkeep.app.pages.layout.load import page_header
from aupkeep.app.pages.layout.page import Person
from aupkeep.app.pages.people.page import PeoplePage, StaffRecord, TokenRecord
from aupkeep.model.roles import ROLES, StaffAct
from aupkeep.store import links, passkeys, staff, tokens


def staff_records(context: AppContext) -> list[StaffRecord]:
    """Everybody who is or was of the desk, by address."""
    sessions = live_sessions(context)
    counts = Counter(session.person for session in sessions)
    last = {session.person: session.seen for session in reversed(sessions)}
    now = context.now()
    return [
        StaffRecord(
            address=member.address,
            name=member.name,
            roles=member.held_roles,
            unix_user=member.unix_user,
            language=member.language,
            active=member.active,
            made_at=member.made_at,
            sessions=counts[member.address],
            last_seen=last.get(member.address),
            links=sum(now < link.expires_at for link in links.sign_in_links(member.address)),
            passkeys=len(passkeys.live(member.id)),
        )
        for member in staff.all()
    ]


def token_records(context: AppContext) -> list[TokenRecord]:
    """Every token by name, without its secret."""
    now, used = context.now(), tokens.last_used()
    return [
        TokenRecord(
            name=token.name,
            scopes=token.scopes,
            trusted=token.trusted,
            person=token.person,
            decision=token.decision,
            target=token.target,
            customer=token.customer,
            made=token.made_at,
            expires=token.expires_at,
            revoked=token.revoked_at,
            live=lives(token, now),
            used=used.get(token.id),
        )
        for token in tokens.all()
    ]


def people_page(context: AppContext, person: Person) -> PeoplePage:
    """The page; whose browsers are where, an operator alone sees."""
    manages = person.may(StaffAct.SETTINGS)
    return PeoplePage(
        header=page_header(context, person),
        people=tuple(staff_records(context)),
        sessions=tuple(live_sessions(context)) if manages else (),
        tokens=tuple(token_records(context)),
        manages=manages,
        gives=manages and staff.may_change(),
        roles=ROLES,
        absences=tuple(list_absences(context)),
        leaves=person.may(StaffAct.UNDO),
    )
