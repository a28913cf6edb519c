"""The people of the desk: added by name, signed in by a one-time link."""

import dataclasses
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import timedelta

from aupkeep.app.access.authority import actor_for
from aupkeep.app.access.links import find_link, make_link
from aupkeep.app.access.makers import maker_of, may_second, second_until, set_at
from aupkeep.app.access.staff_entry import staff_added
from aupkeep.app.context import AppContext
from aupkeep.app.journal import entry, record
from aupkeep.model.actor import SYSTEM, Actor, ActorKind
from aupkeep.model.entry import EntryType
from aupkeep.model.errors import Conflict, Forbidden, Gone, Invalid, Missing
from aupkeep.model.link import LinkKind
from aupkeep.model.roles import ROLES, StaffRole
from aupkeep.model.staff import StaffMember
from aupkeep.store import approvals, decisions, links, passkeys, sessions, tokens
from aupkeep.store import staff as stored

SIGN_IN_LIFE = timedelta(minutes=10)
LANGUAGES = ("en", "nb")  # of what staff read


class AtIssuer(Forbidden):
    """This person signs in at the issuer, and by no way of ours."""


@dataclass(frozen=True, slots=True)
class SignInLink:
    """A person of the desk with a fresh one-time link, the whole address of it."""

    address: str
    name: str
    link: str
    roles: tuple[StaffRole, ...]


@dataclass(frozen=True, slots=True)
class RemovedPerson:
    """A person who can sign in no more."""

    address: str
    name: str
    removed: bool = True


@dataclass(frozen=True, slots=True)
class ListedPerson:
    """A person who can sign in, by mail address; `subject` is who they are at the issuer."""

    address: str
    name: str
    roles: tuple[StaffRole, ...]
    unix_user: str | None
    subject: str | None = None


def add_person(
    context: AppContext,
    address: str,
    name: str,
    language: str,
    *,
    roles: Iterable[str] = (StaffRole.ANALYST,),
    unix_user: str | None = None,
    by: Actor = SYSTEM,
) -> SignInLink:
    """Add a person; the answer holds a first sign-in link. Raises `Invalid`, `Conflict`.

    `roles` say what they may do (docs/roles.md), `unix_user` whose commands on this machine are
    theirs.
    """
    held = parse_roles(roles)
    check_mail_address(address)
    known = stored.by_address(address)
    if known is not None and known.active:
        raise Conflict(
            f"{address} is of the desk already; make a link: aupkeep staff link {address}"
        )
    staff = known or StaffMember(
        id=context.new_id(), address=address, name=name, made_at=context.now()
    )
    person = dataclasses.replace(
        marked(context, staff, by), name=name, language=language, active=True, roles=held,
        unix_user=unix_user, left_at=None,
    )  # fmt: skip
    if known is None:
        person = dataclasses.replace(person, made_by=person.set_by)
    record(context, staff_added(context, by, person), rows=[person])
    return sign_in_link(context, address, by=by)


def check_mail_address(address: str) -> None:
    """Raises `Invalid` for what is no mail address."""
    if address.count("@") != 1 or " " in address:
        raise Invalid(f"address: expected a mail address, found {address[:60]!r}")


def parse_roles(roles: Iterable[str]) -> tuple[str, ...]:
    """Roles by name, in the order of the table. Raises `Invalid` for an unknown one and for none.

    A record without roles is one from before there were any, and may do everything.
    """
    given = set(roles)
    unknown = sorted(given - set(ROLES))
    if unknown or not given:
        what = repr(unknown[0][:40]) if unknown else "none"
        raise Invalid(f"role: expected one or more of {', '.join(ROLES)}, found {what}")
    return tuple(role.value for role in ROLES if role in given)


