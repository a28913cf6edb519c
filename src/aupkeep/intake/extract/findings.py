"""Puts sightings together into findings: kind, time, port, role, merging and limits."""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from itertools import count
from typing import NamedTuple

from aupkeep.intake.extract.addresses import find_addresses, scope
from aupkeep.intake.extract.clock_field import zone_by_field
from aupkeep.intake.extract.day_order import day_order
from aupkeep.intake.extract.endpoints import endpoints_of
from aupkeep.intake.extract.line_scan import line_claims
from aupkeep.intake.extract.lines import BARE, LineClaim, LineContext, eligible
from aupkeep.intake.extract.link_claims import CONTENT, link_finding, pointed_links
from aupkeep.intake.extract.mail_words import NO_HINT, SenderHint, is_evident, mail_words
from aupkeep.intake.extract.merging import MAX_ALL, MAX_EACH, FindingMerger
from aupkeep.intake.extract.quoted import is_sender_line, quoted_ranges
from aupkeep.intake.extract.received_fields import handing_peer, is_sent_along
from aupkeep.intake.extract.record_blocks import RecordBlocks, near_time
from aupkeep.intake.extract.record_sides import one_sided
from aupkeep.intake.extract.roles import attacked_addresses, role_of
from aupkeep.intake.extract.services import UNCLEAR
from aupkeep.intake.extract.stated_times import TimeContext, best_time, find_times
from aupkeep.intake.extract.stated_zone import START, zone_of_parts
from aupkeep.model.finding import Finding, Offset, Role
from aupkeep.model.origin import Origin
from aupkeep.model.subject import Address, Subject

MOST_SEEN = 10 * MAX_ALL  # a text that never stops naming addresses is cut off here
SPAM = "messaging/spam"  # what whoever pastes a mail's headers complains of, unless told
FLOOD = "connection/ddos"
COMMANDED = frozenset({"infrastructure/botnet", "content/malware"})
MAILED = frozenset({SPAM, "content/phishing", "content/fraud", "content/malware"})
FIELDS = ("address", "port", "at", "target.address", "target.port")
TITLE = 998  # characters of a subject line (RFC 5322 section 2.1.1)
MOST_TEXT = 4 << 20  # characters of a mail that are read; a log of 50,000 lines
TITLE_CONFIDENCE = 0.3
LOCAL_CONFIDENCE = 0.2  # nobody holds such an address on the internet
# kinds about what runs or lies at an address: "on 192.0.2.1" is where, not whom it hit
LOCATED = (*CONTENT, "vulnerability/", "infrastructure/", "connection/infected_host", "reputation/")


class ExtractResult(NamedTuple):
    """What a mail claims.

    `cut` when it claims more than `MAX_ALL` things and the rest is left; `contradictory` when it
    names an address as offender and as attacked, which then is no finding; `several` when a
    record states times of which none could be taken; `left` counts the rows of tables that say
    themselves that they accuse nobody. `unclaimed` tells of a sentence that denies,
    asks or quotes what it names, empty where none does.
    """

    findings: list[Finding]
    cut: bool
    contradictory: bool = False
    several: bool = False
    left: int = 0
    unclaimed: str = ""


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
    shown: Sequence[str] = (),
) -> ExtractResult:
    """What a mail of log lines or prose claims, in the order it stands there.

    `parts` are decoded texts, and every offset points into them. `ignore` are addresses never to
    take (the reporter's own, ours). `reporter_zone` is the offset of the mail's Date header (None
    when it was `-0000` or missing); it only narrows times that state no zone. `local` admits
    addresses that nobody holds on the internet (RFC 1918 and their like) where a line names no
    public one, `redacted` those that nobody ever holds (0.0.0.0, 127.0.0.1), which a log put in
    place of who acted. `hint` is what is known of the sender; a log line's own words outrank it.
    `shown` are the header blocks of attached mails, placed as in `parts`. No findings when nothing
    is claimed; nothing raises.

    >>> from datetime import UTC
    >>> from aupkeep.model.origin import parse_origin
    >>> line = "Mar  1 10:11:12 mx sshd[9]: Failed password for root from 192.0.2.7 port 4711 ssh2"
    >>> sent = datetime(2026, 3, 2, tzinfo=UTC)
    >>> (found,), *_ = extract([line], source=parse_origin("mail:?a.example"), sent_at=sent)
    >>> found.kind, str(found.subject), found.target.port, line[slice(*found.offsets["port"][1:])]
    ('connection/login_attack', '192.0.2.7:4711', 22, '4711')
    """
    whole, parts = sum(map(len, parts)), _fitting(parts)
    words = mail_words(title[:TITLE], parts, hint)
    clock = _clock(title, parts, sent_at, reporter_zone, hint.order)
    victims = attacked_addresses(title)
    named = {
        s.address for s in find_addresses(words.title) if scope(s.address) in {"public", "local"}
    }
    hints = frozenset(named) - ignore - victims
    context = LineContext(clock=clock, ignore=ignore, hints=hints, local=local, nobody=redacted)
    context = _about(context, words.word or words.kind or "")
    merger = FindingMerger(
        source=source,
        maker=maker,
        kind=words.kind,
        sure=words.sure,
        word=words.word,
        word_sure=words.word_sure,
        context=context,
        victims=victims,
        title=title[:TITLE],
        turned=words.turned,
    )
    _collect(words.parts, shown, merger)
    cut = merger.cut or whole > MOST_TEXT
    findings, left = list(merger.findings.values()), len(merger.left)
    return ExtractResult(findings, cut, merger.contradictory, merger.several, left, words.unclaimed)


