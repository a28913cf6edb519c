"""Who of the desk is away, from when until when; what would wait for them goes to others.

A colleague who is away is given no case and no appeal, and no alert by mail while another is on
call. Nothing is taken from their roles: they sign in and act as ever.
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from aupkeep.app.access.authority import active_member, authorised
from aupkeep.app.access.staff import person_of
from aupkeep.app.context import AppContext
from aupkeep.app.journal import entry, record
from aupkeep.model.absence import Absence
from aupkeep.model.actor import Actor
from aupkeep.model.entry import EntryType
from aupkeep.model.errors import Conflict, Invalid, Missing
from aupkeep.model.roles import StaffAct
from aupkeep.model.staff import StaffMember
from aupkeep.store import absences, staff

LONGEST = timedelta(days=366)
FURTHEST = timedelta(days=366)  # until it begins


@dataclass(frozen=True, slots=True, kw_only=True)
class ListedAbsence:
    """An absence with whose it is; `now`: they are away at this moment.

    `first` and `last` are its days, as RFC 3339 writes them, in the provider's zone.
    """

    absence: str
    person: str
    name: str
    first: str
    last: str
    start: datetime
    until: datetime
    now: bool


def list_absences(context: AppContext) -> list[ListedAbsence]:
    """Absences of active people that are not over, the one that begins first first."""
    people = {member.id: member for member in staff.all() if member.active}
    now = context.now()
    return [
        _listed(context, absence, people[absence.staff])
        for absence in absences.coming(now)
        if absence.staff in people
    ]


def away_until(context: AppContext) -> dict[str, datetime]:
    """Until when everybody is away who is away now, by address in small letters."""
    now = context.now()
    coming = [absence for absence in absences.coming(now) if absence.start <= now]
    people = {member.id: member.address for member in staff.all()} if coming else {}
    return {people[absence.staff].lower(): absence.until for absence in coming}  # one a person


def here_or_all(context: AppContext, names: Iterable[str]) -> list[str]:
    """Those of these addresses who are not away; all of them where all are."""
    listed, away = list(names), away_until(context)
    return [name for name in listed if name.lower() not in away] or listed


def set_absence(
    context: AppContext, address: str, first: str, last: str, *, person: str
) -> ListedAbsence:
    """Say that somebody is away on these days, both included, in the provider's zone.

    Of oneself whoever may undo says so, of a colleague an operator. Raises `Missing`, `Forbidden`,
    `Invalid` for what are no days or more than a year, `Conflict` where they are away on one of
    them already.
    """
    member, actor = person_of(address), _actor(person, address)
    start = _midnight(context, _day(first, "from"))
    until = _midnight(context, _day(last, "to"), later=1)
    now = context.now()
    if not start < until <= start + LONGEST or until <= now or start > now + FURTHEST:
        raise Invalid(
            "absence: expected days from today on, the first before the last, within a year; "
            f"found {first[:20]} to {last[:20]}"
        )
    absence = Absence(
        id=context.new_id(), staff=member.id, start=start, until=until, set_by=actor.id,
        made_at=now,
    )  # fmt: skip
    payload = {"staff": member.id, "absence": absence.id, "from": first, "to": last}
    said = entry(context, EntryType.ABSENCE_CHANGED, actor, payload)
    record(context, said, rows=[absence], check=lambda: _check_free(context, absence, member))
    return _listed(context, absence, member)


def _check_free(context: AppContext, absence: Absence, member: StaffMember) -> None:
    """Raises `Conflict` where they are away on one of its days already."""
    for other in absences.coming(absence.made_at):
        meets = other.start < absence.until and absence.start < other.until
        if other.staff == member.id and meets:
            days = _listed(context, other, member)
            raise Conflict(
                f"absence: {member.address} is away from {days.first} to {days.last} already; "
                "end that one first"
            )


def end_absence(context: AppContext, name: str, *, person: str) -> ListedAbsence:
    """Take an absence back: by its id, or the one of an address that is now or comes first.

    Raises `Missing`, `Forbidden` for a colleague's.
    """
    authorised(person, StaffAct.UNDO)
    people = {member.id: member for member in staff.all()}
    current = [
        absence
        for absence in absences.coming(context.now())
        if name == absence.id or name.lower() == people[absence.staff].address.lower()
    ]
    if not current:
        raise Missing(f"absence: expected one that is not over, found {name[:60]!r}")
    absence, member = current[0], people[current[0].staff]
    actor = _actor(person, member.address)
    ended = replace(absence, ended_at=context.now())
    payload = {"staff": member.id, "absence": absence.id, "ended": True}
    changed = entry(context, EntryType.ABSENCE_CHANGED, actor, payload)
    record(context, changed, rows=[ended], seen=[absence])
    return _listed(context, ended, member)


def _actor(person: str, address: str) -> Actor:
    """Who says it: oneself, who is on duty at times, else an operator. Raises `Forbidden`."""
    own = active_member(person).address.lower() == address.strip().lower()
    return authorised(person, StaffAct.UNDO if own else StaffAct.SETTINGS)


def _day(text: str, name: str) -> date:
    try:
        return date.fromisoformat(text.strip())
    except ValueError as error:
        raise Invalid(f"{name}: expected a day such as 2026-12-24, found {text[:20]!r}") from error


def _zone(context: AppContext) -> ZoneInfo:
    return ZoneInfo(context.settings.provider.zone)


def _midnight(context: AppContext, day: date, later: int = 0) -> datetime:
    """When a day begins in the provider's zone, or one so many days later."""
    try:
        begins = datetime.combine(day + timedelta(days=later), time(), _zone(context))
        return begins.astimezone(UTC)
    except OverflowError as error:
        raise Invalid(f"absence: expected a day of this century, found {day}") from error


def _listed(context: AppContext, absence: Absence, member: StaffMember) -> ListedAbsence:
    zone = _zone(context)
    return ListedAbsence(
        absence=absence.id,
        person=member.address,
        name=member.name,
        first=f"{absence.start.astimezone(zone):%Y-%m-%d}",
        last=f"{(absence.until - timedelta(seconds=1)).astimezone(zone):%Y-%m-%d}",
        start=absence.start,
        until=absence.until,
        now=absence.ended_at is None and absence.start <= context.now() < absence.until,
    )
