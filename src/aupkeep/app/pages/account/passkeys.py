"""Passkeys of the desk's people: added, named, signed in with, removed.

Whoever must sign in by a passkey (`web.passkey_roles`) comes in by a mailed link only to add their
first one. A passkey that was added in a session by somebody else's link counts as that somebody's
(`makers`): a passkey makes no second person of an operator.
"""

import dataclasses
from dataclasses import dataclass
from datetime import datetime

from aupkeep.app.access.authority import actor_for
from aupkeep.app.access.staff import person_of, refuse_local
from aupkeep.app.access.webauthn import creation_options, prove, read_assertion, read_creation
from aupkeep.app.change_set import ChangeSet
from aupkeep.app.context import AppContext
from aupkeep.app.journal import entry, record, record_changes
from aupkeep.app.notifying.notices import add_notice, language_of, make_notice, provider_facts
from aupkeep.app.pages.layout.page import Person
from aupkeep.model.actor import Actor
from aupkeep.model.entry import EntryType
from aupkeep.model.errors import Conflict, Forbidden, Invalid, Missing
from aupkeep.model.notice import NoticeKind, Party
from aupkeep.model.passkey import Passkey
from aupkeep.model.staff import StaffMember
from aupkeep.store import passkeys as stored
from aupkeep.store import staff

MOST_NAME = 60  # characters
MOST_KEYS = 20  # of one person
UNKNOWN = "this passkey is not known here, or was removed"


@dataclass(frozen=True, slots=True)
class ListedPasskey:
    """A passkey as its person and an operator see it."""

    id: str
    name: str
    added: datetime
    used: datetime | None


def list_passkeys(address: str) -> list[ListedPasskey]:
    """Those that a person can sign in with, the oldest first. Raises `Missing`."""
    return [
        ListedPasskey(passkey.id, passkey.name, passkey.made_at, passkey.used_at)
        for passkey in stored.live(person_of(address).id)
    ]


def offered(context: AppContext, address: str, browser: str) -> str:
    """What the browser is asked for a new passkey, as JSON. Raises `Forbidden`, `Missing`."""
    person = person_of(address)
    names = (person.address, person.name)
    return creation_options(context, person.id, names, stored.live(person.id), browser)


def add_passkey(
    context: AppContext, address: str, name: str, answer: tuple[str, str], maker: str | None
) -> ListedPasskey:
    """Keep the passkey that a browser made; its person is told by mail.

    `answer` is what the browser said and its secret, `maker` who made the link of the session.
    Raises `Invalid`, `Forbidden`, `Conflict`.
    """
    person, name = person_of(address), _name(name)
    made = read_creation(context, person.id, *answer)
    if stored.by_credential(made.credential) is not None:
        raise Conflict("passkey: expected a new one, found one that is here already")
    if len(stored.live(person.id)) >= MOST_KEYS:
        raise Conflict(f"passkey: expected at most {MOST_KEYS}; remove one first")
    passkey = Passkey(
        id=context.new_id(), staff=person.id, name=name, credential=made.credential, key=made.key,
        uses=made.uses, made_at=context.now(), made_by=maker,
    )  # fmt: skip
    _change(context, person, passkey, actor_for(person), added=True)
    return ListedPasskey(passkey.id, name, passkey.made_at, None)


def name_passkey(context: AppContext, address: str, number: str, name: str) -> None:
    """Give one's passkey another name. Raises `Invalid`, `Missing`."""
    person = person_of(address)
    passkey = _own(person, number)
    payload = {"staff": person.id, "passkey": passkey.id, "change": "named"}
    named = dataclasses.replace(passkey, name=_name(name))
    change = entry(context, EntryType.PASSKEY_CHANGED, actor_for(person), payload)
    record(context, change, rows=[named], seen=[passkey])


def remove_passkey(
    context: AppContext, address: str, number: str, *, by: Actor | None = None, reason: str = ""
) -> ListedPasskey:
    """Take a passkey away; its person is told by mail. `by` is an operator. Raises `Missing`."""
    person = person_of(address)
    passkey = _own(person, number)
    removed = dataclasses.replace(passkey, removed_at=context.now())
    _change(context, person, removed, by or actor_for(person), added=False, reason=reason)
    return ListedPasskey(passkey.id, passkey.name, passkey.made_at, passkey.used_at)


def use_passkey(context: AppContext, answer: str, browser: str) -> Person:
    """Whose passkey answered; as `maker`, who may be behind it.

    Raises `Forbidden`, `Invalid`, and `Conflict` where the same device signs in twice at once.
    """
    asserted = read_assertion(context, answer, browser)
    passkey = stored.by_credential(asserted.credential)
    person = next(
        (member for member in staff.all() if passkey and member.id == passkey.staff), None
    )
    if passkey is None or person is None or not person.active:
        raise Forbidden(UNKNOWN)
    refuse_local(context, person)
    uses = prove(context, asserted, passkey)
    used = dataclasses.replace(passkey, uses=uses, used_at=context.now())
    payload = {"staff": person.id, "passkey": passkey.id}
    signed_in = entry(context, EntryType.SIGNED_IN, actor_for(person), payload)
    record(context, signed_in, rows=[used], seen=[passkey])
    return Person(id=person.address, name=person.name, maker=passkey.made_by)


def _change(
    context: AppContext, person: StaffMember, passkey: Passkey, by: Actor, *, added: bool,
    reason: str = "",
) -> None:  # fmt: skip
    """Write a passkey that was added or removed, and the letter that says so."""
    payload = {"staff": person.id, "passkey": passkey.id, "reason": reason,
               "change": "added" if added else "removed"}  # fmt: skip
    changes = ChangeSet(rows=[passkey])
    changes.entries.append(entry(context, EntryType.PASSKEY_CHANGED, by, payload))
    facts = provider_facts(context) | {
        "link": f"{context.settings.provider.url}/account",
        "added": added,
        "name": passkey.name,
        "by": "" if by.id == person.address else by.name,
        "left": len(stored.live(person.id)) + (1 if added else -1),
    }
    to = (Party.STAFF, person.address, language_of(person.language))
    add_notice(context, make_notice(context, NoticeKind.PASSKEY, to, facts), changes)
    record_changes(context, changes)


def _own(person: StaffMember, number: str) -> Passkey:
    for passkey in stored.live(person.id):
        if passkey.id == number:
            return passkey
    raise Missing(UNKNOWN)


def _name(text: str) -> str:
    name = " ".join(text.split())
    if not name or len(name) > MOST_NAME or not name.isprintable():
        raise Invalid(f"name: expected 1 to {MOST_NAME} characters")
    return name