def _clock(
    title: str, parts: Sequence[str], sent_at: datetime | None, own: timedelta | None, order: str
) -> TimeContext:
    """How the times of a mail are read."""
    start = "\n".join(part[:START] for part in parts)
    order = order or day_order(start)
    clock = TimeContext(sent_at=sent_at, own=own, order=order)
    return replace(clock, stated=zone_of_parts(title, *parts) or zone_by_field(parts, clock))


def _about(context: LineContext, kind: str) -> LineContext:
    """How a mail about this kind is looked at."""
    exposed = kind.startswith("vulnerability/")
    return replace(context, located=kind.startswith(LOCATED), exposed=exposed)


def _collect(parts: Sequence[str], shown: Sequence[str], merger: FindingMerger) -> None:
    """Read what is said; only where that claims nothing, what is said with less right."""
    _read(parts, merger, quotes=False)
    if not merger.findings and (
        merger.word or merger.kind
    ):  # what the mail says its log need not say
        context, merger.context = merger.context, replace(merger.context, routine=True)
        _read(parts, merger, quotes=False)
        merger.context = context
    if not merger.findings and any(quoted_ranges(text) for text in parts):
        _read(parts, merger, quotes=True)
    merger.settle()
    if not merger.findings:
        _from_title(merger)
    kind = merger.word or merger.kind
    for blocks in (parts, shown):
        alone = all(finding.words_alone for finding in merger.findings.values())
        if alone and (kind is None or kind in MAILED):
            _from_headers(blocks, kind or SPAM, merger)


def _fitting(parts: Sequence[str]) -> list[str]:
    """The parts as far as they are read."""
    left, fitting = MOST_TEXT, []
    for part in parts:
        fitting.append(part[:left])
        left -= len(fitting[-1])
    return fitting


def _read(parts: Sequence[str], merger: FindingMerger, *, quotes: bool) -> None:
    lines = count()  # those with an address, of all parts together
    merger.left.clear()
    for number, text in enumerate(parts):
        if not text:
            continue
        context = replace(merger.context, want=is_sender_line(text, quotes=quotes))
        blocks = RecordBlocks(text, context.clock)
        claims, more = _seen(text, context, lines, merger.left)
        claims = one_sided(text, claims, blocks)
        claims = [c for c in claims if not is_sent_along(text, c.base + c.spot.start)]
        merger.cut = merger.cut or more
        merger.flooded = merger.word == FLOOD and _one_place(claims)
        claims = _not_commanded(claims, merger.word)
        merger.victims |= {claim.target.address for claim in claims if claim.target}
        pointed = pointed_links(text, context, merger)
        logged = {int(claim.spot.address) for claim in claims if claim.log}
        named = {claim.spot.address for claim in claims}
        for link in pointed:
            merger.add(link_finding(number, text, link, (blocks, claims, named), merger))
        for claim in claims:
            doubled = not claim.log and int(claim.spot.address) in logged
            if not doubled and not (pointed and claim.kind is None):
                _take(number, text, claim, blocks, merger)


def _not_commanded(claims: list[LineClaim], word: str | None) -> list[LineClaim]:
    """The claims without log lines of who called what the letter says commands malware."""
    if word not in COMMANDED:
        return claims
    accused = {claim.spot.address for claim in claims if not claim.log}
    return [c for c in claims if not (c.log and c.target and c.target.address in accused)]


def _one_place(claims: list[LineClaim]) -> bool:
    """Whether the rows that only show a packet or a refused request are about one place."""
    struck = {
        (claim.target and claim.target.address, claim.hit_port and claim.hit_port[0])
        for claim in claims
        if claim.bare
    }
    return len(struck) == 1


