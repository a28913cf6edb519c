"""Findings posted by our own telemetry: a strict JSON list, received and read like any report."""

from collections.abc import Container, Mapping
from datetime import datetime
from typing import Any

from aupkeep.app.context import AppContext
from aupkeep.app.receiving.receive import RawEnvelope, ReceivedRaw, receive
from aupkeep.intake.formats import strict_json
from aupkeep.model.counted import figure
from aupkeep.model.errors import Invalid, Unreadable
from aupkeep.model.finding import LONGEST_DETAIL, MOST_DETAILS, TRANSPORTS, Finding, Role
from aupkeep.model.moments import parse_moment
from aupkeep.model.origin import Origin, OriginChannel
from aupkeep.model.raw import Channel
from aupkeep.model.report import Reading, ReadingOutcome, RejectedRow
from aupkeep.model.subject import Endpoint, Subject, parse_address
from aupkeep.model.taxonomy import KINDS

MEDIA_TYPE = "application/vnd.aupkeep.findings+json"
MAX_FINDINGS = 10_000
MAX_PORT = 65535
LONGEST = 2000  # characters of a text, as of a URL
YEARS = range(2000, 2200)  # what an event's time may be; windows reach some decades around it
SUBJECT_KEYS = frozenset({"address", "port", "url", "domain", "account"})
KEYS = SUBJECT_KEYS | {"kind", "rsit", "role", "at", "exact", "confidence", "count", "target"}
KEYS |= {"site"}
KEYS |= {"transport", "details", "clause", "offsets"}  # the last two as `parse` has them: not read
TARGET_KEYS = frozenset({"address", "port", "protocol"})


def receive_findings(
    context: AppContext, data: bytes, *, token: str, key: str | None
) -> ReceivedRaw:
    """Accept a list of findings; the shape is checked before, so the poster hears of a mistake.

    Raises `Invalid` naming the first finding that is wrong.
    """
    reading = read_findings(data, token)
    if reading.dead:
        raise Invalid(f"finding {reading.dead[0].row}: {reading.dead[0].reason}")
    return receive(
        context, data, RawEnvelope(channel=Channel.API, media_type=MEDIA_TYPE, key=key, token=token)
    )


def read_findings(data: bytes, token: str) -> Reading:
    """Read the list; a finding that is wrong is dead with its reason, the others stand.

    Raises `Invalid` when it is no list at all.
    """
    try:
        rows = strict_json.load(data.decode("utf-8"))
    except UnicodeDecodeError as error:
        raise Invalid(
            f"findings: expected UTF-8, found {error.reason} at byte {error.start}"
        ) from error
    except Unreadable as error:
        raise Invalid(f"findings: {error}") from error
    if not isinstance(rows, list) or not 0 < len(rows) <= MAX_FINDINGS:
        raise Invalid(f"findings: expected a list of 1 to {MAX_FINDINGS}, found {str(rows)[:60]!a}")
    good: list[Finding] = []
    dead: list[RejectedRow] = []
    origin = Origin(OriginChannel.TELEMETRY, token)
    for number, row in enumerate(rows):
        try:
            good.append(finding_of(row, source=origin, maker=f"api:{token}"))
        except Invalid as error:
            dead.append(RejectedRow(row=number, reason=str(error)))
    return Reading(
        outcome=ReadingOutcome.PARSED if good else ReadingOutcome.INBOX,
        reason=None if good else "no finding could be read",
        container="findings",
        reporter=token,
        findings=tuple(good),
        dead=tuple(dead),
        parts=(data.decode("utf-8", "replace"),),
    )


