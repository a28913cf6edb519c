"""What the queue shows that only an entry of the journal changes: asked once for each."""

from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from aupkeep.app.context import AppContext
from aupkeep.model.absence import Absence
from aupkeep.model.approval import Approval
from aupkeep.model.grant import Grant
from aupkeep.model.saved_view import SavedView
from aupkeep.model.staff import StaffMember
from aupkeep.store import (
    absences,
    approvals,
    case_sites,
    cases,
    grants,
    saved_views,
    staff,
    tickets,
)
from aupkeep.store.cases import Tally


@dataclass(frozen=True, slots=True, kw_only=True)
class Settled:
    """What stands at a size of the journal: cases by state and clause, people, what they agreed on.

    `key` is the home and that size.
    """

    key: tuple[Path, int]
    tally: list[Tally]
    people: list[StaffMember]
    views: list[SavedView]
    handed: frozenset[str]  # cases with an open ticket
    absences: list[Absence]  # that were not over then
    approvals: list[Approval]  # that wait for a second person
    grants: list[Grant]  # that stand
    several_sites: bool  # of our own space

    def names(self) -> dict[str, str]:
        """The names of the desk's people by their addresses."""
        return {member.address: member.name for member in self.people}

    def here(self, now: datetime) -> frozenset[str]:
        """The addresses of the desk's people who are not away at this moment."""
        away = {absence.staff for absence in self.absences if absence.start <= now < absence.until}
        present = (member for member in self.people if member.active and member.id not in away)
        return frozenset(member.address for member in present)

    def views_of(self, address: str, *, reporters: bool) -> list[SavedView]:
        """One's own and shared ones; `reporters`: those that name who reported too."""
        own = next((member.id for member in self.people if member.address == address), None)
        seen = [view for view in self.views if view.shared or view.owner == own]
        return [view for view in seen if reporters or not view.names_source]


_last: list[Settled] = []  # of this process, as it was asked last


def settled(context: AppContext, entries: int) -> Settled:
    """Asked anew once the journal, which had so many entries when the page began, has grown."""
    key = context.home.path, entries
    for known in _last:
        if known.key == key:
            return known
    now = context.now()
    known = Settled(
        key=key,
        tally=cases.tally(),
        people=staff.all(),
        views=saved_views.everybodys(),
        handed=tickets.open_cases(),
        absences=absences.coming(now),
        approvals=approvals.all_waiting(),
        grants=grants.standing(now),
        several_sites=case_sites.several(),
    )
    _last[:] = [known]
    return known
