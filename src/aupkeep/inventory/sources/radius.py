"""RADIUS accounting (RFC 2866): who had which address from Start to Stop, from files of FreeRADIUS.

`path` names files of the module `detail`, or with `form = "json"` lines of JSON objects. Addresses
are Framed-IP-Address (RFC 2865 section 5.8), Framed-IPv6-Prefix (RFC 3162 section 2.3),
Delegated-IPv6-Prefix (RFC 4818) and Framed-IPv6-Address (RFC 6911 section 3.1).

A session whose Stop is lost ends when it was last heard of: when others were heard of for
`silence`, when its NAS said that it began or ends (Accounting-On, -Off), or when another session
has its address.
"""

from collections import deque
from collections.abc import Callable, Iterator
from datetime import datetime

from aupkeep.inventory.assignment_row import parse_prefix, parse_word
from aupkeep.inventory.http_client import HttpClient
from aupkeep.inventory.inside import HeldFor
from aupkeep.inventory.log_files import LogFiles, lines, paragraphs
from aupkeep.inventory.log_sessions import (
    BEGAN,
    ENDED,
    LIVES,
    LogMoment,
    LogPlace,
    LogSession,
    LogSessions,
)
from aupkeep.inventory.radius_records import (
    Attributes,
    began,
    detail_record,
    json_record,
    one,
    record_moment,
)
from aupkeep.inventory.standing_source import (
    Look,
    SourceOptions,
    SourceReading,
    StandingSource,
    seconds_option,
    text_option,
)
from aupkeep.inventory.sync import RejectedHolding
from aupkeep.model.errors import Invalid
from aupkeep.model.holding import Network
from aupkeep.model.moments import parse_zone

STATUS = {
    "Start": BEGAN,
    "1": BEGAN,
    "Stop": ENDED,
    "2": ENDED,
    "Interim-Update": LIVES,
    "Alive": LIVES,
    "3": LIVES,
}
RESTARTS = ("Accounting-On", "Accounting-Off", "7", "8")
OTHERS = ("Tunnel-", "Failed", "Checkpoint", "9", "10", "11", "12", "13", "14", "15")
NAS = ("NAS-IP-Address", "NAS-IPv6-Address", "NAS-Identifier")
ADDRESSES = ("Framed-IP-Address", "Framed-IPv6-Address")
PREFIXES = ("Framed-IPv6-Prefix", "Delegated-IPv6-Prefix")
NO_ADDRESS = ("255.255.255.255", "255.255.255.254", "0.0.0.0")  # noqa: S104 - RFC 2865 section 5.8
FORMS = {"detail": (paragraphs, detail_record), "json": (lines, json_record)}
SILENCE = 7200  # seconds
SHOWN = 200


