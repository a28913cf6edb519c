"""The first person of a home: whoever gives the first command on it."""

import dataclasses

from aupkeep.app.access.staff_entry import staff_added
from aupkeep.app.context import AppContext
from aupkeep.app.journal import record
from aupkeep.model.actor import SYSTEM
from aupkeep.model.errors import Conflict
from aupkeep.model.roles import ROLES
from aupkeep.model.staff import StaffMember
from aupkeep.store import staff as stored


def map_first(context: AppContext, user: str) -> StaffMember | None:
    """The person of this user where nobody is mapped: the only one there is, or a new one.

    None where there are several people: each says who they are (`aupkeep staff map`).
    """
    people = [member for member in stored.all() if member.active]
    if len(people) > 1:
        return None
    if any(person.unix_user for person in people):  # another command was first, this moment
        return stored.by_unix_user(user)
    if people:
        person = dataclasses.replace(people[0], unix_user=user)
    else:
        person = StaffMember(
            id=context.new_id(),
            address=f"{user}@localhost",
            name=user,
            made_at=context.now(),
            roles=tuple(role.value for role in ROLES),
            unix_user=user,
        )
    try:
        record(context, staff_added(context, SYSTEM, person), rows=[person], seen=people)
    except Conflict:  # another command was first
        return stored.by_unix_user(user)
    return person
