"""Puts sightings together into findings: kind, time, port, role, merging and limits."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from itertools import islice
from typing import NamedTuple

from aupkeep.intake.extract.addresses import Spot, scope, spots
from aupkeep.intake.extract.blocks import Blocks
from aupkeep.intake.extract.lines import BARE, Lens, Sighting, may, sightings
from aupkeep.intake.extract.quoted import quoted_lines, spoken
from aupkeep.intake.extract.roles import attacked, role_of
from aupkeep.intake.extract.services import UNCLEAR
from aupkeep.intake.extract.sides import sides
from aupkeep.intake.extract.times import Clock, When
from aupkeep.intake.extract.urls import Link, links
from aupkeep.intake.extract.words import mail_kind
from aupkeep.intake.extract.zones import stated_zone
from aupkeep.model.finding import Finding, Offset, Role
from aupkeep.model.subject import Address, Endpoint, Subject
from aupkeep.model.taxonomy import KINDS

MAX_EACH = 500  # findings about one address and kind; further lines add to the last one's count
MAX_ALL = 5_000  # findings of one mail; further ones are not read
MOST_SEEN = 10 * MAX_ALL  # a text that never stops naming addresses is cut off here
MOST_TEXT = 4 << 20  # characters of a mail that are read; a log of 50,000 lines
TITLE_CONFIDENCE = 0.3
LOCAL_CONFIDENCE = 0.2  # nobody holds such an address on the internet
BESIDE = 160  # characters behind a URL in which its address may stand
CONTENT = ("content/", "copyright/")
# kinds about what runs or lies at an address: "on 192.0.2.1" is where, not whom it hit
LOCATED = (*CONTENT, "vulnerability/", "infrastructure/", "connection/infected_host", "reputation/")


@dataclass(kw_only=True)
class Desk:
    """What is known of the mail while its findings are put together."""

    source: str
    maker: str
    kind: str | None
    sure: float
    lens: Lens
    found: dict[tuple[object, ...], Finding] = field(default_factory=dict)
    last: dict[tuple[object, ...], tuple[object, ...]] = field(default_factory=dict)
    number: dict[tuple[object, ...], int] = field(default_factory=dict)
    mentions: set[tuple[object, ...]] = field(default_factory=set)
    more: Counter[tuple[object, ...]] = field(default_factory=Counter)  # claimed again
    victims: frozenset[Address] = frozenset()  # named as attacked: no offenders
    acquitted: bool = False
    cut: bool = False  # there was more than the limits allow
    several: bool = False  # a record stated times of which none could be taken

    def add(self, finding: Finding, *, mention: bool = False) -> None:
        """Take a finding in; the same again, and any beyond the limit, adds to a count.

        A `mention` is an address in a sentence that states no time.
        """
        held, hit = finding.subject.address, finding.target
        number = (held.version, int(held)) if held else None
        struck = (hit.address and int(hit.address), hit.port, hit.protocol) if hit else None
        who = (finding.kind, finding.role, number, finding.subject.url)
        key: tuple[object, ...] = (*who, finding.subject.port, finding.at, struck)
        if key not in self.found and self.number.get(who, 0) >= MAX_EACH:
            key = self.last[who]
        if key in self.found:
            self.more[key] += finding.count
        elif len(self.found) < MAX_ALL:
            self.found[key], self.last[who] = finding, key
            self.number[who] = self.number.get(who, 0) + 1
            self.mentions |= {key} if mention else set()
        else:
            self.cut = True

    def counted(self, kind: str, role: Role, address: Address, often: int) -> bool:
        """True when an address has enough findings of a kind: the line then only counts."""
        who = (kind, role, (address.version, int(address)), None)
        if self.number.get(who, 0) < MAX_EACH:
            return False
        self.more[self.last[who]] += often
        return True

    def settle(self) -> None:
        """Drop mentions of what the mail states with its time elsewhere, then acquit."""
        for key, often in self.more.items():
            self.found[key] = replace(self.found[key], count=self.found[key].count + often)
        stated = {
            (one.kind, one.role, one.subject.address)
            for one in self.found.values()
            if one.at is not None
        }
        for key in self.mentions:
            one = self.found[key]
            if (one.kind, one.role, one.subject.address) in stated:
                del self.found[key]
        self.acquit()

    def acquit(self) -> None:
        """Drop offenders whom the mail also names as attacked: it contradicts itself."""
        kept = {
            key: one
            for key, one in self.found.items()
            if one.role is not Role.OFFENDER
            or one.subject.url is not None
            or one.subject.address not in self.victims
        }
        self.acquitted = self.acquitted or len(kept) < len(self.found)
        self.found = kept


class Extract(NamedTuple):
    """What a mail claims.

    `cut` when it claims more than `MAX_ALL` things and the rest is left; `acquitted` when it
    names an address as offender and as attacked, which then is no finding; `several` when a
    record states times of which none could be taken.
    """

    findings: list[Finding]
    cut: bool
    acquitted: bool = False
    several: bool = False


class Hint(NamedTuple):
    """What is known of a mail's sender: the kind he writes about, how sure, his order of days."""

    kind: str | None = None
    sure: float = 0.0
    order: str = ""  # "dmy" or "mdy"


