"""Reads one line: who acted, on what, when, and which kind of abuse its words name.

The same rules read a log line and a sentence. Of all addresses in a line the one with the best
cue is taken (`direction.offender_weight`); of equals the last, because what an attacker can write
(a user name, a HELO) stands before what the program itself appends. A line that reports success is
no claim. What all lines of one form have in common stands in `line_shape`.
"""

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from functools import cache
from itertools import pairwise
from typing import NamedTuple

from aupkeep.intake.extract.addresses import AddressSpan, scope
from aupkeep.intake.extract.direction import HEADED_SCORE, LABELLED
from aupkeep.intake.extract.line_shape import REPEATED, Figures, LineShape, shape_of
from aupkeep.intake.extract.peer_names import is_one_value, is_told_of, without_names
from aupkeep.intake.extract.placed import placed
from aupkeep.intake.extract.routine_lines import is_proxied, is_refused, is_served
from aupkeep.intake.extract.services import LOGIN, PROBE
from aupkeep.intake.extract.stated_times import (
    StatedTime,
    TimeContext,
    best_time,
    find_times,
    line_times,
)
from aupkeep.intake.extract.time_ranges import stated_range
from aupkeep.intake.extract.web_log import LEADING_SCORE
from aupkeep.intake.side_words import (
    ADDRESSED,
    NOUN,
    ON_SCORE,
    PREPOSITION,
    SENDERS,
    VICTIM_SCORE,
)
from aupkeep.model.subject import MAX_PORT, Address

SURE, LIKELY, POOR, BARE = 0.9, 0.75, 0.5, 0.3
PLACES = {ON_SCORE: NOUN, ADDRESSED: HEADED_SCORE}  # cues of what runs somewhere: "your server"
EXPOSED = {ON_SCORE: HEADED_SCORE, ADDRESSED: HEADED_SCORE}  # there "from" tells who looked
PLACED_SCORE = 7  # and above: the place of an address is the program's own
HINTED = 20  # added for an address that the title names
MAX_LINE = 1 << 30  # beyond every place in a line
LOG_START = 100  # characters in which a log line states its time
DRUPAL = re.compile(r"\|1\d{9}\|[a-z_ ]{1,32}\|([\d.:a-fA-F]{3,45})\|", re.ASCII)
HOSTNAME = re.compile(r" \([\w.-]{1,255}\)\s{0,4}$", re.ASCII)
FIELD = re.compile(r"[^\W\d_]\w{0,30}\s?[:=]")
NAMED = re.compile(r"\W{0,6}([^\W\d_]{2,}\w{0,4})\s?[:=]")  # a field of a name that tells no side
Number = tuple[int, int, int]  # value, start, end
Weighed = tuple[int, AddressSpan]  # what speaks for an address, and the address


class LineClaim(NamedTuple):
    """What one line says; positions count from `base`, where the line begins in its part."""

    spot: AddressSpan
    kind: str | None
    confidence: float
    log: bool
    when: StatedTime | None = None
    own_port: Number | None = None
    hit_port: Number | None = None
    service_port: int | None = None
    protocol: str | None = None
    target: AddressSpan | None = None
    events: int = 1
    base: int = 0
    words: str | None = None  # the kind its words name where it is no line of a log
    telling: bool = True  # whether it says by itself that something was wrong
    leading: bool = False  # it stands where a web server's log begins with its client
    tabled: bool = False  # read from a row of a table by the names of its columns
    doubtful: bool = False  # a peer may have written the address
    bare: bool = False  # it shows a packet that came, or a request refused, and says no more


