"""Addresses that many share by ports: a rule (RFC 7422), or the log of port blocks (RFC 6888).

Whose a block is says the inside address: see `inside`. The log's lines are read in three forms:

* Junos `RT_SRC_NAT_PBA_ALLOC`, `_INTERIM`, `_RELEASE`, as text and as structured data;
* Junos `JSERVICES_NAT_PORT_BLOCK_ALLOC`, `_ACTIVE`, `_RELEASE`: `INSIDE -> OUTSIDE:FIRST-LAST`;
* `A VRF 0 INT 100.64.0.5 EXT 203.0.113.1:1024-1535`, and `D VRF …`, of NFWare.

Other lines of the file say nothing here. A look-up without a port stays disputed.
"""

import re
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from datetime import datetime
from ipaddress import IPv4Address, summarize_address_range

from aupkeep.inventory.assignment_row import parse_ports, parse_prefix
from aupkeep.inventory.history import HeldSpan, SourceHistory
from aupkeep.inventory.http_client import HttpClient
from aupkeep.inventory.inside import HeldFor, InsideHolders
from aupkeep.inventory.log_files import LogFiles, lines
from aupkeep.inventory.log_moments import after_time, syslog_moment
from aupkeep.inventory.log_sessions import (
    BEGAN,
    ENDED,
    LIVES,
    LogPlace,
    LogSession,
    LogSessions,
)
from aupkeep.inventory.mapping import UnmappedProject
from aupkeep.inventory.port_blocks import PortRule
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
from aupkeep.model.holding import Assignment
from aupkeep.model.moments import parse_zone
from aupkeep.model.subject import parse_address

ADDRESS = r"\d{1,3}(?:\.\d{1,3}){3}"
VERBS = {
    "RT_SRC_NAT_PBA_ALLOC": BEGAN,
    "RT_SRC_NAT_PBA_INTERIM": LIVES,
    "RT_SRC_NAT_PBA_RELEASE": ENDED,
    "JSERVICES_NAT_PORT_BLOCK_ALLOC": BEGAN,
    "JSERVICES_NAT_PORT_BLOCK_ACTIVE": LIVES,
    "JSERVICES_NAT_PORT_BLOCK_RELEASE": ENDED,
}
VERB = re.compile("|".join(VERBS))
JUNOS = re.compile(  # host, then the daemon: a line of another one that quotes such words is none
    r"\s+\S+\s+(?:RT_NAT(?:\[\d+\])?:?\s+(?:-\s+)?|\(FPC[^)]{0,80}\)[^:]{0,80}:\s*)?"
    rf"({VERB.pattern})[: ](.*)$",
    re.ASCII,
)
NFWARE = re.compile(
    rf"\s+\S+(?:\s+\S+)?\s+([AD]) VRF (?P<vrf>\d{{1,10}}) INT (?P<inside>{ADDRESS})"
    rf" EXT (?P<outside>{ADDRESS}):(?P<first>\d{{1,5}})-(?P<last>\d{{1,5}})\s*$",
    re.ASCII,
)
FORMS = (
    re.compile(
        rf"Subscriber (?P<inside>{ADDRESS}) .*?\[(?P<first>\d{{1,5}})-(?P<last>\d{{1,5}})\]"
        rf" from (?P<outside>{ADDRESS})(?: |$)",
        re.ASCII,
    ),
    re.compile(
        rf'(?=.*\binternal-ip="(?P<inside>{ADDRESS})")(?=.*\breflexive-ip="(?P<outside>{ADDRESS})")'
        r'(?=.*\bblock-port-low="(?P<first>\d{1,5})")(?=.*\bblock-port-high="(?P<last>\d{1,5})")',
        re.ASCII,
    ),
    re.compile(
        rf"(?P<inside>{ADDRESS}) -> (?P<outside>{ADDRESS}):(?P<first>\d{{1,5}})-(?P<last>\d{{1,5}})"
        r"(?: |$)",
        re.ASCII,
    ),
)
MOST_LINE = 4096  # characters; a syslog line of a block has some 300
SHOWN = 200  # lines that could not be read, of those that are kept


class PortBlockLog:
    """Follows a log of port blocks."""

    def __init__(self, options: SourceOptions) -> None:
        """Raises `Invalid` for options that are wrong."""
        self._options = options
        pattern = text_option(options, "path")
        self._files = LogFiles(options.folder, pattern, lines)
        zone = text_option(options, "zone")
        self._zone = parse_zone(zone, "option zone") if zone else None
        self._sessions = LogSessions(seconds_option(options, "silence", 0) or None, numbers=False)
        self._vrf = text_option(options, "vrf") or "0"
        self._rejected: deque[RejectedHolding] = deque(maxlen=SHOWN)
        self._number = 0

    def look(self, now: datetime) -> SourceReading:
        """What the log says by now."""
        holders = inside_holders(self._options)
        for raw in self._files.read():
            self._number += 1
            self._take(raw, now)
        reading = SourceReading(rejected=list(self._rejected))
        chained = bool(text_option(self._options, "inside_site"))
        reading.history = self._sessions.history(holders_of(holders, reading), whole=chained)
        return reading

    def _take(self, raw: bytes, now: datetime) -> None:
        """One line; others than those of blocks say nothing."""
        line = raw[:MOST_LINE].decode("utf-8", "replace").rstrip("\r")
        what, match = _block(line, self._vrf)
        if not what:
            return
        place: LogPlace | None = None
        try:
            place = _place(line, match)
            inside = str(parse_address(match["inside"] if match else "", "inside"))
            at = syslog_moment(line, self._zone, now)
        except Invalid as error:
            prefix = None if place is None else place.prefix
            self._rejected.append(
                RejectedHolding(row=self._number, reason=str(error), prefix=prefix)
            )
            return
        self._sessions.note(what, (), place, inside, at)


