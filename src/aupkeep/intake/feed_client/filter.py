"""What a fetched list says about us: rows filtered by own prefixes, ours made into findings.

    listed = filter_list(feed, FetchedList("list.txt", data), options, OwnPrefixes(prefixes))
    reading = reading_of(feed, "feed:example", listed.ours)

Rows about others are counted and forgotten. A row that lists a prefix wider than one address names
no resource: its scope is not that of one address, so a person looks at it (invariant 5).
"""

import hashlib
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network

from aupkeep.intake.feed import Feed, FetchedList, ListedItem, Options
from aupkeep.intake.feed_client.own_prefixes import FOREIGN, ForeignAddress, OwnPrefixes
from aupkeep.intake.formats.list_rows import refuse_page
from aupkeep.intake.kinds import role_of
from aupkeep.intake.parser import Remark
from aupkeep.intake.times import any_time
from aupkeep.model.errors import Invalid
from aupkeep.model.finding import LONGEST_DETAIL, MOST_DETAILS, Finding, Offset
from aupkeep.model.holding import Network
from aupkeep.model.origin import Origin
from aupkeep.model.report import Reading, ReadingOutcome, RejectedRow
from aupkeep.model.subject import Address, Endpoint, Subject, parse_port
from aupkeep.model.taxonomy import kind_for

SHOWN_DEAD = 50  # rejected rows kept with their reasons; all are counted
MOST_NAMED = 500_000  # rows with a name that are kept for resolving
LONGEST_ROW = 2_000  # characters of a row kept as evidence
YEARS = range(2000, 2200)
HOST = re.compile(
    r"(?P<scheme>[a-z][a-z0-9+.-]{1,15}://)?(?:[^/@?#\s]{0,200}@)?"
    r"(?P<host>\[[0-9a-f:.]{2,45}\]|[^/:?#\s\[\]@]{1,253})(?P<port>:\d{1,5})?(?P<rest>[/?#]\S*)?",
    re.IGNORECASE,
)  # RFC 3986 section 3, as lists write it: scheme and path may be missing
NAME = re.compile(
    r"(?=.{4,254}$)(?:[a-z0-9_](?:[a-z0-9_-]{0,61}[a-z0-9_])?\.)+[a-z][a-z0-9-]{1,62}\.?",
    re.IGNORECASE,
)  # RFC 1035 section 2.3.1, with the underscore of practice; no top-level name is a number


@dataclass(frozen=True, slots=True)
class ListHit:
    """An item that concerns us, at an address of ours or under a name still to be looked up."""

    item: ListedItem
    address: Address | None = None
    host: str | None = None

    def key(self, feed: str) -> str:
        """What makes two sightings of one feed the same item; 32 hex digits."""
        item = self.item
        role = item.role.value if item.role else ""
        said = (feed, item.kind, item.rsit, role, item.where.lower(), str(self.address), item.port)
        return hashlib.sha256("\x1f".join(said).encode()).hexdigest()[:32]


@dataclass(slots=True)
class FilteredList:
    """A list, filtered: counts of all rows, and the few that matter."""

    seen: int = 0
    foreign: int = 0
    dead_count: int = 0
    dead: list[RejectedRow] = field(default_factory=list)
    remarks: list[str] = field(default_factory=list)
    ours: list[ListHit] = field(default_factory=list)
    named: list[ListHit] = field(default_factory=list)
    wide: list[tuple[ListedItem, Network]] = field(default_factory=list)

    def add(self, other: "FilteredList") -> None:
        """Put the rows of another list of the same feed beside these."""
        self.seen += other.seen
        self.foreign += other.foreign
        self.dead_count += other.dead_count
        self.dead = (self.dead + other.dead)[:SHOWN_DEAD]
        self.remarks += other.remarks
        self.ours += other.ours
        self.named += other.named
        self.wide += other.wide


def filter_list(feed: Feed, copy: FetchedList, options: Options, ours: OwnPrefixes) -> FilteredList:
    """Read one list. Raises `Unreadable` for what is no such list at all, as a web page."""
    refuse_page(copy.data)
    listed = FilteredList()
    for row in feed.parse(copy, options):
        if isinstance(row, ListedItem):
            listed.seen += 1
            at = ours.find(row.where)
            if at is FOREIGN:
                listed.foreign += 1
            else:
                _place(row, at, ours, listed)
        elif isinstance(row, Remark):
            listed.remarks.append(row.text)
        else:
            listed.seen += 1
            _bury(listed, row.row, row.reason)
    return listed


def _place(
    item: ListedItem,
    at: Address | Network | ForeignAddress | None,
    ours: OwnPrefixes,
    listed: FilteredList,
) -> None:
    """Put one item where it belongs."""
    host = None
    if at is None:
        host, at = _home(item, ours)
    if isinstance(at, IPv4Address | IPv6Address):
        listed.ours.append(ListHit(item, address=at, host=host))
    elif isinstance(at, IPv4Network | IPv6Network):
        listed.wide.append((item, at))
    elif at is None and host is None:
        shown = item.where[:60]
        reason = f"expected an address, prefix, URL or domain, found {shown!r}"
        _bury(listed, item.row, reason)
    elif at is None and len(listed.named) < MOST_NAMED:
        listed.named.append(ListHit(item, host=host))
    else:
        listed.foreign += 1