NO_HINT = Hint()


def extract(  # noqa: PLR0913 - by keyword only, and each means something of its own
    parts: Sequence[str],
    *,
    source: str,
    sent_at: datetime | None,
    title: str = "",
    ignore: frozenset[Address] = frozenset(),
    reporter_zone: timedelta | None = None,
    local: bool = False,
    maker: str = "text/1",
    hint: Hint = NO_HINT,
) -> Extract:
    """What a mail of log lines or prose claims, in the order it stands there.

    `parts` are decoded texts, and every offset points into them. `ignore` are addresses never to
    take (the reporter's own, ours). `reporter_zone` is the offset of the mail's Date header (None
    when it was `-0000` or missing); it only narrows times that state no zone. `local` admits
    addresses that nobody holds on the internet (RFC 1918 and their like) where a line names no
    public one. `hint` is what is known of the sender; a log line's own words outrank it. No
    findings when nothing is claimed; nothing raises.

    >>> from datetime import UTC
    >>> line = "Mar  1 10:11:12 mx sshd[9]: Failed password for root from 192.0.2.7 port 4711 ssh2"
    >>> sent = datetime(2026, 3, 2, tzinfo=UTC)
    >>> (found,), *_ = extract([line], source="mail:?a.example", sent_at=sent)
    >>> found.kind, str(found.subject), found.target.port, line[slice(*found.offsets["port"][1:])]
    ('connection/login_attack', '192.0.2.7:4711', 22, '4711')
    """
    whole, parts = sum(map(len, parts)), _fitting(parts)
    words = (hint.kind, hint.sure) if hint.kind else mail_kind(title, parts)
    kind, sure = words or (None, BARE)
    stated = stated_zone("\n".join(part[:20_000] for part in parts))
    clock = Clock(sent_at=sent_at, stated=stated, own=reporter_zone, order=hint.order)
    victims = attacked(title)
    named = {s.address for s in spots(title) if scope(s.address) in {"public", "local"}}
    hints = frozenset(named) - ignore - victims
    located = kind is not None and kind.startswith(LOCATED)
    lens = Lens(clock=clock, ignore=ignore, hints=hints, local=local, located=located)
    desk = Desk(source=source, maker=maker, kind=kind, sure=sure, lens=lens, victims=victims)
    _read(parts, desk, quotes=False)
    if not desk.found and kind:  # the mail says what it is about: its log need not say so again
        desk.lens = replace(lens, routine=True)
        _read(parts, desk, quotes=False)
        desk.lens = lens
    if not desk.found and any(quoted_lines(text) for text in parts):
        _read(parts, desk, quotes=True)
    desk.settle()
    if not desk.found:
        _from_title(desk)
    cut = desk.cut or whole > MOST_TEXT
    return Extract(list(desk.found.values()), cut, desk.acquitted, desk.several)


def _fitting(parts: Sequence[str]) -> list[str]:
    """The parts as far as they are read."""
    left, fitting = MOST_TEXT, []
    for part in parts:
        fitting.append(part[:left])
        left -= len(fitting[-1])
    return fitting


def _read(parts: Sequence[str], desk: Desk, *, quotes: bool) -> None:
    for number, text in enumerate(parts):
        if not text:
            continue
        lens = replace(desk.lens, want=spoken(text, quotes=quotes))
        blocks = Blocks(text, lens.clock)
        told = list(islice(sightings(text, lens), MOST_SEEN + 1))
        seen = [one for one in told if one is not None]
        desk.cut = desk.cut or len(told) > min(MOST_SEEN, len(seen))
        desk.victims |= {one.target.address for one in seen if one.target}
        pointed = _pointed(text, lens, desk)
        logged = {int(one.spot.address) for one in seen if one.log}
        named = {one.spot.address for one in seen}
        for link in pointed:
            desk.add(_link_finding(number, text, link, (blocks, seen, named), desk))
        for one in seen:
            doubled = not one.log and int(one.spot.address) in logged
            if not doubled and not (pointed and not one.log):
                _take(number, text, one, blocks, desk)
        desk.several = desk.several or blocks.several


