"""Who else could act as a person: whoever made their link, token or record (invariant 15).

An operator sees each token and each link that they make, and chooses the address of a record and
the user of the machine. So of a person who acts by one of these the operator may be that person:

* a token or a sign-in link that somebody made for them, for as long as it is used;
* a record that somebody made, gave roles or mapped, and what its maker acts by in turn: until the
  record was seven days old when the decision was asked for. To wait makes nobody another.

Who gave themselves a role that makes a second person cannot be one for what was asked for before
that, or in the seven days after it: nobody else made them one.

A link that the sign-in page mails is nobody's but theirs. Where the maker has nobody else who could
be a second person, what they made counts all the same, as an outside approver would whom they
name, and the name says so: the desk of one takes in its first colleague. Somebody who could be a
second person and was removed, or lost that role, counts for seven days more.
"""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import datetime, timedelta

from aupkeep.app.context import AppContext
from aupkeep.casework.quorum import may_be_one
from aupkeep.model.actor import Actor, ActorKind
from aupkeep.model.errors import Forbidden
from aupkeep.model.roles import Allowance, StaffAct, allowance
from aupkeep.model.staff import RecordSetter, StaffMember
from aupkeep.store import staff as stored

LATELY = timedelta(days=7)


def maker_of(by: Actor, whose: str) -> str | None:
    """The id of the person who makes something for somebody else; None for their own."""
    member = stored.by_address(by.id) if by.kind is ActorKind.PERSON else None
    own = member is None or member.address.casefold() == whose.strip().casefold()
    return None if own or member is None else member.id


def second_person(
    context: AppContext,
    actor: Actor,
    asked_at: datetime,
    maker: str | None = None,
    *,
    say: bool = False,
) -> Actor:
    """As `with_makers`, for the second person of what was asked for then.

    Raises `Forbidden` for who made themselves one since, or lately before.
    """
    if why := self_made(actor.id, asked_at):
        raise Forbidden(f"refused (invariant 15): {why}")
    return with_makers(context, actor, maker, say=say, asked_at=asked_at)


def ask_another(first: Actor, behind: Iterable[str], second: Actor, same: str) -> None:
    """Raises `Forbidden` where the second person is, or may be, the first (invariants 2 and 15).

    `behind` are those who could act as the first one when they asked; `same` says it of one who
    confirms what they asked for.
    """
    first = replace(first, behind=tuple(sorted({*first.behind, *behind})))
    if first.id == second.id:
        raise Forbidden(f"refused (invariant 2): {same}")
    if refused := may_be_one([first, second]):
        raise Forbidden(f"refused (invariant {refused.invariant}): {refused.reason}")


def self_made(address: str, asked_at: datetime) -> str:
    """Why one is no second person of what was asked for then, by their own making; "" if not so."""
    member = stored.by_address(address)
    if member is None or not made_itself(member, asked_at):
        return ""
    return (
        "who gave themselves the role of a second person is none of what was asked for before that,"
        " or within seven days after it; another operator gives it, or a colleague confirms"
    )


def made_itself(member: StaffMember, asked_at: datetime) -> bool:
    """Whether they gave themselves the role of a second person so shortly before, or since."""
    return any(x.who == member.id and x.at > asked_at - LATELY for x in member.setters)


def with_makers(
    context: AppContext,
    actor: Actor,
    maker: str | None = None,
    *,
    say: bool = False,
    asked_at: datetime | None = None,
) -> Actor:
    """The actor with everybody who may be them; `maker` made the token or link they act by.

    With `say` the name tells of makers who count as nobody, for want of anybody else. `asked_at` is
    when what they are the second person of was asked for; a maker lacks anybody else only if so
    then and now.
    """
    people = {member.id: member for member in stored.all()}
    lately = context.now() - LATELY
    since = asked_at - LATELY if asked_at else lately
    own = next((m.id for m in people.values() if m.address == actor.id), None)
    makers = behind(own, maker, people, since) - {own}
    alone = {
        name
        for name in makers
        if all(only_second(people[name], people.values(), day) for day in (since, lately))
    }
    barred = makers - alone
    addressed = sorted(people[name].address for name in alone)
    words = f" (by what {', '.join(addressed)} made)" if addressed and say else ""
    addresses = sorted(people[name].address for name in barred)
    return replace(actor, name=f"{actor.name}{words}", behind=tuple(addresses))


def behind(
    own: str | None, maker: str | None, people: Mapping[str, StaffMember], since: datetime
) -> frozenset[str]:
    """The ids of whoever made a credential or record, and theirs, each once."""
    makers: set[str] = set()
    waiting = {maker, *_setters(people.get(own or ""), since)} & people.keys()
    while waiting:
        name = str(waiting.pop())
        makers.add(name)
        waiting |= (_setters(people[name], since) & people.keys()) - makers
    return frozenset(makers)


def only_second(maker: StaffMember, people: Iterable[StaffMember], since: datetime) -> bool:
    """Whether nobody but who this person took in lately could be a second person beside them."""
    return not any(
        _could(member, since)
        and not (
            member.made_by == maker.id and member.made_at is not None and member.made_at > since
        )
        for member in people
        if member.id != maker.id
    )


def is_alone(context: AppContext, person: str) -> bool:
    """Whether nobody but this person, or who they took in lately, could be a second person."""
    people = stored.all()
    own = next((member for member in people if member.address == person), None)
    return own is not None and only_second(own, people, context.now() - LATELY)


def second_until(before: StaffMember, after: StaffMember, now: datetime) -> StaffMember:
    """The record after a change that may take from it that its person is a second person."""
    return (
        replace(after, second_until=now) if may_second(before) and not may_second(after) else after
    )


def may_second(member: StaffMember) -> bool:
    """Whether this person may be a second person."""
    return member.active and allowance(member.held_roles, StaffAct.APPROVE) is Allowance.YES


def _could(member: StaffMember, since: datetime) -> bool:
    """Whether they may be a second person, or might lately."""
    return may_second(member) or (member.second_until is not None and member.second_until > since)


def _setters(member: StaffMember | None, since: datetime) -> set[str | None]:
    """Who made a record lately, or changed it: a colleague's edit hides nobody."""
    if member is None:
        return set()
    pairs = [(member.made_by, member.made_at), (member.set_by, member.set_at)]
    pairs += [(setter.who, setter.at) for setter in member.setters]
    return {name for name, at in pairs if at is not None and at > since}


def set_at(member: StaffMember, who: str, now: datetime) -> StaffMember:
    """The record with who changes it now."""
    others = tuple(setter for setter in member.setters if setter.who != who)
    return replace(member, setters=(*others, RecordSetter(who=who, at=now)))
