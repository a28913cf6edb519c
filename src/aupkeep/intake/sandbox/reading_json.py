"""A reading as JSON and back, without loss: what a worker says is checked before it is used.

What the findings of one report have in common (kind, role, source, target and so on) is a *claim*,
said and checked once; each finding is a row that names its claim and gives what is its own.
"""

import re
from collections.abc import Callable, Iterable
from datetime import UTC, datetime
from functools import lru_cache
from typing import Any, NamedTuple, TypeVar

from aupkeep.model.correspondence import DeliveryFailure, FailureReason, MailMeaning
from aupkeep.model.errors import Invalid, Unreadable
from aupkeep.model.finding import LONGEST_DETAIL, MOST_DETAILS, TRANSPORTS, Finding, Offset, Role
from aupkeep.model.origin import Origin, parse_origin
from aupkeep.model.report import Authentication, Reading, ReadingOutcome, RejectedRow, Verdict
from aupkeep.model.subject import Endpoint, Subject, parse_address
from aupkeep.model.taxonomy import KINDS

TEXTS = (
    "reason", "container", "reporter", "reporter_name", "message_id", "reply_to", "profile",
)  # fmt: skip
T = TypeVar("T")
CHECKS = ("dkim", "spf", "arc", "dmarc", "smime", "pgp")
UNCHECKED = Authentication()
MOST_PLACES = 5_000  # places or failures of one letter
FAILURE = ("recipient", "reason", "status", "permanent", "delayed", "why")
INTS = frozenset({int})  # not bool, which is a kind of int
SOURCE = re.compile(r"[a-z]{1,20}:[^\s]{0,300}")


def reading_to_json(reading: Reading) -> dict[str, Any]:
    """A reading as a value that `json` can write."""
    wire: dict[str, Any] = {name: getattr(reading, name) for name in TEXTS}
    wire["outcome"] = reading.outcome.value
    wire["title"] = reading.title
    wire["sent_at"] = _moment(reading.sent_at)
    wire["authentication"] = _checks(reading.authentication)
    claims: dict[tuple[Any, ...], int] = {}
    wire["findings"] = [_row(finding, claims) for finding in reading.findings]
    wire["claims"] = list(claims)
    wire["dead"] = [[dead.row, dead.reason, dead.place, dead.name] for dead in reading.dead]
    wire["parts"] = list(reading.parts)
    wire["headers"] = dict(reading.headers)
    wire["letter"] = _letter(reading)
    return wire


def reading_from_json(wire: object) -> Reading:
    """The reading again. Raises `Unreadable` when a shape, a value or an offset is not sound."""
    try:
        return _reading(_mapping(wire))
    except (
        KeyError,
        TypeError,
        ValueError,
        IndexError,
        AttributeError,
        OverflowError,
        Invalid,
    ) as error:
        raise Unreadable(
            f"box: expected a reading, found something else ({type(error).__name__}: {error})"
        ) from error


def _moment(at: datetime | None) -> str | None:
    return at.astimezone(UTC).isoformat() if at else None


def _checks(checks: Authentication) -> list[Any] | None:
    """The verdicts, who is proven, and why; None where nothing was checked, as inside a worker."""
    if checks == UNCHECKED:
        return None
    verdicts = [getattr(checks, name).value for name in CHECKS]
    return [*verdicts, checks.identity, checks.signer, checks.policy, list(checks.why)]


def _letter(reading: Reading) -> list[Any] | None:
    """Quoted and signed places, failures and meaning; None where the reading has none of them."""
    if not (reading.quoted or reading.signed or reading.failures or reading.meaning):
        return None
    return [
        list(map(list, reading.quoted)),
        list(map(list, reading.signed)),
        [[getattr(failure, name) for name in FAILURE] for failure in reading.failures],
        reading.meaning,
    ]


