"""What a line says whatever its figures are: its program, its words, the side of each address.

Lines of one log differ in little but figures. With every figure written 0 they share one shape,
which is worked out once. No pattern used here tells one figure from another.
"""

import re
from functools import lru_cache
from typing import NamedTuple

from aupkeep.intake.extract import further_languages as more
from aupkeep.intake.extract.addresses import AddressSpan
from aupkeep.intake.extract.direction import (
    header_end,
    is_first_field,
    message_start,
    offender_weight,
)
from aupkeep.intake.extract.match_kinds import line_kind, shows_packet
from aupkeep.intake.extract.open_text import doubtful_from, open_from
from aupkeep.intake.extract.peer_names import name_positions
from aupkeep.intake.extract.routine_lines import BENIGN, CALLED, OWN, is_routine, names_trouble
from aupkeep.intake.extract.services import NOUGHTS, RECON, Service, is_known, service_of
from aupkeep.intake.extract.stated_times import Places, begins_with_timestamp, lead_places

HEADER = re.compile(
    r"\s{0,8}(?:received(?:-spf)?|authentication-results|arc-[a-z-]{1,40}|"
    r"dkim-[a-z-]{1,40}|message-id|references|"
    r"in-reply-to|return-path|to|cc|reply-to|list-[a-z-]{1,20}|x-(?!originating|"
    r"source|remote|client|sender-ip|abuse)[\w-]{1,40})\s?:"
    r"|\s+(?:by|for|with|id|via)\s",
    re.IGNORECASE | re.ASCII,
)
OWN_PORT = re.compile(
    r"\b(?:spt|s(?:ou)?rc(?:e[ _]?)?_?port|sport|source port|client_?port|"
    r"remote_?port|src port|quellport)[\"']?\s?[=: ]\s?[\"']?(\d{1,5})\b",
    re.IGNORECASE | re.ASCII,
)
HIT_PORT = re.compile(
    r"\b(?:dpt|d(?:e?st(?:ination)?)?[ _]?port|dport|target port|local_?port|"
    r"zielport|to (?:tcp |udp )?port|(?:tcp|udp)[ /]?port)[\"']?\s?[=: "
    r"]\s?[\"']?(\d{1,5})\b",
    re.IGNORECASE | re.ASCII,
)
# address port => address port
FLOW = re.compile(
    r" {1,8}(\d{1,5}) {1,8}[-=]> {1,8}[\d.:A-Fa-f]{3,45} {1,8}(\d{1,5})(?!\S)", re.ASCII
)
PROTOCOL = re.compile(r"(?<![a-z])(tcp|udp)(?![a-z])", re.IGNORECASE)
REPEATED = re.compile(
    r"(?:message repeated (\d{1,7}) times|\b(\d{1,7}) time\(s\)|repeated "
    r"(\d{1,7}) times)",
    re.IGNORECASE,
)
CLOCK = re.compile(
    r"[>\s]{0,4}(?:\{\"|\[\*\*\]|%[a-z]{2,8}-\d|(?:warning|error|notice|alert|critical): )|"
    r"[>\s\[]{0,6}\d\d:\d\d:\d\d(?:\.\d{1,9})?\b",
    re.ASCII,
)
# the small words of which a sentence holds several and a program's message few
SMALL = re.compile(
    r"\b(?:the|our|your|we|has|have|been|was|were|this|that|please|you|is|it|of|a|an|and|on|"
    r"der|die|das|den|wir|unser(?:e[mnrs]?)?|ihre?[mnrs]?|ist|wurden?|und|eine?[mnrs]?|am|von|es|"
    r"nous|avons|votre|notre|est|les|le|la|une?|het|een|onze|zijn|wij|uw|van|vi|har|er|og|en|et"
    r"|ble|"
    r"dykkar|deres|att|och|ett|hemos|nuestro|del|el|abbiamo|nostro|il|nasz|foi|nosso|"
    r"que|não|uma|para|pela|che|della|sono|gli|nie|jest|się|że|dla|som|från|inte|på|med|av|los"
    rf"|las|una|por|con|esta|{more.SMALL})\b"
)
SENTENCE = 3
CLAUSE = re.compile(r"(?<=\w): ")
COMMENT = re.compile(r"\s{0,4}#")
Figures = tuple[int, int]  # where a number stands in a line


