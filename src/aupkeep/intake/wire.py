"""A reading as JSON and back, without loss: what a box says is checked before it is used."""

import re
from collections.abc import Callable, Iterable
from datetime import datetime
from functools import lru_cache
from typing import Any, TypeVar

from aupkeep.model.errors import Invalid, Unreadable
from aupkeep.model.finding import Finding, Offset, Role
from aupkeep.model.moments import parse_moment, show_moment
from aupkeep.model.report import Authentication, Dead, Outcome, Reading, Verdict
from aupkeep.model.subject import Endpoint, Subject, parse_address
from aupkeep.model.taxonomy import KINDS

TEXTS = ("reason", "container", "reporter", "reporter_name", "message_id", "reply_to")
T = TypeVar("T")
CHECKS = ("dkim", "spf", "arc", "dmarc")
SOURCE = re.compile(r"[a-z]{1,20}:[^\s]{0,300}")


def to_wire(reading: Reading) -> dict[str, Any]:
    """A reading as a value that `json` can write."""
    wire: dict[str, Any] = {name: getattr(reading, name) for name in TEXTS}
    wire["outcome"] = reading.outcome.value
    wire["title"] = reading.title
    wire["sent_at"] = _moment(reading.sent_at)
    auth = reading.authentication
    wire["authentication"] = [*(getattr(auth, name).value for name in CHECKS), auth.identity]
    wire["findings"] = [_finding(one) for one in reading.findings]
    wire["dead"] = [[one.row, one.reason] for one in reading.dead]
    wire["parts"] = list(reading.parts)
    wire["headers"] = dict(reading.headers)
    return wire


def from_wire(wire: object) -> Reading:
    """The reading again. Raises `Unreadable` when a shape, a value or an offset is not sound."""
    try:
        return _reading(_mapping(wire))
    except (KeyError, TypeError, ValueError, IndexError, AttributeError, Invalid) as error:
        raise Unreadable(
            f"box: expected a reading, found something else ({type(error).__name__}: {error})"
        ) from error


def _moment(at: datetime | None) -> str | None:
    return show_moment(at) if at else None


def _finding(one: Finding) -> dict[str, Any]:
    subject, target = one.subject, one.target
    return {
        "kind": one.kind,
        "rsit": one.rsit,
        "role": one.role.value,
        "subject": [
            str(subject.address) if subject.address else None,
            subject.port,
            subject.url,
            subject.domain,
            subject.account,
        ],
        "at": _moment(one.at),
        "exact": one.exact,
        "source": one.source,
        "confidence": one.confidence,
        "target": _endpoint(target) if target else None,
        "count": one.count,
        "maker": one.maker,
        "offsets": {name: list(offset) for name, offset in one.offsets.items()},
    }


def _endpoint(one: Endpoint) -> list[Any]:
    return [str(one.address) if one.address else None, one.port, one.protocol]


def _reading(wire: dict[str, Any]) -> Reading:
    parts = tuple(_text(one) for one in wire["parts"])
    *verdicts, identity = wire["authentication"]
    checks = dict(zip(CHECKS, map(Verdict, verdicts), strict=True))
    return Reading(
        outcome=Outcome(wire["outcome"]),
        **{name: _maybe(_text, wire[name]) for name in TEXTS},
        title=_text(wire["title"]),
        sent_at=_maybe(_read_moment, wire["sent_at"]),
        authentication=Authentication(**checks, identity=_maybe(_text, identity)),
        findings=tuple(_read_finding(_mapping(one), parts) for one in wire["findings"]),
        dead=tuple(Dead(row=_number(row), reason=_text(why)) for row, why in wire["dead"]),
        parts=parts,
        headers={_text(name): _text(value) for name, value in _mapping(wire["headers"]).items()},
    )


def _read_finding(wire: dict[str, Any], parts: tuple[str, ...]) -> Finding:
    if wire["kind"] not in KINDS:
        raise Invalid(f"kind: expected one of the taxonomy, found {wire['kind']!r:.60}")
    if not SOURCE.fullmatch(wire["source"]):
        raise Invalid(f"source: expected channel:name, found {wire['source']!r:.60}")
    address, port, url, domain, account = wire["subject"]
    return Finding(
        kind=wire["kind"],
        rsit=_text(wire["rsit"]),
        role=Role(wire["role"]),
        subject=Subject(
            address=_maybe(_read_address, address),
            port=_maybe(_port, port),
            url=_maybe(_text, url),
            domain=_maybe(_text, domain),
            account=_maybe(_text, account),
        ),
        at=_maybe(_read_moment, wire["at"]),
        exact=_share(wire["exact"], 1e9),
        source=wire["source"],
        confidence=_share(wire["confidence"], 1.0),
        target=_maybe(_read_endpoint, wire["target"]),
        count=_number(wire["count"]),
        maker=_text(wire["maker"]),
        offsets={
            _text(name): _offset(place, parts) for name, place in _mapping(wire["offsets"]).items()
        },
    )


def _read_endpoint(wire: Iterable[Any]) -> Endpoint:
    address, port, protocol = wire
    return Endpoint(
        address=_maybe(_read_address, address),
        port=_maybe(_port, port),
        protocol=_maybe(_text, protocol),
    )


def _offset(wire: Iterable[Any], parts: tuple[str, ...]) -> Offset:
    part, start, end = (_number(one) for one in wire)
    if end < start or end > len(parts[part]):
        raise Invalid(f"offset: expected a place in part {part}, found {start} to {end}")
    return Offset(part, start, end)


# One report names the same address and moment many times; both answers are immutable.
_read_address = lru_cache(maxsize=1024)(parse_address)
_read_moment = lru_cache(maxsize=1024)(parse_moment)


def _maybe(read: Callable[[Any], T], value: object) -> T | None:
    return None if value is None else read(value)


def _text(value: object) -> str:
    if not isinstance(value, str):
        raise TypeError(f"expected text, found {type(value).__name__}")
    return value


def _number(value: object) -> int:
    if not isinstance(value, int) or isinstance(value, bool) or value < 0:
        raise TypeError(f"expected a whole number, found {value!r:.40}")
    return value


def _port(value: object) -> int:
    port = _number(value)
    if port > 65535:  # noqa: PLR2004 - the last port
        raise ValueError(f"expected a port, found {port}")
    return port


def _share(value: object, most: float) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float) or not 0 <= value <= most:
        raise TypeError(f"expected a number from 0 to {most}, found {value!r:.40}")
    return float(value)


def _mapping(value: object) -> dict[str, Any]:
    if not isinstance(value, dict):
        raise TypeError(f"expected an object, found {type(value).__name__}")
    return value
