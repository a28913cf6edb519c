"""The people of the desk: added by name, signed in by a one-time link."""

import dataclasses
from dataclasses import dataclass
from datetime import timedelta

from aupkeep.app.access.links import find_link, make_link
from aupkeep.app.context import AppContext
from aupkeep.app.journal import entry, record
from aupkeep.model.actor import SYSTEM, Actor, ActorKind
from aupkeep.model.entry import EntryType
from aupkeep.model.errors import Conflict, Gone, Invalid, Missing
from aupkeep.model.link import LinkKind
from aupkeep.model.staff import StaffMember
from aupkeep.store import staff as stored

SIGN_IN_LIFE = timedelta(minutes=15)


@dataclass(frozen=True, slots=True)
class SignInLink:
    """A person of the desk with a fresh one-time link, the whole address of it."""

    address: str
    name: str
    link: str


@dataclass(frozen=True, slots=True)
class RemovedPerson:
    """A person who can sign in no more."""

    address: str
    name: str
    removed: bool = True


@dataclass(frozen=True, slots=True)
class ListedPerson:
    """A person who can sign in, by mail address."""

    address: str
    name: str


def add_person(context: AppContext, address: str, name: str, language: str) -> SignInLink:
    """Add a person; the answer holds a first sign-in link. Raises `Invalid`, `Conflict`."""
    if address.count("@") != 1 or " " in address:
        raise Invalid(f"address: expected a mail address, found {address[:60]!r}")
    known = stored.by_address(address)
    if known is not None and known.active:
        raise Conflict(
            f"{address} is of the desk already; make a link: aupkeep staff link {address}"
        )
    staff = known or StaffMember(
        id=context.new_id(), address=address, name=name, made_at=context.now()
    )
    person = dataclasses.replace(staff, name=name, language=language, active=True)
    payload = {"staff": person.id, "address": address, "name": name}
    record(context, entry(context, EntryType.STAFF_ADDED, SYSTEM, payload), rows=[person])
    return sign_in_link(context, address)


def remove_person(context: AppContext, address: str, reason: str) -> RemovedPerson:
    """Remove a person: sessions and links end at once, decisions keep their name.

    Raises `Missing`, `Invalid` without a reason.
    """
    if not reason.strip():
        raise Invalid("reason: expected why, found nothing")
    person = person_of(address)
    payload = {"staff": person.id, "reason": reason}
    removed = dataclasses.replace(person, active=False)
    record(context, entry(context, EntryType.STAFF_REMOVED, SYSTEM, payload), rows=[removed])
    return RemovedPerson(person.address, person.name)


def sign_in_link(context: AppContext, address: str) -> SignInLink:
    """A one-time link for a person, for 15 minutes. Raises `Missing`."""
    person = person_of(address)
    token, link = make_link(
        context, LinkKind.SIGN_IN, person.address, life=SIGN_IN_LIFE, single_use=True
    )
    payload = {"link": link.id, "staff": person.id}
    record(context, entry(context, EntryType.LINK_MADE, SYSTEM, payload), rows=[link])
    url = context.settings.provider.url
    return SignInLink(person.address, person.name, f"{url}/sign-in/{token}/")


def sign_in(context: AppContext, token: str) -> StaffMember:
    """Use a one-time link up. Raises `Missing` for an unknown one, `Gone` for a used or old one."""
    link = find_link(context, token, LinkKind.SIGN_IN)
    person = person_of(link.party)
    used = dataclasses.replace(link, used_at=context.now())
    actor = Actor(kind=ActorKind.PERSON, id=person.address, name=person.name)
    signed_in = entry(context, EntryType.SIGNED_IN, actor, {"staff": person.id})
    try:  # one transaction: of two at once one is in, and the journal names the row as it is
        record(context, signed_in, rows=[used], seen=[link])
    except Conflict as error:
        raise Gone("this link was used; ask for a new one") from error
    return person


def person_of(address: str) -> StaffMember:
    """The active person with this address. Raises `Missing`."""
    person = stored.by_address(address)
    if person is None or not person.active:
        raise Missing(f"staff: expected a person of the desk, found {address[:60]!r}")
    return person


def is_staff(address: str) -> bool:
    """True for an active person of the desk."""
    person = stored.by_address(address)
    return person is not None and person.active


def actor_of(address: str) -> Actor:
    """The actor of an address; a name on the command line need not be a person of the desk."""
    person = stored.by_address(address)
    name = person.name if person else address
    return Actor(kind=ActorKind.PERSON, id=person.address if person else address, name=name)


def list_people() -> list[ListedPerson]:
    """Everybody who can sign in."""
    return [ListedPerson(person.address, person.name) for person in stored.all() if person.active]
