"""The page of saved views: one's own, to rename, share and delete, and those of colleagues."""

from dataclasses import dataclass
from urllib.parse import parse_qsl

from aupkeep.app.context import AppContext
from aupkeep.app.deciding.case_views import ListedView, list_views
from aupkeep.app.pages.layout.load import page_header
from aupkeep.app.pages.layout.page import PageHeader, Person
from aupkeep.model.roles import StaffAct
from aupkeep.store import staff


@dataclass(frozen=True, slots=True, kw_only=True)
class ShownView:
    """A view with its filters in words, as pairs of name and value; `view` is which states.

    `left`: its owner is of the desk no more, so that whoever may share deletes it.
    """

    listed: ListedView
    view: str
    words: tuple[tuple[str, str], ...]
    left: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class ViewsPage:
    """`own` first, then what colleagues share; `shares` where the person may share."""

    header: PageHeader
    own: tuple[ShownView, ...]
    others: tuple[ShownView, ...]
    shares: bool


def views_page(context: AppContext, person: Person) -> ViewsPage:
    """The page for a person."""
    header = page_header(context, person)
    active = {member.address for member in staff.all() if member.active}
    shown = [_shown(view, left=view.owner not in active) for view in list_views(person.id)]
    return ViewsPage(
        header=header,
        own=tuple(view for view in shown if view.listed.mine),
        others=tuple(view for view in shown if not view.listed.mine),
        shares=person.may(StaffAct.DECIDE),
    )


def _shown(view: ListedView, *, left: bool) -> ShownView:
    words = dict(parse_qsl(view.query))
    states = words.pop("view", "open")
    return ShownView(listed=view, view=states, words=tuple(words.items()), left=left)
