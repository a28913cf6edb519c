"""Findings posted by our own telemetry: a strict JSON list, received and read like any report."""

import json
from typing import Any

from aupkeep.app.desk import Desk
from aupkeep.app.receive import Envelope, Receipt, receive
from aupkeep.model.errors import Invalid
from aupkeep.model.finding import Finding, Role
from aupkeep.model.moments import parse_moment
from aupkeep.model.raw import Channel
from aupkeep.model.report import Dead, Outcome, Reading
from aupkeep.model.subject import Endpoint, Subject, parse_address
from aupkeep.model.taxonomy import KINDS

MEDIA_TYPE = "application/vnd.aupkeep.findings+json"
MAX_FINDINGS = 10_000
MAX_PORT = 65535
SUBJECT_KEYS = frozenset({"address", "port", "url", "domain", "account"})
KEYS = SUBJECT_KEYS | {"kind", "rsit", "role", "at", "exact", "confidence", "count", "target"}
TARGET_KEYS = frozenset({"address", "port", "protocol"})


def receive_findings(desk: Desk, data: bytes, *, token: str, key: str | None) -> Receipt:
    """Accept a list of findings; the shape is checked before, so the poster hears of a mistake.

    Raises `Invalid` naming the first finding that is wrong.
    """
    reading = read_findings(data, token)
    if reading.dead:
        raise Invalid(f"finding {reading.dead[0].row}: {reading.dead[0].reason}")
    return receive(
        desk, data, Envelope(channel=Channel.API, media_type=MEDIA_TYPE, key=key, token=token)
    )


def read_findings(data: bytes, token: str) -> Reading:
    """Read the list; a finding that is wrong is dead with its reason, the others stand.

    Raises `Invalid` when it is no list at all.
    """
    try:
        rows = json.loads(data)
    except (ValueError, RecursionError) as error:
        raise Invalid(f"findings: expected a JSON list, found {error}") from error
    if not isinstance(rows, list) or not 0 < len(rows) <= MAX_FINDINGS:
        raise Invalid(f"findings: expected a list of 1 to {MAX_FINDINGS}, found {str(rows)[:60]}")
    good: list[Finding] = []
    dead: list[Dead] = []
    for number, row in enumerate(rows):
        try:
            good.append(_finding(row, token))
        except Invalid as error:
            dead.append(Dead(row=number, reason=str(error)))
    return Reading(
        outcome=Outcome.PARSED if good else Outcome.INBOX,
        reason=None if good else "no finding could be read",
        container="findings",
        reporter=token,
        findings=tuple(good),
        dead=tuple(dead),
        parts=(data.decode("utf-8", "replace"),),
    )


def _finding(row: Any, token: str) -> Finding:  # noqa: ANN401 - what JSON may hold
    if not isinstance(row, dict):
        raise Invalid(f"expected an object, found {str(row)[:60]}")
    for name in row:
        if name not in KEYS:
            raise Invalid(f"expected one of {', '.join(sorted(KEYS))}, found {str(name)[:40]!r}")
    kind = row.get("kind")
    if kind not in KINDS:
        raise Invalid(f"kind: expected a kind of the taxonomy, found {str(kind)[:60]!r}")
    if row.get("role", "offender") not in set(Role):
        raise Invalid(f"role: expected {', '.join(Role)}, found {str(row['role'])[:40]!r}")
    return Finding(
        kind=kind,
        rsit=str(row.get("rsit") or KINDS[kind].rsit),
        role=Role(row.get("role", "offender")),
        subject=_subject(row),
        at=parse_moment(str(row.get("at", "")), "at"),
        exact=_number(row, "exact", 1.0, 1e9),
        source=f"telemetry:{token}",
        confidence=_number(row, "confidence", 0.9, 1.0),
        target=_target(row.get("target")),
        count=int(_number(row, "count", 1, 1e12)),
        maker=f"api:{token}",
    )


def _subject(row: dict[str, Any]) -> Subject:
    texts = {name: row.get(name) for name in ("url", "domain", "account")}
    for name, value in texts.items():
        if value is not None and not (isinstance(value, str) and 0 < len(value) <= 2000):  # noqa: PLR2004 - bytes of a URL
            raise Invalid(f"{name}: expected a short text, found {str(value)[:60]!r}")
    address = row.get("address")
    if address is None and not any(texts.values()):
        raise Invalid("expected an address, url, domain or account, found none")
    known = parse_address(str(address)) if address is not None else None
    return Subject(address=known, port=_port(row.get("port")), **texts)


def _target(value: Any) -> Endpoint | None:  # noqa: ANN401 - what JSON may hold
    if value is None:
        return None
    if not isinstance(value, dict) or value.keys() - TARGET_KEYS:
        raise Invalid(f"target: expected {sorted(TARGET_KEYS)}, found {str(value)[:60]!r}")
    protocol = value.get("protocol")
    if protocol not in (None, "tcp", "udp"):
        raise Invalid(f"target protocol: expected tcp or udp, found {str(protocol)[:20]!r}")
    address = value.get("address")
    return Endpoint(
        address=parse_address(str(address)) if address is not None else None,
        port=_port(value.get("port")),
        protocol=protocol,
    )


def _port(value: Any) -> int | None:  # noqa: ANN401 - what JSON may hold
    if value is None:
        return None
    if type(value) is not int or not 0 <= value <= MAX_PORT:
        raise Invalid(f"port: expected 0 to {MAX_PORT}, found {str(value)[:20]!r}")
    return value


def _number(row: dict[str, Any], name: str, default: float, most: float) -> float:
    value = row.get(name, default)
    if isinstance(value, bool) or not isinstance(value, (int, float)) or not 0 <= value <= most:
        raise Invalid(f"{name}: expected a number from 0 to {most:g}, found {str(value)[:20]!r}")
    return float(value)
