"""Reads one line: who acted, on what, when, and which kind of abuse its words name.

The same rules read a log line and a sentence. Of all addresses in a line the one with the best
cue is taken (`cues.weigh`); of equals the last, because what an attacker can write (a user name, a
HELO) stands before what the program itself appends. A line that reports success is no claim.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cache, lru_cache
from typing import NamedTuple

from aupkeep.intake.extract.addresses import AddressSpan, find_addresses, scope
from aupkeep.intake.extract.direction import (
    HEADED_SCORE,
    LEADING_SCORE,
    ON_SCORE,
    VICTIM_SCORE,
    header_end,
    offender_weight,
)
from aupkeep.intake.extract.kinds import line_kind
from aupkeep.intake.extract.peer_names import name_positions, without_names
from aupkeep.intake.extract.routine import (
    BENIGN,
    CALLED,
    OWN,
    is_proxied,
    is_refused,
    is_routine,
    is_served,
    names_trouble,
)
from aupkeep.intake.extract.services import LOGIN, NOUGHTS, PROBE, RECON, Service, service_of
from aupkeep.intake.extract.side_labels import ADDRESSED, NOUN
from aupkeep.intake.extract.time_ranges import stated_range
from aupkeep.intake.extract.times import (
    Places,
    StatedTime,
    TimeContext,
    begins_with_timestamp,
    best_time,
    find_times,
    lead_places,
    line_times,
)
from aupkeep.model.subject import MAX_PORT, Address

SURE, LIKELY, POOR, BARE = 0.9, 0.75, 0.5, 0.3
PLACES = {ON_SCORE: NOUN, ADDRESSED: HEADED_SCORE}  # cues of what runs somewhere: "your server"
EXPOSED = {ON_SCORE: HEADED_SCORE, ADDRESSED: HEADED_SCORE}  # there "from" tells who looked
HINTED = 20  # added for an address that the title names
LOG_START = 100  # a log line states its time within its first characters
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
DRUPAL = re.compile(r"\|1\d{9}\|[a-z_ ]{1,32}\|([\d.:a-fA-F]{3,45})\|", re.ASCII)
CLOCK = re.compile(
    r"[>\s]{0,4}(?:\{\"|\[\*\*\]|%[a-z]{2,8}-\d|(?:warning|error|notice|alert|critical): )|"
    r"[>\s\[]{0,6}\d\d:\d\d:\d\d(?:\.\d{1,9})?\b",
    re.ASCII,
)
# the small words of which a sentence holds several and a program's message few
SMALL = re.compile(
    r"\b(?:the|our|your|we|has|have|been|was|were|this|that|please|you|is|it|of|a|an|and|on|"
    r"der|die|das|den|wir|unser(?:e[mnrs]?)?|ihre?[mnrs]?|ist|wurden?|und|eine?[mnrs]?|am|von|es|"
    r"nous|avons|votre|notre|est|les|le|la|une?|het|een|onze|zijn|wij|uw|van|vi|har|er|og|en|et|ble|"
    r"dykkar|deres|att|och|ett|hemos|nuestro|del|el|abbiamo|nostro|il|nasz|foi|nosso)\b"
)
SENTENCE = 3
HOSTNAME = re.compile(r" \([\w.-]{1,255}\)\s{0,4}$", re.ASCII)
COMMENT = re.compile(r"\s{0,4}#")


class LineClaim(NamedTuple):
    """What one line says; positions count from `base`, where the line begins in its part."""

    spot: AddressSpan
    kind: str | None
    confidence: float
    log: bool
    when: StatedTime | None = None
    own_port: tuple[int, int, int] | None = None
    hit_port: tuple[int, int, int] | None = None
    service_port: int | None = None
    protocol: str | None = None
    target: AddressSpan | None = None
    often: int = 1
    base: int = 0
    words: str | None = None  # the kind its words name where it is no line of a log
    telling: bool = True  # whether it says by itself that something was wrong


@dataclass(frozen=True, slots=True, kw_only=True)
class LineContext:
    """How to look: `ignore` are addresses never to take, `hints` those that the title names.

    `local` admits addresses that nobody holds on the internet (RFC 1918 and their like) where a
    line names no public one.
    """

    clock: TimeContext = field(default_factory=TimeContext)
    ignore: frozenset[Address] = frozenset()
    hints: frozenset[Address] = frozenset()
    local: bool = False
    routine: bool = False  # admits what a service writes about everybody
    located: bool = False  # the mail is about what runs somewhere: "on 192.0.2.1" names it
    exposed: bool = False  # … and about a weakness of it
    nobody: bool = False  # redacted logs write 0.0.0.0 in place of who acted
    want: Callable[[int], bool] = lambda _: True  # by start of the line: quoted or signed?


def offender(line: str, context: LineContext | None = None) -> AddressSpan | None:
    """The address in a line that acted, or None: `read_line` without the rest."""
    claim = read_line(line, find_addresses(line), context or LineContext(local=True, nobody=True))
    return claim.spot if claim and claim.telling else None


def read_line(
    line: str,
    found: list[AddressSpan],
    context: LineContext,
    base: int = 0,
    weights: tuple[int, ...] | None = None,
) -> LineClaim | None:
    """What a line says about the addresses found in it, or None when it claims nothing.

    `base` is where the line begins in its part; `weights` are those of its columns.
    """
    if "|1" in line and DRUPAL.search(line):
        found, weights = _drupal(line, found), None
    shape = _shape(line.translate(NOUGHTS), tuple([(s.start, s.end, s.port_end) for s in found]))
    named = bool(context.hints) and any(spot.address in context.hints for spot in found)
    if shape.idle or not (context.routine or named or not (shape.routine or is_proxied(line))):
        return None
    weighed = _weighed(found, shape, weights or shape.weights, context)
    taken = _taken(weighed, context)
    if not taken:
        return None
    weight, spot = _choose(taken) if len(taken) > 1 else taken[0]
    if not weight and len(weighed) > 1 and _called(weighed, spot):
        return None
    whole = shape.prose and len(line) > LOG_START  # a sentence states its time anywhere
    moments = (
        find_times(line, context.clock) if whole else line_times(line, context.clock, shape.dated)
    )
    stamped_ = not shape.prose and any(moment.start < LOG_START for moment in moments)
    log = shape.log or weight == LEADING_SCORE or stamped_
    first = weight == LEADING_SCORE  # of a web server's log, which names no program
    plain = first and is_served(line)
    if weight < (HINTED if shape.header else 0) or not (weight or log or _bare(line, spot)):
        return None
    telling = not log or first or shape.telling or is_refused(line)
    if (service := shape.service) and not (telling or context.routine or named):
        return None
    kind = (shape.own_kind if first else shape.kind) if log and telling else None
    repeated = REPEATED.search(line) if shape.repeated else None
    return LineClaim(
        spot=spot,
        kind=kind if kind or plain or not first else _refused(line),
        confidence=BARE if plain and not kind else _confidence(weight, sure=kind is not None),
        log=log,
        when=_when(line, moments, log=log, clock=context.clock),
        own_port=port_at(line, shape.own) if shape.own and not spot.port else None,
        hit_port=port_at(line, shape.hit) if shape.hit else None,
        service_port=service.port if service else None,
        protocol=shape.protocol or (service.protocol if service else None),
        target=_target(weighed, spot) if len(weighed) > 1 else None,
        often=int(repeated[repeated.lastindex or 1]) if repeated else 1,
        base=base,
        words=shape.words,
        telling=telling,
    )


class LineShape(NamedTuple):
    """What a line says whatever its figures are."""

    idle: bool  # a comment, a report of success, the server's own doing: no claim
    routine: bool  # what its program writes about everybody
    header: bool
    log: bool
    prose: bool  # a sentence, by its small words
    telling: bool  # it holds words of trouble
    own_kind: str | None  # the kind its words name
    kind: str | None  # the same, else the kind its program implies
    service: Service | None
    protocol: str | None
    own: tuple[int, int] | None  # where the offender's port stands
    hit: tuple[int, int] | None  # where the attacked port stands
    repeated: bool
    words: str | None
    weights: tuple[int, ...]  # what speaks for each address
    stands: tuple[int, ...]  # which of them stand in names, if any
    dated: Places  # where times may stand near its start


@lru_cache(maxsize=4096)
def _shape(plain: str, places: tuple[tuple[int, int, int], ...]) -> LineShape:
    """The shape of a line with all figures 0; lines of one log share few shapes.

    `places` are start, end and end of the port of each address. No pattern used here tells one
    figure from another.
    """
    line = plain.lower()
    service = service_of(line)
    prose = len(set(SMALL.findall(line))) >= SENTENCE
    kind = own_words = line_kind(line)
    if service and kind in {None, RECON}:
        kind = service.kind
    stated, own, hit, flow = (find.search(plain) for find in (PROTOCOL, OWN_PORT, HIT_PORT, FLOW))
    ends = [0, *(end for _, end, _ in places)]
    return LineShape(
        idle=_idle(line, own_words),
        routine=is_routine(line),
        header=HEADER.match(line) is not None,
        prose=prose,
        log=(service is not None and own_words is not None and not prose)
        or CLOCK.match(line) is not None
        or begins_with_timestamp(plain),
        telling=own_words is not None or names_trouble(line),
        own_kind=own_words,
        kind=kind,
        service=service,
        protocol=stated[1].lower() if stated else None,
        own=own.span(1) if own else flow.span(1) if flow else None,
        hit=hit.span(1) if hit else flow.span(2) if flow else None,
        repeated=REPEATED.search(line) is not None,
        words=None if own_words == RECON else own_words,
        weights=tuple(offender_weight(plain, *pair) for pair in zip(places, ends, strict=False)),
        stands=() if prose else name_positions(plain, places, header_end(plain)),
        dated=lead_places(plain),
    )


def _idle(lower: str, kind: str | None) -> bool:
    """True for a comment, a report of success, and what the server did or could not do itself."""
    if COMMENT.match(lower) or BENIGN.search(lower) or OWN.search(lower):
        return True
    return kind in {None, RECON} and CALLED.search(lower) is not None


def eligible(spot: AddressSpan, context: LineContext) -> bool:
    """True when the address may be a subject at all."""
    where = scope(spot.address)
    if context.ignore and spot.address in context.ignore:
        return False
    return (
        where == "public"
        or (context.local and where == "local")
        or (context.nobody and where == "nobody")
    )


def _weighed(
    found: list[AddressSpan], shape: LineShape, weights: tuple[int, ...], context: LineContext
) -> list[tuple[int, AddressSpan]]:
    """The addresses with what speaks for each, in this mail."""
    if len(found) == 1:
        weighed = [(weights[0], found[0])]
    else:
        weighed = list(zip(weights, found, strict=True))
    if shape.stands:
        weighed = without_names(weighed, shape.stands)
    if context.located:
        where = EXPOSED if context.exposed else PLACES
        weighed = [(where.get(w, w), s) for w, s in weighed]
    if context.hints:
        weighed = [(w + HINTED if s.address in context.hints else w, s) for w, s in weighed]
    return weighed


def _taken(
    weighed: list[tuple[int, AddressSpan]], context: LineContext
) -> list[tuple[int, AddressSpan]]:
    """Those that may be subjects; a local one only where the line names no public one."""
    taken = [pair for pair in weighed if eligible(pair[1], context)]
    if len(weighed) > 1 and any(scope(spot.address) == "public" for _, spot in weighed):
        return [pair for pair in taken if scope(pair[1].address) == "public"]
    return taken


def _choose(taken: list[tuple[int, AddressSpan]]) -> tuple[int, AddressSpan]:
    """The best cue; the last of equals, the first of bare."""
    return max(taken, key=lambda pair: (pair[0], pair[1].start if pair[0] > 0 else -pair[1].start))


def _called(weighed: list[tuple[int, AddressSpan]], spot: AddressSpan) -> bool:
    """True when the line also names an address as called upon: it is told of twice."""
    return any(w == VICTIM_SCORE and one.address == spot.address for w, one in weighed)


def _when(
    line: str, found: list[StatedTime], *, log: bool, clock: TimeContext
) -> StatedTime | None:
    """The time of a line: the event that two times frame, else a log's best, a sentence's only."""
    if len(found) > 1:
        frame = stated_range(line, found, clock)
        if frame or not (log or len({when.at for when in found}) == 1):
            return frame
    return best_time(found)


def _refused(line: str) -> str:
    """What an access log's line tells of: a password that was not taken, else a probe."""
    return LOGIN if '" 401 ' in line else PROBE