class LineShape(NamedTuple):
    """What all lines of one shape say."""

    idle: bool  # a comment, a report of success, the server's own doing: no claim
    routine: bool  # what its program writes about everybody
    header: bool  # a field of a mail's header that names no client
    log: bool
    prose: bool  # a sentence, by its small words
    telling: bool  # it holds words of trouble
    own_kind: str | None  # the kind its words name
    kind: str | None  # the same, else the kind its program implies
    words: str | None  # the same, unless it is reconnaissance alone
    packet: bool  # that kind is a scan, only since a packet that came to a port is shown
    program: bool  # a service is named
    service_port: int | None
    protocol: str | None
    own: Figures | None  # where the offender's port stands
    hit: Figures | None  # where the attacked port stands
    repeated: bool
    weights: tuple[int, ...]  # what speaks for each address
    stands: tuple[int, ...]  # which of them stand in names, if any
    known: bool  # written by a program whose messages are known, or as JSON: no field is forged
    feigned: int  # from where on a name, a path, a command may have feigned an address
    doubtful: int  # … and from where on other words may
    first_field: bool  # the first address stands where no peer writes
    copied: bool  # … and the last one behind words without trouble, which a program may only copy
    dated: Places  # where times may stand near its start

    def is_bare(self, *, leading: bool) -> bool:
        """Whether it only shows a packet, or of a web log (`leading`) a request and its status."""
        return self.own_kind is None if leading else self.packet

    def tells_nothing(self, *, located: bool) -> bool:
        """Whether it is idle; what runs somewhere may be said so: "is listening on 192.0.2.1"."""
        return self.idle and not (self.prose and located)


NO_SERVICE = Service("")


def shape_of(line: str, addresses: list[AddressSpan]) -> LineShape:
    """The shape of a line with these addresses."""
    places = tuple([(spot.start, spot.end, spot.port_end) for spot in addresses])
    return _shape(line.translate(NOUGHTS), places)


@lru_cache(maxsize=4096)
def _shape(plain: str, places: tuple[tuple[int, int, int], ...]) -> LineShape:
    """The shape of a line with all figures 0.

    `places` are start, end and end of the port of each address.
    """
    line = plain.lower()
    service = service_of(line)
    implied = service or NO_SERVICE
    begin = message_start(plain)
    logged = 0 < header_end(plain) < begin  # by a program that names itself, whatever it says
    prose = not logged and len(set(SMALL.findall(line))) >= SENTENCE
    kind = line_kind(line)
    stated = PROTOCOL.search(plain)
    own, hit = _ports(plain)
    ends = [0, *(end for _, end, _ in places)]
    log = CLOCK.match(line) is not None or begins_with_timestamp(plain)
    log = log or (service is not None and kind is not None and not prose)
    trust = _trusted(plain, begin, places)
    return LineShape(
        idle=_idle(line, kind),
        routine=is_routine(line),
        header=HEADER.match(line) is not None,
        log=log,
        prose=prose,
        telling=kind is not None or names_trouble(line),
        own_kind=kind,
        kind=implied.kind or kind if kind in {None, RECON} else kind,
        words=None if kind == RECON else kind,
        packet=kind == "connection/port_scan" and shows_packet(line),
        program=service is not None,
        service_port=implied.port,
        protocol=stated[1].lower() if stated else implied.protocol,
        own=own,
        hit=hit,
        repeated=REPEATED.search(line) is not None,
        weights=tuple(offender_weight(plain, *pair) for pair in zip(places, ends, strict=False)),
        stands=() if prose and not log else name_positions(plain, places, header_end(plain)),
        known=trust.known,
        feigned=trust.feigned,
        doubtful=trust.doubtful,
        first_field=bool(places) and is_first_field(plain, places[0]),
        copied=bool(places) and _is_copied(line, trust.head, places[-1]),
        dated=lead_places(plain),
    )


class _Trust(NamedTuple):
    """How far a line is its program's own: `head` is where its message begins."""

    head: int
    known: bool
    feigned: int
    doubtful: int


def _trusted(plain: str, begin: int, places: tuple[tuple[int, int, int], ...]) -> _Trust:
    feigned, doubtful = open_from(plain, begin), doubtful_from(plain, begin)
    named = header_end(plain) > 0
    head = begin if named else min(feigned, doubtful, *(start for start, *_ in places))
    lower = plain.lower()
    known = lower.lstrip().startswith("{") or is_known(lower, head, feigned)
    return _Trust(head, known, feigned, doubtful)


def _is_copied(lower: str, head: int, place: tuple[int, int, int]) -> bool:
    """True for an address at the end of a clause of its own that tells of no trouble.

    "job rejected: title from 192.0.2.1" is what a peer wrote, "denied: bad password from …" not.
    """
    clause = CLAUSE.split(lower[head : place[0]])
    if (
        len(clause) == 1
        or not clause[-1].endswith(" from ")
        or lower[max(place[1:]) :].strip(" .)")
    ):
        return False
    return not names_trouble(clause[-1]) and line_kind(clause[-1]) is None


def _ports(plain: str) -> tuple[Figures | None, Figures | None]:
    """Where the offender's port and the attacked one stand: by their names, else by an arrow."""
    own, hit, flow = (pattern.search(plain) for pattern in (OWN_PORT, HIT_PORT, FLOW))
    sides = flow and flow.span(1), flow and flow.span(2)
    return own.span(1) if own else sides[0], hit.span(1) if hit else sides[1]


def _idle(lower: str, kind: str | None) -> bool:
    """True for a comment, a report of success, and what the server did or could not do itself."""
    if COMMENT.match(lower) or BENIGN.search(lower) or OWN.search(lower):
        return True
    return kind in {None, RECON} and CALLED.search(lower) is not None
