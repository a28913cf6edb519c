"""Readings made and changed where nothing is read: by the processes around the sandbox.

It imports no reader: a process that only hands on what the sandbox read starts without them.
"""

from dataclasses import replace

from aupkeep.model.origin import Origin, OriginChannel
from aupkeep.model.report import Authentication, Reading, ReadingOutcome


def inbox(reason: str) -> Reading:
    """A reading that a person must look at."""
    return Reading(outcome=ReadingOutcome.INBOX, reason=reason)


def with_authentication(reading: Reading, authentication: Authentication) -> Reading:
    """The reading with what is proven about its sender; the findings' source says so."""
    proven = authentication.identity
    findings = reading.findings
    if proven:
        origin = Origin(OriginChannel.MAIL, proven)
        findings = tuple(
            replace(finding, source=origin) if _claimed(finding.source) else finding
            for finding in findings
        )
    return replace(reading, authentication=authentication, findings=findings)


def _claimed(source: Origin) -> bool:
    """Whether it is only what a mail says of its sender."""
    return source.channel is OriginChannel.MAIL and not source.proven


def with_source(reading: Reading, source: Origin) -> Reading:
    """The reading with every claim made by `source`, such as `api:<token name>`."""
    return replace(reading, findings=tuple(replace(f, source=source) for f in reading.findings))


def with_site(reading: Reading, site: str | None) -> Reading:
    """The reading with every claim that names no site made about this one."""
    if site is None:
        return reading
    placed = tuple(f if f.site else replace(f, site=site) for f in reading.findings)
    return replace(reading, findings=placed)
