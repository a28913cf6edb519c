"""What stands in logs of flows as text: times, addresses, ports, counts."""

from datetime import UTC, datetime
from ipaddress import ip_address
from typing import Any

from aupkeep.model.subject import Address

FORMS = ("%Y/%m/%d %H:%M:%S.%f", "%Y/%m/%d %H:%M:%S")
LAST_PORT = 65_535
LAST = 253_402_300_799  # s: the end of the year 9999
LONGEST = 10 * 365 * 86_400  # s


def milliseconds(value: Any) -> int:  # noqa: ANN401 - a number or a text of one
    """A time in ms since 1970; without a zone it is UTC. Raises ValueError.

    >>> milliseconds("1772366400.1234"), milliseconds("2026-03-01T13:00:00.5+0100")
    (1772366400123, 1772366400500)
    >>> milliseconds("2026/03/01 12:00:00.25")
    1772366400250
    """
    try:
        seconds = float(value)
    except (TypeError, ValueError):
        seconds = moment(str(value)).timestamp()
    if not 0 <= seconds <= LAST:
        raise ValueError(f"expected a time since 1970, found {str(value)[:40]}")
    return round(seconds * 1000)


def lasted(value: Any) -> int:  # noqa: ANN401 - a number or a text of one
    """Seconds as ms; what is less than nothing is nothing. Raises ValueError.

    >>> lasted("1.5"), lasted(-0.1)
    (1500, 0)
    """
    seconds = float(value)
    if not seconds <= LONGEST:
        raise ValueError(f"expected a duration, found {str(value)[:40]}")
    return round(max(seconds, 0) * 1000)


def moment(text: str) -> datetime:
    """A time as ISO 8601 or with slashes; without a zone it is UTC. Raises ValueError."""
    for form in FORMS if "/" in text else ():
        try:
            return datetime.strptime(text, form).replace(tzinfo=UTC)
        except ValueError:
            continue
    moment = datetime.fromisoformat(text)
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


def address_of(text: Any) -> Address:  # noqa: ANN401 - what JSON may hold
    """An address. Raises ValueError."""
    return ip_address(str(text).strip().partition("%")[0])


def number(value: Any) -> int:  # noqa: ANN401 - a number or a text of one
    """A count: decimal, or hexadecimal behind `0x`. Raises ValueError.

    >>> number("12"), number("0x0008"), number(7), number("3.0")
    (12, 8, 7, 3)
    """
    text = str(value).strip()
    parsed = int(text, 16) if text.lower().startswith("0x") else float(text)
    if not 0 <= parsed < 1 << 62:
        raise ValueError(f"expected a count, found {text[:40]}")
    return int(parsed)


def port_of(value: Any) -> int:  # noqa: ANN401 - a number or a text of one
    """A port. Raises ValueError."""
    port = number(value)
    if port > LAST_PORT:
        raise ValueError(f"expected a port, found {port}")
    return port
