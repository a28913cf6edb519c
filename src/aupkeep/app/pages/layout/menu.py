"""The menu of the staff pages: each person sees what their roles may read."""

from collections.abc import Mapping

from aupkeep.app.pages.layout.page import MenuGroup, MenuItem, Person
from aupkeep.model.roles import StaffAct

READ, REPORTERS, JOURNAL = StaffAct.READ, StaffAct.SEE_REPORTERS, StaffAct.JOURNAL
PAGES: dict[str, tuple[tuple[str, StaffAct], ...]] = {  # by group; "" = in the bar itself
    "": (
        ("queue", READ),
        ("inbox", REPORTERS),
        ("inquiries", READ),
        ("enforcement", READ),
        ("customers", READ),
    ),
    "work": (("notices", READ), ("permissions", READ), ("grants", READ)),
    "outside": (("sources", REPORTERS), ("feeds", READ), ("flows", READ)),
    "house": (
        ("policy", READ),
        ("statistics", READ),
        ("journal", JOURNAL),
        ("people", READ),
        ("settings", READ),
    ),
}


def menu_of(person: Person, waiting: Mapping[str, int]) -> tuple[MenuGroup, ...]:
    """The pages this person may read, by group, with how much waits on each."""
    groups = []
    for group, pages in PAGES.items():
        shown = [MenuItem(key, waiting.get(key, 0)) for key, act in pages if person.may(act)]
        groups.append(MenuGroup(group, tuple(shown)))
    return tuple(group for group in groups if group.items)
