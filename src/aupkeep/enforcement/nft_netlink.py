"""Elements of our sets read straight from the kernel (linux/netfilter/nf_tables.h, netlink(7)).

libnftables reads a whole set to show one element of it; the kernel itself answers for a single key
in some microseconds, at any size. It also numbers the rulesets of a network namespace: the number
grows with each change that anybody commits, and not when an element reaches its end.
"""

import re
import socket
import struct
from collections.abc import Iterator
from datetime import datetime, timedelta
from ipaddress import IPv6Address, ip_address

from aupkeep.enforcement.driver import InstalledElement
from aupkeep.enforcement.netlink import (
    NESTED,
    Changed,
    NetlinkSocket,
    attribute,
    attributes,
    nested,
    pairs,
)
from aupkeep.enforcement.nft_element import COMMENT, PROTOCOLS
from aupkeep.enforcement.nft_ruleset import KEYS_OF
from aupkeep.model.errors import Unavailable

NETFILTER = 12  # linux/netlink.h NETLINK_NETFILTER
NFTABLES = 10 << 8  # linux/netfilter/nfnetlink.h NFNL_SUBSYS_NFTABLES
GET_ELEMENT, NEW_ELEMENT, GET_GENERATION = 13, 12, 16  # enum nf_tables_msg_types
INET = 1  # NFPROTO_INET
TABLE, SET, ELEMENTS = 1, 2, 3  # enum nft_set_elem_list_attributes
KEY, FLAGS, TIMEOUT, EXPIRATION, USER_DATA, EXPRESSION = 1, 3, 4, 5, 6, 7
KEY_END, EXPRESSIONS = 10, 11  # enum nft_set_elem_attributes
INTERVAL_END = 1  # enum nft_set_elem_flags
BUSY = 4  # times a listing is begun anew when somebody changes the ruleset meanwhile
BIG = struct.Struct(">Q")
WIDTHS = {"ipv4_addr": 4, "ipv6_addr": 16, "inet_proto": 1, "inet_service": 2}
NUMBERS = {name: int(number) for number, name in PROTOCOLS.items()}
RANGED = re.compile(r"\d-\d|/")  # of a key: `ipv6-icmp` is none


class NftablesReader:
    """A netlink socket of this thread's network namespace. Raises `Unavailable`."""

    def __init__(self) -> None:
        self._netlink = NetlinkSocket(NETFILTER)

    def generation(self) -> int:
        """The number of the ruleset; equal as long as nobody committed a change."""
        for body in self._ask(GET_GENERATION, b""):
            return int.from_bytes(attributes(body)[1], "big")
        raise Unavailable("nftables: expected the ruleset's number, found none")

    def element(self, table: str, place: str, now: datetime) -> InstalledElement | None:
        """The one element at a place; None where there is none, or no such set."""
        name, _, text = place.partition(" ")
        if RANGED.search(text):  # a set of intervals answers for whatever contains the key
            listed = self.elements(table, name, now)
            return next((element for element in listed if element.place == place), None)
        key = nested(1, nested(KEY, attribute(1, _key(name, text))))
        elements = attribute(ELEMENTS | NESTED, key)
        for body in self._ask(GET_ELEMENT, _names(table, name) + elements):
            for element in _elements(name, body, now):
                return element if element.place == place else None
        return None

    def elements(self, table: str, name: str, now: datetime) -> list[InstalledElement]:
        """Every element of a set. Raises `Unavailable` where it never holds still."""
        for _ in range(BUSY):
            try:
                bodies = list(self._ask(GET_ELEMENT, _names(table, name), dump=True))
            except Changed:
                continue
            return [element for body in _joined(bodies) for element in _elements(name, body, now)]
        raise Unavailable(f"set {name}: expected to list it, found it changed all the time")

    def _ask(self, kind: int, fields: bytes, *, dump: bool = False) -> Iterator[bytes]:
        """The attributes of each message of an answer."""
        body = struct.pack("!BBH", INET, 0, 0) + fields
        for answer in self._netlink.ask(NFTABLES | kind, body, dump=dump):
            yield answer[4:]


def _names(table: str, name: str) -> bytes:
    return attribute(TABLE, table.encode() + b"\0") + attribute(SET, name.encode() + b"\0")


def _joined(bodies: list[bytes]) -> Iterator[bytes]:
    """The element attributes of a listing's messages, each set's elements in one piece."""
    yield b"".join(attribute(ELEMENTS, attributes(body).get(ELEMENTS, b"")) for body in bodies)


