"""From a reading to claims: the source of the report, its lane, and the marks of each claim."""

import dataclasses
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from aupkeep.app.context import AppContext
from aupkeep.app.notifying.evidence_lines import line_span
from aupkeep.app.reading.attribute import Attribute, at_once
from aupkeep.app.receiving.fair_queue import QueuePlace, boundary_of
from aupkeep.app.reporters.sources import cached_lane, report_source_key, source_of
from aupkeep.intake.auth.authenticate import authenticate
from aupkeep.intake.auth.dns_lookup import Lookup
from aupkeep.intake.auth.trusted_keys import load_trusted_keys
from aupkeep.intake.circumstances import with_circumstances
from aupkeep.intake.witness_marks import line_marks, reading_marks
from aupkeep.model.case import Claim
from aupkeep.model.finding import Finding
from aupkeep.model.moments import show_moment
from aupkeep.model.raw import Channel, Raw
from aupkeep.model.report import Authentication, Reading
from aupkeep.model.source import Lane, Source

SUSPENDED = "suspended until "  # how the reason begins of what waits because of its source


@dataclass(frozen=True, slots=True, kw_only=True)
class ClaimSource:
    """The source of a report: its key and lane; `held` is the reason when its claims must wait.

    `row` is the source where it has to be written with the report.
    """

    key: str | None
    lane: Lane = Lane.NORMAL
    held: str = ""
    marks: tuple[str, ...] = ()
    row: Source | None = None

    @property
    def place(self) -> QueuePlace:
        """The place of effects about its claims in the fair queue."""
        return QueuePlace(self.key or "", self.lane)


def claim_source(
    context: AppContext, raw: Raw, reading: Reading, fresh: Sequence[Source] = ()
) -> ClaimSource:
    """The source of a reading; `fresh` are sources first seen in the same raw.

    A suspended source's report is kept and waits in the inbox, except for what cannot wait.
    """
    key = report_source_key(context, raw, reading)
    if key is None:
        return ClaimSource(key=None)
    address = reading.reporter if reading.authentication.authenticated else None
    before = next((other for other in fresh if other.key == key), None)
    source, new = (before, False) if before else source_of(context, key, raw.received_at, address)
    lane = Lane.NORMAL if before or new else cached_lane(context, source)
    until = source.until
    wait = lane is Lane.SUSPENDED and until is not None and not at_once(reading.findings)
    held = f"{SUSPENDED}{show_moment(until)[:10]}: {key}" if wait and until else ""
    marks = reading_marks(reading, key, token=raw.channel is Channel.API)
    return ClaimSource(key=key, lane=lane, held=held, marks=marks, row=source if new else None)


def authenticated_sender(
    context: AppContext, raw: Raw, data: bytes, lookup: Lookup | None
) -> Authentication:
    """Who provably sent a mail, by our trust boundary and our keys of senders."""
    return authenticate(
        data,
        peer=raw.peer,
        helo=raw.helo,
        sender=raw.sender,
        boundary=boundary_of(context, raw.peer),
        lookup=lookup,
        signers=load_trusted_keys(context.home.keys),
        at=raw.received_at,
    )


def claims_of(
    reading: Reading, report: str, attribute: Attribute, marks: tuple[str, ...]
) -> tuple[list[Claim], list[str]]:
    """The claims of a report with their marks, and the reasons why other findings make none."""
    claims: list[Claim] = []
    trouble: list[str] = []
    for finding in reading.findings:
        claim = attribute(report, with_circumstances(finding, reading))
        if isinstance(claim, Claim):
            line = line_marks(_line(reading.parts, claim))
            claims.append(dataclasses.replace(claim, marks=(*marks, *line)))
        else:
            trouble.append(claim)
    return claims, trouble


def without_claim(findings: Sequence[Finding], known: Sequence[Claim]) -> tuple[Finding, ...]:
    """The findings that are no claim yet, of several alike as many as are left."""
    claimed = Counter(_said(claim.finding) for claim in known)
    left: list[Finding] = []
    for finding in findings:
        if claimed[_said(finding)]:
            claimed[_said(finding)] -= 1
        else:
            left.append(finding)
    return tuple(left)


def _said(finding: Finding) -> tuple[object, ...]:
    """What tells a finding of a report from its others, whatever attribution adds to it."""
    where = tuple(sorted((name, *offset) for name, offset in finding.offsets.items()))
    return finding.kind, finding.role, finding.subject, finding.at, where


def _line(parts: Sequence[str], claim: Claim) -> str:
    span = line_span(parts, claim)
    return parts[span[0]][span[1] : span[2]] if span else ""
