"""Puts sightings together into findings: kind, time, port, role, merging and limits."""

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from itertools import count, islice
from typing import NamedTuple

from aupkeep.intake.extract.addresses import AddressSpan, find_addresses, scope
from aupkeep.intake.extract.endpoints import endpoints_of
from aupkeep.intake.extract.line_scan import line_claims
from aupkeep.intake.extract.lines import BARE, LineClaim, LineContext, eligible
from aupkeep.intake.extract.match_kinds import mail_kind
from aupkeep.intake.extract.merging import MAX_ALL, MAX_EACH, FindingMerger
from aupkeep.intake.extract.quoted import is_sender_line, quoted_ranges
from aupkeep.intake.extract.received_fields import handing_peer
from aupkeep.intake.extract.record_blocks import RecordBlocks
from aupkeep.intake.extract.roles import attacked_addresses, role_of
from aupkeep.intake.extract.services import UNCLEAR
from aupkeep.intake.extract.stated_times import StatedTime, TimeContext, best_time, find_times
from aupkeep.intake.extract.time_zones import day_order, stated_zone
from aupkeep.intake.extract.urls import UrlSpan, find_urls
from aupkeep.model.finding import Finding, Offset, Role
from aupkeep.model.origin import Origin
from aupkeep.model.subject import Address, Endpoint, Subject
from aupkeep.model.taxonomy import KINDS

MOST_SEEN = 10 * MAX_ALL  # a text that never stops naming addresses is cut off here
MAILED = frozenset({"messaging/spam", "content/phishing", "content/fraud", "content/malware"})
ADVERTISED = re.compile(r"spamvertis|advertised (?:site|page|url|link|in spam)", re.IGNORECASE)
FIELDS = ("address", "port", "at", "target.address", "target.port")
START = 20_000  # characters of a part that say its zone and its order of days
TITLE = 998  # characters of a subject line (RFC 5322 section 2.1.1)
MOST_TEXT = 4 << 20  # characters of a mail that are read; a log of 50,000 lines
TITLE_CONFIDENCE = 0.3
LOCAL_CONFIDENCE = 0.2  # nobody holds such an address on the internet
BESIDE = 160  # characters behind a URL in which its address may stand
CONTENT = ("content/", "copyright/", "infrastructure/compromised_server")
# kinds about what runs or lies at an address: "on 192.0.2.1" is where, not whom it hit
LOCATED = (*CONTENT, "vulnerability/", "infrastructure/", "connection/infected_host", "reputation/")


class ExtractResult(NamedTuple):
    """What a mail claims.

    `cut` when it claims more than `MAX_ALL` things and the rest is left; `contradictory` when it
    names an address as offender and as attacked, which then is no finding; `several` when a
    record states times of which none could be taken.
    """

    findings: list[Finding]
    cut: bool
    contradictory: bool = False
    several: bool = False


class SenderHint(NamedTuple):
    """What is known of a mail's sender: the kind he writes about, how sure, his order of days."""

    kind: str | None = None
    sure: float = 0.0
    order: str = ""  # "dmy" or "mdy"


NO_HINT = SenderHint()


