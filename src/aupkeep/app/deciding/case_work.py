"""Who works on a case, how long it rests, and what colleagues note on it.

Each act names what its giver saw: the second of two people is told what the first did, and nothing
is overwritten.
"""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from aupkeep.app.access.absences import away_until
from aupkeep.app.access.authority import authorised, colleague
from aupkeep.app.context import AppContext
from aupkeep.app.deciding.case_records import find_case
from aupkeep.app.deciding.case_summary import absent_among
from aupkeep.app.journal import entry, record
from aupkeep.model.case import Case, CaseState
from aupkeep.model.entry import EntryType
from aupkeep.model.errors import Conflict, Invalid, Stale
from aupkeep.model.moments import show_minute, show_moment
from aupkeep.model.roles import StaffAct

LONGEST = 5000  # characters of a note
MOST = timedelta(days=30)  # that a case rests


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseWork:
    """Who works on a case, and until when it rests."""

    case: str
    assignee: str | None
    snoozed_until: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Whereabouts:
    """Who works on a case is not here: away `until` a moment, or of the desk no more (`left`)."""

    until: datetime | None
    left: bool


def whereabouts_of(context: AppContext, case: Case) -> Whereabouts | None:
    """Where who works on a case is, None for one who is here, and for nobody."""
    if case.assignee not in absent_among([case], context.now()):
        return None
    until = away_until(context).get((case.assignee or "").lower())
    return Whereabouts(until=until, left=until is None)


def assign(
    context: AppContext, reference: str, *, person: str, to: str | None, over: str | None = None
) -> CaseWork:
    """Have a colleague, or oneself, work on a case; None lets go of it.

    `over` is whose it was as the giver saw it: a case that is somebody else's by now stays so,
    unless they are away or have left. Raises `Missing`, `Forbidden`, `Invalid` for nobody of the
    desk, `Conflict` for a colleague who is away, and `Stale` that names whose it is.
    """
    actor, case = authorised(person, StaffAct.DECIDE), _open_case(reference)
    whose = None if to is None else colleague(to).address
    if case.assignee == whose:
        return _work(case)
    away = away_until(context)
    if whose is not None and whose != actor.id and whose.lower() in away:
        raise Conflict(
            f"case {case.reference}: expected a colleague who is here, found that {whose} is away "
            f"until {show_minute(away[whose.lower()])}"
        )
    takes = case.assignee in {None, person, over}
    if not takes and case.assignee not in absent_among([case], context.now()):
        raise Stale(
            f"case {case.reference}: expected {over or 'nobody'} to work on it, found that "
            f"{case.assignee} does; ask them, or take it over by name"
        )
    payload = {"case": case.id, "assignee": whose, "before": case.assignee, "why": _why(whose)}
    assigned = entry(context, EntryType.CASE_ASSIGNED, actor, payload, case=case.id)
    changed = replace(case, assignee=whose)
    record(context, assigned, rows=[changed], seen=[case])
    return _work(changed)


def _why(whose: str | None) -> str:
    return "nobody works on it" if whose is None else f"{whose} works on it"


def snooze(context: AppContext, reference: str, *, person: str, until: datetime) -> CaseWork:
    """Let an open case rest until a moment; what is new wakes it before.

    Raises `Missing`, `Forbidden`, `Conflict` for one that is not open, `Invalid` for a moment that
    is over or further away than 30 days.
    """
    actor, case = authorised(person, StaffAct.DECIDE), _open_case(reference)
    if case.state is not CaseState.OPEN:
        raise Conflict(f"case {case.reference}: expected an open one, found it {case.state}")
    now = context.now()
    if not now < until <= now + MOST:
        raise Invalid(f"until: expected a moment within 30 days, found {show_moment(until)}")
    why = f"rests until {show_minute(until)}"
    payload = {"case": case.id, "until": show_moment(until), "why": why}
    rests = entry(context, EntryType.CASE_SNOOZED, actor, payload, case=case.id)
    changed = replace(case, snoozed_until=until)
    record(context, rests, rows=[changed], seen=[case])
    return _work(changed)


def note(context: AppContext, reference: str, *, person: str, text: str) -> CaseWork:
    """Write something down for colleagues; the accused and reporters never read it.

    Raises `Missing`, `Forbidden`, `Invalid` for no text or too much.
    """
    actor, case = authorised(person, StaffAct.DECIDE), find_case(reference)
    if not text.strip() or len(text) > LONGEST:
        raise Invalid(f"note: expected 1 to {LONGEST} characters, found {len(text.strip())}")
    payload = {"case": case.id, "reason": text.strip()}
    noted = entry(context, EntryType.CASE_NOTED, actor, payload, case=case.id)
    record(context, noted)
    return _work(case)


def _open_case(reference: str) -> Case:
    case = find_case(reference)
    if case.state is CaseState.CLOSED:
        raise Conflict(f"case {case.reference}: expected one that is not closed, found it closed")
    return case


def _work(case: Case) -> CaseWork:
    return CaseWork(case=case.reference, assignee=case.assignee, snoozed_until=case.snoozed_until)
