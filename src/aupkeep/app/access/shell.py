"""Whose a command is: the person of the desk who is mapped to the user of this machine.

The first command on an empty home makes that record, with all roles. A name after `--as` must be
this person's: another name, typed by the same user, is nobody (invariant 15).
"""

from aupkeep.app.access.authority import sees_reporters
from aupkeep.app.context import AppContext
from aupkeep.config.unix_user import unix_user
from aupkeep.model.errors import Forbidden
from aupkeep.model.staff import StaffMember
from aupkeep.store import staff as stored

HINT = (
    "somebody else acts as the user of this machine who is theirs (aupkeep staff map), "
    "on the pages, or by their own token; so does a second person: aupkeep approve DECISION"
)


def first_person(context: AppContext) -> StaffMember | None:
    """The person of this machine's user; made or mapped where nobody is mapped to any user yet.

    An empty home gets a record with all roles. On a home that has one person already, that person
    is the one. Where it has several, each says once who they are (`aupkeep staff map`).
    """
    user = unix_user()
    known = stored.by_unix_user(user)
    if known is not None or stored.mapped():
        return known
    from aupkeep.app.access.first_person import map_first  # writes; most commands need no journal

    return map_first(context, user)


def shell_sees_reporters(context: AppContext) -> bool:
    """Whether who gives this command is shown who reported."""
    member = first_person(context)
    return sees_reporters(member.address if member else None)


def shell_person(context: AppContext, named: tuple[str, ...] = ()) -> str:
    """The address of who gives this command; `named` is what stands after `--as`, if anything.

    Raises `Forbidden` when that is somebody else, or when this user is nobody of the desk.
    """
    person = first_person(context)
    user = unix_user()
    if person is None:
        raise Forbidden(
            f"refused (invariant 15): the user {user} of this machine is nobody of the desk; "
            f"say who they are: aupkeep staff map ADDRESS --unix-user {user}"
        )
    own = {person.address.casefold(), user.casefold()}
    for name in dict.fromkeys(named):
        if name.strip().casefold() not in own:
            raise Forbidden(
                f"refused (invariant 15): this command is {person.address}'s, who is {user} here, "
                f"and not that of {name[:60]!r}; {HINT}"
            )
    return person.address