def _home(
    item: ListedItem, ours: OwnPrefixes
) -> tuple[str | None, Address | Network | ForeignAddress | None]:
    """The host of a URL or domain, and where it lives: by the list's word, or by being one."""
    match = HOST.fullmatch(item.where)
    host = match["host"].strip("[]").lower().rstrip(".") if match else None
    if host is None:
        return None, None
    if item.address:
        stated = ours.find(item.address)
        if stated is not None:
            return host, stated
    literal = ours.find(host)
    if literal is not None:
        return host, literal
    return (host if NAME.fullmatch(host) or not host.isascii() else None), None


def _bury(listed: FilteredList, row: int, reason: str) -> None:
    listed.dead_count += 1
    if len(listed.dead) < SHOWN_DEAD:
        listed.dead.append(RejectedRow(row=row, reason=reason))


def reading_of(feed: Feed, source: Origin, hits: Sequence[ListHit]) -> Reading:
    """The findings of these items, with each row as evidence and where its values stand in it."""
    findings: list[Finding] = []
    dead: list[RejectedRow] = []
    start, rows = 0, []
    for hit in hits:
        text = (hit.item.text or hit.item.where)[:LONGEST_ROW].replace("\n", " ")
        try:
            findings.append(_finding(feed, source, hit, text, start))
        except Invalid as error:
            dead.append(RejectedRow(row=hit.item.row, reason=str(error)))
        rows.append(text)
        start += len(text) + 1
    many = "1 row" if len(hits) == 1 else f"{len(hits)} rows"
    return Reading(
        outcome=ReadingOutcome.PARSED if findings else ReadingOutcome.INBOX,
        reason=None if findings else "no row about us could be read",
        container="feed",
        reporter_name=feed.title,
        title=f"{feed.title}: {many} about us",
        findings=tuple(findings),
        dead=tuple(dead),
        parts=("\n".join(rows),),
    )


def inbox_reading(title: str, reason: str, rows: Iterable[str]) -> Reading:
    """A reading that a person must look at, with the rows it is about."""
    lines = [row[:LONGEST_ROW].replace("\n", " ") for row in rows]
    return Reading(
        outcome=ReadingOutcome.INBOX,
        reason=reason,
        container="feed",
        reporter_name=title.partition(":")[0],
        title=title,
        parts=("\n".join(lines),),
    )


def moment_of(item: ListedItem) -> tuple[datetime, float] | None:
    """When the item says it happened, with ± seconds; None where it says nothing.

    Raises `Invalid` for a text that is no time.
    """
    if item.finding is not None:
        at = item.finding.at
        return (at, item.finding.exact) if at else None
    text = item.at or item.since
    if not text:
        return None
    moment = any_time(text, zone=UTC)
    if moment is None or moment[0].year not in YEARS:
        raise Invalid(f"time: expected a date with a time, found {text[:60]!r}")
    return moment


def _finding(feed: Feed, source: Origin, hit: ListHit, text: str, start: int) -> Finding:
    """One item as a finding. Raises `Invalid`."""
    item = hit.item
    if item.finding is not None:
        return replace(item.finding, source=source, maker=feed.maker, offsets={})
    if item.events < 1:
        raise Invalid("events: expected 1 or more, found 0")
    kind = kind_for(item.kind, item.rsit or None)
    at, exact = moment_of(item) or (None, 0.0)
    subject = _subject(item, hit)
    return Finding(
        kind=kind.name,
        rsit=kind.rsit,
        role=item.role or role_of(kind),
        subject=subject,
        at=at,
        exact=exact,
        source=source,
        confidence=item.confidence,
        target=Endpoint(port=parse_port(item.target_port)) if item.target_port else None,
        count=item.events,
        maker=feed.maker,
        offsets=_offsets(item, subject, text, start),
        transport=item.transport,
        details=_details(item),
    )


def _subject(item: ListedItem, hit: ListHit) -> Subject:
    """The address alone where the row lists one, else the URL or domain with its place."""
    match = HOST.fullmatch(item.where) if hit.host else None
    stated = item.port or (match["port"][1:] if match and match["port"] else "")
    port = (parse_port(stated) or None) if stated and hit.address else None
    if match is None:
        return Subject(address=hit.address, port=port)
    if match["scheme"] or match["rest"]:
        return Subject(address=hit.address, port=port, url=item.where)
    literal = hit.address is not None and not NAME.fullmatch(match["host"])
    domain = None if literal or str(hit.address) == hit.host else hit.host
    return Subject(address=hit.address, port=port, domain=domain)


def _written(item: ListedItem, subject: Subject, text: str) -> str:
    """The address as the row writes it: as stated, or out of a prefix of one address."""
    if subject.address is None:
        return ""
    said = item.address or item.where
    return said if said in text else str(subject.address)


def _details(item: ListedItem) -> dict[str, str]:
    """What the list said besides, bounded; and since when it lists it."""
    said = dict(item.details or {})
    if item.since and item.at:
        said.setdefault("first seen", item.since)
    few = list(said.items())[:MOST_DETAILS]
    return {name: value[:LONGEST_DETAIL] for name, value in few if value}


def _offsets(item: ListedItem, subject: Subject, text: str, start: int) -> dict[str, Offset]:
    """Where the values stand in the evidence; what is not found there has no offset."""
    values = {
        "address": _written(item, subject, text),
        "url": subject.url or "",
        "domain": subject.domain or "",
        "at": item.at or item.since,
    }
    offsets = {}
    for name, value in values.items():
        place = text.find(value) if value else -1
        if place >= 0:
            offsets[name] = Offset(0, start + place, start + place + len(value))
    return offsets