def _elements(name: str, body: bytes, now: datetime) -> Iterator[InstalledElement]:
    """The elements of a message; the end of a plain interval stands beside its beginning."""
    rows = [
        attributes(element)
        for kind, elements in pairs(body)
        if kind == ELEMENTS
        for _, element in pairs(elements)
    ]
    kinds = KEYS_OF[name]
    ends: list[bytes] = []
    if len(kinds.fields) == 1 and kinds.interval:  # a tree: beginnings, and flagged ends after them
        ends = sorted(_value(row[KEY]) for row in rows if _is_end(row))
        rows = [row for row in rows if not _is_end(row)]
    for row in rows:
        first = _value(row[KEY])
        last = _value(row[KEY_END]) if KEY_END in row else first
        if ends:
            last = _before(next((end for end in ends if end > first), b"\0" * len(first)))
        yield _installed(f"{name} {_words(kinds.fields, first, last)}", row, now)


def _is_end(row: dict[int, bytes]) -> bool:
    return bool(int.from_bytes(row.get(FLAGS, b""), "big") & INTERVAL_END)


def _value(key: bytes) -> bytes:
    return key[4:]  # NFTA_DATA_VALUE alone


def _before(end: bytes) -> bytes:
    """The last key before an end; the end 0 is past the last of all."""
    size = len(end)
    return ((int.from_bytes(end, "big") - 1) % (1 << 8 * size)).to_bytes(size, "big")


def _installed(place: str, row: dict[int, bytes], now: datetime) -> InstalledElement:
    comment = COMMENT.fullmatch(_comment(row.get(USER_DATA, b"")))
    left = row.get(EXPIRATION) if TIMEOUT in row else None
    counts = _expressions(row)
    return InstalledElement(
        place=place,
        action=comment[2] if comment else "",
        reference=comment[1] if comment else "",
        owner=(comment[3] or "") if comment else "",
        expires=now + timedelta(milliseconds=BIG.unpack(left)[0]) if left else None,
        rate=counts.get("limit"),
        packets=counts.get("counter"),
    )


def _comment(data: bytes) -> str:
    """The comment among user data: kind, length, text with an end of zero (libnftnl udata.h)."""
    at = 0
    while at + 2 <= len(data):
        kind, size = data[at], data[at + 1]
        if kind == 0:
            return data[at + 2 : at + 1 + size].decode(errors="replace")
        at += 2 + size
    return ""


def _expressions(row: dict[int, bytes]) -> dict[str, int]:
    """Bytes per second of a limit, packets of a counter."""
    parts = [part for _, part in pairs(row.get(EXPRESSIONS, b""))]
    figures: dict[str, int] = {}
    for part in parts or ([row[EXPRESSION]] if EXPRESSION in row else []):
        fields = attributes(part)
        values = attributes(fields.get(2, b""))
        match fields.get(1, b"").rstrip(b"\0"):
            case b"limit":
                figures["limit"] = BIG.unpack(values[1])[0] // (BIG.unpack(values[2])[0] or 1)
            case b"counter":
                figures["counter"] = BIG.unpack(values[2])[0]
    return figures


def _key(name: str, text: str) -> bytes:
    """The key of a place as the kernel keeps it: fields of a concatenation fill words of 4 bytes.

    Raises `Unavailable` for a place that is none of that set's.
    """
    fields = KEYS_OF[name].fields
    words = text.split(" . ")
    if len(words) != len(fields):
        raise Unavailable(f"set {name}: expected a key of {len(fields)} fields, found {text!r}")
    whole = b""
    for kind, word in zip(fields, words, strict=True):
        value = _field(kind, word)
        whole += value + (bytes(-len(value) % 4) if len(fields) > 1 else b"")
    return whole


def _field(kind: str, word: str) -> bytes:
    if kind in ("ipv4_addr", "ipv6_addr"):
        return ip_address(word).packed
    return (NUMBERS.get(word) or int(word)).to_bytes(WIDTHS[kind], "big")


def _words(fields: tuple[str, ...], first: bytes, last: bytes) -> str:
    """A key as a place writes it; where it differs from its end, a range or a prefix."""
    at, words = 0, []
    for kind in fields:
        width = WIDTHS[kind]
        words.append(_word(kind, first[at : at + width], last[at : at + width]))
        at += width + 3 & ~3
    return " . ".join(words)


def _word(kind: str, low: bytes, high: bytes) -> str:
    if kind == "ipv4_addr":
        return socket.inet_ntop(socket.AF_INET, low)
    if kind == "ipv6_addr":
        word = str(IPv6Address(low))
        differs = int.from_bytes(low, "big") ^ int.from_bytes(high, "big")
        return f"{word}/{128 - differs.bit_length()}" if differs else word
    if kind == "inet_proto":
        return PROTOCOLS.get(str(low[0]), str(low[0]))
    first, end = int.from_bytes(low, "big"), int.from_bytes(high, "big")
    return str(first) if first == end else f"{first}-{end}"
