"""Leases of Kea's memfile: kea-leases4.csv and kea-leases6.csv, with those that its cleanup left.

Kea adds a row at each change, and of an address the last row counts. While it cleans up (kea-lfc)
older rows stand in files beside it: `.completed`, else `.2` and `.1`, in this order, before the
file itself. A lease is its client's until it is over; one that was declined, reclaimed or released
(state 1, 2, 3), or lasts 0 seconds, is nobody's. A prefix that was delegated is a prefix.

Whose a client is say `customers`, by the value of the first of the columns in `keys` that is
mapped ("00:11:22:33:44:55 = kari"); with `resources = true` else the records of others: a customer
who alone has a resource of that name.
"""

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from aupkeep.inventory.assignment_row import parse_prefix, parse_word
from aupkeep.inventory.http_client import HttpClient
from aupkeep.inventory.log_files import whole_file
from aupkeep.inventory.standing_source import (
    Look,
    SourceOptions,
    SourceReading,
    StandingSource,
    text_option,
)
from aupkeep.inventory.sync import RejectedHolding, SeenHolding
from aupkeep.model.errors import Invalid, Unavailable, Unreadable
from aupkeep.model.holding import Network

NEEDED = ("address", "valid_lifetime", "expire", "state")
KEYS = ("hwaddr", "client_id", "duid")
ESCAPED = re.compile(r"&#x([0-9a-fA-F]{2})")  # how Kea writes a comma inside a value
HELD, GONE = 0, (1, 2, 3, 4)
DELEGATED = 2  # lease_type of IA_PD
INFINITE = 0xFFFFFFFF  # RFC 2131 section 3.3, RFC 8415 section 7.7
MOST, DIGITS = 1 << 40, 20  # of a number, and its digits
TRIES = 3
OLDEST = datetime(2000, 1, 1, tzinfo=UTC)  # an endless lease may have no beginning
Row = dict[str, str]


@dataclass(frozen=True, slots=True)
class KeaLease:
    """What a row says: `names` of its client, the best first; `until` None: for ever.

    `since` is when the client got what the rows say without a break; `is_new`: before that it was
    somebody else's, or nobody's, by a row.
    """

    row: int
    names: tuple[str, ...]
    who: tuple[str, ...]
    held: bool = False
    until: datetime | None = None
    since: datetime | None = None
    is_new: bool = False
    why: str = ""

    def after(self, before: "KeaLease | None") -> "KeaLease":
        """The same, after the row that came before it of the same address."""
        if before is None or self.why:
            return self
        goes_on = self.held and before.held and self.who == before.who and not before.why
        if goes_on and (before.until is None or (self.since or OLDEST) <= before.until):
            return replace(self, since=before.since, is_new=before.is_new)
        return replace(self, is_new=True)

    def is_held(self, now: datetime) -> bool:
        """Whether it is still its client's."""
        return self.held and (self.until is None or now < self.until)


class KeaLeases:
    """Reads the leases of one server."""

    def __init__(self, options: SourceOptions) -> None:
        """Raises `Invalid` for options that are wrong."""
        path = text_option(options, "path")
        if not path or "\0" in path:
            raise Invalid(f"source {options.name}: expected the option path, found none")
        self._path = options.folder / path
        keys = options.options.get("keys", list(KEYS))
        if not isinstance(keys, list) or not all(isinstance(x, str) and x for x in keys):
            raise Invalid("option keys: expected names of columns, found another value")
        self._keys = keys
        self._resources = options.options.get("resources", False)
        if not isinstance(self._resources, bool):
            raise Invalid("option resources: expected true or false, found another type")
        self._options = options

    def look(self, now: datetime) -> SourceReading:
        """The leases of now."""
        reading = SourceReading()
        known = _customers_of_resources(self._options) if self._resources else {}
        for prefix, lease in self._last_leases(reading).items():
            if lease.why:
                why = f"{prefix}: {lease.why}"
                reading.rejected.append(
                    RejectedHolding(row=lease.row, reason=why[:300], prefix=prefix)
                )
            elif lease.is_held(now):
                reading.rows.append(self._holding(prefix, lease, now, known, reading))
        return reading

    def _last_leases(self, reading: SourceReading) -> dict[Network, KeaLease]:
        """Of each address what its last row says, and since when that goes on."""
        last: dict[Network, KeaLease] = {}
        number = 0
        for data in self._files():
            for row in _rows(data):
                number += 1
                try:
                    prefix = _prefix(row)
                except Invalid as error:
                    reading.rejected.append(RejectedHolding(row=number, reason=str(error)))
                else:
                    last[prefix] = self._lease(number, row).after(last.get(prefix))
        return last

    def _lease(self, number: int, row: Row) -> KeaLease:
        """What a row says; `why` it says nothing."""
        names = tuple(name for key in self._keys if (name := _value(row, key)))
        who = (*names, *(row.get(key, "") for key in KEYS))
        try:
            state, lasts, expires = (_number(row, name) for name in ("state", *NEEDED[1:3]))
            if state not in (HELD, *GONE):
                raise Invalid(f"state: expected 0 to 4, found {state}")  # noqa: TRY301 - one place tells
            over = _moment(expires)
            endless = lasts >= INFINITE
            renewed = over - timedelta(seconds=min(lasts, INFINITE))
            parse_word(f"lease:{names[0]}" if names else "lease", "client")
        except Invalid as error:
            return KeaLease(number, names, who, why=str(error))
        held, since = state == HELD and lasts > 0, None if renewed < OLDEST else renewed
        return KeaLease(number, names, who, held, None if endless else over, since)

    def _files(self) -> list[bytes]:
        """The files in the order of their rows, none of them exchanged while they were read.

        Raises `Unavailable`, `Unreadable`.
        """
        why = ""
        for _ in range(TRIES):
            before = self._listing()
            if before[-1][1] is None:
                why = "none"
                continue
            parts = [whole_file(path) for path, about in before if about is not None]
            if [about for _, about in self._listing()] == [about for _, about in before]:
                return parts
            why = "others each time"
        raise Unavailable(f"{self._path}: expected files of leases that stay, found {why}")

    def _listing(self) -> list[tuple[Path, tuple[int, int] | None]]:
        """Each file that may be there, with what it is known by."""
        completed = Path(f"{self._path}.completed")
        older = [completed] if completed.exists() else [
            Path(f"{self._path}.2"), Path(f"{self._path}.1"),
        ]  # fmt: skip
        return [(path, _known_by(path)) for path in (*older, self._path)]

    def _holding(
        self,
        prefix: Network,
        lease: KeaLease,
        now: datetime,
        known: Mapping[str, str],
        reading: SourceReading,
    ) -> SeenHolding:
        """Whose a lease is that is held."""
        declared = self._options.customers
        mapped = [declared[name] for name in lease.names if name in declared]
        mapped += [known[name] for name in lease.names if name in known]
        if not mapped:
            reading.unmapped.update(name[:100] for name in lease.names[:1])
        since = lease.since if lease.since is not None and lease.since <= now else None
        return SeenHolding(
            prefix=prefix,
            customer=mapped[0] if mapped else "",
            resource=f"lease:{lease.names[0]}" if lease.names else "lease",
            pool=not mapped,
            since=since,
            renewed=since if lease.is_new else None,
        )