def _row(finding: Finding, claims: dict[tuple[Any, ...], int]) -> list[Any]:
    """Number of the claim, subject, time, count, offsets by three numbers, values of details."""
    claim = (
        finding.kind,
        finding.rsit,
        finding.role.value,
        finding.exact,
        str(finding.source),
        finding.confidence,
        _endpoint(finding.target) if finding.target else None,
        finding.maker,
        tuple(finding.offsets),
        finding.transport,
        tuple(finding.details),
        finding.words_alone,
    )
    subject = finding.subject
    return [
        claims.setdefault(claim, len(claims)),
        str(subject.address) if subject.address else None,
        subject.port,
        subject.url,
        subject.domain,
        subject.account,
        _moment(finding.at),
        finding.count,
        [number for offset in finding.offsets.values() for number in offset],
        list(finding.details.values()),
    ]


def _endpoint(end: Endpoint) -> tuple[str | None, int | None, str | None]:
    return str(end.address) if end.address else None, end.port, end.protocol


def _reading(wire: dict[str, Any]) -> Reading:
    parts, headers = _texts(wire["parts"]), _mapping(wire["headers"])
    _texts(list(headers.values()))
    claims = [_claim(row) for row in wire["claims"]]
    texts: dict[str, Any] = {name: _maybe(_text, wire[name]) for name in TEXTS}
    return Reading(
        outcome=ReadingOutcome(wire["outcome"]),
        **texts,
        title=_text(wire["title"]),
        sent_at=_maybe(_read_moment, wire["sent_at"]),
        authentication=_read_checks(wire["authentication"]),
        findings=tuple(_read_row(row, claims, parts) for row in wire["findings"]),
        dead=tuple(_dead(row, parts) for row in wire["dead"]),
        parts=parts,
        headers=headers,
        **_read_letter(wire["letter"], parts),
    )


def _read_letter(wire: Iterable[Any] | None, parts: tuple[str, ...]) -> dict[str, Any]:
    """The fields of a reading that tell of a letter."""
    if wire is None:
        return {}
    quoted, signed, failures, meaning = wire
    if max(len(quoted), len(signed), len(failures)) > MOST_PLACES:
        raise Invalid(f"letter: expected at most {MOST_PLACES} places and failures, found more")
    return {
        "quoted": tuple(_place(place, parts) for place in quoted),
        "signed": tuple(_place(place, parts) for place in signed),
        "failures": tuple(_failure(*failure) for failure in failures),
        "meaning": _maybe(MailMeaning, meaning),
    }


def _failure(
    recipient: object, reason: str, status: object, permanent: object, delayed: object, why: object
) -> DeliveryFailure:
    return DeliveryFailure(
        recipient=_maybe(_text, recipient),
        reason=FailureReason(reason),
        status=_text(status),
        permanent=_maybe(_flag, permanent),
        delayed=_flag(delayed),
        why=_text(why),
    )


def _read_checks(wire: Iterable[Any] | None) -> Authentication:
    if wire is None:
        return UNCHECKED
    *verdicts, identity, signer, policy, why = wire
    checks = dict(zip(CHECKS, map(Verdict, verdicts), strict=True))
    return Authentication(
        **checks,
        identity=_maybe(_text, identity),
        signer=_maybe(_text, signer),
        policy=_maybe(_text, policy),
        why=_texts(why),
    )


def _dead(wire: Iterable[Any], parts: tuple[str, ...]) -> RejectedRow:
    row, why, place, name = wire
    offset = _place(place, parts) if place is not None else None
    return RejectedRow(row=_number(row), reason=_text(why), place=offset, name=_text(name))


class _Claim(NamedTuple):
    """What several findings have in common, checked; `places` and `names` are of their rows."""

    kind: str
    rsit: str
    role: Role
    exact: float
    source: Origin
    confidence: float
    target: Endpoint | None
    maker: str
    places: tuple[str, ...]
    transport: str | None
    names: tuple[str, ...]
    words_alone: bool


