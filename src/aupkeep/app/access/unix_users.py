"""Who is mapped to a user of this machine: the first person of a home, or whom an operator says."""

import dataclasses

from aupkeep.app.access.authority import authorised
from aupkeep.app.access.shell import shell_person
from aupkeep.app.access.staff import ListedPerson, map_person
from aupkeep.app.context import AppContext
from aupkeep.app.journal import entry, record
from aupkeep.config.unix_user import unix_user
from aupkeep.model.actor import SYSTEM
from aupkeep.model.entry import EntryType
from aupkeep.model.errors import Conflict, Forbidden
from aupkeep.model.roles import ROLES, StaffAct
from aupkeep.model.staff import StaffMember
from aupkeep.store import staff as stored


def map_first(context: AppContext, user: str) -> StaffMember | None:
    """The person of this user where nobody is mapped: the only one there is, or a new one.

    None where there are several people: each says who they are (`aupkeep staff map`).
    """
    people = [member for member in stored.all() if member.active]
    if len(people) > 1:
        return None
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
    payload = {"staff": person.id, "address": person.address, "name": person.name,
               "roles": list(person.held_roles), "unix_user": user}  # fmt: skip
    try:
        added = entry(context, EntryType.STAFF_ADDED, SYSTEM, payload)
        record(context, added, rows=[person], seen=people)
    except Conflict:  # another command was first
        return stored.by_unix_user(user)
    return person


def map_user(context: AppContext, address: str, user: str | None) -> ListedPerson:
    """Say whose the commands of a machine's user are: once one's own, or as an operator any.

    Nobody says it of themselves while anybody is mapped: then an operator does. Raises `Forbidden`,
    `Missing`, `Conflict`.
    """
    if stored.mapped():
        actor = authorised(shell_person(context), StaffAct.SETTINGS)
        return map_person(context, address, user or unix_user(), by=actor)
    if user not in {None, unix_user()}:
        raise Forbidden("refused: the first to be mapped is the user who gives this command")
    return map_person(context, address, unix_user())
