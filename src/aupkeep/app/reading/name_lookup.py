"""Name lookup at receipt: what the host of a URL meant when the report arrived."""

from collections.abc import Callable, Iterable
from datetime import datetime

from aupkeep.intake.auth.dns_lookup import Lookup
from aupkeep.model.errors import Invalid
from aupkeep.model.finding import Finding
from aupkeep.model.host import host_of
from aupkeep.model.name import NameRecord, NameType

MOST_NAMES = 50  # of one report; a mail that lists thousands must not make us ask thousands
LOOKED_UP = (NameType.A, NameType.AAAA, NameType.CNAME)


def resolve_names(
    lookup: Lookup | None, seen_at: datetime
) -> Callable[[Iterable[Finding]], list[NameRecord]]:
    """A function that looks up each name of some findings once; [] without a resolver."""
    asked: set[str] = set()

    def resolve(findings: Iterable[Finding]) -> list[NameRecord]:
        records: list[NameRecord] = []
        for finding in findings:
            host = _host(finding)
            if lookup is None or host is None or host in asked or len(asked) >= MOST_NAMES:
                continue
            asked.add(host)
            records += _look(lookup, host, seen_at)
        return records

    return resolve


def _host(finding: Finding) -> str | None:
    """The name to look up, None for a finding about an address or nothing with a host."""
    name = finding.subject.url or finding.subject.domain
    if finding.subject.address is not None or name is None:
        return None
    try:
        return host_of(name)
    except Invalid:
        return None


def _look(lookup: Lookup, host: str, seen_at: datetime) -> list[NameRecord]:
    records = []
    for kind in LOOKED_UP:
        try:
            values = lookup(host, kind.value)
        except TimeoutError:
            continue  # what could not be asked is not known; the finding waits in the inbox
        records += [
            NameRecord(name=host, type=kind, value=value, seen_at=seen_at) for value in values
        ]
    return records
