"""A reading as one line of `aupkeep parse`: the stable machine interface, absent values null."""

from typing import Any

from aupkeep.model.finding import Finding
from aupkeep.model.moments import show_moment
from aupkeep.model.report import Authentication, Reading
from aupkeep.model.taxonomy import kind_for


def as_json(name: str, reading: Reading) -> dict[str, Any]:
    """The object of one file or archive member; `authentication` is null when not evaluated."""
    return {
        "file": name,
        "outcome": reading.outcome.value,
        "reason": reading.reason,
        "container": reading.container,
        "reporter": reading.reporter,
        "authentication": _authentication(reading.authentication),
        "findings": [_finding(one) for one in reading.findings],
        "dead": [{"row": one.row, "reason": one.reason} for one in reading.dead],
    }


def _authentication(found: Authentication) -> dict[str, str | None] | None:
    if found == Authentication():
        return None
    return {
        "dkim": found.dkim.value,
        "spf": found.spf.value,
        "arc": found.arc.value,
        "dmarc": found.dmarc.value,
        "identity": found.identity,
    }


def _finding(one: Finding) -> dict[str, Any]:
    subject = one.subject
    return {
        "kind": one.kind,
        "rsit": one.rsit,
        "role": one.role.value,
        "address": str(subject.address) if subject.address else None,
        "port": subject.port,
        "url": subject.url,
        "domain": subject.domain,
        "account": subject.account,
        "at": show_moment(one.at) if one.at else None,
        "exact": one.exact,
        "confidence": one.confidence,
        "clause": kind_for(one.kind, one.rsit).clause,
        "offsets": {field: list(place) for field, place in one.offsets.items()},
    }
