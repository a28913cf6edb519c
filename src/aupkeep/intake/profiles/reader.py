"""What a profile makes of a mail: findings of its own rules, and what a container left open.

A profile speaks only where nobody spoke before it: the kind where the container says none, the
zone where a time has none, an address that the words beside the container give. It never takes
the victim's part from anyone, and says nothing about who is proven.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from functools import cached_property
from itertools import count

from aupkeep.intake.extract.line_scan import line_claims
from aupkeep.intake.extract.lines import LineContext
from aupkeep.intake.extract.mail_words import SenderHint
from aupkeep.intake.extract.match_kinds import mail_kind
from aupkeep.intake.extract.stated_times import TimeContext
from aupkeep.intake.extract.stated_zone import zone_of_parts
from aupkeep.intake.kinds import UNSPECIFIED, named, role_of
from aupkeep.intake.mail.mail import Mail, MailPart, PartRole
from aupkeep.intake.mail.received import arrived
from aupkeep.intake.parser import ParsedItem, Parser
from aupkeep.intake.parsers import text
from aupkeep.intake.profiles.matching import ProfileMatch
from aupkeep.intake.profiles.placeholders import (
    DAY,
    MINUTE,
    SECOND,
    SECONDS,
    UNKNOWN_ZONE,
    Daytime,
    SlotContext,
    SlotMoment,
    localised,
)
from aupkeep.intake.profiles.profile import ReadingRule
from aupkeep.intake.profiles.run_rules import PlacedValue, TemplateRecord, records
from aupkeep.intake.profiles.template import SUBJECTS
from aupkeep.intake.profiles.url_host import host_address
from aupkeep.model.finding import Finding, Offset, Role
from aupkeep.model.report import RejectedRow
from aupkeep.model.subject import Address, Endpoint, Subject
from aupkeep.model.taxonomy import KINDS, Kind

MAKER = "reporter/1"
COPIES_SUBJECT = "arf"  # its subject line is that of the mail complained about
LOGGED = 65_536  # characters of a part whose lines of log are asked for the kind
LOOKED_AT = 20_000  # characters of a part in which the words of `kinds` are looked for
OFFSETS = {"address": "address", "port": "port", "url": "url", "domain": "domain",
           "account": "account", "target": "target.address",
           "target_port": "target.port"}  # fmt: skip


class ProfileReader:
    """One mail in the light of the profile that claims it. `own` is the sender's own offset."""

    def __init__(self, mail: Mail, claimed: ProfileMatch, own: timedelta | None) -> None:
        self.mail, self.sort, self.claimed = mail, claimed.sort, claimed
        self.own = own

    @cached_property
    def context(self) -> SlotContext:
        """How the times of this mail are read."""
        stated = zone_of_parts(self.mail.subject, *self.mail.prose)
        own = None if self.sort.zone else self.own
        clock = TimeContext(sent_at=self.mail.date, stated=stated, own=own, order=self.sort.dates)
        zone = None if stated else self.sort.zone  # what the mail says of itself stands
        return SlotContext(clock=clock, zone=zone, order=self.sort.dates)

    @cached_property
    def logged(self) -> Mapping[Address, Kind]:
        """The kind that the lines of log in this mail name for each address, where all agree."""
        named_kinds: dict[Address, set[str]] = {}
        context, lines = LineContext(clock=self.context.clock), count()
        for text_part in self.mail.prose:
            for claim in line_claims(text_part[:LOGGED], context, lines, []):
                if claim is not None and claim.log and claim.telling and claim.kind:
                    named_kinds.setdefault(claim.spot.address, set()).add(claim.kind)
        return {who: KINDS[next(iter(k))] for who, k in named_kinds.items() if len(k) == 1}

    @cached_property
    def titled(self) -> Kind | None:
        """The kind that the subject line names in words of its own."""
        voted = mail_kind(self.mail.subject[:LOOKED_AT], ())
        return KINDS[voted[0]] if voted else None

    def _own_kind(self, address: Address | None) -> Kind | None:
        """What the mail says itself where no word or mark of the profile names the kind.

        That is its log about the address, else its subject; the profile's kind yields to both.
        """
        if self.sort.kind_by_marks:
            return None
        return (self.logged.get(address) if address else None) or self.titled

    @cached_property
    def kind(self) -> Kind | None:
        """What the whole mail says: a word of `kinds` in its subject or its text, else `kind`."""
        return self._spoken(self.mail.parts) or self.sort.kind

    def _spoken(self, parts: Sequence[MailPart]) -> Kind | None:
        words = self.sort.kind_in(self.mail.subject)
        if words is not None or not self.sort.kinds:
            return words
        own = (PartRole.PROSE, PartRole.DATA)
        texts = (part.text[:LOOKED_AT] for part in parts if part.place in own)
        return next((kind for text in texts if (kind := self.sort.kind_in(text))), None)

    def maker(self, parser: str) -> str:
        """Who made a finding: the parser and the profile beside it."""
        return f"{parser}+{self.claimed.profile.name}"

    @property
    def fallback(self) -> Parser:
        """The extractor for mails without structure, with what is known of the sender."""
        sort, kind = self.sort, self.kind
        named = self._spoken(self.mail.parts) is not None
        hint = SenderHint(kind.name if kind else None, sort.trust, sort.dates, named)
        return replace(
            text.PARSER, parse=lambda mail: text.hinted(mail, hint, zoned=bool(sort.zone))
        )

    def read(self) -> Iterator[ParsedItem]:
        """The findings of the profile's own rules; the same claim again is not repeated."""
        seen: set[tuple[object, ...]] = set()
        for rule in self.sort.read:
            if rule.otherwise and seen:
                continue
            for record in records(self.mail, rule, self.context):
                item = record if isinstance(record, RejectedRow) else self._finding(record, rule)
                if isinstance(item, RejectedRow):
                    yield item
                if not isinstance(item, Finding):
                    continue
                key = (item.kind, item.role, item.subject, item.at, item.target)
                if key not in seen:
                    seen.add(key)
                    yield item
        alone = None if seen else self._finding(TemplateRecord(), ReadingRule())
        if alone:
            yield alone  # all it says stands in the subject line

    def completed(self, finding: Finding) -> Finding:
        """A container's finding with what it left open."""
        kind = self._left_open(finding) if finding.kind == UNSPECIFIED.name else None
        role = self.sort.role or (role_of(kind) if kind else finding.role)
        role = finding.role if finding.role is Role.VICTIM else role
        filled = replace(
            finding,
            role=role,
            kind=kind.name if kind else finding.kind,
            rsit=kind.rsit if kind else finding.rsit,
            confidence=self.sort.trust if kind else finding.confidence,
            maker=self.maker(finding.maker),
        )
        return self._with_added(self._zoned(filled))

    def _left_open(self, finding: Finding) -> Kind | None:
        """The kind by the words of the finding's own part, then of the whole mail."""
        places = {offset.part for offset in finding.offsets.values()}
        spoken = self._spoken([self.mail.parts[place] for place in sorted(places)])
        spoken = spoken or self._spoken(self.mail.parts)
        copied = finding.maker.startswith(COPIES_SUBJECT)
        own = None if spoken or copied else self._own_kind(finding.subject.address)
        return spoken or own or self.kind

    def _zoned(self, finding: Finding) -> Finding:
        """A time whose zone nobody stated, in the zone of the reporter."""
        zone, place = self.context.zone, finding.offsets.get("at")
        if zone is None or finding.at is None or place is None or finding.exact < UNKNOWN_ZONE:
            return finding
        text = self.mail.parts[place.part].text[place.start : place.end]
        exact = SECOND if SECONDS.search(text) else MINUTE if ":" in text else DAY
        moment = localised(finding.at, zone, exact)
        return replace(finding, at=moment.at, exact=moment.exact)

    @cached_property
    def _added(self) -> dict[str, PlacedValue]:
        """What the `adds` rules read, where all they read agree."""
        values_by_name: dict[str, dict[object, PlacedValue]] = {}
        for rule in self.sort.adds:
            for record in records(self.mail, rule, self.context):
                values = {} if isinstance(record, RejectedRow) else record.values
                for name, value in values.items():
                    values_by_name.setdefault(name, {}).setdefault(value.value, value)
        return {name: next(iter(v.values())) for name, v in values_by_name.items() if len(v) == 1}

    def _with_added(self, finding: Finding) -> Finding:
        if not self.sort.adds:
            return finding
        offsets = dict(finding.offsets)
        subject = self._more(finding.subject, offsets)
        when = self._added.get("time")
        if finding.at is None and when is not None and isinstance(when.value, SlotMoment):
            at, exact = when.value
            offsets["at"] = Offset(when.part, when.start, when.end)
            finding = replace(finding, at=at, exact=exact)
        return replace(finding, subject=subject, offsets=offsets)

    def _more(self, subject: Subject, offsets: dict[str, Offset]) -> Subject:
        """The subject with what was added; the places go into `offsets`."""
        values = {name: getattr(subject, name) for name in SUBJECTS}
        for name, value in self._added.items():
            if name in values and values[name] is None:
                values[name] = value.value
                offsets[name] = Offset(value.part, value.start, value.end)
        return Subject(**values, port=subject.port)

    def _finding(self, record: TemplateRecord, rule: ReadingRule) -> Finding | None:
        """None when the record names nothing a finding is about."""
        values = _with_host({**self._from_subject, **record.values})
        subject = _subject(values)
        if subject is None:
            return None
        kind = self._kind(values, rule, subject.address)
        role = rule.role or self.sort.role or role_of(kind)
        at, exact = self._at(values) or self._arrived(subject, kind) or (None, 0.0)
        offsets = {
            key: Offset(v.part, v.start, v.end)
            for name, key in OFFSETS.items()
            if (v := values.get(name)) is not None and v.part >= 0
        }
        when = values.get("time") or values.get("clock") or values.get("date")
        if when is not None and at is not None and when.part >= 0:
            offsets["at"] = Offset(when.part, when.start, when.end)
        events = values.get("count")
        return Finding(
            kind=kind.name,
            rsit=kind.rsit,
            role=role,
            subject=subject,
            at=at,
            exact=exact,
            source=self.mail.source,
            confidence=self.sort.trust,
            target=_target(values),
            count=max(0, events.value) if events and isinstance(events.value, int) else 1,
            maker=self.maker(MAKER),
            offsets=offsets,
        )

    def _arrived(self, subject: Subject, kind: Kind) -> tuple[datetime, float] | None:
        """When the mail that is complained about came from there, by the headers attached."""
        if subject.address is None or not kind.name.startswith("messaging/"):
            return None
        return arrived(self.mail.original.get("received", ()), subject.address)

    @cached_property
    def _from_subject(self) -> dict[str, PlacedValue]:
        """The values of the subject line, placed where the mail's text says them too."""
        values = {}
        for name, read in self.claimed.subject.items():
            text = self.mail.subject[read.start : read.end]
            values[name] = self._placed(read.value, text)
        return values

    def _placed(self, value: object, text: str) -> PlacedValue:
        for index, prose in enumerate(self.mail.prose):
            at = prose.find(text) if text else -1
            if at >= 0:
                return PlacedValue(value, index, at, at + len(text), text)
        return PlacedValue(value, -1, 0, 0, text)

    def _kind(
        self, values: Mapping[str, PlacedValue], rule: ReadingRule, address: Address | None
    ) -> Kind:
        stated = values.get("kind")
        word = str(stated.value) if stated else ""
        spoken = (self.sort.kind_in(word) or named(word)) if word else None
        spoken = spoken or rule.kind or self._spoken(self.mail.parts)
        return spoken or self._own_kind(address) or self.kind or UNSPECIFIED

    def _at(self, values: Mapping[str, PlacedValue]) -> tuple[datetime, float] | None:
        """The moment, or the day with the time of day that stands apart from it."""
        moment = values["time"].value if "time" in values else None
        if isinstance(moment, SlotMoment):
            return moment
        day = values["date"].value if "date" in values else None
        if not isinstance(day, date):
            return None
        clock = values["clock"].value if "clock" in values else None
        ago, exact = clock if isinstance(clock, Daytime) else Daytime(timedelta(), DAY)
        at, stated = datetime.combine(day, time(), UTC) + ago, self.context.clock.stated
        offset = stated.offset(at) if stated else None
        if offset is not None:
            return at - offset.away, exact + offset.open
        if self.context.zone is None:
            return at, UNKNOWN_ZONE + (DAY if exact == DAY else 0)
        return localised(at, self.context.zone, exact)