def _rows(data: bytes) -> Iterator[Row]:
    """The rows of a file, whose last one may be half written yet. Raises `Unreadable`."""
    lines = data.split(b"\n")[:-1]
    head = [name.strip() for name in _text(lines[0]).split(",")] if lines else []
    lacking = [name for name in NEEDED if name not in head]
    if lacking:
        raise Unreadable(f"leases: expected a head with {', '.join(NEEDED)}, found no {lacking[0]}")
    for line in filter(None, map(_text, lines[1:])):
        values = line.split(",")
        row = {name: _plain(value) for name, value in zip(head, values, strict=False)}
        whole = len(NEEDED) <= len(values) <= len(head)
        yield row if whole else {**row, "state": f"{len(values)} values"}


def _text(line: bytes) -> str:
    return line.decode("utf-8", "replace").rstrip("\r")


def _plain(value: str) -> str:
    return ESCAPED.sub(lambda match: chr(int(match[1], 16)), value).strip()


def _prefix(row: Row) -> Network:
    """The address, or the prefix that was delegated. Raises `Invalid`."""
    if row.get("lease_type") == str(DELEGATED):
        return parse_prefix(f"{row.get('address', '')}/{row.get('prefix_len', '')}")
    if "/" in row.get("address", ""):
        raise Invalid(f"address: expected one, found {row.get('address', '')[:60]!r}")
    return parse_prefix(row.get("address", ""))


def _value(row: Row, key: str) -> str:
    """The value of a column, or of a field in the JSON of `user_context`: `user_context.name`."""
    column, _, field = key.partition(".")
    text = row.get(column, "")
    if not field:
        return text.lower() if column in KEYS else text
    try:
        value: Any = json.loads(text) if text else None
        for name in field.split("."):
            value = value.get(name) if isinstance(value, dict) else None
    except (ValueError, RecursionError):
        return ""
    return value if isinstance(value, str) else ""


def _customers_of_resources(options: SourceOptions) -> dict[str, str]:
    """Who has each resource by what others say; a name that two have is nobody's."""
    owners: dict[str, set[str]] = {}
    for item in options.records(options.site):
        if item.end is None and not item.pool and item.source != options.name:
            owners.setdefault(item.resource, set()).add(item.customer)
    return {name: min(starts) for name, starts in owners.items() if len(starts) == 1}


def _number(row: Row, name: str) -> int:
    text = row.get(name, "")
    if not (text.isascii() and text.isdigit()) or len(text) > DIGITS or int(text) > MOST:
        raise Invalid(f"{name}: expected a number, found {text[:40]!r}")
    return int(text)


def _moment(seconds: int) -> datetime:
    return datetime.fromtimestamp(min(seconds, 1 << 36), UTC)  # some year 4100


def _known_by(path: Path) -> tuple[int, int] | None:
    try:
        about = path.stat()
    except FileNotFoundError:
        return None
    except OSError as error:
        raise Unavailable(f"{path}: expected a readable file, found: {error}") from error
    return about.st_dev, about.st_ino


def open_kea(options: SourceOptions, client: HttpClient) -> Look:
    """Prepare the reading of leases. Raises `Invalid`."""
    del client  # nothing is asked over a network
    return KeaLeases(options).look


SOURCE = StandingSource("kea", 30, open_kea, local=True)
