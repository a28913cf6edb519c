"""The entry that says how a person's record is from now on."""

from aupkeep.app.context import AppContext
from aupkeep.app.journal import entry
from aupkeep.model.actor import Actor
from aupkeep.model.entry import Entry, EntryType
from aupkeep.model.staff import StaffMember


def staff_added(context: AppContext, by: Actor, person: StaffMember, **further: object) -> Entry:
    """`staff-added`: who the person is and what they may do, with what only this change says."""
    payload = {
        "staff": person.id,
        "address": person.address,
        "name": person.name,
        "roles": list(person.held_roles),
        "unix_user": person.unix_user,
    }
    return entry(context, EntryType.STAFF_ADDED, by, payload | further)