class RadiusLog:
    """Follows files of accounting."""

    def __init__(self, options: SourceOptions) -> None:
        """Raises `Invalid` for options that are wrong."""
        form = text_option(options, "form", "detail")
        if form not in FORMS:
            raise Invalid(f"option form: expected {', '.join(FORMS)}, found {form[:40]!r}")
        split, self._read = FORMS[form]
        self._files = LogFiles(options.folder, text_option(options, "path"), split)
        zone = text_option(options, "zone")
        self._zone = parse_zone(zone, "option zone") if zone else None
        silence = seconds_option(options, "silence", SILENCE)
        if not silence:
            raise Invalid("option silence: expected seconds from 1 up, found 0")
        self._sessions = LogSessions(silence)
        self._user = text_option(options, "user", "User-Name")
        self._named = options.options.get("named", False)
        if not isinstance(self._named, bool):
            raise Invalid("option named: expected true or false, found another type")
        self._customers = options.customers
        self._rejected: deque[RejectedHolding] = deque(maxlen=SHOWN)
        self._places: dict[tuple[str, str, str], set[LogPlace]] = {}  # of those that began
        self._number = 0

    def look(self, now: datetime) -> SourceReading:
        """What the files say by now."""
        for data in self._files.read():
            if data.strip():
                self._number += 1
                self._take(data, now)
        reading = SourceReading(rejected=list(self._rejected))
        reading.history = self._sessions.history(self._holders(reading))
        return reading

    def _take(self, data: bytes, now: datetime) -> None:
        attributes: Attributes = {}
        try:
            head, attributes = self._read(data)
            self._note(head, attributes, now)
        except Invalid as error:
            prefix = next(_places(attributes, strict=False), None)
            self._rejected.append(
                RejectedHolding(row=self._number, reason=str(error), prefix=prefix)
            )

    def _note(self, head: str, attributes: Attributes, now: datetime) -> None:
        """One record. Raises `Invalid`."""
        status = one(attributes, "Acct-Status-Type")
        nas = next((name for name in (one(attributes, key) for key in NAS) if name), "")
        if status in RESTARTS:
            nas = parse_word(nas, " or ".join(NAS))
            self._sessions.restarted(nas, record_moment(head, attributes, self._zone, now))
        elif status in STATUS:
            at = record_moment(head, attributes, self._zone, now)
            self._note_session(STATUS[status], nas, attributes, at)
        elif not status.startswith(OTHERS):
            raise Invalid(
                f"Acct-Status-Type: expected Start, Stop and so on, found {status[:40]!r}"
            )

    def _note_session(self, what: str, nas: str, attributes: Attributes, at: LogMoment) -> None:
        """One record of a session. Raises `Invalid`."""
        session = parse_word(one(attributes, "Acct-Session-Id"), "Acct-Session-Id")
        user = parse_word(one(attributes, self._user), self._user)
        key = (nas, session, user)
        since = None if what == BEGAN else began(attributes, at)
        named = {LogPlace(prefix) for prefix in _places(attributes, strict=True)}
        known = self._places.get(key)
        for place in named:
            came_later = known is not None and place not in known
            start = None if came_later else since
            self._sessions.note(what, key, place, user, at, device=nas, began=start)
        for place in (known or set()) - named:
            if any(place.prefix.version == other.prefix.version for other in named):
                self._sessions.left(key, place, user, at)
            elif what == ENDED or not named:  # a record need not repeat the address
                self._sessions.note(what, key, place, user, at, device=nas, began=since)
        if what == BEGAN:
            self._places[key] = named
        elif what == ENDED:
            self._places.pop(key, None)
        elif known is not None:
            self._places[key] = known | named

    def _holders(
        self, reading: SourceReading
    ) -> Callable[[LogSession, datetime, datetime | None], list[HeldFor]]:
        """Whose a session is: of a user whom nobody maps, nobody's."""

        def held(session: LogSession, start: datetime, end: datetime | None) -> list[HeldFor]:
            customer = self._customers.get(session.who) or (session.who if self._named else "")
            if not customer.strip():
                reading.unmapped.add(session.who)
                return [("", "user unknown", start, end)]
            return [(customer, f"user:{session.who}", start, end)]

        return held


def _places(attributes: Attributes, *, strict: bool) -> Iterator[Network]:
    """The addresses and prefixes of a session. Raises `Invalid` if `strict`."""
    named = [(name, text) for name in (*ADDRESSES, *PREFIXES) for text in attributes.get(name, ())]
    for name, text in dict.fromkeys(named):
        try:
            if text not in NO_ADDRESS:
                yield parse_prefix(text if name in PREFIXES else text.partition("/")[0], name)
        except Invalid:
            if strict:
                raise


def open_radius(options: SourceOptions, client: HttpClient) -> Look:
    """Prepare the reading of files. Raises `Invalid`."""
    del client  # nothing is asked over a network
    if not text_option(options, "path"):
        raise Invalid(f"source {options.name}: expected the option path, found none")
    return RadiusLog(options).look


SOURCE = StandingSource("radius", 30, open_radius, local=True)