def _with_host(values: dict[str, PlacedValue]) -> dict[str, PlacedValue]:
    """The address that a URL names as its host, where none is said beside it."""
    url = values.get("url")
    if url is None or "address" in values:
        return values
    host = host_address(url.text)
    if host is None:
        return values
    start = url.start + host.start
    end = url.start + host.end
    place = PlacedValue(host.address, url.part, start, end, url.text[host.start : host.end])
    return {**values, "address": place}


def _subject(values: Mapping[str, PlacedValue]) -> Subject | None:
    address, port, url, domain, account = (
        values[name].value if name in values else None
        for name in ("address", "port", "url", "domain", "account")
    )
    if address is None and url is None and domain is None and account is None:
        return None
    return Subject(
        address=address if isinstance(address, Address) else None,
        port=port if isinstance(port, int) and address is not None else None,
        url=url if isinstance(url, str) else None,
        domain=domain if isinstance(domain, str) else None,
        account=account if isinstance(account, str) else None,
    )


def _target(values: Mapping[str, PlacedValue]) -> Endpoint | None:
    address, port, protocol = (
        values[name].value if name in values else None
        for name in ("target", "target_port", "protocol")
    )
    if address is None and port is None:
        return None
    return Endpoint(
        address=address if isinstance(address, Address) else None,
        port=port if isinstance(port, int) else None,
        protocol=protocol if isinstance(protocol, str) else None,
    )
