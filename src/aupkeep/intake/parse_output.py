"""A reading as one object of `aupkeep parse`: the stable machine interface, absent values null.

The names of the fields are the names in JSON (`model.as_json`).
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from aupkeep.model.finding import Finding, Offset, Role
from aupkeep.model.report import Authentication, Reading, ReadingOutcome
from aupkeep.model.subject import Address
from aupkeep.model.taxonomy import kind_for

SHOWN = frozenset({"address", "port", "url", "domain", "account", "at"})


@dataclass(frozen=True, slots=True)
class ParsedFinding:
    """A claim with its values; `offsets` is part, start and end of each in the text it is from."""

    kind: str
    rsit: str
    role: Role
    address: Address | None
    port: int | None
    url: str | None
    domain: str | None
    account: str | None
    at: datetime | None
    exact: float | None
    confidence: float
    clause: str
    offsets: Mapping[str, tuple[int, int, int]]


@dataclass(frozen=True, slots=True)
class ParsedRow:
    """A row that could not be read, and why."""

    row: int
    reason: str


@dataclass(frozen=True, slots=True)
class ParsedFile:
    """What one file or archive member says; `authentication` is None when not evaluated."""

    file: str
    outcome: ReadingOutcome
    reason: str | None
    container: str | None
    reporter: str | None
    authentication: Mapping[str, str | None] | None
    findings: tuple[ParsedFinding, ...]
    dead: tuple[ParsedRow, ...]


def parsed_file(name: str, reading: Reading) -> ParsedFile:
    """The object of one file or archive member."""
    return ParsedFile(
        file=name,
        outcome=reading.outcome,
        reason=reading.reason,
        container=reading.container,
        reporter=reading.reporter,
        authentication=_authentication(reading.authentication),
        findings=tuple(_finding(finding, reading.parts) for finding in reading.findings),
        dead=tuple(ParsedRow(rejected.row, rejected.reason) for rejected in reading.dead),
    )


def _authentication(results: Authentication) -> dict[str, str | None] | None:
    if results == Authentication():
        return None
    return {
        "dkim": results.dkim.value,
        "spf": results.spf.value,
        "arc": results.arc.value,
        "dmarc": results.dmarc.value,
        "identity": results.identity,
    }


def _finding(finding: Finding, parts: Sequence[str]) -> ParsedFinding:
    subject = finding.subject
    return ParsedFinding(
        kind=finding.kind,
        rsit=finding.rsit,
        role=finding.role,
        address=subject.address,
        port=subject.port,
        url=subject.url,
        domain=subject.domain,
        account=subject.account,
        at=finding.at,
        exact=finding.exact if finding.at else None,
        confidence=finding.confidence,
        clause=kind_for(finding.kind, finding.rsit).clause,
        offsets={name: (p.part, p.start, p.end) for name, p in _places(finding, parts)},
    )


def _places(finding: Finding, parts: Sequence[str]) -> Iterator[tuple[str, Offset]]:
    """Where the values of this object stand; a host that only its URL names stands in the URL."""
    for name, place in finding.offsets.items():
        if name in SHOWN:
            yield name, place
    url, host = finding.offsets.get("url"), finding.subject.domain
    if url is None or host is None or "domain" in finding.offsets or url.part >= len(parts):
        return
    at = parts[url.part].lower().find(host, url.start, url.end)
    if at >= 0:
        yield "domain", Offset(url.part, at, at + len(host))