def extract(  # noqa: PLR0913 - by keyword only, and each means something of its own
    parts: Sequence[str],
    *,
    source: Origin,
    sent_at: datetime | None,
    title: str = "",
    ignore: frozenset[Address] = frozenset(),
    reporter_zone: timedelta | None = None,
    local: bool = False,
    redacted: bool = False,
    maker: str = "text/1",
    hint: SenderHint = NO_HINT,
) -> ExtractResult:
    """What a mail of log lines or prose claims, in the order it stands there.

    `parts` are decoded texts, and every offset points into them. `ignore` are addresses never to
    take (the reporter's own, ours). `reporter_zone` is the offset of the mail's Date header (None
    when it was `-0000` or missing); it only narrows times that state no zone. `local` admits
    addresses that nobody holds on the internet (RFC 1918 and their like) where a line names no
    public one, `redacted` those that nobody ever holds (0.0.0.0, 127.0.0.1), which a log put in
    place of who acted. `hint` is what is known of the sender; a log line's own words outrank it. No
    findings when nothing is claimed; nothing raises.

    >>> from datetime import UTC
    >>> from aupkeep.model.origin import parse_origin
    >>> line = "Mar  1 10:11:12 mx sshd[9]: Failed password for root from 192.0.2.7 port 4711 ssh2"
    >>> sent = datetime(2026, 3, 2, tzinfo=UTC)
    >>> (found,), *_ = extract([line], source=parse_origin("mail:?a.example"), sent_at=sent)
    >>> found.kind, str(found.subject), found.target.port, line[slice(*found.offsets["port"][1:])]
    ('connection/login_attack', '192.0.2.7:4711', 22, '4711')
    """
    whole, parts = sum(map(len, parts)), _fitting(parts)
    words = (hint.kind, hint.sure) if hint.kind else mail_kind(title, parts)
    kind, sure = words or (None, BARE)
    start = "\n".join(part[:START] for part in parts)
    order = hint.order or day_order(start)
    clock = TimeContext(sent_at=sent_at, stated=stated_zone(start), own=reporter_zone, order=order)
    victims = attacked_addresses(title)
    named = {s.address for s in find_addresses(title) if scope(s.address) in {"public", "local"}}
    hints = frozenset(named) - ignore - victims
    context = LineContext(clock=clock, ignore=ignore, hints=hints, local=local, nobody=redacted)
    context = _about(context, kind or "")
    merger = FindingMerger(
        source=source,
        maker=maker,
        kind=kind,
        sure=sure,
        context=context,
        victims=victims,
        title=title[:TITLE],
    )
    _collect(parts, merger)
    cut = merger.cut or whole > MOST_TEXT
    return ExtractResult(list(merger.findings.values()), cut, merger.contradictory, merger.several)


def _about(context: LineContext, kind: str) -> LineContext:
    """How a mail about this kind is looked at."""
    exposed = kind.startswith("vulnerability/")
    return replace(context, located=kind.startswith(LOCATED), exposed=exposed)


def _collect(parts: Sequence[str], merger: FindingMerger) -> None:
    """Read what is said; only where that claims nothing, what is said with less right."""
    _read(parts, merger, quotes=False)
    if not merger.findings and merger.kind:  # what the mail says its log need not say
        context, merger.context = merger.context, replace(merger.context, routine=True)
        _read(parts, merger, quotes=False)
        merger.context = context
    if not merger.findings and any(quoted_ranges(text) for text in parts):
        _read(parts, merger, quotes=True)
    merger.settle()
    if not merger.findings:
        _from_title(merger)
    if not merger.findings and merger.kind in MAILED:
        _from_headers(parts, merger)


def _fitting(parts: Sequence[str]) -> list[str]:
    """The parts as far as they are read."""
    left, fitting = MOST_TEXT, []
    for part in parts:
        fitting.append(part[:left])
        left -= len(fitting[-1])
    return fitting


def _read(parts: Sequence[str], merger: FindingMerger, *, quotes: bool) -> None:
    lines = count()  # those with an address, of all parts together
    for number, text in enumerate(parts):
        if not text:
            continue
        context = replace(merger.context, want=is_sender_line(text, quotes=quotes))
        blocks = RecordBlocks(text, context.clock)
        claims, more = _seen(text, context, lines)
        merger.cut = merger.cut or more
        merger.victims |= {claim.target.address for claim in claims if claim.target}
        pointed = _pointed(text, context, merger)
        logged = {int(claim.spot.address) for claim in claims if claim.log}
        named = {claim.spot.address for claim in claims}
        for link in pointed:
            merger.add(_link_finding(number, text, link, (blocks, claims, named), merger))
        for claim in claims:
            doubled = not claim.log and int(claim.spot.address) in logged
            if not doubled and not (pointed and claim.kind is None):
                _take(number, text, claim, blocks, merger)


