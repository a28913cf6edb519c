"""Whether a person may do an act: asked by every page, command and API call (docs/roles.md).

A command, a page and the API each know who acts: the user of this machine, the session, the token.
They give an address here; the answer is the actor, or `Forbidden`. A name that is no person of the
desk decides nothing (invariant 15).
"""

from aupkeep.model.actor import Actor, ActorKind
from aupkeep.model.errors import Forbidden, Invalid
from aupkeep.model.roles import Allowance, StaffAct, allowance, bearers
from aupkeep.model.staff import StaffMember
from aupkeep.store import staff as stored


def authorised(person: str, act: StaffAct) -> Actor:
    """The actor of an address, when the roles of this person allow the act. Raises `Forbidden`."""
    member = active_member(person)
    if allowance(member.held_roles, act) is not Allowance.YES:
        raise Forbidden(_refusal(member, act))
    return actor_for(member)


def require(actor: Actor, act: StaffAct) -> None:
    """As `authorised`, for an actor; rules and the system are held by the gate instead."""
    if actor.kind is ActorKind.PERSON:
        authorised(actor.id, act)


def allowance_of(person: str, act: StaffAct) -> Allowance:
    """What a person may do of an act; nobody's name is allowed nothing."""
    member = stored.by_address(person)
    active = member is not None and member.active
    return allowance(member.held_roles, act) if member and active else Allowance.NO


def sees_reporters(person: str | None) -> bool:
    """Whether the roles of this person show who reported; nobody's name sees none."""
    return person is not None and allowance_of(person, StaffAct.SEE_REPORTERS) is Allowance.YES


def undo_barred(person: str) -> str:
    """Who may undo, in a sentence for a person who may not; "" for one who may."""
    if allowance_of(person, StaffAct.UNDO) is Allowance.YES:
        return ""
    return f"It may be undone by {' or '.join(bearers(StaffAct.UNDO))}; you are none of these."


def active_member(person: str) -> StaffMember:
    """The active person of the desk with this address. Raises `Forbidden` for anybody else."""
    member = _known(person)
    if member is None:
        raise Forbidden(
            "refused (invariant 15): expected a person of the desk (aupkeep staff add), "
            f"found {person[:60]!r}"
        )
    return member


def colleague(address: str) -> StaffMember:
    """The active person whom somebody names, to give them work. Raises `Invalid`."""
    member = _known(address)
    if member is None:
        raise Invalid(f"to: expected a person of the desk, found {address[:60]!r}")
    return member


def _known(address: str) -> StaffMember | None:
    member = stored.by_address(address)
    return member if member is not None and member.active else None


def actor_for(member: StaffMember) -> Actor:
    """The actor that a person of the desk is."""
    return Actor(kind=ActorKind.PERSON, id=member.address, name=member.name)


def refuse_act(person: str, act: StaffAct) -> Forbidden:
    """The refusal of an act to a known person."""
    return Forbidden(_refusal(active_member(person), act))


def _refusal(member: StaffMember, act: StaffAct) -> str:
    roles = ", ".join(member.held_roles)
    needed = " or ".join(bearers(act))
    return f"refused: {member.address} is {roles}; {act} takes {needed} (docs/roles.md)"