def _seen(
    text: str, context: LineContext, lines: Iterator[int], left: list[str]
) -> tuple[list[LineClaim], bool]:
    """What a text claims, and whether it goes on beyond what is read.

    Lines of a log of which each makes a finding of its own are counted: with more of them than a
    desk takes, nothing further is looked at.
    """
    claims: list[LineClaim] = []
    full: set[tuple[object, ...]] = set()
    counts: Counter[tuple[object, ...]] = Counter()
    for line_claim in line_claims(text, context, lines, left):
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


def _kind_of(claim: LineClaim, merger: FindingMerger) -> tuple[str | None, float]:
    """The kind of a claim and how sure it is: its own, else the mail's, else its words'."""
    if claim.kind and not (claim.bare and merger.flooded):
        return claim.kind, claim.confidence
    kind, sure = (merger.kind if claim.log else merger.word), merger.word_sure
    sure = max(merger.sure if claim.log else sure, BARE)
    unclear = UNCLEAR if claim.log and claim.telling else None
    return kind or claim.words or unclear, min(claim.confidence, sure)


def _take(
    number: int, text: str, claim: LineClaim, blocks: RecordBlocks, merger: FindingMerger
) -> None:
    kind, confidence = _kind_of(claim, merger)
    if kind is None:
        return
    if scope(claim.spot.address) != "public":
        confidence = min(confidence, LOCAL_CONFIDENCE)
    base, spot = claim.base, claim.spot
    if not claim.log and blocks.is_over(base + spot.start):
        merger.left.append("over")
        return
    role = role_of(kind, text, base + spot.start, base + spot.end, merger.title)
    if merger.counted(kind, role, spot.address, claim.events):
        return
    offsets = {"address": Offset(number, base + spot.start, base + spot.end)}
    port, target = endpoints_of(number, claim, kind, blocks, offsets)
    when = claim.when
    if when is not None:
        offsets["at"] = Offset(number, base + when.start, base + when.end)
    else:
        when = near_time(number, base + spot.start, spot.address, blocks, offsets)
    subject = Subject(address=spot.address, port=port)
    if when is None and not claim.log:
        merger.several = merger.several or blocks.is_ambiguous(base + spot.start)
    read = {field: offsets[field] for field in FIELDS if field in offsets}
    finding = merger.finding(kind, role, subject, when, (confidence, target, claim.events, read))
    alone = not is_evident(text, claim, stated=when is not None or port is not None)
    merger.add(
        replace(finding, words_alone=alone or (merger.turned and not claim.log)),
        mention=when is None and port is None and not claim.log,
    )


def _from_headers(parts: Sequence[str], kind: str, merger: FindingMerger) -> None:
    """A mail complained about whose headers were pasted in: who handed it to the reporter.

    That is the peer of the topmost Received field which the reporter's own server wrote, or of the
    only one there is: below it stands what strangers wrote. A field of a server that is nobody's
    known is an allegation.
    """
    domain = merger.source.identity
    for number, text in enumerate(parts):
        peer = handing_peer(text, domain)
        if peer is None:
            continue
        spot, end, trusted = peer
        if not eligible(spot, merger.context):
            return
        offsets = {"address": Offset(number, spot.start, spot.end)}
        when = best_time(find_times(text[spot.end : end], merger.context.clock))
        if when is not None:
            offsets["at"] = Offset(number, spot.end + when.start, spot.end + when.end)
        how = (TITLE_CONFIDENCE, None, 1, offsets)
        subject = Subject(address=spot.address)
        said = {finding.subject.address for finding in merger.findings.values()}
        if said and not (trusted and spot.address in said):
            return  # of what the letter accuses in words the header shows nothing
        finding = merger.finding(kind, Role.OFFENDER, subject, when, how)
        merger.add(replace(finding, words_alone=not trusted))
        merger.settle()
        return


def _from_title(merger: FindingMerger) -> None:
    """A mail whose only address stands in its subject line: a claim without offsets or time."""
    hints = [
        address
        for address in merger.context.hints
        if merger.context.local or scope(address) == "public"
    ]
    if merger.word is None or len(hints) != 1 or hints[0] in merger.victims:
        return
    role = role_of(merger.word, "", 0, 0, merger.title)
    subject = Subject(address=hints[0])
    finding = merger.finding(merger.word, role, subject, None, (TITLE_CONFIDENCE, None, 1, {}))
    merger.add(replace(finding, words_alone=True))