def _claim(wire: Iterable[Any]) -> _Claim:
    kind, rsit, role, exact, source, confidence, target, *rest = wire
    maker, places, transport, names, words_alone = rest
    if kind not in KINDS:
        raise Invalid(f"kind: expected one of the taxonomy, found {kind!r:.60}")
    if not SOURCE.fullmatch(source):
        raise Invalid(f"source: expected channel:name, found {source!r:.60}")
    if transport is not None and transport not in TRANSPORTS:
        raise Invalid(f"transport: expected {', '.join(TRANSPORTS)}, found {transport!r:.60}")
    return _Claim(
        kind=kind,
        rsit=_text(rsit),
        role=Role(role),
        exact=_share(exact, 1e9),
        source=parse_origin(source),
        confidence=_share(confidence, 1.0),
        target=_maybe(_read_endpoint, target),
        maker=_text(maker),
        places=tuple(_text(name) for name in places),
        transport=transport,
        names=tuple(_text(name) for name in names),
        words_alone=_flag(words_alone),
    )


def _read_row(wire: Iterable[Any], claims: list[_Claim], parts: tuple[str, ...]) -> Finding:
    number, address, port, url, domain, account, at, count, numbers, details = wire
    claim = claims[_number(number)]
    _texts([text for text in (url, domain, account) if text is not None])
    return Finding(
        kind=claim.kind,
        rsit=claim.rsit,
        role=claim.role,
        subject=Subject(
            address=_maybe(_read_address, address),
            port=_maybe(_port, port),
            url=url,
            domain=domain,
            account=account,
        ),
        at=_maybe(_read_moment, at),
        exact=claim.exact,
        source=claim.source,
        confidence=claim.confidence,
        target=claim.target,
        count=_number(count),
        maker=claim.maker,
        offsets=_offsets(claim.places, numbers, parts),
        transport=claim.transport,
        details=_details(claim.names, details),
        words_alone=claim.words_alone,
    )


def _read_endpoint(wire: Iterable[Any]) -> Endpoint:
    address, port, protocol = wire
    return Endpoint(
        address=_maybe(_read_address, address),
        port=_maybe(_port, port),
        protocol=_maybe(_text, protocol),
    )


def _offsets(
    places: tuple[str, ...], numbers: list[int], parts: tuple[str, ...]
) -> dict[str, Offset]:
    """Name → offset, from part, start and end of each in turn."""
    if len(numbers) != 3 * len(places) or not INTS.issuperset(map(type, numbers)):
        raise Invalid(f"offsets: expected {len(places)} times three numbers, found {numbers!r:.60}")
    offsets = {}
    for name, part, start, end in zip(
        places, numbers[::3], numbers[1::3], numbers[2::3], strict=True
    ):
        if part < 0 or not 0 <= start <= end <= len(parts[part]):
            raise Invalid(f"offset: expected a place in part {part}, found {start} to {end}")
        offsets[name] = Offset(part, start, end)
    return offsets


def _place(numbers: list[int], parts: tuple[str, ...]) -> Offset:
    return _offsets(("place",), numbers, parts)["place"]


def _details(names: tuple[str, ...], values: list[str]) -> dict[str, str]:
    """Name → value of what the source said beyond the fields."""
    if not values and not names:
        return {}
    _texts(values)
    if len(names) > MOST_DETAILS or max(map(len, values), default=0) > LONGEST_DETAIL:
        raise Invalid(
            f"details: expected at most {MOST_DETAILS} of {LONGEST_DETAIL} characters, found more"
        )
    return dict(zip(names, values, strict=True))


def _read_moment(text: str) -> datetime:
    at = datetime.fromisoformat(text)
    if at.tzinfo is None:
        raise Invalid(f"time: expected one with a zone, found {text!r:.60}")
    return at.astimezone(UTC)


# One report names the same address many times; the answer is immutable.
_read_address = lru_cache(maxsize=1024)(parse_address)


def _maybe(read: Callable[[Any], T], value: object) -> T | None:
    return None if value is None else read(value)


def _text(value: object) -> str:
    if not isinstance(value, str):
        raise TypeError(f"expected text, found {type(value).__name__}")
    return value


def _texts(values: object) -> tuple[str, ...]:
    """A list of texts, each of them checked by joining them."""
    if not isinstance(values, list):
        raise TypeError(f"expected a list of texts, found {type(values).__name__}")
    "".join(values)
    return tuple(values)


def _flag(value: object) -> bool:
    if not isinstance(value, bool):
        raise TypeError(f"expected true or false, found {value!r:.40}")
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
