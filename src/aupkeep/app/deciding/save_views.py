"""Saving, changing and deleting the views of the queue that people name."""

from collections.abc import Mapping
from dataclasses import replace

from aupkeep.app.access.authority import actor_for, authorised, sees_reporters
from aupkeep.app.access.staff import person_of
from aupkeep.app.context import AppContext
from aupkeep.app.deciding.case_list import UNSEEN, VIEWS, read_filter
from aupkeep.app.deciding.case_views import (
    WORDS,
    ListedView,
    is_left,
    listed,
    view_query,
    views_for,
)
from aupkeep.app.journal import entry, record
from aupkeep.model.entry import EntryType
from aupkeep.model.errors import Conflict, Forbidden, Invalid, Missing
from aupkeep.model.roles import StaffAct
from aupkeep.model.saved_view import SavedView
from aupkeep.model.staff import StaffMember
from aupkeep.store import staff
from aupkeep.store.case_filter import SORTS

LONGEST = 60  # characters of a name
MOST = 50  # views of one person


def save_view(
    context: AppContext, name: str, asked: Mapping[str, str], *, person: str, shared: bool = False
) -> ListedView:
    """Keep filters and sort under a name; the same name of the same person is changed.

    Whoever reads the queue keeps views of their own; sharing one takes somebody who decides cases.
    Raises `Invalid`, `Forbidden`, `Conflict` where another's shared view has the name.
    """
    member, name = _who(person, shared=shared), _name(name)
    asked = {word: asked.get(word, "") for word in WORDS}
    read_filter(context, asked, person)
    if asked["source"].strip() and not sees_reporters(person):
        raise Forbidden(UNSEEN)
    if asked["sort"] and asked["sort"] not in SORTS:
        raise Invalid(f"sort: expected one of {', '.join(SORTS)}, found {asked['sort'][:40]!r}")
    known = views_for(member.address)
    own = [view for view in known if view.owner == member.id]
    before = next((view for view in own if view.name == name), None)
    if before is None and len(own) >= MOST:
        raise Conflict(f"views: expected at most {MOST} of one person; delete one first")
    made = before or SavedView(
        id=context.new_id(), owner=member.id, name=name, query="", made_at=context.now()
    )
    view = replace(made, query=view_query(asked), shared=shared)
    return _write(context, member, view, before, "saved")


def change_view(
    context: AppContext,
    named: str,
    *,
    person: str,
    name: str | None = None,
    shared: bool | None = None,
) -> ListedView:
    """Rename one's own view, share it or no longer; `named` is its id or name.

    Raises `Missing`, `Invalid`, `Forbidden`, `Conflict`.
    """
    before = _own(named, person)
    shared = before.shared if shared is None else shared
    member = _who(person, shared=shared)
    view = replace(before, name=before.name if name is None else _name(name), shared=shared)
    return _write(context, member, view, before, "changed")


def delete_view(context: AppContext, named: str, *, person: str) -> ListedView:
    """Delete one's own view, by its id or name, or a shared one that a leaver left behind.

    The second takes somebody who may share. Raises `Missing`, `Forbidden`.
    """
    member = _who(person, shared=False)
    known = [view for view in views_for(person) if named in (view.id, view.name)]
    left = [view for view in known if is_left(view)]
    if left and not any(view.owner == member.id for view in known):
        before, member = left[0], _who(person, shared=True)
    else:
        before = _own(named, person)
    return _write(context, member, replace(before, removed_at=context.now()), before, "deleted")


def _write(
    context: AppContext, member: StaffMember, view: SavedView, before: SavedView | None, change: str
) -> ListedView:
    """Write the view; the entry says which, never what is looked for."""
    if view.removed_at is None:
        _refuse_twin(view)
    payload = {"staff": member.id, "view": view.id, "shared": view.shared, "change": change}
    changed = entry(context, EntryType.VIEW_CHANGED, actor_for(member), payload)
    record(context, changed, rows=[view], seen=[before] if before else [])
    owner = next((person.address for person in staff.all() if person.id == view.owner), "")
    return listed(view, owner, member.address)


def _refuse_twin(view: SavedView) -> None:
    """Raises `Conflict` for a name that another view has already."""
    address = next((person.address for person in staff.all() if person.id == view.owner), None)
    for other in views_for(address):
        both_shared = other.shared and view.shared
        if (
            other.name == view.name
            and other.id != view.id
            and (other.owner == view.owner or both_shared)
        ):
            raise Conflict(f"view {view.name}: expected a new name, found one that is in use")


def _own(named: str, person: str) -> SavedView:
    member = person_of(person)
    own = [view for view in views_for(member.address) if view.owner == member.id]
    for view in own:
        if named in (view.id, view.name):
            return view
    raise Missing(f"view: expected one of your own (aupkeep view list), found {named[:60]!r}")


def _who(person: str, *, shared: bool) -> StaffMember:
    """The person, who may read the queue, and decide cases where they share. Raises `Forbidden`."""
    authorised(person, StaffAct.DECIDE if shared else StaffAct.READ)
    return person_of(person)


def _name(text: str) -> str:
    name = " ".join(text.split())
    if not name or len(name) > LONGEST or not name.isprintable():
        raise Invalid(f"name: expected 1 to {LONGEST} characters")
    if name in VIEWS:
        raise Invalid(f"name: expected another than {', '.join(VIEWS)}, which are ours")
    return name