def _take(number: int, text: str, one: Sighting, blocks: Blocks, desk: Desk) -> None:
    kind = one.kind or desk.kind or one.words or (UNCLEAR if one.log else None)
    if kind is None:
        return
    confidence = one.confidence if one.kind else min(one.confidence, max(desk.sure, BARE))
    if scope(one.spot.address) != "public":
        confidence = min(confidence, LOCAL_CONFIDENCE)
    base, spot = one.base, one.spot
    role = role_of(kind, text, base + spot.start, base + spot.end)
    if desk.counted(kind, role, spot.address, one.often):
        return
    offsets = {"address": Offset(number, base + spot.start, base + spot.end)}
    port, target = sides(number, one, kind, blocks, offsets)
    when = one.when
    if when is not None:
        offsets["at"] = Offset(number, base + when.start, base + when.end)
    else:
        when = _near(number, base + spot.start, blocks, offsets)
    subject = Subject(address=spot.address, port=port)
    found = _finding(kind, role, subject, when, (confidence, target, one.often, offsets), desk)
    desk.add(found, mention=when is None and port is None and not one.log)


def _near(number: int, place: int, blocks: Blocks, offsets: dict[str, Offset]) -> When | None:
    """The time that stands near a place, noting where it was read."""
    when = blocks.time_near(place)
    if when is not None:
        offsets["at"] = Offset(number, when.start, when.end)
    return when


def _finding(
    kind: str,
    role: Role,
    subject: Subject,
    when: When | None,
    rest: tuple[float, Endpoint | None, int, dict[str, Offset]],
    desk: Desk,
) -> Finding:
    confidence, target, count, offsets = rest
    return Finding(
        kind=kind,
        rsit=KINDS[kind].rsit,
        role=role,
        subject=subject,
        at=when.at if when else None,
        exact=when.exact if when else 0.0,
        source=desk.source,
        confidence=round(confidence, 2),
        target=target,
        count=count,
        maker=desk.maker,
        offsets=offsets,
    )


def _pointed(text: str, lens: Lens, desk: Desk) -> list[Link]:
    """The web addresses a mail about content complains about: those it points at, else its only."""
    if desk.kind is None or not desk.kind.startswith(CONTENT):
        return []
    domain = desk.source.rpartition(":")[2].lstrip("?")
    found = [
        link
        for link in islice(links(text, domain), MAX_ALL + 1)
        if lens.want(text.rfind("\n", 0, link.start) + 1)
    ]
    strong = [link for link in found if link.strong or _beside(text, link.end, lens)]
    if strong:
        return strong
    return found if len({link.host for link in found}) == 1 else []


def _link_finding(
    number: int,
    text: str,
    link: Link,
    around: tuple[Blocks, list[Sighting], set[Address]],
    desk: Desk,
) -> Finding:
    """A finding about a URL, with the address that the mail gives for it."""
    blocks, seen, named = around
    kind = desk.kind or UNCLEAR
    offsets = {"url": Offset(number, link.start, link.end)}
    near = [
        one for one in seen if len(named) == 1 or blocks.same(one.base + one.spot.start, link.start)
    ]
    beside = _beside(text, link.end, desk.lens)
    address = link.address
    if address is None and beside is not None:
        address = beside.address
        offsets["address"] = Offset(number, link.end + beside.start, link.end + beside.end)
    elif address is None and len({one.spot.address for one in near}) == 1:
        base, spot = near[0].base, near[0].spot
        address = spot.address
        offsets["address"] = Offset(number, base + spot.start, base + spot.end)
    when = blocks.time_on(link.start)
    if when is not None:
        offsets["at"] = Offset(number, when.start, when.end)
    else:
        when = _near(number, link.start, blocks, offsets)
    subject = Subject(address=address, url=link.url, domain=None if link.address else link.host)
    role = role_of(kind, text, link.start, link.end)
    return _finding(kind, role, subject, when, (desk.sure, None, 1, offsets), desk)


def _beside(text: str, end: int, lens: Lens) -> Spot | None:
    """The one address that follows a URL on its line: `http://… [192.0.2.1]`."""
    rest = text[end : end + BESIDE].partition("\n")[0]
    found = [spot for spot in spots(rest) if may(spot, lens)]
    return found[0] if len(found) == 1 else None


def _from_title(desk: Desk) -> None:
    """A mail whose only address stands in its subject line: a claim without offsets or time."""
    hints = [one for one in desk.lens.hints if desk.lens.local or scope(one) == "public"]
    if desk.kind is None or len(hints) != 1 or hints[0] in desk.victims:
        return
    role = role_of(desk.kind, "", 0, 0)
    subject = Subject(address=hints[0])
    desk.add(_finding(desk.kind, role, subject, None, (TITLE_CONFIDENCE, None, 1, {}), desk))