@dataclass(frozen=True, slots=True, kw_only=True)
class LineContext:
    """How to look: `ignore` are addresses never to take, `hints` those that the title names.

    `local` admits addresses of RFC 1918 and their like where a line names no public one.
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


def read_line(
    line: str,
    addresses: list[AddressSpan],
    context: LineContext,
    base: int = 0,
    weights: tuple[int, ...] | None = None,
) -> LineClaim | None:
    """What a line says about the addresses found in it, or None when it claims nothing.

    `base` is where the line begins in its part; `weights` are those of its columns.
    """
    if "|1" in line and DRUPAL.search(line):
        addresses, weights = _drupal(line, addresses), None
    shape = _ruled(shape_of(line, addresses), weights)
    sought = context.routine or _hinted(addresses, context)
    if shape.tells_nothing(located=context.located) or not (
        sought or not (shape.routine or is_proxied(line))
    ):
        return None
    weighed = _weighed(line, addresses, weights or shape.weights, (shape, context))
    moments = _moments(line, shape, context.clock)
    logged = shape.log or _stamped(shape, moments)
    shape = _in_log(shape, logged=logged)
    chosen = _chosen(line, weighed, context, shape)
    if chosen is None:
        return None
    weight, spot = chosen
    log = logged or weight == LEADING_SCORE
    telling = not log or weight == LEADING_SCORE or shape.telling or is_refused(line)
    expected = telling or sought or not shape.program
    if not (expected and _introduced(line, shape, chosen, log=log)):
        return None
    kind, confidence = _kind(line, shape, weight, proven=log and telling)
    return LineClaim(
        spot=spot,
        kind=kind,
        confidence=confidence,
        log=log,
        when=_when(line, moments, log=log, clock=context.clock),
        own_port=port_at(line, shape.own),
        hit_port=port_at(line, shape.hit),
        service_port=shape.service_port,
        protocol=shape.protocol,
        target=_target(weighed, spot),
        events=_count(line, shape),
        base=base,
        words=shape.words,
        telling=telling,
        leading=weight == LEADING_SCORE,
        doubtful=_is_open(shape, chosen, min(shape.feigned, shape.doubtful)),
        bare=shape.is_bare(leading=weight == LEADING_SCORE),
    )


def _ruled(shape: LineShape, weights: tuple[int, ...] | None) -> LineShape:
    """The shape of a line; of a row of a table the columns name the sides, and no peer does."""
    return shape if weights is None else shape._replace(known=True, program=False)


def _in_log(shape: LineShape, *, logged: bool) -> LineShape:
    """The shape of a line; one that is none of a log is its writer's own throughout."""
    return shape if logged else shape._replace(feigned=MAX_LINE, doubtful=MAX_LINE)


def _hinted(addresses: list[AddressSpan], context: LineContext) -> bool:
    """True when the line holds an address that the title names."""
    return bool(context.hints) and any(spot.address in context.hints for spot in addresses)


def eligible(spot: AddressSpan, context: LineContext) -> bool:
    """True when the address may be a subject at all."""
    where = scope(spot.address)
    return spot.address not in context.ignore and (
        where == "public"
        or (context.local and where == "local")
        or (context.nobody and where == "nobody")
    )


def _weighed(
    line: str,
    addresses: list[AddressSpan],
    weights: tuple[int, ...],
    how: tuple[LineShape, LineContext],
) -> list[Weighed]:
    """The addresses with what speaks for each, in this mail."""
    shape, context = how
    weighed = list(zip(weights, addresses, strict=len(addresses) > 1))
    if shape.stands:
        weighed = without_names(weighed, shape.stands, known=shape.known)
    if context.located:
        weighed = placed(line, weighed, EXPOSED if context.exposed else PLACES)
    if context.hints:
        came = any(w > 0 for w, s in weighed if s.address not in context.hints)
        least = (
            VICTIM_SCORE if came else -HINTED
        )  # beside who came, a title lifts nobody who was hit
        weighed = [(w + HINTED * (s.address in context.hints and w > least), s) for w, s in weighed]
    return weighed


def _chosen(
    line: str, weighed: list[Weighed], context: LineContext, shape: LineShape
) -> Weighed | None:
    """The address that acted; None where a name may have feigned it, of a program nobody knows."""
    best = _best(line, weighed, context, shape)
    if best is None or (not shape.prose and _is_open(shape, best, shape.feigned)):
        return None
    listed = is_one_value(line, [spot for _, spot in weighed], best[1])
    return None if listed or is_told_of(line, best[1]) else best