def finding_of(row: Any, *, source: Origin, maker: str) -> Finding:  # noqa: ANN401 - what JSON may hold
    """One finding of a list, claimed by this source. Raises `Invalid`."""
    if not isinstance(row, dict):
        raise Invalid(f"expected an object, found {str(row)[:60]!a}")
    for name in row:
        if name not in KEYS:
            raise Invalid(f"expected one of {', '.join(sorted(KEYS))}, found {str(name)[:40]!a}")
    kind = _choice(row, "kind", KINDS, None)
    return Finding(
        kind=kind,
        rsit=_text(row, "rsit") or KINDS[kind].rsit,
        role=Role(_choice(row, "role", set(Role), "offender")),
        subject=_subject(row),
        at=_moment(row),
        exact=_number(row, "exact", 1.0, 1e9),
        source=source,
        confidence=_number(row, "confidence", 0.9, 1.0),
        target=_target(row.get("target")),
        count=int(_number(row, "count", 1, 1e12)),
        maker=maker,
        site=_text(row, "site"),
        transport=_choice(row, "transport", TRANSPORTS, None) if row.get("transport") else None,
        details=_details(row.get("details")),
    )


def _choice(
    row: Mapping[str, object], name: str, known: Container[str], default: str | None
) -> str:
    value = row.get(name, default)
    if not isinstance(value, str) or value not in known:
        raise Invalid(f"{name}: expected a word of the taxonomy, found {str(value)[:60]!a}")
    return value


def _text(row: Mapping[str, object], name: str) -> str | None:
    """A short text that any database takes, None where absent."""
    value = row.get(name)
    if value is None:
        return None
    if not (isinstance(value, str) and 0 < len(value) <= LONGEST and value.isprintable()):
        raise Invalid(
            f"{name}: expected 1 to {LONGEST} printable characters, found {str(value)[:60]!a}"
        )
    return value


def _moment(row: Mapping[str, object]) -> datetime:
    at = parse_moment(str(row.get("at", "")), "at")
    if at.year not in YEARS:
        raise Invalid(f"at: expected a year from {YEARS[0]} to {YEARS[-1]}, found {at.year}")
    return at


def _subject(row: Mapping[str, object]) -> Subject:
    texts = {name: _text(row, name) for name in ("url", "domain", "account")}
    address = row.get("address")
    if address is None and not any(texts.values()):
        raise Invalid("expected an address, url, domain or account, found none")
    known = parse_address(str(address)) if address is not None else None
    return Subject(address=known, port=_port(row.get("port")), **texts)


def _target(value: Any) -> Endpoint | None:  # noqa: ANN401 - what JSON may hold
    if value is None:
        return None
    if not isinstance(value, dict) or value.keys() - TARGET_KEYS:
        raise Invalid(f"target: expected {sorted(TARGET_KEYS)}, found {str(value)[:60]!a}")
    protocol = value.get("protocol")
    if protocol not in (None, "tcp", "udp"):
        raise Invalid(f"target protocol: expected tcp or udp, found {str(protocol)[:20]!a}")
    address = value.get("address")
    return Endpoint(
        address=parse_address(str(address)) if address is not None else None,
        port=_port(value.get("port")),
        protocol=protocol,
    )


def _details(value: Any) -> dict[str, str]:  # noqa: ANN401 - what JSON may hold
    """What the detector adds for the desk's eyes, name → text."""
    details = {} if value is None else value
    if not isinstance(details, dict) or len(details) > MOST_DETAILS:
        raise Invalid(f"details: expected at most {MOST_DETAILS} names, found {str(value)[:60]!a}")
    for name, text in details.items():
        if not (isinstance(text, str) and len(name) <= LONGEST_DETAIL >= len(text)):
            raise Invalid(
                f"details: expected texts of at most {LONGEST_DETAIL} characters,"
                f" found {str(text)[:60]!a}"
            )
    return details


def _port(value: Any) -> int | None:  # noqa: ANN401 - what JSON may hold
    if value is None:
        return None
    if type(value) is not int or not 0 <= value <= MAX_PORT:
        raise Invalid(f"port: expected 0 to {MAX_PORT}, found {str(value)[:20]!a}")
    return value


def _number(row: Mapping[str, object], name: str, default: float, most: float) -> float:
    value = default if row.get(name) is None else row[name]
    if isinstance(value, bool) or not isinstance(value, (int, float)) or not 0 <= value <= most:
        raise Invalid(
            f"{name}: expected a number from 0 to {figure(most)}, found {str(value)[:20]!a}"
        )
    return float(value)
