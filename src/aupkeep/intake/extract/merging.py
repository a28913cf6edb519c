"""Where the findings of one mail are put together: merging, limits, contradictions."""

from collections import Counter
from dataclasses import dataclass, field, replace

from aupkeep.intake.extract.lines import LineContext
from aupkeep.intake.extract.stated_times import StatedTime
from aupkeep.model.finding import Finding, Offset, Role
from aupkeep.model.origin import Origin
from aupkeep.model.subject import Address, Endpoint, Subject
from aupkeep.model.taxonomy import KINDS

MAX_EACH = 500  # findings about one address and kind; further lines add to the last one's count
MAX_ALL = 5_000  # findings of one mail; further ones are not read


@dataclass(kw_only=True)
class FindingMerger:
    """What is known of the mail while its findings are put together."""

    source: Origin
    maker: str
    kind: str | None  # what the mail is about, whatever its sentences claim
    sure: float
    word: str | None = None  # … and by what they claim
    word_sure: float = 0.0
    context: LineContext
    title: str = ""
    findings: dict[tuple[object, ...], Finding] = field(default_factory=dict)
    last: dict[tuple[object, ...], tuple[object, ...]] = field(default_factory=dict)
    number: dict[tuple[object, ...], int] = field(default_factory=dict)
    mentions: set[tuple[object, ...]] = field(default_factory=set)
    more: Counter[tuple[object, ...]] = field(default_factory=Counter)  # claimed again
    victims: frozenset[Address] = frozenset()  # named as attacked: no offenders
    contradictory: bool = False
    cut: bool = False  # there was more than the limits allow
    several: bool = False  # a record stated times of which none could be taken
    left: list[str] = field(default_factory=list)  # why records say that they accuse nobody
    flooded: bool = False  # it tells of a flood, and all its bare rows are about one place
    turned: bool = False  # its sentences turn round what its records state

    def finding(
        self,
        kind: str,
        role: Role,
        subject: Subject,
        when: StatedTime | None,
        rest: tuple[float, Endpoint | None, int, dict[str, Offset]],
    ) -> Finding:
        """A claim of this mail; `rest` are its confidence, target, count and offsets."""
        confidence, target, count, offsets = rest
        return Finding(
            kind=kind,
            rsit=KINDS[kind].rsit,
            role=role,
            subject=subject,
            at=when.at if when else None,
            exact=when.exact if when else 0.0,
            source=self.source,
            confidence=round(confidence, 2),
            target=target,
            count=count,
            maker=self.maker,
            offsets=offsets,
        )

    def add(self, finding: Finding, *, mention: bool = False) -> None:
        """Take a finding in; the same again, and any beyond the limit, adds to a count.

        A `mention` is an address in a sentence that states no time.
        """
        held, hit = finding.subject.address, finding.target
        number = (held.version, int(held)) if held else None
        struck = (hit.address and int(hit.address), hit.port, hit.protocol) if hit else None
        where = finding.subject.url or finding.subject.domain
        who = (finding.kind, finding.role, number, where)
        key: tuple[object, ...] = (*who, finding.subject.port, finding.at, struck)
        if key not in self.findings and self.number.get(who, 0) >= MAX_EACH:
            key = self.last[who]
        if key in self.findings:
            self.more[key] += finding.count
        elif len(self.findings) < MAX_ALL:
            self.findings[key], self.last[who] = finding, key
            self.number[who] = self.number.get(who, 0) + 1
            self.mentions |= {key} if mention else set()
        else:
            self.cut = True

    def counted(self, kind: str, role: Role, address: Address, count: int) -> bool:
        """True when an address has enough findings of a kind: the line then only counts."""
        who = (kind, role, (address.version, int(address)), None)
        if self.number.get(who, 0) < MAX_EACH:
            return False
        self.more[self.last[who]] += count
        return True

    def settle(self) -> None:
        """Drop mentions of what the mail states with its time elsewhere, then contradictions."""
        for key, count in self.more.items():
            self.findings[key] = replace(self.findings[key], count=self.findings[key].count + count)
        stated = {
            (value.kind, value.role, value.subject.address)
            for value in self.findings.values()
            if value.at is not None
        }
        for key in self.mentions:
            finding = self.findings[key]
            if (finding.kind, finding.role, finding.subject.address) in stated:
                del self.findings[key]
        self._drop_contradictions()

    def _drop_contradictions(self) -> None:
        """Drop offenders whom the mail also names as attacked: it contradicts itself."""
        left = {
            key: finding
            for key, finding in self.findings.items()
            if finding.role is not Role.OFFENDER
            or finding.subject.url is not None
            or finding.subject.domain is not None
            or finding.subject.address not in self.victims
        }
        self.contradictory = self.contradictory or len(left) < len(self.findings)
        self.findings = left
