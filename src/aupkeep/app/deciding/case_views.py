"""Views of the queue that people name: filters and sort under a name, kept for oneself or shared.

A shared view with the assignee `me` shows each person their own cases.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from urllib.parse import urlencode

from aupkeep.app.access.authority import actor_for, authorised, sees_reporters
from aupkeep.app.access.staff import person_of
from aupkeep.app.context import AppContext
from aupkeep.app.deciding.case_list import NAMES, UNSEEN, VIEWS, read_filter
from aupkeep.app.journal import entry, record
from aupkeep.model.entry import EntryType
from aupkeep.model.errors import Conflict, Forbidden, Invalid, Missing
from aupkeep.model.roles import StaffAct
from aupkeep.model.saved_view import SavedView
from aupkeep.model.staff import StaffMember
from aupkeep.store import saved_views, staff
from aupkeep.store.case_filter import SORTS

LONGEST = 60  # characters of a name
MOST = 50  # views of one person
FILTERS = tuple(name for name in NAMES if name != "state")  # a view says which states
WORDS = ("view", *FILTERS, "sort")


@dataclass(frozen=True, slots=True, kw_only=True)
class ListedView:
    """A view as its reader has it: `mine` where they may change it, `owner` by address."""

    view: str
    name: str
    query: str
    shared: bool
    mine: bool
    owner: str


def view_query(asked: Mapping[str, str]) -> str:
    """The query of the queue's address for these words, always in the same order.

    >>> view_query({"sort": "urgency", "kind": "messaging/spam"})
    'view=open&kind=messaging%2Fspam'
    """
    given = {"view": "open"} | {name: word.strip() for name, word in asked.items() if word.strip()}
    if given.get("sort") == "urgency":
        del given["sort"]
    return urlencode([(name, given[name]) for name in WORDS if name in given])


def views_for(person: str | None) -> list[SavedView]:
    """One's own and shared ones, by name; who may not know who reported has none that names one."""
    found = saved_views.seen_by(person)
    quiet = [view for view in found if not view.names_source]
    all_of_them = len(quiet) == len(found) or person is None or sees_reporters(person)
    return found if all_of_them else quiet


def list_views(person: str | None) -> list[ListedView]:
    """One's own and those that are shared, by name; without a person the shared ones."""
    people = {member.id: member.address for member in staff.all()}
    return [_listed(view, people.get(view.owner, ""), person) for view in views_for(person)]


def words_of_view(name: str, person: str | None) -> dict[str, str]:
    """View, filters and sort of a name: one's own first, then shared, then one of ours.

    Raises `Missing`.
    """
    own = None if person is None else staff.by_address(person)
    named = [view for view in views_for(person) if view.name == name]
    named.sort(key=lambda view: own is None or view.owner != own.id)
    if named:
        return named[0].words
    if name in VIEWS:
        return {"view": name}
    raise Missing(f"view: expected the name of a view (aupkeep view list), found {name[:60]!r}")


def in_view(name: str, asked: Mapping[str, str], person: str | None) -> dict[str, str]:
    """What is asked for within the view of a name, "" for none; what is asked beside it counts.

    Raises `Missing`.
    """
    given = {word: value for word, value in asked.items() if value.strip()}
    return given if not name else words_of_view(name, person) | given


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


def is_left(view: SavedView) -> bool:
    """Whether its owner is of the desk no more."""
    return not any(member.active and member.id == view.owner for member in staff.all())


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
    owner = next((one.address for one in staff.all() if one.id == view.owner), "")
    return _listed(view, owner, member.address)


def _refuse_twin(view: SavedView) -> None:
    """Raises `Conflict` for a name that another view has already."""
    address = next((one.address for one in staff.all() if one.id == view.owner), None)
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


def _listed(view: SavedView, owner: str, person: str | None) -> ListedView:
    return ListedView(
        view=view.id,
        name=view.name,
        query=view.query,
        shared=view.shared,
        mine=person is not None and owner.casefold() == person.casefold(),
        owner=owner,
    )