def _is_open(shape: LineShape, chosen: Weighed, start: int) -> bool:
    """Whether an address that a program nobody knows writes behind `start` may be a peer's text."""
    weight, spot = chosen
    return not shape.known and weight < LEADING_SCORE and spot.start >= start


def _best(
    line: str, weighed: list[Weighed], context: LineContext, shape: LineShape
) -> Weighed | None:
    """The best cue; the last of equals, the first of bare. None where the line says nobody did it.

    An address without a cue that the line also names as called upon is told of twice.
    """
    taken = _taken(weighed, context)
    if not taken:
        return None
    best = max(taken, key=lambda pair: (pair[0], pair[1].start if pair[0] > 0 else -pair[1].start))
    if shape.log and not shape.prose and 0 < best[0] < HINTED:
        return _in_own_place(line, taken, best, shape, weighed[0][1].start)
    if not shape.prose and not _is_alone(taken, best[0]) and _is_record(line, taken, best[0]):
        return None  # of two fields that say the same of their address neither is the source's
    called = (w == VICTIM_SCORE and spot.address == best[1].address for w, spot in weighed)
    return best if best[0] or not any(called) else None


def _in_own_place(
    line: str, taken: list[Weighed], best: Weighed, shape: LineShape, start: int
) -> Weighed | None:
    """Of several addresses that a log names as having come, the one that no peer wrote, or None.

    Of a known program the best cue is its own unless two are alike, or stand where it writes its
    own; of another only its first field is. `start` is where the first address stands.
    """
    rivals = [pair for pair in taken if _rivals(pair, best, line, known=shape.known)]
    if len(_addresses(rivals)) == 1:
        copied = shape.copied and not shape.known and best[1] is taken[-1][1]
        return None if copied else best
    first = min(rivals, key=lambda pair: pair[1].start)
    if best[0] >= LEADING_SCORE:
        return min((p for p in rivals if p[0] >= LEADING_SCORE), key=lambda pair: pair[1].start)
    if not shape.known:
        own = shape.first_field and first[1].start == start
        return first if own and (first[0] != NOUN or _is_alone(rivals, NOUN)) else None
    least = LABELLED if best[0] >= PLACED_SCORE else best[0]
    return best if len(_addresses(pair for pair in rivals if pair[0] >= least)) == 1 else None


def _addresses(pairs: Iterable[Weighed]) -> set[tuple[int, int]]:
    """The addresses, each once."""
    return {(spot.address.version, int(spot.address)) for _, spot in pairs}


def _is_record(line: str, pairs: list[Weighed], weight: int) -> bool:
    """Whether the addresses of this weight stand each behind the name of a field of its own."""
    spots = [spot for other, spot in pairs if other == weight]
    return all(FIELD.search(line, a.end, b.start) for a, b in pairwise(spots))


def _is_alone(pairs: list[Weighed], weight: int) -> bool:
    """Whether one address alone has this weight."""
    return len(_addresses(p for p in pairs if p[0] == weight)) == 1


def _rivals(pair: Weighed, best: Weighed, line: str, *, known: bool) -> bool:
    """Whether an address may be the peer as well as the one with the best cue.

    Of a program that is not `known` a later one that only a word such as "host" names is none, nor
    is one beside the best in a list of fields without a blank.
    """
    weight, spot = pair
    if known:
        return weight > 0
    first = spot.start < best[1].start and any(map(str.isspace, line[spot.end : best[1].start]))
    return spot is best[1] or weight >= PREPOSITION or (first and weight >= 0)


