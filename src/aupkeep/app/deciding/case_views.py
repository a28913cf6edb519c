"""Views of the queue that people name: filters and sort under a name, kept for oneself or shared.

A shared view with the assignee `me` shows each person their own cases.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import urlencode

from aupkeep.app.access.authority import sees_reporters
from aupkeep.app.deciding.case_list import NAMES, VIEWS
from aupkeep.model.errors import Missing
from aupkeep.model.saved_view import SavedView
from aupkeep.store import saved_views, staff

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
    views = saved_views.seen_by(person)
    quiet = [view for view in views if not view.names_source]
    all_of_them = len(quiet) == len(views) or person is None or sees_reporters(person)
    return views if all_of_them else quiet


def list_views(person: str | None) -> list[ListedView]:
    """One's own and those that are shared, by name; without a person the shared ones."""
    people = {member.id: member.address for member in staff.all()}
    return [listed(view, people.get(view.owner, ""), person) for view in views_for(person)]


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


def is_left(view: SavedView) -> bool:
    """Whether its owner is of the desk no more."""
    return not any(member.active and member.id == view.owner for member in staff.all())


def listed(view: SavedView, owner: str, person: str | None) -> ListedView:
    """The view as this person has it; `owner` is an address."""
    return ListedView(
        view=view.id,
        name=view.name,
        query=view.query,
        shared=view.shared,
        mine=person is not None and owner.casefold() == person.casefold(),
        owner=owner,
    )