def _seen(text: str, context: LineContext, lines: Iterator[int]) -> tuple[list[LineClaim], bool]:
    """What a text claims, and whether it goes on beyond what is read.

    Lines of a log of which each makes a finding of its own are counted: with more of them than a
    desk takes, nothing further is looked at.
    """
    claims: list[LineClaim] = []
    full: set[tuple[object, ...]] = set()
    counts: Counter[tuple[object, ...]] = Counter()
    for line_claim in line_claims(text, context, lines):
        if line_claim is None or len(claims) == MOST_SEEN or len(full) > MAX_ALL:
            return claims, True
        claims.append(line_claim)
        if not (line_claim.log and line_claim.kind):
            continue
        who = (line_claim.kind, int(line_claim.spot.address))
        own = line_claim.spot.port or (line_claim.own_port and line_claim.own_port[0])
        key = (*who, own, line_claim.when and line_claim.when.at)
        if counts[who] < MAX_EACH and key not in full:
            counts[who] += 1
            full.add(key)
    return claims, False


def _take(
    number: int, text: str, claim: LineClaim, blocks: RecordBlocks, merger: FindingMerger
) -> None:
    kind = (
        claim.kind
        or merger.kind
        or claim.words
        or (UNCLEAR if claim.log and claim.telling else None)
    )
    if kind is None:
        return
    confidence = claim.confidence if claim.kind else min(claim.confidence, max(merger.sure, BARE))
    if scope(claim.spot.address) != "public":
        confidence = min(confidence, LOCAL_CONFIDENCE)
    base, spot = claim.base, claim.spot
    role = role_of(kind, text, base + spot.start, base + spot.end, merger.title)
    if merger.counted(kind, role, spot.address, claim.events):
        return
    offsets = {"address": Offset(number, base + spot.start, base + spot.end)}
    port, target = endpoints_of(number, claim, kind, blocks, offsets)
    when = claim.when
    if when is not None:
        offsets["at"] = Offset(number, base + when.start, base + when.end)
    else:
        when = _near(number, base + spot.start, spot.address, blocks, offsets)
    subject = Subject(address=spot.address, port=port)
    if when is None and not claim.log:
        merger.several = merger.several or blocks.is_ambiguous(base + spot.start)
    read = {field: offsets[field] for field in FIELDS if field in offsets}
    finding = _finding(kind, role, subject, when, (confidence, target, claim.events, read), merger)
    merger.add(finding, mention=when is None and port is None and not claim.log)


def _near(
    number: int, place: int, who: Address | None, blocks: RecordBlocks, offsets: dict[str, Offset]
) -> StatedTime | None:
    """The time that stands near a place, noting where it was read."""
    when = blocks.time_near(place, who)
    if when is not None:
        offsets["at"] = Offset(number, when.start, when.end)
    return when


def _finding(
    kind: str,
    role: Role,
    subject: Subject,
    when: StatedTime | None,
    rest: tuple[float, Endpoint | None, int, dict[str, Offset]],
    merger: FindingMerger,
) -> Finding:
    confidence, target, count, offsets = rest
    return Finding(
        kind=kind,
        rsit=KINDS[kind].rsit,
        role=role,
        subject=subject,
        at=when.at if when else None,
        exact=when.exact if when else 0.0,
        source=merger.source,
        confidence=round(confidence, 2),
        target=target,
        count=count,
        maker=merger.maker,
        offsets=offsets,
    )


