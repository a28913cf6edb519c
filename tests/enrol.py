"""People of the desk for tests: who decides something must be one."""

from collections.abc import Iterable
from urllib.parse import urlsplit

from django.test import Client

from aupkeep.app.access.authority import actor_for
from aupkeep.app.access.staff import sign_in_link
from aupkeep.app.context import AppContext
from aupkeep.app.journal import entry, record
from aupkeep.model.actor import SYSTEM, Actor
from aupkeep.model.entry import EntryType
from aupkeep.model.roles import ROLES
from aupkeep.model.staff import StaffMember


def enrol(context: AppContext, *names: str, roles: Iterable[str] = ROLES) -> list[Actor]:
    """Make people with these names as addresses; without `roles` they are everything at once."""
    held = tuple(str(role) for role in roles)
    people = [
        StaffMember(
            id=context.new_id(), address=name, name=_called(name), made_at=context.now(), roles=held
        )
        for name in names
    ]
    added = entry(context, EntryType.STAFF_ADDED, SYSTEM, {"staff": list(names)})
    record(context, added, rows=people)
    return [actor_for(member) for member in people]


def signed_in(context: AppContext, person: str, *, by: Actor = SYSTEM, **browser: object) -> Client:
    """A browser in which a person is signed in; `by` made the link, which is mailed otherwise."""
    client = Client(**browser)  # type: ignore[arg-type]
    client.post(urlsplit(sign_in_link(context, person, by=by).link).path)
    return client


def _called(address: str) -> str:
    """`ada@example.com` is Ada; a bare name stays as it is."""
    name, at, _ = address.partition("@")
    return name.title() if at else name
