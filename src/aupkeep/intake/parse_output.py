"""A reading as one line of `aupkeep parse`: the stable machine interface, absent values null."""

from collections.abc import Iterator, Sequence
from typing import Any

from aupkeep.model.finding import Finding, Offset
from aupkeep.model.moments import show_moment
from aupkeep.model.report import Authentication, Reading
from aupkeep.model.taxonomy import kind_for

SHOWN = frozenset({"address", "port", "url", "domain", "account", "at"})


def reading_json(name: str, reading: Reading) -> dict[str, Any]:
    """The object of one file or archive member; `authentication` is null when not evaluated."""
    return {
        "file": name,
        "outcome": reading.outcome.value,
        "reason": reading.reason,
        "container": reading.container,
        "reporter": reading.reporter,
        "authentication": _authentication(reading.authentication),
        "findings": [_finding(finding, reading.parts) for finding in reading.findings],
        "dead": [{"row": dead.row, "reason": dead.reason} for dead in reading.dead],
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


def _finding(one: Finding, parts: Sequence[str]) -> dict[str, Any]:
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
        "exact": one.exact if one.at else None,
        "confidence": one.confidence,
        "clause": kind_for(one.kind, one.rsit).clause,
        "offsets": {name: list(place) for name, place in _places(one, parts)},
    }


def _places(one: Finding, parts: Sequence[str]) -> Iterator[tuple[str, Offset]]:
    """Where the values of this object stand; a host that only its URL names stands in the URL."""
    for name, place in one.offsets.items():
        if name in SHOWN:
            yield name, place
    url, host = one.offsets.get("url"), one.subject.domain
    if url is None or host is None or "domain" in one.offsets or url.part >= len(parts):
        return
    at = parts[url.part].lower().find(host, url.start, url.end)
    if at >= 0:
        yield "domain", Offset(url.part, at, at + len(host))