def _pointed(text: str, context: LineContext, merger: FindingMerger) -> list[UrlSpan]:
    """The web addresses a mail about content complains about: those it points at, else its only."""
    about_content = merger.kind is not None and merger.kind.startswith(CONTENT)
    if not (about_content or _advertised(merger.title) or _advertised(text[:START])):
        return []
    domain = merger.source.identity
    urls = [
        link
        for link in islice(find_urls(text, domain), MAX_ALL + 1)
        if context.want(text.rfind("\n", 0, link.start) + 1)
    ]
    strong = [link for link in urls if link.strong or _beside(text, link.end, context)]
    if strong:
        return strong
    return urls if len({link.host for link in urls}) == 1 else []


def _advertised(text: str) -> bool:
    """Whether a text speaks of what spam advertises; most are told by their letters alone."""
    return "vertis" in text.lower() and ADVERTISED.search(text) is not None


def _link_finding(
    number: int,
    text: str,
    link: UrlSpan,
    around: tuple[RecordBlocks, list[LineClaim], set[Address]],
    merger: FindingMerger,
) -> Finding:
    """A finding about a URL, with the address that the mail gives for it."""
    blocks, claims, named = around
    kind = merger.kind or UNCLEAR
    offsets = {"url" if link.url else "domain": Offset(number, link.start, link.end)}
    near = [
        claim
        for claim in claims
        if len(named) == 1 or blocks.same(claim.base + claim.spot.start, link.start)
    ]
    beside = _beside(text, link.end, merger.context)
    address = link.address
    if address is None and beside is not None:
        address = beside.address
        offsets["address"] = Offset(number, link.end + beside.start, link.end + beside.end)
    elif address is None and len({claim.spot.address for claim in near}) == 1:
        base, spot = near[0].base, near[0].spot
        address = spot.address
        offsets["address"] = Offset(number, base + spot.start, base + spot.end)
    when = blocks.time_on(link.start)
    if when is not None:
        offsets["at"] = Offset(number, when.start, when.end)
    else:
        when = _near(number, link.start, address, blocks, offsets)
    domain = None if link.address else link.host
    subject = Subject(address=address, url=link.url or None, domain=domain)
    role = role_of(kind, text, link.start, link.end, merger.title)
    return _finding(kind, role, subject, when, (merger.sure, None, 1, offsets), merger)


def _beside(text: str, end: int, context: LineContext) -> AddressSpan | None:
    """The one address that follows a URL on its line: `http://… [192.0.2.1]`."""
    rest = text[end : end + BESIDE].partition("\n")[0]
    following = [spot for spot in find_addresses(rest) if eligible(spot, context)]
    return following[0] if len(following) == 1 else None


def _from_headers(parts: Sequence[str], merger: FindingMerger) -> None:
    """A mail complained about whose headers were pasted in: who handed it to the reporter.

    That is the peer of the topmost Received field which the reporter's own server wrote, or of the
    only one there is: below it stands what strangers wrote.
    """
    domain = merger.source.identity
    for number, text in enumerate(parts):
        peer = handing_peer(text, domain)
        if peer is None:
            continue
        spot, end = peer
        if not eligible(spot, merger.context):
            return
        offsets = {"address": Offset(number, spot.start, spot.end)}
        when = best_time(find_times(text[spot.end : end], merger.context.clock))
        if when is not None:
            offsets["at"] = Offset(number, spot.end + when.start, spot.end + when.end)
        how = (TITLE_CONFIDENCE, None, 1, offsets)
        subject = Subject(address=spot.address)
        merger.add(_finding(str(merger.kind), Role.OFFENDER, subject, when, how, merger))
        return


def _from_title(merger: FindingMerger) -> None:
    """A mail whose only address stands in its subject line: a claim without offsets or time."""
    hints = [
        address
        for address in merger.context.hints
        if merger.context.local or scope(address) == "public"
    ]
    if merger.kind is None or len(hints) != 1 or hints[0] in merger.victims:
        return
    role = role_of(merger.kind, "", 0, 0, merger.title)
    subject = Subject(address=hints[0])
    merger.add(_finding(merger.kind, role, subject, None, (TITLE_CONFIDENCE, None, 1, {}), merger))