def change_roles(
    context: AppContext, address: str, roles: Iterable[str], *, by: Actor = SYSTEM
) -> ListedPerson:
    """Give a person these roles instead of those they had.

    Raises `Missing`, `Invalid`, `Forbidden` in a process that may not write people.
    """
    held = parse_roles(roles)
    if not stored.may_change():
        raise Forbidden(
            "roles: expected a command of this machine, since its web process may not change them; "
            f"give: aupkeep staff role {address[: stored.LONGEST]} --role ROLE"
        )
    person = person_of(address)
    leaves = StaffRole.OPERATOR in person.held_roles and StaffRole.OPERATOR not in held
    if leaves and by is not SYSTEM and not _other_operator(person):
        raise Invalid(
            f"{person.address}: expected another person who is an operator, found none; nobody "
            "could give anybody a role any more"
        )
    changed = dataclasses.replace(marked(context, person, by), roles=held)
    changed = second_until(person, changed, context.now())
    if by.id == person.address and may_second(changed) and not may_second(person):
        changed = set_at(changed, person.id, context.now())
    elif maker_of(by, person.address) is not None and person.address not in by.behind:
        # somebody else's word stands for it now
        setters = tuple(setter for setter in changed.setters if setter.who != person.id)
        changed = dataclasses.replace(changed, setters=setters)
    record(context, staff_added(context, by, changed), rows=[changed], seen=[person])
    return listed(changed)


def change_language(
    context: AppContext, address: str, language: str, *, by: Actor = SYSTEM
) -> ListedPerson:
    """Have a person's pages and mails in a language. Raises `Missing`, `Invalid`, `Conflict`."""
    if language not in LANGUAGES:
        raise Invalid(f"language: expected {' or '.join(LANGUAGES)}, found {language[:20]!r}")
    person = person_of(address)
    changed = dataclasses.replace(marked(context, person, by), language=language)
    given = staff_added(context, by, changed, language=language)
    record(context, given, rows=[changed], seen=[person])
    return listed(changed)


def _other_operator(person: StaffMember) -> bool:
    """Whether somebody else may change people and settings."""
    others = (member for member in stored.all() if member.active and member.id != person.id)
    return any(StaffRole.OPERATOR in member.held_roles for member in others)


def name_person(
    context: AppContext, address: str, name: str, language: str, *, known: StaffMember
) -> SignInLink:
    """Give the record that a first command made its person's own address and name.

    Only while nobody decided anything under the old address: who decided stays who they are.
    Raises `Invalid`, `Conflict`.
    """
    check_mail_address(address)
    if decisions.named(known.address) or approvals.asked_by(known.address):
        raise Conflict(f"{known.address}: expected no decision under this address, found one")
    if stored.by_address(address) is not None:
        raise Conflict(f"{address} is of the desk already")
    named = dataclasses.replace(known, address=address, name=name, language=language)
    record(context, staff_added(context, actor_for(known), named), rows=[named], seen=[known])
    return sign_in_link(context, address, by=actor_for(named))


def map_person(
    context: AppContext, address: str, unix_user: str, *, by: Actor = SYSTEM
) -> ListedPerson:
    """Let the commands of this machine's user be a person's, once.

    A user is one person, and a person one user: neither is mapped anew, or two names would be one
    person. Raises `Missing`, `Conflict`.
    """
    person, known = person_of(address), stored.by_unix_user(unix_user)
    if known is not None and known.id != person.id:
        raise Conflict(f"unix user {unix_user}: expected nobody's, found {known.address}'s")
    if person.unix_user not in {None, unix_user}:
        raise Conflict(f"{person.address}: expected no user, found {person.unix_user}")
    mapped = dataclasses.replace(marked(context, person, by), unix_user=unix_user)
    record(context, staff_added(context, by, mapped), rows=[mapped], seen=[person])
    return listed(mapped)


def remove_person(
    context: AppContext, address: str, reason: str, *, by: Actor = SYSTEM
) -> RemovedPerson:
    """Remove a person: sessions, passkeys, tokens and links end at once and for good.

    Decisions keep their name.

    Whoever only lost their last group at the issuer is removed too: the group brings them back no
    more. Raises `Missing`, `Invalid` without a reason, and `Conflict` for oneself: the next command
    of the same user would be somebody else's.
    """
    if not reason.strip():
        raise Invalid("reason: expected why, found nothing")
    known = stored.by_address(address)
    person = known if known is not None and known.left_at is not None else person_of(address)
    if by.id == person.address:
        raise Conflict(f"{person.address}: expected another operator to remove you, found yourself")
    payload = {"staff": person.id, "reason": reason}
    now = context.now()
    removed = dataclasses.replace(person, active=False, left_at=None)
    removed = second_until(person, removed, now)
    lost = [dataclasses.replace(key, removed_at=now) for key in passkeys.live(person.id)]
    rows = [
        removed,
        *lost,
        *(dataclasses.replace(it, revoked_at=now) for it in tokens.live_of(person.address)),
        *(dataclasses.replace(it, revoked_at=now) for it in links.sign_in_links(person.address)),
    ]
    record(context, entry(context, EntryType.STAFF_REMOVED, by, payload), rows=rows)
    sessions.end(sessions.of(person.address))
    return RemovedPerson(person.address, person.name)