def _bare(line: str, spot: AddressSpan) -> bool:
    """True when a line holds nothing but the address, as in a list, and perhaps its name."""
    line = HOSTNAME.sub("", line)
    return len(line.strip(" \t\r>*-\"'[](){},;")) <= spot.end - spot.start + 6


@cache
def _confidence(weight: int, *, sure: bool) -> float:
    value = SURE if weight >= 5 else LIKELY if weight >= 3 else POOR  # noqa: PLR2004 - cue weights
    return round(value if sure else value * LIKELY, 2)


def port_at(line: str, place: tuple[int, int]) -> tuple[int, int, int] | None:
    """The port that figures of a line state, with where they stand; None where it is none."""
    value = int(line[place[0] : place[1]])
    return (value, *place) if 0 < value <= MAX_PORT else None


def _target(pairs: list[tuple[int, AddressSpan]], offender_: AddressSpan) -> AddressSpan | None:
    """The one other address that the line marks as hit."""
    sides = {VICTIM_SCORE, ON_SCORE}
    hit = [spot for weight, spot in pairs if weight in sides and spot is not offender_]
    return hit[0] if len({spot.address for spot in hit}) == 1 else None


def _drupal(line: str, found: list[AddressSpan]) -> list[AddressSpan]:
    """Drupal's syslog: `site|epoch|type|client|request|referer|uid|link|message`.

    Only the text after the last bar is the program's own; all before it may be the visitor's.
    """
    match = DRUPAL.search(line)
    if match is None or "failed" not in line.rpartition("|")[2].lower():
        return []
    return [spot for spot in found if spot.start == match.start(1)]
