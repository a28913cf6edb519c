"""Sessions of the desk's people: how long one lives, where each is, ended at once.

A session is a row of the database that every request asks for, so one that is ended here is over in
each process of `web` from its next request on.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from aupkeep.app.access.authority import actor_for
from aupkeep.app.access.staff import person_of
from aupkeep.app.context import AppContext
from aupkeep.app.journal import entry, record
from aupkeep.model.actor import Actor
from aupkeep.model.entry import EntryType
from aupkeep.model.errors import Missing
from aupkeep.store import sessions as stored
from aupkeep.store import staff

IDLE = timedelta(hours=2)  # unused, it is over
LONGEST = timedelta(hours=12)
SHOWN = 12  # digits of a session's name, enough to tell one person's apart
BEGUN, SEEN, AGENT, ADDRESS, SIGNED_BY = "begun", "seen", "agent", "address", "by"
PASSKEY, LINK, OIDC = "passkey", "link", "oidc"  # what a session was opened by
BROWSERS = (
    (r"Edg\w*/", "Edge"), (r"OPR/|Opera", "Opera"), (r"SamsungBrowser/", "Samsung Internet"),
    (r"Firefox/|FxiOS/", "Firefox"), (r"Chrome/|CriOS/|Chromium/", "Chrome"),
    (r"Safari/", "Safari"),
)  # fmt: skip
SYSTEMS = (
    (r"iPhone|iPad|iPod", "iOS"), (r"Android", "Android"), (r"Windows", "Windows"),
    (r"Mac OS X|Macintosh", "macOS"), (r"CrOS", "ChromeOS"), (r"Linux", "Linux"),
)  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class LiveSession:
    """A session that its person, or who has its cookie, can still use."""

    person: str
    session: str
    since: datetime
    seen: datetime
    address: str
    browser: str
    by: str


@dataclass(frozen=True, slots=True)
class EndedSessions:
    """How many sessions of a person were ended."""

    person: str
    ended: int


def browser_words(agent: str) -> str:
    """A browser by what it calls itself, which nothing proves.

    >>> browser_words("Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0")
    'Firefox on Linux'
    >>> browser_words("curl/8.1"), browser_words("")
    ('another program', 'another program')
    """
    browser = next((word for mark, word in BROWSERS if re.search(mark, agent)), "")
    system = next((word for mark, word in SYSTEMS if re.search(mark, agent)), "")
    return f"{browser or 'a browser'} on {system}" if system else browser or "another program"


def live_sessions(context: AppContext, address: str = "") -> list[LiveSession]:
    """The sessions of a person, or of everybody; the one used last first. Raises `Missing`."""
    people = (
        [person_of(address)] if address else [member for member in staff.all() if member.active]
    )
    sessions = [
        _session(person.address, name, held)
        for person in people
        for name, held in stored.of(person.address).items()
        if is_alive(context, held)
    ]
    return sorted(sessions, key=lambda session: session.seen, reverse=True)


def is_alive(context: AppContext, held: Mapping[str, Any]) -> bool:
    """Whether a session that holds this may go on."""
    now, begun = context.now(), _moment(held, BEGUN)
    return now - _moment(held, SEEN) <= IDLE and now - begun <= LONGEST


def name_of(key: str) -> str:
    """What a session with this cookie is called on a page."""
    return stored.hashed(key)[:SHOWN]


def end_sessions(
    context: AppContext, address: str, session: str = "", *, but: str = "",
    by: Actor | None = None, reason: str = "",
) -> EndedSessions:  # fmt: skip
    """End one session of a person, or all but one. `by` is an operator. Raises `Missing`."""
    person = person_of(address)
    names = [
        name for name in stored.of(person.address)
        if (name[:SHOWN] == session if session else not but or name[:SHOWN] != but)
    ]  # fmt: skip
    if session and not names:
        raise Missing(f"session: expected one of {person.address}, found {session[:40]!r}")
    ended = stored.end(names)
    if ended:
        payload = {"staff": person.id, "ended": ended, "reason": reason}
        actor = by or actor_for(person)
        record(context, entry(context, EntryType.SESSIONS_ENDED, actor, payload))
    return EndedSessions(person.address, ended)


def _session(person: str, name: str, held: Mapping[str, Any]) -> LiveSession:
    return LiveSession(
        person=person,
        session=name[:SHOWN],
        since=_moment(held, BEGUN),
        seen=_moment(held, SEEN),
        address=str(held.get(ADDRESS, "")),
        browser=browser_words(str(held.get(AGENT, ""))),
        by=str(held.get(SIGNED_BY, LINK)),
    )


def _moment(held: Mapping[str, Any], name: str) -> datetime:
    return datetime.fromtimestamp(float(held.get(name) or held.get(BEGUN) or 0), tz=UTC)
