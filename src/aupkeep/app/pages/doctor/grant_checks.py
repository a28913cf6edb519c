"""What may leave while the install listens, and which grants end soon. Pure."""

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta

from aupkeep.app.pages.doctor.records import DoctorCheck
from aupkeep.model.grant import Grant, GrantKind, GrantState
from aupkeep.model.moments import show_minute

SOON = timedelta(days=7)
STEPS = (GrantKind.STAFF, GrantKind.RECEIPTS, GrantKind.NOTICES, GrantKind.PEOPLE, GrantKind.ACT)
OPTIONS = {  # what each step needs beside its end and its reasons
    GrantKind.NOTICES: " --rule all --all",
    GrantKind.PEOPLE: " --target TARGET --prefix PREFIX",
    GrantKind.ACT: " --rule RULE --target TARGET --prefix PREFIX --ceiling 2",
}
ASK_NOTICES = f'aupkeep grant ask notices{OPTIONS[GrantKind.NOTICES]} --days 30 --reasons "…"'


def listen_check(*, listening: bool, granted: Sequence[GrantKind]) -> DoctorCheck:
    """Whether the install listens; the remedy is the next step."""
    if not listening:
        return DoctorCheck(check="listen", ok=True, found="off", remedy="")
    if not granted:
        text = "on: no mail leaves and nothing is limited"
    else:
        text = f"on, but for what is granted: {', '.join(dict.fromkeys(granted))}"
    missing = next((step for step in STEPS if step not in granted), None)
    if missing is None:
        return DoctorCheck(check="listen", ok=True, found=text, remedy="")
    asked = f'aupkeep grant ask {missing}{OPTIONS.get(missing, "")} --days 30 --reasons "…"'
    return DoctorCheck(check="listen", ok=bool(granted), found=text, remedy=asked)


def grants_check(opened: Iterable[Grant], now: datetime) -> DoctorCheck:
    """Which grants wait for a second person, and which end within a week with none behind them."""
    listed = tuple(opened)
    waiting = [grant for grant in listed if grant.state(now) is GrantState.WAITING]
    ending = [grant for grant in listed if grant.live(now) and grant.until <= now + SOON]
    ending = [grant for grant in ending if not any(_follows(grant, other) for other in listed)]
    said = [f"{grant_name(grant)} ends at {show_minute(grant.until)}" for grant in ending]
    said += [f"{grant_name(grant)} waits for a second person" for grant in waiting]
    remedies = [
        ASK_NOTICES
        if grant.kind is GrantKind.EVERYTHING
        else f"aupkeep grant ask {grant.kind} --replaces {grant.id} …"
        for grant in ending
    ]
    remedies += [f"aupkeep grant approve {grant.id}" for grant in waiting]
    live = sum(grant.live(now) for grant in listed)
    return DoctorCheck(
        check="grants",
        ok=not said,
        found="; ".join(said) or f"{live} live, none ends within a week",
        remedy=remedies[0] if remedies else "",
    )


def grant_name(grant: Grant) -> str:
    """A grant in a few words: its step and its rule."""
    return f"{grant.kind} ({grant.rule})" if grant.rule else grant.kind.value


def _follows(grant: Grant, other: Grant) -> bool:
    """Whether another of the same step and rule goes on when this one ends."""
    same = (grant.kind, grant.rule, grant.target) == (other.kind, other.rule, other.target)
    return same and other.granted_at is not None and other.starts <= grant.until < other.until