def _place(line: str, match: re.Match[str] | None) -> LogPlace:
    """The outside address and its ports. Raises `Invalid`."""
    if match is None:
        raise Invalid(f"block: expected INSIDE, OUTSIDE and ports, found {line[-80:]!r}")
    first, last = parse_ports(match["first"], match["last"])
    return LogPlace(parse_prefix(match["outside"]), first, last)


def _block(line: str, vrf: str) -> tuple[str, re.Match[str] | None]:
    """What a line says of a block, "" where it is about none; and its parts."""
    rest = after_time(line)
    if match := NFWARE.match(rest):
        return ((BEGAN if match[1] == "A" else ENDED) if match["vrf"] == vrf else ""), match
    junos = JUNOS.match(rest)
    if junos is None:
        return (LIVES, None) if not rest and VERB.search(line) else ("", None)
    parts = (form.search(junos[2]) for form in FORMS)
    return VERBS[junos[1]], next((match for match in parts if match), None)


class PortRules:
    """Answers by rules."""

    def __init__(self, options: SourceOptions) -> None:
        """Raises `Invalid` for rules that are none, or that give one port to two."""
        tables = options.options.get("rules", [])
        if not isinstance(tables, list) or not all(isinstance(x, dict) for x in tables):
            raise Invalid("option rules: expected tables [[inventory.sources.options.rules]]")
        self._rules = [PortRule.of(table) for table in tables]
        self._options = options
        for place, rule in enumerate(self._rules):
            for other in self._rules[place + 1 :]:
                if _clash(rule, other):
                    raise Invalid("rules: expected one at a time for an address, found two")

    def look(self, now: datetime) -> SourceReading:
        """All that the rules say of the past and the present."""
        reading, holders = SourceReading(), inside_holders(self._options)
        history = SourceHistory()
        for rule in self._rules:
            for network in summarize_address_range(*rule.outside):
                history.about |= {parse_prefix(str(address)) for address in network}
            if rule.start > now:
                continue
            for inside in rule.insides():
                history.spans += _rule_spans(rule, inside, holders, reading)
        reading.history = history
        return reading


def _clash(rule: PortRule, other: PortRule) -> bool:
    in_time = (rule.end is None or other.start < rule.end) and (
        other.end is None or rule.start < other.end
    )
    meets = any(
        mine[0] <= theirs[1] and theirs[0] <= mine[1]
        for mine, theirs in ((rule.outside, other.outside), (rule.inside, other.inside))
    )
    return in_time and meets


def _rule_spans(
    rule: PortRule, inside: IPv4Address, holders: InsideHolders, reading: SourceReading
) -> Iterator[HeldSpan]:
    block = rule.outside_of(inside)
    if block is None:
        return
    for customer, resource, start, end in _known(
        holders, str(inside), rule.start, rule.end, reading
    ):
        yield HeldSpan(
            prefix=parse_prefix(str(block.address)),
            port_from=block.first,
            port_to=block.last,
            customer=customer,
            resource=resource,
            start=start,
            end=end,
        )


def inside_holders(options: SourceOptions) -> InsideHolders:
    """Who is behind the inside addresses now. Raises `Invalid`."""
    site = text_option(options, "inside_site")
    records: Iterable[Assignment] | None = options.records(site) if site else None
    return InsideHolders(options.customers, records)


def holders_of(
    holders: InsideHolders, reading: SourceReading
) -> Callable[[LogSession, datetime, datetime | None], list[HeldFor]]:
    """Whose a session of a block is."""
    return lambda session, start, end: _known(holders, session.who, start, end, reading)


def _known(
    holders: InsideHolders,
    inside: str,
    start: datetime,
    end: datetime | None,
    reading: SourceReading,
) -> list[HeldFor]:
    """Whose an inside address is; of one that nobody has on record, nobody's."""
    try:
        return list(holders.held(parse_address(inside), start, end))
    except UnmappedProject:
        reading.unmapped.add(inside)
        return [("", "inside unknown", start, end)]


def open_cgnat(options: SourceOptions, client: HttpClient) -> Look:
    """Prepare rules, or a log: one of the two. Raises `Invalid`."""
    del client  # nothing is asked over a network
    inside_holders(options)
    if bool(options.options.get("rules")) == bool(options.options.get("path")):
        raise Invalid(f"source {options.name}: expected either the option rules or path")
    return PortRules(options).look if options.options.get("rules") else PortBlockLog(options).look


SOURCE = StandingSource("cgnat", 60, open_cgnat, local=True)