def sign_in_link(context: AppContext, address: str, *, by: Actor = SYSTEM) -> SignInLink:
    """A one-time link for a person, for 10 minutes. Raises `Missing`."""
    person = person_of(address)
    token, link = make_link(
        context, LinkKind.SIGN_IN, person.address, life=SIGN_IN_LIFE, single_use=True,
        made_by=maker_of(by, person.address),
    )  # fmt: skip
    payload = {"link": link.id, "staff": person.id}
    record(context, entry(context, EntryType.LINK_MADE, by, payload), rows=[link])
    url = context.settings.provider.url
    link_words = f"{url}/sign-in/{token}/"
    return SignInLink(person.address, person.name, link_words, person.held_roles)


def sign_in(context: AppContext, token: str, browser: str = "") -> tuple[StaffMember, str | None]:
    """Use a one-time link up: whose it is, and who made it for them.

    Raises `Missing` for an unknown one, `Gone` for a used or old one. One that a page was asked for
    is unknown without the secret of the browser that asked. Raises `Forbidden` where its person
    must sign in by a passkey and has one, `AtIssuer` where they sign in at the issuer.
    """
    link = find_link(context, token, LinkKind.SIGN_IN, browser)
    person = person_of(link.party)
    refuse_local(context, person)
    if needs_passkey(context, person) and passkeys.live(person.id):
        raise Forbidden(f"refused: {person.address} signs in with a passkey; a link opens nothing")
    used = dataclasses.replace(link, used_at=context.now())
    actor = Actor(kind=ActorKind.PERSON, id=person.address, name=person.name)
    signed_in = entry(context, EntryType.SIGNED_IN, actor, {"staff": person.id})
    try:  # one transaction: of two at once one is in, and the journal names the row as it is
        record(context, signed_in, rows=[used], seen=[link])
    except Conflict as error:
        raise Gone("this link was used; ask for a new one") from error
    return person, link.made_by


def needs_passkey(context: AppContext, person: StaffMember) -> bool:
    """Whether the settings ask one of this person's roles to sign in by a passkey."""
    return not set(context.settings.web.passkey_roles).isdisjoint(person.held_roles)


def is_local(context: AppContext, person: StaffMember) -> bool:
    """Whether a mailed link and a passkey let this person in (`oidc.local`)."""
    settings = context.settings.oidc
    bound = person.subject is not None
    allowed = {"everybody": True, "unbound": not bound, "nobody": False}
    return not settings.enabled or allowed[settings.local]


def refuse_local(context: AppContext, person: StaffMember) -> None:
    """Raises `AtIssuer` where only the issuer lets this person in."""
    if not is_local(context, person):
        raise AtIssuer(
            f"refused: {person.address} signs in at {context.settings.oidc.shown_name} alone"
        )


def marked(context: AppContext, person: StaffMember, by: Actor) -> StaffMember:
    """The record as somebody else changes it now; what one changes oneself leaves no mark.

    Whoever may be who changes it, since they made their link or token, counts as who does.
    """
    now, maker = context.now(), maker_of(by, person.address)
    known = (stored.by_address(name) for name in by.behind)
    for who in (maker, *(member.id for member in known if member is not None)):
        person = set_at(person, who, now) if who is not None else person
    return person if maker is None else dataclasses.replace(person, set_by=maker, set_at=now)


def person_of(address: str) -> StaffMember:
    """The active person with this address. Raises `Missing`."""
    person = stored.by_address(address)
    if person is None or not person.active:
        raise Missing(f"staff: expected a person of the desk, found {address[:60]!r}")
    return person


def actor_of(address: str) -> Actor:
    """The actor of an address; a name on the command line need not be a person of the desk."""
    person = stored.by_address(address)
    name = person.name if person else address
    return Actor(kind=ActorKind.PERSON, id=person.address if person else address, name=name)


def list_people() -> list[ListedPerson]:
    """Everybody who can sign in."""
    return [listed(person) for person in stored.all() if person.active]


def listed(person: StaffMember) -> ListedPerson:
    """A person as a list shows them."""
    return ListedPerson(
        person.address, person.name, person.held_roles, person.unix_user, person.subject
    )
