"""Accounting of RADIUS as FreeRADIUS writes it down: records of attributes, and when it was. Pure.

    Mon Mar  2 10:00:00 2026
            Acct-Status-Type = Start
            Framed-IP-Address = 203.0.113.7
            Timestamp = 1772445600

`Timestamp` is the server's clock at receipt, `Event-Timestamp` the NAS's clock at the event (RFC
2869 section 5.3), `Acct-Delay-Time` how long the NAS tried to send it (RFC 2866 section 5.2). What
happened lies between what they say; a clock of a NAS that is ahead of the receipt is wrong.
"""

import json
import re
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from aupkeep.inventory.log_moments import (
    AHEAD,
    OLDEST,
    YEARS,
    detail_moment,
    plausible,
    syslog_moment,
    written_moment,
)
from aupkeep.inventory.log_sessions import LogMoment
from aupkeep.model.errors import Invalid

Attributes = dict[str, list[str]]
LINE = re.compile(r"\s+([A-Za-z0-9][A-Za-z0-9._-]{0,79})(?::\d+)?\s*[:+]?=\s*(.*)")
ESCAPED = re.compile(r"\\(.)")
MOST = 400  # attributes of a record
SEVERAL = ("Framed-IPv6-Prefix", "Delegated-IPv6-Prefix", "Framed-IPv6-Address", "Class")
LONGEST_SESSION = timedelta(days=3660)
HIGHEST, DIGITS = 1 << 40, 20  # of a number, and its digits


def detail_record(data: bytes) -> tuple[str, Attributes]:
    """The first line and the attributes of a record. Raises `Invalid`."""
    head, *lines = data.decode("utf-8", "replace").strip("\n").split("\n")
    if len(lines) > MOST:
        raise Invalid(f"record: expected at most {MOST} attributes, found {len(lines)}")
    attributes: Attributes = {}
    for line in lines:
        match = LINE.fullmatch(line.rstrip("\r"))
        if match is None:
            raise Invalid(f"record: expected NAME = VALUE, found {line[:60]!r}")
        attributes.setdefault(match[1], []).append(_plain(match[2]))
    return head, attributes


def json_record(data: bytes) -> tuple[str, Attributes]:
    """The attributes of a record that is a JSON object on a line. Raises `Invalid`."""
    try:
        value = json.loads(data)
    except (ValueError, RecursionError) as error:
        raise Invalid(f"record: expected JSON, found: {str(error)[:80]}") from error
    if not isinstance(value, dict) or len(value) > MOST:
        raise Invalid("record: expected an object of attributes, found none")
    return "", {str(name): _texts(item) for name, item in value.items()}


def one(attributes: Attributes, name: str) -> str:
    """The value of an attribute that comes once; "" where it is not. Raises `Invalid`."""
    values = set(attributes.get(name, ()))
    if len(values) > 1 and name not in SEVERAL:
        raise Invalid(f"{name}: expected it once, found {len(values)} values")
    return min(values, default="")


def number(attributes: Attributes, name: str) -> int | None:
    """A number from 0 up; None where there is none. Raises `Invalid`."""
    text = one(attributes, name)
    if not text:
        return None
    if not (text.isascii() and text.isdigit()) or len(text) > DIGITS or int(text) > HIGHEST:
        raise Invalid(f"{name}: expected a number, found {text[:40]!r}")
    return int(text)


def record_moment(
    head: str, attributes: Attributes, zone: ZoneInfo | None, now: datetime
) -> LogMoment:
    """When it happened. Raises `Invalid` where nothing says it."""
    receipt = _receipt(head, attributes, zone)
    event = _event(one(attributes, "Event-Timestamp"), zone, now)
    if receipt is None:
        if event is None:
            raise Invalid("time: expected Event-Timestamp or Timestamp, found none that is exact")
        return plausible(event, now)
    plausible(receipt, now)
    delay = timedelta(seconds=min(number(attributes, "Acct-Delay-Time") or 0, 86_400 * 366))
    sent = LogMoment(receipt.earliest - delay, receipt.latest - delay)
    if event is None or not receipt.earliest - OLDEST < event.earliest <= receipt.latest + AHEAD:
        return sent  # a clock that is ahead of the receipt, or was never set
    return LogMoment(min(sent.earliest, event.earliest), max(sent.latest, event.latest))


def began(attributes: Attributes, at: LogMoment) -> datetime | None:
    """When the session began, by its Acct-Session-Time; None where that is not said."""
    seconds = number(attributes, "Acct-Session-Time")
    if seconds is None or seconds > LONGEST_SESSION.total_seconds():
        return None
    return at.latest - timedelta(seconds=seconds)


def _receipt(head: str, attributes: Attributes, zone: ZoneInfo | None) -> LogMoment | None:
    seconds = number(attributes, "Timestamp")
    if seconds is not None:
        return _since_1970(seconds, "Timestamp")
    return detail_moment(head, zone) if head and zone is not None else None


def _event(text: str, zone: ZoneInfo | None, now: datetime) -> LogMoment | None:
    """The clock of the NAS; None where its zone is not known."""
    if not text:
        return None
    if text.isascii() and text.isdigit():
        return _since_1970(int(text[:20]), "Event-Timestamp")
    if text[:4].isdigit():
        with suppress(Invalid):
            return syslog_moment(text, zone, now)
        return None
    return written_moment(text, zone)


def _since_1970(seconds: int, name: str) -> LogMoment:
    if not seconds <= (YEARS[1] - 1970) * 365 * 86_400:
        raise Invalid(f"{name}: expected seconds since 1970, found {seconds}")
    moment = datetime.fromtimestamp(seconds, UTC)
    return LogMoment(moment, moment)


def _plain(text: str) -> str:
    """A value without its quotes."""
    if len(text) > 1 and text[0] == text[-1] and text[0] in "\"'":
        return ESCAPED.sub(r"\1", text[1:-1])
    return text.strip()


def _texts(item: Any) -> list[str]:  # noqa: ANN401 - any JSON value
    if isinstance(item, dict):
        item = item.get("value")
    values = item if isinstance(item, list) else [item]
    return [str(value) for value in values if isinstance(value, str | int) and value is not True]
