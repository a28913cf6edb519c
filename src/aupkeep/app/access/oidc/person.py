"""The record of whom the issuer names: bound to them once, its roles those of their groups.

One subject of the issuer is one record and one record one subject, so that two people of a decision
are two people there as well (invariant 15). Whoever an operator removed stays removed; whoever lost
their last group comes back with it.
"""

import dataclasses
from collections.abc import Mapping
from typing import Any

from aupkeep.app.access.makers import second_until
from aupkeep.app.access.oidc.id_token import groups_in, keeps_groups_back
from aupkeep.app.access.oidc.issuer import IssuerRefused
from aupkeep.app.access.staff import ListedPerson, listed, marked, person_of
from aupkeep.app.access.staff_entry import staff_added
from aupkeep.app.change_set import ChangeSet
from aupkeep.app.context import AppContext
from aupkeep.app.journal import entry, record_changes
from aupkeep.model.actor import SYSTEM, Actor
from aupkeep.model.entry import EntryType
from aupkeep.model.errors import Conflict, Forbidden, Invalid
from aupkeep.model.staff import StaffMember
from aupkeep.store import links, sessions, tokens
from aupkeep.store import staff as stored

SOURCE = "oidc"
LONGEST_NAME = 120


class NoGroup(Forbidden):
    """Whoever the issuer vouches for, `person` where they are known, is in no group with a role.

    `sent` are the groups that it named, None where it named none at all.
    """

    def __init__(
        self, message: str, person: StaffMember | None, sent: frozenset[str] | None
    ) -> None:
        super().__init__(message)
        self.person, self.sent = person, sent


class GroupsKeptBack(IssuerRefused):
    """The issuer says that somebody has groups and not which: nothing is known of their roles."""


def subject_of(context: AppContext, claims: Mapping[str, Any]) -> str:
    """Who somebody is: a number means nothing without the issuer that gives it."""
    return f"{context.settings.oidc.issuer} {claims['sub']}"


def roles_of(context: AppContext, claims: Mapping[str, Any]) -> tuple[str, ...]:
    """The roles of somebody's groups; () for none."""
    settings = context.settings.oidc
    return settings.roles_of(groups_in(claims, settings.groups_claim) or frozenset())


def settled(context: AppContext, claims: Mapping[str, Any]) -> tuple[StaffMember, ChangeSet]:
    """Whoever the claims are of, as the record should be, and what that changes.

    Raises `NoGroup`, `GroupsKeptBack`, `IssuerRefused` for an address that proves nobody,
    `Forbidden` for one that is somebody else's here, or was removed.
    """
    subject, roles = subject_of(context, claims), roles_of(context, claims)
    known = stored.by_subject(subject)
    claim = context.settings.oidc.groups_claim
    if not roles and keeps_groups_back(claims, claim):
        raise GroupsKeptBack(f"{claim}: too many for a token, the issuer sent none of them")
    if not roles:
        raise NoGroup(_no_group(context), known, groups_in(claims, claim))
    person = known or _by_address(context, claims, subject)
    if not person.active and person.left_at is None:
        raise Forbidden(f"{person.address} was removed here; an operator adds them again")
    after = dataclasses.replace(person, active=True, left_at=None, roles=roles, subject=subject)
    after = second_until(person, after, context.now())
    changes = ChangeSet()
    if after != stored.by_subject(subject):
        changes.rows = [after]
        changes.seen = [person] if stored.by_address(person.address) else []
        changes.entries = [staff_added(context, SYSTEM, after, subject=subject, source=SOURCE)]
    return after, changes


def leave(context: AppContext, person: StaffMember) -> None:
    """Take everything that lets somebody in from them, until the issuer says otherwise."""
    if not person.active:
        return
    now = context.now()
    gone = second_until(person, dataclasses.replace(person, active=False, left_at=now), now)
    rows = [
        gone,
        *(dataclasses.replace(it, revoked_at=now) for it in tokens.live_of(person.address)),
        *(dataclasses.replace(it, revoked_at=now) for it in links.sign_in_links(person.address)),
    ]
    payload = {"staff": person.id, "reason": "no group of the issuer has a role", "source": SOURCE}
    left = entry(context, EntryType.STAFF_REMOVED, SYSTEM, payload)
    record_changes(context, ChangeSet(rows=rows, entries=[left], seen=[person]))
    sessions.end(sessions.of(person.address))


def unbind(context: AppContext, address: str, reason: str, by: Actor) -> ListedPerson:
    """Let another subject of the issuer be this person from their next sign-in on.

    Raises `Missing`, `Invalid` without a reason, `Conflict` for who is bound to none.
    """
    if not reason.strip():
        raise Invalid("reason: expected why, found nothing")
    person = person_of(address)
    if person.subject is None:
        raise Conflict(f"{person.address}: expected an account of the issuer, found none")
    free = dataclasses.replace(marked(context, person, by), subject=None)
    unbound = staff_added(context, by, free, subject=None, reason=reason, source="desk")
    record_changes(context, ChangeSet(rows=[free], entries=[unbound], seen=[person]))
    sessions.end(sessions.of(person.address))
    return listed(free)


def _by_address(context: AppContext, claims: Mapping[str, Any], subject: str) -> StaffMember:
    """The record with the address that the issuer proves, bound to nobody yet; else a new one."""
    address, settings = str(claims.get("email") or "").strip(), context.settings.oidc
    before, _, after = address.rpartition("@")
    sound = before and after and address.isprintable() and " " not in address
    if not sound or len(address) > stored.LONGEST:
        raise IssuerRefused("the issuer names no mail address of yours (email)")
    verified = claims.get("email_verified")
    if verified is not True and (verified is not None or not settings.unverified_addresses):
        raise IssuerRefused(f"the issuer does not say that {address} is yours (email_verified)")
    known = stored.by_address(address)
    if known is not None and known.subject not in {None, subject}:
        raise Forbidden(
            f"{known.address} is bound to another account of the issuer; an operator frees it: "
            f"aupkeep staff unbind {known.address}"
        )
    if known is not None:
        return known
    name = " ".join(str(claims.get("name") or before).split())[:LONGEST_NAME]
    return StaffMember(
        id=context.new_id(), address=address, name=name if name.isprintable() else before,
        language=context.settings.provider.language, made_at=context.now(),
    )  # fmt: skip


def _no_group(context: AppContext) -> str:
    settings = context.settings.oidc
    groups = " or ".join(settings.groups) or "one that oidc.roles names; it names none yet"
    return f"none of your groups opens this desk; ask {settings.shown_name} for {groups}"