def _taken(weighed: list[Weighed], context: LineContext) -> list[Weighed]:
    """Those that may be subjects; a local one only where the line names no public one."""
    taken = [pair for pair in weighed if eligible(pair[1], context)]
    if len(weighed) > 1 and any(scope(spot.address) == "public" for _, spot in weighed):
        return [pair for pair in taken if scope(pair[1].address) == "public"]
    return taken


def _moments(line: str, shape: LineShape, clock: TimeContext) -> list[StatedTime]:
    """The times of a line; a sentence states its time anywhere."""
    if shape.prose and len(line) > LOG_START:
        return find_times(line, clock)
    return line_times(line, clock, shape.dated)


def _stamped(shape: LineShape, moments: list[StatedTime]) -> bool:
    """True when a line that is no sentence states its time where a log does."""
    return not shape.prose and any(when.start < LOG_START for when in moments)


def _introduced(line: str, shape: LineShape, chosen: Weighed, *, log: bool) -> bool:
    """True when a cue, a log, or a line of nothing else stands for the address."""
    weight, spot = chosen
    if weight < (HINTED if shape.header else 0):
        return False
    return weight > 0 or log or _bare(line, spot)


def _kind(line: str, shape: LineShape, weight: int, *, proven: bool) -> tuple[str | None, float]:
    """The kind that a line of a log names, and how sure it is; `proven` when it tells of trouble.

    A web server's log begins with its client and names no program: its status says what it was.
    """
    by_client = weight == LEADING_SCORE
    kind = (shape.own_kind if by_client else shape.kind) if proven else None
    if by_client and kind is None:
        if is_served(line):
            return None, BARE
        refused = LOGIN if '" 401 ' in line else PROBE  # a password not taken, else a probe
        return refused, _confidence(weight, sure=False)
    return kind, _confidence(weight, sure=kind is not None)


def _when(
    line: str, moments: list[StatedTime], *, log: bool, clock: TimeContext
) -> StatedTime | None:
    """The time of a line: the event that two times frame, else a log's best, a sentence's only."""
    if len(moments) > 1:
        frame = stated_range(line, moments, clock)
        if frame or not (log or len({when.at for when in moments}) == 1):
            return frame
    return best_time(moments)


def _count(line: str, shape: LineShape) -> int:
    """How often the event of a line happened, as the line says."""
    match = REPEATED.search(line) if shape.repeated else None
    return int(match[match.lastindex or 1]) if match else 1


def _bare(line: str, spot: AddressSpan) -> bool:
    """True when a line holds nothing but the address, as in a list, and perhaps its name."""
    line = HOSTNAME.sub("", line)
    if (label := NAMED.match(line)) and label[1].lower() not in SENDERS:
        return False
    return len(line.strip(" \t\r>*-\"'[](){},;")) <= spot.end - spot.start + 6


@cache
def _confidence(weight: int, *, sure: bool) -> float:
    value = SURE if weight >= 5 else LIKELY if weight >= 3 else POOR  # noqa: PLR2004 - cue weights
    return round(value if sure else value * LIKELY, 2)


def port_at(line: str, place: Figures | None) -> Number | None:
    """The port that figures of a line state, with where they stand; None where it is none."""
    value = int(line[place[0] : place[1]]) if place else 0
    return (value, *place) if place and 0 < value <= MAX_PORT else None


def _target(pairs: list[Weighed], offender_: AddressSpan) -> AddressSpan | None:
    """The one other address that the line marks as hit."""
    hit = [spot for w, spot in pairs if w in (VICTIM_SCORE, ON_SCORE) and spot is not offender_]
    return hit[0] if len({spot.address for spot in hit}) == 1 else None


def _drupal(line: str, addresses: list[AddressSpan]) -> list[AddressSpan]:
    """Drupal's syslog: `site|epoch|type|client|request|referer|uid|link|message`.

    Only the text after the last bar is the program's own; all before it may be the visitor's.
    """
    match = DRUPAL.search(line)
    if match is None or "failed" not in line.rpartition("|")[2].lower():
        return []
    return [spot for spot in addresses if spot.start == match.start(1)]
